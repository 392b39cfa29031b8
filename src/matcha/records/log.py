"""The match log's tables (see `matchlog`): entries are only added; what stands beside them can be erased."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class LogEntry(SQLModel, table=True):
    """A leaf of the log's tree. `frontier` holds the peaks of the tree that ends with it, one after the other."""

    __tablename__ = "log_entry"

    leaf_index: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    kind: str = Field(max_length=32, index=True)
    body: bytes
    leaf_hash: bytes
    frontier: bytes


class LogPayload(SQLModel, table=True):
    """What opens a commitment of an entry: erasable, with its salt."""

    __tablename__ = "log_payload"

    leaf_index: int = Field(foreign_key="log_entry.leaf_index", primary_key=True, sa_type=BigInteger)
    field: str = Field(primary_key=True, max_length=64)
    salt: bytes
    value: bytes


class LogObject(SQLModel, table=True):
    """What entries name by a digest and replay needs: `statistics/…`, `reference/…`, `roll/…`."""

    __tablename__ = "log_object"

    name: str = Field(primary_key=True, max_length=100)
    content: bytes


class ProfileEntry(SQLModel, table=True):
    """Which profile version an entry of the log is about. The newest of a profile is what stands."""

    __tablename__ = "profile_entry"

    leaf_index: int = Field(foreign_key="log_entry.leaf_index", primary_key=True, sa_type=BigInteger)
    version_id: int = Field(foreign_key="profileversion.id", index=True)
