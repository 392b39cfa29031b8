"""Shapes that many routes give."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A JSON object that the API gives."""

    model_config = ConfigDict(from_attributes=True)


class Fault(Shape):
    """What is wrong with one field."""

    where: str = Field(description="The field, with dots between its parts.")
    sv: str
    en: str


class Problem(Shape):
    """Problem details (RFC 9457), with what is wrong and what to do in Swedish and in English."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = Field(description="The same as `en`.")
    sv: str
    en: str
    request_id: str | None = None
    errors: list[Fault] | None = None


_PROBLEM = {
    "model": Problem,
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_MEANINGS = {
    400: "The request cannot be understood.",
    401: "Nobody knows who you are: sign in, or give an API key.",
    403: "You may not do this.",
    404: "It does not exist, or not for you.",
    405: "This cannot be done here.",
    408: "The request came too slowly.",
    409: "It does not fit how things stand, such as a procurement under way.",
    412: "It has changed since you read it.",
    413: "The request is too large.",
    415: "matcha does not read this kind of content.",
    422: "A field cannot be used as it stands; `errors` says which.",
    429: "Too many requests; `Retry-After` says when to come back.",
    503: "Something matcha stands on is out of reach for now.",
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {**_PROBLEM, "description": meaning} for status, meaning in _MEANINGS.items()
}
PROBLEMS[304] = {"description": "You have it already: its ETag is in `If-None-Match`."}
