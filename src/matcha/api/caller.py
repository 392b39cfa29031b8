"""Who asks: a program with an API key, somebody with a session in a cookie, or anybody."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request, Response

from matcha.api import csrf
from matcha.api.trying import TRIAL, tries
from matcha.callers import ANYBODY, Caller
from matcha.errors import Unauthenticated
from matcha.service.accounts import Accounts

COOKIE = "__Host-matcha"  # the prefix: a browser takes it over TLS only, from this very host, for all of its paths
# Where somebody comes in or goes out: an old cookie is no hindrance there, and no authority either.
DOORS = frozenset(
    {
        ("POST", "/v1/session"),
        ("DELETE", "/v1/session"),
        ("POST", "/v1/passwords"),
        ("GET", "/v1/session/oidc"),
        ("GET", "/v1/session/oidc/callback"),
    }
)


class By(StrEnum):
    """By what a caller is known."""

    NOTHING = "nothing"
    SESSION = "session"
    KEY = "key"


def caller(request: Request) -> Caller:
    """Give who makes a request: by an API key, else by the cookie of a session, else anybody.

    Leaves the account's id (or None) in `request.state.account`, and by what it is known in `request.state.known_by`.
    Raises Unauthenticated for a key or session that does not hold, Forbidden for an unsafe request with a cookie that
    another site may have made.
    """
    found, by = _known(request)
    request.state.account, request.state.known_by = found.account_id, by
    return found


def accounts_of(request: Request) -> Accounts:
    """Give the accounts of the system that the app serves."""
    accounts: Accounts = request.app.state.matcha.accounts
    return accounts


TheCaller = Annotated[Caller, Depends(caller)]
TheAccounts = Annotated[Accounts, Depends(accounts_of)]


def known_by(request: Request) -> By:
    """Give by what the caller of a request is known, once `caller` has looked."""
    by: By = request.state.known_by
    return by


def give_cookie(response: Response, token: str) -> None:
    """Put a session's token into the caller's cookie, for as long as the browser is open."""
    response.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="lax", path="/")
    response.headers["Cache-Control"] = "no-store"


def take_cookie(response: Response, name: str = COOKIE) -> None:
    """Make the browser forget a cookie."""
    response.delete_cookie(name, secure=True, httponly=True, samesite="lax", path="/")


def _known(request: Request) -> tuple[Caller, By]:
    given = request.headers.getlist("authorization")
    if given:
        return accounts_of(request).key(_bearer(given)), By.KEY
    token = request.cookies.get(COOKIE)
    path = str(request.scope["path"]).removeprefix(str(request.scope.get("root_path", "")))
    if token is None or (request.method, path) in DOORS:
        return (TRIAL if tries(request) else ANYBODY), By.NOTHING
    if request.method not in csrf.SAFE:
        csrf.refuse_foreign(request.headers, silence=False)
        csrf.refuse_without_token(request.headers, token)
    return accounts_of(request).session(token), By.SESSION


def _bearer(given: list[str]) -> str:
    scheme, _, text = given[0].partition(" ")
    if len(given) != 1 or scheme.lower() != "bearer":
        raise Unauthenticated(
            "Ange en API-nyckel: Authorization: Bearer matcha_…", "Give an API key: Authorization: Bearer matcha_…"
        )
    return text.strip()
