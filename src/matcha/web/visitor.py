"""Who visits a page: somebody with a session in a cookie, somebody trying matcha on this machine, or anybody.

Where there are demo accounts, nobody is taken for staff without signing in as one of them.

A page takes no API key. What a form changes is tried as `api.csrf` does, with the session's token in the field `csrf`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, Headers

from matcha.api import csrf
from matcha.api.caller import COOKIE, By, accounts_of
from matcha.api.trying import TRIAL, tries
from matcha.callers import ANYBODY, Caller
from matcha.errors import Unauthenticated
from matcha.service import Matcha, tokens

TOKEN = "csrf"  # noqa: S105  # the name of a field
DOORS = ("/logga-in", "/losenord")  # where somebody comes in: an old cookie is no hindrance there, and no authority


@dataclass(frozen=True)
class Visitor:
    """Who visits, the form that was sent (empty for a look), and the token for the forms of the page."""

    caller: Caller
    form: FormData
    token: str
    outdated: bool = False


async def visitor(request: Request) -> Visitor:
    """Give who visits. Raises Forbidden for a form that another site may have sent."""
    form = await request.form(max_files=4, max_fields=2000) if request.method not in csrf.SAFE else FormData()
    found = _known(request, form)
    request.state.account = found.caller.account_id
    request.state.known_by = By.SESSION if found.token else By.NOTHING
    return found


async def _visiting(request: Request) -> AsyncIterator[Visitor]:
    found = await visitor(request)
    try:
        yield found
    finally:
        await found.form.close()  # the files in it


TheVisitor = Annotated[Visitor, Depends(_visiting)]


def _known(request: Request, form: FormData) -> Visitor:
    session = request.cookies.get(COOKIE)
    unsafe = request.method not in csrf.SAFE
    if session is None or request.scope["path"] in DOORS:
        if unsafe:
            csrf.refuse_foreign(request.headers, silence=False)
        return Visitor(TRIAL if tries(request) and not _accounts_exist(request) else ANYBODY, form, "")
    if unsafe:
        csrf.refuse_foreign(request.headers, silence=False)
    try:
        caller = accounts_of(request).session(session)
    except Unauthenticated:
        return Visitor(ANYBODY, form, "", outdated=True)
    if unsafe:
        csrf.refuse_without_token(Headers({csrf.HEADER: str(form.get(TOKEN, ""))}), session)
    return Visitor(caller, form, tokens.csrf_token(session))


def _accounts_exist(request: Request) -> bool:
    matcha: Matcha = request.app.state.matcha
    return matcha.accounts.exist()
