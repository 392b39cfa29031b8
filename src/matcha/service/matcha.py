"""The façade: what matcha does, one method a flow, each readable from top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property

from sqlmodel import Session

from matcha.config import Settings
from matcha.encoding.encoder import Encoder, HashingEncoder
from matcha.encoding.remembering import RememberingEncoder
from matcha.encoding.sentence_model import SentenceModel, find_model
from matcha.errors import Invalid, Unavailable
from matcha.neutrality.report import Report
from matcha.records import Decision, DecisionForm, FrozenStatistics
from matcha.records.batch import Batch
from matcha.retrieval.indexer import Indexer
from matcha.retrieval.profile_index import use_threads
from matcha.retrieval.reading import Reader, as_encoded
from matcha.retrieval.reference import FolderReference, GivenReference, MemoryReference, Reference, ReferenceKeeper
from matcha.retrieval.retriever import retrieve
from matcha.retrieval.shelf import FolderShelf, MemoryShelf, Shelf
from matcha.service import neutrality
from matcha.service.deciding import keep
from matcha.service.explaining import Explainer
from matcha.service.freezing import changed_meanwhile, freeze, frozen_row
from matcha.service.looking import Register
from matcha.service.preparation import Preparation, Ready
from matcha.service.telling import Told, matches
from matcha.store import Store, queries, submissions
from matcha.text.canonical import canonical, refuse_unusable
from matcha.text.language import detect
from matcha.values import (
    ActorKind,
    Answer,
    Explanation,
    Language,
    Progress,
    Role,
)

LARGEST_K = 1000


def _silent(done: int, total: int) -> None:
    """Show nothing."""


def _now() -> datetime:
    return datetime.now(UTC)


class Matcha(Register):
    """Needs, actors and profiles in one place, and the matching between them."""

    def __init__(
        self,
        store: Store,
        shelf: Shelf,
        encoder: Callable[[], Encoder],
        reference: ReferenceKeeper,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        super().__init__(store)
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
        read = self._indexer.read(plan.versions, progress) if plan.versions else ()
        with self._store.transaction() as session:
            if submissions.plan(session, batch) != plan:
                raise changed_meanwhile()
            submissions.apply(session, batch, read, self._clock())
        if batch.profiles or batch.actors or plan.versions:
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
        with self._store.reading() as session:
            anew = submissions.masked_anew(session, submissions.registered_names(session))
        if read := self._indexer.read(anew, _silent) if anew else ():
            with self._store.transaction() as session:
                submissions.add_versions(session, read, self._clock())
        self._indexer.read_missing(progress)
        return self._refresh(anew=True)

    def freeze(self, progress: Progress = _silent) -> FrozenStatistics:
        """Freeze the statistics of what is registered now, and use them from here on (`statistics`, `calibration`).

        Rankings and bands change with it; nothing else ever changes them for texts that stay the same. Raises
        Conflict when somebody changed something meanwhile.
        """
        self._indexer.read_missing(_silent)
        row = freeze(self._store, self._indexer, self.known, self._clock(), progress)
        self._publish()
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
        with self._store.reading() as session:
            ready = self._preparation.ready(session)
            snapshot = ready.snapshot.only(kind)
            reading = self.reader.need(text, language, ready.names.found_in(canonical(text)))
            query = ready.pipeline.query(reading)
            hits = retrieve(ready.catalogue, query, k, snapshot.seed, snapshot.excluded)
            found = matches(session, hits, ready.catalogue, Told(reading, ready.calibration.scale(query), snapshot))
        digests = ready.pipeline.digest, snapshot.digest
        return Answer(reading.sentences.texts, language, found, snapshot.considered(), *digests)

    def explain(
        self, profile_id: str, text: str | None = None, *, need_id: str | None = None, k: int = 10
    ) -> Explanation:
        """Say why a registered profile stands where it stands for a need, and what is missing.

        Raises as `match` does, NotFound for an unknown profile, Conflict for one that is withdrawn.
        """
        _refuse_k(k)
        text, language = self._need(text, need_id, None)
        with self._store.reading() as session:
            return self.explainer(session, text, language, k).explain(session, profile_id)

    def explainer(self, session: Session, text: str, language: Language, k: int) -> Explainer:
        """Ask a need once, to explain many profiles before it."""
        ready = self._preparation.ready(session)
        reading = self.reader.need(text, language, ready.names.found_in(canonical(text)))
        return Explainer(ready, self._indexer, reading, ready.pipeline.query(reading), k)

    def everyone(self, need_id: str) -> Mapping[str, int]:
        """Give the rank of every actor that is ranked for a need, by actor id."""
        text, language = self._need(None, need_id, None)
        with self._store.reading() as session:
            hits = self.explainer(session, text, language, 1).hits
        return {hit.actor_id: hit.rank for hit in hits}

    # decide: a named person chooses, beside the machine's rank

    def decide(self, form: DecisionForm) -> Decision:
        """Keep what a person chose about an actor for a need. Raises NotFound for an unknown need or actor."""
        self.actor(form.actor_id)
        ranks = self.everyone(form.need_id)
        with self._store.reading() as session:
            ready = self._preparation.ready(session)
        return keep(self._store, form, ready, ranks, self._clock())

    # show that it is neutral: what is registered → twins that differ in what must not matter → relations, exposure

    def neutrality_report(self, k: int = 10, sample: int = 40, progress: Progress = _silent) -> Report:
        """Try whether it matters who somebody is, with `sample` of the registered profiles, and count who is seen.

        Nothing is changed. Raises Invalid when there are no needs or profiles, and for k outside 1…1000.
        """
        _refuse_k(k)
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
        twin = Matcha(Store.in_memory(), MemoryShelf(), lambda: encoder, GivenReference(self.known), self._clock)
        with twin._store.transaction() as session:
            session.add(frozen_row(self.reader.digest, ready.pipeline.statistics, 0, 0, self._clock()))
        return twin

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


def _refuse_k(k: int) -> None:
    if not 1 <= k <= LARGEST_K:
        raise Invalid(
            f"k är {k}; välj ett tal från 1 till {LARGEST_K}.", f"k is {k}; choose a number from 1 to {LARGEST_K}."
        )
