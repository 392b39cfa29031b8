"""The index of the profiles: segments of versions, a new one for what is new, small ones put together.

So that a change costs what it changes (the logarithmic method; Bentley and Saxe 1980).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import faiss
import numpy as np
from numpy.typing import NDArray

from matcha.retrieval.segment import Segment
from matcha.scoring import Candidate

LARGEST = 1 << 15  # versions in a segment as it is made, so that a million are never in memory together
_PUT_TOGETHER = 1 << 12  # versions in segments that are put together, so that nobody waits long for that
_SUPERSEDED = 4  # a segment is made anew when more than one in so many of its versions is no longer current

Versions = NDArray[np.int64]


def use_threads(count: int) -> None:
    """Let searches work with so many threads; the answers are the same with any number."""
    faiss.omp_set_num_threads(count)


@dataclass(frozen=True)
class ProfileIndex:
    """Profile versions by the ids that the store gave them. What is superseded may lie among them for a while."""

    segments: tuple[Segment, ...] = ()

    @cached_property
    def versions(self) -> Versions:
        """The versions held, segment by segment."""
        return np.concatenate([np.zeros(0, np.int64), *(segment.versions for segment in self.segments)])

    @property
    def passages(self) -> int:
        """How many pieces are held, of both sizes."""
        return sum(len(block.ids) for segment in self.segments for block in segment.blocks.values())

    def adding(self, each: Iterable[tuple[int, Candidate]]) -> ProfileIndex:
        """Give the index with more versions: the id of each, and what it is scored by."""
        index = self
        coming = iter(each)
        while some := list(islice(coming, LARGEST)):
            index = ProfileIndex((*index.segments, Segment.of(some)))._together()
        return index

    def keeping(self, current: Versions, erased: Versions) -> ProfileIndex:
        """Give the index without the erased versions, and without most that are no longer current."""
        return ProfileIndex(tuple(self._kept(current, erased)))

    def _kept(self, current: Versions, erased: Versions) -> Iterator[Segment]:
        for segment in self.segments:
            wanted = np.isin(segment.versions, current)
            gone = len(segment) - int(wanted.sum())
            if np.isin(segment.versions, erased).any() or gone * _SUPERSEDED > len(segment):
                if wanted.any():
                    yield Segment.of(segment.only(np.flatnonzero(wanted).tolist()))
            else:
                yield segment

    def _together(self) -> ProfileIndex:
        """Put the last segments together while the one before is not twice as large as all after it."""
        first = len(self.segments) - 1
        size = len(self.segments[first])
        while first and len(before := self.segments[first - 1]) < min(2 * size, _PUT_TOGETHER - size):
            first, size = first - 1, size + len(before)
        if first == len(self.segments) - 1:
            return self
        each = [one for segment in self.segments[first:] for one in segment.only(range(len(segment)))]
        return ProfileIndex((*self.segments[:first], Segment.of(each)))
