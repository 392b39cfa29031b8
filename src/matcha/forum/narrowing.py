"""Peers that no composition with enough points can invite, told by one linear program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix, hstack, vstack  # type: ignore[import-untyped]

from matcha.forum.limits import Terms, limits
from matcha.forum.market import Floats
from matcha.forum.plan import GRADES, STEPS, Peers, Problem

_EPSILON = 1e-6  # what the linear program may be wrong by; points are whole


def within_reach(problem: Problem, peers: Sequence[Peers], points: int) -> tuple[int, ...]:
    """Give the numbers of the peers that could be in a composition with at least `points`, in order.

    All that can are among them, and now and then one that cannot. Where inviting one costs more than the relaxation
    has left above `points`, none can be invited (reduced cost fixing). All, if the rules cannot hold.
    """
    matrix, bounds = _matrix(problem, peers)
    worth, most = _worth(problem, peers), _most(problem, peers)
    found = linprog(-worth, A_ub=matrix, b_ub=bounds, bounds=np.c_[np.zeros_like(most), most], method="highs")
    if found.status != 0:
        return tuple(range(len(peers)))
    spare = -found.fun - points + _EPSILON
    inside = (found.lower.marginals <= spare) & (most > 0)
    return tuple(int(index) for index in np.flatnonzero(inside[: len(peers)]))


def relaxed_prices(problem: Problem, peers: Sequence[Peers], points: int, invited: NDArray[np.bool_]) -> Floats:
    """Give what a place of each peers is worth to the smallest chance of those that can be `invited`.

    It is where compositions may be broken: invite parts of actors. Equal prices if that cannot be reckoned.
    """
    matrix, bounds = _matrix(problem, peers)
    worth, most = _worth(problem, peers), _most(problem, peers)
    wanted = np.flatnonzero(invited)
    chances = csr_matrix((-np.ones(len(wanted)), (range(len(wanted)), wanted)), shape=(len(wanted), len(worth)))
    sizes = np.array([len(each.ids) for each, can in zip(peers, invited, strict=True) if can], dtype=np.float64)
    left = vstack([matrix, csr_matrix(-worth), chances])
    smallest = np.r_[np.zeros(len(bounds) + 1), sizes]
    found = linprog(
        np.r_[np.zeros(len(worth)), -1.0],
        A_ub=hstack([left, csr_matrix(smallest[:, None])]),
        b_ub=[*bounds, -points, *np.zeros(len(wanted))],
        bounds=np.c_[np.zeros(len(most) + 1), np.r_[most, 1.0]],
        method="highs",
    )
    prices = np.zeros(len(peers))
    prices[wanted] = -found.ineqlin.marginals[len(bounds) + 1 :] if found.status == 0 else 1.0
    return prices if prices.any() else np.where(invited, 1.0, 0.0)


def _matrix(problem: Problem, peers: Sequence[Peers]) -> tuple[csr_matrix, list[int]]:
    """Give the sums that have bounds, over peers and steps, and the bounds."""
    rows = [*_limited(problem, peers), *_levels(problem, peers)]
    entries = [(row, index, weight) for row, (terms, _) in enumerate(rows) for index, weight in terms]
    places, weights = [(row, index) for row, index, _ in entries], [weight for *_, weight in entries]
    shape = (len(rows), len(_worth(problem, peers)))
    return csr_matrix((weights, tuple(zip(*places, strict=True))), shape=shape), [bound for _, bound in rows]


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
