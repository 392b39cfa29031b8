"""The order of needs and how much it hangs on the weights: against twins that try everything, in fractions."""

import time
from collections.abc import Mapping
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcha.errors import Invalid
from matcha.needs import screening
from matcha.needs.criteria import NAMES
from matcha.needs.screening import Interval, Place, Standing
from matcha.process import Criterion

ECONOMIC, POLITICAL, TECHNOLOGICAL, LEGAL, CLIMATE = Criterion
Scored = Mapping[str, Mapping[Criterion, int]]


def scores(*given: int) -> dict[Criterion, int]:
    return dict(zip(Criterion, given, strict=False))


EVEN = scores(20, 20, 20, 20, 20)
some_weights = st.lists(st.integers(0, 100), min_size=4, max_size=4).map(
    lambda cuts: scores(*(b - a for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), 100], strict=True)))
)
some_scores = st.lists(st.integers(1, 5), min_size=5, max_size=5).map(lambda given: scores(*given))
some_scored = st.dictionaries(st.sampled_from([f"n{i}" for i in range(9)]), some_scores, max_size=6)


def naive_rank(weights: Mapping[Criterion, Fraction], scored: Scored, need: str) -> int:
    values = {id: sum(weights[c] * given[c] for c in Criterion) for id, given in scored.items()}
    return 1 + sum(value > values[need] for value in values.values())


def all_weightings() -> list[dict[Criterion, Fraction]]:
    grid = (part for part in product(range(0, 101, 5), repeat=4) if sum(part) <= 100)
    return [dict(zip(Criterion, map(Fraction, (*part, 100 - sum(part))), strict=True)) for part in grid]


def with_weight(weights: Mapping[Criterion, int], criterion: Criterion, weight: Fraction) -> dict[Criterion, Fraction]:
    left = 100 - weights[criterion]
    others = {c: Fraction(weights[c], left) if left else Fraction(1, 4) for c in Criterion if c is not criterion}
    return {criterion: weight} | {c: (100 - weight) * share for c, share in others.items()}


def keeps(weights: Mapping[Criterion, Fraction], present: tuple[Place, ...], scored: Scored, first: int) -> bool:
    """Whether nobody has passed one of the first places."""
    value = {id: sum(weights[c] * given[c] for c in Criterion) for id, given in scored.items()}
    return all(
        value[front.need_id] >= value[behind.need_id]
        for front in present
        for behind in present
        if front.rank <= first and front.rank < behind.rank
    )


def test_the_order_is_that_of_the_values_and_ties_share_a_rank() -> None:
    scored = {"c": scores(5, 1, 1, 1, 1), "b": scores(1, 1, 1, 1, 5), "a": scores(3, 3, 3, 3, 3), "d": scores(5, 5)}
    found = screening.order(EVEN, scored)
    assert found.places == (Place("a", 1, 300), Place("b", 2, 180), Place("c", 2, 180))
    assert found.incomplete == ("d",)
    moved = screening.order(scores(60, 10, 10, 10, 10), scored)
    assert moved.places == (Place("c", 1, 340), Place("a", 2, 300), Place("b", 3, 140))


@given(some_weights, some_scored)
def test_ranks_are_those_of_the_twin(weights: dict[Criterion, int], scored: Scored) -> None:
    found = screening.order(weights, scored)
    assert {place.need_id for place in found.places} == set(scored)
    exact = {c: Fraction(weight) for c, weight in weights.items()}
    for place in found.places:
        assert place.rank == naive_rank(exact, scored, place.need_id)
    assert list(found.places) == sorted(found.places, key=lambda place: (place.rank, place.need_id))


@settings(max_examples=3, deadline=None)
@given(some_weights, some_scored)
def test_standings_are_those_of_every_weighting_tried_by_hand(weights: dict[Criterion, int], scored: Scored) -> None:
    found = screening.sensitivity(weights, scored)
    tried = all_weightings()
    assert found.weightings == len(tried) == 10_626
    for place, standing in zip(screening.order(weights, scored).places, found.standings, strict=True):
        ranks = [naive_rank(each, scored, place.need_id) for each in tried]
        kept = sum(rank <= place.rank for rank in ranks)
        assert standing == Standing(place.need_id, place.rank, min(ranks), max(ranks), ranks.count(1), kept)


@settings(max_examples=60, deadline=None)
@given(some_weights, some_scored, st.integers(1, 4))
def test_within_its_interval_a_weight_changes_nothing_in_front_and_just_outside_it_does(
    weights: dict[Criterion, int], scored: Scored, first: int
) -> None:
    present = screening.order(weights, scored).places
    little = Fraction(1, 10**9)
    for interval in screening.sensitivity(weights, scored, first).intervals:
        assert interval.low <= interval.weight <= interval.high
        for share in (0, Fraction(1, 3), 1):
            inside = interval.low + share * (interval.high - interval.low)
            assert keeps(with_weight(weights, interval.criterion, inside), present, scored, first)
        if interval.low > 0:
            outside = with_weight(weights, interval.criterion, interval.low - little)
            assert not keeps(outside, present, scored, first)
        if interval.high < 100:
            outside = with_weight(weights, interval.criterion, interval.high + little)
            assert not keeps(outside, present, scored, first)


def test_an_interval_is_exact() -> None:
    scored = {"a": scores(5, 2, 2, 2, 2), "b": scores(2, 3, 3, 3, 3)}
    economic = screening.sensitivity(scores(40, 15, 15, 15, 15), scored).intervals[0]
    assert economic == Interval(ECONOMIC, 40, Fraction(25), Fraction(100))  # 5w + 2(1 − w) = 2w + 3(1 − w) at a quarter


def test_what_is_said_of_it() -> None:
    scored = {"a": scores(5, 2, 2, 2, 2), "b": scores(2, 3, 3, 3, 3), "c": scores(1, 1, 1, 1, 1)}
    found = screening.sensitivity(scores(40, 15, 15, 15, 15), scored)
    assert found.standings[2] == Standing("c", 3, 3, 3, 0, 10_626)
    sv, en = screening.told_of(found.standings[2], found.weightings)
    assert (sv, en) == ("Plats 3, hur kriterierna än viktas.", "Place 3, however the criteria are weighed.")
    assert screening.told(found)[1][0] == (
        "De 3 första behåller sin ordning så länge ekonomi väger mellan 25 och 100 procent (nu 40)."
    )
    assert screening.told(found)[0][0].startswith("Ordningen är prövad med 10\N{NO-BREAK SPACE}626 sätt")
    first = found.standings[0]
    assert (first.best, first.worst) == (1, 2)
    # a leads wherever economy weighs a quarter or more: 75 percent or less is left for the other four
    at_least = sum(1 for weights in all_weightings() if weights[ECONOMIC] >= 25)
    assert first.first == first.kept == at_least
    assert "först i 36 procent" in screening.told_of(first, found.weightings)[0]


def test_nothing_scored_gives_nothing_and_says_so() -> None:
    found = screening.sensitivity(EVEN, {"a": scores(1, 2)})
    assert found.standings == ()
    assert {(interval.low, interval.high) for interval in found.intervals} == {(Fraction(0), Fraction(100))}
    assert screening.told(found) == (
        ("Inget behov har poäng för alla kriterier än.", "No need has a score for every criterion yet."),
    )


@pytest.mark.parametrize("weights", [scores(20, 20, 20, 20, 19), scores(-1, 41, 20, 20, 20), scores(50, 50), {}])
def test_weights_that_do_not_add_up_are_refused(weights: dict[Criterion, int]) -> None:
    with pytest.raises(Invalid, match="100 in all"):
        screening.order(weights, {})


def test_a_score_outside_one_to_five_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="need n1 has 6 points for climate"):
        screening.order(EVEN, {"n1": scores(1, 1, 1, 1, 6)})


def test_two_hundred_needs_take_less_than_a_third_of_a_second() -> None:
    scored = {f"n{i:03}": scores(*(1 + (i * (7 + c) + i // 5) % 5 for c in range(5))) for i in range(200)}
    screening.sensitivity(EVEN, {})
    taken = []
    for _ in range(3):
        started = time.process_time()
        found = screening.sensitivity(EVEN, scored)
        taken.append(time.process_time() - started)
    assert len(found.standings) == 200
    assert min(taken) < 0.3, taken


def test_every_criterion_has_a_name_and_guidance_in_both_languages() -> None:
    assert list(NAMES) == list(Criterion)
    for named in NAMES.values():
        assert named.sv != named.en
        assert named.guidance_sv.endswith("?")
        assert named.guidance_en.endswith("?")
