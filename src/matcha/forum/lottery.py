"""A lottery over the best compositions that makes the smallest chance of anybody as large as it can be.

What is promised: `Certificate` bounds how much larger the smallest chance could be. What is only attempted, for as long
as the rounds last: that the next smallest is then as large as it can be, and so on (leximin), so that nobody has a
needlessly small chance, nor a large one at another's cost.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from matcha.forum.levelling import level
from matcha.forum.market import Floats, Market
from matcha.forum.narrowing import relaxed_prices, within_reach
from matcha.forum.panels import Panels
from matcha.forum.plan import TICKETS, Certificate, Panel, Peers, Problem

_Shared = tuple[Floats, Sequence[tuple[int, ...]], Fraction]

NOBODY: _Shared = (np.ones(1), ((),), Fraction(0))
MILLION = 1_000_000  # a chance of one, in the certificate's millionths


def lottery(
    panels: Panels, peers: Sequence[Peers], points: int, effort: float
) -> tuple[tuple[Panel, ...], Certificate]:
    """Give compositions with at least `points`, with tickets, and the smallest chance they give in millionths.

    The smallest is taken over those peers of whom any such composition invites one; the others have no chance. `effort`
    is for each round of the solver. Panels come in the order of their tickets, most first, then of their counts.
    """
    reach = within_reach(panels.problem, peers, points)
    near = tuple(peers[index] for index in reach)
    shares, compositions, bound = _shared(panels.problem, near, points, effort) if near else NOBODY
    drawn = sorted((-number, counts) for number, counts in zip(_tickets(shares), compositions, strict=True))
    found = tuple(Panel(-number, _widened(counts, reach, len(peers))) for number, counts in drawn if number)
    return found, _certificate(found, peers, bound)


def _shared(problem: Problem, peers: tuple[Peers, ...], points: int, effort: float) -> _Shared:
    """Give the share of each composition that was found, and what the smallest chance cannot exceed."""
    market = Market(problem, peers, points, effort)
    market.cover()
    if not market.invited.any():
        return np.ones(1), market.compositions[:1], Fraction(0)
    market.spread()
    shares, bound = level(market, relaxed_prices(problem, peers, points, market.invited))
    return shares, market.compositions, bound


def _tickets(shares: Floats) -> list[int]:
    """Give TICKETS out by largest remainder, of equal ones to the first."""
    exact = [float(share) * TICKETS for share in shares]
    tickets = [math.floor(each) for each in exact]
    order = sorted(range(len(exact)), key=lambda index: (tickets[index] - exact[index], index))
    for index in order[: TICKETS - sum(tickets)]:
        tickets[index] += 1
    return tickets


def _widened(counts: Sequence[int], reach: Sequence[int], width: int) -> tuple[int, ...]:
    """Give counts of the peers within reach as counts of all."""
    wide = np.zeros(width, dtype=np.int64)
    wide[list(reach)] = counts
    return tuple(int(each) for each in wide)


def _certificate(found: Sequence[Panel], peers: Sequence[Peers], bound: Fraction) -> Certificate:
    """Reckon the smallest chance above none from the tickets, exactly."""
    sums = (sum(panel.tickets * panel.counts[index] for panel in found) for index in range(len(peers)))
    chances = [Fraction(total, TICKETS * len(each.ids)) for total, each in zip(sums, peers, strict=True) if total]
    smallest = min(chances, default=Fraction(0))
    return Certificate(math.floor(smallest * MILLION), max(math.floor(smallest * MILLION), math.ceil(bound * MILLION)))
