"""Who could have a place among the first k, when each profile's score is known to lie between two bounds.

An actor has at least the score of its best profile, and at most that and the half and the quarter of its next two
(`scoring.rank`). Whoever has at most less than the k-th actor has at least cannot take a place.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SECOND, THIRD = 0.5, 0.25  # of what an actor's next profiles have

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


def possible(by_actor: tuple[Numbers, Numbers], least: Floats, most: Floats, k: int) -> list[int]:
    """Give the places of the profiles that could give an actor its place among the first k.

    `by_actor` is `Roster.by_actor`; those whose bounds are −∞ take no part.
    """
    order, starts = by_actor
    if len(starts) == len(order):  # everybody has one profile
        return np.flatnonzero(most >= bar(least, k)).tolist()
    best, top = np.maximum.reduceat(least[order], starts), np.maximum.reduceat(most[order], starts)
    reached, taking_part = bar(best, k), np.isfinite(best)
    sizes = np.diff(starts, append=len(order))
    others = np.select([sizes > 2, sizes > 1], [SECOND + THIRD, SECOND])
    hopeful = np.flatnonzero((top + np.maximum(top, 0) * others >= reached) & taking_part)
    found: list[int] = []
    for actor in hopeful.tolist():
        own = order[starts[actor] : starts[actor] + sizes[actor]]
        found += _three(own, least, most, reached)
    return found


def bar(least: Floats, k: int) -> float:
    """Give what the k-th has at least, or the last of those who take part."""
    place = min(k, int(np.isfinite(least).sum()))
    return float(np.partition(least, -place)[-place])


def _three(own: Numbers, least: Floats, most: Floats, reached: float) -> list[int]:
    """Those of an actor's profiles that could be among its best three, if these could come up to the bar."""
    if len(own) == 1:
        return [int(own[0])]
    first, *others = np.sort(most[own])[::-1][:3].tolist()
    if first + sum(max(value, 0) * share for value, share in zip(others, (SECOND, THIRD), strict=False)) < reached:
        return []
    third = np.sort(least[own])[::-1][:3][-1]
    return [place for place in own[most[own] >= third].tolist() if np.isfinite(most[place])]
