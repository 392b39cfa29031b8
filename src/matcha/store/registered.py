"""Who is registered, read in columns: what a snapshot and an index need, without texts and vectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select as select_columns  # SQLModel's own takes four columns at most
from sqlmodel import Session, col, select

from matcha.records import Actor, Profile, ProfileVersion, VersionReading
from matcha.store.queries import newest_of, some_of
from matcha.values import ActorKind, ActorRef, Language

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Listed:
    """What a snapshot needs of a registered profile: its thread, its newest version's number and title, its actor."""

    profile_id: str
    withdrawn: datetime | None
    expired: datetime | None
    version_id: int
    version: int
    title: str
    language: Language
    actor: ActorRef
    org_number: str | None

    @property
    def out(self) -> bool:
        """Whether it takes no part: withdrawn, or expired."""
        return self.withdrawn is not None or self.expired is not None


def listed(session: Session) -> tuple[Listed, ...]:
    """Give every registered profile without its text, withdrawn ones too, by profile id."""
    newest = newest_of()
    query = (
        select_columns(
            *(col(column) for column in (Profile.id, Profile.withdrawn, Profile.expired)),
            *(col(column) for column in (ProfileVersion.id, ProfileVersion.version, ProfileVersion.title)),
            col(ProfileVersion.language),
            *(col(column) for column in (Actor.id, Actor.name, Actor.kind, Actor.org_number)),
        )
        .join(newest, newest.c.profile_id == col(Profile.id))
        .join(ProfileVersion, col(ProfileVersion.id) == newest.c.version_id)
        .join(Actor, col(Actor.id) == col(Profile.actor_id))
    )
    actors: dict[str, ActorRef] = {}
    found: list[Listed] = []
    rows: Iterable[Any] = session.connection().execute(query)
    for own in rows:
        actor = actors.setdefault(own[7], ActorRef(*own[7:10]))
        found.append(Listed(*(*own[:7], actor, own[10])))
    return tuple(sorted(found, key=lambda row: row.profile_id))


def texts(session: Session) -> Iterator[tuple[str, str, str]]:
    """Give the id, title and text of every profile that takes part, in its newest version."""
    newest = newest_of()
    query = (
        select(Profile.id, ProfileVersion.title, ProfileVersion.text)
        .join(newest, newest.c.profile_id == col(Profile.id))
        .join(ProfileVersion, col(ProfileVersion.id) == newest.c.version_id)
        .where(col(Profile.withdrawn).is_(None), col(Profile.expired).is_(None))
    )
    yield from session.exec(query).yield_per(1000)


def current_versions(session: Session, reader: str) -> Numbers:
    """Give the ids of the versions that an index must hold: current, not withdrawn, read; in ascending order."""
    newest = newest_of()
    query = (
        select(VersionReading.version_id)
        .join(newest, newest.c.version_id == col(VersionReading.version_id))
        .join(Profile, col(Profile.id) == newest.c.profile_id)
        .where(col(VersionReading.reader) == reader, col(Profile.withdrawn).is_(None))
    )
    return _ascending(session.exec(query))


def kinds(session: Session) -> dict[int, ActorKind]:
    """Give the kind of actor that each profile's newest version belongs to, by version id."""
    newest = newest_of()
    query = (
        select(newest.c.version_id, Actor.kind)
        .join(Profile, col(Profile.id) == newest.c.profile_id)
        .join(Actor, col(Actor.id) == col(Profile.actor_id))
    )
    return dict(session.exec(query).all())


def read_versions(session: Session, reader: str) -> Numbers:
    """Give the ids of all versions that a reader has read and that have not been erased, in ascending order."""
    return _ascending(session.exec(select(VersionReading.version_id).where(col(VersionReading.reader) == reader)))


def versions(session: Session, ids: Sequence[int]) -> Sequence[ProfileVersion]:
    """Give versions by id."""
    found = (session.exec(select(ProfileVersion).where(col(ProfileVersion.id).in_(some))) for some in some_of(ids))
    return sorted((row for rows in found for row in rows), key=lambda row: row.id or 0)


def _ascending(ids: Iterable[int]) -> Numbers:
    return np.sort(np.fromiter(ids, np.int64))
