"""The lottery of a forum: its smallest chance against a linear program over every best composition there is."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from scipy.optimize import linprog  # type: ignore[import-untyped]

from matcha.errors import Invalid
from matcha.forum.composition import compose
from matcha.forum.plan import TICKETS, Composition, Problem, Rules
from matcha.forum.relaxation import Impossible
from matcha.process import Part
from tests.forum_checking import allowed, broken, points
from tests.forum_making import candidate, medium, small

Chances = dict[str, Fraction]
SMALL = 130  # problems, of which most can be composed


def chances(composition: Composition) -> Chances:
    """Give everybody's chance by id."""
    pairs = zip(composition.peers, composition.chances(), strict=True)
    return {id: chance for peers, chance in pairs for id in peers.ids}


@cache
def composed() -> tuple[tuple[Problem, Composition, tuple[frozenset[str], ...]], ...]:
    """Give small problems with what is composed and every best composition there is, tried one by one."""
    found = []
    for problem in map(small, range(SMALL)):
        every = list(allowed(problem))
        if every:
            most = max(points(problem, each) for each in every)
            best = tuple(each for each in every if points(problem, each) == most)
            found.append((problem, compose(problem), best))
    return tuple(found)


def leximin(best: Sequence[frozenset[str]]) -> dict[str, float]:
    """Give the chance of everybody in one of these when the smallest is largest, then the next, and so on.

    Slow: at each level it is tried for everybody alone whether it can have more than the level.
    """
    ids = sorted(frozenset().union(*best))
    given = np.array([[id in each for id in ids] for each in best], dtype=np.float64)
    floors = np.full(len(ids), np.nan)
    while np.isnan(floors).any():
        free = np.isnan(floors)
        level = highest(given, floors, free.astype(np.float64))
        kept = np.where(free, level, floors)
        alone = [
            index for index in np.flatnonzero(free) if highest(given, kept, np.eye(len(ids))[index]) < level + 1e-6
        ]
        floors[alone] = level
    return dict(zip(ids, map(float, floors), strict=True))


def highest(given: np.ndarray, floors: np.ndarray, raised: np.ndarray) -> float:
    """Give the most that all those `raised` can have while everybody else has its floor (none if not a number)."""
    count = len(given)
    rows = np.c_[-given.T, raised]
    least = np.where(raised > 0, 0.0, np.nan_to_num(floors))
    found = linprog(
        np.r_[np.zeros(count), -1.0], rows, 1e-9 - least, [np.r_[np.ones(count), 0.0]], [1.0], method="highs"
    )
    return float(-found.fun)


def test_the_smallest_chance_is_as_large_as_any_lottery_makes_it() -> None:
    assert len(composed()) >= 60
    exact = 0
    for problem, composition, best in composed():
        everybody = {each.id for each in problem.candidates}
        mine = chances(composition)
        true = leximin(best)
        smallest = min((chance for chance in mine.values() if chance), default=Fraction(0))
        assert {id for id in everybody if mine.get(id)} == true.keys()
        assert float(smallest) >= 0.99 * min(true.values(), default=0)
        assert composition.chance.objective == int(smallest * 1_000_000)
        assert composition.chance.bound >= int(min(true.values(), default=0) * 1_000_000 - 1)
        assert composition.chance.gap <= 0.001
        exact += abs(float(smallest) - min(true.values(), default=0)) < 2e-6
    assert exact >= 0.95 * len(composed())


def test_every_chance_is_as_large_as_it_can_be_without_a_smaller_one_paying_for_it() -> None:
    for _, composition, best in composed():
        mine, true = chances(composition), leximin(best)
        for chance, other in zip(sorted(c for c in mine.values() if c), sorted(true.values()), strict=True):
            assert float(chance) == pytest.approx(other, rel=0.01)


def test_every_panel_is_a_best_composition() -> None:
    for problem, composition, best in composed():
        assert sum(panel.tickets for panel in composition.panels) == TICKETS
        for panel in composition.panels:
            assert panel.tickets > 0
            pairs = zip(composition.peers, panel.counts, strict=True)
            invited = frozenset(id for peers, count in pairs for id in peers.ids[:count])
            assert invited in best
            assert not broken(problem, invited)
            assert points(problem, invited) == composition.certificate.objective == composition.certificate.bound


def test_the_same_problem_gives_the_same_bytes_however_its_candidates_come() -> None:
    for problem in (medium(2), medium(11)):
        first = compose(problem)
        shuffled = list(problem.candidates)
        random.Random(1).shuffle(shuffled)
        assert compose(problem).to_bytes() == first.to_bytes()
        again = compose(replace(problem, candidates=tuple(shuffled)))
        assert replace(again, problem=first.problem).to_bytes() == first.to_bytes()


def test_one_place_for_ten_is_a_tenth_each_also_if_nine_of_them_are_alike() -> None:
    crowd = (*(candidate(n, (3, 3)) for n in range(9)), candidate(9, (3, 3), Part.ACADEMIA))
    composition = compose(Problem(("a", "b"), crowd, Rules(seats=(1, 1), coverage=1)))
    assert set(chances(composition).values()) == {Fraction(1, 10)}
    assert (composition.chance.objective, composition.chance.bound) == (100_000, 100_000)


def test_a_part_with_few_places_leaves_the_others_as_equal_as_can_be() -> None:
    crowd = [candidate(n, (3, 3), Part.PATIENT_ORGANISATION, 2) for n in range(20)]
    crowd += [candidate(20 + n, (3, 3), Part.COMPANY, 2, house=20 + n // 2) for n in range(14)]
    rules = Rules(seats=(1, 8), quotas={Part.PATIENT_ORGANISATION: (1, 1)}, house_seats=1, coverage=1)
    mine = chances(compose(Problem(("a", "b"), tuple(crowd), rules)))
    assert {float(mine[each.id]) for each in crowd[:20]} == {0.05}
    assert all(float(mine[each.id]) == pytest.approx(0.5, abs=2e-6) for each in crowd[20:])


def test_what_cannot_be_composed_is_refused() -> None:
    crowd = tuple(candidate(n, (3, 3)) for n in range(4))
    with pytest.raises(Impossible):
        compose(Problem(("a", "b"), crowd, Rules(seats=(9, 12))))
    with pytest.raises(Invalid):
        compose(Problem(("a",), crowd, Rules(seats=(1, 3))))
