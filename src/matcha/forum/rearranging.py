"""Where people go in the rounds that remain, with the fewest moves: by CP-SAT, one aim after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from ortools.sat.python import cp_model

from matcha.forum.designs import Itinerary
from matcha.forum.guests import AWAY, Guests, even
from matcha.forum.plan import Person
from matcha.forum.seating import Linear, Visits
from matcha.forum.solving import single
from matcha.process import Mixing

MOST = 10**6  # more than any aim costs; a cost of its own lets the search end as soon as nothing is left to mend
Places = dict[int, list[cp_model.IntVar]]


@dataclass(frozen=True)
class Day:
    """What was planned for each person, also before the `done` rounds that are over, and when it will be `there` of
    those that remain. Nothing was planned (AWAY) for somebody who was not to come."""

    mixing: Mixing
    stations: int
    done: int
    people: tuple[Person, ...]
    planned: Visits
    there: tuple[tuple[bool, ...], ...]
    told: Guests

    @property
    def remaining(self) -> range:
        """The rounds that remain."""
        return range(self.done, self.done + len(self.there[0]))

    def wish(self, person: int, step: int) -> int:
        """Give where somebody would be without a change; AWAY if nothing was planned, or it is not there."""
        return self.planned[person][step] if self.there[person][step - self.done] else AWAY

    def returns(self, person: int) -> int:
        """Give how often somebody was to come back to a station."""
        seen = [*self.planned[person][: self.done], *(self.wish(person, step) for step in self.remaining)]
        return sum(count - 1 for station, count in Counter(seen).items() if station != AWAY)


def rearranged(day: Day, effort: float) -> Visits | None:
    """Give where everybody goes; None if apart pairs cannot be kept.

    Returns, loads, moves, kinds and pairs are each as good as they can be when those before them are. Moves are counted
    from the first, so that each search begins near the plan. Who moves is settled before pairs are counted.
    """
    model = Rearranging(day, effort)
    moves, many = model.moves(), len(day.people) + 1
    returns, loads, kinds = model.returns(), model.loads(), model.kinds()
    if not model.least(moves):
        return None
    aims = ((returns * many + moves, [returns]), (loads * many + moves, [loads, moves]), (kinds, [kinds]))
    if all(model.least(aim, held) for aim, held in aims):
        model.least(model.strangers())
    return model.found


def possible(day: Day, effort: float) -> bool:
    """Whether apart pairs can be kept."""
    return Rearranging(day, effort).least(0)


class Rearranging:
    """The model: `at[person][round][station]` of those who are there, and who `stays` with what was planned.

    `found` is where people go as far as is known.
    """

    def __init__(self, day: Day, effort: float) -> None:
        self.day = day
        self.effort = effort
        self.found = day.planned
        self.model = cp_model.CpModel()
        self.at = [self._places(person) for person in range(len(day.people))]
        self.stays = [self._stay(person) for person in range(len(day.people))]
        if day.mixing is Mixing.WHOLE:
            for places in self.at:
                self._follow(places)
        self._keep_apart()

    def _places(self, person: int) -> Places:
        steps = [step for step in self.day.remaining if self.day.there[person][step - self.day.done]]
        places = {step: [self.model.new_bool_var("") for _ in range(self.day.stations)] for step in steps}
        for row in places.values():
            self.model.add_exactly_one(row)
        return places

    def _stay(self, person: int) -> cp_model.IntVar:
        stays = self.model.new_bool_var("")
        for step, row in self.at[person].items():
            if self.day.wish(person, step) != AWAY:
                self.model.add_implication(stays, row[self.day.wish(person, step)])
        return stays

    def _follow(self, places: Places) -> None:
        """Let somebody go with a whole group."""
        groups = [self.model.new_bool_var("") for _ in range(self.day.stations)]
        self.model.add_exactly_one(groups)
        for group, member in enumerate(groups):
            for step, row in places.items():
                self.model.add_implication(member, row[(group + step) % self.day.stations])

    def _keep_apart(self) -> None:
        members = sorted({ones for pair in self.day.told.apart for ones in pair})
        for step, station in self._rooms():
            some = {ones: self.model.new_bool_var("") for ones in members}
            for ones in members:
                for place in self._in(ones, step, station):
                    self.model.add_implication(place, some[ones])
            for first, second in self.day.told.apart:
                self.model.add_at_most_one(some[first], some[second])

    def _rooms(self) -> Iterator[tuple[int, int]]:
        return product(self.day.remaining, range(self.day.stations))

    def _in(self, people: Iterable[int], step: int, station: int) -> list[cp_model.IntVar]:
        return [self.at[person][step][station] for person in people if step in self.at[person]]

    def returns(self) -> Linear:
        """Give how often people come back to a station, beyond what was planned for each."""
        return sum(self._returns(person) for person in range(len(self.at)) if self.at[person])

    def _returns(self, person: int) -> Linear:
        over = self.day.planned[person][: self.day.done]
        back = [self.model.new_int_var(0, len(self.day.planned[person]), "") for _ in range(self.day.stations)]
        for station, often in enumerate(back):
            visits = sum(row[station] for row in self.at[person].values()) + over.count(station)
            self.model.add(often >= visits - 1)
        beyond = self.model.new_int_var(0, len(self.day.planned[person]), "")
        self.model.add(beyond >= sum(back) - self.day.returns(person))
        return beyond

    def loads(self) -> Linear:
        """Give how many people are too many, or short, at the stations."""
        return self._strays(range(len(self.at)))

    def kinds(self) -> Linear:
        """Give how unevenly kinds are spread."""
        return sum(self._strays(kind) for kind in self.day.told.kinds)

    def _strays(self, people: Sequence[int]) -> Linear:
        return sum(self._stray(self._in(people, step, station)) for step, station in self._rooms())

    def _stray(self, places: list[cp_model.IntVar]) -> Linear:
        least, most = even(len(places), self.day.stations)
        beyond = self.model.new_int_var(0, len(places) - most, "")
        short = self.model.new_int_var(0, least, "")
        self.model.add_linear_constraint(sum(places) - beyond + short, least, most)
        return beyond + short

    def moves(self) -> Linear:
        """Give how many people do not stay with what was planned for them."""
        return sum(1 - stays for stays in self.stays)

    def strangers(self) -> Linear:
        """Give how many of the pairs of which one has moved or come do not meet, when the others stay."""
        new = [
            person for person, seen in enumerate(self.found) if self.at[person] and not self._as_planned(person, seen)
        ]
        for person, stays in enumerate(self.stays):
            if person not in new:
                self.model.add(stays == 1)
        pairs = [(p, q) for p in new for q, places in enumerate(self.at) if places and (q not in new or p < q)]
        return sum(1 - self._meet(p, q) for p, q in pairs if not self._have_met(p, q))

    def _as_planned(self, person: int, seen: Itinerary) -> bool:
        return all(seen[step] == self.day.wish(person, step) for step in self.at[person])

    def _have_met(self, first: int, second: int) -> bool:
        over = [self.day.planned[person][: self.day.done] for person in (first, second)]
        return any(a == b != AWAY for a, b in zip(*over, strict=True))

    def _meet(self, first: int, second: int) -> cp_model.IntVar:
        together = []
        for step in sorted(self.at[first].keys() & self.at[second].keys()):
            for one, other in zip(self.at[first][step], self.at[second][step], strict=True):
                together.append(self.model.new_bool_var(""))
                self.model.add_implication(together[-1], one)
                self.model.add_implication(together[-1], other)
        meet = self.model.new_bool_var("")
        self.model.add(meet <= sum(together))
        return meet

    def least(self, aim: Linear, held: Sequence[Linear] = ()) -> bool:
        """Find where people go when an aim costs least, beginning with what was found; what is to be held stays so.

        False if there is no way, or none was found.
        """
        self._hint()
        cost = self.model.new_int_var(0, MOST, "")
        self.model.add(cost >= aim)
        self.model.minimize(cost)
        solved = single(self.effort)
        if solved.solve(self.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return False
        for each in held:
            self.model.add(each <= solved.value(each))
        self.found = self._visits(solved)
        return True

    def _hint(self) -> None:
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for places, seen in zip(self.at, self.found, strict=True):
            for step, row in places.items():
                for station, place in enumerate(row):
                    self.model.add_hint(place, seen[step] == station)

    def _visits(self, solved: cp_model.CpSolver) -> Visits:
        visits = [[*seen[: self.day.done], *(AWAY for _ in self.day.remaining)] for seen in self.day.planned]
        for seen, places in zip(visits, self.at, strict=True):
            for step, row in places.items():
                seen[step] = next(station for station, place in enumerate(row) if solved.value(place))
        return tuple(tuple(seen) for seen in visits)
