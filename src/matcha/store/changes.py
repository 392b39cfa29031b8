"""What has changed since: so that whoever remembers what was read before reads again what was touched, and no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy import delete
from sqlmodel import Session, col, select

from matcha.records import Change
from matcha.store import queries, revision

_KEPT = 1_000  # changes; whoever has not looked for longer reads everything
_MANY = 1_000  # profiles; to read so many apart takes as long as reading all of a large database


@dataclass(frozen=True)
class Mark:
    """A moment of a database, told from every other: its name, its revision, and the random token of that."""

    identity: str
    revision: int
    token: str


@dataclass(frozen=True)
class Touched:
    """The profiles of which anything may be otherwise, and whether anybody may be called otherwise."""

    profile_ids: frozenset[str] = frozenset()
    names: bool = False


def note(session: Session, profile_ids: Iterable[str] | None, names: bool = False) -> None:
    """Count a change and keep what it touched (profiles: None for any), in its transaction; others are told of it."""
    identity = queries.identity(session)
    identity.revision += 1
    ids = None if profile_ids is None else sorted(set(profile_ids))
    few = ids if ids is None or len(ids) <= _MANY else None
    session.add(Change(revision=identity.revision, token=token_hex(16), profile_ids=few, names=names))
    session.execute(delete(Change).where(col(Change.revision) <= identity.revision - _KEPT))
    revision.announce(session, identity.revision)


def mark(session: Session) -> Mark:
    """Give the moment that a session sees."""
    identity = queries.identity(session)
    found = session.exec(select(Change.token).where(col(Change.revision) == identity.revision)).first()
    return Mark(identity.id, identity.revision, found or "")


def since(session: Session, before: Mark, now: Mark) -> Touched | None:
    """Give what was touched between two moments of which the session sees the second; None if that is not known."""
    if before == now:
        return Touched()
    if before.identity != now.identity:
        return None
    query = select(Change).where(col(Change.revision) >= before.revision).order_by(col(Change.revision))
    found = session.exec(query).all()
    if [(change.revision, change.token) for change in found[:1]] != [(before.revision, before.token)]:
        return None  # too long ago, or a moment of another history: of before a backup was restored
    later = found[1:]
    ids = [id for change in later for id in change.profile_ids or ()]
    if any(change.profile_ids is None for change in later) or len(ids) > _MANY:
        return None
    return Touched(frozenset(ids), any(change.names for change in later))
