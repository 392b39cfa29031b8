"""Taking in what is submitted: forms → plan → read (slow; nothing is written yet) → store and log → index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlmodel import Session

from matcha.errors import Unavailable
from matcha.records import FrozenStatistics
from matcha.records.batch import Batch, Noun
from matcha.retrieval.crew import Crew
from matcha.service import bulk, entries
from matcha.service.answering import Answering
from matcha.service.freezing import changed_meanwhile, freeze
from matcha.service.logbook import Writing
from matcha.service.system import silent
from matcha.store import changes, queries, readings, submissions
from matcha.store.queries import CurrentProfile
from matcha.store.submissions import Counts
from matcha.values import Progress


class Intake(Answering):
    """What is submitted, read, and made searchable."""

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
        revision, plan = self._planned(found.batch)
        if any(counts.new + counts.edited for _, counts in plan.counts):
            with self._written(found.batch, (revision, plan), silent):
                pass  # actors, contacts and needs first, all or none: profiles are read without their names
        profiles = bulk.Bulk(self.logbook, crew, self._naming).take_in(path, found.profiles, progress)
        self._publish()
        return dict(plan.counts) | {Noun.PROFILES: profiles}

    def survey(self, path: Path, progress: Progress = silent) -> bulk.Survey:
        """Check every row of a JSON Lines file, as `submit_file` does first, and change nothing."""
        return bulk.survey(self._store, path, progress)

    @contextmanager
    def _taking_in(self, batch: Batch, progress: Progress) -> Iterator[tuple[Writing, submissions.Plan]]:
        """Give the transaction in which a batch has been taken in; once it is durable, it is made searchable."""
        revision, plan = self._planned(batch)
        with self._written(batch, (revision, plan), progress) as writing:
            yield writing, plan
        if batch.profiles or batch.actors or plan.versions:
            self._publish()

    @contextmanager
    def _written(self, batch: Batch, planned: tuple[int, submissions.Plan], progress: Progress) -> Iterator[Writing]:
        """Give the transaction in which a batch has been taken in as it was planned at a revision."""
        revision, plan = planned
        read = self._indexer.read(plan.versions, progress) if plan.versions else ()
        with self.logbook.writing() as writing:
            if queries.identity(writing.session).revision != revision and self._plan(writing.session, batch) != plan:
                raise changed_meanwhile()
            bulk.take_in(writing, batch, read)
            yield writing

    def plan(self, batch: Batch) -> submissions.Plan:
        """Say what `submit` would do, and change nothing."""
        return self._planned(batch)[1]

    def _planned(self, batch: Batch) -> tuple[int, submissions.Plan]:
        """Give a batch's plan and the store's revision that it holds for."""
        with self._store.reading() as session:
            return queries.identity(session).revision, self._plan(session, batch)

    def _plan(self, session: Session, batch: Batch) -> submissions.Plan:
        return submissions.plan(session, batch, self._naming.names(session, batch))

    def withdraw(self, profile_id: str) -> CurrentProfile:
        """Take a profile out of matching. Its versions stay; submitting it again brings it back."""
        with self.logbook.writing() as writing:
            current = queries.profile(writing.session, profile_id)
            current.profile.withdrawn = current.profile.withdrawn or writing.now
            changes.note(writing.session, [profile_id])
            entries.log_profiles(writing, [profile_id])
            writing.done(current)
        self._publish()
        return current

    def rebuild(self, progress: Progress = silent) -> int:
        """Make the index anew from the store and give its number of passages; what was read is not read again.

        What an older version took in, and the log does not have, is logged.
        """
        with self._store.reading() as session:
            anew = submissions.masked_anew(session, self._naming.names(session))
        read = self._indexer.read(anew, silent) if anew else ()
        with self.logbook.writing() as writing:
            if read:
                submissions.add_versions(writing.session, read, writing.now)
            readings.add_digests(writing.session, self.logbook.salt)
            entries.log_profiles(writing)
            entries.log_needs(writing)
            entries.log_decisions(writing)
            changes.note(writing.session, None)
        self._indexer.read_missing(progress)
        return self._refresh(anew=True)

    def freeze(self, progress: Progress = silent) -> FrozenStatistics:
        """Freeze the statistics of what is registered now, and use them from here on (`statistics`, `calibration`).

        Rankings and bands change with it; nothing else ever changes them for texts that stay the same. Raises
        Conflict when somebody changed something meanwhile.
        """
        self._indexer.read_missing(silent)
        row = freeze(self.logbook, self._indexer, self.known, self._naming, progress)
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

    def _publish(self) -> None:
        try:
            self._refresh()
        except Unavailable as cause:
            raise Unavailable(
                f"Ändringen är sparad men ännu inte sökbar. {cause.sv} Rätta det och kör: matcha index rebuild",
                f"The change is saved but not searchable yet. {cause.en} Mend that and run: matcha index rebuild",
            ) from cause
