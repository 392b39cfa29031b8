"""From a score to a band that says something: strong, possible, or weak.

A score alone says little: a short need gives higher ones than a long need, a broad one higher than a narrow one. So a
score is compared with what the same need gets from texts that were not chosen for it: the reference text, and a
frozen sample of the registered profiles. How many standard deviations it stands above their median is its standing,
the lower of the two. What standing is enough was found with needs that have nothing to do with care: the thresholds
are those that only `FALSE_STRONG` and `FALSE_POSSIBLE`, divided by `SAFETY`, of them reach with their best profile (a
conformal quantile, Vovk et al. 2005).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import median

import numpy as np
from numpy.typing import NDArray

from matcha.retrieval import statistics
from matcha.retrieval.catalogue import Catalogue
from matcha.retrieval.pipeline import Pipeline
from matcha.retrieval.reading import Reading
from matcha.retrieval.reference import Reference
from matcha.retrieval.statistics import Statistics
from matcha.scoring import Query
from matcha.values import Band

FALSE_STRONG = 0.05  # share of needs from other fields whose best profile is called strong
FALSE_POSSIBLE = 0.20  # … is called possible or strong
SAFETY = 2.5  # the thresholds are found for so much lower shares: questions of other collections reach them oftener
SUPPORT = 0.90  # of the reference texts, the share that must give a sentence of a need fewer points than its support
MOST_PROFILES = 1000  # registered profiles that the unrelated needs are tried on
FEWEST_PROFILES = 30  # registered profiles that make a background; the best of two always stands one deviation up


@dataclass(frozen=True)
class Calibration:
    """The texts that a score is compared with, and the standings that are enough."""

    backgrounds: tuple[Catalogue, ...]
    possible: float
    strong: float

    @classmethod
    def of(cls, pipeline: Pipeline, known: Reference) -> Calibration:
        """Give the calibration of a pipeline."""
        sample = pipeline.statistics.profiles
        registered = (_catalogue(pipeline, sample),) if len(sample) >= FEWEST_PROFILES else ()
        return cls((_reference_profiles(pipeline, known), *registered), *pipeline.statistics.thresholds)

    def scale(self, query: Query) -> Scale:
        """Give what the points of one need are compared with."""
        found = [background.parts(query) for background in self.backgrounds]
        spreads = tuple(_spread(parts.total.tolist()) for parts in found)
        return Scale(spreads, _levels(found[0].best), self.possible, self.strong)


@dataclass(frozen=True)
class Scale:
    """What the points of one need are compared with.

    `spreads` holds the median and the standard deviation of each background's scores. A sentence of the need has
    support in a profile that gives it more points than its level in `support`.
    """

    spreads: tuple[tuple[float, float], ...]
    support: tuple[int, ...]
    possible: float
    strong: float

    def bands(self, scores: Sequence[int]) -> tuple[Band, ...]:
        """Give the band of each score."""
        return tuple(self._band(standing) for standing in self.standings(scores))

    def standings(self, scores: Sequence[int]) -> tuple[float, ...]:
        """Give the standing of each score: standard deviations above the median."""
        return tuple(min((score - middle) / width for middle, width in self.spreads) for score in scores)

    def _band(self, standing: float) -> Band:
        if standing >= self.strong:
            return Band.STRONG
        return Band.POSSIBLE if standing >= self.possible else Band.WEAK


def freeze(reader_digest: str, known: Reference, needs: Sequence[Reading], profiles: Sequence[Reading]) -> Statistics:
    """Give the statistics of what is registered, with the thresholds found with unrelated needs."""
    measured = statistics.measure(known, needs, profiles)
    pipeline = Pipeline(reader_digest, measured)
    uncalibrated = Calibration.of(pipeline, known)
    tried = statistics.by_digest(profiles)[:MOST_PROFILES]
    searched = _catalogue(pipeline, tried) if tried else uncalibrated.backgrounds[0]
    found: list[float] = []
    for reading in known.unrelated:
        query = pipeline.query(reading)
        found += uncalibrated.scale(query).standings([int(searched.totals(query).max())])
    return statistics.with_thresholds(
        measured, quantile(found, 1 - FALSE_POSSIBLE / SAFETY), quantile(found, 1 - FALSE_STRONG / SAFETY)
    )


@cache
def before_freezing(reader_digest: str, known: Reference) -> Statistics:
    """Give the statistics of the reference text alone, in use until an operator freezes others."""
    return freeze(reader_digest, known, (), ())


def quantile(values: Sequence[float], share: float) -> float:
    """Give the value that a new one of the same kind stays below with at least the probability `share`.

    It is the ⌈(n + 1)·share⌉-th smallest; infinite when there are too few values to promise that.
    """
    place = math.ceil((len(values) + 1) * share)
    return sorted(values)[place - 1] if place <= len(values) else math.inf


def _levels(points: NDArray[np.int64]) -> tuple[int, ...]:
    """What SUPPORT of each row stay below or at (`np.quantile` with the method "higher")."""
    place = math.ceil((points.shape[1] - 1) * SUPPORT)
    return tuple(np.partition(points, place, axis=1)[:, place].tolist())


def _spread(scores: Sequence[int]) -> tuple[float, float]:
    """The median and the standard deviation, from sums of integers, so that every machine gives the same."""
    count, total = len(scores), sum(scores)
    squares = count * sum(score * score for score in scores) - total * total
    return float(median(scores)), math.sqrt(squares) / count or 1.0


def _catalogue(pipeline: Pipeline, readings: Sequence[Reading]) -> Catalogue:
    candidates = pipeline.candidates([(str(i), reading) for i, reading in enumerate(readings)])
    return Catalogue.of((candidate, candidate.profile_id) for candidate in candidates)


def _reference_profiles(pipeline: Pipeline, known: Reference) -> Catalogue:
    return _catalogue(pipeline, known.profiles)
