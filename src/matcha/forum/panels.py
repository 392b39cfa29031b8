"""All compositions that the rules allow, and the best of them, by CP-SAT on one thread.

The same questions in the same order get the same answers: nothing here looks at a clock. Effort is CP-SAT's
deterministic time, about a second a unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from matcha.errors import Invalid
from matcha.forum.conflicts import impossible
from matcha.forum.limits import limits
from matcha.forum.plan import GRADES, STEPS, Certificate, Peers, Problem

EFFORT = 20.0  # for the best composition
_PRICING = 4.0
_SEED = 7


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
        self._last: tuple[int, ...] | None = None
        self._model = cp_model.CpModel()
        self._counts = [self._model.new_int_var(0, len(each.ids), f"x{i}") for i, each in enumerate(peers)]
        for limit in limits(problem, peers):
            total = cp_model.LinearExpr.weighted_sum(
                [self._counts[index] for index, _ in limit.terms], [weight for _, weight in limit.terms]
            )
            least = cp_model.INT_MIN if limit.least is None else limit.least
            self._model.add_linear_constraint(total, least, cp_model.INT_MAX if limit.most is None else limit.most)
        terms = [(each.closeness or 1, count) for each, count in zip(peers, self._counts, strict=True)]
        terms += self._levels()
        self._points = cp_model.LinearExpr.weighted_sum([t for _, t in terms], [w for w, _ in terms])
        self._most = sum(max(1, p.closeness) * len(p.ids) for p in peers) + len(problem.aspects) * GRADES * sum(STEPS)
        self._reached = self._model.new_int_var(0, self._most, "points")
        self._model.add(self._points >= self._reached)

    def best(self, effort: float = EFFORT) -> Found:
        """Give a composition with the most points; `bound` is what none can exceed.

        `Impossible` if the rules cannot all hold, with which of them and what to change. `Invalid` if the effort does
        not suffice to find any composition at all.
        """
        self._model.maximize(self._points)
        return self._solve(0, effort)

    def richest(self, values: Sequence[int], points: int, effort: float = _PRICING) -> Found:
        """Give, among the compositions with at least `points`, one with the greatest Σ values[i]·counts[i].

        Ask for `best` first, and for no more points than that. The last answer is the next one's hint.
        """
        self._model.maximize(cp_model.LinearExpr.weighted_sum(self._counts, list(values)))
        return self._solve(points, effort)

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

    def _levels(self) -> list[tuple[int, cp_model.IntVar]]:
        terms = []
        for aspect in range(len(self.problem.aspects)):
            for level in range(1, GRADES + 1):
                strong = [x for each, x in zip(self.peers, self._counts, strict=True) if each.grades[aspect] >= level]
                steps = [self._model.new_bool_var(f"s{aspect},{level},{n}") for n in range(len(STEPS))]
                self._model.add(cp_model.LinearExpr.sum(steps) <= cp_model.LinearExpr.sum(strong))
                terms += list(zip(STEPS, steps, strict=True))
        return terms

    def _solve(self, points: int, effort: float) -> Found:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = _SEED
        solver.parameters.max_deterministic_time = effort
        self._model.proto.clear_solution_hint()
        for count, value in zip(self._counts, self._last or (), strict=False):
            self._model.add_hint(count, value)
        self._reached.domain = cp_model.Domain(points, self._most)
        status = solver.solve(self._model)
        if status == cp_model.INFEASIBLE:
            raise impossible(self.problem)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise Invalid("Reglerna är för många.", "Too many rules.")
        self._last = tuple(solver.value(count) for count in self._counts)
        return Found(self._last, Certificate(round(solver.objective_value), round(solver.best_objective_bound)))
