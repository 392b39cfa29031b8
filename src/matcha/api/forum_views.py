"""From a forum to what somebody is shown of it: the host's side all, a supplier what is its own (R28)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from fastapi import Response

from matcha.api.shapes.forums import ForumLine, ForumShape, ForumValueShape, ProgrammeItemShape, SeedShape
from matcha.api.shapes.needs import Sentence
from matcha.api.shapes.own_forums import OwnForumShape, OwnMeetingShape, OwnSeatShape, Result, VisitShape
from matcha.errors import NotFound
from matcha.forum import telling, words
from matcha.forum.plan import TICKETS
from matcha.forum.record import Forum, Invited, ProgrammeItem, Waiting
from matcha.interchange.forum.record import forum_json, in_kinds
from matcha.process import Item, SeedSource
from matcha.values import Language

SV, EN = Language.SV, Language.EN


def whole(forum: Forum) -> ForumShape:
    """Show a forum to the host's side."""
    return ForumShape.model_validate(forum_json(forum))


def tagged(response: Response, shape: ForumShape) -> ForumShape:
    """Say the ETag of a forum: the log's entry of its newest step, and what is shown of it."""
    seen = hashlib.sha256(shape.model_dump_json().encode()).hexdigest()[:12]
    newest = max(step.leaf_index for step in shape.steps)
    response.headers["ETag"] = f'"{newest}-{seen}"'
    return shape


def line(forum: Forum) -> ForumLine:
    """Show a forum in a list."""
    return ForumLine(
        id=forum.id,
        need_id=forum.need_id,
        title=forum.title,
        made=forum.made,
        leaf_index=forum.leaf_index,
        digest=forum.digest,
        composed=forum.composed,
        candidates=forum.candidates,
        seats=forum.rules.seats,
        drawn=_drawn(forum),
        starts=forum.programme[0].starts if forum.programme else None,
        place=forum.place,
        closed=forum.closed,
    )


def considered(forum: Forum, actor_id: str | None) -> bool:
    """Whether an actor could have come to a forum when it was composed."""
    return any(one.actor_id == actor_id for one in _everybody(forum))


def own(forum: Forum, actor_id: str | None) -> OwnForumShape:
    """Show a forum to an actor. Raises NotFound for one that was not considered when it was composed."""
    mine = next((one for one in _everybody(forum) if one.actor_id == actor_id), None)
    if mine is None:
        raise NotFound(
            f"Forumet {forum.id} finns inte, eller gäller inte er.", f"Forum {forum.id} does not exist, or not for you."
        )
    result = _result(forum, mine)
    invited = mine if isinstance(mine, Invited) and result is Result.INVITED else None
    order = next((order for order, one in in_kinds(forum.reserves) if one is mine), None)
    values = [one for one in forum.values if one.actor_id == actor_id]
    return OwnForumShape(
        id=forum.id,
        need_id=forum.need_id,
        title=forum.title,
        aspects=list(forum.aspects),
        made=forum.made,
        inviting=forum.rules.inviting,
        criteria=[
            Sentence(sv=sv, en=en)
            for sv, en in zip(telling.criteria(forum.rules, SV), telling.criteria(forum.rules, EN), strict=True)
        ],
        objective=Sentence(sv=telling.objective(SV), en=telling.objective(EN)),
        candidates=forum.candidates,
        seats=forum.rules.seats,
        chance=mine.chance / TICKETS,
        digest=forum.digest,
        leaf_index=forum.leaf_index,
        seed=SeedShape.model_validate(forum.seed) if _drawn(forum) else None,
        result=result,
        reason=None if result is Result.AWAITING else _reason(mine),
        order=order if result is Result.RESERVE else None,
        people=invited.seats if invited else None,
        invited=invited.said if invited else None,
        reply=invited.reply if invited else None,
        own_seats=list(_seats(forum, mine.actor_id)) if invited else [],
        place=forum.place,
        programme=[ProgrammeItemShape.model_validate(item) for item in forum.programme],
        meetings=list(_meetings(forum, mine.actor_id)),
        value=ForumValueShape.model_validate(values[-1]) if values else None,
        closed=forum.closed,
    )


def _everybody(forum: Forum) -> Iterator[Invited | Waiting]:
    yield from forum.invitations
    yield from (*forum.reserves, *forum.not_selected)


def _drawn(forum: Forum) -> bool:
    """Whether it has been drawn in earnest."""
    return forum.seed is not None and forum.seed.source is not SeedSource.TRIAL


def _result(forum: Forum, mine: Invited | Waiting) -> Result:
    """All are told at the same time (R1): when the first invitations go out."""
    if not _drawn(forum) or all(one.said is None for one in forum.invitations):
        return Result.AWAITING
    if isinstance(mine, Invited):
        return Result.AWAITING if mine.said is None else Result.INVITED
    return Result.RESERVE if mine in forum.reserves else Result.NOT_SELECTED


def _reason(mine: Invited | Waiting) -> Sentence:
    """Without the names of others."""
    sv, en = (words.reason(mine.reason, language) for language in (SV, EN))
    return Sentence(sv=sv, en=en)


def _seats(forum: Forum, actor_id: str) -> Iterator[OwnSeatShape]:
    for place, group in enumerate(forum.groups):
        for seat in (seat for seat in group.seats if seat.actor_id == actor_id):
            visits = [_visit(forum, number, stations[place]) for number, stations in enumerate(forum.rotation, 1)]
            yield OwnSeatShape(id=seat.id, group=group.number, visits=visits)


def _visit(forum: Forum, number: int, at: int) -> VisitShape:
    station = next((one for one in forum.stations if one.number == at), None)
    when: ProgrammeItem | None = next(
        (one for one in forum.programme if one.item is Item.ROUND and one.number == number), None
    )
    return VisitShape(
        round=number,
        station=station.number if station else None,
        theme=station.theme if station else None,
        room=station.room if station else None,
        starts=when.starts if when else None,
        ends=when.ends if when else None,
    )


def _meetings(forum: Forum, actor_id: str) -> Iterator[OwnMeetingShape]:
    for one in (one for one in forum.meetings if one.actor_id == actor_id):
        yield OwnMeetingShape(team=one.team, starts=one.starts, minutes=one.minutes, held=one.held, offer=forum.offer)
