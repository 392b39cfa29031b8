"""Little memory for much: many texts in one piece, and what nobody uses any more goes back to the system."""

from __future__ import annotations

import ctypes
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import overload

import numpy as np
from numpy.typing import NDArray


def give_back() -> None:
    """Give back to the system what has been freed; some milliseconds. Only glibc keeps it and can be asked to (Linux).

    Its heap keeps what was freed between what is still held: after packing 300,000 vectors as much as these take.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


class Strings(Sequence[str]):
    """Many short texts in one piece of memory; as objects they would take five times as much."""

    def __init__(self, each: Iterable[str] = ()) -> None:
        encoded = [text.encode() for text in each]
        self._hold(b"".join(encoded), np.cumsum([0, *map(len, encoded)], dtype=np.int64))

    def _hold(self, content: bytes, ends: NDArray[np.int64]) -> None:
        self._content, self._ends = content, ends
        self._bounds = ends.data  # the same, a Python number at a time

    @classmethod
    def of(cls, each: Iterable[str]) -> Strings:
        """Give texts so, and those that are so already as they are."""
        return each if isinstance(each, Strings) else cls(each)

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> list[str]: ...

    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self._at(each) for each in range(*place.indices(len(self)))]
        return self._at(range(len(self))[place])

    def __add__(self, other: Strings) -> Strings:
        found = Strings()
        ends = np.concatenate([self._ends, other._ends[1:] + self._ends[-1]])
        found._hold(self._content + other._content, ends)
        return found

    def take(self, places: NDArray[np.int64]) -> Strings:
        """Give the texts at these places, in their order; where they follow one another, as one piece."""
        found = Strings()
        firsts = np.flatnonzero(np.diff(places, prepend=-2) != 1)
        lasts = np.flatnonzero(np.diff(places, append=-2) != 1)
        starts, ends = self._ends[places[firsts]].tolist(), self._ends[places[lasts] + 1].tolist()
        content = b"".join(map(self._content.__getitem__, map(slice, starts, ends)))
        found._hold(content, np.cumsum(np.append(0, np.diff(self._ends)[places])))
        return found

    def __iter__(self) -> Iterator[str]:
        ends = self._bounds.tolist()
        return (self._content[start:end].decode() for start, end in pairwise(ends))

    def place(self, text: str, order: Sequence[int] | None = None) -> int:
        """Give where a text stands among texts in ascending order, their own or that of the places in `order`.

        Raises KeyError if it is not there.
        """
        wanted, places = text.encode(errors="surrogatepass"), range(len(self)) if order is None else order
        found = bisect_left(places, wanted, key=self._encoded)  # UTF-8 is in the order of code points
        if found == len(places) or self._encoded(places[found]) != wanted:
            raise KeyError(text)
        return places[found]

    def _at(self, place: int) -> str:
        return self._encoded(place).decode()

    def _encoded(self, place: int) -> bytes:
        return self._content[self._bounds[place] : self._bounds[place + 1]]
