"""Frozen statistics: what a pipeline knew of texts at large at the moment an operator froze it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from matcha.records.fields import Moment


class FrozenStatistics(SQLModel, table=True):
    """One freezing. Rows are only added; the newest of a reader is in use, the older ones serve replay."""

    __table_args__ = {"sqlite_autoincrement": True}  # SQLAlchemy's own form

    id: int | None = Field(default=None, primary_key=True)
    reader: str = Field(max_length=64)
    digest: str = Field(max_length=64)
    content: bytes
    needs: int
    profiles: int
    made: datetime = Field(sa_type=Moment)
