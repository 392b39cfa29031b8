"""The passages' vectors in FAISS, for finding candidates quickly. Exact integers decide, in `scoring`.

The index holds the int16 vectors as float32 (divided by 2¹⁵), which is exact, so it gives them back to the bit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from matcha import scoring


@dataclass(frozen=True)
class Proposal:
    """Candidates for a need: every passage not named gives each need sentence at most its `ceilings` points."""

    passages: tuple[int, ...]
    ceilings: tuple[int, ...]
    complete: bool


def use_threads(count: int) -> None:
    """Let FAISS search with so many threads; the answers are the same with any number."""
    faiss.omp_set_num_threads(count)


class VectorIndex:
    """Passages by id. Adding, removing and searching take the ids that the store gave them."""

    def __init__(self, dimension: int) -> None:
        self._faiss: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))

    @classmethod
    def from_bytes(cls, content: bytes) -> VectorIndex:
        """Read what `to_bytes` gave."""
        index = cls.__new__(cls)
        index._faiss = faiss.deserialize_index(np.frombuffer(content, np.uint8))
        return index

    def to_bytes(self) -> bytes:
        content: bytes = faiss.serialize_index(self._faiss).tobytes()
        return content

    def copy(self) -> VectorIndex:
        """Give an index of its own with the same passages."""
        return VectorIndex.from_bytes(self.to_bytes())

    def __len__(self) -> int:
        return int(self._faiss.ntotal)

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids held, in the order they were added."""
        return tuple(faiss.vector_to_array(self._faiss.id_map).tolist())

    @property
    def _margin(self) -> int:
        """Points by which FAISS can be off: d·2⁻²⁴ for a float32 sum of d products of unit vectors, and rounding."""
        dimension = int(self._faiss.d)
        return 2 + math.ceil(dimension * scoring.FULL_POINTS / 2**24)

    def add(self, ids: Sequence[int], vectors: NDArray[np.int16]) -> None:
        """Add passages; `vectors` has shape (len(ids), dimension)."""
        if ids:
            self._faiss.add_with_ids(_as_floats(vectors), np.array(ids, np.int64))

    def remove(self, ids: Sequence[int]) -> None:
        """Remove passages; an id that is not there is no error."""
        if ids:
            self._faiss.remove_ids(np.array(ids, np.int64))

    def vectors(self, ids: Sequence[int]) -> NDArray[np.int16]:
        """Give the vectors of passages exactly as they were added, in the order asked for."""
        floats: NDArray[np.float32] = self._faiss.reconstruct_batch(np.array(ids, np.int64))
        return (floats * scoring.ONE).astype(np.int16)

    def search(self, need: NDArray[np.int16], depth: int, allowed: Sequence[int]) -> Proposal:
        """Propose, for each need sentence, the `depth` nearest of the `allowed` passages."""
        depth = min(depth, len(allowed))
        floats, ids = self._faiss.search(_as_floats(need), depth, params=_within(allowed))
        ceilings = (int(x) for x in np.ceil(floats[:, -1].astype(np.float64) * scoring.FULL_POINTS))
        return Proposal(
            tuple(np.unique(ids).tolist()),
            tuple(max(0, ceiling + self._margin) for ceiling in ceilings),
            depth == len(allowed),
        )


def _as_floats(vectors: NDArray[np.int16]) -> NDArray[np.float32]:
    return np.ascontiguousarray(vectors.astype(np.float32) / scoring.ONE)


def _within(allowed: Sequence[int]) -> Any:
    """Search parameters that admit these passages only (FAISS's stubs know neither the class's arguments)."""
    parameters: Any = faiss.SearchParameters
    return parameters(sel=faiss.IDSelectorBatch(np.array(allowed, np.int64)))
