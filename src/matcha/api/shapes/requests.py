"""Requests to those who run matcha, as the API gives them."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from matcha.api.shapes.common import Shape
from matcha.records.request import RequestKind


class ReceivedShape(Shape):
    """That a request was received, or what was done about it; without what was written in it."""

    id: int
    kind: RequestKind
    made: datetime
    done: datetime | None = Field(description="When it was settled; null until then.")
    outcome: str | None = Field(description="What was done about it; null until then.")


class RequestShape(ReceivedShape):
    """A request. What was written in it is null once it is settled."""

    text: str | None
    page: str | None = Field(description="Which page it is about.")
    email: str | None = Field(description="Where to answer.")
    account_id: str | None = Field(description="The account that asked; null for the public.")
    actor_id: str | None
