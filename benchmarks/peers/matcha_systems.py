"""matcha: the whole answer, explained and logged, with its own engine; and its search alone, vectors given."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.system import TEN, Clock, Vector
from benchmarks.peers.texts import DEMO, Texts
from benchmarks.peers.vectors import DrawnEncoder
from matcha import Batch, Matcha, Settings, scoring
from matcha.encoding.finding import find_encoder
from matcha.matchlog.keys import FolderKeeper
from matcha.records import ActorForm, NeedForm, ProfileForm
from matcha.retrieval.catalogue import Catalogue
from matcha.retrieval.profile_index import LARGEST, use_threads
from matcha.retrieval.reference import FolderReference
from matcha.retrieval.retriever import retrieve
from matcha.retrieval.segment import Block, Segment
from matcha.retrieval.shelf import FolderShelf
from matcha.retrieval.term_lists import TermLists
from matcha.scoring import Query
from matcha.store import Store
from matcha.values import ActorKind, Grain, Language, Role


class _QuestionsByModel(DrawnEncoder):
    """Once `asked`, needs are read by the model itself, and the clock runs."""

    clock: Clock | None = None

    def encode(self, text: str, role: Role) -> NDArray[np.float32]:
        if role is Role.PROFILE or self.clock is None:
            return super().encode(text, role)
        with self.clock.running():
            return self.model.encode(text, role)


class WholeAnswer:
    """`Matcha.match` over profiles that were submitted and frozen as an operator would, on disk."""

    def __init__(self, clock: Clock, folder: Path) -> None:
        use_threads(1)
        settings = Settings()
        self._clock = clock
        self._encoder = _QuestionsByModel(find_encoder(settings))
        self._store = Store.open(f"sqlite:///{folder}/matcha.db")
        self._matcha = Matcha(
            self._store,
            FolderShelf(folder / "profiles"),
            lambda: self._encoder,
            FolderReference(settings.indexes),
            FolderKeeper(folder / "matchlog"),
        )

    def build(self, texts: Texts, vectors: Vector) -> None:
        """The vectors given are of whole texts; matcha reads titles, sentences and paragraphs, of the same making."""
        rows = json.loads((DEMO / "needs.json").read_text("utf-8"))["needs"]
        self._matcha.submit(
            Batch(
                actors=tuple(ActorForm(id=f"a{i}", name="Demo", kind=ActorKind.COMPANY) for i in range(len(texts))),
                profiles=tuple(
                    ProfileForm(id=f"p{i}", actor_id=f"a{i}", title=text.title, text=text.body)
                    for i, text in enumerate(texts)
                ),
                needs=tuple(NeedForm(**{n: row[n] for n in ("id", "title", "text", "language")}) for row in rows),
            )
        )
        self._matcha.freeze()
        self._encoder.save()
        self._encoder.clock = self._clock

    def ask(self, text: str) -> list[int]:
        return [int(match.profile_id[1:]) for match in self._matcha.match(text, k=TEN).matches]

    def search(self, vector: Vector) -> list[int]:
        raise NotImplementedError("see SearchAlone")


class SearchAlone:
    """`retrieve` over texts of one vector each, with a query of one vector and no words."""

    def __init__(self) -> None:
        use_threads(1)
        self._catalogue = Catalogue.empty()

    def build(self, texts: Texts, vectors: Vector) -> None:
        ids = [str(number) for number in range(len(texts))]
        segments = [_segment(vectors[start : start + LARGEST], start) for start in range(0, len(ids), LARGEST)]
        self._catalogue = Catalogue(segments, ids, ids, np.arange(len(ids)))

    def ask(self, text: str) -> list[int]:
        raise NotImplementedError("see WholeAnswer")

    def search(self, vector: Vector) -> list[int]:
        whole = scoring.quantise(vector)[None]
        found = retrieve(self._catalogue, Query(Language.SV, whole, whole, {}), TEN, b"")
        return [int(hit.scored.profile_id) for hit in found]


def _segment(vectors: Vector, first: int) -> Segment:
    """Profiles whose one sentence is also the whole of it."""
    count = len(vectors)
    numbers = np.arange(first, first + count)
    block = Block(numbers, scoring.quantise(vectors), np.arange(1, count + 1))
    nothing = np.zeros(count, np.int64)
    terms = TermLists.of([{}] * count)
    return Segment(numbers, nothing.astype(np.int8), nothing, dict.fromkeys(Grain, block), terms)
