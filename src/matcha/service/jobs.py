"""Long work: many questions, or a neutrality report, as a job that goes on after a restart where it was.

A job is its rows: whoever holds its lease works on it, in this process or another. What an item was answered with is
kept in the transaction that logs its match, so that neither is there without the other.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from matcha.callers import AccountRole, Caller
from matcha.errors import Conflict, Forbidden, Invalid, NotFound
from matcha.matchlog.entry import Salt
from matcha.process import JobKind, JobState
from matcha.records import Job, JobItem
from matcha.records.need import Purpose
from matcha.service import rules
from matcha.service.logbook import now
from matcha.service.matcha import Matcha
from matcha.service.process import new_id
from matcha.store import accounts
from matcha.store import jobs as rows
from matcha.values import ActorKind, Language

MOST = 1000  # questions in one job
LEASE = timedelta(seconds=60)
KEPT = timedelta(days=30)
REPEATED = timedelta(days=3)  # how long a request may be sent again with its idempotency key
MAY: Mapping[JobKind, frozenset[AccountRole]] = {
    JobKind.MATCHES: frozenset({AccountRole.COORDINATOR, AccountRole.ORGANISER}),
    JobKind.NEUTRALITY: frozenset({AccountRole.COORDINATOR}),
}


@dataclass(frozen=True)
class MatchAsked:
    """One question of a job, as `Matcha.match` takes it."""

    text: str | None = None
    need_id: str | None = None
    k: int = 10
    kind: ActorKind | None = None
    reason: str | None = None
    language: Language | None = None
    purpose: Purpose | None = None

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> MatchAsked:
        """Give the question that `asdict` told as JSON."""
        given: dict[str, Any] = dict(told)
        for name, choices in {"kind": ActorKind, "language": Language, "purpose": Purpose}.items():
            given[name] = None if given[name] is None else choices(given[name])
        return cls(**given)


class Jobs:
    """The jobs of a system."""

    def __init__(
        self,
        matcha: Matcha,
        clock: Callable[[], datetime] = now,
        lease: timedelta = LEASE,
        salt: Salt = secrets.token_bytes,
    ) -> None:
        self.matcha = matcha
        self.store = matcha.logbook.store
        self.clock = clock
        self.lease = lease
        self._salt = salt

    def ask_matches(self, asked: Sequence[MatchAsked], caller: Caller) -> Job:
        """Ask 1 to 1,000 questions. Raises Invalid for none, too many, or one that is neither a text nor a need."""
        if not 1 <= len(asked) <= MOST:
            raise Invalid(f"Ställ 1 till {MOST} frågor, inte {len(asked)}.", f"Ask 1 to {MOST} questions at a time.")
        for place, one in enumerate(asked):
            _refuse_unclear(place, one)
        return self._add(JobKind.MATCHES, [asdict(one) for one in asked], len(asked), caller)

    def ask_neutrality(self, k: int, sample: int, caller: Caller) -> Job:
        """Ask for a neutrality report. Raises Conflict while another one is being made."""
        return self._add(JobKind.NEUTRALITY, [{"k": k, "sample": sample}], 1, caller)

    def cancel(self, id: str, caller: Caller) -> Job:
        """Stop a job of the caller's; what is answered stays. Raises NotFound, Conflict for one that has ended."""
        with self.matcha.logbook.writing() as writing:
            row = _own(rows.job(writing.session, id), caller)
            if row.state in (JobState.DONE, JobState.FAILED):
                raise Conflict(f"Jobbet {id} är redan avslutat.", f"The job {id} has ended already.")
            row.state, row.ended = JobState.CANCELLED, row.ended or self.clock()
            row.worker = row.lease = None
            writing.session.add(row)
            writing.session.flush()
            return writing.done(row)

    def job(self, id: str) -> Job:
        """Give one job, or raise NotFound."""
        with self.store.reading() as session:
            return rows.job(session, id)

    def own(self, id: str, caller: Caller) -> Job:
        """Give a job of the caller's own, or raise NotFound."""
        return _own(self.job(id), caller)

    def jobs(self, by: str) -> Sequence[Job]:
        """Give the jobs of an account, the oldest first."""
        with self.store.reading() as session:
            return rows.jobs(session, by)

    def done(self, *found: Job) -> Mapping[str, int]:
        """Give how much of each job's `total` is done, by id."""
        with self.store.reading() as session:
            counts = rows.counts(session, [job.id for job in found])
        return {job.id: _done(job, counts.get(job.id, 0)) for job in found}

    def results(self, id: str, after: int = -1, limit: int = 100) -> Sequence[JobItem]:
        """Give what the items of a job after a place were answered with, by place; places count from 0."""
        with self.store.reading() as session:
            return rows.items(session, id, after, limit)

    def newest_report(self) -> Mapping[str, Any]:
        """Give the neutrality report made last, as JSON values. Raises NotFound before the first."""
        with self.store.reading() as session:
            job = rows.newest_done(session, JobKind.NEUTRALITY)
            found = rows.items(session, job.id, -1, 1) if job else ()
        if not found:
            raise NotFound("Ingen neutralitetsrapport är gjord ännu.", "No neutrality report has been made yet.")
        report: Mapping[str, Any] = json.loads(found[0].content)
        return report

    def forget(self) -> None:
        """Delete the jobs that ended more than 30 days ago, but for the newest neutrality report, and old answers."""
        with self.store.transaction() as session:
            newest = rows.newest_done(session, JobKind.NEUTRALITY)
            rows.forget(session, self.clock() - KEPT, None if newest is None else newest.id)
            rows.forget_answers(session, self.clock() - REPEATED)

    def caller_of(self, account_id: str) -> Caller:
        """Give who an account is now. Raises NotFound for an unknown one, Forbidden for one that is closed."""
        with self.store.reading() as session:
            account = accounts.account(session, account_id)
        if not account.active:
            raise Forbidden(f"Kontot {account_id} är stängt.", f"Account {account_id} is closed.")
        return Caller(account.id, account.role_set, account.actor_id, account.name)

    def _add(self, kind: JobKind, asked: list[dict[str, Any]], total: int, caller: Caller) -> Job:
        with self.matcha.logbook.writing() as writing:
            if kind is JobKind.NEUTRALITY and (other := rows.unfinished(writing.session, kind)):
                raise Conflict(
                    f"En neutralitetsrapport görs redan: jobbet {other.id}.",
                    f"A neutrality report is being made already: the job {other.id}.",
                )
            id, moment = new_id("jobb", self._salt(10)), self.clock()
            row = Job(id=id, kind=kind, by=rules.who(caller), asked=asked, total=total, made=moment)
            writing.session.add(row)
            writing.session.flush()
            return writing.done(row)


def _own(job: Job, caller: Caller) -> Job:
    if job.by != caller.account_id:
        raise NotFound(f"Jobbet {job.id} finns inte.", f"The job {job.id} does not exist.")
    return job


def _done(job: Job, answered: int) -> int:
    """A report is one item, whose parts its worker counts in what was asked."""
    if job.kind is JobKind.MATCHES or job.state is JobState.DONE:
        return answered if job.kind is JobKind.MATCHES else job.total
    return job.done


def _refuse_unclear(place: int, one: MatchAsked) -> None:
    if (one.text is None) == (one.need_id is None):
        raise Invalid(
            f"Fråga {place + 1}: ange antingen en text eller ett behovs id, inte båda.",
            f"Question {place + 1}: give either a text or the id of a need, not both.",
        )
    if (one.kind is None) != (one.reason is None):
        raise Invalid(
            f"Fråga {place + 1}: ett urval på sorts aktör kräver ett skäl, som loggas; utan urval anges inget skäl.",
            f"Question {place + 1}: choosing one kind of actor needs a reason, which is logged; else give none.",
        )
