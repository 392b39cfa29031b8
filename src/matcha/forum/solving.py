"""CP-SAT with one thread, one seed and no clock, so that the same model gets the same answer; and limits posted."""

from __future__ import annotations

from collections.abc import Sequence

from ortools.sat.python import cp_model

from matcha.forum.limits import Limit

_SEED = 7
_LINEAR = 2


def single(effort: float, seed: int = 1) -> cp_model.CpSolver:
    """Give a solver on one thread that stops after some effort: CP-SAT's deterministic time, about a second a unit."""
    made = cp_model.CpSolver()
    made.parameters.num_workers = 1
    made.parameters.catch_sigint_signal = False  # Ctrl-C ends matcha, not the search
    made.parameters.random_seed = seed
    made.parameters.max_deterministic_time = effort
    return made


def solver(effort: float) -> cp_model.CpSolver:
    """Give a solver as compositions need it.

    It looks at linear programs throughout, since their bounds are close here; to probe, and to presolve twice, costs
    seconds.
    """
    solver = single(effort, _SEED)
    solver.parameters.linearization_level = _LINEAR
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.max_presolve_iterations = 1
    return solver


def keep(
    model: cp_model.CpModel, limit: Limit, counts: Sequence[cp_model.IntVar], slack: cp_model.IntVar | None = None
) -> None:
    """Hold a limit in a model, but for its slack."""
    least = cp_model.INT_MIN if limit.least is None else limit.least
    most = cp_model.INT_MAX if limit.most is None else limit.most
    model.add_linear_constraint(total(limit, counts, slack), least, most)


def total(limit: Limit, counts: Sequence[cp_model.IntVar], slack: cp_model.IntVar | None = None) -> cp_model.LinearExpr:
    """Give the sum of a limit, to which slack is added if it is to be no less, and taken off if it is to be no more."""
    terms = [(counts[index], weight) for index, weight in limit.terms]
    terms += [] if slack is None else [(slack, 1 if limit.most is None else -1)]
    return cp_model.LinearExpr.weighted_sum([each for each, _ in terms], [weight for _, weight in terms])
