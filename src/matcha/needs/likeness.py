"""Needs that are like one that is being written, in either language. Shown, never blocking; integers throughout.

Two needs are as alike as their sentences and their wholes: each sentence takes the other's best sentence, the mean of
both directions; their paragraphs likewise; the mean of the two. Between two languages that counts 3/2, and half of
what the two give the background needs on average comes off, as when profiles are scored (`scoring.generality`).
Vectors are centred by the mean of the needs at hand, which the frozen mean of each language weighs into as PRIOR
vectors: short needs and long ones, in one field or in many, lie differently.

How this way was chosen among others, and the levels found, is in `benchmarks/needs/likeness.json`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcha import scoring
from matcha.retrieval.reading import Reading
from matcha.retrieval.statistics import PRIOR, Mean, Statistics
from matcha.values import Grain, Language, Role

VERSION = "likeness-1"
ACROSS = (3, 2)
SAME = scoring.FULL_POINTS * 3 // 5
NEAR = scoring.FULL_POINTS // 5
RELATED = scoring.FULL_POINTS // 7
_TOO_NEAR = scoring.FULL_POINTS // 2  # a background need that says the same is no background


class Level(StrEnum):
    """How alike two needs are: one says what the other does, it is the same problem, it is in the same field."""

    SAME = "same"
    NEAR = "near"
    RELATED = "related"


_LEAST = {Level.SAME: SAME, Level.NEAR: NEAR, Level.RELATED: RELATED}


@dataclass(frozen=True, slots=True)
class Similar:
    """A need that is like the one asked about; `score` in points (see `scoring`), for the order only."""

    need_id: str
    score: int
    level: Level


@dataclass(frozen=True, slots=True)
class _Centred:
    """A need's centred vectors."""

    language: Language
    pieces: Mapping[Grain, NDArray[np.int16]]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Several needs' vectors of one size, one after another, in float64; where each begins and how many it has."""

    vectors: NDArray[np.float64]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, needs: Sequence[NDArray[np.int16]]) -> _Shelf:
        counts = np.array([len(need) for need in needs], np.int64)
        return cls(np.concatenate(needs).astype(np.float64), np.cumsum(counts) - counts, counts)

    def alike(self, pieces: NDArray[np.int16]) -> NDArray[np.int64]:
        """Give, for each need here, what it gives the pieces on average and they give it."""
        found = scoring.points(pieces, self.vectors)
        there = np.maximum.reduceat(found, self.starts, axis=1).sum(axis=0) // len(pieces)
        back = np.add.reduceat(found.max(axis=0), self.starts) // self.counts
        both: NDArray[np.int64] = there + back
        return both


@dataclass(frozen=True, slots=True)
class _Library:
    """Several needs, ready to be compared with one."""

    shelves: Mapping[Grain, _Shelf]
    swedish: NDArray[np.bool_]

    @classmethod
    def of(cls, needs: Sequence[_Centred]) -> _Library:
        shelves = {grain: _Shelf.of([need.pieces[grain] for need in needs]) for grain in Grain if needs}
        return cls(shelves, np.array([need.language is Language.SV for need in needs], bool))

    def alike(self, need: _Centred) -> NDArray[np.int64]:
        """Give how alike each is to a need, 0 to 3/2 FULL_POINTS."""
        total = np.zeros(len(self.swedish), np.int64)
        for grain, shelf in self.shelves.items():
            total += shelf.alike(need.pieces[grain])
        other = self.swedish != (need.language is Language.SV)
        return np.where(other, total * ACROSS[0] // ACROSS[1], total) // 4


@dataclass(frozen=True, eq=False)
class Likeness:
    """A set of needs, ready to be compared. `ids` are in order; so are the rows and columns of `points`.

    Some 24 kB a need of eight sentences, and `points`, when asked for, 8 bytes a pair.
    """

    ids: tuple[str, ...]
    readings: Mapping[str, Reading]
    statistics: Statistics
    _centre: Callable[[Reading], _Centred]
    _needs: tuple[_Centred, ...]
    _library: _Library
    _background: _Library

    @classmethod
    def of(cls, readings: Mapping[str, Reading], statistics: Statistics) -> Likeness:
        """Make needs, as they were read, ready to be compared. The order they are given in does not matter."""
        ids = tuple(sorted(readings))
        centre = _centring([readings[id] for id in ids], statistics)
        needs = tuple(centre(readings[id]) for id in ids)
        background = _Library.of([centre(need) for need in statistics.needs])
        return cls(ids, {id: readings[id] for id in ids}, statistics, centre, needs, _Library.of(needs), background)

    def similar(self, reading: Reading, k: int = 5, without: Collection[str] = ()) -> tuple[Similar, ...]:
        """Give at most k needs that are at least related to one, best first, ties by id.

        `without` names needs to leave out: the one asked about itself, and what the caller may not see.
        """
        points = self._points(self._centre(reading))
        found = ((-score, id) for id, score in zip(self.ids, points.tolist(), strict=True) if id not in without)
        best = sorted(each for each in found if -each[0] >= RELATED)[:k]
        return tuple(Similar(id, -negative, _level(-negative)) for negative, id in best)

    @cached_property
    def points(self) -> NDArray[np.int64]:
        """How alike each two needs are, shape (needs, needs), symmetric."""
        general = self._generalities
        rows = [self._library.alike(n) - (general + own) // 4 for n, own in zip(self._needs, general, strict=True)]
        return np.stack(rows) if rows else np.zeros((0, 0), np.int64)

    @cached_property
    def _generalities(self) -> NDArray[np.int64]:
        return np.array([self._generality(need) for need in self._needs], np.int64)

    def _points(self, need: _Centred) -> NDArray[np.int64]:
        return self._library.alike(need) - (self._generalities + self._generality(need)) // 4

    def _generality(self, need: _Centred) -> int:
        """What the need gives the NEAREST of the background needs on average."""
        found = self._background.alike(need)
        nearest = np.sort(found[found <= _TOO_NEAR])[-scoring.NEAREST :]
        return int(nearest.sum()) // max(1, len(nearest))


def _level(score: int) -> Level:
    return next(level for level, least in _LEAST.items() if score >= least)


def _centring(readings: Sequence[Reading], statistics: Statistics) -> Callable[[Reading], _Centred]:
    means = {
        (grain, language): _mean(readings, grain, language, statistics.mean(Role.NEED, grain, language))
        for grain in Grain
        for language in Language
    }

    def centre(reading: Reading) -> _Centred:
        vectors = {grain: reading.passages(grain).vectors.astype(np.int64) for grain in Grain}
        language = reading.language
        return _Centred(language, {g: scoring.direction(v - means[g, language]) for g, v in vectors.items()})

    return centre


def _mean(readings: Iterable[Reading], grain: Grain, language: Language, prior: Mean) -> Mean:
    """(sum of own + PRIOR × the frozen mean) / (own + PRIOR), rounded down."""
    own = [reading.passages(grain).vectors for reading in readings if reading.language is language]
    total = sum((vectors.astype(np.int64).sum(axis=0) for vectors in own), PRIOR * prior)
    mean: Mean = total // (sum(map(len, own)) + PRIOR)
    return mean
