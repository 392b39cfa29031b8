"""What matcha is for and not for (R20), what it keeps of people (R17), and how accessible it is (R24)."""

from __future__ import annotations

from datetime import date, timedelta

from fastapi import Response

from matcha.api.access import ANYONE
from matcha.api.routes import requests
from matcha.api.shapes.requests import ReceivedShape
from matcha.records.request import RequestForm, RequestKind
from matcha.service.entrance import IDLE, LONGEST
from matcha.web.filling import Fault
from matcha.web.look import Look, Looking
from matcha.web.router import Routes

routes = Routes()
TRIED = date(2026, 11, 22)  # when the accessibility of the pages was last gone through


@routes.page("/om", ANYONE)
def about(look: Looking) -> Response:
    """Say what matcha is for, and what it must never be used for."""
    return look.show("public/about.html")


@routes.page("/integritet", ANYONE)
def privacy(look: Looking) -> Response:
    """Say what is kept of people, why and for how long, and take what they ask about it."""
    return _privacy(look)


@routes.form("/integritet", ANYONE)
def ask_privacy(look: Looking) -> Response:
    """Take what somebody asks about what is kept of them."""
    return look.take(lambda: _taken(look, RequestKind.PRIVACY), lambda fault: _privacy(look, fault))


def _privacy(look: Look, fault: Fault | None = None) -> Response:
    return look.show(
        "public/privacy.html",
        fault.status if fault else 200,
        fault=fault,
        idle=IDLE // timedelta(hours=1),
        longest=LONGEST.days,
    )


@routes.page("/tillganglighet", ANYONE)
def accessibility(look: Looking, sida: str = "") -> Response:
    """Show the accessibility statement with its form; `sida` is the page that somebody comes from."""
    return _accessibility(look, start={"page": sida[:300]})


@routes.form("/tillganglighet", ANYONE)
def report(look: Looking) -> Response:
    """Take a report of what does not work."""
    return look.take(lambda: _taken(look, RequestKind.ACCESSIBILITY), lambda fault: _accessibility(look, fault))


def _accessibility(look: Look, fault: Fault | None = None, start: dict[str, str] | None = None) -> Response:
    given = look.with_start(start or {})
    return look.show("public/accessibility.html", fault.status if fault else 200, fault=fault, given=given, tried=TRIED)


def _taken(look: Look, kind: RequestKind) -> Response:
    received = ReceivedShape.model_validate(look.ask(requests.ask, look.fill(RequestForm, kind=kind)))
    return look.go(f"/tack/{kind.value}?nummer={received.id}")


@routes.page("/tack/{kind}", ANYONE)
def thanks(look: Looking, kind: RequestKind, nummer: int = 0) -> Response:
    """Say that a request has come in, and what happens to it."""
    return look.show("public/thanks.html", kind=kind, number=nummer)
