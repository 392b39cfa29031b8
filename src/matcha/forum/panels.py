"""All compositions that the rules allow, and the best of them, by CP-SAT.

The same questions in the same order get the same answers: nothing here looks at a clock. Effort is CP-SAT's
deterministic time, about a second a unit.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from matcha.errors import Invalid
from matcha.forum.conflicts import impossible
from matcha.forum.limits import limits
from matcha.forum.plan import GRADES, STEPS, Certificate, Peers, Problem
from matcha.forum.solving import keep, solver

EFFORT = 20.0  # for the best composition
_PRICING = 4.0  # for one among the best


@dataclass(frozen=True, slots=True)
class Found:
    """A composition: how many of each peers are invited. `certificate` is of what was asked for: points, or values."""

    counts: tuple[int, ...]
    certificate: Certificate


class Panels:
    """The compositions that the rules of a problem allow over its peers (as `peers.qualified` gives them)."""

    def __init__(self, problem: Problem, peers: tuple[Peers, ...]) -> None:
        self.problem = problem
        self.peers = peers
        self._hint: tuple[int, ...] = ()
        self._model = cp_model.CpModel()
        self._counts = [self._model.new_int_var(0, len(each.ids), f"x{i}") for i, each in enumerate(peers)]
        for limit in limits(problem, peers):
            keep(self._model, limit, self._counts)
        levels = [level for aspect in range(len(problem.aspects)) for level in self._levels(aspect)]
        weights = [max(1, each.closeness) for each in peers] + list(STEPS) * (len(levels) // len(STEPS))
        self._points = cp_model.LinearExpr.weighted_sum(self._counts + levels, weights)
        self._most = sum(weight * len(each.ids) for weight, each in zip(weights, peers, strict=False))
        self._most += sum(weights[len(peers) :])
        self._reached = self._model.new_int_var(0, self._most, "points")
        self._model.add(self._points >= self._reached)

    def best(self, effort: float = EFFORT) -> Found:
        """Give a composition with the most points; `bound` is what none can exceed.

        `Impossible` if the rules cannot all hold, with which of them and what to change. `Invalid` if the effort
        does not suffice to find any composition, nor that there is none.
        """
        self._model.maximize(self._points)
        counts, bound = self._solve(0, effort)
        return Found(counts, Certificate(self.points(counts), min(bound, self._most)))

    def richest(self, values: Sequence[int], points: int, effort: float = _PRICING) -> Found:
        """Give, among the compositions with at least `points`, one with the greatest Σ values[i]·counts[i].

        Ask for no more points than `best` has. The last answer is the next one's hint. Each value is below 2⁴⁰.
        """
        self._model.maximize(cp_model.LinearExpr.weighted_sum(self._counts, list(values)))
        counts, bound = self._solve(points, effort)
        objective = sum(value * count for value, count in zip(values, counts, strict=True))
        most = sum(max(0, value) * len(each.ids) for value, each in zip(values, self.peers, strict=True))
        return Found(counts, Certificate(objective, min(bound, most)))

    def points(self, counts: Sequence[int]) -> int:
        """Give the points of a composition, by plain arithmetic."""
        chosen = [(each, count) for each, count in zip(self.peers, counts, strict=True) if count]
        close = sum(max(1, each.closeness) * count for each, count in chosen)
        reached = (
            sum(count for each, count in chosen if each.grades[aspect] >= level)
            for aspect in range(len(self.problem.aspects))
            for level in range(1, GRADES + 1)
        )
        return close + sum(sum(STEPS[:number]) for number in reached)

    def _levels(self, aspect: int) -> list[cp_model.IntVar]:
        """Add the steps of each level of an aspect; as many can be taken as invited actors reach it."""
        added = []
        for level in range(1, GRADES + 1):
            strong = [x for each, x in zip(self.peers, self._counts, strict=True) if each.grades[aspect] >= level]
            steps = [self._model.new_bool_var(f"s{aspect},{level},{number}") for number in range(len(STEPS))]
            self._model.add(cp_model.LinearExpr.sum(steps) <= cp_model.LinearExpr.sum(strong))
            added += steps
        return added

    def _solve(self, points: int, effort: float) -> tuple[tuple[int, ...], int]:
        """Give the best counts found, and what none exceeds."""
        self._reached.domain = cp_model.Domain(points, self._most)
        self._model.proto.clear_solution_hint()
        for index, value in enumerate(self._hint):
            self._model.add_hint(self._model.get_int_var_from_proto_index(index), value)
        solved = solver(effort)
        status = solved.solve(self._model)
        if status == cp_model.INFEASIBLE:
            assert not self._hint, "more points were asked for than the best composition has"
            raise impossible(self.problem)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self._hint = tuple(solved.response_proto.solution)
            return self._hint[: len(self._counts)], round(solved.best_objective_bound)
        return self._known(points), sys.maxsize

    def _known(self, points: int) -> tuple[int, ...]:
        """Give the last composition, if it will do: what the rules allow does not change."""
        counts = self._hint[: len(self._counts)]
        if self._hint and self.points(counts) >= points:
            return counts
        raise Invalid(
            "Reglerna är för många för att prövas på rimlig tid. Stryk några par eller kvoter och försök igen.",
            "There are too many rules to be tried in reasonable time. Drop some pairs or quotas and try again.",
        )
