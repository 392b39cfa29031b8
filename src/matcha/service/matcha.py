"""The façade: what matcha does, one method a flow, each readable from top to bottom."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from matcha.config import Settings, Vectors
from matcha.encoding.encoder import Encoder, HashingEncoder
from matcha.encoding.finding import find_encoder
from matcha.encoding.remembering import RememberingEncoder
from matcha.matchlog.entry import Salt
from matcha.matchlog.keys import FolderKeeper, MemoryKeeper
from matcha.neutrality.report import Report
from matcha.retrieval.profile_index import use_threads
from matcha.retrieval.reading import as_encoded
from matcha.retrieval.reference import FolderReference, GivenReference, MemoryReference
from matcha.retrieval.shelf import FolderShelf, MemoryShelf
from matcha.retrieval.vector_table import VectorTable
from matcha.service import asking, neutrality
from matcha.service.freezing import frozen_row
from matcha.service.intake import silent
from matcha.service.logbook import now
from matcha.service.preparation import Ready
from matcha.service.requests import Requests
from matcha.store import Store
from matcha.values import Progress, Role


class Matcha(Requests):
    """Needs, actors and profiles in one place, the matching between them, and the log of all of it."""

    @classmethod
    def in_memory(
        cls,
        encoder: Encoder | None = None,
        clock: Callable[[], datetime] = now,
        salt: Salt = secrets.token_bytes,
    ) -> Matcha:
        """Give a whole, empty system that lives in memory; it uses the hashing encoder unless another is given."""
        given = encoder or HashingEncoder()
        return cls(Store.in_memory(), MemoryShelf(), lambda: given, MemoryReference(), MemoryKeeper(), clock, salt)

    @classmethod
    def open(cls, settings: Settings) -> Matcha:
        """Open the system that the settings name. The model is loaded when the first text is read.

        Raises Conflict when its log has lost entries that it once published, Unavailable when vectors are to lie in a
        database that cannot hold them.
        """
        use_threads(settings.threads)
        store = Store.open(settings.database)
        in_files = settings.vectors is Vectors.FILES
        matcha = cls(
            store,
            FolderShelf(settings.indexes / "profiles") if in_files else VectorTable.beside(store),
            lambda: find_encoder(settings),
            FolderReference(settings.indexes),
            FolderKeeper(settings.matchlog),
            origin=settings.log_origin,
        )
        matcha.logbook.check()
        return matcha

    # show that it is neutral: what is registered → twins that differ in what must not matter → relations, exposure

    def neutrality_report(self, k: int = 10, sample: int = 40, progress: Progress = silent) -> Report:
        """Try whether it matters who somebody is, with `sample` of the registered profiles, and count who is seen.

        Nothing is changed. Raises Invalid when there are no needs or profiles, and for k outside 1…1000.
        """
        asking.refuse_k(k)
        with self._store.reading() as session:
            ready = self._preparation.ready(session)
            encoder = RememberingEncoder(self.reader.encoder)
            for reading in self._indexer.registered(session):
                encoder.remember(Role.PROFILE, as_encoded(Role.PROFILE, reading))
            return neutrality.report(
                session, ready, lambda: self._twin(ready, encoder), self._clock(), k, sample, progress
            )

    def _twin(self, ready: Ready, encoder: Encoder) -> Matcha:
        """An empty system in memory that ranks as this one does."""
        known = GivenReference(self.known)
        twin = Matcha(Store.in_memory(), MemoryShelf(), lambda: encoder, known, MemoryKeeper(), self._clock)
        with twin._store.transaction() as session:
            session.add(frozen_row(self.reader.digest, ready.pipeline.statistics, 0, 0, self._clock()))
        return twin
