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

from matcha.forum.market import Floats, Market, prices

_CLOSE = 0.0005  # how near to its bound the smallest chance has to come, as a share of it
_LEVELS = 60  # chances that are told apart
_KEPT = 1 - 1e-9  # of a floor, since linear programs are not exact
_STEP = 0.002  # who can be raised by that share of a chance at the same time is not at its level


@dataclass(frozen=True)
class _Program:
    """What a linear program found: the share of each composition, the chance it gives, what a chance is worth."""

    shares: Floats
    chances: Floats
    worth: Floats


def level(market: Market) -> tuple[Floats, Fraction]:
    """Give the share of each composition, and the bound of the smallest chance.

    The smallest is that of those whom some composition in the market invites. It comes within 0.05 % of the bound
    unless the rounds run out. The chances above it are raised level by level for as long as rounds and levels last.
    """
    floors = np.where(market.given.any(axis=0), np.nan, 0.0)
    smallest: Fraction | None = None
    for _ in range(_LEVELS):
        program, bound = _highest(market, floors)
        smallest = bound if smallest is None else smallest
        program, floors = _settled(market, floors, float(program.chances[np.isnan(floors)].min()))
        if not np.isnan(floors).any():
            break
    return np.pad(program.shares, (0, len(market.compositions) - len(program.shares))), smallest or Fraction(0)


def _highest(market: Market, floors: Floats) -> tuple[_Program, Fraction]:
    """Make the smallest chance without a floor as large as it can be; give also its bound."""
    bound, free = Fraction(1), np.isnan(floors)
    while True:
        program = _lifted(market.given, floors)
        if not market.rounds or program.chances[free].min() >= bound * (1 - _CLOSE):
            return program, bound
        values = prices(program.worth / market.sizes)
        _, certificate, new = market.ask(values)
        whole = values * market.sizes
        taken = Fraction(float(np.where(free, 0, floors) @ whole))
        bound = min(bound, (certificate.bound - taken) / int(whole[free].sum()))
        if not new:
            return program, bound


def _settled(market: Market, floors: Floats, chance: float) -> tuple[_Program, Floats]:
    """Raise as many as can be a little above a chance that all have; it becomes the floor of those that cannot."""
    free, step = np.isnan(floors), chance * _STEP
    while True:
        program = _stepped(market.given, np.where(free, chance, floors), free, step)
        if not market.rounds or not program.worth.any():
            break
        values = prices(program.worth / market.sizes)
        best = max(market.counted @ values)
        _, certificate, new = market.ask(values)
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
        b_ub=-np.where(free, 0.0, floors),
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
    shares = np.clip(found.x[: len(given)], 0, None)
    shares /= shares.sum()
    return _Program(shares, shares @ given, np.clip(-found.ineqlin.marginals, 0, None))
