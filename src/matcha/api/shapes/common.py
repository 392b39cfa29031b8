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


class RuleFault(Shape):
    """A rule of a forum that contradicts others."""

    rule: str = Field(description="What it limits, such as `seats_fewest` or `never_together`.")
    of: list[str] = Field(description="The kind, aspect or actors that it is about; empty if it is about all.")
    sv: str
    en: str


class RuleChange(RuleFault):
    """A change of a rule that helps to make a forum possible; null before and after if the rule is dropped."""

    before: int | None = Field(description="Its number now.")
    after: int | None = Field(description="Its number if it is changed so.")


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
    conflict: list[RuleFault] | None = Field(
        default=None, description="Rules of a forum that cannot hold together; each is needed for that."
    )
    relaxations: list[RuleChange] | None = Field(
        default=None, description="The smallest change of a forum's rules that makes it possible."
    )


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
