"""The start page: what this is in one breath, what to do first, and the way in for each who comes."""

from __future__ import annotations

from fastapi import Response
from fastapi.responses import PlainTextResponse, RedirectResponse

from matcha.api.access import ANYONE
from matcha.api.routes import matching
from matcha.api.views import need_shape
from matcha.callers import AccountRole
from matcha.process import State
from matcha.web.assets import asset
from matcha.web.look import Look, Looking
from matcha.web.router import Routes

routes = Routes()
NEWEST = 4
OPEN = (State.PUBLISHED, State.IN_DIALOGUE)
_CLOSED = ("/sok", "/svar", "/fragor", "/min", "/admin", "/granskning", "/logga-in", "/losenord")
_ROBOTS = "User-agent: *\n" + "".join(f"Disallow: {door}\nDisallow: /en{door}\n" for door in _CLOSED)


@routes.page("/", ANYONE)
def start(look: Looking) -> Response:
    """Show the start page; those who may ask who could meet a need, begin with that."""
    needs = [need_shape(need, look.at) for need in look.matcha.newest_needs(NEWEST, OPEN)]
    return look.show("public/start.html", needs=needs, asks=look.may(matching.matches), own=_own(look))


def _own(look: Look) -> tuple[str, str] | None:
    """Give where somebody who asks no such questions goes first, with its name; None for the public."""
    own = (
        (AccountRole.SUPPLIER, "/min", look.words.gettext("Till min sida")),
        (AccountRole.PROCUREMENT_OFFICER, "/granskning", look.words.gettext("Till granskningen")),
        (AccountRole.ADMINISTRATOR, "/admin", look.words.gettext("Till administrationen")),
    )
    return next(((path, name) for role, path, name in own if look.caller.is_any(role)), None)


@routes.page("/robots.txt", ANYONE)
def robots(look: Looking) -> Response:
    """Tell search engines where there is nothing for them."""
    return PlainTextResponse(_ROBOTS)


@routes.page("/favicon.ico", ANYONE)
def icon(look: Looking) -> Response:
    """Give the icon to whoever asks for it where it has always been."""
    return RedirectResponse(asset("icon.svg"))
