"""bm25s: words alone, without a model."""

from __future__ import annotations

from typing import Any

import bm25s
import Stemmer

from benchmarks.peers.system import TEN, Vector
from benchmarks.peers.texts import Texts


class Bm25s:
    """bm25s with Swedish endings removed. It has no vectors to search."""

    def __init__(self) -> None:
        self._stemmer = Stemmer.Stemmer("swedish")
        self._index: Any = bm25s.BM25()

    def build(self, texts: Texts, vectors: Vector) -> None:
        self._index.index(self._tokens([text.whole for text in texts]), show_progress=False)

    def ask(self, text: str) -> list[int]:
        ids, _ = self._index.retrieve(self._tokens([text]), k=TEN, show_progress=False, n_threads=1)
        found: list[int] = ids[0].tolist()
        return found

    def search(self, vector: Vector) -> list[int]:
        raise NotImplementedError("bm25s has no vectors")

    def _tokens(self, texts: list[str]) -> Any:
        return bm25s.tokenize(texts, stopwords=None, stemmer=self._stemmer, show_progress=False)
