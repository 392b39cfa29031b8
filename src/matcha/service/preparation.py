"""What a question needs beside its text, made ready once and kept until something changes in the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from matcha import calibration
from matcha.calibration import Calibration
from matcha.memory import give_back
from matcha.retrieval.catalogue import Catalogue
from matcha.retrieval.indexer import Indexer
from matcha.retrieval.pipeline import Pipeline
from matcha.retrieval.reference import Reference
from matcha.retrieval.roster import Roster
from matcha.retrieval.snapshot import Snapshot
from matcha.retrieval.statistics import Statistics
from matcha.store import changes, queries, revision
from matcha.store.changes import Mark
from matcha.store.naming import Naming
from matcha.text.names import Names
from matcha.values import ActorKind


@dataclass(frozen=True)
class Ready:
    """All that answers a question, as of one moment of the store (`key`)."""

    key: tuple[str, int, str]
    pipeline: Pipeline
    known: Reference
    snapshot: Snapshot
    catalogue: Roster
    names: Names
    _among: dict[ActorKind, tuple[Snapshot, NDArray[np.bool_]]] = field(default_factory=dict, compare=False)

    def among(self, kind: ActorKind | None) -> tuple[Snapshot, NDArray[np.bool_] | None]:
        """Give who is registered when only actors of a kind are asked, and who of the catalogue that is, by place."""
        if kind is None:
            return self.snapshot, None
        if kind not in self._among:
            snapshot = self.snapshot.only(kind)
            allowed = [id in snapshot.eligible for id in self.catalogue.profile_ids]
            self._among[kind] = snapshot, np.array(allowed, bool)
        return self._among[kind]

    @cached_property
    def calibration(self) -> Calibration:
        """What scores are compared with."""
        return _calibrated(self.pipeline, self.known)


@lru_cache(maxsize=2)
def _calibrated(pipeline: Pipeline, known: Reference) -> Calibration:
    return Calibration.of(pipeline, known)  # whatever changes in the store, until statistics are frozen


class Preparation:
    """Makes ready, and remembers."""

    def __init__(self, indexer: Indexer, known: Reference, naming: Naming) -> None:
        self._indexer = indexer
        self._known = known
        self._naming = naming
        self._pipelines: dict[int | None, Pipeline] = {}
        self._ready: Ready | None = None
        self._taken: tuple[Mark, Snapshot] | None = None
        self._making = Lock()

    def pipeline(self, session: Session) -> Pipeline:
        """Give the pipeline with the newest frozen statistics, or the reference text's while none have been frozen."""
        return self._pipeline(session, queries.moment(session, self._indexer.reader.digest).statistics)

    def _pipeline(self, session: Session, newest: int | None) -> Pipeline:
        digest = self._indexer.reader.digest
        found = self._pipelines.get(newest)
        if found is None:
            if newest is None:
                frozen = calibration.before_freezing(digest, self._known)
            else:
                frozen = Statistics.from_bytes(queries.statistics(session, newest).content)
            found = Pipeline(digest, frozen)
            self._pipelines = {newest: found}
        return found

    def moment(self, session: Session) -> tuple[str, int, str]:
        """Give what changes whenever what answers a question does; it takes no time."""
        return self._now(session)[1]

    def ready(self, session: Session) -> Ready:
        """Give what answers a question now. Raises Unavailable when the index is missing or does not fit."""
        pipeline, key = self._now(session)
        ready = self._ready
        if ready is None or ready.key != key:
            with self._making:  # whoever asks meanwhile waits for the same
                ready = self._ready
                if ready is None or ready.key != key:
                    self._ready = ready = self._made(session, pipeline, key)
                    give_back()
        return ready

    def _now(self, session: Session) -> tuple[Pipeline, tuple[str, int, str]]:
        moment = queries.moment(session, self._indexer.reader.digest)
        revision.note(moment.revision)
        pipeline = self._pipeline(session, moment.statistics)
        return pipeline, (moment.identity, moment.revision, pipeline.digest)

    def _snapshot(self, session: Session) -> Snapshot:
        """Give who is registered; of the last one that was taken, only what has been touched since is read again."""
        reader, now = self._indexer.reader.digest, changes.mark(session)
        mark, taken = self._taken or (now, None)
        touched = changes.since(session, mark, now)
        if taken is None or touched is None:
            snapshot = Snapshot.take(session, reader)
        else:
            snapshot = taken.after(session, reader, touched.profile_ids)
        self._taken = now, snapshot
        return snapshot

    def _made(self, session: Session, pipeline: Pipeline, key: tuple[str, int, str]) -> Ready:
        snapshot = self._snapshot(session)
        catalogue = self._indexer.catalogue(session, pipeline, snapshot) if snapshot.eligible else Catalogue.empty()
        return Ready(key, pipeline, self._known, snapshot, catalogue, self._naming.names(session))
