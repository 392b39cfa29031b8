"""Who is registered, read in columns: what a snapshot and an index need, without texts and vectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement
from sqlalchemy import select as select_columns  # SQLModel's own takes four columns at most
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from matcha.records import Actor, Profile, ProfileVersion, VersionReading
from matcha.store.queries import newest_of, some_of
from matcha.values import ActorKind, ActorRef, Exclusion, Language

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Listing:
    """What a snapshot needs of registered profiles, in columns: their threads, their newest versions, their actors."""

    profile_ids: Sequence[str] = ()
    withdrawn: Sequence[bool] = ()
    expired: Sequence[bool] = ()
    version_ids: Sequence[int] = ()
    versions: Sequence[int] = ()
    titles: Sequence[str] = ()
    languages: Sequence[Language] = ()
    actor_ids: Sequence[str] = ()
    names: Sequence[str] = ()
    kinds: Sequence[ActorKind] = ()
    org_numbers: Sequence[str | None] = ()

    def out(self) -> list[Exclusion | None]:
        """Give why each takes no part: withdrawn, expired; None if it does."""
        why = {(False, False): None, (False, True): Exclusion.EXPIRED}
        return [why.get(each, Exclusion.WITHDRAWN) for each in zip(self.withdrawn, self.expired, strict=True)]

    def actors(self) -> list[ActorRef]:
        """Give the actor of each; the same one for the same id."""
        known: dict[str, ActorRef] = {}
        whose = zip(self.actor_ids, self.names, self.kinds, strict=True)
        return [known.get(own[0]) or known.setdefault(own[0], ActorRef(*own)) for own in whose]


def listed(session: Session, profile_ids: Iterable[str] | None = None) -> Listing:
    """Give every registered profile (of these, if given) without its text, withdrawn ones too, by profile id."""
    if profile_ids is None:
        rows = list(_rows(session))
    else:
        chunks = some_of(sorted(set(profile_ids)))
        rows = [row for some in chunks for row in _rows(session, col(Profile.id).in_(some))]
    return Listing(*zip(*sorted(rows, key=itemgetter(0)), strict=True))


def _rows(session: Session, *conditions: ColumnElement[bool]) -> Iterable[tuple[Any, ...]]:
    newest = newest_of(*conditions)
    query = (
        select_columns(
            col(Profile.id),
            *(column.is_not(None) for column in (col(Profile.withdrawn), col(Profile.expired))),
            *(col(column) for column in (ProfileVersion.id, ProfileVersion.version, ProfileVersion.title)),
            col(ProfileVersion.language),
            *(col(column) for column in (Actor.id, Actor.name, Actor.kind, Actor.org_number)),
        )
        .join(newest, newest.c.profile_id == col(Profile.id))
        .join(ProfileVersion, col(ProfileVersion.id) == newest.c.version_id)
        .join(Actor, col(Actor.id) == col(Profile.actor_id))
        .where(*conditions)
    )
    return map(tuple, session.connection().execute(query))


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
    return _ascending(session, query)


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
    return _ascending(session, select(VersionReading.version_id).where(col(VersionReading.reader) == reader))


def versions(session: Session, ids: Sequence[int]) -> Sequence[ProfileVersion]:
    """Give versions by id."""
    found = (session.exec(select(ProfileVersion).where(col(ProfileVersion.id).in_(some))) for some in some_of(ids))
    return sorted((row for rows in found for row in rows), key=lambda row: row.id or 0)


def _ascending(session: Session, query: SelectOfScalar[int]) -> Numbers:
    rows = session.connection().execute(query).all()
    return np.sort(np.fromiter((id for (id,) in rows), np.int64, len(rows)))
