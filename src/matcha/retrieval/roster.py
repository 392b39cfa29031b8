"""Who may be found, by place: ids and actors. What each is scored by lies elsewhere: in files, or in PostgreSQL."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcha.scoring import Candidate, Query

Numbers = NDArray[Any]


class Roster(ABC):
    """Profiles by place: their ids and their actors'."""

    def __init__(self, profile_ids: Sequence[str], actor_ids: Sequence[str]) -> None:
        self.profile_ids, self.actor_ids = tuple(profile_ids), tuple(actor_ids)

    def __len__(self) -> int:
        return len(self.profile_ids)

    @abstractmethod
    def candidates(self, places: Sequence[int]) -> list[Candidate]:
        """Give the profiles at these places, ready to be scored, in their order."""

    @abstractmethod
    def possible(self, query: Query, k: int, allowed: NDArray[np.bool_] | None) -> list[int]:
        """Give the places of profiles, of those `allowed` by place, that could put an actor among the first k.

        Nobody is missing who has one: with their scores alone the first k are ranked as with everybody's.
        """

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each profile."""
        return {id: place for place, id in enumerate(self.profile_ids)}

    @cached_property
    def by_actor(self) -> tuple[Numbers, Numbers]:
        """The places, those of an actor together, and where each actor's begin."""
        order = np.fromiter(chain.from_iterable(self._owned.values()), np.int64, len(self))
        return order, np.cumsum([0, *map(len, self._owned.values())])[:-1]

    def actors(self, places: Iterable[int]) -> dict[str, str]:
        """Give the actor of each profile at these places."""
        return {self.profile_ids[place]: self.actor_ids[place] for place in places}

    def owned(self, actor_id: str) -> tuple[str, ...]:
        """Give the profiles of an actor, by place."""
        return tuple(self.profile_ids[place] for place in self._owned[actor_id])

    def candidate(self, place: int) -> Candidate:
        """Give the profile at a place, ready to be scored."""
        (found,) = self.candidates([place])
        return found

    def profile(self, profile_id: str) -> Candidate:
        """Give a profile, ready to be scored."""
        return self.candidate(self.places[profile_id])

    def profiles(self, profile_ids: Sequence[str]) -> dict[str, Candidate]:
        """Give profiles, ready to be scored, by id."""
        found = self.candidates([self.places[id] for id in profile_ids])
        return {candidate.profile_id: candidate for candidate in found}

    @cached_property
    def _owned(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, actor in enumerate(self.actor_ids):
            found.setdefault(actor, []).append(place)
        return found
