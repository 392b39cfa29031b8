"""Jobs: every item answered once, whoever is killed, slow or two; progress, cancelling, and whose they are."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from matcha import Matcha
from matcha.api import failure
from matcha.api.caller import caller as who_asks
from matcha.api.routes import jobs as job_routes
from matcha.api.routes import neutrality as neutrality_routes
from matcha.callers import AccountRole, Caller
from matcha.errors import Conflict, Forbidden, Invalid, NotFound
from matcha.interchange import answer_json
from matcha.matchlog import receipt
from matcha.matchlog.entry import Kind
from matcha.process import JobKind, JobState
from matcha.records import DecisionForm, Job, JobItem, LockForm
from matcha.records.account import Account
from matcha.service.jobs import KEPT, Jobs, MatchAsked
from matcha.service.worker import Worker
from matcha.store import Store
from matcha.store import jobs as rows
from matcha.values import ActorKind, Answer, Choice
from tests import test_log_concurrency
from tests.conftest import NEED, small_batch, unlogged
from tests.people import Clock
from tests.stress import scaled
from tests.workers import ANNA, BO, LEASE, known, work
from tests.writers import QUESTION, started, system_in

url = test_log_concurrency.url  # a fixture: SQLite, PostgreSQL


def asked(count: int) -> list[MatchAsked]:
    return [MatchAsked(text=f"{QUESTION} Fråga {number}.", k=2) for number in range(count)]


def logged(system: Matcha) -> list[int]:
    return [index for index, _ in system.entries(kind=Kind.MATCH)]


def leaves(jobs: Jobs, job: Job) -> list[int]:
    return [json.loads(item.content)["leaf_index"] for item in jobs.results(job.id, limit=2000) if item.found]


@pytest.fixture
def system(url: str, tmp_path: Path) -> Iterator[Matcha]:
    found = system_in(tmp_path, url)
    found.submit(small_batch())
    yield found
    found.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def jobs(matcha: Matcha, clock: Clock) -> Jobs:
    return Jobs(matcha, clock)


@pytest.fixture
def worker(jobs: Jobs) -> Worker:
    return Worker(jobs, known)


def test_a_job_answers_what_a_match_answers(jobs: Jobs, worker: Worker, matcha: Matcha) -> None:
    only = MatchAsked(text="Väntetiden till BUP är lång.", k=1, kind=ActorKind.ACADEMIA, reason="Studien söker dem.")
    job = jobs.ask_matches([MatchAsked(need_id=NEED.id), only], ANNA)
    assert (job.state, jobs.done(job)) == (JobState.QUEUED, {job.id: 0})
    assert worker.run_until_idle() == 1
    job = jobs.job(job.id)
    assert (job.state, jobs.done(job), job.ended) == (JobState.DONE, {job.id: 2}, jobs.clock())
    first, second = (json.loads(item.content) for item in jobs.results(job.id))
    assert unlogged(first) == unlogged(json.loads(json.dumps(answer_json(matcha.match(need_id=NEED.id)))))
    assert [found["actor"]["id"] for found in second["matches"]] == ["a-ko"]
    assert logged(matcha)[:2] == [first["leaf_index"], second["leaf_index"]]
    keys = [key.public for key in matcha.logbook.signers()]
    receipt.verify(second["receipt"], keys)
    told = json.loads(matcha.opened(second["leaf_index"])["caller"]) if hasattr(matcha, "opened") else None
    assert told in (None, {"by": ANNA.account_id, "reason": "Studien söker dem."})


def test_what_cannot_be_answered_says_why_and_stops_nothing(jobs: Jobs, worker: Worker, matcha: Matcha) -> None:
    matcha.set_lock(LockForm(need_id=NEED.id, locked=True, user="acc-anna", reason="Upphandling pågår."))
    job = jobs.ask_matches([MatchAsked(need_id="saknas"), MatchAsked(need_id=NEED.id), *asked(1)], ANNA)
    worker.run_until_idle()
    items = jobs.results(job.id)
    assert [(item.place, item.found) for item in items] == [(0, False), (1, False), (2, True)]
    faults = [json.loads(item.content) for item in items[:2]]
    assert [fault["title"] for fault in faults] == ["NotFound", "Conflict"]
    assert "upphandling" in faults[1]["sv"]
    assert "procurement" in faults[1]["en"]
    assert jobs.job(job.id).state is JobState.DONE
    assert len(logged(matcha)) == 1


def test_questions_that_are_unclear_are_refused_at_once(jobs: Jobs) -> None:
    for wrong in ([], asked(1001), [MatchAsked()], [MatchAsked(text="a", need_id="b")]):
        with pytest.raises(Invalid):
            jobs.ask_matches(wrong, ANNA)
    with pytest.raises(Invalid):
        jobs.ask_matches([MatchAsked(text="a", kind=ActorKind.COMPANY)], ANNA)
    with pytest.raises(Forbidden):
        jobs.ask_matches(asked(1), Caller(None, frozenset({AccountRole.PUBLIC})))


def test_the_oldest_job_is_worked_on_first(jobs: Jobs, clock: Clock) -> None:
    second, order = jobs.ask_matches(asked(1), BO), list[str]()
    clock.move(hours=-1)
    jobs.ask_matches(asked(1), ANNA)
    clock.move(hours=2)

    def noting(account_id: str) -> Caller:
        order.append(account_id)
        return known(account_id)

    assert Worker(jobs, noting).run_until_idle() == 2
    assert order == ["acc-anna", "acc-bo"]
    assert [job.id for job in jobs.jobs("acc-bo")] == [second.id]


def test_a_cancelled_job_stops_after_the_item_it_is_at(jobs: Jobs, matcha: Matcha) -> None:
    job = jobs.ask_matches(asked(5), ANNA)

    def cancelling(account_id: str) -> Caller:
        if jobs.done(job)[job.id] == 2:
            jobs.cancel(job.id, ANNA)
        return known(account_id)

    Worker(jobs, cancelling).run_until_idle()
    found = jobs.job(job.id)
    assert (found.state, jobs.done(found)[job.id], found.ended) == (JobState.CANCELLED, 2, jobs.clock())
    assert leaves(jobs, job) == logged(matcha)
    assert jobs.cancel(job.id, ANNA).state is JobState.CANCELLED  # again, and nothing happens
    assert Worker(jobs, known).run_until_idle() == 0
    with pytest.raises(NotFound):
        jobs.cancel(job.id, BO)


def test_a_job_that_has_ended_is_not_cancelled(jobs: Jobs, worker: Worker) -> None:
    job = jobs.ask_matches(asked(1), ANNA)
    worker.run_until_idle()
    with pytest.raises(Conflict):
        jobs.cancel(job.id, ANNA)


def test_the_job_of_a_closed_account_stops(jobs: Jobs, matcha: Matcha) -> None:
    with jobs.store.transaction() as session:
        made = jobs.clock()
        session.add(Account(id="acc-anna", name="Anna", roles=["coordinator"], created=made, changed=made))
    asking = Worker(jobs)
    first = jobs.ask_matches(asked(1), ANNA)
    asking.run_until_idle()
    assert jobs.job(first.id).state is JobState.DONE
    for active, roles in ((False, ["coordinator"]), (True, ["supplier"])):
        job = jobs.ask_matches(asked(2), ANNA)
        with jobs.store.transaction() as session:
            account = session.get(Account, "acc-anna")
            assert account is not None
            account.active, account.roles = active, roles
        asking.run_until_idle()
        assert jobs.job(job.id).state is JobState.CANCELLED
    assert len(logged(matcha)) == 1


def test_a_worker_that_was_too_slow_gives_way(jobs: Jobs, clock: Clock, matcha: Matcha) -> None:
    job, other = jobs.ask_matches(asked(4), ANNA), Worker(jobs, known, "other")

    def slow(account_id: str) -> Caller:
        if jobs.done(job)[job.id] == 1:  # stands still between two items, until its lease has run out
            clock.move(seconds=61)
            assert other.run_until_idle() == 1
        return known(account_id)

    Worker(jobs, slow, "slow").run_until_idle()
    assert jobs.job(job.id).state is JobState.DONE
    assert leaves(jobs, job) == logged(matcha)
    assert len(logged(matcha)) == 4


def test_a_fault_of_ours_ends_one_job_and_no_other(jobs: Jobs, clock: Clock) -> None:
    bad = jobs.ask_matches(asked(1), ANNA)
    clock.move(seconds=1)
    good = jobs.ask_matches(asked(1), BO)

    def broken(account_id: str) -> Caller:
        if account_id == "acc-anna":
            raise ZeroDivisionError
        return known(account_id)

    with pytest.raises(ZeroDivisionError):
        Worker(jobs, broken).run_until_idle()
    assert jobs.job(bad.id).state is JobState.FAILED
    Worker(jobs, broken).run_until_idle()
    assert jobs.job(good.id).state is JobState.DONE


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_a_fault_of_ours_ended_is_followed_by_another(tmp_path: Path) -> None:
    system = system_in(tmp_path)
    system.submit(small_batch())
    jobs = Jobs(system)
    made = [jobs.ask_matches(asked(1), ANNA), jobs.ask_matches(asked(1), BO)]

    def broken(account_id: str) -> Caller:
        if account_id == "acc-anna":
            raise ZeroDivisionError
        return known(account_id)

    worker = Worker(jobs, broken, pause=0.01)
    worker.start()
    assert within(20, lambda: jobs.job(made[1].id).state is JobState.DONE)
    worker.stop()
    assert jobs.job(made[0].id).state is JobState.FAILED
    system.close()


def within(seconds: float, happened: Callable[[], bool]) -> bool:
    """Wait until something has happened, so long at most."""
    until = time.monotonic() + seconds
    while not happened() and time.monotonic() < until:
        time.sleep(0.01)
    return happened()


class Careless(Worker):
    """The planted fault: an item is kept after its match, and the process ends between the two."""

    def _ask(self, job: Job, place: int, asked: MatchAsked, caller: Caller) -> None:
        answer: Answer = self.jobs.matcha.match(**vars(asked), caller=caller)
        if place == 1:
            raise KeyboardInterrupt
        self._change(lambda session: self._keep(session, job, place, answer_json(answer)))


def test_an_item_kept_after_its_match_is_seen_to_be_matched_twice(jobs: Jobs, clock: Clock, matcha: Matcha) -> None:
    job = jobs.ask_matches(asked(3), ANNA)
    with pytest.raises(KeyboardInterrupt):
        Careless(jobs, known).run_until_idle()
    clock.move(seconds=61)
    Worker(jobs, known).run_until_idle()
    assert len(leaves(jobs, job)) == 3
    assert len(logged(matcha)) == 4  # one match too many: this is what the tests below would see


def test_two_workers_answer_no_item_twice(system: Matcha, url: str, tmp_path: Path) -> None:
    count = scaled(4, 40)
    jobs = Jobs(system)
    made = [jobs.ask_matches(asked(count), ANNA) for _ in range(3)]
    workers = [started(work, tmp_path, url) for _ in range(2)]
    for each in workers:
        each.join()
    assert [each.exitcode for each in workers] == [0, 0]
    assert [jobs.job(job.id).state for job in made] == [JobState.DONE] * 3
    found = [leaf for job in made for leaf in leaves(jobs, job)]
    assert sorted(found) == logged(system)
    assert len(found) == 3 * count


def test_workers_that_are_killed_lose_nothing_and_do_nothing_twice(
    system: Matcha,
    url: str,
    tmp_path: Path,
) -> None:
    jobs = Jobs(system)
    job = jobs.ask_matches(asked(scaled(16, 300)), ANNA)
    killed = 0
    while jobs.job(job.id).state is not JobState.DONE:
        before = jobs.done(job)[job.id]
        process = started(work, tmp_path, url)
        while jobs.done(job)[job.id] < before + 4 and process.is_alive():
            time.sleep(0.01)
        process.kill()
        process.join()
        killed += process.exitcode == -signal.SIGKILL
        time.sleep(LEASE.total_seconds() + 0.1)
    assert killed >= 3
    items = jobs.results(job.id, limit=1000)
    assert Counter(item.place for item in items) == Counter(range(job.total))
    assert all(item.found for item in items)
    assert leaves(jobs, job) == logged(system)
    assert system.audit().faults == ()


def test_a_worker_in_a_thread_is_stopped_between_items_and_goes_on(tmp_path: Path) -> None:
    system = system_in(tmp_path)
    system.submit(small_batch())
    jobs = Jobs(system)
    job, reached = jobs.ask_matches(asked(3), ANNA), threading.Event()

    def noting(account_id: str) -> Caller:
        reached.set()
        return known(account_id)

    thread = Worker(jobs, noting, pause=0.01)
    thread.start()
    assert reached.wait(10)
    thread.stop()
    left = jobs.job(job.id)
    assert left.state in (JobState.QUEUED, JobState.DONE)  # put back, with nobody's lease to wait for
    again = Worker(jobs, known, pause=0.01)
    again.start()
    assert within(20, lambda: jobs.job(job.id).state is JobState.DONE)
    again.stop()
    assert leaves(jobs, job) == logged(system)
    assert len(logged(system)) == 3
    system.close()


def test_a_long_item_is_held_longer(tmp_path: Path) -> None:
    system = system_in(tmp_path)
    system.submit(small_batch())
    jobs = Jobs(system, lease=timedelta(seconds=0.3))
    job = jobs.ask_matches(asked(1), ANNA)

    def long(account_id: str) -> Caller:
        time.sleep(0.8)
        with jobs.store.reading() as session:
            assert rows.waiting(session, jobs.clock()) is None
        return known(account_id)

    Worker(jobs, long).run_until_idle()
    assert jobs.job(job.id).state is JobState.DONE
    system.close()


class Ticking(Clock):
    """A clock that goes on two seconds each time it is looked at."""

    def __call__(self) -> Any:
        self.move(seconds=2)
        return super().__call__()


@dataclass(frozen=True)
class Reported:
    """A system in which a neutrality report was made, and what others saw of that meanwhile: done, total."""

    system: Matcha
    jobs: Jobs
    job: Job
    seen: tuple[tuple[int, int], ...]


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reported]:
    system = system_in(tmp_path_factory.mktemp("reported"))
    system.submit(small_batch())
    system.decide(DecisionForm(need_id=NEED.id, actor_id="a-ko", choice=Choice.INVITED, user="acc-bo", reason="Känd."))
    jobs, seen = Jobs(system, Ticking(), lease=timedelta(days=1)), list[tuple[int, int]]()

    class Watched(Worker):
        def _refuse_stopped(self) -> None:
            found = jobs.job(job.id)
            seen.append((jobs.done(found)[job.id], found.total))

    job = jobs.ask_neutrality(1, 1, ANNA)
    with pytest.raises(Conflict, match=job.id):
        jobs.ask_neutrality(1, 1, ANNA)
    with pytest.raises(NotFound):
        jobs.newest_report()
    Watched(jobs, known).run_until_idle()
    yield Reported(system, jobs, jobs.job(job.id), tuple(seen))
    system.close()


def test_a_neutrality_report_tells_how_far_it_has_come(reported: Reported) -> None:
    job, seen = reported.job, reported.seen
    assert (job.kind, job.state) == (JobKind.NEUTRALITY, JobState.DONE)
    assert reported.jobs.done(job)[job.id] == job.total > 1
    assert list(seen) == sorted(seen)
    assert len({done for done, _ in seen}) > 3
    report = reported.jobs.newest_report()
    assert {one["relation"] for one in report["findings"]} >= {"names", "order", "size"}
    assert report["exposure"]["k"] == 1
    assert logged(reported.system) == []


def test_a_report_about_nothing_fails_with_its_reason(clock: Clock) -> None:
    jobs = Jobs(Matcha.in_memory(), clock)
    job = jobs.ask_neutrality(2, 2, ANNA)
    Worker(jobs, known).run_until_idle()
    (item,) = jobs.results(job.id)
    assert (jobs.job(job.id).state, json.loads(item.content)["title"]) == (JobState.FAILED, "Invalid")
    assert jobs.ask_neutrality(2, 2, ANNA).state is JobState.QUEUED


def test_old_jobs_are_forgotten_but_for_the_newest_report(jobs: Jobs, worker: Worker, clock: Clock) -> None:
    first = jobs.ask_matches(asked(1), ANNA)
    worker.run_until_idle()
    with jobs.store.transaction() as session:
        for id in ("report-1", "report-2"):
            clock.move(seconds=1)
            done: dict[str, Any] = {"state": JobState.DONE, "made": clock.now, "ended": clock.now}
            session.add(Job(id=id, kind=JobKind.NEUTRALITY, by="acc-anna", asked=[{}], total=1, **done))
            session.flush()
            session.add(JobItem(job_id=id, place=0, found=True, content=json.dumps({"made": id}).encode()))
    clock.move(days=KEPT.days, seconds=1)
    waiting = jobs.ask_matches(asked(1), ANNA)
    jobs.forget()
    assert [job.id for job in jobs.jobs("acc-anna")] == ["report-2", waiting.id]
    assert jobs.newest_report() == {"made": "report-2"}
    with jobs.store.reading() as session:
        assert session.get(JobItem, (first.id, 0)) is None


class Api:
    """The routes of jobs alone, asked by whoever is set."""

    def __init__(self, matcha: Matcha) -> None:
        app = FastAPI()
        app.state.matcha, self.caller = matcha, ANNA
        for each in (job_routes.router, neutrality_routes.router):
            app.include_router(each)
        failure.install(app)
        app.dependency_overrides[who_asks] = lambda: self.caller
        self.client = TestClient(app)


@pytest.fixture
def api(matcha: Matcha) -> Api:
    return Api(matcha)


def test_jobs_over_http(api: Api, matcha: Matcha) -> None:
    questions = [{"need_id": NEED.id, "k": 1}, {"need_id": "saknas"}, {"text": QUESTION}]
    begun = api.client.post("/v1/jobs", json={"questions": questions})
    assert begun.status_code == 202
    place = begun.headers["location"]
    told = begun.json()
    assert told["links"] == {"self": place, "results": f"{place}/results"}
    assert (told["state"], told["done"], told["total"]) == ("queued", 0, 3)
    Worker(Jobs(matcha), known).run_until_idle()
    assert {**api.client.get(place).json(), "ended": None} == {**told, "state": "done", "done": 3}
    first = api.client.get(told["links"]["results"], params={"limit": 2}).json()
    rest = api.client.get(told["links"]["results"], params={"limit": 2, "cursor": first["next"]}).json()
    items = first["items"] + rest["items"]
    assert ([item["place"] for item in items], rest["next"]) == ([0, 1, 2], None)
    assert [item["found"] for item in items] == [True, False, True]
    assert (items[1]["answer"], items[1]["fault"]["title"]) == (None, "NotFound")
    assert items[0]["answer"]["matches"][0]["actor"]["id"] == "a-hygien"
    assert api.client.delete(place).status_code == 409
    assert [job["id"] for job in api.client.get("/v1/jobs").json()["items"]] == [told["id"]]


def test_a_job_is_its_owners_only(api: Api) -> None:
    place = api.client.post("/v1/jobs", json={"questions": [{"text": QUESTION}]}).headers["location"]
    api.caller = BO
    assert [api.client.get(path).status_code for path in (place, f"{place}/results")] == [404, 404]
    assert api.client.delete(place).status_code == 404
    assert api.client.get("/v1/jobs").json() == {"items": [], "next": None}
    api.caller = ANNA
    assert api.client.delete(place).json()["state"] == "cancelled"


@pytest.mark.parametrize(
    "body", [{"questions": []}, {"questions": [{}]}, {"questions": [{"text": "a", "x": 1}]}, {"kind": "matches"}]
)
def test_bad_jobs_are_refused(api: Api, body: dict[str, object]) -> None:
    assert api.client.post("/v1/jobs", json=body).status_code == 422


@pytest.mark.parametrize("cursor", ["YWJj", "OTk5OTk5OTk5OTk5OTk5OTk5OTk=", "LTU="])
def test_cursors_that_are_none_are_refused(api: Api, cursor: str) -> None:
    place = api.client.post("/v1/jobs", json={"questions": [{"text": QUESTION}]}).headers["location"]
    assert api.client.get(f"{place}/results", params={"cursor": cursor}).status_code == 422


def test_a_neutrality_report_is_asked_for_over_http(api: Api) -> None:
    assert api.client.get("/v1/neutrality").status_code == 404
    begun = api.client.post("/v1/neutrality", json={"k": 1, "sample": 1})
    assert (begun.status_code, begun.json()["kind"]) == (202, "neutrality")
    assert api.client.post("/v1/neutrality", json={}).status_code == 409
    assert api.client.get(begun.headers["location"]).json() == begun.json()
    assert api.client.get(begun.json()["links"]["results"]).json()["items"] == []


def test_the_report_is_for_everybody_but_for_who_chose_what(reported: Reported) -> None:
    api = Api(reported.system)
    seen = api.client.get("/v1/neutrality").json()
    assert [one["reason"] for one in seen["overrides"]] == ["Känd."]
    report = reported.jobs.newest_report()
    assert {**seen, "made": None, "overrides": None} == {**report, "made": None, "overrides": None}
    api.caller = Caller(None, frozenset({AccountRole.PUBLIC}))
    assert api.client.get("/v1/neutrality").json() == {**seen, "overrides": None}


def test_the_store_tells_one_claim_from_two(tmp_path: Path) -> None:
    store, moment = Store.open(f"sqlite:///{tmp_path / 'matcha.db'}"), Clock()()
    with store.transaction() as session:
        session.add(Job(id="j", kind=JobKind.MATCHES, by="a", asked=[{}], total=1, made=moment))
    until = moment + timedelta(seconds=60)
    with store.transaction() as session:
        assert rows.claim(session, "j", "one", moment, until)
        assert not rows.claim(session, "j", "two", moment, until)
    with store.transaction() as session:
        assert not rows.renew(session, "j", "two", until)
        assert rows.claim(session, "j", "two", until, until)
        assert not rows.end(session, "j", "one", JobState.DONE, until)
        assert rows.release(session, "j", "two")
    with store.reading() as session:
        assert rows.waiting(session, moment) == "j"
    store.close()
