"""What a pipeline knows of texts at large, frozen: means, how common terms are, what other needs find.

Frozen, because no score may depend on who else has submitted what. Statistics change only when an operator freezes
them anew; their digest is part of the pipeline's. The first are made of the reference text that is part of matcha.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcha.retrieval import packing
from matcha.retrieval.reading import Passages, Reading
from matcha.retrieval.reference import Reference
from matcha.text import lexical
from matcha.values import Grain, Language, Role

PRIOR = 20  # vectors that the reference text weighs as much as, when means are taken
FEWEST_NEEDS = 100  # background needs; fewer registered ones are filled up with the reference text's
MOST_NEEDS = 1000  # background needs
MOST_PROFILES = 200  # background profiles, beside the reference text's

Mean = NDArray[np.int64]  # × 2¹⁵


@dataclass(frozen=True)
class Statistics:
    """Frozen statistics. `thresholds` are standings (see `calibration`): possible, strong."""

    means: Mapping[str, Mean]
    documents: int
    average_length: float
    frequencies: Mapping[str, int]
    needs: tuple[Reading, ...]
    profiles: tuple[Reading, ...]
    thresholds: tuple[float, float]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all of it."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def mean(self, role: Role, grain: Grain, language: Language) -> Mean:
        """The mean vector of a role, a size of piece and a language."""
        return self.means[_key(role, grain, language)]

    def rarity(self, term: str) -> int:
        """The inverse document frequency of a term × 1024 (Robertson and Spärck Jones, as in Lucene's BM25)."""
        found = self.frequencies.get(term, 0)
        return round(1024 * math.log(1 + (self.documents - found + 0.5) / (found + 0.5)))

    def to_bytes(self) -> bytes:
        """Give the statistics as one file: the same statistics, the same bytes."""
        keys = sorted(self.means)
        said = [self.documents, self.average_length, self.frequencies, keys, self.thresholds]
        arrays: dict[str, NDArray[Any]] = {
            "said": packing.packed_text(said),
            "means": np.stack([self.means[key] for key in keys]),
            **packing.under("needs", packing.pack_readings(self.needs)),
            **packing.under("profiles", packing.pack_readings(self.profiles)),
        }
        return packing.to_bytes(arrays)

    @classmethod
    def from_bytes(cls, content: bytes) -> Statistics:
        """Give back what `to_bytes` gave."""
        arrays = packing.from_bytes(content)
        documents, average, frequencies, keys, thresholds = packing.unpacked_text(arrays["said"])
        return cls(
            dict(zip(keys, arrays["means"], strict=True)),
            documents,
            average,
            frequencies,
            packing.unpack_readings(packing.within("needs", arrays)),
            packing.unpack_readings(packing.within("profiles", arrays)),
            (thresholds[0], thresholds[1]),
        )


def measure(known: Reference, needs: Sequence[Reading], profiles: Sequence[Reading]) -> Statistics:
    """Give the statistics of what is registered, on top of the reference text's; without thresholds yet.

    Means: the registered texts' and, with the weight of PRIOR of them, the reference text's. How common terms are:
    in the registered profiles, or in the reference text while there are none.
    """
    documents = profiles or known.profiles
    counts = [Counter(term.term for term in lexical.terms(d.said, d.language)) for d in documents]
    frequencies = Counter(term for count in counts for term in count)
    background = by_digest(needs)[:MOST_NEEDS]
    half = len(known.needs) // 2  # Swedish, then English: the filling takes both in turn
    filling = [need for both in zip(known.needs[:half], known.needs[half:], strict=True) for need in both]
    return Statistics(
        _means(known, needs, profiles),
        len(counts),
        sum(count.total() for count in counts) / len(counts),
        frequencies,
        tuple(map(without_text, (*background, *filling[: max(0, FEWEST_NEEDS - len(background))]))),
        tuple(without_text(each, lexical.unordered(each.said)) for each in by_digest(profiles)[:MOST_PROFILES]),
        (0.0, 0.0),
    )


def without_text(reading: Reading, words: str = "") -> Reading:
    """Give a reading of which the vectors are kept, and `words` instead of its text.

    Frozen statistics are kept for replay as long as the log is; nobody's text may live on in them (R16).
    """
    short, long = reading.sentences, reading.paragraphs
    return Reading(
        reading.language,
        Passages((words, *("" for _ in short.texts[1:])), short.vectors),
        Passages(("",) * len(long.texts), long.vectors),
    )


def with_thresholds(statistics: Statistics, possible: float, strong: float) -> Statistics:
    """Give the statistics with their thresholds."""
    return replace(statistics, thresholds=(possible, strong))


def _means(known: Reference, needs: Sequence[Reading], profiles: Sequence[Reading]) -> dict[str, Mean]:
    sides = ((Role.NEED, known.needs, needs), (Role.PROFILE, known.profiles, profiles))
    return {
        _key(role, grain, language): _mean(_vectors(prior, grain, language), _vectors(own, grain, language))
        for role, prior, own in sides
        for grain in Grain
        for language in Language
    }


def _mean(prior: NDArray[np.int64], own: NDArray[np.int64]) -> Mean:
    """(sum of own + PRIOR × mean of prior) / (own + PRIOR), rounded; sums of integers, so in any order the same."""
    weighted = own.sum(axis=0) * len(prior) + PRIOR * prior.sum(axis=0)
    mean: Mean = np.rint(weighted / (len(prior) * (len(own) + PRIOR))).astype(np.int64)
    return mean


def _vectors(readings: Iterable[Reading], grain: Grain, language: Language) -> NDArray[np.int64]:
    chosen = [reading.passages(grain).vectors for reading in readings if reading.language is language]
    return np.concatenate(chosen).astype(np.int64) if chosen else np.zeros((0, 1), np.int64)


def by_digest(readings: Sequence[Reading]) -> list[Reading]:
    """An order that no submitter chooses: that of the SHA-256 of what they say."""
    return sorted(readings, key=lambda read: (hashlib.sha256(read.said.encode()).digest(), read.language))


def _key(role: Role, grain: Grain, language: Language) -> str:
    return f"{role}/{grain}/{language}"
