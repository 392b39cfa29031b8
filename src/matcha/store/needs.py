"""Needs, found without reading all of them. Order is by code points, in SQLite and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_, select
from sqlmodel import Session, col

from matcha.matchlog.entry import Kind
from matcha.process import State
from matcha.records import Need
from matcha.store import log

CHUNK = 500  # needs whose words are looked at at a time
_SETTING_KEY = '%"care_setting":%'  # the key as JSON has it; inside a reason its quotes would be escaped


@dataclass(frozen=True)
class Shown:
    """Which needs may be shown: those in `states`, and those in `ended` that had come to one of `was` before.

    `erased` is what the title of an erased one says. Without `secrets`, a secret care setting is as if there were none.
    """

    states: frozenset[State]
    ended: frozenset[State]
    was: frozenset[State]
    erased: str
    secrets: bool


@dataclass
class Wordings:
    """What needs say, folded for comparison, kept by the log's entry of it: what says something else has another.

    Nothing is kept beyond an erasure.
    """

    folded: dict[str, tuple[int, str]] = field(default_factory=dict)
    erased: int | None = None

    def fresh(self, session: Session) -> Wordings:
        """Give these, or new ones if something has been erased since."""
        erased = log.newest(session, Kind.ERASURE)
        return self if erased == self.erased else Wordings(erased=erased)

    def of(self, session: Session, rows: Sequence[tuple[str, int | None]]) -> dict[str, str]:
        """Give what each need says; `rows` are its id and its entry."""
        lacking = [id for id, entry in rows if entry is None or self.folded.get(id, (None, ""))[0] != entry]
        entries, found = dict(rows), {}
        if lacking:
            query = select(col(Need.id), col(Need.title), col(Need.text)).where(col(Need.id).in_(lacking))
            for id, title, text in session.connection().execute(query):
                found[id] = f"{title}\n{text}".casefold()
                if (entry := entries[id]) is not None:
                    self.folded[id] = entry, found[id]
        return found | {id: self.folded[id][1] for id, _ in rows if id not in found and id in self.folded}


def find(
    session: Session,
    shown: Shown,
    wordings: Wordings,
    words: Collection[str],
    settings: Collection[str] | None,
    after: str,
    limit: int,
) -> list[Need]:
    """Give the first needs after an id, by id, `limit` at most: with all the folded words, in one of the settings."""
    where = [*_where(shown), _id(session) > after]
    if settings is not None:
        where += [col(Need.care_setting).in_(settings), *(() if shown.secrets else (_open_setting(),))]
    if not words:
        return _needs(session, where, limit)
    ids: list[str] = []
    for rows in _chunks(session, where):
        said = wordings.of(session, rows)
        ids += [id for id, _ in rows if all(word in said.get(id, "") for word in words)]
        if len(ids) >= limit:
            break
    return [need for some in _some(ids[:limit]) for need in _needs(session, [col(Need.id).in_(some)], limit)]


def newest(session: Session, shown: Shown, limit: int) -> list[Need]:
    """Give the needs that something happened to last, the newest first."""
    touched = func.coalesce(col(Need.touched), -1).desc()
    query = select(Need).where(*_where(shown)).order_by(touched, _id(session)).limit(limit)
    return list(session.execute(query).scalars())


def care_settings(session: Session, shown: Shown) -> dict[str, int]:
    """Give how many needs have each care setting that may be shown."""
    setting = col(Need.care_setting)
    where = [*_where(shown), setting.is_not(None), *(() if shown.secrets else (_open_setting(),))]
    rows = session.connection().execute(select(setting, func.count()).where(*where).group_by(setting))
    return {said: count for said, count in rows if said}


def _where(shown: Shown) -> list[ColumnElement[bool]]:
    state, was = col(Need.state), col(Need.was)
    either = or_(state.in_(shown.states), and_(state.in_(shown.ended), was.in_(shown.was)))
    return [either, col(Need.title) != shown.erased]


def _open_setting() -> ColumnElement[bool]:
    return cast(col(Need.secret), Text).not_like(_SETTING_KEY)


def _chunks(session: Session, where: Sequence[ColumnElement[bool]]) -> Iterator[list[tuple[str, int | None]]]:
    """Give the ids of needs with their entries, some at a time, by id."""
    query = select(col(Need.id), col(Need.leaf_index)).where(*where).order_by(_id(session))
    for rows in session.connection().execute(query).partitions(CHUNK):
        yield [(id, entry) for id, entry in rows]


def _needs(session: Session, where: Sequence[ColumnElement[bool]], limit: int) -> list[Need]:
    return list(session.execute(select(Need).where(*where).order_by(_id(session)).limit(limit)).scalars())


def _id(session: Session) -> ColumnElement[str]:
    """The id, compared by code points: databases have rules of their own for text."""
    return col(Need.id).collate("C" if session.get_bind().dialect.name == "postgresql" else "BINARY")


def _some(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
