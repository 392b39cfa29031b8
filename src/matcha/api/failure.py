"""The one place where errors become HTTP answers: problem details (RFC 9457) in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException

from matcha.api import faults
from matcha.errors import (
    Conflict,
    Forbidden,
    Invalid,
    InvalidRows,
    Lagging,
    MatchaError,
    NotFound,
    Stale,
    Unauthenticated,
    Unavailable,
)
from matcha.forum.relaxation import Impossible, Relaxation, Rule
from matcha.values import Language

STATUSES: dict[type[MatchaError], int] = {
    Invalid: 422,
    InvalidRows: 422,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Impossible: 409,
    Stale: 412,
    Unavailable: 503,
    Lagging: 503,
}
_HEADERS: dict[int, dict[str, str]] = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "5"}}
_OTHERS: dict[int, tuple[str, str]] = {
    400: ("Anropet går inte att förstå.", "The request cannot be understood."),
    404: ("Adressen finns inte. Se /openapi.json.", "There is no such address. See /openapi.json."),
    405: ("Så kan adressen inte användas. Se /openapi.json.", "The address cannot be used so. See /openapi.json."),
}
_FIELDS = ("Något fält går inte att använda; se errors.", "A field cannot be used; see errors.")


def install(app: FastAPI) -> None:
    """Make the app answer everything that goes wrong as problem details."""

    @app.exception_handler(MatchaError)
    def _answer(request: Request, error: MatchaError) -> JSONResponse:
        return problem(request, status_of(error), error.sv, error.en, _members(error))

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        broken = any(detail["type"] == "json_invalid" for detail in error.errors())
        found = []
        for detail in error.errors():
            sv, en = faults.words(detail)
            found.append({"where": ".".join(map(str, detail["loc"][1:] or detail["loc"])), "sv": sv, "en": en})
        return problem(request, 400 if broken else 422, *(_OTHERS[400] if broken else _FIELDS), {"errors": found})

    @app.exception_handler(HTTPException)
    def _other(request: Request, error: HTTPException) -> JSONResponse:
        words = _OTHERS.get(error.status_code, _OTHERS[400])
        headers = {"Allow": ", ".join(_methods(request))} if error.status_code == 405 else error.headers
        return problem(request, error.status_code, *words, headers=headers)


def status_of(error: MatchaError) -> int:
    """Give the status of an error; one that has none of its own has its parent's."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def _members(error: MatchaError) -> dict[str, Any]:
    """Give what a problem says beside its words."""
    if isinstance(error, InvalidRows) and error.rows:
        return {
            "errors": [
                {"where": f"{row.file}:{row.row}{f':{row.column}' if row.column else ''}", "sv": row.sv, "en": row.en}
                for row in error.rows[:100]
            ]
        }
    if isinstance(error, Impossible):
        changes = (
            {**_rule(one.rule), "before": one.before, "after": one.after, **_said(one)} for one in error.relaxations
        )
        return {"conflict": [{**_rule(one), **_said(one)} for one in error.conflict], "relaxations": list(changes)}
    return {}


def _rule(rule: Rule) -> dict[str, Any]:
    named = rule.subject if isinstance(rule.subject, tuple) else (rule.subject,)
    return {"rule": rule.kind.value, "of": [str(one) for one in named if one is not None]}


def _said(one: Rule | Relaxation) -> dict[str, str]:
    return {"sv": one.told(Language.SV), "en": one.told(Language.EN)}


def _methods(request: Request) -> list[str]:
    """Give what can be done at an address: the router's own 405 names the methods of one route only."""
    routes = [route for route in iter_route_contexts(request.app.routes) if route.path_regex.match(request.url.path)]
    return sorted({method for route in routes for method in route.methods or ()})


def problem(
    request: Request,
    status: int,
    sv: str,
    en: str,
    members: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Give a problem as an answer."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": en, "sv": sv}
    told |= {"en": en, "request_id": getattr(request.state, "request_id", None), **(members or {})}
    sent = {**_HEADERS.get(status, {}), **(headers or {})}
    return JSONResponse(told, status_code=status, media_type="application/problem+json", headers=sent)
