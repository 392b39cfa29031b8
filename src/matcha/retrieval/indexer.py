"""The index follows the store: read what is new, add what is missing, drop what is gone."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from sqlmodel import Session

from matcha.errors import Unavailable
from matcha.matchlog.entry import Salt
from matcha.records import Passage, ProfileVersion
from matcha.retrieval.catalogue import Catalogue
from matcha.retrieval.packing import batches
from matcha.retrieval.pipeline import Pipeline
from matcha.retrieval.profile_index import ProfileIndex, Versions
from matcha.retrieval.reading import Reader, Reading, as_pieces, as_reading
from matcha.retrieval.roster import Roster
from matcha.retrieval.shelf import Fit, Shelf
from matcha.retrieval.snapshot import Snapshot
from matcha.scoring import Candidate, Pieces
from matcha.store import Store, changes, queries, readings, registered, submissions
from matcha.store.submissions import NewVersion
from matcha.values import Grain, Progress

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
                readings.add_passages(session, [(version.id, self.reader.digest, pieces, self.salt(32))])
                changes.note(session, [version.profile_id])
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
        current = registered.current_versions(session, self.reader.digest)
        fit = self.fit(session, pipeline, current)
        index = (None if anew else self.shelf.load_for_update(fit)) or ProfileIndex()
        read = registered.read_versions(session, self.reader.digest)
        erased = np.setdiff1d(index.versions, read, assume_unique=True)
        if not anew and not len(erased):
            with suppress(Unavailable):
                return self.shelf.load(fit).passages  # somebody else has done it
        index = index.keeping(current, erased)
        missing = np.setdiff1d(current, index.versions, assume_unique=True).tolist()  # in ascending order still
        index = index.adding(self.candidates(session, pipeline, missing))
        self.shelf.save(index, fit)
        return index.passages

    def fit(self, session: Session, pipeline: Pipeline, current: Versions) -> Fit:
        """Say what an index must agree with to serve these versions."""
        return Fit(
            queries.identity(session).id,
            pipeline.digest,
            self.reader.encoder_digest,
            hashlib.sha256(current.astype("<i8").tobytes()).hexdigest(),
        )

    def catalogue(self, session: Session, pipeline: Pipeline, snapshot: Snapshot) -> Roster:
        """Give the profiles of a snapshot side by side. Raises Unavailable if one is not read or the index unfit."""
        current = snapshot.registered.to_be_held()
        index = self.shelf.load(self.fit(session, pipeline, current))
        wanted = wanted_of(snapshot, current)
        order = np.argsort(index.versions)
        where = order[np.searchsorted(index.versions, wanted, sorter=order)]
        return Catalogue(index.segments, *snapshot.registered.ids_taking_part(), where)

    def candidates(
        self, session: Session, pipeline: Pipeline, version_ids: Sequence[int]
    ) -> Iterator[tuple[int, Candidate]]:
        """Give versions ready to be scored, with their ids."""
        for ids in batches(version_ids, _AT_ONCE):
            versions = registered.versions(session, ids)
            found = [_candidate(pipeline, *read) for read in self._readings(session, versions)]
            for version, candidate, generality in zip(versions, found, pipeline.generality(found), strict=True):
                assert version.id is not None
                yield version.id, replace(candidate, generality=generality)

    def _readings(self, session: Session, versions: Sequence[ProfileVersion]) -> list[tuple[list[Passage], Reading]]:
        """Give each version that has been read: its passages, and what they were made of."""
        read = queries.read_passages(session, self.reader.digest, [v.id for v in versions if v.id is not None])
        return [
            (read[v.id], as_reading(v.language, readings.as_pieces(read[v.id])))
            for v in versions
            if v.id is not None and v.id in read
        ]


def wanted_of(snapshot: Snapshot, current: Versions) -> Versions:
    """Give the versions of those who may be found. Raises Unavailable if one has not been read."""
    wanted: Versions = snapshot.registered.version_id[snapshot.registered.taking_part()]
    if unread := len(wanted) - int(np.isin(wanted, current).sum()):
        raise Unavailable(
            f"{unread} profiler är inte inlästa med den här språkmodellen. Kör: matcha index rebuild",
            f"{unread} profiles have not been read with this model. Run: matcha index rebuild",
        )
    return wanted


def _candidate(pipeline: Pipeline, passages: Sequence[Passage], reading: Reading) -> Candidate:
    short, long = (
        Pieces([p.id for p in passages if p.grain is grain and p.id is not None], pipeline.vectors(reading, grain))
        for grain in Grain
    )
    return Candidate("", reading.language, short, long, pipeline.terms(reading), 0)
