"""Which profiles have which terms, in compact integer arrays: by profile, and turned round by term."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcha import scoring
from matcha.retrieval.packing import Arrays

_NAMES = ("words", "ends", "numbers", "reached", "term_ends", "places", "term_reached")


class TermLists:
    """The terms of a row of profiles and how far each reaches its weight (`scoring.saturations`).

    Held in arrays that may lie on disk: `words` is all terms, a line each, in order; the rest are numbers: `ends`
    cuts what belongs to each profile, `term_ends` what belongs to each term.
    """

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = {name: arrays[name] for name in _NAMES}

    @classmethod
    def of(cls, each: Sequence[Mapping[str, int]]) -> TermLists:
        """Make the lists of profiles in their order."""
        vocabulary = sorted({term for terms in each for term in terms})
        number = {term: i for i, term in enumerate(vocabulary)}
        numbers = np.array([number[term] for terms in each for term in terms], np.int32)
        reached = np.array([value for terms in each for value in terms.values()], np.int16)
        places = np.repeat(np.arange(len(each), dtype=np.int32), [len(terms) for terms in each])
        turned = np.argsort(numbers, kind="stable")
        return cls(
            {
                "words": np.frombuffer("\n".join(vocabulary).encode(), np.uint8),
                "ends": _ends([len(terms) for terms in each]),
                "numbers": numbers,
                "reached": reached,
                "term_ends": _ends(np.bincount(numbers, minlength=len(vocabulary))),
                "places": places[turned],
                "term_reached": reached[turned],
            }
        )

    def terms(self, place: int, among: Mapping[int, str] | None = None) -> dict[str, int]:
        """Give the terms of a profile, in the order they were given; only those `among` some (`numbers`)."""
        own = _slice(self.arrays["ends"], place)
        each = zip(self.arrays["numbers"][own].tolist(), self.arrays["reached"][own].tolist(), strict=True)
        if among is None:
            return {self._vocabulary[number]: reached for number, reached in each}
        return {among[number]: reached for number, reached in each if number in among}

    def numbers(self, terms: Iterable[str]) -> dict[int, str]:
        """Give those of some terms that any profile has, by their numbers here, in the order given."""
        found = ((bisect_left(self._vocabulary, term), term) for term in terms)
        return {number: term for number, term in found if self._vocabulary[number : number + 1] == [term]}

    def points(self, weights: Mapping[str, int]) -> NDArray[np.int64]:
        """Give the points that each profile gets for the terms of a need with these weights."""
        found = np.zeros(len(self.arrays["ends"]), np.int64)
        for number, term in self.numbers(weights).items():
            own = _slice(self.arrays["term_ends"], number)
            reached = self.arrays["term_reached"][own].astype(np.int64)
            found[self.arrays["places"][own]] += weights[term] * reached // scoring.SATURATION
        return found

    @cached_property
    def _vocabulary(self) -> list[str]:
        return self.arrays["words"].tobytes().decode().split("\n")


def _ends(sizes: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    return np.cumsum(np.asarray(sizes, np.int64))


def _slice(ends: NDArray[np.int64], place: int) -> slice:
    return slice(int(ends[place - 1]) if place else 0, int(ends[place]))
