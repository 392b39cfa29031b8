"""Better compositions from one that is known, by exchanging one invited actor for another. Plain arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from matcha.forum.limits import limits
from matcha.forum.plan import GRADES, STEPS, Peers, Problem

Whole = NDArray[np.int64]

_PASSES = 2
_TRIED = 300  # peers a pass, the dearest first
_ENDLESS = 2**40


class Exchange:
    """What can be exchanged in compositions with at least `points` so that every limit holds and the points remain."""

    def __init__(self, problem: Problem, peers: Sequence[Peers], points: int) -> None:
        every = limits(problem, peers)
        self._points = points
        self._sizes = np.array([len(each.ids) for each in peers], dtype=np.int64)
        grades = np.array([each.grades for each in peers], dtype=np.int64).reshape(len(peers), -1)
        levels = np.concatenate([(grades >= level).T for level in range(1, GRADES + 1)])
        close = np.array([max(1, each.closeness) for each in peers])
        self._sums = np.concatenate([np.zeros((len(every), len(peers))), levels, close[None]]).astype(np.int64)
        for row, limit in enumerate(every):
            for index, weight in limit.terms:
                self._sums[row, index] += weight
        self._level = slice(len(every), -1)
        free = [None] * (len(levels) + 1)
        least = [-_ENDLESS if each is None else each for each in [*(limit.least for limit in every), *free]]
        most = [_ENDLESS if each is None else each for each in [*(limit.most for limit in every), *free]]
        self._least, self._most = np.array(least)[:, None], np.array(most)[:, None]
        self._steps = np.array([0, *accumulate(STEPS)], dtype=np.int64)

    def better(self, counts: Whole, values: Whole) -> Whole:
        """Give a composition worth at least as much, Σ values·counts: the dearest come in for the cheapest that can go.

        The same for the same; not always the best that exchanges lead to.
        """
        now = counts.copy()
        sums = self._sums @ now
        for _ in range(_PASSES):
            spare = np.flatnonzero(now < self._sizes)
            dearest = spare[np.argsort(-values[spare], kind="stable")][:_TRIED]
            if not sum(self._take_in(now, sums, int(index), values) for index in dearest):
                break
        return now

    def _take_in(self, now: Whole, sums: Whole, index: int, values: Whole) -> bool:
        """Invite one of some peers for the cheapest that is worth less and can go; say whether there was one."""
        out = np.flatnonzero((now > 0) & (values < values[index]))
        if not len(out):
            return False
        after = (sums + self._sums[:, index])[:, None] - self._sums[:, out]
        can = ((after >= self._least) & (after <= self._most)).all(axis=0)
        reached = np.minimum(after[self._level], len(STEPS))
        can &= after[-1] + self._steps[reached].sum(axis=0) >= self._points
        if not can.any():
            return False
        gone = int(out[can][np.argmin(values[out[can]])])
        now[gone] -= 1
        now[index] += 1
        sums += self._sums[:, index] - self._sums[:, gone]
        return True
