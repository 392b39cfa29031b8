"""Long work that goes on after the request, and requests that were answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from matcha.process import JobKind, JobState
from matcha.records.fields import Moment, choice


class Job(SQLModel, table=True):
    """Long work, item by item. `lease` is until when its worker has it to itself, `done` how far one long item is."""

    id: str = Field(primary_key=True, max_length=64)
    kind: JobKind = Field(sa_type=choice(JobKind))
    by: str = Field(index=True, max_length=64)
    asked: list[dict[str, Any]] = Field(sa_type=JSON)
    state: JobState = Field(default=JobState.QUEUED, sa_type=choice(JobState), index=True)
    done: int = 0
    total: int
    worker: str | None = Field(default=None, max_length=64)
    lease: datetime | None = Field(default=None, sa_type=Moment)
    made: datetime = Field(sa_type=Moment)
    ended: datetime | None = Field(default=None, sa_type=Moment)


class JobItem(SQLModel, table=True):
    """What one need of a job was answered with: an answer, or what was wrong with it."""

    __tablename__ = "job_item"

    job_id: str = Field(foreign_key="job.id", primary_key=True, max_length=64)
    place: int = Field(primary_key=True)
    found: bool
    content: bytes


class Answered(SQLModel, table=True):
    """What a request with an idempotency key was answered with (draft-ietf-httpapi-idempotency-key-header)."""

    caller: str = Field(primary_key=True, max_length=64)
    key: str = Field(primary_key=True, max_length=64)
    fingerprint: str = Field(max_length=64)
    content: bytes
    made: datetime = Field(sa_type=Moment)


class NeedReading(SQLModel, table=True):
    """How a need was read by one reader: a cache beside the log. `digest` is that of what was read."""

    __tablename__ = "need_reading"

    need_id: str = Field(foreign_key="need.id", primary_key=True, max_length=64)
    reader: str = Field(primary_key=True, max_length=64)
    digest: str = Field(max_length=64)
    content: bytes
