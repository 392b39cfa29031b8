"""What comes out of a forum: what was committed to before the draw, files to print and send, and letters."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from matcha.api.at import Asked
from matcha.api.routes.forums import ForumId
from matcha.api.shapes.forums import LetterKind, LetterShape
from matcha.errors import Invalid, NotFound
from matcha.forum import letters
from matcha.forum.letters import Letter, Sender
from matcha.forum.record import Forum
from matcha.interchange.forum.files import ForumFile, file
from matcha.process import ActKind
from matcha.records.fields import Day, Id, Line
from matcha.values import Language

router = APIRouter(prefix="/v1", tags=["forums"])
Given = TypeVar("Given")
InLanguage = Annotated[Language, Query(description="The language it is in.")]


class Committed(StrEnum):
    """What was committed to: the lottery, or what it was composed from."""

    COMPOSITION = "composition"
    PROBLEM = "problem"


@router.get(
    "/forums/{forum}/composition",
    operation_id="get_composition",
    summary="What was committed to before the draw",
    response_class=Response,
    responses={
        200: {
            "content": {"application/json": {"schema": {"type": "object", "additionalProperties": True}}},
            "description": "Canonical JSON (RFC 8785).",
        }
    },
)
def composition(
    forum: ForumId,
    at: Asked,
    what: Annotated[Committed, Query(description="Which of the two.")] = Committed.COMPOSITION,
) -> Response:
    """The very bytes that the log committed to before anybody was drawn, so that the draw can be run again.

    The SHA-256 of the composition is the forum's `digest`; it names that of the problem.
    """
    with at.costly():
        problem, composed = at.matcha.composition(forum)
        content = (problem if what is Committed.PROBLEM else composed).to_bytes()
    return Response(content, media_type="application/json")


@router.get(
    "/forums/{forum}/files/{name}",
    operation_id="get_forum_file",
    summary="A file of a forum",
    response_class=Response,
    responses={
        200: {
            "content": {name.media_type.partition(";")[0]: {} for name in ForumFile},
            "description": "The file, as a download.",
        }
    },
)
def download(
    forum: ForumId,
    name: Annotated[ForumFile, Path(description="The file's name.")],
    at: Asked,
    language: InLanguage = Language.SV,
) -> Response:
    """Lists, papers to print, calendar and record. 409 for one that needs a step which has not been taken yet."""
    found = at.matcha.forum(forum)
    with at.costly():
        content = file(found, name, language)
    headers = {"Content-Disposition": f'attachment; filename="{name.value}"', "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=name.media_type, headers=headers)


@router.get("/forums/{forum}/letters", operation_id="get_forum_letter", summary="A letter to an actor")
def letter(
    forum: ForumId,
    at: Asked,
    actor: Annotated[Id, Query(description="The actor that it is to.")],
    language: InLanguage = Language.SV,
    sender: Annotated[Line | None, Query(description="Who it is from; the caller unless given.")] = None,
    contact: Annotated[Line | None, Query(description="Where to answer; the caller's address unless given.")] = None,
    reply_by: Annotated[
        Day | None, Query(description="By when to answer; as the invitation said, unless given.")
    ] = None,
) -> LetterShape:
    """Write an invitation, or a letter to a reserve or to somebody who was not selected. It is not sent."""
    found = at.matcha.forum(forum)
    by = Sender(
        _given(sender or at.caller.name, "sender"),
        _given(contact or _address(at), "contact"),
        _given(reply_by or _day(at, found), "reply_by"),
    )
    kind, written = _written(found, actor, by, language)
    return LetterShape(actor_id=actor, kind=kind, language=language, subject=written.subject, body=written.body)


def _written(forum: Forum, actor_id: str, sender: Sender, language: Language) -> tuple[LetterKind, Letter]:
    for invited in (one for one in forum.invitations if one.actor_id == actor_id):
        return LetterKind.INVITATION, letters.invitation(forum, invited, sender, language)
    for waiting in (one for one in forum.reserves if one.actor_id == actor_id):
        return LetterKind.RESERVE, letters.reserve(forum, waiting, sender, language)
    for left in (one for one in forum.not_selected if one.actor_id == actor_id):
        return LetterKind.NOT_SELECTED, letters.not_selected(forum, left, sender, language)
    raise NotFound(
        f"Aktören {actor_id} är inte med i forumet {forum.id}.",
        f"The actor {actor_id} is not part of forum {forum.id}.",
    )


def _address(at: Asked) -> str | None:
    known = {account.id: account.email for account in at.matcha.accounts.accounts()}
    return known.get(at.caller.account_id or "")


def _day(at: Asked, forum: Forum) -> date | None:
    """Give the day by which the newest invitations ask for an answer; None before there are any."""
    acts = at.matcha.acts(forum.need_id, ActKind.FORUM_INVITED)
    said = [act.content["reply_by"] for act in acts if act.content.get("forum") == forum.id]
    return date.fromisoformat(said[-1]) if said else None


def _given(value: Given | None, name: str) -> Given:
    if value:
        return value
    raise Invalid(f"Ange {name}.", f"Give {name}.")
