"""The façade: what matcha does, one method a flow, each readable from top to bottom."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property

from sqlmodel import Session

from matcha import scoring
from matcha.config import Settings
from matcha.encoding.encoder import Encoder, HashingEncoder
from matcha.encoding.sentence_model import SentenceModel, find_model
from matcha.errors import Conflict, Invalid, Unavailable
from matcha.records import Actor, Contact, Need
from matcha.records.batch import Batch
from matcha.retrieval.indexer import Indexer, catalogue
from matcha.retrieval.means import FolderMeans, MeansKeeper, MemoryMeans
from matcha.retrieval.pipeline import Encoded, Pipeline
from matcha.retrieval.retriever import retrieve
from matcha.retrieval.shelf import FolderShelf, MemoryShelf, Shelf
from matcha.retrieval.snapshot import Snapshot
from matcha.retrieval.vector_index import use_threads
from matcha.store import Store, queries, submissions
from matcha.store.queries import CurrentProfile
from matcha.text.canonical import refuse_unusable
from matcha.text.language import detect
from matcha.values import ActorKind, Answer, Evidence, Hit, Language, Match, Progress

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
        means: MeansKeeper,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._store = store
        self._shelf = shelf
        self._encoder = encoder
        self._means = means
        self._clock = clock

    @classmethod
    def in_memory(cls, encoder: Encoder | None = None, clock: Callable[[], datetime] = _now) -> Matcha:
        """Give a whole, empty system that lives in memory; it uses the hashing encoder unless another is given."""
        given = encoder or HashingEncoder()
        return cls(Store.in_memory(), MemoryShelf(), lambda: given, MemoryMeans(), clock)

    @classmethod
    def open(cls, settings: Settings) -> Matcha:
        """Open the system that the settings name. The model is loaded when the first text is read."""
        use_threads(settings.threads)
        return cls(
            Store.open(settings.database),
            FolderShelf(settings.indexes / "profiles"),
            lambda: SentenceModel(find_model(settings), settings.threads),
            FolderMeans(settings.indexes),
        )

    def close(self) -> None:
        """Give back the database's connections."""
        self._store.close()

    @cached_property
    def pipeline(self) -> Pipeline:
        """The way from text to vectors. Raises Unavailable when the model is missing."""
        encoder = self._encoder()
        return Pipeline(encoder, self._means.means(encoder))

    @property
    def _indexer(self) -> Indexer:
        return Indexer(self._store, self._shelf, self.pipeline)

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
                raise Conflict(
                    "Någon annan ändrade samma rader samtidigt. Ingenting har sparats; försök igen.",
                    "Someone else changed the same rows at the same time. Nothing was saved; try again.",
                )
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
        self._publish()

    def rebuild(self, progress: Progress = _silent) -> int:
        """Make the index anew from the store and give its number of passages; what was read is not read again."""
        self._indexer.read_missing(progress)
        return self._indexer.refresh(anew=True)

    def _publish(self) -> None:
        try:
            self._indexer.refresh()
        except Unavailable as cause:
            raise Unavailable(
                f"Ändringen är sparad men ännu inte sökbar. {cause.sv} Rätta det och kör: matcha index rebuild",
                f"The change is saved but not searchable yet. {cause.en} Mend that and run: matcha index rebuild",
            ) from cause

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
        need = self.pipeline.read_need(text, language)
        with self._store.reading() as session:
            snapshot = Snapshot.take(session, kind)
            hits = self._retrieve(session, snapshot, need, k) if snapshot.registered else ()
            matches = _with_evidence(session, hits, need, snapshot)
        return Answer(need.sentences, language, matches, snapshot.considered(), self.pipeline_digest, snapshot.digest)

    @property
    def pipeline_digest(self) -> str:
        """SHA-256 of all that decides a ranking but the need and the profiles."""
        return hashlib.sha256(f"{self.pipeline.digest} {scoring.VERSION}".encode()).hexdigest()

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

    def _retrieve(self, session: Session, snapshot: Snapshot, need: Encoded, k: int) -> tuple[Hit, ...]:
        rows = queries.passages(session, self.pipeline.digest)
        index = self._shelf.load(self._indexer.fit(session, rows))
        return retrieve(index, catalogue(rows, snapshot), need.vectors, k, snapshot.seed)

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


def _with_evidence(session: Session, hits: Sequence[Hit], need: Encoded, snapshot: Snapshot) -> tuple[Match, ...]:
    ids = {pair.passage for hit in hits for pair in hit.scored.pairs}
    texts = queries.passage_texts(session, sorted(ids))
    return tuple(_match(hit, need, texts, snapshot) for hit in hits)


def _match(hit: Hit, need: Encoded, texts: dict[int, str], snapshot: Snapshot) -> Match:
    profile = snapshot.eligible[hit.scored.profile_id]
    evidence = tuple(Evidence(need.sentences[pair.need], texts[pair.passage], pair.points) for pair in hit.scored.pairs)
    return Match(
        hit.rank, profile.actor, profile.profile_id, profile.version, profile.title, hit.scored.score, evidence
    )


def _refuse_k(k: int) -> None:
    if not 1 <= k <= LARGEST_K:
        raise Invalid(
            f"k är {k}; välj ett tal från 1 till {LARGEST_K}.", f"k is {k}; choose a number from 1 to {LARGEST_K}."
        )
