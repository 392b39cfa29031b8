"""From a need to ranked actors: every profile is estimated, and those that could have a place are scored exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcha import scoring
from matcha.retrieval.packing import batches
from matcha.retrieval.roster import Roster
from matcha.scoring import Candidate, Query
from matcha.values import Hit, Scored

_AT_ONCE = 1 << 12  # profiles whose vectors are in memory together


def retrieve(
    catalogue: Roster, query: Query, k: int, seed: bytes, allowed: NDArray[np.bool_] | None = None
) -> tuple[Hit, ...]:
    """Give the first k ranked actors, exactly as if every profile that is `allowed`, by place, were scored in integers.

    Whoever cannot take a place is passed over (`Roster.possible`); all others are scored.
    """
    if not len(catalogue) or (allowed is not None and not allowed.any()):
        return ()
    places = catalogue.possible(query, k, allowed)
    scored: list[Scored] = []
    several: dict[str, Candidate] = {}  # of actors with several profiles, which are compared with one another
    for some in batches(places, _AT_ONCE):
        found = catalogue.candidates(some, query)
        scored += scoring.score(query, found)
        several |= {c.profile_id: c for c, alone in zip(found, catalogue.alone(some), strict=True) if not alone}
    return scoring.rank(scored, several, catalogue.actors(places), seed)[:k]
