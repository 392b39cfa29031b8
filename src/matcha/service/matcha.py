"""The façade: what matcha does, one method a flow, each readable from top to bottom."""

from __future__ import annotations

from functools import cached_property

from matcha.encoding.encoder import Encoder
from matcha.encoding.remembering import RememberingEncoder
from matcha.matchlog.keys import MemoryKeeper
from matcha.neutrality.report import Report
from matcha.retrieval.reading import as_encoded
from matcha.retrieval.reference import GivenReference
from matcha.retrieval.shelf import MemoryShelf
from matcha.service import asking, neutrality
from matcha.service.accounts import Accounts
from matcha.service.freezing import frozen_row
from matcha.service.preparation import Ready
from matcha.service.requests import Requests
from matcha.service.system import silent
from matcha.store import Store
from matcha.values import Progress, Role


class Matcha(Requests):
    """Needs, actors and profiles in one place, the matching between them, and the log of all of it."""

    @cached_property
    def accounts(self) -> Accounts:
        """Who may come in, and what is done about them."""
        return Accounts(self.logbook, self._store, self._clock, self.logbook.salt)

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
