"""Proposals: profiles that somebody submits, awaiting a coordinator's review before they are taken in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field, SQLModel

from matcha.process import Ruling
from matcha.records.fields import Form, Moment, OptionalLine, Prose, choice


class RulingForm(Form):
    """What a coordinator rules about a proposal, with the reason."""

    ruling: Ruling
    reason: Prose


class Proposal(SQLModel, table=True):
    """A submitted profile, and its actor if that is new or changed, as `content` holds them."""

    __table_args__ = {"sqlite_autoincrement": True}  # SQLAlchemy's own form

    id: int | None = Field(default=None, primary_key=True)
    actor_id: str = Field(index=True, max_length=64)
    profile_id: str = Field(index=True, max_length=64)
    by: str = Field(max_length=64)
    content: dict[str, Any] = Field(sa_type=JSON)
    ruling: Ruling = Field(default=Ruling.AWAITING, sa_type=choice(Ruling), index=True)
    reason: str | None = None
    ruled_by: str | None = Field(default=None, max_length=64)
    leaf_index: int = Field(sa_type=BigInteger)
    made: datetime = Field(sa_type=Moment)
    ruled: datetime | None = Field(default=None, sa_type=Moment)


class SubscriptionForm(Form):
    """What needs somebody wants to hear of: those with these words, or all."""

    words: OptionalLine = None


class Subscription(SQLModel, table=True):
    """That an account wants to hear of new needs."""

    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    account_id: str = Field(index=True, max_length=64)
    words: str | None = Field(default=None, max_length=300)
    made: datetime = Field(sa_type=Moment)
