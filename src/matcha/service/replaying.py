"""Replay: a logged question is answered anew from what the log keeps, and compared byte by byte. No model is needed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from sqlmodel import Session, col, select

from matcha.errors import NotFound
from matcha.interchange import match_json
from matcha.matchlog.entry import Entry, Kind, Opening, canonical
from matcha.matchlog.roll import Line, Roll
from matcha.matchlog.standings import Standings
from matcha.records import ProfileEntry, ProfileVersion
from matcha.retrieval import packing
from matcha.retrieval.catalogue import Catalogue
from matcha.retrieval.everyone import Everyone
from matcha.retrieval.pipeline import Pipeline
from matcha.retrieval.reading import Reading, as_reading
from matcha.retrieval.reference import Reference
from matcha.retrieval.retriever import retrieve
from matcha.retrieval.snapshot import Snapshot
from matcha.retrieval.statistics import Statistics
from matcha.scoring import Candidate
from matcha.service import asking
from matcha.service.asking import Found
from matcha.service.preparation import Ready
from matcha.store import log, readings
from matcha.text.names import Names
from matcha.values import ActorKind, ActorRef, Exclusion, Registered

REPLAYED = (Kind.MATCH, Kind.EXPLANATION)
_GONE = {"title": "", "actor": {"id": "", "name": ""}}
_AT_ONCE = 500  # profiles made ready together


@dataclass(frozen=True)
class Replay:
    """What replaying an entry showed.

    `differs` names what did not come out as it was logged, `erased` what is lawfully gone and can't be compared,
    `changed` what matches are made with now and were not then, as (what, then, now).
    """

    leaf_index: int
    differs: tuple[str, ...]
    erased: tuple[str, ...]
    changed: tuple[tuple[str, str, str], ...]
    found: Found | None

    @property
    def identical(self) -> bool:
        """Whether all that is still there came out to the byte."""
        return not self.differs


@dataclass(frozen=True)
class _Profile:
    """A profile version as the log has it, and as it was read; without a reading it has been erased."""

    registered: Registered
    candidate: Candidate | None
    texts: tuple[str, ...]


class Replayer:
    """Replays entries of one database; what several entries share is made ready once."""

    def __init__(self, session: Session, reader_now: str | None = None) -> None:
        self._session = session
        self._reader_now = reader_now
        self._pipelines: dict[int, tuple[Pipeline, Reference]] = {}
        self._profiles: dict[tuple[str, int], _Profile] = {}
        self._made: dict[tuple[int, str], tuple[Ready, frozenset[int]]] = {}

    def all(self) -> Iterator[int]:
        """Give the indexes of all entries that can be replayed."""
        for row in log.rows(self._session):
            if row.kind in REPLAYED:
                yield row.leaf_index

    def replay(self, index: int) -> Replay:
        """Replay an entry. Raises NotFound for one that does not exist or is of another kind."""
        entry = log.entry(self._session, index, *REPLAYED)
        openings = log.openings(self._session, index)
        changed = self._changed(entry)
        if "reading" not in openings:
            return Replay(index, (), tuple(entry.fields), changed, None)
        ready, gone = self.ready(entry)
        differs = self._pipeline_differs(entry, ready) + self._readings_differ(entry)
        erased = tuple(f"profile {leaf}" for leaf in sorted(gone))
        if entry.kind is Kind.EXPLANATION:
            standings = self._standings(entry, openings, ready)
            same = gone or standings == entry.said["standings"]
            return Replay(index, differs if same else (*differs, "standings"), erased, changed, None)
        found = self._found(entry, openings, ready)
        erased += tuple(name for name in entry.fields if name not in openings)
        return Replay(index, (*differs, *_compared(entry, openings, ready, found, gone)), erased, changed, found)

    def standings(self, index: int, secret: bytes) -> Standings:
        """Give the standings of everyone for a logged match, as they were.

        Raises NotFound if a profile that was scored has been erased since, or matches are made otherwise now.
        """
        entry = log.entry(self._session, index, Kind.MATCH)
        ready, gone = self.ready(entry)
        if gone or self._pipeline_differs(entry, ready) or self._readings_differ(entry):
            raise NotFound(
                f"Placeringarna efter de visade i matchning {index} går inte längre att räkna fram som de var: en "
                "profil som bedömdes är utgallrad, eller så har sättet att matcha ändrats.",
                f"The standings after those shown in match {index} can no longer be worked out as they were: a profile "
                "that was scored has been erased, or matches are made otherwise now.",
            )
        hits = _everyone(entry, self._reading(index), ready)
        return asking.standings_of(hits, ready, secret)

    def ready(self, entry: Entry) -> tuple[Ready, frozenset[int]]:
        """Give what an entry was answered with, and the entries of the profiles that have been erased since."""
        key = (entry.said["config"], entry.said["roll"]["root"])
        if key not in self._made:
            pipeline, known = self._pipeline(key[0])
            roll = Roll(log.kept(self._session, f"roll/{key[1]}"))
            profiles = self._read(roll.lines, pipeline)
            self._made = {key: _made_ready(roll, profiles, pipeline, known)}
        return self._made[key]

    def _found(self, entry: Entry, openings: Mapping[str, Opening], ready: Ready) -> Found:
        only = entry.said["only"] and ActorKind(entry.said["only"])
        reading, seed = asking.reading_in(openings), bytes.fromhex(entry.said["tree"]["root"])
        texts = {id: profile.texts for id, profile in self._by_id(entry).items()}

        def told(profile_ids: Sequence[str]) -> dict[str, dict[int, str]]:
            places = {id: ready.catalogue.profile(id).sentences.ids for id in profile_ids}
            return {id: dict(zip(places[id], texts[id], strict=True)) for id in profile_ids}

        return asking.find(ready, reading, entry.said["k"], only, seed, told)

    def _by_id(self, entry: Entry) -> dict[str, _Profile]:
        ready, _ = self.ready(entry)
        found = (self._profiles[ready.pipeline.digest, r.leaf_index] for r in ready.snapshot.registered)
        return {profile.registered.profile_id: profile for profile in found}

    def _standings(self, entry: Entry, openings: Mapping[str, Opening], ready: Ready) -> dict[str, Any]:
        hits = _everyone(entry, asking.reading_in(openings), ready)
        return asking.told_standings(asking.standings_of(hits, ready, asking.secret_in(openings)))

    def _reading(self, index: int) -> Reading:
        return asking.reading_in(log.openings(self._session, index))

    def _pipeline(self, config: int) -> tuple[Pipeline, Reference]:
        if config not in self._pipelines:
            parts = log.entry(self._session, config, Kind.CONFIG).said["parts"]
            statistics = log.kept(self._session, f"statistics/{parts['pipeline']['statistics']}")
            profiles = log.kept(self._session, f"reference/{parts['reference']}")
            pipeline = Pipeline(parts["pipeline"]["reader"], Statistics.from_bytes(statistics))
            known = Reference((), packing.unpack_readings(packing.from_bytes(profiles)), ())
            self._pipelines[config] = pipeline, known
        return self._pipelines[config]

    def _changed(self, entry: Entry) -> tuple[tuple[str, str, str], ...]:
        parts = log.entry(self._session, entry.said["config"], Kind.CONFIG).said["parts"]
        now = {name: _version(name) for name in parts["libraries"]}
        then = dict(parts["libraries"])
        if self._reader_now is not None:
            now["reader"], then["reader"] = self._reader_now[:16], parts["pipeline"]["reader"][:16]
        return tuple((name, then[name], now[name]) for name in sorted(then) if then[name] != now[name])

    def _pipeline_differs(self, entry: Entry, ready: Ready) -> tuple[str, ...]:
        parts = log.entry(self._session, entry.said["config"], Kind.CONFIG).said["parts"]["pipeline"]
        now = ready.pipeline.parts
        return tuple(
            f"{name} {parts.get(name)} → {now.get(name)}"
            for name in ("lexical", "scoring")
            if parts.get(name) != now.get(name)
        )

    def _readings_differ(self, entry: Entry) -> tuple[str, ...]:
        ready, _ = self.ready(entry)
        roll = {line.leaf_index: line for line in ready.snapshot.roll.lines}
        wrong = [] if ready.snapshot.digest == entry.said["roll"]["root"] else ["roll"]
        for profile in self._by_id(entry).values():
            line = roll[profile.registered.leaf_index]
            if profile.candidate is not None and profile.registered.reading != line.reading:
                wrong.append(f"reading of profile {line.leaf_index}")
        return tuple(wrong)

    def _read(self, lines: Sequence[Line], pipeline: Pipeline) -> list[_Profile]:
        made_with, reader = pipeline.digest, pipeline.reader_digest
        missing = [line for line in lines if (made_with, line.leaf_index) not in self._profiles]
        for some in packing.batches(missing, _AT_ONCE):
            found = [(line, *self._logged(line, reader)) for line in some]
            candidates = pipeline.candidates([(r.profile_id, reading) for _, r, reading in found if reading])
            made = iter(candidates)
            for line, registered, reading in found:
                texts = reading.sentences.texts if reading else ()
                profile = _Profile(registered, next(made) if reading else None, texts)
                self._profiles[made_with, line.leaf_index] = profile
        return [self._profiles[made_with, line.leaf_index] for line in lines]

    def _logged(self, line: Line, reader: str) -> tuple[Registered, Reading | None]:
        """What the log has of a profile: nothing is taken from rows that may have changed since."""
        query = (
            select(ProfileVersion)
            .join(ProfileEntry, col(ProfileEntry.version_id) == col(ProfileVersion.id))
            .where(ProfileEntry.leaf_index == line.leaf_index)
        )
        row = self._session.exec(query).one()
        assert row.id is not None
        opening = log.openings(self._session, line.leaf_index).get("profile")
        told: dict[str, Any] = json.loads(opening.value) if opening else _GONE
        pieces = readings.pieces(self._session, row.id, reader) if opening and line.excluded is None else ()
        digest = readings.digest_now(self._session, row.id, reader, pieces) if pieces else ""
        actor = ActorRef(told["actor"]["id"], told["actor"]["name"], ActorKind(line.kind))
        excluded = None if line.excluded is None else Exclusion(line.excluded)
        registered = Registered(
            row.profile_id, row.id, row.version, line.leaf_index, digest, told["title"], row.language, actor, excluded
        )
        return registered, as_reading(row.language, pieces) if pieces else None


def _made_ready(
    roll: Roll, profiles: Sequence[_Profile], pipeline: Pipeline, known: Reference
) -> tuple[Ready, frozenset[int]]:
    ids = {p.registered.leaf_index: p.registered.profile_id for p in profiles}
    alike = tuple(tuple(ids[leaf] for leaf in group) for group in roll.alike)
    profiles = sorted(profiles, key=lambda profile: profile.registered.profile_id)
    snapshot = Snapshot(Everyone.of(p.registered for p in profiles), alike, roll)
    scored = [(p.candidate, p.registered.actor.id) for p in profiles if p.candidate is not None]
    catalogue = Catalogue.of(scored) if scored else Catalogue.empty()
    gone = frozenset(p.registered.leaf_index for p in profiles if p.registered.excluded is None and p.candidate is None)
    key = ("replay", 0, pipeline.digest)
    return Ready(key, pipeline, known, snapshot, catalogue, Names([], [])), gone


def _compared(
    entry: Entry, openings: Mapping[str, Opening], ready: Ready, found: Found, gone: frozenset[int]
) -> Iterator[str]:
    """Name what did not come out as it was logged.

    Who has been erased had a rank, and may have added to an actor's score: then these are not compared.
    """
    shown = [canonical(match_json(match)) for match in found.matches]
    logged = [name for name in entry.fields if name.startswith("match/")]
    if gone:
        ids = {r.profile_id for r in ready.snapshot.registered if r.leaf_index in gone}
        told = {_without_rank(match) for match in shown}
        for name in logged:
            value = openings[name].value if name in openings else None
            if value is not None and not _counts(value, ids) and _without_rank(value) not in told:
                yield name
        return
    standings = asking.standings_of(found.hits, ready, asking.secret_in(openings))
    for name, value in asking.outcome(found, standings).items():
        if entry.said[name] != value:
            yield name
    if len(shown) != len(logged):
        yield "matches"
    for place, value in enumerate(shown, 1):
        opening = openings.get(f"match/{place}")
        if opening is not None and opening.value != value:
            yield f"match/{place}"


def _counts(match: bytes, profile_ids: Set[str]) -> bool:
    """Whether one of these profiles added to the score of the actor shown."""
    return any(part["what"].removeprefix("profile:") in profile_ids for part in json.loads(match)["other_points"])


def _without_rank(match: bytes) -> bytes:
    told = json.loads(match)
    return canonical({name: told[name] for name in told if name != "rank"})


def _everyone(entry: Entry, reading: Reading, ready: Ready) -> Any:
    seed = bytes.fromhex(entry.said["tree"]["root"])
    only = entry.said["only"] and ActorKind(entry.said["only"])
    _, allowed = ready.among(only)
    return retrieve(ready.catalogue, ready.pipeline.query(reading), len(ready.catalogue), seed, allowed)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "–"
