"""From a need to ranked actors: every profile is estimated, and those that could have a place are scored exactly."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcha import scoring
from matcha.retrieval.catalogue import Catalogue
from matcha.scoring import Query
from matcha.values import Hit


def retrieve(
    catalogue: Catalogue, query: Query, k: int, seed: bytes, excluded: Set[str] = frozenset()
) -> tuple[Hit, ...]:
    """Give the first k ranked actors, exactly as if every profile not `excluded` had been scored in integers.

    An actor has at least the score of its best profile, and at most that and the half and the quarter of its next
    two. Whoever has at most less than the k-th actor has at least cannot take a place; all others are scored.
    """
    allowed = np.ones(len(catalogue), bool)
    if excluded:
        allowed[:] = [entry.profile_id not in excluded for entry in catalogue.entries]
    if not allowed.any():
        return ()
    estimates, wrong = catalogue.estimates(query)
    least, most = _limits(catalogue, estimates, wrong, allowed)
    place = min(k, int((least > _NOBODY).sum()))
    bar = np.partition(least, -place)[-place]
    chosen = allowed & (most >= bar)[catalogue.actor_numbers]
    candidates = {c.profile_id: c for c in (catalogue.candidate(i) for i in np.flatnonzero(chosen).tolist())}
    scored = scoring.score(query, tuple(candidates.values()))
    return scoring.rank(scored, candidates, catalogue.actors, seed)[:k]


_NOBODY = np.iinfo(np.int64).min // 4


def _limits(
    catalogue: Catalogue, estimates: NDArray[np.int64], wrong: int, allowed: NDArray[np.bool_]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """What each actor has at least and at most, by actor number."""
    actors = catalogue.actor_numbers
    order = np.lexsort((-estimates, actors))
    order = order[allowed[order]]
    first = np.r_[True, actors[order][1:] != actors[order][:-1]]
    place = np.arange(len(order)) - np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    least = np.full(actors.max() + 1, _NOBODY)
    least[actors[order][first]] = estimates[order][first] - wrong
    most = np.full(actors.max() + 1, _NOBODY)
    most[actors[order][first]] = 0
    share = np.where(
        place == 0, estimates[order] + wrong, np.maximum(estimates[order] + wrong, 0) >> np.minimum(place, 62)
    )
    np.add.at(most, actors[order][place < 3], share[place < 3])
    return least, most
