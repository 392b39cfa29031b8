"""Taking in what is submitted: forms → plan → read (slow; nothing is written yet) → store and log → index."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from sqlmodel import Session

from matcha.encoding.encoder import Encoder
from matcha.errors import Lagging, Unavailable
from matcha.matchlog.entry import Salt
from matcha.matchlog.keys import Keeper
from matcha.records import FrozenStatistics
from matcha.records.batch import Batch, Noun
from matcha.retrieval.crew import Crew
from matcha.retrieval.indexer import Indexer
from matcha.retrieval.reading import Reader
from matcha.retrieval.reference import Reference, ReferenceKeeper
from matcha.retrieval.shelf import Shelf
from matcha.retrieval.table_indexer import TableIndexer
from matcha.retrieval.vector_table import VectorTable
from matcha.service import bulk, entries
from matcha.service.accounts import Accounts
from matcha.service.freezing import changed_meanwhile, freeze
from matcha.service.logbook import Logbook, Writing, now
from matcha.service.looking import Register
from matcha.service.preparation import Preparation
from matcha.store import Store, queries, readings, revision, submissions
from matcha.store.queries import CurrentProfile
from matcha.store.submissions import Counts
from matcha.values import Progress

Found = TypeVar("Found")


def silent(done: int, total: int) -> None:
    """Show nothing."""


class Intake(Register):
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
        self.logbook = Logbook(store, keeper, clock, salt, origin)
        self.accounts = Accounts(self.logbook, store, clock, salt)

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
        return Preparation(self._indexer, self.known)

    @property
    def _indexer(self) -> Indexer:
        if isinstance(self._shelf, VectorTable):
            return TableIndexer(self._store, self._shelf, self.reader, self.logbook.salt)
        return Indexer(self._store, self._shelf, self.reader, self.logbook.salt)

    def submit(self, batch: Batch, progress: Progress = silent) -> submissions.Plan:
        """Take in a batch whole and make its profiles searchable; gives what was new, edited and unchanged.

        Raises InvalidRows for a row that names a stranger, Conflict when somebody else changed the same meanwhile;
        then nothing has been taken in.
        """
        with self._taking_in(batch, progress) as (writing, plan):
            return writing.done(plan)

    def submit_file(
        self, path: Path, crew: Crew, looking: Progress = silent, progress: Progress = silent
    ) -> dict[Noun, Counts]:
        """Take in a JSON Lines file of any size: every row is checked, then portions are read by a crew and written.

        Each portion is a submission of its own, made searchable with the last one. What stops it in the middle loses
        nothing that was written: the same file submitted again goes on there. Raises InvalidRows before anything is
        written if a row cannot be used, Unavailable when the crew gives up or has another encoder.
        """
        assert crew.digest == self.reader.digest
        found = self.survey(path, looking)
        plan = self.plan(found.batch)
        if any(counts.new + counts.edited for _, counts in plan.counts):
            with self._written(found.batch, silent) as (_, plan):
                pass  # actors, contacts and needs first, all or none: profiles are read without their names
        profiles = bulk.Bulk(self.logbook, crew).take_in(path, found.profiles, progress)
        self._publish()
        return dict(plan.counts) | {Noun.PROFILES: profiles}

    def survey(self, path: Path, progress: Progress = silent) -> bulk.Survey:
        """Check every row of a JSON Lines file, as `submit_file` does first, and change nothing."""
        return bulk.survey(self._store, path, progress)

    @contextmanager
    def _taking_in(self, batch: Batch, progress: Progress) -> Iterator[tuple[Writing, submissions.Plan]]:
        """Give the transaction in which a batch has been taken in; once it is durable, it is made searchable."""
        with self._written(batch, progress) as (writing, plan):
            yield writing, plan
        if batch.profiles or batch.actors or plan.versions:
            self._publish()

    @contextmanager
    def _written(self, batch: Batch, progress: Progress) -> Iterator[tuple[Writing, submissions.Plan]]:
        """Give the transaction in which a batch has been taken in."""
        with self._store.reading() as session:
            before, plan = queries.identity(session).revision, submissions.plan(session, batch)
        read = self._indexer.read(plan.versions, progress) if plan.versions else ()
        with self.logbook.writing() as writing:
            unchanged = queries.identity(writing.session).revision == before
            if not unchanged and submissions.plan(writing.session, batch) != plan:
                raise changed_meanwhile()
            bulk.take_in(writing, batch, plan, read)
            yield writing, plan

    def plan(self, batch: Batch) -> submissions.Plan:
        """Say what `submit` would do, and change nothing."""
        with self._store.reading() as session:
            return submissions.plan(session, batch)

    def withdraw(self, profile_id: str) -> CurrentProfile:
        """Take a profile out of matching. Its versions stay; submitting it again brings it back."""
        with self.logbook.writing() as writing:
            current = queries.profile(writing.session, profile_id)
            current.profile.withdrawn = current.profile.withdrawn or writing.now
            submissions.note_change(writing.session)
            entries.log_profiles(writing, [profile_id])
            writing.done(current)
        self._publish()
        return current

    def rebuild(self, progress: Progress = silent) -> int:
        """Make the index anew from the store and give its number of passages; what was read is not read again.

        What an older version took in, and the log does not have, is logged.
        """
        with self._store.reading() as session:
            anew = submissions.masked_anew(session, submissions.registered_names(session))
        read = self._indexer.read(anew, silent) if anew else ()
        with self.logbook.writing() as writing:
            if read:
                submissions.add_versions(writing.session, read, writing.now)
            readings.add_digests(writing.session, self.logbook.salt)
            entries.log_profiles(writing)
            entries.log_needs(writing)
            entries.log_decisions(writing)
            submissions.note_change(writing.session)
        self._indexer.read_missing(progress)
        return self._refresh(anew=True)

    def freeze(self, progress: Progress = silent) -> FrozenStatistics:
        """Freeze the statistics of what is registered now, and use them from here on (`statistics`, `calibration`).

        Rankings and bands change with it; nothing else ever changes them for texts that stay the same. Raises
        Conflict when somebody changed something meanwhile.
        """
        self._indexer.read_missing(silent)
        row = freeze(self.logbook, self._indexer, self.known, progress)
        self._publish()
        return row

    def frozen(self) -> FrozenStatistics | None:
        """Give the frozen statistics in use, or None while they are the reference text's."""
        with self._store.reading() as session:
            newest = queries.newest_statistics(session, self.reader.digest)
            return None if newest is None else queries.statistics(session, newest)

    def freeze_first(self, progress: Progress = silent) -> FrozenStatistics | None:
        """Freeze statistics if there are needs and profiles and none have been frozen yet."""
        with self._store.reading() as session:
            registered = queries.needs(session) and queries.current_profiles(session)
            wanted = registered and queries.newest_statistics(session, self.reader.digest) is None
        return self.freeze(progress) if wanted else None

    def _looking(self, look: Callable[[Session], Found]) -> Found:
        """Look at one moment of the store that the index has; where the index lags behind, bring it in step first.

        Others change the store meanwhile, here or on another machine, and whoever did may have been stopped before it
        brought this index in step. While the shelf is locked nobody saves an index of another moment.
        """
        try:
            with self._store.reading() as session:
                return _noting(session, look)
        except Lagging:
            with self._shelf.locked(), self._store.reading() as session:
                self._indexer.bring_in_step(session, self._preparation.pipeline(session))
                return _noting(session, look)

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

    def _publish(self) -> None:
        try:
            self._refresh()
        except Unavailable as cause:
            raise Unavailable(
                f"Ändringen är sparad men ännu inte sökbar. {cause.sv} Rätta det och kör: matcha index rebuild",
                f"The change is saved but not searchable yet. {cause.en} Mend that and run: matcha index rebuild",
            ) from cause

    def _refresh(self, anew: bool = False) -> int:
        with self._store.reading() as session:
            pipeline = self._preparation.pipeline(session)
        return self._indexer.refresh(pipeline, anew)


def _noting(session: Session, look: Callable[[Session], Found]) -> Found:
    found = look(session)
    revision.note(queries.identity(session).revision)
    return found
