"""How often each composition is drawn, so that the smallest chance is largest, then the next smallest, and so on.

Column generation: a linear program over the compositions found so far gives each peers a price, and the market finds
the composition that is worth most at these prices. If it is worth no more than those there are, they suffice.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult, linprog  # type: ignore[import-untyped]

from matcha.forum.exchanging import Whole
from matcha.forum.market import Floats, Market, prices

_CLOSE = 0.0005  # how near to its bound the smallest chance has to come, as a share of it
_LEVELS = 60  # chances that are told apart
_KEPT = 1 - 1e-7  # of a floor, since linear programs are not exact
_STEP = 0.002  # who can be raised by that share of a chance at the same time is not at its level


@dataclass(frozen=True)
class _Program:
    """What a linear program found: the share of each composition, the chance it gives, what a chance is worth."""

    shares: Floats
    chances: Floats
    worth: Floats


class _Unsolved(Exception):
    """A linear program was not solved, for floors are not exact: the levels above stay as they are."""


def level(market: Market, relaxed: Floats) -> tuple[Floats, Fraction]:
    """Give the share of each composition, and the bound of the smallest chance.

    The smallest is that of those whom some composition in the market invites. It comes within 0.05 % of the bound
    unless the rounds run out. The chances above it are raised level by level for as long as rounds and levels last.
    `relaxed` is what a place of each peers is worth where compositions may be broken: it gives a first bound.
    """
    floors = np.where(market.given.any(axis=0), np.nan, 0.0)
    bound, _ = _bound(market, floors, prices(np.where(np.isnan(floors), relaxed, 0.0)))
    program, smallest = _highest(market, floors, bound)
    for _ in range(_LEVELS):
        try:
            program, floors = _settled(market, floors, float(program.chances[np.isnan(floors)].min()))
            if not np.isnan(floors).any():
                break
            program, _ = _highest(market, floors, Fraction(1))
        except _Unsolved:
            break
    return np.pad(program.shares, (0, len(market.compositions) - len(program.shares))), smallest


def _highest(market: Market, floors: Floats, bound: Fraction) -> tuple[_Program, Fraction]:
    """Make the smallest chance without a floor as large as it can be; give also its bound."""
    while True:
        program = _lifted(market.given, floors)
        if program.chances[np.isnan(floors)].min() >= bound * (1 - _CLOSE) or not market.round():
            return program, bound
        values = prices(program.worth / market.sizes)
        if market.exchange(values):
            continue
        found, new = _bound(market, floors, values)
        bound = min(bound, found)
        if not new:
            return program, bound


def _bound(market: Market, floors: Floats, values: Whole) -> tuple[Fraction, bool]:
    """Give what the smallest chance without a floor cannot exceed, and whether a composition was found with that.

    By weak duality: Σ value · size · chance is at most the worth of the composition that is worth most.
    """
    certificate, new = market.ask(values)
    free, whole = np.isnan(floors), values * market.sizes
    taken = Fraction(float(np.where(free, 0, floors) @ whole))
    dear = int(whole[free].sum())
    return min(Fraction(1), (certificate.bound - taken) / dear) if dear else Fraction(1), new


def _settled(market: Market, floors: Floats, chance: float) -> tuple[_Program, Floats]:
    """Raise as many as can be a little above a chance that all have; it becomes the floor of those that cannot."""
    free, step = np.isnan(floors), chance * _STEP
    while True:
        program = _stepped(market.given, np.where(free, chance, floors), free, step)
        if not program.worth.any() or not market.round():
            break
        values = prices(program.worth / market.sizes)
        if market.exchange(values):
            continue
        best = max(market.counted @ values)
        certificate, new = market.ask(values)
        if not new or certificate.objective <= best * (1 + _CLOSE):
            break
    stuck = free & (program.chances < chance + step / 2)
    return program, np.where(stuck if stuck.any() else free, chance, floors)


def _lifted(given: Floats, floors: Floats) -> _Program:
    """Make the smallest chance without a floor as large as these compositions allow."""
    free = np.isnan(floors)
    count = len(given)
    rows = np.c_[-given.T, free]
    found = linprog(
        np.r_[np.zeros(count), -1.0],
        A_ub=rows,
        b_ub=-np.where(free, 0.0, floors) * _KEPT,
        A_eq=np.r_[np.ones(count), 0.0][None],
        b_eq=[1.0],
        method="highs",
    )
    return _program(found, given)


def _stepped(given: Floats, floors: Floats, free: NDArray[np.bool_], step: float) -> _Program:
    """Keep every floor, and raise as many of the free above theirs, by at most a step, as these compositions allow."""
    count, raised = len(given), int(free.sum())
    rows = np.c_[-given.T, np.eye(len(floors))[:, free]]
    found = linprog(
        np.r_[np.zeros(count), -np.ones(raised)],
        A_ub=rows,
        b_ub=-floors * _KEPT,
        A_eq=np.r_[np.ones(count), np.zeros(raised)][None],
        b_eq=[1.0],
        bounds=[(0, None)] * count + [(0, step)] * raised,
        method="highs",
    )
    return _program(found, given)


def _program(found: OptimizeResult, given: Floats) -> _Program:
    if found.x is None:
        raise _Unsolved
    shares = np.clip(found.x[: len(given)], 0, None)
    shares /= shares.sum()
    return _Program(shares, shares @ given, np.clip(-found.ineqlin.marginals, 0, None))
