"""What tells the people of a forum apart when they are seated: their kinds, and who is kept from whom."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from matcha.forum.designs import Itinerary
from matcha.forum.plan import Pair, Person, pair

Key = TypeVar("Key", bound=Hashable)

AWAY = -1  # the station of somebody who is not there


@dataclass(frozen=True)
class Guests:
    """People by place in the list: `kinds` are those that spread out (of one part, or of one actor, two at least),
    `apart` pairs of actors' people that never sit together. `alike` are people whom neither tells from each other;
    each person is in one of them."""

    people: int
    kinds: tuple[tuple[int, ...], ...]
    apart: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    alike: tuple[tuple[int, ...], ...]

    @property
    def kept_apart(self) -> int:
        """How many pairs of people never sit together."""
        return sum(others.bit_count() for others in kept_from(self)) // 2


def guests(persons: Sequence[Person], apart: Iterable[Pair]) -> Guests:
    """Give who is to be spread out, and who is to be kept apart, among people; pairs of absent actors are left out."""
    actors = _by([person.actor for person in persons])
    parts = _by([person.part for person in persons])
    kept = sorted({pair(*two) for two in apart if all(actor in actors for actor in two)})
    named = {actor for actor in actors if len(actors[actor]) > 1} | {actor for two in kept for actor in two}
    alike = _by([(p.part, p.actor if p.actor in named else None) for p in persons])
    kinds = [*parts.values(), *(actors[actor] for actor in actors if actor is not None)]
    return Guests(
        len(persons),
        tuple(kind for kind in kinds if len(kind) > 1),
        tuple((actors[first], actors[second]) for first, second in kept),
        tuple(alike.values()),
    )


def _by(keys: Sequence[Key]) -> dict[Key, tuple[int, ...]]:
    groups: dict[Key, list[int]] = {}
    for place, key in enumerate(keys):
        groups.setdefault(key, []).append(place)
    return {key: tuple(places) for key, places in groups.items()}


def kept_from(told: Guests) -> list[int]:
    """Give, for each person, as bits whom it never sits with."""
    apart = [0] * told.people
    for ones, others in (way for first, second in told.apart for way in ((first, second), (second, first))):
        for person in ones:
            apart[person] |= bits(others)
    return apart


def bits(people: Iterable[int]) -> int:
    """Give people as the bits of a number."""
    return sum(1 << person for person in people)


def uneven(visits: Sequence[Itinerary], kinds: Collection[tuple[int, ...]], stations: int) -> int:
    """Give by how many people kinds are worse mixed than they could be, in all rounds together.

    For each round, station and kind: the people beyond the ceiling, or short of the floor, of those there / stations.
    """
    return sum(
        strayed([visits[person][step] for person in kind], stations)
        for step in range(len(visits[0]) if visits else 0)
        for kind in kinds
    )


def strayed(where: Sequence[int], stations: int) -> int:
    """Give how many people of a kind are beyond what is even over the stations, or short of it, in one round."""
    there = [where.count(station) for station in range(stations)]
    least, most = even(sum(there), stations)
    return sum(max(count - most, least - count, 0) for count in there)


def even(people: int, stations: int) -> tuple[int, int]:
    """Give the fewest and most people at a station when they are spread evenly."""
    return people // stations, -(-people // stations)


def meetings(visits: Sequence[Itinerary]) -> int:
    """Give how many pairs of people are at the same station in at least one round."""
    rooms: dict[tuple[int, int], int] = {}
    for person, seen in enumerate(visits):
        for place in enumerate(seen):
            if place[1] != AWAY:
                rooms[place] = rooms.get(place, 0) | 1 << person
    met = (met_by(seen, rooms) & ~(1 << person) for person, seen in enumerate(visits))
    return sum(people.bit_count() for people in met) // 2


def met_by(seen: Itinerary, rooms: dict[tuple[int, int], int]) -> int:
    """Give, as bits, everybody who is in one of somebody's rooms."""
    met = 0
    for place in enumerate(seen):
        met |= rooms.get(place, 0)
    return met
