"""The compositions a lottery is over, as the solver finds them: each the one worth most at some prices of places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcha.forum.panels import Panels
from matcha.forum.plan import Certificate, Peers

Floats = NDArray[np.float64]

_FINE = 100_000  # the price of the dearest place
_LEANING = 3  # the power by which a place is dearer for those who have had few
_ROUNDS = 400  # of the solver, in all
_SPREADING = 32  # rounds that spread places before the first linear program


class Market:
    """The compositions with at least `points` that were found so far, in the order in which they were found."""

    def __init__(self, panels: Panels, peers: Sequence[Peers], points: int, effort: float) -> None:
        self._panels, self._points, self._effort = panels, points, effort
        self._known: dict[tuple[int, ...], None] = {}
        self.sizes = np.array([len(each.ids) for each in peers], dtype=np.int64)
        self.rounds = _ROUNDS

    @property
    def compositions(self) -> tuple[tuple[int, ...], ...]:
        """How many of each peers each composition invites."""
        return tuple(self._known)

    @property
    def counted(self) -> NDArray[np.int64]:
        """The same as a matrix: compositions × peers."""
        return np.array(self.compositions, dtype=np.int64).reshape(len(self._known), len(self.sizes))

    @property
    def given(self) -> Floats:
        """The chance that each composition gives to each of the members of each peers."""
        return self.counted / self.sizes

    def cover(self) -> None:
        """Find compositions until everybody whom one can invite is invited by one."""
        unseen = np.ones(len(self.sizes), dtype=np.int64)
        while self.rounds and unseen.any():
            counts, certificate, _ = self.ask(unseen)
            if not certificate.objective:
                break
            unseen[counts > 0] = 0

    def spread(self) -> None:
        """Find compositions that invite those whom the ones before invite least, until one comes again."""
        total = self.given.sum(axis=0)
        for _ in range(_SPREADING):
            least = total[total > 0].min()
            worth = np.divide(least, total, where=total > 0, out=np.zeros_like(total)) ** _LEANING
            counts, _, new = self.ask(prices(worth))
            if not new:
                break
            total += counts / self.sizes

    def ask(self, values: NDArray[np.int64]) -> tuple[NDArray[np.int64], Certificate, bool]:
        """Find the composition worth most, and keep it. Give it, its worth with what none exceeds, and if it is new."""
        self.rounds -= 1
        found = self._panels.richest([int(value) for value in values], self._points, self._effort)
        new = found.counts not in self._known
        self._known[found.counts] = None
        return np.array(found.counts, dtype=np.int64), found.certificate, new


def prices(worth: Floats) -> NDArray[np.int64]:
    """Give what places are worth as whole prices."""
    whole: NDArray[np.int64] = np.rint(worth * (_FINE / worth.max())).astype(np.int64)
    return whole
