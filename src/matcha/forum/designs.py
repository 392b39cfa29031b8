"""Where to begin: itineraries from Latin squares that have as little in common as possible.

An itinerary says at which station somebody is in each round. A Latin square is a block of as many itineraries as there
are stations, one for each group: they visit every station once and never sit together.
"""

from __future__ import annotations

import random
from functools import cache

from matcha.process import Mixing

Itinerary = tuple[int, ...]
Square = tuple[Itinerary, ...]

POLYNOMIALS = {4: (2, 0b111), 8: (3, 0b1011)}  # fields of 2^k elements: k, and an irreducible polynomial over GF(2)
SQUARES = 6  # of six stations: no two Latin squares of order six are orthogonal, so there is no plane to take


def design(people: int, stations: int, mixing: Mixing) -> tuple[Itinerary, ...]:
    """Give an itinerary for each of so many people, dealt from squares in turn.

    Every station has in every round the floor or the ceiling of people / stations, because each whole square puts one
    person there, and what is dealt of the last one at most one. REMIXED deals from all squares whose rows visit every
    station once; FREE also from the one whose rows stay where they are, which makes the affine plane whole.
    """
    squares = (*moving(stations), staying(stations)) if mixing is Mixing.FREE else moving(stations)
    return tuple(squares[place // stations % len(squares)][place % stations] for place in range(people))


def cyclic(stations: int) -> Square:
    """Give the itineraries of whole groups: group g is at station g + r (mod stations) in round r."""
    return tuple(tuple((group + step) % stations for step in range(stations)) for group in range(stations))


def staying(stations: int) -> Square:
    """Give the square whose rows stay at one station."""
    return tuple((station,) * stations for station in range(stations))


@cache
def moving(stations: int) -> tuple[Square, ...]:
    """Give squares whose rows visit every station once.

    Where the number of stations q is a power of a prime, they are the lines y = a·x + b, a ≠ 0, of the affine plane
    over GF(q), x the round and y the station: two people of different squares meet in exactly one round.
    """
    if stations == SQUARES:
        return _shuffled(stations)
    field = range(stations)
    return tuple(
        tuple(tuple(plus(times(a, x, stations), b, stations) for x in field) for b in field) for a in field[1:]
    )


def _shuffled(stations: int) -> tuple[Square, ...]:
    chance = random.Random(stations)  # noqa: S311
    orders = [list(range(stations))] + [chance.sample(range(stations), stations) for _ in range(stations - 2)]
    return tuple(tuple(tuple((step + row) % stations for step in order) for row in range(stations)) for order in orders)


def plus(a: int, b: int, order: int) -> int:
    """Add in GF(order)."""
    return a ^ b if order in POLYNOMIALS else (a + b) % order


def times(a: int, b: int, order: int) -> int:
    """Multiply in GF(order)."""
    if order not in POLYNOMIALS:
        return a * b % order
    degree, polynomial = POLYNOMIALS[order]
    product = 0
    for bit in reversed(range(degree)):
        product <<= 1
        product ^= polynomial if product >> degree else 0
        product ^= a if b >> bit & 1 else 0
    return product
