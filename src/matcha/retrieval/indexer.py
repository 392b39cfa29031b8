"""The index follows the store: read what is new, add what is missing, drop what is gone."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from sqlmodel import Session

from matcha.errors import Unavailable
from matcha.matchlog.entry import Salt
from matcha.records import Passage, ProfileVersion
from matcha.retrieval.catalogue import Catalogue, Entry
from matcha.retrieval.packing import batches
from matcha.retrieval.pipeline import Pipeline
from matcha.retrieval.profile_index import ProfileIndex, Version
from matcha.retrieval.reading import Passages, Reader, Reading
from matcha.retrieval.shelf import Fit, Shelf
from matcha.retrieval.snapshot import Snapshot
from matcha.scoring import Candidate, Pieces
from matcha.store import Store, queries, readings, submissions
from matcha.store.queries import PassageRow
from matcha.store.readings import Piece
from matcha.store.submissions import NewVersion
from matcha.values import Grain, Language, Progress

_AT_ONCE = 500  # versions whose vectors are in memory together while the index is brought in step


@dataclass(frozen=True)
class Indexer:
    """Keeps one shelf's index in step with one store."""

    store: Store
    shelf: Shelf
    reader: Reader
    salt: Salt = secrets.token_bytes

    def read(self, versions: Sequence[NewVersion], progress: Progress) -> tuple[submissions.Read, ...]:
        """Read new versions. The slow part, done before anything is written."""
        found = []
        for done, new in enumerate(versions):
            progress(done, len(versions))
            reading = self.reader.profile(new.form.title, new.form.text, new.language, new.masked)
            found.append(submissions.Read(new, self.reader.digest, as_pieces(reading), self.salt(32)))
        progress(len(versions), len(versions))
        return tuple(found)

    def read_missing(self, progress: Progress) -> None:
        """Read what is registered but not read by this reader yet; each version is kept as soon as it is read."""
        with self.store.reading() as session:
            unread = queries.unread(session, self.reader.digest)
        for done, version in enumerate(unread):
            progress(done, len(unread))
            pieces = as_pieces(self.reader.profile(version.title, version.text, version.language, version.masked))
            with self.store.transaction() as session:
                assert version.id is not None
                readings.add_passages(session, version.id, self.reader.digest, pieces, self.salt(32))
                submissions.note_change(session)
        progress(len(unread), len(unread))

    def registered(self, session: Session) -> tuple[Reading, ...]:
        """Give every current, not withdrawn profile as it was read, by profile id."""
        current = [c.version for c in queries.current_profiles(session) if c.profile.withdrawn is None]
        return tuple(reading for _, reading in self._readings(session, current))

    def reading(self, session: Session, version: ProfileVersion) -> Reading:
        """Give how a version that the index holds was read."""
        ((_, reading),) = self._readings(session, [version])
        return reading

    def refresh(self, pipeline: Pipeline, anew: bool = False) -> int:
        """Bring the index in step with the store and give its number of passages; `anew` trusts nothing kept."""
        with self.shelf.locked(), self.store.reading() as session:
            return self.bring_in_step(session, pipeline, anew)

    def bring_in_step(self, session: Session, pipeline: Pipeline, anew: bool = False) -> int:
        """Bring the index in step with what a session sees, as `refresh` does; whoever calls has locked the shelf."""
        rows = queries.passages(session, self.reader.digest)
        fit = self.fit(session, pipeline, rows)
        if not anew:
            with suppress(Unavailable):
                return len(self.shelf.load(fit))  # somebody else has done it
        kept = None if anew else self.shelf.load_for_update(fit)
        index = ProfileIndex(pipeline.dimension) if kept is None else kept
        wanted, held = {row.id for row in rows}, set(index.ids)
        index.remove(sorted(held - wanted))
        versions = {row.version_id for row in rows}
        index.versions = {id: version for id, version in index.versions.items() if id in versions}
        self._add(session, pipeline, index, versions - set(index.versions))
        self.shelf.save(index, fit)
        return len(index)

    def fit(self, session: Session, pipeline: Pipeline, rows: Sequence[PassageRow]) -> Fit:
        """Say what an index must agree with to serve these passages."""
        corpus = "\n".join(f"{row.id} {row.profile_id} {row.version_id}" for row in rows)
        return Fit(
            queries.identity(session).id,
            pipeline.digest,
            self.reader.encoder_digest,
            hashlib.sha256(corpus.encode()).hexdigest(),
        )

    def catalogue(self, session: Session, pipeline: Pipeline, snapshot: Snapshot) -> Catalogue:
        """Give the profiles of a snapshot side by side. Raises Unavailable if one is not read or the index unfit."""
        rows = queries.passages(session, self.reader.digest)
        index = self.shelf.load(self.fit(session, pipeline, rows))
        places = {id: row for row, id in enumerate(index.ids)}
        passages: dict[str, dict[Grain, list[tuple[int, int]]]] = {}
        for row in rows:
            sizes = passages.setdefault(row.profile_id, {grain: [] for grain in Grain})
            sizes[row.grain].append((row.id, places[row.id]))
        if unread := len(snapshot.eligible.keys() - passages.keys()):
            raise Unavailable(
                f"{unread} profiler är inte inlästa med den här språkmodellen. Kör: matcha index rebuild",
                f"{unread} profiles have not been read with this model. Run: matcha index rebuild",
            )
        entries = []
        for id, registered in snapshot.eligible.items():
            version = index.versions[registered.version_id]
            short, long = (tuple(passages[id][grain]) for grain in Grain)
            actor, language = registered.actor.id, registered.language
            entries.append(Entry(id, actor, language, version.generality, version.terms, short, long))
        return Catalogue(entries, index.matrix, index)

    def _add(self, session: Session, pipeline: Pipeline, index: ProfileIndex, versions: set[int]) -> None:
        current = [c.version for c in queries.current_profiles(session) if c.version.id in versions]
        for some in batches(current, _AT_ONCE):
            found = [_candidate(pipeline, *read) for read in self._readings(session, some)]
            for pieces in (size for c in found for size in (c.sentences, c.paragraphs)):
                index.add(pieces.ids, pieces.vectors)
            for version, candidate, generality in zip(some, found, pipeline.generality(found), strict=True):
                assert version.id is not None
                index.versions[version.id] = Version(generality, candidate.terms)

    def _readings(self, session: Session, versions: Sequence[ProfileVersion]) -> list[tuple[list[Passage], Reading]]:
        """Give each version that has been read: its passages, and what they were made of."""
        read = queries.read_passages(session, self.reader.digest, [v.id for v in versions if v.id is not None])
        return [
            (read[v.id], as_reading(v.language, readings.as_pieces(read[v.id])))
            for v in versions
            if v.id is not None and v.id in read
        ]


def as_pieces(reading: Reading) -> tuple[Piece, ...]:
    """Give what was read as the store keeps it: vectors as little-endian int16."""
    return tuple(
        (grain, ordinal, text, vector.astype("<i2").tobytes())
        for grain in Grain
        for passages in (reading.passages(grain),)
        for ordinal, (text, vector) in enumerate(zip(passages.texts, passages.vectors, strict=True))
    )


def as_reading(language: Language, pieces: Sequence[Piece]) -> Reading:
    """Give back what `as_pieces` was given; the pieces of each size stand in their order."""

    def passages(grain: Grain) -> Passages:
        own = [(text, vector) for size, _, text, vector in pieces if size is grain]
        vectors = np.frombuffer(b"".join(vector for _, vector in own), "<i2").reshape(len(own), -1)
        return Passages(tuple(text for text, _ in own), vectors.astype(np.int16))

    return Reading(language, passages(Grain.SENTENCE), passages(Grain.PARAGRAPH))


def _candidate(pipeline: Pipeline, passages: Sequence[Passage], reading: Reading) -> Candidate:
    short, long = (
        Pieces([p.id for p in passages if p.grain is grain and p.id is not None], pipeline.vectors(reading, grain))
        for grain in Grain
    )
    return Candidate("", reading.language, short, long, pipeline.terms(reading), 0)
