"""Which database this is."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class StoreIdentity(SQLModel, table=True):
    """One row: a random name given when the database was made, so that an index of another is known as foreign."""

    id: str = Field(primary_key=True, max_length=36)
    revision: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # counts what has changed since
