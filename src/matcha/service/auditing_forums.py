"""Audit of forums: what was committed to is what was drawn from, and every draw comes out as it was logged."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session

from matcha.errors import Conflict
from matcha.forum.drawing import draw
from matcha.forum.plan import plain
from matcha.forum.state import Standing, Taken, seed_of
from matcha.matchlog.audit import Fault
from matcha.process import ActKind, SeedSource
from matcha.service import forum_view
from matcha.store import log


def forum_faults(session: Session) -> Iterator[Fault]:
    """Draw every forum anew, and compare. Forums whose need was erased are left out."""
    for _, standing in forum_view.standings_of(session):
        for step in standing.steps:
            if step.kind is ActKind.FORUM_DRAWN and not _as_drawn(session, standing, step):
                words = f"dragningen av {standing.id} är ändrad", f"the draw of {standing.id} has been altered"
                yield Fault(step.leaf_index, *words)


def _as_drawn(session: Session, standing: Standing, step: Taken) -> bool:
    try:
        problem, composition = forum_view.kept(session, standing)
    except Conflict:
        return True  # erased
    said = standing.composed.content
    if (problem.digest, composition.digest) != (said["problem"], said["composition"]):
        return False
    seed = seed_of(step)
    if seed.source is SeedSource.CHECKPOINT and seed.said != log.root(session, standing.composed.leaf_index + 1).hex():
        return False
    drawn = draw(problem, composition, seed)
    told = step.content
    return [drawn.panel, list(drawn.invited), plain(drawn.reserves)] == [
        told["panel"],
        told["invited"],
        told["reserves"],
    ]
