"""Integers in, integers out: the one place where scores and ranks are made. What explains them calls it too.

A need has sentences, a profile has passages; both are int16 vectors (a unit vector times 2¹⁵). Each need sentence
takes the profile's best passage, and the score is the sum of those points. All sums are exact, so neither the order
of threads, of batches nor of the candidates can change a ranking, and no profile's score depends on another's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matcha.values import Hit, Pair, Scored

VERSION = "best-passage-1"
ONE = 1 << 15  # a vector component of 1.0
FULL_POINTS = 1 << 16  # what a sentence gives that meets itself; finer than the rounding of the vectors (2⁻¹⁵)
_DOT_PER_POINT = ONE * ONE // FULL_POINTS


def quantise(vectors: NDArray[np.float32]) -> NDArray[np.int16]:
    """Give round(2¹⁵·x), shape kept, components limited to ±(2¹⁵ − 1)."""
    return np.clip(np.rint(vectors.astype(np.float64) * ONE), 1 - ONE, ONE - 1).astype(np.int16)


def points(need: NDArray[np.int16], passages: NDArray[np.int16]) -> NDArray[np.int64]:
    """Give the points of every need sentence with every passage, shape (sentences, passages), each ≥ 0.

    The products are summed in float64, where every partial sum stays below 2⁵³ and is therefore exact in any order
    (dimensions up to 2²³). What points away from the need counts as nothing, not as a debt.
    """
    dots = need.astype(np.float64) @ passages.astype(np.float64).T
    return np.maximum(dots.astype(np.int64) // _DOT_PER_POINT, 0)


def score(
    need: NDArray[np.int16], passages: NDArray[np.int16], passage_ids: Sequence[int], owners: Sequence[str]
) -> tuple[Scored, ...]:
    """Score each profile that owns one of the passages, in order of first appearance.

    `owners` names the profile of each passage, and a profile's passages must stand together, in their order. A tie
    between two passages of one profile goes to the earlier.
    """
    table = points(need, passages)
    starts = [i for i, owner in enumerate(owners) if i == 0 or owners[i - 1] != owner]
    ends = [*starts[1:], len(owners)]
    return tuple(
        _scored(owners[start], table[:, start:end], passage_ids[start:end])
        for start, end in zip(starts, ends, strict=True)
    )


def _scored(profile_id: str, table: NDArray[np.int64], passage_ids: Sequence[int]) -> Scored:
    best = table.argmax(axis=1)
    pairs = tuple(Pair(j, passage_ids[i], int(table[j, i])) for j, i in enumerate(best.tolist()))
    return Scored(profile_id, sum(pair.points for pair in pairs), pairs)


def rank(scored: Iterable[Scored], actors: Mapping[str, str], seed: bytes) -> tuple[Hit, ...]:
    """Rank the actors by their best profile, best first.

    `actors` gives the actor of each profile. Equal scores share a rank (1, 2, 2, 4); inside a tie the order shown
    is that of SHA-256(seed ‖ profile id), which nobody can choose and anybody can check.
    """
    order = sorted(scored, key=lambda s: (-s.score, tie_key(seed, s.profile_id)))
    best: dict[str, Scored] = {}
    for candidate in order:
        best.setdefault(actors[candidate.profile_id], candidate)
    hits: list[Hit] = []
    for place, (actor_id, candidate) in enumerate(best.items(), start=1):
        tied = hits and hits[-1].scored.score == candidate.score
        hits.append(Hit(hits[-1].rank if tied else place, actor_id, candidate))
    return tuple(hits)


def tie_key(seed: bytes, profile_id: str) -> bytes:
    """Give the key that orders profiles with equal scores."""
    return hashlib.sha256(seed + profile_id.encode()).digest()
