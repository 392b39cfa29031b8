"""Peers that no composition with enough points can invite, told by one linear program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.optimize import linprog  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from matcha.forum.limits import Terms, limits
from matcha.forum.market import Floats
from matcha.forum.plan import GRADES, STEPS, Peers, Problem

_EPSILON = 1e-6  # what the linear program may be wrong by; points are whole


def within_reach(problem: Problem, peers: Sequence[Peers], points: int) -> tuple[int, ...]:
    """Give the numbers of the peers that could be in a composition with at least `points`, in order.

    All that can are among them, and now and then one that cannot. Where inviting one costs more than the relaxation
    has left above `points`, none can be invited (reduced cost fixing). All, if the rules cannot hold.
    """
    rows = [*_limited(problem, peers), *_levels(problem, peers)]
    worth, most = _worth(problem, peers), _most(problem, peers)
    matrix = csr_matrix(
        (
            [weight for terms, _ in rows for _, weight in terms],
            (
                [row for row, (terms, _) in enumerate(rows) for _ in terms],
                [index for terms, _ in rows for index, _ in terms],
            ),
        ),
        shape=(len(rows), len(worth)),
    )
    found = linprog(
        -worth, A_ub=matrix, b_ub=[bound for _, bound in rows], bounds=np.c_[np.zeros_like(most), most], method="highs"
    )
    if found.status != 0:
        return tuple(range(len(peers)))
    spare = -found.fun - points + _EPSILON
    inside = (found.lower.marginals <= spare) & (most > 0)
    return tuple(int(index) for index in np.flatnonzero(inside[: len(peers)]))


def _limited(problem: Problem, peers: Sequence[Peers]) -> Iterator[tuple[Terms, int]]:
    """Give every limit as a sum that is at most a bound."""
    for limit in limits(problem, peers):
        if limit.most is not None:
            yield limit.terms, limit.most
        if limit.least is not None:
            yield tuple((index, -weight) for index, weight in limit.terms), -limit.least


def _levels(problem: Problem, peers: Sequence[Peers]) -> Iterator[tuple[Terms, int]]:
    """Give what says that as many steps of a level can be taken as actors that reach it are invited."""
    step = len(peers)
    for aspect in range(len(problem.aspects)):
        for level in range(1, GRADES + 1):
            taken = tuple((step + number, 1) for number in range(len(STEPS)))
            yield taken + tuple((i, -1) for i, each in enumerate(peers) if each.grades[aspect] >= level), 0
            step += len(STEPS)


def _worth(problem: Problem, peers: Sequence[Peers]) -> Floats:
    """Give the points of each peers, and of each step."""
    worth = [max(1, each.closeness) for each in peers] + list(STEPS) * (len(problem.aspects) * GRADES)
    return np.array(worth, dtype=np.float64)


def _most(problem: Problem, peers: Sequence[Peers]) -> Floats:
    """Give how many there can be of each peers by every single limit, and of each step."""
    most = [len(each.ids) for each in peers] + [1] * (len(STEPS) * len(problem.aspects) * GRADES)
    for limit in limits(problem, peers):
        if limit.most is not None:
            for index, weight in limit.terms:
                most[index] = max(0, min(most[index], limit.most // weight))
    return np.array(most, dtype=np.float64)
