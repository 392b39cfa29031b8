"""Compositions of forums: against every one there is, against a second opinion, and the same bytes each time."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import TypeVar

import pytest

from matcha.errors import Invalid
from matcha.forum.panels import Found, Panels
from matcha.forum.peers import qualified
from matcha.forum.plan import Peers, Problem, Rules
from matcha.forum.relaxation import Impossible
from matcha.process import Inviting, Part
from tests import forum_checking as checking
from tests.forum_making import ASPECTS, candidate, large, medium, named, small

STRESSED = os.environ.get("MATCHA_STRESS") == "1"
BATCH = 10
T = TypeVar("T")


def best(problem: Problem) -> tuple[Panels, Found] | None:
    """Give the best composition, or None if there is none."""
    panels = Panels(problem, qualified(problem)[0])
    try:
        return panels, panels.best()
    except Impossible:
        return None


def invited(peers: Sequence[Peers], counts: Sequence[int], last: bool = False) -> frozenset[str]:
    """Give some actors that counts could stand for: the first of each peers, or the last."""
    taken = (
        each.ids[len(each.ids) - count :] if last else each.ids[:count]
        for each, count in zip(peers, counts, strict=True)
    )
    return frozenset(id for ids in taken for id in ids)


@cache
def allowed(seed: int) -> list[frozenset[str]]:
    """Give every composition of a small problem."""
    return list(checking.allowed(small(seed)))


@pytest.mark.parametrize("first", range(0, 320, BATCH))
def test_the_best_is_the_best_of_all_there_are(first: int) -> None:
    for seed in range(first, first + BATCH):
        problem = small(seed)
        every = allowed(seed)
        found = best(problem)
        assert (found is None) == (not every), seed
        if found:
            panels, answer = found
            most = max(checking.points(problem, each) for each in every)
            assert (answer.certificate.objective, answer.certificate.bound) == (most, most), seed
            assert invited(panels.peers, answer.counts) in every
            richest_is_richest(seed, panels, most, every)


def richest_is_richest(seed: int, panels: Panels, most: int, every: list[frozenset[str]]) -> None:
    """Check the dearest composition of those with the most points, and of those that lack a few."""
    draw = random.Random(seed)
    for points in (most, most - 30, most):
        values = [draw.randint(-3, 9) for _ in panels.peers]
        worth = {id: value for each, value in zip(panels.peers, values, strict=True) for id in each.ids}
        good = [each for each in every if checking.points(panels.problem, each) >= points]
        dearest = max(sum(worth[id] for id in each) for each in good)
        found = panels.richest(values, points)
        assert (found.certificate.objective, found.certificate.bound) == (dearest, dearest), seed
        assert sum(value * count for value, count in zip(values, found.counts, strict=True)) == dearest
        assert invited(panels.peers, found.counts) in good


@pytest.mark.parametrize("first", range(0, 1_400 if STRESSED else 200, BATCH))  # three in four can be solved
def test_a_second_opinion_finds_no_rule_broken(first: int) -> None:
    for seed in range(first, first + BATCH):
        problem = medium(seed)
        found = best(problem)
        if found is None:
            continue
        panels, answer = found
        draw = random.Random(seed)
        dear = panels.richest([draw.randint(0, 1_000) for _ in panels.peers], answer.certificate.objective)
        assert answer.certificate.gap <= 0.01
        for counts in (answer.counts, dear.counts):
            for last in (False, True):
                chosen = invited(panels.peers, counts, last)
                assert checking.broken(problem, chosen) == [], seed
                assert checking.points(problem, chosen) == answer.certificate.objective == panels.points(counts), seed


def test_most_of_those_problems_can_be_solved() -> None:
    assert sum(bool(allowed(seed)) for seed in range(320)) >= 150
    assert sum(best(medium(seed)) is not None for seed in range(40)) >= 25


SIX = tuple(
    candidate(number, (3, 3), closeness=2, house=min(number, 4)) for number in range(6)
)  # 4 and 5 share a house
FREE = Rules(seats=(1, 9), coverage=1, one_sided=100, house_seats=9)


@pytest.mark.parametrize(
    ("rules", "most"),
    [
        (FREE, 6),
        (replace(FREE, seats=(1, 5)), 5),
        (replace(FREE, seats=(1, 5), host={Part.IT: 2}), 3),
        (replace(FREE, seats_each={Part.COMPANY: 2}), 4),
        (replace(FREE, house_seats=1), 5),
        (replace(FREE, quotas={Part.COMPANY: (0, 4)}), 4),
        (replace(FREE, quotas={Part.COMPANY: (0, 4)}, host={Part.COMPANY: 1}), 3),
        (replace(FREE, never_together=((named(0), named(1)),)), 5),
        (replace(FREE, conflicts={named(0): "ägare"}), 5),
        (replace(FREE, apart=((named(0), named(1)),)), 6),
        (replace(FREE, inviting=Inviting.OPEN, must={named(0): "ägare"}), 1),
        (replace(FREE, seats=(1, 1), must={named(3): "ägare"}), 1),
    ],
)
def test_each_rule_counts(rules: Rules, most: int) -> None:
    found = best(Problem(ASPECTS[:2], SIX, rules))
    assert found is not None
    panels, answer = found
    assert sum(answer.counts) == most
    assert rules.must.keys() <= invited(panels.peers, answer.counts)


def test_what_answers_one_aspect_alone_is_limited() -> None:
    alone = tuple(candidate(number, (2, 0)) for number in range(5))
    both = tuple(candidate(number, (1, 1)) for number in range(5, 10))
    found = best(Problem(ASPECTS[:2], alone + both, replace(FREE, seats=(1, 9), one_sided=25)))
    assert found is not None
    assert {each.grades: n for each, n in zip(found[0].peers, found[1].counts, strict=True)} == {(2, 0): 2, (1, 1): 5}


def test_no_values_at_all_are_also_values() -> None:
    panels, answer = best(Problem(ASPECTS[:2], SIX, FREE)) or pytest.fail("there is one")
    none = panels.richest([0] * len(panels.peers), answer.certificate.objective)
    assert (none.certificate.objective, none.certificate.bound) == (0, 0)
    assert panels.points(none.counts) == answer.certificate.objective


def test_little_effort_gives_the_last_composition_with_an_honest_bound() -> None:
    panels, answer = best(large(1, 2_000)) or pytest.fail("there is one")
    values = list(range(len(panels.peers)))
    points = answer.certificate.objective
    hasty, thorough = (panels.richest(values, points, effort) for effort in (1e-6, 10.0))
    assert panels.points(hasty.counts) == points
    assert hasty.certificate.objective <= thorough.certificate.objective <= hasty.certificate.bound
    assert checking.broken(panels.problem, invited(panels.peers, hasty.counts)) == []


def test_rules_too_many_to_try_say_so() -> None:
    problem = large(1, 2_000)
    with pytest.raises(Invalid, match="reasonable time"):
        Panels(problem, qualified(problem)[0]).best(effort=1e-9)


def test_equals_are_peers_and_the_others_alone() -> None:
    people = (
        candidate(9, (2, 0)),
        candidate(1, (2, 0), interested=True),
        candidate(2, (2, 0)),
        candidate(3, (2, 0)),
        candidate(4, (2, 0), house=3),
        candidate(5, (2, 0)),
        candidate(6, (0, 0)),
        candidate(7, (0, 0), closeness=2),
        candidate(8, (3, 0), Part.ACADEMIA),
        candidate(10, (2, 0)),
    )
    rules = replace(
        FREE,
        must={named(5): "ägare"},
        conflicts={named(10): "jäv"},
        never_together=((named(2), named(10)), (named(8), named(9))),
        seats_each={Part.COMPANY: 2},
    )
    peers, left = qualified(Problem(ASPECTS[:2], people, rules))
    assert left == {named(6): "not_qualified", named(10): "conflict"}
    assert [(each.ids, each.seats) for each in peers] == [
        ((named(1), named(2)), 2),
        ((named(3),), 2),
        ((named(4),), 2),
        ((named(5),), 2),
        ((named(9),), 2),
        ((named(7),), 2),
        ((named(8),), 1),
    ]
    opened = qualified(Problem(ASPECTS[:2], people, replace(rules, inviting=Inviting.OPEN)))
    assert [each.ids for each in opened[0]] == [(named(1),), (named(5),)]
    assert set(opened[1].values()) == {"conflict", "not_interested"}


@pytest.mark.parametrize(("qualify", "closeness", "inside"), [(1, 1, 0), (1, 2, 1), (2, 2, 1), (3, 2, 0), (3, 3, 1)])
def test_closeness_alone_qualifies_from_two_up(qualify: int, closeness: int, inside: int) -> None:
    one = candidate(1, (0, 0), closeness=closeness)
    assert len(qualified(Problem(ASPECTS[:2], (one,), replace(FREE, qualify=qualify)))[0]) == inside


@pytest.mark.parametrize("scarce", [False, True])
def test_a_large_forum_is_proven_within_a_hundredth(scarce: bool) -> None:
    problem = large(1, 2_000, scarce=scarce)
    found = best(problem)
    assert found is not None
    panels, answer = found
    assert answer.certificate.gap <= 0.01
    assert checking.broken(problem, invited(panels.peers, answer.counts)) == []


@pytest.mark.skipif(not STRESSED, reason="a minute of machine time: MATCHA_STRESS=1")
@pytest.mark.parametrize("seed", range(5))
def test_ten_thousand_candidates(seed: int) -> None:
    problem = large(seed)
    found = best(problem)
    assert found is not None
    panels, answer = found
    assert answer.certificate.gap <= 0.01
    assert checking.broken(problem, invited(panels.peers, answer.counts)) == []


@pytest.mark.parametrize("seed", range(8))
def test_neither_order_nor_repetition_changes_anything(seed: int) -> None:
    problem = medium(seed)
    rules = problem.rules
    draw = random.Random(seed)
    mixed = replace(
        rules,
        must=dict(shuffled(draw, rules.must.items())),
        quotas=dict(shuffled(draw, rules.quotas.items())),
        never_together=tuple(shuffled(draw, rules.never_together)),
    )
    other = Problem(problem.aspects, tuple(shuffled(draw, problem.candidates)), mixed)
    assert qualified(other) == qualified(problem)
    answers = [best(each) for each in (problem, problem, other)]
    values = [draw.randint(0, 99) for _ in qualified(problem)[0]]
    told = [found and (found[1], found[0].richest(values, found[1].certificate.objective)) for found in answers]
    assert told[0] == told[1] == told[2]


def shuffled(draw: random.Random, things: Iterable[T]) -> list[T]:
    """Give things in another order."""
    every = list(things)
    return draw.sample(every, len(every))
