"""The match log's rows: appended in the writer's transaction, read by index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, insert
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select

from matcha.errors import NotFound
from matcha.matchlog import merkle
from matcha.matchlog.entry import Draft, Entry, Kind, Opening
from matcha.matchlog.merkle import Frontier, Perfect
from matcha.records import LogEntry, LogObject, LogPayload

_AT_ONCE = 500

# What every answer asks, made once: to put a question together takes longer than to ask it.
_ENTRIES, _BESIDE = (SQLModel.metadata.tables[name] for name in ("log_entry", "log_payload"))
_HEAD = select_columns(_ENTRIES.c.leaf_index, _ENTRIES.c.frontier).order_by(_ENTRIES.c.leaf_index.desc()).limit(1)
_NEWEST = select_columns(func.max(_ENTRIES.c.leaf_index)).where(
    _ENTRIES.c.kind == bindparam("kind"), _ENTRIES.c.leaf_index >= bindparam("start")
)
_ADD, _ADD_BESIDE = insert(_ENTRIES), insert(_BESIDE)


@dataclass(frozen=True)
class Head:
    """The log as it stands: how many entries, and the frontier of their tree."""

    size: int
    frontier: Frontier

    @property
    def root(self) -> bytes:
        """The tree's root."""
        return merkle.root_of(self.frontier)


EMPTY = Head(0, ())  # the head of a log without entries


def head(session: Session) -> Head:
    """Give the log's head."""
    found = session.connection().execute(_HEAD).first()
    return EMPTY if found is None else Head(found[0] + 1, _peaks(found[1]))


def head_at(session: Session, size: int) -> Head:
    """Give the head the log had at a size it has reached."""
    return Head(size, _frontier(session, size) if size else ())


def append(session: Session, before: Head, draft: Draft, body: bytes) -> Head:
    """Append an entry to the log that ends with `before`, in this transaction, and give the head after it."""
    leaf = merkle.leaf_hash(body)
    after = merkle.grown(before.frontier, before.size, leaf)
    row = {"kind": draft.kind.value, "body": body, "leaf_hash": leaf, "frontier": b"".join(after)}
    session.connection().execute(_ADD, {"leaf_index": before.size, **row})
    beside = [
        {"leaf_index": before.size, "field": name, "salt": opening.salt, "value": opening.value}
        for name, opening in draft.openings.items()
    ]
    if beside:
        session.connection().execute(_ADD_BESIDE, beside)
    return Head(before.size + 1, after)


def row(session: Session, index: int) -> LogEntry:
    """Give an entry's row, or raise NotFound."""
    found = session.get(LogEntry, index)
    if found is None:
        raise NotFound(
            f"Loggen har ingen post {index}. Se: matcha log entries",
            f"The log has no entry {index}. See: matcha log entries",
        )
    return found


def entry(session: Session, index: int, *kinds: Kind) -> Entry:
    """Give an entry, of one of these kinds if any are named, or raise NotFound."""
    found = Entry.parse(row(session, index).body)
    if kinds and found.kind not in kinds:
        wanted = ", ".join(kinds)
        raise NotFound(
            f"Post {index} är av slaget {found.kind}, inte {wanted}. Se: matcha log entries",
            f"Entry {index} is of kind {found.kind}, not {wanted}. See: matcha log entries",
        )
    return found


def rows(session: Session, start: int = 0, count: int | None = None, kind: Kind | None = None) -> Iterator[LogEntry]:
    """Give rows from an index on, by index."""
    query = select(LogEntry).where(col(LogEntry.leaf_index) >= start).order_by(col(LogEntry.leaf_index))
    if kind is not None:
        query = query.where(col(LogEntry.kind) == kind.value)
    yield from session.exec(query.limit(count)).yield_per(_AT_ONCE)


def last(session: Session, count: int, kind: Kind | None) -> int:
    """Give the index from which the last `count` entries (of a kind) begin."""
    query = select(LogEntry.leaf_index).order_by(col(LogEntry.leaf_index).desc())
    if kind is not None:
        query = query.where(col(LogEntry.kind) == kind.value)
    return min(session.exec(query.limit(count)), default=0)


def newest(session: Session, kind: Kind, start: int = 0) -> int | None:
    """Give the index of the newest entry of a kind, from an index on."""
    found: int | None = session.connection().execute(_NEWEST, {"kind": kind.value, "start": start}).scalar_one()
    return found


def openings(session: Session, index: int) -> dict[str, Opening]:
    """Give what stands beside an entry, by field; what has been erased is missing."""
    found = session.exec(select(LogPayload).where(col(LogPayload.leaf_index) == index))
    return {one.field: Opening(one.salt, one.value) for one in sorted(found, key=lambda one: one.field)}


def all_openings(session: Session) -> Iterator[tuple[int, str, Opening]]:
    """Give what stands beside all entries, as (index, field, opening), by index and field."""
    order = col(LogPayload.leaf_index), col(LogPayload.field)
    for one in session.exec(select(LogPayload).order_by(*order)).yield_per(_AT_ONCE):
        yield one.leaf_index, one.field, Opening(one.salt, one.value)


def erase(session: Session, index: int, fields: Sequence[str]) -> None:
    """Delete values and salts beside an entry."""
    named = col(LogPayload.field).in_(fields)
    session.execute(delete(LogPayload).where(col(LogPayload.leaf_index) == index, named))


def mentioning(session: Session, said: bytes) -> Iterator[tuple[int, str]]:
    """Give the (index, field) of every value beside an entry that holds these bytes, by index and field."""
    return ((index, name) for index, name, opening in all_openings(session) if said in opening.value)


def perfect(session: Session) -> Perfect:
    """Give the perfect subtrees of the log, each from a few rows."""
    return merkle.perfect_in(lambda index: row(session, index).leaf_hash, lambda size: _frontier(session, size))


def root(session: Session, size: int) -> bytes:
    """Give the root the log had at a size it has reached."""
    return head_at(session, size).root


def keep(session: Session, name: str, content: Callable[[], bytes]) -> None:
    """Keep an object under a name that its content decides; if it is there already, nothing changes."""
    if session.exec(select(LogObject.name).where(col(LogObject.name) == name)).first() is None:
        session.add(LogObject(name=name, content=content()))


def kept(session: Session, name: str) -> bytes:
    """Give a kept object, or raise NotFound."""
    found = session.get(LogObject, name)
    if found is None:
        raise NotFound(f"Loggens underlag {name} saknas.", f"The log's object {name} is missing.")
    return found.content


def _frontier(session: Session, size: int) -> Frontier:
    return _peaks(row(session, size - 1).frontier)


def _peaks(packed: bytes) -> Frontier:
    return tuple(packed[start : start + 32] for start in range(0, len(packed), 32))
