"""People take each other's places until as many as possible meet: simulated annealing, the same each time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import exp

from matcha.forum.designs import Itinerary
from matcha.forum.guests import Guests, bits, even, kept_from
from matcha.process import Mixing

WARM, COLD = 1.5, 0.15  # temperatures, in pairs of people
STRAY = 4  # while searching, as many pairs as it costs when a person of a kind strays
Rounds = tuple[int, ...]


class Exchange:
    """Who is where, and what it is worth when two people swap places in some rounds. Loads stay as they are.

    Sets of people are integers, a bit each. `pairs` counts those who meet, `strays` how unevenly kinds are spread.
    """

    def __init__(self, visits: Sequence[Itinerary], guests: Guests, stations: int) -> None:
        self.visits = list(visits)
        self.rooms = [[_at(visits, step, station) for station in range(stations)] for step in range(len(visits[0]))]
        kinds = [(bits(kind), _prices(len(kind), stations)) for kind in guests.kinds]
        self.kinds = [[kind for kind in kinds if kind[0] >> person & 1] for person in range(guests.people)]
        self.apart = kept_from(guests)
        self.pairs = sum((self._met(seen) & ~(1 << p)).bit_count() for p, seen in enumerate(visits)) // 2
        self.strays = sum(
            price[(room & kind).bit_count()] for kind, price in kinds for row in self.rooms for room in row
        )

    def _met(self, seen: Itinerary) -> int:
        met = 0
        for row, station in zip(self.rooms, seen, strict=True):
            met |= row[station]
        return met

    def swapped(self, first: int, second: int, rounds: Rounds) -> tuple[Itinerary, Itinerary]:
        """Give the itineraries of two people who swap places in these rounds."""
        one, other = list(self.visits[first]), list(self.visits[second])
        for step in rounds:
            one[step], other[step] = other[step], one[step]
        return tuple(one), tuple(other)

    def meeting(self, first: int, second: int, after: tuple[Itinerary, Itinerary]) -> int:
        """Give how many pairs more meet. Whether the two meet each other does not change."""
        others = ~(1 << first | 1 << second)
        now = (self._met(seen) & others for seen in after)
        old = (self._met(self.visits[person]) & others for person in (first, second))
        return sum(met.bit_count() for met in now) - sum(met.bit_count() for met in old)

    def straying(self, first: int, second: int, rounds: Rounds) -> int:
        """Give how many people more stray."""
        there, here = self.visits[second], self.visits[first]
        return sum(
            self._straying(leaver, stayer, self.rooms[step][seen[step]], self.rooms[step][next[step]])
            for step in rounds
            for leaver, stayer, seen, next in ((first, second, here, there), (second, first, there, here))
        )

    def _straying(self, leaver: int, stayer: int, left: int, entered: int) -> int:
        worse = 0
        for kind, price in self.kinds[leaver]:
            if not kind >> stayer & 1:
                less, more = (left & kind).bit_count(), (entered & kind).bit_count()
                worse += price[less - 1] - price[less] + price[more + 1] - price[more]
        return worse

    def clashes(self, first: int, second: int, rounds: Rounds) -> bool:
        """Whether somebody would sit with people to be kept apart from."""
        here, there = self.visits[first], self.visits[second]
        return any(
            self.apart[first] & self.rooms[step][there[step]] & ~(1 << second)
            or self.apart[second] & self.rooms[step][here[step]] & ~(1 << first)
            for step in rounds
        )

    def swap(self, first: int, second: int, rounds: Rounds) -> None:
        """Let two people swap places."""
        after = self.swapped(first, second, rounds)
        self.strays += self.straying(first, second, rounds)
        self.pairs += self.meeting(first, second, after)
        both = 1 << first | 1 << second
        for step in rounds:
            self.rooms[step][self.visits[first][step]] ^= both
            self.rooms[step][self.visits[second][step]] ^= both
        self.visits[first], self.visits[second] = after

    def cycle(self, first: int, second: int, step: int) -> Rounds:
        """Give the rounds in which two people must swap, when they do in this one, to visit the same stations each."""
        rounds, here, there = [step], self.visits[first], self.visits[second]
        while there[rounds[-1]] != here[step]:
            rounds.append(here.index(there[rounds[-1]]))
        return tuple(rounds)


def improved(
    visits: Sequence[Itinerary], guests: Guests, stations: int, mixing: Mixing, bound: int, moves: int
) -> tuple[Itinerary, ...]:
    """Give where people go after at most so many tries: no more strays than before, and as many pairs as were found.

    It ends as soon as `bound` pairs meet. REMIXED swaps cycles, so that everybody still visits every station once.
    """
    now = Exchange(visits, guests, stations)
    allowed, best, found = now.strays, now.pairs, tuple(visits)
    chance = random.Random(1)  # noqa: S311
    for attempt in range(moves):
        if best >= bound:
            break
        first, second, step = (int(chance.random() * size) for size in (guests.people, guests.people, len(visits[0])))
        if now.visits[first][step] == now.visits[second][step]:
            continue
        rounds = now.cycle(first, second, step) if mixing is Mixing.REMIXED else (step,)
        if _taken(now, first, second, rounds, WARM * (COLD / WARM) ** (attempt / moves), chance.random()):
            now.swap(first, second, rounds)
            if now.strays <= allowed and (now.strays, -now.pairs) < (allowed, -best):
                allowed, best, found = now.strays, now.pairs, tuple(now.visits)
    return found


def _taken(now: Exchange, first: int, second: int, rounds: Rounds, warmth: float, luck: float) -> bool:
    if now.clashes(first, second, rounds):
        return False
    gain = now.meeting(first, second, now.swapped(first, second, rounds))
    gain -= STRAY * now.straying(first, second, rounds)
    return gain >= 0 or luck < exp(gain / warmth)


def _at(visits: Sequence[Itinerary], step: int, station: int) -> int:
    return bits(person for person, seen in enumerate(visits) if seen[step] == station)


def _prices(people: int, stations: int) -> list[int]:
    least, most = even(people, stations)
    return [max(count - most, least - count, 0) for count in range(people + 2)]
