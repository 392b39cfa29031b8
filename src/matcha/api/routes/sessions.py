"""`/v1/session`, `/v1/passwords`: coming in, who am I, going out."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from matcha.api import caller as callers
from matcha.api import csrf, oidc
from matcha.api.caller import COOKIE, By, TheAccounts, TheCaller
from matcha.callers import AccountRole, Caller
from matcha.errors import NotFound, Unauthenticated
from matcha.records.account import Email
from matcha.records.fields import fault
from matcha.service import tokens
from matcha.service.entrance import Opened
from matcha.service.passwords import LONGEST

AFTER_SIGN_IN = "/v1/session"  # where a browser goes that came in by OpenID Connect, unless there are pages
router = APIRouter(prefix="/v1", tags=["session"])


def _encodable(secret: SecretStr) -> SecretStr:
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError as cause:
        raise fault("är ingen text som går att skriva", "is no text that can be written") from cause
    return secret


Secret = Annotated[SecretStr, Field(min_length=1, max_length=LONGEST), AfterValidator(_encodable)]


class SignInRequest(BaseModel):
    """An e-mail address and a password."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"email": "kim@example.org", "password": "…"}]}
    )

    email: Email = Field(description="The account's e-mail address.")
    password: Secret = Field(description="The password, as it was set.")


class PasswordRequest(BaseModel):
    """The token of an invitation, and the password to set by it."""

    model_config = ConfigDict(extra="forbid")

    token: Secret = Field(description="The token of the link that the account's owner was given. It works once.")
    password: Secret = Field(description="12 to 256 characters, not common, without the owner's name or address.")


class SessionView(BaseModel):
    """Who the caller is."""

    account_id: str | None = Field(description="The account's random id; null for anybody.")
    name: str = Field(description="The account's name; empty for anybody.")
    roles: list[AccountRole] = Field(description="What the caller may act as, narrowed by the API key if one is used.")
    actor_id: str | None = Field(description="The actor that the caller speaks for, if any.")
    known_by: By = Field(description="By what the caller is known: a session, an API key, or nothing.")
    csrf_token: str | None = Field(description=f"To be sent in {csrf.HEADER} with every unsafe request of a session.")


def limit_sign_in(request: Request, whose: str) -> None:
    """Call the app's own limit before anything costly is tried: `app.state.limit_sign_in(request, whose)`, if set.

    `whose` is the digest of the address or link that is tried, never itself. The limit raises what it sees fit.
    """
    limit = getattr(request.app.state, "limit_sign_in", None)
    if limit is not None:
        limit(request, tokens.digest(whose)[:32])


@router.post("/session", summary="Sign in", operation_id="sign_in")
def sign_in(given: SignInRequest, request: Request, response: Response, accounts: TheAccounts) -> SessionView:
    """Open a session by e-mail address and password. Its token comes in a cookie that only this host gets.

    A session that the caller had before is closed. A wrong address and a wrong password get the same answer.
    """
    csrf.refuse_foreign(request.headers, silence=True)
    limit_sign_in(request, given.email)
    opened = accounts.sign_in(given.email, given.password.get_secret_value(), request.cookies.get(COOKIE))
    callers.give_cookie(response, opened.token)
    return _view_of(opened)


@router.get("/session", summary="Who am I", operation_id="show_session")
def show_session(caller: TheCaller, request: Request, response: Response) -> SessionView:
    """Say who the caller is, and the token that a page must send with what it changes."""
    response.headers["Cache-Control"] = "no-store"
    by = callers.known_by(request)
    return _view(caller, by, request.cookies.get(COOKIE) if by is By.SESSION else None)


@router.delete("/session", summary="Sign out", operation_id="sign_out", status_code=204)
def sign_out(request: Request, response: Response, accounts: TheAccounts) -> None:
    """Close the session, and make the browser forget it. Without a session that still holds, nothing is closed."""
    token = request.cookies.get(COOKIE)
    if token is not None and _holds(accounts, token):
        csrf.refuse_foreign(request.headers, silence=False)
        csrf.refuse_without_token(request.headers, token)
        accounts.sign_out(token)
    callers.take_cookie(response)


@router.post("/passwords", summary="Set a password", operation_id="set_password", status_code=204)
def set_password(given: PasswordRequest, request: Request, accounts: TheAccounts) -> None:
    """Set the password of the account that a link was given for. The link works once; all sessions are closed."""
    csrf.refuse_foreign(request.headers, silence=True)
    limit_sign_in(request, given.token.get_secret_value())
    accounts.set_password(given.token.get_secret_value(), given.password.get_secret_value())


@router.get(
    "/session/oidc", summary="Sign in elsewhere", operation_id="start_oidc", status_code=303, response_class=Response
)
def start_oidc(request: Request) -> Response:
    """Send the browser to the configured OpenID provider."""
    started = _provider(request).start(secrets.token_hex(32), _callback(request))
    response = RedirectResponse(started.location, 303, {"Cache-Control": "no-store"})
    response.set_cookie(
        oidc.COOKIE, started.cookie, max_age=oidc.LASTS, secure=True, httponly=True, samesite="lax", path="/"
    )
    return response


@router.get(
    "/session/oidc/callback",
    summary="Come back from the OpenID provider",
    operation_id="finish_oidc",
    status_code=303,
    response_class=Response,
)
def finish_oidc(request: Request, accounts: TheAccounts) -> Response:
    """Open a session for whoever the provider vouches for, if they have an account or were invited."""
    provider = _provider(request)
    who, state = provider.finish(request.cookies.get(oidc.COOKIE), request.query_params, _callback(request))
    opened = accounts.sign_in_known(who, state, request.cookies.get(COOKIE))
    response = RedirectResponse(getattr(request.app.state, "after_sign_in", AFTER_SIGN_IN), 303)
    callers.give_cookie(response, opened.token)
    callers.take_cookie(response, oidc.COOKIE)
    return response


def _view_of(opened: Opened) -> SessionView:
    account = opened.account
    return _view(Caller(account.id, account.role_set, account.actor_id, account.name), By.SESSION, opened.token)


def _view(caller: Caller, by: By, token: str | None) -> SessionView:
    return SessionView(
        account_id=caller.account_id,
        name=caller.name,
        roles=sorted(caller.roles),
        actor_id=caller.actor_id,
        known_by=by,
        csrf_token=tokens.csrf_token(token) if token else None,
    )


def _holds(accounts: TheAccounts, token: str) -> bool:
    try:
        accounts.session(token)
    except Unauthenticated:
        return False
    return True


def _provider(request: Request) -> oidc.Provider:
    provider: oidc.Provider | None = getattr(request.app.state, "oidc", None)
    if provider is None:
        raise NotFound(
            "Ingen inloggningstjänst är inställd. Logga in med lösenord.",
            "No sign-in service is configured. Sign in by password.",
        )
    return provider


def _callback(request: Request) -> str:
    return str(request.url_for("finish_oidc"))
