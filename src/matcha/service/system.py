"""A store, its log, its index and its reader together: opened, kept in step, looked at at one moment."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from typing import Self, TypeVar

from sqlmodel import Session

from matcha.config import Settings, Vectors
from matcha.encoding.encoder import Encoder, HashingEncoder
from matcha.encoding.finding import find_encoder
from matcha.errors import Lagging, Unavailable
from matcha.matchlog.entry import Salt
from matcha.matchlog.keys import FolderKeeper, Keeper, MemoryKeeper
from matcha.retrieval.indexer import Indexer
from matcha.retrieval.profile_index import use_threads
from matcha.retrieval.reading import Reader
from matcha.retrieval.reference import FolderReference, MemoryReference, Reference, ReferenceKeeper
from matcha.retrieval.shelf import FolderShelf, MemoryShelf, Shelf
from matcha.retrieval.table_indexer import TableIndexer
from matcha.retrieval.vector_table import VectorTable
from matcha.service import entries
from matcha.service.logbook import Logbook, now
from matcha.service.looking import Register
from matcha.service.preparation import Preparation
from matcha.store import Store, changes, process
from matcha.store.naming import Naming

Found = TypeVar("Found")


def silent(done: int, total: int) -> None:
    """Show nothing."""


class System(Register):
    """A store, its log and its index, and the reader that keeps them in step."""

    def __init__(
        self,
        store: Store,
        shelf: Shelf | VectorTable,
        encoder: Callable[[], Encoder],
        reference: ReferenceKeeper,
        keeper: Keeper,
        clock: Callable[[], datetime] = now,
        salt: Salt = secrets.token_bytes,
        origin: str | None = None,
    ) -> None:
        super().__init__(store)
        self._shelf = shelf
        self._encoder = encoder
        self._reference = reference
        self._clock = clock
        self._naming = Naming()
        self.logbook = Logbook(store, keeper, clock, salt, origin)

    @classmethod
    def in_memory(
        cls,
        encoder: Encoder | None = None,
        clock: Callable[[], datetime] = now,
        salt: Salt = secrets.token_bytes,
    ) -> Self:
        """Give a whole, empty system that lives in memory; it uses the hashing encoder unless another is given."""
        given = encoder or HashingEncoder()
        return cls(Store.in_memory(), MemoryShelf(), lambda: given, MemoryReference(), MemoryKeeper(), clock, salt)

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Open the system that the settings name. The model is loaded when the first text is read.

        Raises Conflict when its log has lost entries that it once published, Unavailable when vectors are to lie in a
        database that cannot hold them.
        """
        use_threads(settings.threads)
        store = Store.open(settings.database)
        in_files = settings.vectors is Vectors.FILES
        system = cls(
            store,
            FolderShelf(settings.indexes / "profiles") if in_files else VectorTable.beside(store),
            lambda: find_encoder(settings),
            FolderReference(settings.indexes),
            FolderKeeper(settings.matchlog),
            origin=settings.log_origin,
        )
        system.logbook.check()
        return system

    def now(self) -> datetime:
        """Give the time by this system's clock."""
        return self._clock()

    def close(self) -> None:
        """Give back the database's connections."""
        if isinstance(self._shelf, VectorTable):
            self._shelf.close()
        self._store.close()

    @cached_property
    def reader(self) -> Reader:
        """What reads texts. Raises Unavailable when the model is missing."""
        return Reader(self._encoder())

    @cached_property
    def known(self) -> Reference:
        """The reference text as the model reads it; read the first time a model is used."""
        return self._reference.reference(self.reader, silent)

    def warm_up(self) -> None:
        """Load the model and what goes with it now, rather than with the first question.

        An index that is missing or does not fit is told to whoever asks, and by `check_index`.
        """
        assert self.reader.dimension
        assert self.known
        with suppress(Unavailable), self._store.reading() as session:
            assert self._preparation.ready(session).calibration

    @cached_property
    def _preparation(self) -> Preparation:
        return Preparation(self._indexer, self.known, self._naming)

    @property
    def _indexer(self) -> Indexer:
        if isinstance(self._shelf, VectorTable):
            return TableIndexer(self._store, self._shelf, self.reader, self.logbook.salt)
        return Indexer(self._store, self._shelf, self.reader, self.logbook.salt)

    def expire(self) -> int:
        """Note and log the profiles whose time has run out, and give how many; every question does it first."""
        with self._store.reading() as session:
            if not process.is_due(session, self._clock()):
                return 0
        with self.logbook.writing() as writing:
            found = process.due(writing.session, writing.now)
            for profile in found:
                profile.expired = writing.now
            ids = [profile.id for profile in found]
            changes.note(writing.session, ids)
            entries.log_profiles(writing, ids)
            return len(found)

    def _looking(self, look: Callable[[Session], Found]) -> Found:
        """Look at one moment of the store that the index has; where the index lags behind, bring it in step first.

        Others change the store meanwhile, here or on another machine, and whoever did may have been stopped before it
        brought this index in step. While the shelf is locked nobody saves an index of another moment.
        """
        try:
            with self._store.reading() as session:
                return look(session)
        except Lagging:
            with self._shelf.locked(), self._store.reading() as session:
                self._indexer.bring_in_step(session, self._preparation.pipeline(session))
                return look(session)

    def moment(self) -> Hashable:
        """Give what changes whenever what answers a question does; it takes no time."""
        with self._store.reading() as session:
            return self._preparation.moment(session)

    def catch_up(self) -> None:
        """Bring the index in step with a store that others change, and make ready what answers a question.

        Raises Unavailable when that needs a command: profiles that this model has not read, a damaged index.
        """
        self._refresh()
        assert self._looking(self._preparation.ready).calibration

    def _refresh(self, anew: bool = False) -> int:
        with self._store.reading() as session:
            pipeline = self._preparation.pipeline(session)
        return self._indexer.refresh(pipeline, anew)
