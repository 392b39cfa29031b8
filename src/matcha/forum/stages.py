"""How far a forum has come: its stages in the order in which they are usually reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matcha.forum.record import Forum
from matcha.forum.state import Standing
from matcha.process import Reply, SeedSource

_SHOWN_UP = (Reply.ATTENDED, Reply.ABSENT)


class Stage(StrEnum):
    """A stage of a forum."""

    COMPOSED = "composed"
    DRAWN = "drawn"
    ARRANGED = "arranged"
    PLANNED = "planned"
    INVITED = "invited"
    REPLIED = "replied"
    HELD = "held"
    MET = "met"
    CONCLUDED = "concluded"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Listed:
    """A forum in a list: `stage` is the last one reached, `coming` counts the actors that have not said no."""

    id: str
    need_id: str
    title: str
    made: datetime
    stage: Stage
    trial: bool
    seats: tuple[int, int]
    candidates: int
    coming: int
    starts: datetime | None
    place: str | None


def reached(forum: Forum) -> frozenset[Stage]:
    """Give the stages that a forum has reached. A draw on trial decides nothing."""
    return frozenset(_reached(forum))


def following(forum: Forum) -> Stage | None:
    """Give the first stage that has not been reached; None for a forum that is closed."""
    done = reached(forum)
    return None if Stage.CLOSED in done else next((stage for stage in Stage if stage not in done), None)


def _reached(forum: Forum) -> Iterator[Stage]:
    there = forum.invitations
    tried = {
        Stage.COMPOSED: True,
        Stage.DRAWN: forum.seed is not None and forum.seed.source is not SeedSource.TRIAL,
        Stage.ARRANGED: forum.groups,
        Stage.PLANNED: forum.programme,
        Stage.INVITED: there and all(one.said for one in there),
        Stage.REPLIED: there and all(one.reply for one in there),
        Stage.HELD: any(one.reply in _SHOWN_UP for one in there),
        Stage.MET: forum.meetings and all(one.notes for one in forum.meetings) and not forum.untold,
        Stage.CONCLUDED: forum.outcomes,
        Stage.CLOSED: forum.closed,
    }
    return (stage for stage, is_so in tried.items() if is_so)


def listed(standing: Standing, need_id: str, title: str) -> Listed:
    """Give a forum as it stands in a list; who could have come is not read for it."""
    told, planned = standing.composed.content, standing.planned.content if standing.planned else {}
    return Listed(
        standing.id,
        need_id,
        title,
        standing.composed.made,
        _last(standing),
        standing.seed is not None and not standing.binding,
        tuple(told["rules"]["seats"]),
        told["candidates"],
        len(standing.coming()) if standing.drawn else 0,
        datetime.fromisoformat(planned["starts"]) if planned else None,
        planned.get("place"),
    )


def _last(standing: Standing) -> Stage:
    replies = [standing.reply(id) for id in standing.places()]
    tried = {
        Stage.CLOSED: standing.closed,
        Stage.CONCLUDED: standing.outcomes,
        Stage.MET: standing.met,
        Stage.HELD: any(one in _SHOWN_UP for one in replies),
        Stage.REPLIED: replies and all(replies),
        Stage.INVITED: standing.invited,
        Stage.PLANNED: standing.planned and standing.binding,
        Stage.ARRANGED: standing.arranged and standing.binding,
        Stage.DRAWN: standing.binding,
    }
    return next((stage for stage, is_so in tried.items() if is_so), Stage.COMPOSED)
