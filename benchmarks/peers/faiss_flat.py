"""FAISS's exact index: the floor, vectors alone."""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np

from benchmarks.peers.system import TEN, Read, Vector
from benchmarks.peers.texts import Texts


class FaissFlat:
    """sentence-transformers and IndexFlatIP."""

    def __init__(self, read: Read) -> None:
        faiss.omp_set_num_threads(1)
        self._read = read
        self._index: Any = None

    def build(self, texts: Texts, vectors: Vector) -> None:
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors))

    def ask(self, text: str) -> list[int]:
        return self.search(self._read(text))

    def search(self, vector: Vector) -> list[int]:
        _, ids = self._index.search(vector[None], TEN)
        found: list[int] = ids[0].tolist()
        return found
