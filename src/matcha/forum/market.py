"""The compositions a lottery is over, as the solver finds them: each the one worth most at some prices of places."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcha.forum.exchanging import Exchange, Whole
from matcha.forum.panels import Panels
from matcha.forum.plan import Certificate, Peers, Problem

Floats = NDArray[np.float64]

_FINE = 100_000  # the price of the dearest place
_LEANING = 3  # the power by which a place is dearer for those who have had few
# How much is done at most: fewest, most, and what it is times the number of peers in between.
_COVERING = 8, 200, 50_000  # questions to the solver until everybody that can be has been invited
_SPREADING = 50, 400, 150_000  # compositions that spread places before the first linear program
_ROUNDS = 4, 400, 60_000  # of linear program and solver
_STARTS = 2  # compositions that are bettered by exchanges at a time


class Market:
    """The compositions with at least `points` that were found so far, in the order in which they were found."""

    def __init__(self, problem: Problem, peers: tuple[Peers, ...], points: int, effort: float) -> None:
        self._panels, self._exchange = Panels(problem, peers), Exchange(problem, peers, points)
        self._points, self._effort = points, effort
        self._known: dict[tuple[int, ...], None] = {}
        self.sizes = np.array([len(each.ids) for each in peers], dtype=np.int64)
        self._left = self._at_most(*_ROUNDS)

    @property
    def compositions(self) -> tuple[tuple[int, ...], ...]:
        """How many of each peers each composition invites."""
        return tuple(self._known)

    @property
    def counted(self) -> Whole:
        """The same as a matrix: compositions × peers."""
        return np.array(self.compositions, dtype=np.int64).reshape(len(self._known), len(self.sizes))

    @property
    def given(self) -> Floats:
        """The chance that each composition gives to each of the members of each peers."""
        return self.counted / self.sizes

    @property
    def invited(self) -> NDArray[np.bool_]:
        """Of which peers some composition invites one."""
        return np.asarray(self.counted.any(axis=0), dtype=np.bool_)

    def cover(self) -> None:
        """Find compositions until everybody whom one can invite is invited by one, or there have been enough."""
        unseen = np.ones(len(self.sizes), dtype=np.int64)
        for _ in range(self._at_most(*_COVERING)):
            certificate, _ = self.ask(unseen)
            if not certificate.objective:
                break
            unseen[self.invited] = 0
            while self.exchange(unseen):
                unseen[self.invited] = 0
            if not unseen.any():
                break

    def spread(self) -> None:
        """Find compositions that invite those whom the ones before invite least, as far as exchanges lead."""
        total = self.given.sum(axis=0)
        now = self.counted[-1]
        for _ in range(min(self._at_most(*_SPREADING), len(self.sizes))):
            least = total[total > 0].min()
            worth = np.divide(least, total, where=total > 0, out=np.zeros_like(total)) ** _LEANING
            now = self._exchange.better(now, prices(worth))
            self._known[tuple(map(int, now))] = None
            total += now / self.sizes

    def exchange(self, values: Whole) -> bool:
        """Find compositions worth more than any before by exchanges, and keep them; say whether there are any."""
        counted = self.counted
        worth = counted @ values
        starts = np.argsort(-worth, kind="stable")[:_STARTS]
        found = [self._exchange.better(counted[start], values) for start in starts]
        better = [each for each in found if int(values @ each) > int(worth.max())]
        self._known |= {tuple(map(int, each)): None for each in better}
        return bool(better)

    def _at_most(self, fewest: int, most: int, work: int) -> int:
        return max(fewest, min(most, work // max(1, len(self.sizes))))

    def round(self) -> bool:
        """Begin another round of linear program and solver, and say whether there was one left."""
        self._left -= 1
        return self._left >= 0

    def ask(self, values: Whole) -> tuple[Certificate, bool]:
        """Find the composition worth most, and keep it. Give its worth with what none exceeds, and if it is new."""
        found = self._panels.richest([int(value) for value in values], self._points, self._effort)
        new = found.counts not in self._known
        self._known[found.counts] = None
        return found.certificate, new


def prices(worth: Floats) -> Whole:
    """Give what places are worth as whole prices."""
    whole: Whole = np.rint(worth * (_FINE / worth.max())).astype(np.int64)
    return whole
