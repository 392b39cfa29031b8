"""Integers in, integers out: the one place where scores and ranks are made. What explains them calls it too.

A need has sentences, paragraphs (nearly always one: the whole of it) and terms; so has a profile. Vectors are int16
(a unit vector times 2¹⁵). A profile's score for a need of J sentences is the sum of

- sentences: each need sentence takes the profile's best sentence;
- the whole: each need paragraph takes the profile's best paragraph, together as much as all sentences together;
- terms: BM25 (Robertson and Zaragoza 2009) divided by the length of the need's vector of rarities, times J × ⅖;
- generality: what the profile gives other needs comes off by half (see `generality`), times J.

All sums are exact, so neither the order of threads, of batches nor of the candidates can change a ranking, and no
profile's score depends on another's.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from matcha.values import Hit, Language, Pair, Parts, Scored, TermPoints

VERSION = "sentences-whole-terms-3"
ONE = 1 << 15  # a vector component of 1.0
FULL_POINTS = 1 << 16  # what a sentence gives that meets itself; finer than the rounding of the vectors (2⁻¹⁵)
_DOT_PER_POINT = ONE * ONE // FULL_POINTS

ACROSS = (7, 4)  # points between two languages count 7/4: so much fewer does the same text in the other language get
TERMS = (2, 5)  # what the need's terms weigh beside its sentences
SATURATION = 1024  # of a term that a text repeats without end
K1, B = 1.2, 0.75  # BM25's usual constants
_TOGETHER = 32  # profiles whose passages are multiplied at a time: a thousand needs' products with them take some 20 MB
NEAREST = 5  # other needs whose mean is a profile's generality
_SAME = ONE * ONE // 2  # two profiles of one actor nearer than this (cosine ½) say the same


@dataclass(frozen=True)
class Pieces:
    """Pieces of one size of a text: their ids and vectors, shape (pieces, dimension)."""

    ids: Sequence[int]
    vectors: NDArray[np.int16]


@dataclass(frozen=True)
class Query:
    """A need, ready to be asked. `terms` holds the most points that each term can give (`term_weights`)."""

    language: Language
    sentences: NDArray[np.int16]
    paragraphs: NDArray[np.int16]
    terms: Mapping[str, int]


@dataclass(frozen=True)
class Candidate:
    """A profile, ready to be scored. `terms` holds the `saturations` of its terms."""

    profile_id: str
    language: Language
    sentences: Pieces
    paragraphs: Pieces
    terms: Mapping[str, int]
    generality: int


def quantise(vectors: NDArray[np.floating]) -> NDArray[np.int16]:
    """Give round(2¹⁵·x), shape kept, components limited to ±(2¹⁵ − 1)."""
    return np.clip(np.rint(vectors.astype(np.float64) * ONE), 1 - ONE, ONE - 1).astype(np.int16)


def direction(vectors: NDArray[np.int64]) -> NDArray[np.int16]:
    """Give integer vectors, shape (…, dimension), scaled to unit length × 2¹⁵; a zero vector stays zero.

    The squares are summed in integers and a square root and a quotient are rounded correctly (IEEE 754), so that
    every machine gives the same.
    """
    lengths = np.sqrt((vectors * vectors).sum(axis=-1, keepdims=True).astype(np.float64))
    return quantise(vectors / np.maximum(lengths, 1.0))


def points(need: NDArray[np.int16], passages: NDArray[np.int16] | NDArray[np.float64]) -> NDArray[np.int64]:
    """Give the points of every need vector with every passage, shape (needs, passages), each ≥ 0.

    Passages that are used again and again may be given as the same integers in float64.

    The products are summed in float64, where every partial sum stays below 2⁵³ and is therefore exact in any order
    (dimensions up to 2²³). What points away from the need counts as nothing, not as a debt.
    """
    dots = need.astype(np.float64) @ np.asarray(passages, np.float64).T
    return np.maximum(dots.astype(np.int64) // _DOT_PER_POINT, 0)


def term_weights(rarities: Mapping[str, int], sentences: int) -> dict[str, int]:
    """Give the most points that each term of a need of so many sentences can give."""
    length = math.isqrt(sum(rarity * rarity for rarity in rarities.values()))
    whole = sentences * FULL_POINTS * TERMS[0]
    return {term: whole * rarity // (TERMS[1] * length) for term, rarity in rarities.items() if rarity}


def saturations(counts: Mapping[str, int], average_length: float) -> dict[str, int]:
    """Give what each term of a profile reaches of its weight, × SATURATION: BM25's frequency part."""
    norm = K1 * (1 - B + B * sum(counts.values()) / average_length)
    return {term: round(SATURATION * count / (count + norm)) for term, count in counts.items()}


def term_points(weight: int, saturation: int) -> int:
    """Give the points of a term that a need and a profile share."""
    return weight * saturation // SATURATION


def score(query: Query, candidates: Sequence[Candidate]) -> tuple[Scored, ...]:
    """Score each candidate, in their order. A tie between two pieces of one profile goes to the earlier."""
    if not candidates:
        return ()
    short, short_ends = _table(query.sentences, [c.sentences for c in candidates])
    long, long_ends = _table(query.paragraphs, [c.paragraphs for c in candidates])
    return tuple(
        _scored(query, candidate, [row[a:b] for row in short], [row[c:d] for row in long])
        for candidate, (a, b), (c, d) in zip(candidates, short_ends, long_ends, strict=True)
    )


def generality(queries: Sequence[Query], candidates: Sequence[Candidate]) -> list[int]:
    """Give, for each candidate, the mean of the most that NEAREST of the queries find in it, per sentence of theirs.

    A profile that lies near everything would otherwise come up for every need: local scaling (CSLS, Conneau et al.
    2018), against a frozen set of needs.
    """
    found = _mean_best([q.sentences for q in queries], [c.sentences.vectors for c in candidates])
    found += _mean_best([q.paragraphs for q in queries], [c.paragraphs.vectors for c in candidates])
    other = np.array([[q.language is not c.language for c in candidates] for q in queries])
    found = np.where(other, found * ACROSS[0] // ACROSS[1], found)
    nearest = np.sort(found, axis=0)[-NEAREST:]
    return [int(total) // len(nearest) for total in nearest.sum(axis=0)]


def likeness(first: Candidate, second: Candidate) -> int:
    """Give how alike two profiles are: the product of their mean directions, 2³⁰ for the same."""
    a, b = (direction(c.paragraphs.vectors.astype(np.int64).sum(axis=0)) for c in (first, second))
    return int(a.astype(np.int64) @ b.astype(np.int64))


def rank(
    scored: Iterable[Scored], candidates: Mapping[str, Candidate], actors: Mapping[str, str], seed: bytes
) -> tuple[Hit, ...]:
    """Rank the actors, best first.

    An actor has the score of its best profile, and of its second and third best the half and the quarter of what
    they have, less the more they say the same as a better one. `actors` gives the actor of each profile. Equal
    scores share a rank (1, 2, 2, 4); inside a tie the order shown is that of SHA-256(seed ‖ profile id), which
    nobody can choose and anybody can check.
    """
    own: dict[str, list[Scored]] = {}
    for one in sorted(scored, key=lambda s: (-s.score, tie_key(seed, s.profile_id))):
        own.setdefault(actors[one.profile_id], []).append(one)
    found = [Hit(0, actor, of[0], _others(of[:3], candidates)) for actor, of in own.items()]
    found.sort(key=lambda hit: (-hit.score, tie_key(seed, hit.scored.profile_id)))
    hits: list[Hit] = []
    for place, hit in enumerate(found, start=1):
        tied = hits and hits[-1].score == hit.score
        hits.append(Hit(hits[-1].rank if tied else place, hit.actor_id, hit.scored, hit.others))
    return tuple(hits)


def tie_key(seed: bytes, profile_id: str) -> bytes:
    """Give the key that orders profiles with equal scores."""
    return hashlib.sha256(seed + profile_id.encode()).digest()


def _table(need: NDArray[np.int16], owned: Sequence[Pieces]) -> tuple[list[list[int]], list[tuple[int, int]]]:
    """A row of points for each need vector, and where in it each one's pieces begin and end."""
    ends = list(accumulate(len(pieces.ids) for pieces in owned))
    table = points(need, np.concatenate([p.vectors for p in owned])).tolist()
    return table, list(zip([0, *ends[:-1]], ends, strict=True))


def _scored(query: Query, candidate: Candidate, short: list[list[int]], long: list[list[int]]) -> Scored:
    sentences, paragraphs = len(query.sentences), len(query.paragraphs)
    upper, lower = ACROSS if query.language is not candidate.language else (1, 1)
    pairs = tuple(
        Pair(need, ids, found * upper // lower)
        for need, (ids, found) in enumerate(_best(short, candidate.sentences.ids))
    )
    whole = tuple(
        Pair(need, ids, sentences * (found * upper // lower) // paragraphs)
        for need, (ids, found) in enumerate(_best(long, candidate.paragraphs.ids))
    )
    shared = ((t, term_points(w, candidate.terms[t])) for t, w in query.terms.items() if t in candidate.terms)
    terms = tuple(TermPoints(term, found) for term, found in shared if found)
    parts = Parts(pairs, whole, terms, -(sentences * candidate.generality // 2))
    return Scored(candidate.profile_id, parts.total, parts)


def _best(table: list[list[int]], ids: Sequence[int]) -> list[tuple[int, int]]:
    return [(ids[row.index(best)], best) for row, best in zip(table, map(max, table), strict=True)]


def _mean_best(needs: Sequence[NDArray[np.int16]], owned: Sequence[NDArray[np.int16]]) -> NDArray[np.int64]:
    """The best of each profile's passages for each vector of each need, in the mean over a need's vectors."""
    vectors, sizes = np.concatenate(needs), np.array([len(need) for need in needs])
    some = (owned[start : start + _TOGETHER] for start in range(0, len(owned), _TOGETHER))
    best = np.concatenate(
        [np.maximum.reduceat(points(vectors, np.concatenate(of)), _starts(of), axis=1) for of in some], axis=1
    )
    found: NDArray[np.int64] = np.add.reduceat(best, _starts(needs), axis=0) // sizes[:, None]
    return found


def _starts(each: Sequence[NDArray[np.int16]]) -> NDArray[np.int64]:
    return np.cumsum([0, *map(len, each[:-1])])


def _others(own: Sequence[Scored], candidates: Mapping[str, Candidate]) -> tuple[tuple[str, int], ...]:
    gains = []
    for place, one in enumerate(own[1:], start=1):
        nearest = max(likeness(candidates[one.profile_id], candidates[b.profile_id]) for b in own[:place])
        new = min(_SAME, max(0, _SAME - nearest))
        if (gain := (max(0, one.score) * new // _SAME) >> place) > 0:
            gains.append((one.profile_id, gain))
    return tuple(gains)
