"""Changes on the day: against everything tried, on small cases; and every rule, on usual ones."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import combinations, product

import pytest

from matcha.errors import Conflict, Invalid
from matcha.forum.changes import change, moved
from matcha.forum.plan import Arrangement, Pair, Person
from matcha.forum.rotation import arrange
from matcha.process import Mixing, Part
from tests.seats import PARTS, Itinerary, forty, forum, met, strays
from tests.stress import scaled

Cost = tuple[int, int, int, int]  # returns, loads, moves, uneven


class Case:
    """A forum, and what happens on its day."""

    def __init__(self, seed: str, people: int, stations: int, mixing: Mixing, done: int) -> None:
        chance = random.Random(seed)
        while True:
            self.guests, self.apart = forum(chance, people)
            try:
                self.before = arrange(self.guests, stations, mixing, self.apart, effort=0.2)
                break
            except Conflict:
                continue
        ids = chance.sample([person.id for person in self.guests], people)
        self.gone = ids[: chance.choice((0, 1, 2))]
        self.late = {id: chance.randint(done + 1, stations) for id in ids[2 : 2 + chance.choice((0, 0, 1))]}
        actor, part = self.before.persons[0].actor, chance.choice(PARTS)
        come = [Person("aktor-b/1", "aktor-b", part), Person("aktor-b/2", actor, part)][: chance.choice((0, 1, 1, 2))]
        self.come: list[Person] = come
        self.done = done
        if come and actor and chance.random() < 0.5:
            self.apart = (*self.apart, (actor, "aktor-b"))

    def change(self) -> Arrangement:
        """Arrange it anew."""
        return change(self.before, self.gone, self.come, self.late, self.done, self.apart)

    def there(self, person: Person, step: int) -> bool:
        """Whether somebody is there in a round that remains."""
        return person.id not in self.gone and step + 1 >= self.late.get(person.id, 1)

    def planned(self, person: Person) -> Itinerary:
        """Give where somebody was to be, as far as they are there; −1 where nothing was said."""
        plans = dict(zip(self.before.persons, self.before.visits, strict=True))
        seen = plans.get(person, (-1,) * self.before.rounds)
        steps = range(self.done, self.before.rounds)
        return (*seen[: self.done], *(seen[step] if self.there(person, step) else -1 for step in steps))

    def cost(self, people: Sequence[Person], visits: Sequence[Itinerary]) -> Cost | None:
        """Give what it costs that people go so; none if somebody sits with whom they are kept apart from."""
        stations, over = self.before.stations, self.done
        plans = [self.planned(person) for person in people]
        rounds = [*zip(*visits, strict=True)]
        for where in rounds[over:]:
            for p, q in combinations(range(len(people)), 2):
                if where[p] == where[q] >= 0 and {people[p].actor, people[q].actor} in [{*kept} for kept in self.apart]:
                    return None
        back = sum(max(0, _returns(seen) - _returns(plan)) for seen, plan in zip(visits, plans, strict=True))
        loads = sum(_uneven_loads(where, stations) for where in rounds[over:])
        moves = sum(
            any(a != b >= 0 for a, b in zip(seen, plan, strict=True)) for seen, plan in zip(visits, plans, strict=True)
        )
        return back, loads, moves, sum(strays(where, people, stations) for where in rounds)

    def ways(self, person: Person) -> Iterator[Itinerary]:
        """Give everywhere somebody could go."""
        stations, steps, seen = self.before.stations, range(self.done, self.before.rounds), self.planned(person)
        if self.before.mixing is Mixing.WHOLE:
            ways = {tuple((group + step) % stations for step in steps) for group in range(stations)}
        else:
            ways = {*product(range(stations), repeat=len(steps))}
        masked = {
            tuple(s if self.there(person, step) else -1 for s, step in zip(way, steps, strict=True)) for way in ways
        }
        yield from ((*seen[: self.done], *way) for way in sorted(masked))

    def best(self) -> Cost | None:
        """Try everything."""
        people = sorted({*self.before.persons, *self.come}, key=lambda person: person.id)
        costs = (self.cost(people, visits) for visits in product(*(list(self.ways(person)) for person in people)))
        return min((cost for cost in costs if cost is not None), default=None)


def _returns(seen: Itinerary) -> int:
    there = [station for station in seen if station >= 0]
    return len(there) - len({*there})


def _uneven_loads(where: Itinerary, stations: int) -> int:
    loads = [where.count(station) for station in range(stations)]
    return sum(max(0, n - -(-sum(loads) // stations), sum(loads) // stations - n) for n in loads)


SMALL = [
    *((mixing, people, 2, done) for mixing in Mixing for people in (4, 5) for done in (0, 1)),
    *((mixing, 4, 3, done) for mixing in (Mixing.REMIXED, Mixing.FREE) for done in (1, 2)),
    *((Mixing.WHOLE, 5, 3, done) for done in (0, 1, 2)),
    *((mixing, 5, 4, 3) for mixing in Mixing),
]


@pytest.mark.parametrize(("mixing", "people", "stations", "done"), SMALL)
def test_nothing_has_fewer_moves(mixing: Mixing, people: int, stations: int, done: int) -> None:
    for number in range(scaled(3, 40)):
        case = Case(f"{mixing}/{people}/{stations}/{done}/{number}", people, stations, mixing, done)
        best = case.best()
        if best is None:
            with pytest.raises(Conflict):
                case.change()
            continue
        after = case.change()
        assert case.cost(after.persons, after.visits) == best, number
        assert after.uneven == best[3]
        assert len(moved(case.before, after)) == best[2]


COMPETITORS: tuple[Pair, ...] = (("aktor-a00", "aktor-a04"), ("aktor-a00", "aktor-a08"), ("aktor-a04", "aktor-a08"))
NEWCOMERS = [Person("aktor-b/1", "aktor-b", Part.ACADEMIA), Person("aktor-b/2", "aktor-b", Part.ACADEMIA)]


@pytest.fixture(scope="module")
def plans() -> dict[Mixing, Arrangement]:
    """Give the usual forum, in every mixing."""
    return {mixing: arrange(forty(), 4, mixing, COMPETITORS) for mixing in Mixing}


def seen(arrangement: Arrangement) -> dict[str, Itinerary]:
    """Give where everybody goes, by id."""
    return {person.id: way for person, way in zip(arrangement.persons, arrangement.visits, strict=True)}


def spread(arrangement: Arrangement, step: int) -> int:
    """Give how much the fullest station of a round has more than the emptiest."""
    loads = [len(arrangement.at(step, station)) for station in range(arrangement.stations)]
    return max(loads) - min(loads)


@pytest.mark.parametrize("mixing", Mixing)
def test_a_usual_day(plans: dict[Mixing, Arrangement], mixing: Mixing) -> None:
    """Five do not come and two unexpected do before the first round; one of the five comes for the third after all."""
    gone = ["aktor-a00/1", "aktor-a04/1", "aktor-a07/1", "aktor-a09/1", "aktor-a10/1"]
    first = change(plans[mixing], gone, NEWCOMERS, {"aktor-a20/1": 2}, 0, COMPETITORS)
    assert len(moved(plans[mixing], first)) <= 1
    assert all(spread(first, step) <= 1 for step in range(4))
    assert [seen(first)[id] for id in gone] == [(-1,) * 4] * 5
    assert [s >= 0 for s in seen(first)["aktor-a20/1"]] == [False, True, True, True]
    second = change(first, [], [], {"aktor-a07/1": 3}, 1, COMPETITORS)
    assert moved(first, second) == ()
    assert [s >= 0 for s in seen(second)["aktor-a07/1"]] == [False, False, True, True]
    assert {id: way for id, way in seen(second).items() if id != "aktor-a07/1"} == {
        id: way for id, way in seen(first).items() if id != "aktor-a07/1"
    }
    for after in (first, second):
        kept(after)


def kept(after: Arrangement) -> None:
    """Count everything anew that holds on any day."""
    assert list(after.persons) == sorted(after.persons, key=lambda person: person.id)
    rounds = [*zip(*after.visits, strict=True)]
    assert after.certificate.objective == met(after.visits) <= after.certificate.bound
    assert after.uneven == sum(strays(where, after.persons, after.stations) for where in rounds)
    for step, station in product(range(after.rounds), range(after.stations)):
        actors = {person.actor for person in after.at(step, station)}
        assert not any({*pair} <= actors for pair in COMPETITORS)
    if after.mixing is not Mixing.FREE:
        assert all(len({*way}) == 4 or -1 in way for way in after.visits)


@pytest.mark.parametrize("mixing", Mixing)
def test_whoever_leaves_after_two_rounds_moves_nobody(plans: dict[Mixing, Arrangement], mixing: Mixing) -> None:
    before = plans[mixing]
    after = change(before, ["host/it/1"], [], {}, 2, COMPETITORS)
    assert moved(before, after) == ()
    assert seen(after) == {**seen(before), "host/it/1": (*seen(before)["host/it/1"][:2], -1, -1)}


@pytest.mark.parametrize("mixing", Mixing)
def test_nothing_changes_when_nothing_has_happened(plans: dict[Mixing, Arrangement], mixing: Mixing) -> None:
    assert change(plans[mixing], [], [], {}, 0, COMPETITORS) == plans[mixing]


def test_the_same_day_in_any_order_ends_the_same(plans: dict[Mixing, Arrangement]) -> None:
    gone, late = ["aktor-a00/1", "aktor-a04/1", "aktor-a07/1"], {"aktor-a20/1": 3, "aktor-a03/2": 2}
    one = change(plans[Mixing.REMIXED], gone, NEWCOMERS, late, 1, COMPETITORS)
    backwards = dict(reversed(late.items()))
    other = change(plans[Mixing.REMIXED], [*reversed(gone)], NEWCOMERS[::-1], backwards, 1, COMPETITORS[::-1])
    assert one == other


def test_newcomers_who_can_sit_with_nobody_are_named(plans: dict[Mixing, Arrangement]) -> None:
    rivals = [f"aktor-a{number:02}" for number in (0, 4, 8, 12)]
    before = arrange(forty(), 4, Mixing.WHOLE, [*combinations(rivals, 2)])
    apart = [*combinations((*rivals, "aktor-b"), 2), ("aktor-a01", "aktor-a02")]
    with pytest.raises(Conflict, match=r"^aktor-a00, aktor-a04, aktor-a08, aktor-a12, aktor-b cannot be kept apart"):
        change(before, [], NEWCOMERS[:1], {}, 0, apart)


@pytest.mark.parametrize(
    ("gone", "late", "done"),
    [(["nobody/1"], {}, 0), ([], {"nobody/1": 2}, 0), (["host/it/1"], {"host/it/1": 2}, 0), ([], {"host/it/1": 5}, 0)],
)
def test_what_cannot_be_is_refused(
    plans: dict[Mixing, Arrangement], gone: list[str], late: dict[str, int], done: int
) -> None:
    with pytest.raises(Invalid):
        change(plans[Mixing.WHOLE], gone, [], late, done, [])


def test_when_all_is_over_nothing_is_changed(plans: dict[Mixing, Arrangement]) -> None:
    with pytest.raises(Conflict):
        change(plans[Mixing.WHOLE], [], [], {}, 4, [])
