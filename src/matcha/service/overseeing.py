"""What whoever answers for the process looks over: locks, jobs, sizes, what matches are made with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from matcha.matchlog.entry import Entry, Kind
from matcha.process import JobKind, JobState
from matcha.records import Actor, Job, Need, Profile
from matcha.records.account import Account, AccountSession, ApiKey
from matcha.records.request import Request
from matcha.service import logbook
from matcha.service.entries import ERASED
from matcha.service.jobs import Jobs
from matcha.service.matcha import Matcha
from matcha.store import log
from matcha.store.jobs import ENDED

_JOBS = 100


@dataclass(frozen=True)
class Locked:
    """A need under procurement: the entry that locked it, when, who and why (empty if erased), and what was refused."""

    need_id: str
    title: str
    leaf_index: int | None = None
    milliseconds: int | None = None
    user: str = ""
    reason: str = ""
    refused: int = 0


@dataclass(frozen=True)
class Work:
    """A job of anybody's, without what was asked and answered."""

    id: str
    kind: JobKind
    state: JobState
    by: str
    done: int
    total: int
    made: datetime
    ended: datetime | None

    @property
    def ongoing(self) -> bool:
        """Whether it waits or goes on."""
        return self.state not in ENDED


@dataclass(frozen=True)
class Sizes:
    """How much there is; accounts are the open ones, sessions and keys those not ended, requests the unsettled."""

    needs: int
    actors: int
    profiles: int
    entries: int
    accounts: int
    sessions: int
    keys: int
    requests: int
    jobs: int


@dataclass(frozen=True)
class Made:
    """What matches are made with now: digests in hex, how many profiles take part, and frozen statistics if any."""

    pipeline: str
    snapshot: str
    registered: int
    scored: int
    excluded: Mapping[str, int]
    statistics: str
    frozen: datetime | None
    frozen_needs: int | None
    frozen_profiles: int | None
    parts: Mapping[str, object]


def locks(matcha: Matcha) -> tuple[Locked, ...]:
    """Give the needs that are locked for a procurement, by id."""
    with matcha.logbook.store.reading() as session:
        rows = session.exec(select(Need).where(col(Need.locked)).order_by(col(Need.id))).all()
        steps = list(logbook.entries(session, Kind.PHASE_LOCK)) if rows else []
        began = {said["need_id"]: (index, at, said) for index, at, said in _began(session, steps)}
        return tuple(_locked(need, began.get(need.id), steps) for need in rows)


def jobs(matcha: Matcha) -> tuple[Work, ...]:
    """Give the newest jobs of all accounts, the newest first, without what was asked."""
    with matcha.logbook.store.reading() as session:
        found = session.exec(select(Job).order_by(col(Job.made).desc(), col(Job.id)).limit(_JOBS)).all()
    done = Jobs(matcha).done(*found)
    return tuple(
        Work(job.id, job.kind, job.state, job.by, done[job.id], job.total, job.made, job.ended) for job in found
    )


def sizes(matcha: Matcha) -> Sizes:
    """Give how much there is of everything."""
    with matcha.logbook.store.reading() as session:

        def count(query: object) -> int:
            return int(session.exec(select(func.count()).select_from(query.subquery())).one())  # type: ignore[attr-defined]

        return Sizes(
            needs=count(select(Need.id).where(col(Need.title) != ERASED)),
            actors=count(select(Actor.id).where(col(Actor.name) != ERASED)),
            profiles=count(select(Profile.id).where(col(Profile.withdrawn).is_(None))),
            entries=log.head(session).size,
            accounts=count(select(Account.id).where(col(Account.active))),
            sessions=count(select(AccountSession.id).where(col(AccountSession.closed).is_(None))),
            keys=count(select(ApiKey.id).where(col(ApiKey.revoked).is_(None), col(ApiKey.expires) > matcha.now())),
            requests=count(select(Request.id).where(col(Request.done).is_(None))),
            jobs=count(select(Job.id).where(col(Job.state).not_in(ENDED))),
        )


def made_with(matcha: Matcha) -> Made:
    """Give what matches are made with now. Raises Unavailable without an index."""
    ready = matcha._looking(matcha._preparation.ready)
    frozen = matcha.frozen()
    return Made(
        pipeline=ready.pipeline.digest,
        snapshot=ready.snapshot.digest,
        registered=len(ready.snapshot.registered),
        scored=len(ready.snapshot.eligible),
        excluded={reason.value: count for reason, count in ready.snapshot.registered.reasons().items()},
        statistics=str(ready.pipeline.parts["statistics"]),
        frozen=None if frozen is None else frozen.made,
        frozen_needs=None if frozen is None else frozen.needs,
        frozen_profiles=None if frozen is None else frozen.profiles,
        parts=ready.pipeline.parts,
    )


Steps = Sequence[tuple[int, Entry]]
Began = tuple[int, int, Mapping[str, str]]


def _began(session: Session, steps: Steps) -> Iterator[Began]:
    """Give every entry that locks a need, with what stands beside it; the last of a need is the one that holds."""
    for index, entry in steps:
        opening = log.openings(session, index).get("decision") if "refused" not in entry.said else None
        if opening is not None and entry.said["locked"]:
            yield index, entry.milliseconds, json.loads(opening.value)


def _locked(need: Need, began: Began | None, steps: Steps) -> Locked:
    if began is None:
        return Locked(need.id, need.title)
    first, at, said = began
    refused = sum(i > first and "refused" in e.said and e.said["need"] == need.leaf_index for i, e in steps)
    return Locked(need.id, need.title, first, at, said["user"], said["reason"], refused)
