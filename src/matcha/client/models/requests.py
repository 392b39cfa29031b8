"""What the API takes and gives: requests. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from matcha.client.replies import Shape


class RequestKind(StrEnum):
    """What a request is about: erasure (GDPR article 17), accessibility, or privacy (GDPR articles 15, 16, 18, 21)."""

    ERASURE = "erasure"
    ACCESSIBILITY = "accessibility"
    PRIVACY = "privacy"


class Received(Shape):
    """That a request was received, or what was done about it; without what was written in it."""

    id: int
    """The id."""
    kind: RequestKind
    """The kind."""
    made: datetime
    """When it was made."""
    done: datetime | None
    """When it was settled; null until then."""
    outcome: str | None
    """What was done about it; null until then."""


class Request(Shape):
    """A request. What was written in it is null once it is settled."""

    id: int
    """The id."""
    kind: RequestKind
    """The kind."""
    made: datetime
    """When it was made."""
    done: datetime | None
    """When it was settled; null until then."""
    outcome: str | None
    """What was done about it; null until then."""
    text: str | None
    """In words."""
    page: str | None
    """Which page it is about."""
    email: str | None
    """Where to answer."""
    account_id: str | None
    """The account that asked; null for the public."""
    actor_id: str | None
    """The actor's id; null if it concerns none."""
