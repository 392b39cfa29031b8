"""The OpenAPI document: what every operation takes and gives, and what holds for all of them."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from matcha.api.vocabulary import FIELDS

DESCRIPTION = """
Needs of health care, profiles of those who could meet them, and ranked, explained, logged matches between the two.

**Who.** Give an API key (`Authorization: Bearer matcha_…`), or sign in (`POST /v1/session`), which sets a cookie; with
a cookie, every change carries the session's `X-CSRF-Token` (`GET /v1/session`). What is public needs neither.

**Changes** take an `Idempotency-Key`: sent again with the same key, a request gives the same answer and does nothing
twice. A need's `ETag` goes into `If-Match`, so that nobody overwrites what they have not seen.

**Several servers** may share one database. `Matcha-Revision` of an answer names the newest revision of the database
that it was made from, or has made; sent as `Matcha-Wait-For` with a later request, whichever server gets it answers
from that revision or a newer one, and with 503 if it does not have it within five seconds.

**Lists** come in pages: `next` is the `cursor` of the page after, null on the last.

**Errors** are problem details (RFC 9457) with the same words in Swedish (`sv`) and English (`en`). Every answer has an
`X-Request-ID`; give it when you ask for help.
""".strip()

_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "1–64 characters of your own; the same request with the same key is done once.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"},
    "example": "2f1c9a4e-1",
}
_SEEN = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the need as you read it; 412 if it has changed since.",
    "schema": {"type": "string", "maxLength": 100},
}
_PROBLEM = "application/problem+json"
_UNREPEATED = ("/v1/session", "/v1/passwords", "/v1/similar-needs")
# what does not depend on what one has seen
_BLIND = ("/purpose", "/lock", "/attachments", "/invitation-lists", "/forums")


def install(app: FastAPI) -> None:
    """Make the app's document say what holds for all operations."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(plain())
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way


def _complete(document: dict[str, Any]) -> None:
    schemes = document.setdefault("components", {}).setdefault("securitySchemes", {})
    schemes["key"] = {"type": "http", "scheme": "bearer", "description": "An API key."}
    schemes["session"] = {"type": "apiKey", "in": "cookie", "name": "__Host-matcha", "description": "A session."}
    document["security"] = [{"key": []}, {"session": []}, {}]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            own = operation.setdefault("parameters", [])
            if method in ("post", "put", "patch", "delete") and path not in _UNREPEATED:
                own.append(_KEY)
            if method in ("post", "put") and path.startswith("/v1/needs/{id}") and not path.endswith(_BLIND):
                own.append(_SEEN)
            _tell_problems(operation["responses"])
    for name, shape in document["components"].get("schemas", {}).items():
        _describe(name, shape)


def _tell_problems(responses: dict[str, Any]) -> None:
    responses.pop("default", None)
    for status, answer in responses.items():
        if status >= "400":
            answer["content"] = {kind: told for kind, told in answer["content"].items() if kind == _PROBLEM}


def _describe(name: str, shape: dict[str, Any]) -> None:
    """Say what a shape and its fields are, where they do not say it themselves."""
    if name.startswith(("Page_", "Body_")):
        shape.setdefault("description", "A page of a list." if name.startswith("Page_") else "A form with a file.")
    for field, told in shape.get("properties", {}).items():
        if field in FIELDS:
            told.setdefault("description", FIELDS[field])
