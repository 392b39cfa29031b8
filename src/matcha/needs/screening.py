"""Screening: needs in order by five criteria with published weights, and how much that hangs on the weights (S6, S7).

A need's value is the sum of weight × score, in integers. How firm an order is, is counted over all weightings in
steps of five percent, each as good as another: stochastic multicriteria acceptability (Lahdelma, Hokkanen and Salminen
1998), but counted exactly over a grid instead of drawn at random, so that everybody gets the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from matcha.errors import Invalid
from matcha.needs.criteria import NAMES
from matcha.process import Criterion

STEP = 5  # percent between two weightings that are tried
LOWEST, HIGHEST = 1, 5
FIRST_PLACES = 3

Weights = Mapping[Criterion, int]  # percent
Scores = Mapping[Criterion, int]  # 1–5, all criteria or some


@dataclass(frozen=True, slots=True)
class Place:
    """A need's rank, shared by equal values (1, 2, 2, 4), and its value: 100 to 500."""

    need_id: str
    rank: int
    value: int


@dataclass(frozen=True, slots=True)
class Order:
    """Needs by falling value, then by id; those that lack a score stand apart, by id, without a rank."""

    places: tuple[Place, ...]
    incomplete: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How firm a need's rank is: its best and worst rank over all weightings, and in how many of them it is first,
    and in how many it has its present rank or a better one."""

    need_id: str
    rank: int
    best: int
    worst: int
    first: int
    kept: int


@dataclass(frozen=True, slots=True)
class Interval:
    """Between which weights of a criterion, in percent, ends included, the first places keep their order."""

    criterion: Criterion
    weight: int
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How firm an order is: over how many weightings it was tried, each need in its order, each criterion."""

    weightings: int
    standings: tuple[Standing, ...]
    first_places: int
    intervals: tuple[Interval, ...]


def check(weights: Weights) -> None:
    """Raise Invalid unless each criterion has a weight from 0 to 100 and all of them sum to 100."""
    given = [weights.get(criterion, -1) for criterion in Criterion]
    if len(weights) != len(Criterion) or not all(0 <= weight <= 100 for weight in given) or sum(given) != 100:
        raise Invalid(
            "Vikterna ska vara hela procent från 0 till 100, en för vart och ett av de fem kriterierna, i summa 100. "
            "Ändra dem så att summan stämmer.",
            "The weights must be whole percentages from 0 to 100, one for each of the five criteria, 100 in all. "
            "Change them so that they add up.",
        )


def order(weights: Weights, scored: Mapping[str, Scores]) -> Order:
    """Rank the needs. Raises Invalid for weights that `check` refuses and for scores outside 1 to 5."""
    check(weights)
    _check_scores(scored)
    complete = {need: scores for need, scores in scored.items() if len(scores) == len(Criterion)}
    values = {need: sum(weights[c] * scores[c] for c in Criterion) for need, scores in complete.items()}
    falling = sorted(values.values(), reverse=True)
    places = (Place(need, falling.index(value) + 1, value) for need, value in values.items())
    return Order(
        tuple(sorted(places, key=lambda place: (place.rank, place.need_id))),
        tuple(sorted(scored.keys() - complete.keys())),
    )


def sensitivity(weights: Weights, scored: Mapping[str, Scores], first_places: int = FIRST_PLACES) -> Sensitivity:
    """Give how much the order of the needs hangs on the weights. Raises Invalid as `order` does."""
    places = order(weights, scored).places
    tried = _weightings()
    return Sensitivity(
        len(tried),
        _standings(places, scored, tried),
        first_places,
        tuple(_interval(criterion, weights, places, scored, first_places) for criterion in Criterion),
    )


def _check_scores(scored: Mapping[str, Scores]) -> None:
    for need, scores in sorted(scored.items()):
        for criterion, score in scores.items():
            if not LOWEST <= score <= HIGHEST:
                name = NAMES[criterion]
                raise Invalid(
                    f"Behovet {need} har {score} poäng för {name.sv}. Ge 1 till 5.",
                    f"The need {need} has {score} points for {name.en}. Give 1 to 5.",
                )


@cache
def _weightings() -> NDArray[np.int64]:
    """All ways to share out 100 percent in steps of STEP, shape (10,626, 5), in units of a step."""
    units, bars = 100 // STEP, len(Criterion) - 1
    cuts = np.array(list(combinations(range(units + bars), bars)))
    ends = np.hstack([np.full((len(cuts), 1), -1), cuts, np.full((len(cuts), 1), units + bars)])
    return np.diff(ends, axis=1) - 1


def _standings(places: Sequence[Place], scored: Mapping[str, Scores], tried: NDArray[np.int64]) -> tuple[Standing, ...]:
    if not places:
        return ()
    scores = np.array([[scored[place.need_id][c] for c in Criterion] for place in places])
    ranks = _ranks(tried @ scores.T)
    present = np.array([place.rank for place in places])
    columns = (ranks.min(axis=0), ranks.max(axis=0), (ranks == 1).sum(axis=0), (ranks <= present).sum(axis=0))
    return tuple(
        Standing(place.need_id, place.rank, *(int(figure) for figure in figures))
        for place, *figures in zip(places, *columns, strict=True)
    )


def _ranks(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the rank of each value in its row: one more than there are greater ones. Values are small integers."""
    rows, span = len(values), int(values.max()) + 1
    each = np.arange(rows)[:, None] * span + values
    counts = np.bincount(each.ravel(), minlength=rows * span).reshape(rows, span)
    greater = counts[:, ::-1].cumsum(axis=1)[:, ::-1] - counts
    ranks: NDArray[np.int64] = greater.ravel()[each] + 1
    return ranks


def _interval(
    criterion: Criterion,
    weights: Weights,
    places: Sequence[Place],
    scored: Mapping[str, Scores],
    first_places: int,
) -> Interval:
    """Nobody behind one of the first places passes it while the criterion weighs so much.

    The others keep their proportions; where they weigh nothing, they are taken to share equally. A need's value is
    then a straight line in the weight, and each pair of needs bounds it on one side at most. Needs that stand equal
    now have no order to keep.
    """
    shares = _shares(criterion, weights)
    ends = {
        place.need_id: (
            sum((share * scored[place.need_id][c] for c, share in shares.items()), Fraction(0)),
            Fraction(scored[place.need_id][criterion]),
        )
        for place in places
    }
    low, high = Fraction(0), Fraction(1)
    for front, behind in _pairs(places, first_places):
        at_none, at_all = (a - b for a, b in zip(ends[front], ends[behind], strict=True))
        if at_all > at_none and at_none < 0:
            low = max(low, at_none / (at_none - at_all))
        elif at_all < at_none and at_all < 0:
            high = min(high, at_none / (at_none - at_all))
    return Interval(criterion, weights[criterion], 100 * low, 100 * high)


def _shares(criterion: Criterion, weights: Weights) -> dict[Criterion, Fraction]:
    """What each other criterion weighs of what is left."""
    others = [c for c in Criterion if c is not criterion]
    left = 100 - weights[criterion]
    return {c: Fraction(weights[c], left) if left else Fraction(1, len(others)) for c in others}


def _pairs(places: Sequence[Place], first_places: int) -> Iterator[tuple[str, str]]:
    for front in places:
        if front.rank <= first_places:
            yield from ((front.need_id, behind.need_id) for behind in places if behind.rank > front.rank)


def told(found: Sensitivity) -> tuple[tuple[str, str], ...]:
    """Give sentences about the whole, each in Swedish and in English: one about the weightings, one a criterion."""
    if not found.standings:
        return (("Inget behov har poäng för alla kriterier än.", "No need has a score for every criterion yet."),)
    count = f"{found.weightings:,}"
    sentences = [
        (
            f"Ordningen är prövad med {count.replace(',', chr(0xA0))} sätt att vikta de fem kriterierna.",
            f"The order was tried with {count} ways to weigh the five criteria.",
        )
    ]
    for interval in found.intervals:
        name, low, high = NAMES[interval.criterion], _rounded_up(interval.low), int(interval.high)
        now = f"{interval.weight}"
        sentences.append(
            (
                f"De {found.first_places} första behåller sin ordning så länge {name.sv} väger mellan {low} och {high} "
                f"procent (nu {now}).",
                f"The first {found.first_places} keep their order while {name.en} weighs between {low} and {high} "
                f"percent (now {now}).",
            )
        )
    return tuple(sentences)


def told_of(standing: Standing, weightings: int) -> tuple[str, str]:
    """Give what can be said of one need's place, in Swedish and in English."""
    first, kept = (100 * count // weightings for count in (standing.first, standing.kept))
    if standing.best == standing.worst:
        return (
            f"Plats {standing.rank}, hur kriterierna än viktas.",
            f"Place {standing.rank}, however the criteria are weighed.",
        )
    return (
        f"Plats {standing.rank}; mellan {standing.best} och {standing.worst} beroende på vikterna. Den platsen eller "
        f"en bättre i {kept} procent av viktningarna, först i {first} procent.",
        f"Place {standing.rank}; between {standing.best} and {standing.worst} depending on the weights. That place or "
        f"a better one in {kept} percent of the weightings, first in {first} percent.",
    )


def _rounded_up(value: Fraction) -> int:
    return -int(-value // 1)
