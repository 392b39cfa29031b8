"""The index of the profiles: their passages' vectors in FAISS, and what else a catalogue needs of each version.

The vectors are int16 held as float32 (divided by 2¹⁵), which is exact, so that they come back to the bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from matcha import scoring
from matcha.retrieval import packing


def use_threads(count: int) -> None:
    """Let FAISS work with so many threads; the answers are the same with any number."""
    faiss.omp_set_num_threads(count)


@dataclass(frozen=True)
class Version:
    """What a profile version is scored by beside its vectors (see `scoring.Candidate`)."""

    generality: int
    terms: Mapping[str, int]


class ProfileIndex:
    """Profile versions by id and passages by id, the ids that the store gave them."""

    def __init__(self, dimension: int) -> None:
        self._faiss: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        self.versions: dict[int, Version] = {}

    @classmethod
    def from_bytes(cls, content: bytes) -> ProfileIndex:
        """Read what `to_bytes` gave."""
        arrays = packing.from_bytes(content)
        index = cls.__new__(cls)
        index._faiss = faiss.deserialize_index(arrays["faiss"])
        index.versions = _unpack(arrays)
        return index

    def to_bytes(self) -> bytes:
        """Give the index as one file."""
        return packing.to_bytes({"faiss": faiss.serialize_index(self._faiss), **_pack(self.versions)})

    def copy(self) -> ProfileIndex:
        """Give an index of its own with the same content."""
        index = ProfileIndex.__new__(ProfileIndex)
        index._faiss = faiss.clone_index(self._faiss)
        index.versions = dict(self.versions)
        return index

    def __len__(self) -> int:
        return int(self._faiss.ntotal)

    @property
    def ids(self) -> tuple[int, ...]:
        """The passages held, in the order of the rows of `matrix`."""
        return tuple(faiss.vector_to_array(self._faiss.id_map).tolist())

    @property
    def matrix(self) -> NDArray[np.float32]:
        """The vectors in FAISS's own memory, shape (passages, dimension): a view that lasts as long as the index."""
        if not len(self):
            return np.zeros((0, int(self._faiss.d)), np.float32)
        flat: Any = faiss.downcast_index(self._faiss.index)
        found: NDArray[np.float32] = faiss.rev_swig_ptr(flat.get_xb(), len(self) * int(self._faiss.d))
        return found.reshape(len(self), -1)

    def add(self, ids: Sequence[int], vectors: NDArray[np.int16]) -> None:
        """Add passages; `vectors` has shape (len(ids), dimension)."""
        if ids:
            floats = np.ascontiguousarray(vectors.astype(np.float32) / np.float32(scoring.ONE))
            self._faiss.add_with_ids(floats, np.array(ids, np.int64))

    def remove(self, ids: Sequence[int]) -> None:
        """Remove passages; an id that is not there is no error."""
        if ids:
            self._faiss.remove_ids(np.array(ids, np.int64))


def _pack(versions: Mapping[int, Version]) -> dict[str, NDArray[Any]]:
    vocabulary = sorted({term for version in versions.values() for term in version.terms})
    number = {term: i for i, term in enumerate(vocabulary)}
    return {
        "vocabulary": packing.packed_text(vocabulary),
        "versions": np.array([[id, v.generality, len(v.terms)] for id, v in versions.items()], np.int64).reshape(-1, 3),
        "terms": np.array([number[term] for v in versions.values() for term in v.terms], np.int32),
        "reached": np.array([reached for v in versions.values() for reached in v.terms.values()], np.int16),
    }


def _unpack(arrays: packing.Arrays) -> dict[int, Version]:
    vocabulary = packing.unpacked_text(arrays["vocabulary"])
    terms, reached = arrays["terms"].tolist(), arrays["reached"].tolist()
    found, start = {}, 0
    for id, generality, count in arrays["versions"].tolist():
        named = (vocabulary[i] for i in terms[start : start + count])
        found[id] = Version(generality, dict(zip(named, reached[start : start + count], strict=True)))
        start += count
    return found
