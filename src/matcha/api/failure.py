"""The one place where errors become HTTP answers (problem details, RFC 9457)."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from matcha.errors import (
    Conflict,
    Forbidden,
    Invalid,
    InvalidRows,
    MatchaError,
    NotFound,
    Stale,
    Unauthenticated,
    Unavailable,
)

STATUSES: dict[type[MatchaError], int] = {
    Invalid: 422,
    InvalidRows: 422,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Stale: 412,
    Unavailable: 503,
}
TOO_LARGE = {
    "title": "Content Too Large",
    "sv": "Texten är för stor eller saknar längd.",
    "en": "The text is too large or has no length.",
}


def install(app: FastAPI) -> None:
    """Make the app answer every MatchaError as problem details."""

    @app.exception_handler(MatchaError)
    def _answer(_request: Request, error: MatchaError) -> JSONResponse:
        content = {"title": type(error).__name__, "sv": error.sv, "en": error.en}
        return JSONResponse(content, status_code=STATUSES[type(error)], media_type="application/problem+json")
