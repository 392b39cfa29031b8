"""Who sits where: against brute force on small cases, and by a checker that knows nothing of how it was found."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from itertools import combinations, combinations_with_replacement, permutations, product
from math import comb

import pytest

from matcha.errors import Conflict, Invalid
from matcha.forum.bounds import by_characters, by_counting, character, most_pairs, shapes
from matcha.forum.designs import cyclic, design, moving
from matcha.forum.persons import persons
from matcha.forum.plan import Arrangement, Pair, Person
from matcha.forum.rotation import arrange
from matcha.process import Mixing, Part
from tests.seats import Itinerary, allowed, forty, forum, met, strays
from tests.stress import scaled

Score = tuple[int, int]  # uneven, and minus the pairs that meet


def best(guests: Sequence[Person], apart: Sequence[Pair], stations: int, mixing: Mixing) -> Score | None:
    """Try everything: the least uneven, then the most pairs; none if nobody can be seated so."""
    rounds = [w for w in _rounds(len(guests), stations) if allowed(w, guests, apart, stations)]
    tried = {Mixing.WHOLE: _whole, Mixing.REMIXED: _remixed, Mixing.FREE: _free}[mixing](rounds, guests, stations)
    return min(tried, default=None)


def _rounds(people: int, stations: int) -> Iterator[Itinerary]:
    """Give every round of groups: those whose first persons come in order, since stations are named as one likes."""
    for where in product(range(stations), repeat=people):
        first = [where.index(station) for station in range(stations) if station in where]
        if first == sorted(first) and len(first) == stations:
            yield where


def _whole(rounds: list[Itinerary], guests: Sequence[Person], stations: int) -> Iterator[Score]:
    for where in rounds:
        visits = [[(group + step) % stations for step in range(stations)] for group in where]
        yield stations * strays(where, guests, stations), -met([tuple(seen) for seen in visits])


def _free(rounds: list[Itinerary], guests: Sequence[Person], stations: int) -> Iterator[Score]:
    """Rounds do not depend on each other, but in the pairs: so each is as even as it can be."""
    worst = [(strays(where, guests, stations), _edges(where)) for where in rounds]
    least = min((uneven for uneven, _ in worst), default=0)
    for chosen in combinations_with_replacement([edges for uneven, edges in worst if uneven == least], stations):
        union = 0
        for edges in chosen:
            union |= edges
        yield stations * least, -union.bit_count()


def _edges(where: Itinerary) -> int:
    pairs = enumerate(combinations(where, 2))
    return sum(1 << place for place, (one, other) in pairs if one == other)


def _remixed(rounds: list[Itinerary], guests: Sequence[Person], stations: int) -> Iterator[Score]:
    """Put rounds one after the other, under all names of the stations but in the first."""
    named = [tuple(names[group] for group in where) for where in rounds for names in permutations(range(stations))]
    uneven = {where: strays(where, guests, stations) for where in named}
    least = min(uneven.values(), default=0)
    even = [where for where in named if uneven[where] == least]

    def follow(before: tuple[Itinerary, ...]) -> Iterator[Score]:
        if len(before) == stations:
            yield stations * least, -met(list(zip(*before, strict=True)))
            return
        for where in even:
            if all(a != b for row in before for a, b in zip(row, where, strict=True)):
                yield from follow((*before, where))

    for where in rounds:
        if uneven[where] == least:
            yield from follow((where,))


SMALL = [
    (people, stations, mixing)
    for mixing in Mixing
    for people, stations in ((4, 2), (5, 2), (6, 2), (3, 3), (4, 3), (5, 3), (6, 3), (7, 3), (4, 4), (5, 4))
]


@pytest.mark.parametrize(("people", "stations", "mixing"), SMALL)
def test_small_forums_are_as_good_as_everything_tried(people: int, stations: int, mixing: Mixing) -> None:
    for case in range(scaled(3, 20)):
        guests, apart = forum(random.Random(f"{people}/{stations}/{case}"), people)
        score = best(guests, apart, stations, mixing)
        if score is None:
            with pytest.raises(Conflict):
                arrange(guests, stations, mixing, apart)
            continue
        found = arrange(guests, stations, mixing, apart)
        assert (found.uneven, -found.certificate.objective) == score, (case, guests, apart)
        assert found.certificate.bound >= -score[1]


def checked(found: Arrangement, guests: Sequence[Person], apart: Sequence[Pair]) -> None:
    """Count everything anew."""
    assert found.persons == tuple(sorted(guests, key=lambda person: person.id))
    assert found.rounds == found.stations
    for where in zip(*found.visits, strict=True):
        assert allowed(where, found.persons, apart, found.stations)
    if found.mixing is not Mixing.FREE:
        assert all(sorted(seen) == list(range(found.stations)) for seen in found.visits)
    if found.mixing is Mixing.WHOLE:
        ways = {tuple((group + step) % found.stations for step in range(found.stations)) for group in range(8)}
        assert {*found.visits} == ways
    assert found.certificate.objective == met(found.visits) <= found.certificate.bound
    rounds = zip(*found.visits, strict=True)
    assert found.uneven == sum(strays(where, found.persons, found.stations) for where in rounds)


@pytest.mark.parametrize("mixing", Mixing)
def test_every_rule_is_kept(mixing: Mixing) -> None:
    for case in range(scaled(20, 334)):
        chance = random.Random(f"{mixing}/{case}")
        stations = chance.choice((2, 3, 3, 4, 4, 4, 5, 5, 6, 7, 8))
        guests, apart = forum(chance, chance.randint(stations, 50))
        try:
            found = arrange(guests, stations, mixing, apart, effort=0.1)
        except Conflict:
            assert apart, case
            assert _impossible(guests, apart, stations), case
            continue
        checked(found, guests, apart)


def _impossible(guests: Sequence[Person], apart: Sequence[Pair], stations: int) -> bool:
    """Whether no round can be: tried by putting one person after the other, while loads and pairs allow."""
    most, big = -(-len(guests) // stations), len(guests) % stations or stations

    def fits(where: tuple[int, ...]) -> bool:
        if len(where) == len(guests):
            return True
        for station in range(min(stations, max(where, default=-1) + 2)):
            with_them = [guests[p].actor for p, other in enumerate(where) if other == station]
            loads = [[*where, station].count(s) for s in range(stations)]
            clash = any({actor, guests[len(where)].actor} == {*kept} for actor in with_them for kept in apart)
            if not clash and max(loads) <= most and loads.count(most) <= big and fits((*where, station)):
                return True
        return False

    return not fits(())


COMPETITORS = (("aktor-a00", "aktor-a04"), ("aktor-a00", "aktor-a08"), ("aktor-a04", "aktor-a08"))


@pytest.mark.parametrize(
    ("mixing", "pairs", "bound"), [(Mixing.WHOLE, 180, 180), (Mixing.REMIXED, 576, 579), (Mixing.FREE, 624, 624)]
)
def test_forty_people_at_four_stations(mixing: Mixing, pairs: int, bound: int) -> None:
    began = time.process_time()
    found = arrange(forty(), 4, mixing, COMPETITORS)
    assert time.process_time() - began < 10
    checked(found, forty(), COMPETITORS)
    assert (found.certificate.objective, found.certificate.bound, found.uneven) == (pairs, bound, 0)
    assert found.certificate.gap <= 0.02


@pytest.mark.parametrize("mixing", Mixing)
def test_the_same_people_in_any_order_are_arranged_the_same(mixing: Mixing) -> None:
    shuffled = random.Random(5).sample(forty(), 40)
    again = arrange(shuffled, 4, mixing, [*reversed(COMPETITORS), COMPETITORS[0]], effort=0.2)
    assert again == arrange(forty(), 4, mixing, COMPETITORS, effort=0.2)


def test_few_come_back_to_a_station_when_all_are_free() -> None:
    found = arrange(forty(), 4, Mixing.FREE, COMPETITORS)
    assert sum(4 - len({*seen}) for seen in found.visits) <= 24


def test_who_cannot_be_kept_apart_is_named_and_nobody_else() -> None:
    five = [f"aktor-a{number:02}" for number in (1, 3, 6, 10, 20)]
    apart = [*combinations(five, 2), ("aktor-a02", "aktor-a05"), ("aktor-a00", "aktor-a01")]
    with pytest.raises(Conflict) as refused:
        arrange(forty(), 4, Mixing.WHOLE, apart)
    assert ", ".join(five) in refused.value.sv
    assert refused.value.en.startswith(", ".join(five) + " cannot be kept apart")


@pytest.mark.parametrize(("people", "stations"), [(3, 4), (201, 4), (20, 1), (20, 9)])
def test_too_few_and_too_many(people: int, stations: int) -> None:
    with pytest.raises(Invalid):
        arrange(persons([], {Part.SUPPORT: people}), stations, Mixing.WHOLE, [])


def test_nobody_is_there_twice() -> None:
    with pytest.raises(Invalid, match=r"host/it/1 is there twice"):
        arrange([*persons([], {Part.IT: 5})] * 2, 4, Mixing.WHOLE, [])


def test_people_are_in_order_of_id() -> None:
    ids = [person.id for person in persons([("b", Part.COMPANY, 1), ("a", Part.ACADEMIA, 2)], {Part.IT: 1})]
    assert ids == ["a/1", "a/2", "b/1", "host/it/1"]


def test_bounds_as_they_are_worked_out_by_hand() -> None:
    assert by_counting(40, 4) == 180 + 3 * (180 - 32) == 624
    assert by_characters(40, 4) == 579
    assert by_characters(36, 4) == comb(36, 2) - 36**2 // 8
    assert by_characters(30, 3) == comb(30, 2) - 30**2 // 6
    assert most_pairs(40, 5, Mixing.REMIXED, 0) == 620
    assert most_pairs(5, 4, Mixing.FREE, 3) <= 7


@pytest.mark.parametrize("order", range(1, 8))
def test_characters_are_orthogonal(order: int) -> None:
    """The columns of a table of characters: Σ χ(C)·χ(D) over the characters is 0, or the size of C's centraliser."""
    table = {shape: [character(kind, shape) for kind in shapes(order)] for shape in shapes(order)}
    for one, other in combinations(table, 2):
        assert sum(a * b for a, b in zip(table[one], table[other], strict=True)) == 0
    size = {shape: sum(a * a for a in column) for shape, column in table.items()}
    assert size[(1,) * order] == len([*permutations(range(order))])
    assert size[(order,)] == order


@pytest.mark.parametrize("stations", range(2, 9))
def test_squares_visit_every_station_once_and_planes_meet_once(stations: int) -> None:
    squares = moving(stations)
    for square in (*squares, cyclic(stations)):
        lines = [*square, *zip(*square, strict=True)]
        assert all(sorted(line) == list(range(stations)) for line in lines)
    if stations != 6:
        pairs = [(a, b) for one, other in combinations(squares, 2) for a in one for b in other]
        assert all(sum(x == y for x, y in zip(a, b, strict=True)) == 1 for a, b in pairs)


@pytest.mark.parametrize(("people", "stations"), [(40, 4), (41, 4), (7, 5), (200, 6)])
def test_designs_have_balanced_loads(people: int, stations: int) -> None:
    for mixing in (Mixing.REMIXED, Mixing.FREE):
        for where in zip(*design(people, stations, mixing), strict=True):
            loads = [where.count(station) for station in range(stations)]
            assert max(loads) - min(loads) <= 1
