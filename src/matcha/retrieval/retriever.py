"""From a need to ranked actors: every profile is estimated, and those that could have a place are scored exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcha import scoring
from matcha.retrieval.catalogue import Catalogue
from matcha.scoring import Query
from matcha.values import Hit

Floats = NDArray[np.float64]
_SECOND, _THIRD = 0.5, 0.25  # of what an actor's next profiles have (`scoring.rank`)


def retrieve(
    catalogue: Catalogue, query: Query, k: int, seed: bytes, allowed: NDArray[np.bool_] | None = None
) -> tuple[Hit, ...]:
    """Give the first k ranked actors, exactly as if every profile that is `allowed`, by place, were scored in integers.

    An actor has at least the score of its best profile, and at most that and the half and the quarter of its next
    two. Whoever has at most less than the k-th actor has at least cannot take a place; all others are scored.
    """
    if not len(catalogue) or (allowed is not None and not allowed.any()):
        return ()
    estimates, wrong = catalogue.estimates(query)
    if allowed is not None:
        estimates[~allowed] = -np.inf
    places = _possible(catalogue, estimates, wrong, k)
    candidates = catalogue.candidates(places, query)
    scored = scoring.score(query, tuple(candidates.values()))
    return scoring.rank(scored, candidates, catalogue.actors(places), seed)[:k]


def _possible(catalogue: Catalogue, estimates: Floats, wrong: Floats, k: int) -> list[int]:
    """The places of the profiles that could give an actor its place among the first k."""
    least, most = estimates - wrong, estimates + wrong
    order, starts = catalogue.by_actor
    if len(starts) == len(order):  # everybody has one profile
        return np.flatnonzero(most >= _bar(least, k)).tolist()
    best, top = np.maximum.reduceat(least[order], starts), np.maximum.reduceat(most[order], starts)
    bar, taking_part = _bar(best, k), np.isfinite(best)
    sizes = np.diff(starts, append=len(order))
    others = np.select([sizes > 2, sizes > 1], [_SECOND + _THIRD, _SECOND])
    hopeful = np.flatnonzero((top + np.maximum(top, 0) * others >= bar) & taking_part)
    found: list[int] = []
    for actor in hopeful.tolist():
        own = order[starts[actor] : starts[actor] + sizes[actor]]
        found += _three(own, least, most, bar)
    return found


def _bar(least: Floats, k: int) -> float:
    """What the k-th has at least, or the last of those who take part."""
    place = min(k, int(np.isfinite(least).sum()))
    return float(np.partition(least, -place)[-place])


def _three(own: NDArray[np.int64], least: Floats, most: Floats, bar: float) -> list[int]:
    """Those of an actor's profiles that could be among its best three, if these could come up to the bar."""
    if len(own) == 1:
        return [int(own[0])]
    first, *others = np.sort(most[own])[::-1][:3].tolist()
    if first + sum(max(value, 0) * share for value, share in zip(others, (_SECOND, _THIRD), strict=False)) < bar:
        return []
    third = np.sort(least[own])[::-1][:3][-1]
    return [place for place in own[most[own] >= third].tolist() if np.isfinite(most[place])]
