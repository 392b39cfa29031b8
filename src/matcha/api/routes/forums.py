"""`/v1/needs/{id}/forums` and `/v1/forums`: a forum from its rules to its end (S23–S42), one step a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Response

from matcha.api.at import Asked
from matcha.api.forum_views import considered, line, own, tagged, whole
from matcha.api.paging import Cursor, Limit, Page, by_number, page
from matcha.api.routes.needs import NeedId
from matcha.api.shapes.forums import (
    ForumLine,
    ForumShape,
    InvitingRequest,
    ReplacementRequest,
)
from matcha.api.shapes.own_forums import OwnForumShape
from matcha.api.views import seen_need
from matcha.forum.record import Forum
from matcha.records.fields import Id
from matcha.records.forum import (
    ArrangeForm,
    ClosingForm,
    ComposeForm,
    DayForm,
    DrawForm,
    InvitingForm,
    MeetingsForm,
    NotesForm,
    OutcomeForm,
    ProgrammeForm,
    ReplacementForm,
    ReplyForm,
    ValueForm,
)
from matcha.service.rules import who

router = APIRouter(prefix="/v1", tags=["forums"])
ForumId = Annotated[Id, Path(description="The forum's id.")]


@router.post("/needs/{id}/forums", operation_id="compose_forum", summary="Compose a forum", status_code=201)
def compose(id: NeedId, form: ComposeForm, at: Asked, response: Response) -> ForumShape:
    """Compose a forum for a need: a lottery over the best compositions that the rules allow, committed to in the log.

    Nobody is drawn yet. 409 for rules that cannot all hold: `conflict` says which contradict each other, `relaxations`
    the smallest change that mends it.
    """
    with at.costly():
        shape = _done(at, lambda: at.matcha.compose_forum(id, form, at.caller))
    response.headers["Location"] = f"/v1/forums/{shape.id}"
    return tagged(response, shape)


@router.get("/needs/{id}/forums", operation_id="list_forums", summary="The forums of a need")
def forums(id: NeedId, at: Asked, limit: Limit = 100, cursor: Cursor = None) -> Page[ForumLine]:
    """Every forum composed for a need, in order. A supplier sees those that its own actor could have come to."""
    seen_need(at, id)
    found = [one for one in at.matcha.forums(id) if at.staff or considered(one, at.caller.actor_id)]
    items, following = page(found, lambda one: by_number(one.leaf_index), limit, cursor)
    return Page[ForumLine](items=[line(one) for one in items], next=following)


@router.get("/forums/{forum}", operation_id="get_forum", summary="A forum")
def get(forum: ForumId, at: Asked, response: Response) -> ForumShape:
    """A forum as it stands: who is invited, waits or was not selected and why, who sits where, and what came of it."""
    return tagged(response, whole(at.matcha.forum(forum)))


@router.get("/forums/{forum}/own", operation_id="get_own_forum", summary="A forum, as it concerns you")
def get_own(forum: ForumId, at: Asked) -> OwnForumShape:
    """What a supplier is to know of a forum: its own place, chance, reason, seats and meetings, and what holds for all.

    Nothing is in it of any other actor (R28). The seed and the digest are for checking the draw.
    """
    return own(at.matcha.forum(forum), at.caller.actor_id)


@router.post("/forums/{forum}/draw", operation_id="draw_forum", summary="Draw who is invited", status_code=201)
def draw(forum: ForumId, form: DrawForm, at: Asked, response: Response) -> ForumShape:
    """Draw by the root of the checkpoint that first covered the composition, or by dice before witnesses.

    It is done once; a draw on trial decides nothing.
    """
    return tagged(response, _done(at, lambda: at.matcha.draw_forum(forum, form, at.caller)))


@router.post("/forums/{forum}/arrangement", operation_id="arrange_forum", summary="Say who sits where", status_code=201)
def arrange(forum: ForumId, form: ArrangeForm, at: Asked, response: Response) -> ForumShape:
    """Put people into groups, and say how they go between the stations, with the bound of pairs that can meet."""
    with at.costly():
        return tagged(response, _done(at, lambda: at.matcha.arrange_forum(forum, form, at.caller)))


@router.post("/forums/{forum}/programme", operation_id="plan_forum", summary="Say when and where", status_code=201)
def plan(forum: ForumId, form: ProgrammeForm, at: Asked, response: Response) -> ForumShape:
    """Say when and where a forum is held, how long each part is, and who leads the stations."""
    return tagged(response, _done(at, lambda: at.matcha.plan_forum(forum, form, at.caller)))


@router.post(
    "/forums/{forum}/invitations",
    operation_id="invite_to_forum",
    summary="Invite those who were drawn",
    status_code=201,
)
def invite(forum: ForumId, asked: InvitingRequest, at: Asked, response: Response) -> ForumShape:
    """Invite all who have a place and are not invited yet, as the caller decides (R13), and log the list."""
    form = InvitingForm(**asked.model_dump(), user=who(at.caller))
    with at.costly():
        return tagged(response, _done(at, lambda: at.matcha.invite_forum(forum, form, at.caller)))


@router.post("/forums/{forum}/replies", operation_id="reply_to_forum", summary="Answer an invitation", status_code=201)
def reply(forum: ForumId, form: ReplyForm, at: Asked) -> OwnForumShape:
    """Answer an invitation, and say when a follow-up meeting could be. The answer is the forum as the actor sees it.

    A supplier answers for its own actor; the host notes the answers of others, and who was there.
    """
    return _told(at, form.actor_id, lambda: at.matcha.reply_forum(forum, form, at.caller))


@router.post(
    "/forums/{forum}/replacements",
    operation_id="replace_in_forum",
    summary="Give a place to a reserve",
    status_code=201,
)
def replace(forum: ForumId, asked: ReplacementRequest, at: Asked, response: Response) -> ForumShape:
    """Give the place of an actor that does not come to the next reserve with whom all rules still hold.

    The reserve is invited at once. Where no reserve fits, the place stays empty.
    """
    form = ReplacementForm(**asked.model_dump(), user=who(at.caller))
    with at.costly():
        return tagged(response, _done(at, lambda: at.matcha.replace_forum(forum, form, at.caller)))


@router.post("/forums/{forum}/changes", operation_id="change_forum", summary="Change it on the day", status_code=201)
def change(forum: ForumId, form: DayForm, at: Asked, response: Response) -> ForumShape:
    """Seat people anew with the fewest moves: some do not come, others late, others after all."""
    with at.costly():
        return tagged(response, _done(at, lambda: at.matcha.change_forum(forum, form, at.caller)))


@router.post(
    "/forums/{forum}/meetings", operation_id="schedule_meetings", summary="Time the follow-up meetings", status_code=201
)
def schedule(forum: ForumId, form: MeetingsForm, at: Asked, response: Response) -> ForumShape:
    """Make the timetable of the follow-up meetings: the same offer, length and questions to all (S33, R8)."""
    with at.costly():
        return tagged(response, _done(at, lambda: at.matcha.schedule_forum(forum, form, at.caller)))


@router.post("/forums/{forum}/notes", operation_id="file_notes", summary="File a meeting's notes", status_code=201)
def note(forum: ForumId, form: NotesForm, at: Asked, response: Response) -> ForumShape:
    """File the notes of a follow-up meeting; it stands in the dossier (R9). The team's next waits for them (R8)."""
    return tagged(response, _done(at, lambda: at.matcha.note_meeting(forum, form, at.caller)))


@router.post("/forums/{forum}/outcomes", operation_id="add_outcome", summary="Note what came of it", status_code=201)
def outcome(forum: ForumId, form: OutcomeForm, at: Asked, response: Response) -> ForumShape:
    """Note what came of a forum for the care (S41): knowledge, a perspective, or a proposal."""
    return tagged(response, _done(at, lambda: at.matcha.add_outcome(forum, form, at.caller)))


@router.post("/forums/{forum}/values", operation_id="value_forum", summary="Say what it gave", status_code=201)
def value(forum: ForumId, form: ValueForm, at: Asked) -> OwnForumShape:
    """Say what a participant got out of a forum (S42). The answer is the forum as the actor sees it.

    A supplier speaks for its own actor; the host notes what others told it.
    """
    return _told(at, form.actor_id, lambda: at.matcha.value_forum(forum, form, at.caller))


@router.post("/forums/{forum}/closing", operation_id="close_forum", summary="End a forum", status_code=201)
def close(forum: ForumId, form: ClosingForm, at: Asked, response: Response) -> ForumShape:
    """End a forum. 409 while participants know different things (R1), or notes of meetings are missing."""
    return tagged(response, _done(at, lambda: at.matcha.close_forum(forum, form, at.caller)))


def _done(at: Asked, do: Callable[[], Forum]) -> ForumShape:
    """Take a step, once, and show the forum to the host's side."""
    return ForumShape.model_validate(at.once(do, whole))


def _told(at: Asked, actor_id: str, do: Callable[[], Forum]) -> OwnForumShape:
    """Take a step, once, and show the forum to the actor that it concerns."""
    return OwnForumShape.model_validate(at.once(do, lambda forum: own(forum, actor_id)))
