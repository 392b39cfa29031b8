"""What is read from the store.

Every list is sorted here, by code points, for databases sort text by rules of their own: the same rows give the same
bytes from SQLite and from PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from sqlalchemy import Subquery
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, func, select

from matcha.errors import NotFound
from matcha.records import Actor, Contact, Need, Passage, Profile, ProfileVersion, StoreIdentity

Value = TypeVar("Value")


@dataclass(frozen=True)
class CurrentProfile:
    """A registered profile: its thread, its newest version and its actor."""

    profile: Profile
    version: ProfileVersion
    actor: Actor


@dataclass(frozen=True)
class PassageRow:
    """A passage of a current, not withdrawn profile version, without its text."""

    id: int
    profile_id: str
    version: int
    ordinal: int


def identity(session: Session) -> str:
    """Give the random name of this database."""
    return session.exec(select(StoreIdentity.id)).one()


def actors(session: Session) -> Sequence[Actor]:
    return sorted(session.exec(select(Actor)), key=lambda row: row.id)


def needs(session: Session) -> Sequence[Need]:
    return sorted(session.exec(select(Need)), key=lambda row: row.id)


def contacts(session: Session) -> Sequence[Contact]:
    return sorted(session.exec(select(Contact)), key=lambda row: row.id)


def actor(session: Session, id: str) -> Actor:
    return session.get(Actor, id) or _missing("Aktören", "The actor", id, "matcha actors list")


def need(session: Session, id: str) -> Need:
    return session.get(Need, id) or _missing("Behovet", "The need", id, "matcha needs list")


def profile(session: Session, id: str) -> CurrentProfile:
    found = current_profiles(session, profile_id=id)
    return found[0] if found else _missing("Profilen", "The profile", id, "matcha profiles list")


def current_profiles(
    session: Session, actor_id: str | None = None, profile_id: str | None = None
) -> tuple[CurrentProfile, ...]:
    """Give every registered profile with its newest version, withdrawn ones too, by profile id."""
    newest = _newest()
    query = (
        select(Profile, ProfileVersion, Actor)
        .join(newest, newest.c.profile_id == col(Profile.id))
        .join(ProfileVersion, col(ProfileVersion.id) == newest.c.version_id)
        .join(Actor, col(Actor.id) == col(Profile.actor_id))
    )
    if actor_id is not None:
        query = query.where(col(Actor.id) == actor_id)
    if profile_id is not None:
        query = query.where(col(Profile.id) == profile_id)
    return tuple(sorted((CurrentProfile(*row) for row in session.exec(query)), key=lambda c: c.profile.id))


def passages(session: Session, pipeline: str) -> tuple[PassageRow, ...]:
    """Give the passages that an index must hold: of current, not withdrawn versions; by profile and ordinal."""
    newest = _newest()
    query = (
        select(Passage.id, ProfileVersion.profile_id, ProfileVersion.version, Passage.ordinal)
        .join(ProfileVersion, col(ProfileVersion.id) == col(Passage.version_id))
        .join(newest, newest.c.version_id == col(ProfileVersion.id))
        .join(Profile, col(Profile.id) == col(ProfileVersion.profile_id))
        .where(col(Passage.pipeline) == pipeline, col(Profile.withdrawn).is_(None))
    )
    rows = (PassageRow(*row) for row in session.exec(query))
    return tuple(sorted(rows, key=lambda row: (row.profile_id, row.ordinal)))


def unread(session: Session, pipeline: str) -> tuple[ProfileVersion, ...]:
    """Give the current, not withdrawn versions that a pipeline has not read yet, by profile id."""
    read = select(Passage.version_id).where(col(Passage.pipeline) == pipeline).distinct()
    known = set(session.exec(read))
    current = current_profiles(session)
    return tuple(c.version for c in current if c.profile.withdrawn is None and c.version.id not in known)


def vectors(session: Session, ids: Sequence[int]) -> dict[int, bytes]:
    """Give the stored vector of each passage."""
    return _of_passages(session, col(Passage.vector), ids)


def passage_texts(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Give the text of each passage."""
    return _of_passages(session, col(Passage.text), ids)


def _of_passages(session: Session, column: Mapped[Value], ids: Sequence[int]) -> dict[int, Value]:
    found: dict[int, Value] = {}
    for start in range(0, len(ids), 500):  # databases limit how many values one question may carry
        query = select(col(Passage.id), column).where(col(Passage.id).in_(ids[start : start + 500]))
        found |= {key: value for key, value in session.exec(query) if key is not None}
    return found


def _newest() -> Subquery:
    """The id of each profile's newest version, as columns profile_id and version_id."""
    profile_id, number = col(ProfileVersion.profile_id), col(ProfileVersion.version)
    newest = select(profile_id, func.max(number).label("version")).group_by(profile_id).subquery()
    same = (newest.c.profile_id == profile_id) & (newest.c.version == number)
    return select(profile_id, col(ProfileVersion.id).label("version_id")).join(newest, same).subquery()


def _missing(sv: str, en: str, id: str, command: str) -> NoReturn:
    raise NotFound(f"{sv} {id} finns inte. Se: {command}", f"{en} {id} does not exist. See: {command}")
