"""The profiles that may be found, side by side, so that all of them are scored in a few steps of arithmetic."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from matcha import scoring
from matcha.retrieval import bounds
from matcha.retrieval.roster import Numbers, Roster
from matcha.retrieval.segment import Segment
from matcha.scoring import Candidate, Query
from matcha.values import Grain


@dataclass(frozen=True)
class PartTotals:
    """The parts of the scores of all profiles of a catalogue, in points; `best`, for each need sentence, has the shape
    (sentences, profiles)."""

    best: Numbers
    whole: Numbers
    terms: Numbers
    generality: Numbers

    @property
    def sentences(self) -> NDArray[np.int64]:
        """What all need sentences give together."""
        found: NDArray[np.int64] = self.best.sum(axis=0)
        return found

    @property
    def total(self) -> NDArray[np.int64]:
        """The scores."""
        total: NDArray[np.int64] = self.sentences + self.whole + self.terms + self.generality
        return total


class Catalogue(Roster):
    """Profiles by place, and where their versions stand in the segments of an index."""

    def __init__(
        self, segments: Sequence[Segment], profile_ids: Sequence[str], actor_ids: Sequence[str], where: Numbers
    ) -> None:
        super().__init__(profile_ids, actor_ids)
        self.segments = tuple(segments)
        self._where = where  # of each place, among the versions of all segments
        self._bounds = list(accumulate(map(len, segments)))

    @classmethod
    def of(cls, candidates: Iterable[tuple[Candidate, str]]) -> Catalogue:
        """Make a catalogue of candidates, each with the id of its actor."""
        given = list(candidates)
        segment = Segment.of(list(enumerate(candidate for candidate, _ in given)))
        ids, actors = [candidate.profile_id for candidate, _ in given], [actor for _, actor in given]
        return cls((segment,), ids, actors, np.arange(len(given)))

    @classmethod
    def empty(cls) -> Catalogue:
        """A catalogue of nobody."""
        return cls((), (), (), np.zeros(0, np.int64))

    def possible(self, query: Query, k: int, allowed: NDArray[np.bool_] | None) -> list[int]:
        estimates, wrong = self.estimates(query)
        if allowed is not None:
            estimates[~allowed] = -np.inf
        return bounds.possible(self.by_actor, estimates - wrong, estimates + wrong, k)

    def candidates(self, places: Sequence[int], query: Query | None = None) -> list[Candidate]:
        found: list[Candidate] = []
        asked: dict[int, Mapping[int, str]] = {}
        for place in places:
            segment, own = self._version(place)
            if query is not None and id(segment) not in asked:
                asked[id(segment)] = segment.terms.numbers(query.terms)
            found.append(segment.candidate(own, self.profile_ids[place], asked.get(id(segment))))
        return found

    def sentences(self, profile_ids: Sequence[str]) -> dict[str, list[int]]:
        versions = ((id, self._version(self.place(id))) for id in profile_ids)
        return {id: segment.blocks[Grain.SENTENCE].own_ids(own) for id, (segment, own) in versions}

    def parts(self, query: Query, across: bool = True) -> PartTotals:
        """Give the parts of every profile's score, exactly as `scoring.score` does. For some thousand passages.

        Without `across`, a point between two languages counts as any other; only to measure what that is worth.
        """
        found = [_parts(segment, query, across) for segment in self.segments]
        best, whole, terms, generality = (
            np.concatenate(each, axis=-1)[..., self._where] for each in zip(*found, strict=True)
        )
        return PartTotals(best, whole, terms, generality)

    def totals(self, query: Query) -> NDArray[np.int64]:
        """Give the score of every profile exactly as `scoring.score` does. For some thousand passages."""
        return self.parts(query).total

    def estimates(self, query: Query) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give the score of every profile, and by how many points each can be wrong."""
        found = [_estimates(segment, query) for segment in self.segments]
        total, wrong = (self._chosen(np.concatenate(each)) for each in zip(*found, strict=True))
        return total, wrong

    def _version(self, place: int) -> tuple[Segment, int]:
        """The segment that holds the version at a place, and its place there."""
        where = int(self._where[place])
        number = bisect_right(self._bounds, where)
        segment = self.segments[number]
        return segment, where - (self._bounds[number] - len(segment))

    @cached_property
    def _is_whole(self) -> bool:
        return len(self._where) == self._bounds[-1] and bool((np.diff(self._where) == 1).all())

    def _chosen(self, each: Numbers) -> Numbers:
        """What belongs to each place, of what belongs to each version."""
        return each if self._is_whole else each[self._where]


def _estimates(segment: Segment, query: Query) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    sentences, paragraphs = len(query.sentences), len(query.paragraphs)
    short = segment.rough[Grain.SENTENCE].nearness(query.sentences)
    long = segment.rough[Grain.PARAGRAPH].nearness(query.paragraphs)
    share = sentences / paragraphs
    points = np.where(segment.other_language(query.language), scoring.ACROSS[0] / scoring.ACROSS[1], 1.0)
    points *= scoring.FULL_POINTS
    beside = segment.terms.points(query.terms) - (sentences * segment.generality // 2)
    rounded = 2 * sentences + 3 * paragraphs * (1 + share) + 1  # what is rounded down when points are counted
    total = points * (short.total + share * long.total) + beside
    return total, points * (short.wrong + share * long.wrong) + rounded


def _parts(segment: Segment, query: Query, across: bool) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    sentences, paragraphs = len(query.sentences), len(query.paragraphs)
    other = segment.other_language(query.language) & across
    best = _across(_best(segment, Grain.SENTENCE, query.sentences), other)
    whole = _across(_best(segment, Grain.PARAGRAPH, query.paragraphs), other)
    return (
        best,
        (sentences * whole // paragraphs).sum(axis=0),
        segment.terms.points(query.terms),
        -(sentences * segment.generality // 2),
    )


def _best(segment: Segment, grain: Grain, need: NDArray[np.int16]) -> Numbers:
    found: Numbers = np.maximum.reduceat(
        scoring.points(need, segment.floats[grain]), segment.blocks[grain].starts, axis=1
    )
    return found


def _across(points: Numbers, other: Numbers) -> Numbers:
    return np.where(other, points * scoring.ACROSS[0] // scoring.ACROSS[1], points)
