"""What is read from the store.

Every list is sorted here, by code points, for databases sort text by rules of their own: the same rows give the same
bytes from SQLite and from PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from sqlalchemy import ColumnElement, Subquery, bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, func, select

from matcha.errors import NotFound
from matcha.process import State
from matcha.records import (
    Actor,
    Contact,
    Decision,
    FrozenStatistics,
    Need,
    Passage,
    Profile,
    ProfileEntry,
    ProfileVersion,
    StoreIdentity,
    VersionReading,
)

Id = TypeVar("Id", int, str)
_FEW = 500  # values that a query names one by one

Row = TypeVar("Row", Actor, Contact, Need, Profile)

# What every answer asks, made once: to put a question together takes longer than to ask it.
_IDENTITY, _STATISTICS, _PASSAGES = (
    SQLModel.metadata.tables[name].c for name in ("storeidentity", "frozenstatistics", "passage")
)
_REVISION = select_columns(_IDENTITY.revision)
_NEWEST = select_columns(func.max(_STATISTICS.id)).where(_STATISTICS.reader == bindparam("reader"))
_MOMENT = select_columns(_IDENTITY.id, _IDENTITY.revision, _NEWEST.scalar_subquery())
_TEXTS = select_columns(_PASSAGES.id, _PASSAGES.text).where(_PASSAGES.id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True)
class CurrentProfile:
    """A registered profile: its thread, its newest version and its actor."""

    profile: Profile
    version: ProfileVersion
    actor: Actor


def identity(session: Session) -> StoreIdentity:
    """Give the random name of this database, and how often it has changed."""
    return session.exec(select(StoreIdentity)).one()


@dataclass(frozen=True)
class Moment:
    """What changes whenever what answers a question does: the database's name, how often it has changed, and the id
    of the newest frozen statistics of a reader, if any have been frozen."""

    identity: str
    revision: int
    statistics: int | None


def moment(session: Session, reader: str) -> Moment:
    """Give the moment that a session sees."""
    return Moment(*session.connection().execute(_MOMENT, {"reader": reader}).one())


def revision(session: Session) -> int:
    """Give how often what answers questions has changed."""
    found: int = session.connection().execute(_REVISION).scalar_one()
    return found


def newest_statistics(session: Session, reader: str) -> int | None:
    """Give the id of the newest frozen statistics of a reader, if any have been frozen."""
    return moment(session, reader).statistics


def statistics(session: Session, id: int) -> FrozenStatistics:
    """Give frozen statistics by their id."""
    return session.exec(select(FrozenStatistics).where(col(FrozenStatistics.id) == id)).one()


def actors(session: Session) -> Sequence[Actor]:
    return sorted(session.exec(select(Actor)), key=lambda row: row.id)


def needs(session: Session) -> Sequence[Need]:
    return sorted(session.exec(select(Need)), key=lambda row: row.id)


def actor_names(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Give what each of these actors is called, by id."""
    query = select(Actor.id, Actor.name)
    if len(ids) <= _FEW:
        query = query.where(col(Actor.id).in_(ids))
    return dict(session.exec(query).all())


def org_numbers(session: Session) -> dict[str, str]:
    """Give the organisation number, as it was written, of each actor that gave one, by the actor's id."""
    query = select(Actor.id, Actor.org_number).where(col(Actor.org_number).is_not(None))
    return {id: number for id, number in session.exec(query) if number}


def needs_called(session: Session, ids: Iterable[str]) -> Sequence[Need]:
    """Give the needs with these ids that there are, by id."""
    wanted = sorted(set(ids))
    chunks = (wanted[start : start + _FEW] for start in range(0, len(wanted), _FEW))
    found = [need for few in chunks for need in session.exec(select(Need).where(col(Need.id).in_(few)))]
    return sorted(found, key=lambda row: row.id)


def needs_in(session: Session, states: Collection[State]) -> Sequence[Need]:
    """Give the needs in these states, by id."""
    return sorted(session.exec(select(Need).where(col(Need.state).in_(states))), key=lambda row: row.id)


def need_titles(session: Session, states: Collection[State]) -> dict[str, str]:
    """Give what the needs in these states are called, by id."""
    rows = session.exec(select(Need.id, Need.title).where(col(Need.state).in_(states)))
    return dict(sorted(rows))


def contacts(session: Session) -> Sequence[Contact]:
    return sorted(session.exec(select(Contact)), key=lambda row: row.id)


def decisions(session: Session) -> Sequence[Decision]:
    return session.exec(select(Decision).order_by(col(Decision.id))).all()


def actor(session: Session, id: str) -> Actor:
    return session.get(Actor, id) or _missing("Aktören", "The actor", id, "matcha actors list")


def need(session: Session, id: str) -> Need:
    return session.get(Need, id) or _missing("Behovet", "The need", id, "matcha needs list")


def profile(session: Session, id: str) -> CurrentProfile:
    found = profiles_called(session, [id])
    return found[0] if found else _missing("Profilen", "The profile", id, "matcha profiles list")


def current_profiles(session: Session, actor_id: str | None = None) -> tuple[CurrentProfile, ...]:
    """Give every registered profile (of an actor) with its newest version, withdrawn ones too, by profile id."""
    return _current(session) if actor_id is None else _current(session, col(Profile.actor_id) == actor_id)


def profiles_called(session: Session, ids: Iterable[str]) -> tuple[CurrentProfile, ...]:
    """Give the registered profiles with these ids that there are, as `current_profiles` does."""
    return tuple(c for some in some_of(sorted(set(ids))) for c in _current(session, col(Profile.id).in_(some)))


def newest_versions(session: Session, profile_ids: Iterable[str]) -> dict[str, ProfileVersion]:
    """Give the newest version of each of these profiles that there is, by profile id."""
    return {current.profile.id: current.version for current in profiles_called(session, profile_ids)}


def rows_called(session: Session, table: type[Row], ids: Iterable[str]) -> dict[str, Row]:
    """Give the rows of a table with these ids that there are, by id."""
    chunks = some_of(sorted(set(ids)))
    found = (row for some in chunks for row in session.exec(select(table).where(col(table.id).in_(some))))
    return {row.id: row for row in found}


def profiles_of(session: Session, actor_ids: Iterable[str]) -> set[str]:
    """Give the ids of all profiles of these actors."""
    chunks = some_of(sorted(set(actor_ids)))
    owned = (session.exec(select(Profile.id).where(col(Profile.actor_id).in_(some))) for some in chunks)
    return {id for ids in owned for id in ids}


def profile_entries(session: Session, profile_ids: Iterable[str] | None = None) -> dict[str, int]:
    """Give the index of the newest log entry of each profile (of these, if given) that has one."""
    query = (
        select(ProfileVersion.profile_id, func.max(ProfileEntry.leaf_index))
        .join(ProfileEntry, col(ProfileEntry.version_id) == col(ProfileVersion.id))
        .group_by(ProfileVersion.profile_id)
    )
    if profile_ids is None:
        return dict(session.exec(query).all())
    chunks = some_of(sorted(set(profile_ids)))
    return dict(row for some in chunks for row in session.exec(query.where(col(ProfileVersion.profile_id).in_(some))))


def readings(session: Session, reader: str, version_ids: Sequence[int] | None = None) -> dict[int, str]:
    """Give the salted digest of each version (of these, if given) that a reader has read, by version id."""
    query = select(VersionReading.version_id, VersionReading.digest).where(col(VersionReading.reader) == reader)
    if version_ids is None:
        return dict(session.exec(query).all())
    of = col(VersionReading.version_id)
    return dict(row for some in some_of(version_ids) for row in session.exec(query.where(of.in_(some))))


def first_entries(session: Session, profile_ids: Collection[str] | None = None) -> dict[str, int]:
    """Give the index of the first log entry of each profile (of these, if given): who registered before whom."""
    query = select(ProfileVersion.profile_id, func.min(ProfileEntry.leaf_index)).group_by(ProfileVersion.profile_id)
    joined = query.join(ProfileEntry, col(ProfileEntry.version_id) == col(ProfileVersion.id))
    if profile_ids is not None and len(profile_ids) <= _FEW:
        joined = joined.where(col(ProfileVersion.profile_id).in_(profile_ids))
    return dict(session.exec(joined).all())


def unread(session: Session, reader: str) -> tuple[ProfileVersion, ...]:
    """Give the current, not withdrawn versions that a reader has not read yet, by profile id."""
    read = select(Passage.version_id).where(col(Passage.reader) == reader).distinct()
    known = set(session.exec(read))
    current = current_profiles(session)
    return tuple(c.version for c in current if c.profile.withdrawn is None and c.version.id not in known)


def read_passages(session: Session, reader: str, version_ids: Sequence[int]) -> dict[int, list[Passage]]:
    """Give the passages of each version as a reader read them, by size and place."""
    found: dict[int, list[Passage]] = {}
    for some in some_of(version_ids):
        query = select(Passage).where(col(Passage.version_id).in_(some), col(Passage.reader) == reader)
        for passage in sorted(session.exec(query), key=lambda p: (p.version_id, p.grain, p.ordinal)):
            found.setdefault(passage.version_id, []).append(passage)
    return found


def passage_texts(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Give the text of each passage."""
    found: dict[int, str] = {}
    for some in some_of(ids):
        found.update(session.connection().execute(_TEXTS, {"ids": some}).all())
    return found


def some_of(ids: Sequence[Id]) -> Iterator[Sequence[Id]]:
    """Databases limit how many values one question may carry."""
    return (ids[start : start + _FEW] for start in range(0, len(ids), _FEW))


def _current(session: Session, *conditions: ColumnElement[bool]) -> tuple[CurrentProfile, ...]:
    """Give the profiles for which the conditions on their threads hold, by profile id."""
    newest = newest_of(*conditions)
    query = (
        select(Profile, ProfileVersion, Actor)
        .join(newest, newest.c.profile_id == col(Profile.id))
        .join(ProfileVersion, col(ProfileVersion.id) == newest.c.version_id)
        .join(Actor, col(Actor.id) == col(Profile.actor_id))
        .where(*conditions)
    )
    return tuple(sorted((CurrentProfile(*row) for row in session.exec(query)), key=lambda c: c.profile.id))


def newest_of(*conditions: ColumnElement[bool]) -> Subquery:
    """The id of the newest version of each profile for which these hold, as columns profile_id and version_id."""
    profile_id, number = col(ProfileVersion.profile_id), col(ProfileVersion.version)
    each = select(profile_id, func.max(number).label("version")).group_by(profile_id)
    if conditions:
        each = each.where(profile_id.in_(select(Profile.id).where(*conditions)))
    newest = each.subquery()
    same = (newest.c.profile_id == profile_id) & (newest.c.version == number)
    return select(profile_id, col(ProfileVersion.id).label("version_id")).join(newest, same).subquery()


def _missing(sv: str, en: str, id: str, command: str) -> NoReturn:
    raise NotFound(f"{sv} {id} finns inte. Se: {command}", f"{en} {id} does not exist. See: {command}")
