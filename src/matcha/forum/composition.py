"""Who could be invited to a forum: from everybody there is, by the rules, to a lottery over the best compositions."""

from __future__ import annotations

from matcha.forum.lottery import lottery
from matcha.forum.panels import EFFORT, Panels
from matcha.forum.peers import qualified, refuse
from matcha.forum.plan import Composition, Problem

_ROUND = 0.2  # the share of the effort that a round of the lottery may take


def compose(problem: Problem, effort: float = EFFORT) -> Composition:
    """Give the lottery over the compositions that have the most points. The same problem gives the same bytes.

    The effort is the solver's deterministic time for the best composition. `Invalid` if the problem makes no sense in
    itself, `Impossible` if its rules cannot all hold, with what to change.
    """
    refuse(problem)
    peers, left = qualified(problem)
    panels = Panels(problem, peers)
    best = panels.best(effort)
    drawn, chance = lottery(panels, peers, best.certificate.objective, effort * _ROUND)
    return Composition(problem.digest, peers, drawn, best.certificate, chance, dict(left))
