"""Coming in, setting a password, going out."""

from __future__ import annotations

from fastapi import Response

from matcha.api.access import ANYONE
from matcha.api.caller import COOKIE, take_cookie
from matcha.api.routes import sessions
from matcha.api.routes.sessions import PasswordRequest, SignInRequest
from matcha.api.trying import tries
from matcha.errors import MatchaError, Unauthenticated
from matcha.service import demo
from matcha.web import filling
from matcha.web.filling import Fault
from matcha.web.look import Look, Looking
from matcha.web.router import Routes

routes = Routes()


@routes.page("/logga-in", ANYONE)
def sign_in_page(look: Looking, till: str = "/") -> Response:
    """Show the form for signing in; afterwards the page goes on to `till`."""
    return _sign_in(look, _inside(till))


@routes.form("/logga-in", ANYONE)
def sign_in(look: Looking) -> Response:
    """Open a session, and go on to where the visitor was going."""
    to = _inside(look.given.get("till"))
    opened = Response()
    try:
        asked = look.fill(SignInRequest)
        sessions.sign_in(asked, look.request, opened, look.matcha.accounts)
    except MatchaError as error:
        fault = filling.fault_of(error, 401 if isinstance(error, Unauthenticated) else 422)
        return _sign_in(look, to, fault)
    return _carrying(look.go(to), opened)


def _sign_in(look: Look, to: str, fault: Fault | None = None) -> Response:
    """Show the form for signing in; somebody trying matcha on this machine is told of the demo accounts."""
    oidc = getattr(look.request.app.state, "oidc", None) is not None
    shown = tries(look.request) and demo.only(look.matcha)
    emails = demo.emails() if shown else {}
    return look.show("sign_in.html", fault.status if fault else 200, fault=fault, to=to, oidc=oidc, demo=emails)


@routes.form("/logga-ut", ANYONE)
def sign_out(look: Looking) -> Response:
    """Close the session."""
    token = look.request.cookies.get(COOKIE)
    if token is not None and look.visitor.token:
        look.matcha.accounts.sign_out(token)
    response = look.go("/", look.words.gettext("Du är utloggad."))
    take_cookie(response)
    return response


@routes.page("/losenord", ANYONE)
def password_page(look: Looking) -> Response:
    """Show the form for setting a password. The token of the invitation stands after # and is never sent in a path."""
    return look.show("password.html")


@routes.form("/losenord", ANYONE)
def set_password(look: Looking) -> Response:
    """Set the password of the account that was invited."""

    def do() -> Response:
        look.ask(sessions.set_password, look.fill(PasswordRequest))
        return look.go("/logga-in", look.words.gettext("Lösenordet är satt. Logga in med det."))

    return look.take(do, lambda fault: look.show("password.html", fault.status, fault=fault))


def _inside(path: str) -> str:
    """Give a path of these pages; whatever leads elsewhere becomes the start page."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\", "/logga-in")) else "/"


def _carrying(response: Response, opened: Response) -> Response:
    """Give a response the cookies of another."""
    for name, value in opened.raw_headers:
        if name == b"set-cookie":
            response.raw_headers.append((name, value))
    response.headers["Cache-Control"] = "no-store"
    return response
