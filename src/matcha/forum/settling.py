"""The best of all arrangements, where they are few enough to be sure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations
from math import comb, factorial, prod

from ortools.sat.python import cp_model

from matcha.forum.bounds import sizes
from matcha.forum.designs import Itinerary
from matcha.forum.guests import Guests, kept_from, meetings, uneven
from matcha.forum.seating import Seating, Visits
from matcha.forum.solving import single
from matcha.process import Mixing

FEW = 200  # people × itineraries up to which REMIXED is settled
GROUPINGS = 1000  # ways to make groups up to which FREE is settled
EFFORT = 5.0  # times what is given


def settled(
    visits: Visits, strays: int, told: Guests, stations: int, mixing: Mixing, effort: float
) -> tuple[Visits, int]:
    """Give the best of all arrangements in which each round strays by `strays` at most, and how many pairs can meet.

    Where there are too many to try it gives `visits`, and all pairs.
    """
    if mixing is Mixing.REMIXED and told.people * factorial(stations) <= FEW:
        best, most = _remixed(visits, strays, told, stations, effort * EFFORT)
    elif mixing is Mixing.FREE and _ways(told.people, stations) <= GROUPINGS:
        best, most = _free(strays, told, stations, effort * EFFORT)
    else:
        return visits, comb(told.people, 2)
    return max(visits, best, key=meetings), most


def _remixed(visits: Visits, strays: int, told: Guests, stations: int, effort: float) -> tuple[Visits, int]:
    seating = Seating(told, tuple(permutations(range(stations))), stations)
    seating.spread(strays)
    seating.hint(visits)
    seated = seating.solve(seating.strangers(), effort)
    return (seated.visits if seated else ()), comb(told.people, 2) - (seated.least if seated else 0)


def _free(strays: int, told: Guests, stations: int, effort: float) -> tuple[Visits, int]:
    """Choose groupings, one a round, that cover the most pairs: rounds depend on each other in nothing else."""
    rounds = [
        where for where in _groupings(told, stations) if uneven([(s,) for s in where], told.kinds, stations) <= strays
    ]
    model = cp_model.CpModel()
    takes = [model.new_int_var(0, stations, "") for _ in rounds]
    model.add(sum(takes) == stations)
    meet = [_covered(model, takes, rounds, *pair) for pair in combinations(range(told.people), 2)]
    model.maximize(sum(meet))
    found = single(effort)
    if found.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return (), comb(told.people, 2)
    chosen = [where for where, take in zip(rounds, takes, strict=True) for _ in range(found.value(take))]
    return tuple(zip(*chosen, strict=True)), round(found.best_objective_bound)


def _covered(
    model: cp_model.CpModel, takes: Sequence[cp_model.IntVar], rounds: Sequence[Itinerary], first: int, second: int
) -> cp_model.IntVar:
    meets = model.new_bool_var("")
    model.add(meets <= sum(take for take, where in zip(takes, rounds, strict=True) if where[first] == where[second]))
    return meets


def _ways(people: int, stations: int) -> int:
    """Give in how many ways people make balanced groups."""
    groups = sizes(people, stations)
    same = prod(factorial(groups.count(size)) for size in set(groups))
    return factorial(people) // prod(factorial(size) for size in groups) // same


def _groupings(told: Guests, stations: int) -> Iterator[Itinerary]:
    """Give every way to make balanced groups in which actors are kept apart: for each person, its group.

    Groups of the same size are in order of their first person.
    """
    room = sizes(told.people, stations)
    kept = kept_from(told)

    def join(where: Itinerary) -> Iterator[Itinerary]:
        if len(where) == told.people:
            yield where
            return
        for group, size in enumerate(room):
            members = [person for person, other in enumerate(where) if other == group]
            opened = bool(members) or group == 0 or size != room[group - 1] or group - 1 in where
            if opened and len(members) < size and not any(kept[len(where)] >> person & 1 for person in members):
                yield from join((*where, group))

    yield from join(())
