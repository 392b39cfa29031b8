"""txtai's hybrid: its dense index and its own BM25, put together by its own weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import faiss
import numpy as np
from txtai import Embeddings

from benchmarks.peers.system import TEN, Read, Vector
from benchmarks.peers.texts import Texts


class Txtai:
    """txtai with vectors made outside; `components` of its FAISS index, which it chooses itself unless given."""

    def __init__(self, read: Read, components: str | None = None) -> None:
        faiss.omp_set_num_threads(1)
        self._read = read
        self._given: list[Vector] = []
        chosen = {"faiss": {"components": components}} if components else {}
        self._txtai: Any = Embeddings(
            {"method": "external", "transform": lambda texts: self._vectors(texts), "hybrid": True, **chosen}
        )

    def build(self, texts: Texts, vectors: Vector) -> None:
        self._given = [vectors]
        self._txtai.index((number, text.whole, None) for number, text in enumerate(texts))
        self._given = []

    def ask(self, text: str) -> list[int]:
        return [id for id, _ in self._txtai.search(text, TEN)]

    def search(self, vector: Vector) -> list[int]:
        return [id for id, _ in self._txtai.ann.search(vector[None], TEN)[0]]

    def _vectors(self, texts: Sequence[str]) -> Vector:
        """What txtai asks for: while it is built the next of those given, then those of a question."""
        if not self._given:
            return np.stack([self._read(text) for text in texts])
        rest = self._given.pop()
        self._given.append(rest[len(texts) :])
        return np.array(rest[: len(texts)])
