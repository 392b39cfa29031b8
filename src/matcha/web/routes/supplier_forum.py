"""A forum as one supplier is to see it: its own place, why, when and where; answering, and saying what it gave."""

from __future__ import annotations

from datetime import datetime

from fastapi import Response

from matcha.api.routes import forums as operations
from matcha.api.routes.forums import ForumId
from matcha.api.shapes.own_forums import OwnForumShape
from matcha.forum.words import HERE
from matcha.process import Reply
from matcha.records.forum import ReplyForm, ValueForm
from matcha.web.filling import Fault, FieldFault, Unfilled
from matcha.web.look import Look, Looking
from matcha.web.router import Routes
from matcha.web.routes.supplier import SUPPLIERS, own_id, to_answer

routes = Routes()


@routes.page("/min/forum/{forum}", SUPPLIERS)
def forum(look: Looking, forum: ForumId) -> Response:
    """Show a forum as it concerns the supplier."""
    return _forum(look, look.ask(operations.get_own, forum))


@routes.form("/min/forum/{forum}/svar", SUPPLIERS)
def reply(look: Looking, forum: ForumId) -> Response:
    """Answer an invitation for one's own actor."""

    def do() -> Response:
        form = look.fill(ReplyForm, actor_id=own_id(look), meeting_times=_times(look))
        look.ask(operations.reply, forum, form)
        coming = look.words.gettext("Tack! Ni är anmälda till forumet.")
        away = look.words.gettext("Tack för svaret. Värden kan nu ge platsen till nästa i tur.")
        return look.go(f"/min/forum/{forum}", coming if form.reply is Reply.ACCEPTED else away)

    return look.take(do, lambda fault: _forum(look, look.ask(operations.get_own, forum), fault))


@routes.form("/min/forum/{forum}/varde", SUPPLIERS)
def value(look: Looking, forum: ForumId) -> Response:
    """Say what a forum gave."""

    def do() -> Response:
        look.ask(operations.value, forum, look.fill(ValueForm, actor_id=own_id(look)))
        return look.go(f"/min/forum/{forum}", look.words.gettext("Tack för omdömet."))

    return look.take(do, lambda fault: _forum(look, look.ask(operations.get_own, forum), fault))


def _forum(look: Look, found: OwnForumShape, fault: Fault | None = None) -> Response:
    held = found.reply is Reply.ATTENDED
    return look.show(
        "supplier/forum.html",
        fault.status if fault else 200,
        forum=found,
        fault=fault,
        asked=to_answer(found) and found.closed is None,
        valuing=held and found.value is None and found.closed is None,
    )


def _times(look: Look) -> tuple[datetime, ...]:
    """Give when follow-up meetings could be: a day and time a line, as in Sweden. Raises Unfilled."""
    found = []
    for line in look.given.get("meeting_times").splitlines():
        if line.strip():
            found.append(_time(line.strip()))
    return tuple(found)


def _time(said: str) -> datetime:
    try:
        return datetime.strptime(said, "%Y-%m-%d %H:%M").replace(tzinfo=HERE)
    except ValueError as cause:
        sv = f"”{said}” ska skrivas som 2026-06-08 10:00"
        raise Unfilled((FieldFault("meeting_times", sv, f"“{said}” must be written as 2026-06-08 10:00"),)) from cause
