"""From a need's vectors to ranked actors: FAISS proposes, integers decide, and nobody is left out unseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcha import scoring
from matcha.retrieval.vector_index import VectorIndex
from matcha.values import Hit

FIRST_DEPTH = 1024  # passages looked at for each need sentence, at first


@dataclass(frozen=True)
class Catalogue:
    """Which passages may be found, and whose they are: each profile's passages together, in their order."""

    passages: tuple[int, ...]
    owners: tuple[str, ...]
    actors: Mapping[str, str]

    @cached_property
    def owner(self) -> Mapping[int, str]:
        """The profile of each passage."""
        return dict(zip(self.passages, self.owners, strict=True))


def retrieve(
    index: VectorIndex,
    catalogue: Catalogue,
    need: NDArray[np.int16],
    k: int,
    seed: bytes,
    first_depth: int = FIRST_DEPTH,
) -> tuple[Hit, ...]:
    """Give the first k ranked actors, exactly as if every profile had been scored.

    The threshold of Fagin, Lotem and Naor (2003): a profile of which no passage was proposed can reach at most the
    sum of the ceilings. When the k-th actor has more than that, nobody unseen could take a place; otherwise the
    search goes deeper, in the end to everything.
    """
    if not catalogue.passages:
        return ()
    depth = first_depth
    while True:
        proposal = index.search(need, depth, catalogue.passages)
        hits = rank_profiles(index, catalogue, need, proposal.passages, seed)
        if proposal.complete or (len(hits) >= k and hits[k - 1].scored.score > sum(proposal.ceilings)):
            return hits[:k]
        depth *= 4


def rank_profiles(
    index: VectorIndex, catalogue: Catalogue, need: NDArray[np.int16], proposed: Sequence[int], seed: bytes
) -> tuple[Hit, ...]:
    """Score every profile that owns one of the proposed passages, over all its passages, and rank the actors."""
    wanted = {catalogue.owner[passage] for passage in proposed}
    chosen = [(p, owner) for p, owner in zip(catalogue.passages, catalogue.owners, strict=True) if owner in wanted]
    ids = [passage for passage, _ in chosen]
    scored = scoring.score(need, index.vectors(ids), ids, [owner for _, owner in chosen])
    return scoring.rank(scored, catalogue.actors, seed)
