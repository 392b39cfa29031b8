"""A forum's guests: the letter to each, answers, a reserve in place of one that does not come, and the day itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from fastapi import Response

from matcha.api.access import READERS, STAFF
from matcha.api.routes import forum_files, forums
from matcha.api.routes.forums import ForumId
from matcha.api.shapes.forums import LetterShape, ReplacementRequest
from matcha.errors import Invalid, NotFound
from matcha.forum.record import Forum, Invited, Waiting
from matcha.forum.words import HERE
from matcha.process import ActKind, Reply
from matcha.records.fields import Id
from matcha.records.forum import DayForm, ReplyForm
from matcha.values import Language
from matcha.web.filling import Fault
from matcha.web.forum_desk import after, found, in_sweden, moved, shown
from matcha.web.look import Look, Looking
from matcha.web.router import Routes

routes = Routes()


@routes.page("/forum/{id}/aktor/{actor}", READERS)
def guest(look: Looking, id: ForumId, actor: Id, sprak: Language | None = None) -> Response:
    """Show one actor of a forum: why it has a place or none, the letter to it, and the form for its answer."""
    return _guest(look, found(look, id), actor, sprak)


@routes.form("/forum/{id}/svar/{actor}", STAFF)
def reply(look: Looking, id: ForumId, actor: Id) -> Response:
    """Note an answer to an invitation."""

    def do() -> Response:
        forum = found(look, id)
        look.ask(forums.reply, id, look.fill(ReplyForm, actor_id=actor, meeting_times=_times(look, forum, actor)))
        told = look.words.gettext("Svaret från %(name)s är noterat.") % {"name": _named(forum, actor).name}
        back = "inbjudan" if look.given.get("back") == "inbjudan" else f"aktor/{actor}"
        return look.go(f"/forum/{id}/{back}", told)

    return look.take(do, lambda fault: _guest(look, found(look, id), actor, None, fault))


@routes.page("/forum/{id}/ersatt/{actor}", STAFF)
def replacing(look: Looking, id: ForumId, actor: Id) -> Response:
    """Show the form for giving a place to the next reserve."""
    return _replacing(look, found(look, id), actor)


@routes.form("/forum/{id}/ersatt/{actor}", STAFF)
def replace(look: Looking, id: ForumId, actor: Id) -> Response:
    """Give the place of an actor that does not come to the next reserve with whom all rules still hold."""

    def do() -> Response:
        before = found(look, id)
        look.ask(forums.replace, id, look.fill(ReplacementRequest, actor_id=actor))
        now = found(look, id)
        new = next((one for one in now.invitations if one.in_place_of == actor), None)
        if new is None:
            told = look.words.gettext("Ingen reserv passar; platsen efter %(old)s står tom.")
            return look.go(f"/forum/{id}/inbjudan", told % {"old": _named(before, actor).name})
        told = look.words.gettext("%(new)s får platsen efter %(old)s. %(moves)s personer har fått en annan väg.")
        stay = sum(1 for seat, old, way in moved(before, now) if old and way)
        values = {"new": new.name, "old": _named(before, actor).name, "moves": stay}
        return look.go(f"/forum/{id}/aktor/{new.actor_id}", told % values)

    return look.take(do, lambda fault: _replacing(look, found(look, id), actor, fault))


@routes.page("/forum/{id}/dagen", READERS)
def day(look: Looking, id: ForumId) -> Response:
    """Show everybody who sits somewhere, and the form for what is otherwise on the day."""
    return _day(look, found(look, id))


@routes.form("/forum/{id}/dagen", STAFF)
def change(look: Looking, id: ForumId) -> Response:
    """Seat people anew with the fewest moves."""

    def do() -> Response:
        before = found(look, id)
        given = look.given
        late = {seat: int(said) for seat, said in _late(look) if said.isdecimal()}
        form = look.fill(DayForm, gone=given.all("gone"), late=late, come=given.all("come"))
        look.ask(forums.change, id, form)
        return _changed(look, before, found(look, id))

    return look.take(do, lambda fault: _day(look, found(look, id), fault))


def _changed(look: Look, before: Forum, now: Forum) -> Response:
    """Show the day again, with who has another way now: it is read out in the room."""
    told = look.words.gettext("Grupperna är ändrade, med så få flyttar som möjligt.")
    return shown(look, "changed.html", now, moves=moved(before, now), said=told)


@routes.page("/forum/{id}/narvaro", STAFF)
def attendance_page(look: Looking, id: ForumId) -> Response:
    """Show the form for who was there."""
    return _attendance(look, found(look, id))


@routes.form("/forum/{id}/narvaro", STAFF)
def attendance(look: Looking, id: ForumId) -> Response:
    """Note who was there: each is an act of its own, and those that are as before are left alone."""

    def do() -> Response:
        forum, there = found(look, id), set(look.given.all("there"))
        noted = 0
        for place, one in enumerate(_invited(forum)):
            now = Reply.ATTENDED if one.actor_id in there else Reply.ABSENT
            if one.reply is now or (now is Reply.ABSENT and one.reply is Reply.DECLINED):
                continue
            told = {"actor_id": one.actor_id, "reply": now, "meeting_times": _said(look, forum, one.actor_id)}
            form = ReplyForm.model_validate(told)
            look.ask(forums.reply, id, form, at=after(look.at, str(place)))
            noted += 1
        return look.go(f"/forum/{id}/dagen", look.words.gettext("Närvaron är noterad."))

    return look.take(do, lambda fault: _attendance(look, found(look, id), fault))


def _attendance(look: Look, forum: Forum, fault: Fault | None = None) -> Response:
    invited = _invited(forum)
    there = [one.actor_id for one in invited if one.reply in (Reply.ACCEPTED, Reply.ATTENDED)]
    status = fault.status if fault else 200
    return shown(
        look, "attendance.html", forum, status, fault=fault, invited=invited, given=look.with_start({"there": there})
    )


def _invited(forum: Forum) -> list[Invited]:
    return sorted((one for one in forum.invitations if one.said), key=lambda one: one.name)


def _day(look: Look, forum: Forum, fault: Fault | None = None) -> Response:
    seats = [(seat, group.number) for group in forum.groups for seat in group.seats]
    seated = {seat.actor_id for seat, _ in seats}
    away = [one for one in forum.invitations if one.said and one.actor_id not in seated]
    return shown(
        look,
        "day.html",
        forum,
        fault.status if fault else 200,
        fault=fault,
        seats=sorted(seats, key=lambda each: (each[0].actor_id is None, each[0].name, each[0].id)),
        away=away,
        Reply=Reply,
    )


def _late(look: Look) -> list[tuple[str, str]]:
    return [(name.removeprefix("late/"), look.given.get(name)) for name in look.given.form if name.startswith("late/")]


def _guest(
    look: Look, forum: Forum, actor: str, language: Language | None = None, fault: Fault | None = None
) -> Response:
    one = _named(forum, actor)
    letter, lacking = _letter(look, forum, actor, language or look.language)
    start = (
        {"reply": one.reply or "", "meeting_times": _told_times(look, forum, actor)} if hasattr(one, "reply") else {}
    )
    return shown(
        look,
        "guest.html",
        forum,
        fault.status if fault else 200,
        fault=fault,
        one=one,
        invited=any(each.actor_id == actor for each in forum.invitations),
        reserve=any(each.actor_id == actor for each in forum.reserves),
        letter=letter,
        lacking=lacking,
        passed=_passed(look, forum, one),
        given=look.with_start(start),
        Reply=Reply,
        Language=Language,
    )


def _letter(look: Look, forum: Forum, actor: str, language: Language) -> tuple[LetterShape | None, str]:
    """Give the letter to an actor, or why it cannot be written yet."""
    if not look.may(forum_files.letter):
        return None, ""
    try:
        day = date.fromisoformat(look.request.query_params.get("senast", ""))
    except ValueError:
        day = None
    try:
        return look.ask(
            forum_files.letter, forum.id, actor=actor, language=language, sender=None, contact=None, reply_by=day
        ), ""
    except (Invalid, NotFound) as error:
        return None, error.sv if look.language is Language.SV else error.en


def _passed(look: Look, forum: Forum, one: Any) -> list[tuple[str, str]]:
    """Give who was passed over when somebody took a place, and why, in words."""
    before = getattr(one, "in_place_of", None)
    if before is None:
        return []
    acts = [act for act in look.matcha.acts(forum.need_id, ActKind.FORUM_REPLACED) if act.content]
    mine = [act for act in acts if act.content["forum"] == forum.id and act.content["gone"] == before]
    told: Mapping[str, str] = mine[-1].content["passed"] if mine else {}
    return [(_named(forum, id).name, why.partition(":")[0]) for id, why in told.items()]


def _replacing(look: Look, forum: Forum, actor: str, fault: Fault | None = None) -> Response:
    one = _named(forum, actor)
    same = [each for each in forum.reserves if each.part is one.part]
    return shown(look, "replacing.html", forum, fault.status if fault else 200, fault=fault, one=one, reserves=same)


def _named(forum: Forum, actor: str) -> Invited | Waiting:
    """Give an actor of a forum. Raises NotFound."""
    everybody: tuple[Invited | Waiting, ...] = (*forum.invitations, *forum.reserves, *forum.not_selected)
    for one in everybody:
        if one.actor_id == actor:
            return one
    raise NotFound(f"Aktören {actor} är inte med i forumet.", f"The actor {actor} is not part of the forum.")


def _times(look: Look, forum: Forum, actor: str) -> list[str]:
    """Give the times that the form says, one a line; a form without the field leaves them as they were."""
    if "meeting_times" not in look.given.form:
        return _said(look, forum, actor)
    return [in_sweden(line) for line in look.given.get("meeting_times").splitlines() if line.strip()]


def _said(look: Look, forum: Forum, actor: str) -> list[str]:
    """Give when an actor has said that it could meet."""
    acts = look.matcha.acts(forum.need_id, ActKind.FORUM_REPLIED)
    said = [act for act in acts if act.content.get("forum") == forum.id and act.actor_id == actor]
    return list(said[-1].content["meeting_times"]) if said else []


def _told_times(look: Look, forum: Forum, actor: str) -> str:
    said = (datetime.fromisoformat(each).astimezone(HERE) for each in _said(look, forum, actor))
    return "\n".join(f"{each:%Y-%m-%d %H:%M}" for each in said)
