"""A forum before its day: the draw, groups, programme, and invitations."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from matcha.api.access import READERS, STAFF
from matcha.api.routes import forums
from matcha.api.routes.forums import ForumId
from matcha.api.shapes.forums import InvitingRequest
from matcha.forum.programme import staffed
from matcha.forum.record import Forum
from matcha.process import Item, Mixing, SeedSource
from matcha.records.forum import ArrangeForm, DrawForm, ProgrammeForm
from matcha.web.filling import Fault
from matcha.web.forum_desk import found, in_sweden, local, shown
from matcha.web.look import Look, Looking
from matcha.web.router import Routes
from matcha.web.routes.forum import groups_page

routes = Routes()
STATION = ("room", "facilitator", "note_taker")
MINUTES = ("arrival", "briefing", "round", "change", "pause", "mingle", "tour", "demo", "closing")


@routes.page("/forum/{id}/lotta", STAFF)
def draw_page(look: Looking, id: ForumId) -> Response:
    """Show the form for drawing."""
    return _draw(look, found(look, id))


@routes.form("/forum/{id}/lotta", STAFF)
def draw(look: Looking, id: ForumId) -> Response:
    """Draw who is invited."""

    def do() -> Response:
        source = look.given.get("source")
        said = look.given.get("said") if source != SeedSource.CHECKPOINT else None
        look.ask(forums.draw, id, look.fill(DrawForm, said=said))
        return look.go(f"/forum/{id}/sammansattning", look.words.gettext("Lotten är dragen och står i loggen."))

    return look.take(do, lambda fault: _draw(look, found(look, id), fault))


def _draw(look: Look, forum: Forum, fault: Fault | None = None) -> Response:
    given = look.with_start({"source": SeedSource.CHECKPOINT.value})
    status = fault.status if fault else 200
    return shown(look, "draw.html", forum, status, fault=fault, given=given, SeedSource=SeedSource)


@routes.form("/forum/{id}/grupper", STAFF)
def arrange(look: Looking, id: ForumId) -> Response:
    """Put people into groups, and say how they go."""

    def do() -> Response:
        look.ask(forums.arrange, id, look.fill(ArrangeForm))
        return look.go(f"/forum/{id}/grupper", look.words.gettext("Grupperna är lagda."))

    return look.take(do, lambda fault: groups_page(look, found(look, id), fault.status, fault=fault))


@routes.page("/forum/{id}/program", READERS)
def programme(look: Looking, id: ForumId) -> Response:
    """Show when and where, and the form for it."""
    return _programme(look, found(look, id))


@routes.form("/forum/{id}/program", STAFF)
def plan(look: Looking, id: ForumId) -> Response:
    """Say when and where a forum is held, and who leads."""

    def do() -> Response:
        look.ask(forums.plan, id, _plan(look, len(found(look, id).stations)))
        return look.go(f"/forum/{id}/program", look.words.gettext("Tid, plats och program är sparade."))

    return look.take(do, lambda fault: _programme(look, found(look, id), fault))


def _plan(look: Look, stations: int) -> ProgrammeForm:
    named = [
        {name: look.given.get(f"{name}-{number}").strip() or None for name in STATION}
        for number in range(1, stations + 1)
    ]
    return look.fill(ProgrammeForm, starts=in_sweden(look.given.get("starts")), stations=named)


def _programme(look: Look, forum: Forum, fault: Fault | None = None) -> Response:
    status = fault.status if fault else 200
    given = look.with_start(_planned(forum))
    lacking = staffed(forum.stations) if forum.programme else ()
    return shown(
        look,
        "programme.html",
        forum,
        status,
        fault=fault,
        given=given,
        minutes=MINUTES,
        lacking=lacking,
        Item=Item,
    )


def _planned(forum: Forum) -> dict[str, Any]:
    """Give what the form starts with: what was decided, or what is usual."""
    start: dict[str, Any] = {name: ProgrammeForm.model_fields[name].default for name in MINUTES}
    for station in forum.stations:
        start |= {f"{name}-{station.number}": getattr(station, name) for name in STATION}
    if forum.programme:
        start |= {"starts": local(forum.programme[0].starts), "place": forum.place}
        start |= _lengths(forum)
    return start


def _lengths(forum: Forum) -> dict[str, int]:
    """Give how long each part is, as the programme says; a part that is left out has none."""
    names = {item: item.value if item is not Item.BREAK else "pause" for item in Item}
    told = dict.fromkeys(MINUTES, 0)
    for one in forum.programme:
        told[names[one.item]] = int((one.ends - one.starts).total_seconds()) // 60
    return told


@routes.page("/forum/{id}/inbjudan", READERS)
def invitations(look: Looking, id: ForumId) -> Response:
    """Show who is invited, what they answer, and the form for inviting."""
    return invitations_page(look, found(look, id))


@routes.form("/forum/{id}/inbjudan", STAFF)
def invite(look: Looking, id: ForumId) -> Response:
    """Invite those who were drawn."""

    def do() -> Response:
        made = look.ask(forums.invite, id, look.fill(InvitingRequest))
        told = look.words.gettext("Inbjudan är noterad för %(count)s aktörer. Skicka nu breven.")
        return look.go(f"/forum/{id}/inbjudan", told % {"count": len(made.invitations)})

    return look.take(do, lambda fault: invitations_page(look, found(look, id), fault))


def invitations_page(look: Look, forum: Forum, fault: Fault | None = None) -> Response:
    """Show who is invited."""
    status = fault.status if fault else 200
    ordered = sorted(forum.invitations, key=lambda one: (one.reply is not None, one.name))
    return shown(look, "invitations.html", forum, status, fault=fault, invitations=ordered, Mixing=Mixing)
