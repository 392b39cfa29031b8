"""Forums to seat, and what is counted of a seating: plain, and knowing nothing of how it was found."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations

from matcha.forum.persons import persons
from matcha.forum.plan import Pair, Person, pair
from matcha.process import Part

PARTS = tuple(Part)
Itinerary = tuple[int, ...]


def forum(chance: random.Random, people: int) -> tuple[tuple[Person, ...], tuple[Pair, ...]]:
    """Make so many people of actors of up to three and of the host, and pairs of actors to keep apart."""
    guests: list[Person] = []
    parts = chance.sample(PARTS, chance.randint(1, min(7, 1 + people // 2)))
    while len(guests) < people:
        actor, seats = f"aktor-a{len(guests):03}", chance.choice((1, 1, 2, 3))
        part = chance.choice(parts)
        guests += [Person(f"{actor}/{k}", None if chance.random() < 0.2 else actor, part) for k in range(seats)]
    actors = sorted({person.actor for person in guests[:people] if person.actor})
    pairs = [pair(*chance.sample(actors, 2)) for _ in range(chance.choice((0, 1, 2, 5)))] if len(actors) > 1 else []
    return tuple(guests[:people]), tuple(sorted(set(pairs)))


def strays(where: Sequence[int], guests: Sequence[Person], stations: int) -> int:
    """Count in one round, kind by kind and station by station, who is beyond what is even, or short of it."""
    total = 0
    for kind in [*PARTS, *sorted({p.actor for p in guests if p.actor})]:
        of = [s for s, p in zip(where, guests, strict=True) if kind in (p.part, p.actor) and s >= 0]
        for station in range(stations):
            count = sum(s == station for s in of)
            total += max(0, count - -(-len(of) // stations)) + max(0, len(of) // stations - count)
    return total


def allowed(where: Sequence[int], guests: Sequence[Person], apart: Sequence[Pair], stations: int) -> bool:
    """Whether loads of one round are balanced, and nobody sits with whom they are kept apart from."""
    loads = [where.count(station) for station in range(stations)]
    if max(loads) - min(loads) > 1:
        return False
    sitting = [(a, b) for a, b in combinations(range(len(guests)), 2) if where[a] == where[b]]
    return not any({guests[a].actor, guests[b].actor} == {*kept} for a, b in sitting for kept in apart)


def met(visits: Sequence[Itinerary]) -> int:
    """Count the pairs that sit together at least once."""
    pairs = combinations(visits, 2)
    return sum(any(a == b >= 0 for a, b in zip(one, other, strict=True)) for one, other in pairs)


def forty() -> tuple[Person, ...]:
    """Make a usual forum: forty people of 24 actors and the host."""
    kinds = (Part.COMPANY, Part.COMPANY, Part.ACADEMIA, Part.PATIENT_ORGANISATION)
    invited = [(f"aktor-a{number:02}", kinds[number % 4], 1 + (number % 3 == 0)) for number in range(24)]
    return persons(invited, {Part.NEED_OWNER: 4, Part.PROCUREMENT: 2, Part.IT: 2})
