"""From what was read to what is scored: centring by frozen means, terms by frozen rarities, integers throughout.

An encoder places the languages apart, so that a Swedish need meets Swedish text too easily, and every text of one
field lies near every other. Subtracting the mean vector of each role, size of piece and language takes most of that
away. Means and rarities are frozen (`statistics`): no profile, and nobody who submits one, can move them.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matcha import scoring
from matcha.retrieval.reading import Reading
from matcha.retrieval.statistics import Statistics
from matcha.scoring import Candidate, Pieces, Query
from matcha.text import lexical
from matcha.values import Grain, Language, Role


class Pipeline:
    """One way from readings to scores. Two pipelines with the same `digest`, that of `parts`, give the same bytes."""

    def __init__(self, reader_digest: str, statistics: Statistics) -> None:
        self.reader_digest = reader_digest
        self.statistics = statistics
        self.parts = _parts(reader_digest, statistics)
        self.digest = hashlib.sha256(json.dumps(self.parts, sort_keys=True).encode()).hexdigest()
        self.dimension = len(statistics.mean(Role.NEED, Grain.SENTENCE, Language.SV))
        self._background: tuple[Query, ...] | None = None

    def query(self, reading: Reading) -> Query:
        """Make a need ready to be asked: its vectors centred, its terms weighed by their rarity."""
        terms = {term.term for term in reading.terms}
        rarities = {term: self.statistics.rarity(term) for term in sorted(terms)}
        return self._query(reading, scoring.term_weights(rarities, len(reading.sentences.texts)))

    def vectors(self, reading: Reading, grain: Grain) -> NDArray[np.int16]:
        """Give a profile's vectors of one size of piece, centred."""
        return self._centred(Role.PROFILE, grain, reading)

    def terms(self, reading: Reading) -> dict[str, int]:
        """Give the terms of a profile and how far each reaches its weight (`scoring.saturations`)."""
        counts = Counter(term.term for term in lexical.terms(reading.said, reading.language))
        return scoring.saturations(counts, self.statistics.average_length)

    def candidates(self, read: Sequence[tuple[str, Reading]]) -> tuple[Candidate, ...]:
        """Make profiles ready to be scored: (id, reading) each. Passage ids count from 0."""
        found = [self._candidate(*each) for each in read]
        return tuple(replace(c, generality=g) for c, g in zip(found, self.generality(found), strict=True))

    def generality(self, candidates: Sequence[Candidate]) -> list[int]:
        """Give what each profile gives the background needs (`scoring.generality`)."""
        if self._background is None:
            self._background = tuple(self._query(need, {}) for need in self.statistics.needs)
        return scoring.generality(self._background, candidates) if candidates else []

    def _query(self, reading: Reading, terms: Mapping[str, int]) -> Query:
        short, long = (self._centred(Role.NEED, grain, reading) for grain in Grain)
        return Query(reading.language, short, long, terms)

    def _candidate(self, id: str, reading: Reading) -> Candidate:
        short, long = (self.vectors(reading, grain) for grain in Grain)
        pieces = Pieces(range(len(short)), short), Pieces(range(len(long)), long)
        return Candidate(id, reading.language, *pieces, self.terms(reading), 0)

    def _centred(self, role: Role, grain: Grain, reading: Reading) -> NDArray[np.int16]:
        vectors = reading.passages(grain).vectors.astype(np.int64)
        return scoring.direction(vectors - self.statistics.mean(role, grain, reading.language))


def shown_terms(reading: Reading) -> Mapping[str, str]:
    """Give, for each term of a text, the first word of it that stands for the term."""
    words: dict[str, str] = {}
    for term, word in reading.terms:
        words.setdefault(term, word)
    return words


def _parts(reader_digest: str, statistics: Statistics) -> Mapping[str, str]:
    return {
        "reader": reader_digest,
        "statistics": statistics.digest,
        "scoring": scoring.VERSION,
        **lexical.digest_parts(),
    }
