"""A file of any size: every row is checked → portions: plan → a crew reads → store and log, one transaction each.

Nothing is remembered between runs but what is registered: a portion that is there already changes nothing, so a run
that was stopped goes on when the file is submitted again.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
from sqlmodel import Session

from matcha.errors import Conflict, InvalidRows, RowFault
from matcha.interchange.forms import MOST_FAULTS, twice
from matcha.interchange.lines import Line, read_lines
from matcha.records import ActorForm, ContactForm, NeedForm, ProfileForm
from matcha.records.batch import Batch, Noun, Origin
from matcha.retrieval.crew import Crew, Read, Text
from matcha.service import entries
from matcha.service.logbook import Logbook, Writing
from matcha.store import Store, queries, submissions
from matcha.store.naming import Naming
from matcha.store.submissions import Counts, Plan
from matcha.text.names import Names
from matcha.values import Progress

PORTION = 200  # profiles written together: the same for every crew, so that the log does not depend on who reads
AT_ONCE = 4  # profiles that one of a crew reads before it answers


@dataclass(frozen=True)
class Survey:
    """What a file holds: all but its profiles, and how many these are."""

    batch: Batch
    profiles: int


def survey(store: Store, path: Path, progress: Progress) -> Survey:
    """Look through a file and change nothing. Its profiles are not kept in memory, the rest is.

    Raises Invalid for the file, and InvalidRows with the first 1,000 faults at most.
    """
    looking = _Looking(store)
    for portion in _portions(read_lines(path)):
        looking.look(portion)
        progress(round(100 * portion[-1].share), 100)
    return looking.survey(path)


def take_in(writing: Writing, batch: Batch, read: tuple[submissions.Read, ...]) -> None:
    """Write a batch, and what was read for its plan, to store and log."""
    entries.log_profiles(writing, submissions.apply(writing.session, batch, read, writing.now))
    entries.log_needs(writing, [need.id for need in batch.needs])


class Bulk:
    """Takes in the profiles of a file that has been surveyed, and whose actors are registered."""

    def __init__(self, logbook: Logbook, crew: Crew, naming: Naming) -> None:
        self._logbook = logbook
        self._crew = crew
        self._naming = naming
        self._written = 0  # portions, each counted as one change in the store
        self._names: tuple[int, Names] | None = None

    def take_in(self, path: Path, total: int, progress: Progress) -> Counts:
        """Hand out some portions ahead, and write each when it is read, in the order of the file."""
        ahead = 1 + 2 * self._crew.hands * AT_ONCE // PORTION if self._crew.hands else 0
        begun = (self._begun(_batch(some)) for some in _portions(_profiles(path)))
        counts, done = Counts(0, 0, 0), 0
        for portion in _running_ahead(begun, ahead):
            counts += self._finished(portion, partial(_further, progress, done, total))
            done += len(portion.batch.profiles)
            progress(done, total)
        return counts

    def _begun(self, batch: Batch) -> _Portion:
        """Plan a portion and hand out what is to be read."""
        with self._logbook.store.reading() as session:
            others = self._others(session)
            plan = submissions.plan(session, batch, self._known(session, others))
        texts = [Text(new.form.title, new.form.text, new.language, new.masked) for new in plan.versions]
        parts = (texts[start : start + AT_ONCE] for start in range(0, len(texts), AT_ONCE))
        return _Portion(batch, plan, others, tuple(map(self._crew.read, parts)))

    def _finished(self, portion: _Portion, progress: Callable[[int], None]) -> Counts:
        """Write a portion when it is read, or if somebody changed what it was planned by, plan and read it anew."""
        while portion.changes and not self._is_written(portion, self._read(portion, progress)):
            portion = self._begun(portion.batch)
        return portion.counts

    def _read(self, portion: _Portion, progress: Callable[[int], None]) -> tuple[submissions.Read, ...]:
        found: list[submissions.Read] = []
        versions = iter(portion.plan.versions)
        for fetch in portion.reading:
            found += (
                submissions.Read(new, self._crew.digest, pieces, self._logbook.salt(32))
                for pieces, new in zip(fetch(), versions, strict=False)
            )
            progress(len(found))
        return tuple(found)

    def _is_written(self, portion: _Portion, read: tuple[submissions.Read, ...]) -> bool:
        with self._logbook.writing() as writing:
            same = self._others(writing.session) == portion.others
            if not same and portion.plan != submissions.plan(
                writing.session, portion.batch, self._naming.names(writing.session)
            ):
                return False
            take_in(writing, portion.batch, read)
        self._written += 1
        return True

    def _others(self, session: Session) -> int:
        """Give how often others have changed something. What is written here changes nothing that later rows need."""
        return queries.identity(session).revision - self._written

    def _known(self, session: Session, others: int) -> Names:
        if self._names is None or self._names[0] != others:
            self._names = others, self._naming.names(session)
        return self._names[1]


@dataclass(frozen=True)
class _Portion:
    """Profiles that are planned and handed out. `others` is what the plan holds for, see `Bulk._others`."""

    batch: Batch
    plan: Plan
    others: int
    reading: tuple[Callable[[], Read], ...]

    @property
    def counts(self) -> Counts:
        return dict(self.plan.counts)[Noun.PROFILES]

    @property
    def changes(self) -> bool:
        return self.counts.new + self.counts.edited > 0


class _Looking:
    """Gathers what a file holds, and its faults."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._faults: list[RowFault] = []
        self._others: dict[tuple[Noun, str], ActorForm | ContactForm | NeedForm] = {}
        self._origins: dict[tuple[Noun, str], Origin] = {}
        self._owners: dict[str, Origin] = {}  # by actor: the first row that gives it a profile
        self._ids = array("q")  # hashes: eight bytes a profile

    def look(self, lines: list[Line]) -> None:
        """Take in some lines. Raises InvalidRows when there are too many faults to go on."""
        profiles = []
        for line in lines:
            self._faults += line.faults
            if isinstance(line.form, ProfileForm):
                profiles.append(line)
                self._ids.append(hash(line.form.id))
                self._owners.setdefault(line.form.actor_id, line.origin)
            elif line.form is not None:
                self._keep(line.noun, line.form, line.origin)  # type: ignore[arg-type]  # the others' forms
        batch = _batch(profiles)
        with self._store.reading() as session:
            self._faults += submissions.strangers(session, batch, {form.actor_id for form in batch.profiles})
        if len(self._faults) >= MOST_FAULTS:
            raise InvalidRows(tuple(self._faults[:MOST_FAULTS]))

    def survey(self, path: Path) -> Survey:
        """Give what was found in the whole file. Raises InvalidRows for its faults, by row."""
        batch = Batch(
            actors=tuple(form for form in self._others.values() if isinstance(form, ActorForm)),
            contacts=tuple(form for form in self._others.values() if isinstance(form, ContactForm)),
            needs=tuple(form for form in self._others.values() if isinstance(form, NeedForm)),
            origins=self._origins,
        )
        with self._store.reading() as session:
            self._faults += submissions.strangers(session, batch)
            strange = self._owners.keys() - {form.id for form in batch.actors}
            strange -= queries.actor_names(session, strange).keys()
        self._faults += (submissions.no_actor(self._owners[id], id) for id in strange)
        self._faults += self._twice(path)
        if self._faults:
            raise InvalidRows(tuple(sorted(self._faults, key=lambda fault: fault.row)[:MOST_FAULTS]))
        return Survey(batch, len(self._ids))

    def _keep(self, noun: Noun, form: ActorForm | ContactForm | NeedForm, origin: Origin) -> None:
        if (first := self._origins.get((noun, form.id))) is not None:
            self._faults.append(twice(origin, first, form.id))
        else:
            self._others[noun, form.id], self._origins[noun, form.id] = form, origin

    def _twice(self, path: Path) -> Iterator[RowFault]:
        """Give the profiles whose id an earlier row has; only if two hashes are equal is the file read again."""
        hashes, counts = np.unique(np.frombuffer(self._ids, np.int64), return_counts=True)
        doubled = set(hashes[counts > 1].tolist())
        first: dict[str, Origin] = {}
        for line in read_lines(path) if doubled else ():
            if isinstance(line.form, ProfileForm) and hash(line.form.id) in doubled:
                if line.form.id in first:
                    yield twice(line.origin, first[line.form.id], line.form.id)
                first.setdefault(line.form.id, line.origin)


def _further(progress: Progress, done: int, total: int, read: int) -> None:
    progress(done + read, total)


def _running_ahead(portions: Iterable[_Portion], ahead: int) -> Iterator[_Portion]:
    """Give portions in order, each when `ahead` more have been handed out."""
    waiting: deque[_Portion] = deque()
    for portion in portions:
        waiting.append(portion)
        if len(waiting) > ahead:
            yield waiting.popleft()
    yield from waiting


def _portions(lines: Iterable[Line]) -> Iterator[list[Line]]:
    rest = iter(lines)
    while some := list(islice(rest, PORTION)):
        yield some


def _profiles(path: Path) -> Iterator[Line]:
    """Give a file's profiles. Raises Conflict for a file that has been changed since it was surveyed."""
    for line in read_lines(path):
        if line.faults:
            raise Conflict(
                f"{line.origin.file} ändras medan den läses in: rad {line.origin.row} går inte längre att använda. Det "
                "som hunnit läsas in är sparat. Kör samma kommando igen.",
                f"{line.origin.file} is being changed while it is taken in: row {line.origin.row} can no longer be "
                "used. What has been taken in is saved. Run the same command again.",
            )
        if line.noun is Noun.PROFILES:
            yield line


def _batch(lines: Iterable[Line]) -> Batch:
    found = [(line.form, line.origin) for line in lines if isinstance(line.form, ProfileForm)]
    origins = {(Noun.PROFILES, form.id): origin for form, origin in found}
    return Batch(profiles=tuple(form for form, _ in found), origins=origins)
