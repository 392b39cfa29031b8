"""What goes wrong, as a page: what happened, and what to do next, in the language of the page."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from matcha.api import faults
from matcha.api.at import At
from matcha.api.failure import status_of
from matcha.callers import ANYBODY
from matcha.errors import MatchaError, Unauthenticated
from matcha.values import Language
from matcha.web.languages import address
from matcha.web.look import Look
from matcha.web.visitor import Visitor, visitor

_NOT_FOUND = ("Sidan finns inte.", "There is no such page.")
_NOT_SO = ("Så kan sidan inte användas.", "The page cannot be used so.")


def install(site: FastAPI) -> None:
    """Make the pages answer everything that goes wrong as a page."""

    @site.exception_handler(MatchaError)
    async def _answer(request: Request, error: MatchaError) -> Response:
        status = status_of(error)
        if isinstance(error, Unauthenticated) and request.method == "GET":
            back = quote(str(request.scope["path"]) + (f"?{request.url.query}" if request.url.query else ""))
            return RedirectResponse(f"{address('/logga-in', _language(request))}?till={back}", 303)
        return await wrong(request, status, error.sv, error.en)

    @site.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        said = [(str(detail["loc"][-1]), *faults.words(detail)) for detail in error.errors()]
        told = ("; ".join(f"{name} {sv}" for name, sv, _ in said), "; ".join(f"{name} {en}" for name, _, en in said))
        return await wrong(request, 422, f"{told[0]}.", f"{told[1]}.")

    @site.exception_handler(HTTPException)
    async def _other(request: Request, error: HTTPException) -> Response:
        words = _NOT_FOUND if error.status_code == 404 else _NOT_SO
        return await wrong(request, error.status_code, *words)


async def wrong(request: Request, status: int, sv: str, en: str) -> HTMLResponse:
    """Show what went wrong."""
    look = await _at(request)
    said = sv if look.language is Language.SV else en
    return look.show("wrong.html", status, code=status, said=said, number=getattr(request.state, "request_id", None))


async def _at(request: Request) -> Look:
    """Give the look of a visit that may have failed before it was known whose it is."""
    try:
        who = await visitor(request)
    except MatchaError:
        who = Visitor(ANYBODY, FormData(), "")
    return Look(request, At.of(request, who.caller, b""), who, _language(request))


def _language(request: Request) -> Language:
    language: Language = getattr(request.state, "language", Language.SV)
    return language
