"""The façade: what matcha does, one method a flow, each readable from top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property

from matcha import calibration
from matcha.config import Settings
from matcha.encoding.encoder import Encoder, HashingEncoder
from matcha.encoding.sentence_model import SentenceModel, find_model
from matcha.errors import Conflict, Invalid, Unavailable
from matcha.records import Actor, Contact, FrozenStatistics, Need
from matcha.records.batch import Batch
from matcha.retrieval.indexer import Indexer
from matcha.retrieval.pipeline import shown_terms
from matcha.retrieval.profile_index import use_threads
from matcha.retrieval.reading import Reader
from matcha.retrieval.reference import FolderReference, MemoryReference, Reference, ReferenceKeeper
from matcha.retrieval.retriever import retrieve
from matcha.retrieval.shelf import FolderShelf, MemoryShelf, Shelf
from matcha.retrieval.statistics import Text
from matcha.service.preparation import Preparation
from matcha.service.telling import Told, with_evidence
from matcha.store import Store, queries, submissions
from matcha.store.queries import CurrentProfile
from matcha.text.canonical import refuse_unusable
from matcha.text.language import detect
from matcha.values import (
    ActorKind,
    Answer,
    Language,
    Progress,
)

LARGEST_K = 1000


def _silent(done: int, total: int) -> None:
    """Show nothing."""


def _now() -> datetime:
    return datetime.now(UTC)


class Matcha:
    """Needs, actors and profiles in one place, and the matching between them."""

    def __init__(
        self,
        store: Store,
        shelf: Shelf,
        encoder: Callable[[], Encoder],
        reference: ReferenceKeeper,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._store = store
        self._shelf = shelf
        self._encoder = encoder
        self._reference = reference
        self._clock = clock

    @classmethod
    def in_memory(cls, encoder: Encoder | None = None, clock: Callable[[], datetime] = _now) -> Matcha:
        """Give a whole, empty system that lives in memory; it uses the hashing encoder unless another is given."""
        given = encoder or HashingEncoder()
        return cls(Store.in_memory(), MemoryShelf(), lambda: given, MemoryReference(), clock)

    @classmethod
    def open(cls, settings: Settings) -> Matcha:
        """Open the system that the settings name. The model is loaded when the first text is read."""
        use_threads(settings.threads)
        return cls(
            Store.open(settings.database),
            FolderShelf(settings.indexes / "profiles"),
            lambda: SentenceModel(find_model(settings), settings.threads),
            FolderReference(settings.indexes),
        )

    def close(self) -> None:
        """Give back the database's connections."""
        self._store.close()

    @cached_property
    def reader(self) -> Reader:
        """What reads texts. Raises Unavailable when the model is missing."""
        return Reader(self._encoder())

    @cached_property
    def known(self) -> Reference:
        """The reference text as the model reads it; read the first time a model is used."""
        return self._reference.reference(self.reader, _silent)

    def warm_up(self) -> None:
        """Load the model and what goes with it now, rather than with the first question."""
        assert self.reader.dimension
        assert self.known

    @cached_property
    def _preparation(self) -> Preparation:
        return Preparation(self._indexer, self.known)

    @property
    def _indexer(self) -> Indexer:
        return Indexer(self._store, self._shelf, self.reader)

    # submit: forms → plan → read (slow; nothing is written yet) → store → index

    def submit(self, batch: Batch, progress: Progress = _silent) -> submissions.Plan:
        """Take in a batch whole and make its profiles searchable; gives what was new, edited and unchanged.

        Raises InvalidRows for a row that names a stranger, Conflict when somebody else changed the same meanwhile;
        then nothing has been taken in.
        """
        plan = self.plan(batch)
        read = self._indexer.read(plan, progress) if plan.versions else ()
        with self._store.transaction() as session:
            if submissions.plan(session, batch) != plan:
                raise _changed_meanwhile()
            submissions.apply(session, batch, read, self._clock())
        if batch.profiles:
            self._publish()
        return plan

    def plan(self, batch: Batch) -> submissions.Plan:
        """Say what `submit` would do, and change nothing."""
        with self._store.reading() as session:
            return submissions.plan(session, batch)

    def withdraw(self, profile_id: str) -> None:
        """Take a profile out of matching. Its versions stay; submitting it again brings it back."""
        with self._store.transaction() as session:
            profile = queries.profile(session, profile_id).profile
            profile.withdrawn = profile.withdrawn or self._clock()
            submissions.note_change(session)
        self._publish()

    def rebuild(self, progress: Progress = _silent) -> int:
        """Make the index anew from the store and give its number of passages; what was read is not read again."""
        self._indexer.read_missing(progress)
        return self._refresh(anew=True)

    def freeze(self, progress: Progress = _silent) -> FrozenStatistics:
        """Freeze the statistics of what is registered now, and use them from here on (`statistics`, `calibration`).

        Rankings and bands change with it; nothing else ever changes them for texts that stay the same. Raises
        Conflict when somebody changed something meanwhile.
        """
        self._indexer.read_missing(_silent)
        with self._store.reading() as session:
            revision = queries.identity(session).revision
            needs, profiles = queries.needs(session), self._indexer.registered(session)
        read = []
        for done, need in enumerate(needs):
            progress(done, len(needs))
            said = f"{need.title}\n{need.text}"
            read.append(Text(said, self.reader.need(said, need.language)))
        frozen = calibration.freeze(self.reader.digest, self.known, read, profiles)
        row = FrozenStatistics(
            reader=self.reader.digest,
            digest=frozen.digest,
            content=frozen.to_bytes(),
            needs=len(read),
            profiles=len(profiles),
            made=self._clock(),
        )
        with self._store.transaction() as session:
            if queries.identity(session).revision != revision:
                raise _changed_meanwhile()
            session.add(row)
            submissions.note_change(session)
        self._publish()
        progress(len(needs), len(needs))
        return row

    def frozen(self) -> FrozenStatistics | None:
        """Give the frozen statistics in use, or None while they are the reference text's."""
        with self._store.reading() as session:
            newest = queries.newest_statistics(session, self.reader.digest)
            return None if newest is None else queries.statistics(session, newest)

    def freeze_first(self, progress: Progress = _silent) -> FrozenStatistics | None:
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

    def _refresh(self, anew: bool = False) -> int:
        with self._store.reading() as session:
            pipeline = self._preparation.pipeline(session)
        return self._indexer.refresh(pipeline, anew)

    # answer: need → vectors → snapshot → retrieve → evidence

    def match(
        self,
        text: str | None = None,
        *,
        need_id: str | None = None,
        k: int = 10,
        kind: ActorKind | None = None,
        language: Language | None = None,
    ) -> Answer:
        """Rank the actors that could meet a need, given as text or by id, best first.

        `language` is that of the text, detected unless given. Raises Invalid for a text that cannot be read and for
        k outside 1…1000, NotFound for an unknown need, Unavailable when the model or the index is missing.
        """
        _refuse_k(k)
        text, language = self._need(text, need_id, language)
        reading = self.reader.need(text, language)
        with self._store.reading() as session:
            ready = self._preparation.ready(session)
            snapshot = ready.snapshot.only(kind)
            query = ready.pipeline.query(text, reading)
            hits = retrieve(ready.catalogue, query, k, snapshot.seed, snapshot.excluded)
            bands = ready.calibration.bands(query, [hit.scored.score for hit in hits])
            told = Told(reading.sentences.texts, shown_terms(text, language), snapshot)
            matches = with_evidence(session, hits, bands, told)
        return Answer(told.need, language, matches, snapshot.considered(), ready.pipeline.digest, snapshot.digest)

    def _need(self, text: str | None, need_id: str | None, language: Language | None) -> tuple[str, Language]:
        if (text is None) == (need_id is None):
            raise Invalid(
                "Ange antingen behovet som text eller ett behovs id, inte båda.",
                "Give either the need as text or the id of a need, not both.",
            )
        if need_id is not None:
            need = self.need(need_id)
            return f"{need.title}\n{need.text}", need.language
        assert text is not None
        refuse_unusable(text)
        return text, language or detect(text)

    # look

    def needs(self) -> Sequence[Need]:
        """Give all needs, by id."""
        with self._store.reading() as session:
            return queries.needs(session)

    def need(self, id: str) -> Need:
        """Give one need, or raise NotFound."""
        with self._store.reading() as session:
            return queries.need(session, id)

    def actors(self) -> Sequence[Actor]:
        """Give all actors, by id."""
        with self._store.reading() as session:
            return queries.actors(session)

    def actor(self, id: str) -> Actor:
        """Give one actor, or raise NotFound."""
        with self._store.reading() as session:
            return queries.actor(session, id)

    def profiles(self, actor_id: str | None = None) -> tuple[CurrentProfile, ...]:
        """Give the profiles (of one actor) in their newest version, withdrawn ones too, by id."""
        with self._store.reading() as session:
            return queries.current_profiles(session, actor_id)

    def profile(self, id: str) -> CurrentProfile:
        """Give one profile in its newest version, or raise NotFound."""
        with self._store.reading() as session:
            return queries.profile(session, id)

    def contacts(self) -> Sequence[Contact]:
        """Give all contact persons, by id."""
        with self._store.reading() as session:
            return queries.contacts(session)


def _changed_meanwhile() -> Conflict:
    return Conflict(
        "Någon annan ändrade samma rader samtidigt. Ingenting har sparats; försök igen.",
        "Someone else changed the same rows at the same time. Nothing was saved; try again.",
    )


def _refuse_k(k: int) -> None:
    if not 1 <= k <= LARGEST_K:
        raise Invalid(
            f"k är {k}; välj ett tal från 1 till {LARGEST_K}.", f"k is {k}; choose a number from 1 to {LARGEST_K}."
        )
