"""People are put on itineraries: how many of those alike take each, by CP-SAT."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from ortools.sat.python import cp_model

from matcha.errors import Conflict
from matcha.forum.designs import Itinerary
from matcha.forum.guests import Guests, even
from matcha.forum.plan import Pair, pair
from matcha.forum.solving import single

Linear = cp_model.LinearExpr | int
Visits = tuple[Itinerary, ...]


@dataclass(frozen=True, slots=True)
class Seated:
    """Who goes where, in the order of the people, and a proven lower bound to what was to be small."""

    visits: Visits
    cost: int
    least: int


class Seating:
    """The model of who takes which itinerary: loads are balanced and actors kept apart.

    `takes[a][i]` says how many of the people alike a take itinerary i, `on[i]` how many take it in all.
    """

    def __init__(self, guests: Guests, itineraries: Sequence[Itinerary], stations: int) -> None:
        self.guests = guests
        self.itineraries = tuple(itineraries)
        self.stations = stations
        self.rounds = len(self.itineraries[0])
        self.model = cp_model.CpModel()
        self.takes = [self._shared(len(alike)) for alike in guests.alike]
        self.on = [sum(column) for column in zip(*self.takes, strict=True)]
        self._balance()
        self._keep_apart()

    def _shared(self, people: int) -> list[cp_model.IntVar]:
        takes = [self.model.new_int_var(0, people, "") for _ in self.itineraries]
        self.model.add(sum(takes) == people)
        return takes

    def _at(self, step: int, station: int) -> list[int]:
        return [i for i, seen in enumerate(self.itineraries) if seen[step] == station]

    def _places(self) -> list[list[int]]:
        return [self._at(step, station) for step in range(self.rounds) for station in range(self.stations)]

    def _balance(self) -> None:
        least, most = even(self.guests.people, self.stations)
        for place in self._places():
            self.model.add_linear_constraint(sum(self.on[i] for i in place), least, most)

    def _keep_apart(self) -> None:
        members = sorted({ones for pair in self.guests.apart for ones in pair})
        for place in self._places():
            there = {ones: self._any(self._among(ones, place), len(ones)) for ones in members}
            for first, second in self.guests.apart:
                self.model.add_at_most_one(there[first], there[second])

    def _among(self, people: tuple[int, ...], place: list[int]) -> Linear:
        rows = [takes for takes, alike in zip(self.takes, self.guests.alike, strict=True) if alike[0] in people]
        return sum(takes[i] for takes in rows for i in place)

    def _any(self, count: Linear, most: int) -> cp_model.IntVar:
        some = self.model.new_bool_var("")
        self.model.add(count <= most * some)
        return some

    def fill(self, counts: Sequence[int]) -> None:
        """Ask that so many people take each itinerary."""
        for on, count in zip(self.on, counts, strict=True):
            self.model.add(on == count)

    def hint(self, visits: Visits) -> None:
        """Begin with this seating."""
        for alike, takes in zip(self.guests.alike, self.takes, strict=True):
            for seen, take in zip(self.itineraries, takes, strict=True):
                self.model.add_hint(take, sum(visits[person] == seen for person in alike))

    def strays(self, step: int) -> Linear:
        """Give how unevenly kinds are spread in a round."""
        return sum(
            self._stray(self._among(kind, self._at(step, station)), len(kind))
            for kind in self.guests.kinds
            for station in range(self.stations)
        )

    def _stray(self, count: Linear, people: int) -> Linear:
        least, most = even(people, self.stations)
        beyond = self.model.new_int_var(0, people - most, "")
        short = self.model.new_int_var(0, least, "")
        self.model.add_linear_constraint(count - beyond + short, least, most)
        return beyond + short

    def spread(self, most: int) -> None:
        """Ask that kinds stray by so many people at most in each round."""
        for step in range(self.rounds):
            self.model.add(self.strays(step) <= most)

    def strangers(self) -> Linear:
        """Give how many pairs of people never meet: those on itineraries that have nothing in common."""
        return sum(
            self._product(self.on[i], self.on[j])
            for (i, ones), (j, others) in combinations(enumerate(self.itineraries), 2)
            if all(a != b for a, b in zip(ones, others, strict=True))
        )

    def _product(self, first: Linear, second: Linear) -> Linear:
        _, most = even(self.guests.people, self.stations)
        product = self.model.new_int_var(0, most * most, "")
        self.model.add_multiplication_equality(product, [first, second])
        return product

    def solve(self, cost: Linear | None, effort: float) -> Seated | None:
        """Give the seating that costs least, or the best found with so much effort; none if none is found."""
        if cost is not None:
            self.model.minimize(cost)
        found = single(effort)
        if found.solve(self.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        return Seated(self._seats(found), round(found.objective_value), round(found.best_objective_bound))

    def _seats(self, found: cp_model.CpSolver) -> Visits:
        visits: dict[int, Itinerary] = {}
        for alike, takes in zip(self.guests.alike, self.takes, strict=True):
            dealt = [seen for seen, take in zip(self.itineraries, takes, strict=True) for _ in range(found.value(take))]
            visits.update(zip(alike, dealt, strict=True))
        return tuple(visits[person] for person in range(self.guests.people))


def irreducible(apart: Sequence[Pair], possible: Callable[[Sequence[Pair]], bool]) -> list[Pair]:
    """Give pairs that cannot all be kept apart, of which none can be left out: each in turn is, if it can be."""
    needed = sorted({pair(*two) for two in apart})
    for each in list(needed):
        fewer = [kept for kept in needed if kept != each]
        if not possible(fewer):
            needed = fewer
    return needed


def refusal(pairs: Sequence[Pair], stations: int) -> Conflict:
    """Give the error that names who cannot be kept apart."""
    names = ", ".join(sorted({actor for two in pairs for actor in two}))
    return Conflict(
        f"{names} kan inte hållas isär på {stations} stationer. Låt några av dem sitta tillsammans, eller ha fler "
        "stationer.",
        f"{names} cannot be kept apart at {stations} stations. Let some of them sit together, or have more stations.",
    )
