"""The index follows the store: read what is new, add what is missing, drop what is gone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from matcha.errors import Unavailable
from matcha.retrieval.pipeline import Encoded, Pipeline
from matcha.retrieval.retriever import Catalogue
from matcha.retrieval.shelf import Fit, Shelf
from matcha.retrieval.snapshot import Snapshot
from matcha.retrieval.vector_index import VectorIndex
from matcha.store import Store, queries, submissions
from matcha.store.queries import PassageRow
from matcha.values import Progress


@dataclass(frozen=True)
class Indexer:
    """Keeps one shelf's index in step with one store, as one pipeline reads it."""

    store: Store
    shelf: Shelf
    pipeline: Pipeline

    def read(self, plan: submissions.Plan, progress: Progress) -> tuple[submissions.Read, ...]:
        """Read every new version of a plan. The slow part, done before anything is written."""
        found = []
        for done, new in enumerate(plan.versions):
            progress(done, len(plan.versions))
            encoded = self.pipeline.read_profile(new.form.title, new.form.text, new.language)
            found.append(submissions.Read(new, self.pipeline.digest, as_rows(encoded)))
        progress(len(plan.versions), len(plan.versions))
        return tuple(found)

    def read_missing(self, progress: Progress) -> None:
        """Read what is registered but not read by this pipeline yet; each version is kept as soon as it is read."""
        with self.store.reading() as session:
            unread = queries.unread(session, self.pipeline.digest)
        for done, version in enumerate(unread):
            progress(done, len(unread))
            rows = as_rows(self.pipeline.read_profile(version.title, version.text, version.language))
            with self.store.transaction() as session:
                assert version.id is not None
                submissions.add_passages(session, version.id, self.pipeline.digest, rows)
        progress(len(unread), len(unread))

    def refresh(self, anew: bool = False) -> int:
        """Bring the index in step with the store and give its number of passages; `anew` trusts nothing kept."""
        with self.shelf.locked(), self.store.reading() as session:
            rows = queries.passages(session, self.pipeline.digest)
            fit = self.fit(session, rows)
            kept = None if anew else self.shelf.load_for_update(fit)
            index = VectorIndex(self.pipeline.dimension) if kept is None else kept
            wanted, held = {row.id for row in rows}, set(index.ids)
            index.remove(sorted(held - wanted))
            missing = sorted(wanted - held)
            stored = queries.vectors(session, missing)
            index.add(missing, as_vectors([stored[id] for id in missing], self.pipeline.dimension))
            self.shelf.save(index, fit)
            return len(index)

    def fit(self, session: Session, rows: Sequence[PassageRow]) -> Fit:
        """Say what an index must agree with to serve these passages."""
        corpus = "\n".join(f"{row.id} {row.profile_id} {row.version}" for row in rows)
        return Fit(
            queries.identity(session),
            self.pipeline.digest,
            self.pipeline.encoder_digest,
            hashlib.sha256(corpus.encode()).hexdigest(),
        )


def catalogue(rows: Sequence[PassageRow], snapshot: Snapshot) -> Catalogue:
    """Give the passages of the profiles that are scored. Raises Unavailable if one of them has not been read yet."""
    scored = [row for row in rows if row.profile_id in snapshot.eligible]
    unread = len(snapshot.eligible) - len({row.profile_id for row in scored})
    if unread:
        raise Unavailable(
            f"{unread} profiler är inte inlästa med den här språkmodellen. Kör: matcha index rebuild",
            f"{unread} profiles have not been read with this model. Run: matcha index rebuild",
        )
    return Catalogue(tuple(row.id for row in scored), tuple(row.profile_id for row in scored), snapshot.actors)


def as_rows(encoded: Encoded) -> tuple[tuple[str, bytes], ...]:
    """Give each sentence with its vector as the store keeps it: little-endian int16."""
    return tuple((s, v.astype("<i2").tobytes()) for s, v in zip(encoded.sentences, encoded.vectors, strict=True))


def as_vectors(stored: Sequence[bytes], dimension: int) -> NDArray[np.int16]:
    """Give stored vectors as one array, shape (len(stored), dimension)."""
    return np.frombuffer(b"".join(stored), "<i2").reshape(-1, dimension).astype(np.int16)
