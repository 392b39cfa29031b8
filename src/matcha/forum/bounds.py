"""How many pairs of people can meet at most. Each bound holds for every arrangement with balanced loads: at every
station, in every round, the floor or the ceiling of n / stations people."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import ceil, comb

from ortools.sat.python import cp_model

from matcha.forum.solving import single
from matcha.process import Mixing

EFFORT = 2.0
Shape = tuple[int, ...]  # a partition, falling: the lengths of the cycles of a permutation, or a representation


def most_pairs(people: int, stations: int, mixing: Mixing, apart: int) -> int:
    """Give a proven upper bound to the pairs that meet, when `apart` pairs of people may not."""
    return min(comb(people, 2) - apart, *(bound(people, stations) for bound in BOUNDS[mixing]))


def pairs_of_whole_groups(people: int, stations: int) -> int:
    """Give how many pairs meet when groups stay whole: those within the groups."""
    return crowded(people, stations)


def by_counting(people: int, stations: int) -> int:
    """Count what rounds must repeat.

    In any round the same number of pairs sit together, Σ C(size, 2) = `crowded`. The people of one station of a later
    round come from the stations of the first round; however they do, at least as many pairs of them met there as if
    they came evenly (C is convex). So a later round adds at most the rest, and there are stations − 1 later rounds.
    40 people, 4 stations: 4·C(10, 2) = 180; ten people who come 3 + 3 + 2 + 2 repeat 8 pairs; 180 + 3·(180 − 32) = 624.
    """
    together = crowded(people, stations)
    repeated = sum(crowded(size, stations) for size in sizes(people, stations))
    return together + (stations - 1) * (together - repeated)


@cache
def by_characters(people: int, stations: int) -> int:
    """Bound the pairs that meet when everybody visits every station once: Delsarte's bound in the symmetric group.

    Person p has a permutation π_p: the station of each round. Let a(C) be the number of ordered pairs (p, q), also of
    p with itself, with π_p⁻¹π_q in the conjugacy class C; two people meet unless it is a derangement. For every
    irreducible character χ is Σ_C a(C)·χ(C) = Σ_{p,q} χ(π_p⁻¹π_q) ≥ 0, since it is, up to a positive factor, the
    squared length of the projection of the multiset of permutations on χ's component (Delsarte 1973; Tarnanen 1999
    for permutations). Of the permutation character, 1 + χ(S−1,1) = the number of fixed points, more is known:
    Σ_C a(C)·fix(C) counts who is where together, Σ load² over rounds and stations, and loads are balanced. All
    numbers are integers, and a(C) is even but for those with themselves, because a class holds the inverses of its
    elements. The least Σ a(derangements) is found exactly.

    40 people, 4 stations: the graph of derangements has the eigenvalues 9, −3, 3, 1, −3. Balanced loads leave nothing
    of the component (3,1), one of the two −3; of the other, the sign, there is at most as much as of the trivial one.
    So at least 40²/24·(9 − 3) = 400 ordered pairs, 200 unordered, never meet, and 580 can; in integers it is 579.
    """
    model = cp_model.CpModel()
    classes = list(shapes(stations))
    one = (1,) * stations
    halves = {shape: model.new_int_var(0, people * people, str(shape)) for shape in classes}
    for kind in shapes(stations):
        total = sum(2 * character(kind, shape) * halves[shape] for shape in classes)
        model.add(total + people * character(kind, one) >= 0)
    model.add(people + 2 * sum(halves.values()) == people * people)
    fixed = sum(2 * shape.count(1) * halves[shape] for shape in classes)
    model.add(people * stations + fixed == stations * sum(size * size for size in sizes(people, stations)))
    model.minimize(sum(halves[shape] for shape in classes if 1 not in shape))
    found = single(EFFORT)
    found.solve(model)
    return comb(people, 2) - max(0, ceil(found.best_objective_bound - 1e-6))


BOUNDS = {
    Mixing.WHOLE: (pairs_of_whole_groups,),
    Mixing.REMIXED: (by_counting, by_characters),
    Mixing.FREE: (by_counting,),
}


def sizes(people: int, groups: int) -> tuple[int, ...]:
    """Give the sizes of groups that are as equal as can be, the larger first."""
    return tuple((people + groups - 1 - group) // groups for group in range(groups))


def crowded(people: int, groups: int) -> int:
    """Give how many pairs sit together in groups that are as equal as can be: the fewest there can be."""
    return sum(comb(size, 2) for size in sizes(people, groups))


def shapes(total: int, largest: int | None = None) -> Iterator[Shape]:
    """Give the partitions of a number."""
    if total == 0:
        yield ()
    for first in range(min(total, largest or total), 0, -1):
        yield from ((first, *rest) for rest in shapes(total - first, first))


def character(kind: Shape, cycles: Shape) -> int:
    """Give the irreducible character of a symmetric group (Murnaghan and Nakayama's rule, on beta numbers)."""
    return _stripped(tuple(part + place for place, part in enumerate(reversed(kind))), cycles)


@cache
def _stripped(beta: Shape, cycles: Shape) -> int:
    if not cycles:
        return 1
    first, rest = cycles[0], cycles[1:]
    return sum(
        (-1) ** sum(number - first < other < number for other in beta)
        * _stripped(tuple(sorted({*beta} - {number} | {number - first})), rest)
        for number in beta
        if number >= first and number - first not in beta
    )
