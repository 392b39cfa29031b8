"""Decisions: what a person chose about an actor for a need, beside the machine's rank (R13)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from matcha.records.fields import Form, Id, Line, Moment, Prose, choice
from matcha.values import Choice


class DecisionForm(Form):
    """A decision as a named person makes it, with the reason."""

    need_id: Id
    actor_id: Id
    choice: Choice
    user: Line
    reason: Prose


class Decision(SQLModel, table=True):
    """A decision. Rows are only added; nothing becomes invited without one.

    `machine_rank` is the actor's rank for the need at that moment (None: it had no profile that was ranked), by the
    pipeline and over the snapshot named. `leaf_index` is the decision's entry in the match log.
    """

    __table_args__ = {"sqlite_autoincrement": True}  # SQLAlchemy's own form

    id: int | None = Field(default=None, primary_key=True)
    need_id: str = Field(foreign_key="need.id", index=True, max_length=64)
    actor_id: str = Field(foreign_key="actor.id", max_length=64)
    choice: Choice = Field(sa_type=choice(Choice))
    user: str = Field(max_length=300)
    reason: str
    machine_rank: int | None = None
    pipeline: str = Field(max_length=64)
    snapshot: str = Field(max_length=64)
    leaf_index: int | None = Field(default=None, sa_type=BigInteger)
    made: datetime = Field(sa_type=Moment)
