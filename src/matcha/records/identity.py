"""Which database this is, and what its latest changes touched."""

from __future__ import annotations

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel


class StoreIdentity(SQLModel, table=True):
    """One row: a random name given when the database was made, so that an index of another is known as foreign."""

    id: str = Field(primary_key=True, max_length=36)
    revision: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # counts what has changed since


class Change(SQLModel, table=True):
    """What the change that made a revision touched, for whoever remembers what was read before; the latest are kept.

    `profile_ids` are the profiles of which anything may be otherwise (None: of any), `names` says whether actors or
    contact persons may be called otherwise. `token` is random: no other history of the same database has it.
    """

    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    token: str = Field(max_length=32)
    profile_ids: list[str] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    names: bool
