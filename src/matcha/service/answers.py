"""Answers read back from the log: what was asked, what was shown, and why; no new match, no new entry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from matcha.errors import NotFound
from matcha.matchlog.entry import Entry, Kind, Opening, canonical
from matcha.records import LogEntry, LogPayload
from matcha.records.need import Purpose
from matcha.service import asking
from matcha.service.charting import Charting
from matcha.store import log
from matcha.values import (
    ActorKind,
    Considered,
    Evidence,
    Excluded,
    Exclusion,
    Explanation,
    Language,
    Match,
    Registered,
)

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked: its entry, when, its words (None when erased), and the registered need, if it was one.

    `by` is the account that asked, `reason` why only one kind of actor was asked; None when erased or not known.
    """

    leaf_index: int
    milliseconds: int
    text: str | None
    need_id: str | None
    by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class LoggedAnswer:
    """An answer as it was shown. `need_sentences` is empty when erased; an erased match is None, in its place.

    `need` is the log's entry of the registered need as it was when it was asked about.
    """

    asked: Asked
    need: int | None
    need_sentences: tuple[str, ...]
    language: Language
    k: int
    only: ActorKind | None
    purpose: Purpose
    considered: Considered
    matches: tuple[Match | None, ...]

    @property
    def shown(self) -> tuple[Match, ...]:
        """The matches that are still there."""
        return tuple(match for match in self.matches if match is not None)


@dataclass(frozen=True, slots=True)
class LoggedExplanation:
    """An explanation as it was given; None in place of `found` when it has been erased."""

    asked: Asked
    found: Explanation | None


class Answers(Charting):
    """What was answered before, as the log has it."""

    def logged_answer(self, leaf_index: int) -> LoggedAnswer:
        """Give a logged answer as it was shown. Raises NotFound for an entry that is no match."""
        with self._store.reading() as session:
            entry = log.entry(session, leaf_index, Kind.MATCH)
            openings = log.openings(session, leaf_index)
        said, places = entry.said, range(1, _shown(entry) + 1)
        return LoggedAnswer(
            asked=_asked(leaf_index, entry, openings),
            need=said["need"],
            need_sentences=asking.reading_in(openings).sentences.texts if "reading" in openings else (),
            language=Language(said["language"]),
            k=said["k"],
            only=said["only"] and ActorKind(said["only"]),
            purpose=Purpose(said["purpose"]),
            considered=_considered(said["considered"]),
            matches=tuple(_read(Match, openings.get(f"match/{place}")) for place in places),
        )

    def logged_explanation(self, leaf_index: int) -> LoggedExplanation:
        """Give a logged explanation as it was given. Raises NotFound for an entry that explains no profile."""
        with self._store.reading() as session:
            entry = log.entry(session, leaf_index, Kind.EXPLANATION)
            openings = log.openings(session, leaf_index)
        if entry.said["profile"] is None:
            raise NotFound(
                f"Post {leaf_index} förklarar ingen profil.", f"Entry {leaf_index} explains the place of no profile."
            )
        also = {"leaf_index": leaf_index, "receipt": ""}
        found = _read(Explanation, openings.get("explanation"), also)
        return LoggedExplanation(_asked(leaf_index, entry, openings), found)

    def asked(
        self, *, by: str | None = None, need_id: str | None = None, before: int | None = None, count: int = 20
    ) -> tuple[Asked, ...]:
        """Give questions whose answers are in the log, the newest first: an account's, or those about a need.

        `before` goes on below an entry. What has been erased is not found.
        """
        held = [("caller", {"by": by})] if by is not None else []
        held += [("asked", {"need_id": need_id})] if need_id is not None else []
        with self._store.reading() as session:
            query = select(LogEntry).where(col(LogEntry.kind) == Kind.MATCH.value)
            if before is not None:
                query = query.where(col(LogEntry.leaf_index) < before)
            for field, member in held:
                query = query.where(_holds(field, member))
            rows = session.exec(query.order_by(col(LogEntry.leaf_index).desc()).limit(count)).all()
            return tuple(_question(session, row) for row in rows)

    def find_registered(self, words: str, count: int = 20) -> tuple[Registered, ...]:
        """Give registered profiles, excluded ones too, whose id, title or actor has all the words, by actor and title.

        Raises Unavailable when the index is missing or does not fit.
        """
        snapshot = self._looking(self._preparation.ready).snapshot
        wanted = words.casefold().split()
        found = [one for one in snapshot.registered if _has(one, wanted)]
        return tuple(sorted(found, key=lambda one: (one.actor.name, one.title, one.profile_id))[:count])


def unsupported(evidence: tuple[Evidence, ...]) -> tuple[str, ...]:
    """Give the sentences of a need without support, once each, in order."""
    return tuple(dict.fromkeys(pair.need_sentence for pair in evidence if not pair.supported))


def _has(one: Registered, wanted: list[str]) -> bool:
    said = f"{one.profile_id}\n{one.title}\n{one.actor.name}\n{one.actor.id}".casefold()
    return all(word in said for word in wanted)


def _holds(field: str, member: Mapping[str, str]) -> ColumnElement[bool]:
    """Whether the value in a field begins with a member: canonical JSON has its members in order, so the first does."""
    start = canonical(member)[:-1] + b","
    last = start[:-1] + bytes([start[-1] + 1])
    value = select(LogPayload.leaf_index).where(
        col(LogPayload.leaf_index) == col(LogEntry.leaf_index),
        col(LogPayload.field) == field,
        col(LogPayload.value) >= start,
        col(LogPayload.value) < last,
    )
    return value.exists()


def _question(session: Session, row: LogEntry) -> Asked:
    query = select(LogPayload).where(
        col(LogPayload.leaf_index) == row.leaf_index, col(LogPayload.field).in_(("asked", "caller"))
    )
    openings = {one.field: Opening(one.salt, one.value) for one in session.exec(query)}
    return _asked(row.leaf_index, Entry.parse(row.body), openings)


def _asked(leaf_index: int, entry: Entry, openings: Mapping[str, Opening]) -> Asked:
    asked, caller = ({**_json(openings.get(name))} for name in ("asked", "caller"))
    return Asked(
        leaf_index, entry.milliseconds, asked.get("text"), asked.get("need_id"), caller.get("by"), caller.get("reason")
    )


def _json(opening: Opening | None) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(opening.value) if opening else {}
    return told


def _shown(entry: Entry) -> int:
    return sum(name.startswith("match/") for name in entry.fields)


def _considered(said: Mapping[str, Any]) -> Considered:
    excluded = tuple(Excluded(reason, said["excluded"][reason]) for reason in Exclusion if reason in said["excluded"])
    return Considered(said["registered"], said["scored"], excluded)


def _read(shape: type[Value], opening: Opening | None, also: Mapping[str, Any] | None = None) -> Value | None:
    """Give a value back from the JSON that the log keeps of it."""
    if opening is None:
        return None
    adapter: TypeAdapter[Value] = _ADAPTERS[shape]
    return adapter.validate_python({**json.loads(opening.value), **(also or {})})


_ADAPTERS: Mapping[type[Any], TypeAdapter[Any]] = {shape: TypeAdapter(shape) for shape in (Match, Explanation)}
