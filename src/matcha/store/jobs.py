"""What is read and changed of jobs and their items; whoever changes one must hold it, and the answer says if so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, or_, update
from sqlmodel import Session, col, func, select

from matcha.errors import NotFound
from matcha.process import JobKind, JobState
from matcha.records import Answered, Job, JobItem

ENDED = (JobState.DONE, JobState.CANCELLED, JobState.FAILED)


def job(session: Session, id: str) -> Job:
    """Give a job, or raise NotFound."""
    found = session.get(Job, id)
    if found is None:
        raise NotFound(f"Jobbet {id} finns inte.", f"The job {id} does not exist.")
    return found


def jobs(session: Session, by: str) -> Sequence[Job]:
    """Give the jobs of an account, the oldest first."""
    return sorted(session.exec(select(Job).where(col(Job.by) == by)), key=lambda row: (row.made, row.id))


def unfinished(session: Session, kind: JobKind) -> Job | None:
    """Give a job of a kind that waits or goes on, if there is one."""
    return session.exec(select(Job).where(col(Job.kind) == kind, col(Job.state).not_in(ENDED))).first()


def newest_done(session: Session, kind: JobKind) -> Job | None:
    """Give the job of a kind that was done last, if any has been."""
    query = select(Job).where(col(Job.kind) == kind, col(Job.state) == JobState.DONE)
    return max(session.exec(query), key=lambda row: (row.ended, row.id), default=None)


def items(session: Session, id: str, after: int, limit: int) -> Sequence[JobItem]:
    """Give what items of a job after a place were answered with, `limit` at most, by place."""
    query = select(JobItem).where(col(JobItem.job_id) == id, col(JobItem.place) > after)
    return session.exec(query.order_by(col(JobItem.place)).limit(limit)).all()


def counts(session: Session, ids: Iterable[str]) -> Mapping[str, int]:
    """Give how many items of each job are answered."""
    query = select(col(JobItem.job_id), func.count()).where(col(JobItem.job_id).in_(list(ids)))
    return dict(session.exec(query.group_by(col(JobItem.job_id))).all())


def waiting(session: Session, now: datetime) -> str | None:
    """Give the id of the oldest job that nobody works on, if there is one."""
    query = select(Job).where(_free(now)).order_by(col(Job.made), col(Job.id))
    found = session.exec(query).first()
    return None if found is None else found.id


def claim(session: Session, id: str, worker: str, now: datetime, until: datetime) -> bool:
    """Take a job that nobody works on, until a moment; whether it was still free."""
    return _changed(session, (col(Job.id) == id) & _free(now), state=JobState.RUNNING, worker=worker, lease=until)


def renew(session: Session, id: str, worker: str, until: datetime) -> bool:
    """Hold a job longer; whether the worker still has it."""
    return _changed(session, _held(id, worker), lease=until)


def note_progress(session: Session, id: str, worker: str, done: int, total: int) -> bool:
    """Note how far a job of one long item has come; whether the worker still has it."""
    return _changed(session, _held(id, worker), done=done, total=total)


def end(session: Session, id: str, worker: str, state: JobState, now: datetime) -> bool:
    """End a job; whether the worker still had it."""
    return _changed(session, _held(id, worker), state=state, ended=now, worker=None, lease=None)


def release(session: Session, id: str, worker: str) -> bool:
    """Put a job back, to be gone on with; whether the worker still had it."""
    return _changed(session, _held(id, worker), state=JobState.QUEUED, worker=None, lease=None)


def forget(session: Session, before: datetime, keep: str | None = None) -> None:
    """Delete the jobs that ended before a moment, with their items, but for one."""
    old = select(Job.id).where(col(Job.ended) < before, col(Job.id) != (keep or ""))
    ids = list(session.exec(old))
    for start in range(0, len(ids), 500):  # databases limit how many values one question may carry
        some = ids[start : start + 500]
        session.execute(delete(JobItem).where(col(JobItem.job_id).in_(some)))
        session.execute(delete(Job).where(col(Job.id).in_(some)))


def forget_answers(session: Session, before: datetime) -> None:
    """Delete what requests with an idempotency key were answered with before a moment."""
    session.execute(delete(Answered).where(col(Answered.made) < before))


def _free(now: datetime) -> ColumnElement[bool]:
    lapsed = (col(Job.state) == JobState.RUNNING) & (col(Job.lease) <= now)
    return or_(col(Job.state) == JobState.QUEUED, lapsed)


def _held(id: str, worker: str) -> ColumnElement[bool]:
    return (col(Job.id) == id) & (col(Job.worker) == worker) & (col(Job.state) == JobState.RUNNING)


def _changed(session: Session, where: ColumnElement[bool], **values: Any) -> bool:
    done = session.execute(update(Job).where(where).values(**values).execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", done).rowcount == 1
