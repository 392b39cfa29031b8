"""The served API in a storm: many clients at once, and a server killed again and again.

SIGKILL takes the process and not the machine: it shows nothing of what a power cut would do.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlmodel import select

from matcha import HashingEncoder, Matcha
from matcha.api import create_app
from matcha.callers import Caller
from matcha.errors import Unavailable
from matcha.matchlog.entry import Kind
from matcha.matchlog.keys import MemoryKeeper
from matcha.process import JobState
from matcha.records import Need, NeedForm, Proposal, Subscription
from matcha.retrieval.reference import MemoryReference
from matcha.retrieval.shelf import MemoryShelf
from matcha.service.jobs import Jobs
from matcha.store import Store
from tests import test_log_concurrency
from tests.clients import JOB, Notes, play
from tests.serving import COUNTER, Keys, Server, nursed, prepared, serving
from tests.stress import scaled
from tests.test_log_concurrency import out_of_order
from tests.test_log_storm import gaps, lost
from tests.writers import QUESTION, system_in

url = test_log_concurrency.url  # a fixture: SQLite, PostgreSQL
Nursery = subprocess.Popen[str]
CLIENTS = 8
_MARK = re.compile(r"\[(c\d+-\d+)\]")
_KINDS = {
    "need": Kind.ACT,
    "act": Kind.ACT,
    "count": Kind.NEED,
    "proposal": Kind.PROPOSAL,
    "ruling": Kind.PROPOSAL,
    "match": Kind.MATCH,
    "explanation": Kind.EXPLANATION,
}


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with nursed() as found:
        yield found


@pytest.fixture
def system(url: str, tmp_path: Path) -> Iterator[Matcha]:
    found = system_in(tmp_path, url)
    yield found
    found.close()


def keys_of(notes: Notes, *kinds: str) -> list[str]:
    return sorted(ack["key"] for ack in notes.acks if ack["what"] in kinds)


def marks(texts: list[str]) -> list[str]:
    return sorted(mark for text in texts for mark in _MARK.findall(text))


def assert_kept(system: Matcha, notes: Notes) -> None:
    """Everything that was acknowledged is there once, and nothing else is."""
    acts = [json.dumps(act.content) for act in system.acts()]
    assert marks(acts) == keys_of(notes, "act")
    needs = [need.text for need in system.needs() if need.id.startswith("behov-")]
    assert marks(needs) == keys_of(notes, "need")
    with system._store.reading() as session:
        proposals = [one.content["profile"]["text"] for one in session.exec(select(Proposal))]
        rulings = [one.reason or "" for one in session.exec(select(Proposal))]
        words = sorted(one.words or "" for one in session.exec(select(Subscription)))
    assert marks(proposals) == keys_of(notes, "proposal")
    assert marks(rulings) == keys_of(notes, "ruling")
    ended = Counter(ack["told"]["words"] for ack in notes.acks if ack["what"] == "unsubscribed")
    assert words == sorted((Counter(keys_of(notes, "subscription")) - ended).elements())


def assert_counted(system: Matcha, notes: Notes) -> None:
    """No edit was lost: each was made upon the one before it."""
    counted = sorted((ack["leaf"], int(ack["told"]["goal"])) for ack in notes.acks if ack["what"] == "count")
    assert [goal for _, goal in counted] == list(range(1, len(counted) + 1))
    assert system.need(COUNTER["id"]).goal == str(len(counted))


def assert_logged(system: Matcha, notes: Notes) -> None:
    """Every acknowledged write has an entry of its own, of its kind, and later ones stand after it."""
    logged = [ack for ack in notes.acks if "leaf" in ack]
    assert len({ack["leaf"] for ack in logged}) == len(logged)
    entries = dict(system.entries())
    assert [ack for ack in logged if entries[ack["leaf"]].kind is not _KINDS[ack["what"]]] == []
    said = {ack["leaf"]: ack["told"] for ack in logged if ack["what"] == "act"}
    acts = {act.leaf_index: (act.id, act.content) for act in system.acts()}
    assert [leaf for leaf, told in said.items() if acts[leaf] != (told["id"], told["content"])] == []
    answers = [{**ack, "receipt": ack["told"]["receipt"]} for ack in logged if ack["what"] in ("match", "explanation")]
    assert lost(system, answers) == []
    assert gaps(system) == []
    assert out_of_order(logged) == []
    audited = system.audit()
    assert audited.faults == ()


def assert_replayed(system: Matcha, notes: Notes) -> None:
    """Every match was logged once, and is the same when it is made again."""
    jobs = len(keys_of(notes, "job")) * JOB
    matches = [index for index, _ in system.entries(kind=Kind.MATCH)]
    own = {ack["leaf"] for ack in notes.acks if ack["what"] == "match"}
    assert own <= set(matches)
    assert len(matches) == len(own) + jobs
    assert [replay.leaf_index for replay in system.replay(matches) if not replay.identical] == []


def assert_whole(system: Matcha, notes: Notes) -> None:
    assert notes.wrong == []
    assert_kept(system, notes)
    assert_counted(system, notes)
    assert_logged(system, notes)
    assert_replayed(system, notes)


def report(what: str, url: str, notes: Notes, seconds: float) -> None:
    """Tell the figures to who runs the tests with -s."""
    told = {f"{method} {status}": count for (method, status), count in sorted(notes.statuses.items())}
    sent = sum(notes.statuses.values())
    print(f"\n{what} {url.partition(':')[0]}: {sent} in {seconds:.1f} s, {len(notes.acks)} acks, {told}, {notes.again}")


def killed(server: Server, keys: list[Keys], kills: int) -> Notes:
    """Let clients work while the server is killed and started again, each time amid what it has just begun."""
    chance, over, notes = random.Random(7), threading.Event(), Notes()

    def kill() -> None:
        try:
            for _ in range(kills):
                wanted, ends = len(notes.acks) + chance.randrange(2, 20), time.monotonic() + 10
                while len(notes.acks) < wanted and time.monotonic() < ends:
                    time.sleep(0.001)
                time.sleep(chance.uniform(0, 0.05))
                server.kill()
                server.start()
        finally:
            over.set()

    with ThreadPoolExecutor(1) as threads:
        killer = threads.submit(kill)
        play(server.base, keys, 1, over, notes)
        killer.result()
    return notes


def await_jobs(system: Matcha, notes: Notes) -> None:
    """Wait until the jobs that were acknowledged have ended; all of their questions are answered."""
    jobs, ends = Jobs(system), time.monotonic() + 60
    for id in [ack["told"]["id"] for ack in notes.acks if ack["what"] == "job"]:
        while jobs.job(id).ended is None:
            assert time.monotonic() < ends, jobs.job(id)
            time.sleep(0.05)
        assert jobs.job(id).state is JobState.DONE
        assert [item.found for item in jobs.results(id)] == [True] * JOB


def test_clients_at_once_lose_no_update_and_the_log_has_it_in_order(
    system: Matcha, nursery: Nursery, url: str, tmp_path: Path
) -> None:
    keys = prepared(system, CLIENTS)
    with serving(nursery, tmp_path, url) as server:
        begun = time.monotonic()
        notes = play(server.base, keys, scaled(40, 500))
        report("storm", url, notes, time.monotonic() - begun)
        await_jobs(system, notes)
    assert_whole(system, notes)


def test_a_server_that_is_killed_again_and_again_loses_nothing(
    system: Matcha, nursery: Nursery, url: str, tmp_path: Path
) -> None:
    keys = prepared(system, CLIENTS)
    with serving(nursery, tmp_path, url) as server:
        begun = time.monotonic()
        notes = killed(server, keys, scaled(10, 50))
        report("kills", url, notes, time.monotonic() - begun)
        await_jobs(system, notes)
    assert notes.again > scaled(5, 25)
    assert_whole(system, notes)


def test_a_server_that_is_told_to_stop_ends_what_is_under_way(nursery: Nursery, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'matcha.db'}"
    system = system_in(tmp_path, url)
    (keys,) = prepared(system, 1)
    sent = {"Authorization": f"Bearer {keys.coordinator}", "Idempotency-Key": "a"}
    with serving(nursery, tmp_path, url, slow=0.7) as server, ThreadPoolExecutor(1) as threads:
        asked = {"text": QUESTION, "k": 1}
        post = lambda: httpx.post(f"{server.base}/v1/matches", json=asked, headers=sent, timeout=30)  # noqa: E731
        answer = threads.submit(post)
        time.sleep(0.4)
        server.stop()
        assert not answer.done()
        found = answer.result()
        server.wait()
        assert found.status_code == 200
        assert [index for index, _ in system.entries(kind=Kind.MATCH)] == [found.json()["leaf_index"]]
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{server.base}/v1/health")
    system.close()


class Overtaken(Matcha):
    """A system in which somebody else does something just before a need is edited."""

    before: Callable[[], object] | None = None

    def edit_need(self, form: NeedForm, caller: Caller, seen: int | None = None) -> Need:
        before, self.before = self.before, None
        if before:
            before()
        return super().edit_need(form, caller, seen)


def test_an_edit_that_is_sent_twice_at_once_is_done_once_and_answered_twice() -> None:
    system = Overtaken(Store.in_memory(), MemoryShelf(), HashingEncoder, MemoryReference(), MemoryKeeper())
    (keys,) = prepared(system, 1)
    client = TestClient(create_app(system))
    sent = {"Authorization": f"Bearer {keys.coordinator}", "Idempotency-Key": "a"}
    sent["If-Match"] = client.get(f"/v1/needs/{COUNTER['id']}", headers=sent).headers["etag"]

    def edit() -> Any:
        return client.put(f"/v1/needs/{COUNTER['id']}", json={**COUNTER, "goal": "1"}, headers=sent)

    first: list[Any] = []
    system.before = lambda: first.append(edit())
    second = edit()
    assert (first[0].status_code, second.status_code, second.json()) == (200, 200, first[0].json())
    assert len(list(system.entries(kind=Kind.NEED))) == 3
    system.close()


def test_who_finds_no_connection_free_is_told_to_come_back(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'm.db'}", pool_size=1, max_overflow=0, pool_timeout=0.01)
    store = Store(engine)
    with store.reading() as session:
        session.connection()
        with pytest.raises(Unavailable, match="Try again in a while"), store.transaction():
            pass
    store.close()
