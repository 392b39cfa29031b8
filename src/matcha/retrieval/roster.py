"""Who may be found, by place: ids and actors. What each is scored by lies elsewhere: in files, or in PostgreSQL."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcha.memory import Strings
from matcha.scoring import Candidate, Query

Numbers = NDArray[Any]


class Roster(ABC):
    """Profiles by place: their ids and their actors'."""

    def __init__(self, profile_ids: Sequence[str], actor_ids: Sequence[str]) -> None:
        self.profile_ids, self.actor_ids = Strings.of(profile_ids), Strings.of(actor_ids)

    def __len__(self) -> int:
        return len(self.profile_ids)

    @abstractmethod
    def candidates(self, places: Sequence[int], query: Query | None = None) -> list[Candidate]:
        """Give the profiles at these places, ready to be scored (for a need), in their order.

        For a need, of their terms they have at least those that it asks for.
        """

    @abstractmethod
    def possible(self, query: Query, k: int, allowed: NDArray[np.bool_] | None) -> list[int]:
        """Give the places of profiles, of those `allowed` by place, that could put an actor among the first k.

        Nobody is missing who has one: with their scores alone the first k are ranked as with everybody's.
        """

    def place(self, profile_id: str) -> int:
        """Give the place of a profile. Raises KeyError for one that may not be found."""
        return self.profile_ids.place(profile_id, self._by_id)

    @cached_property
    def by_actor(self) -> tuple[Numbers, Numbers]:
        """The places, those of an actor together, and where each actor's begin."""
        order = np.argsort(self._actor_numbers, kind="stable")
        return order, np.flatnonzero(np.diff(self._actor_numbers[order], prepend=-1))

    def actors(self, places: Iterable[int]) -> dict[str, str]:
        """Give the actor of each profile at these places."""
        return {self.profile_ids[place]: self.actor_ids[place] for place in places}

    def owned_with(self, profile_id: str) -> tuple[str, ...]:
        """Give the profiles of the actor that has a profile, by place."""
        order, starts = self.by_actor
        actor = self._actor_numbers[self.place(profile_id)]
        end = starts[actor + 1] if actor + 1 < len(starts) else None
        return tuple(self.profile_ids[place] for place in order[starts[actor] : end].tolist())

    def alone(self, places: Sequence[int]) -> list[bool]:
        """Say of each of these places whether its profile is its actor's only one."""
        order, starts = self.by_actor
        found: list[bool] = (np.diff(starts, append=len(order))[self._actor_numbers[places]] == 1).tolist()
        return found

    def candidate(self, place: int) -> Candidate:
        """Give the profile at a place, ready to be scored."""
        (found,) = self.candidates([place])
        return found

    def profile(self, profile_id: str) -> Candidate:
        """Give a profile, ready to be scored."""
        return self.candidate(self.place(profile_id))

    def profiles(self, profile_ids: Sequence[str]) -> dict[str, Candidate]:
        """Give profiles, ready to be scored, by id."""
        found = self.candidates([self.place(id) for id in profile_ids])
        return {candidate.profile_id: candidate for candidate in found}

    def sentences(self, profile_ids: Sequence[str]) -> dict[str, list[int]]:
        """Give the passage ids of each profile's sentences, in their order (the title first)."""
        return {id: list(profile.sentences.ids) for id, profile in self.profiles(profile_ids).items()}

    @cached_property
    def _by_id(self) -> Sequence[int]:
        """The places in the order of their ids."""
        return np.array(sorted(range(len(self)), key=list(self.profile_ids).__getitem__), np.int32).data

    @cached_property
    def _actor_numbers(self) -> Numbers:
        """The number of each profile's actor, in the order in which the actors come."""
        found: dict[str, int] = {}
        return np.fromiter((found.setdefault(actor, len(found)) for actor in self.actor_ids), np.int32, len(self))
