"""What the API takes and gives: proposals. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from matcha.client.models.common import ActorKind, Language, ProfileKind
from matcha.client.replies import Shape


class ActorForm(Shape):
    """An actor as submitted. Only id, name and kind must be given (R4)."""

    id: str
    name: str
    kind: ActorKind
    org_number: str | None = None
    country: str = "SE"
    website: str | None = None


class Certificate(Shape):
    """A certificate that a profile's actor holds, or an equivalent one, and the country that issued it (R5)."""

    name: str
    country: str
    equivalent: bool = False


class Counts(Shape):
    """How many rows of one noun are new, edited and unchanged."""

    noun: str
    new: int
    edited: int
    unchanged: int


class Imported(Shape):
    """What an uploaded file changed."""

    counts: list[Counts]


class ProfileForm(Shape):
    """A profile as submitted. A language that is not given is detected (R4: few mandatory fields)."""

    id: str
    actor_id: str
    title: str
    text: str
    kind: ProfileKind = ProfileKind.SOLUTION
    language: Language | None = None
    certificates: list[Certificate] = Field(default_factory=list)


class Proposal(Shape):
    """A proposed profile, and what was ruled about it."""

    id: int
    actor_id: str
    profile_id: str
    by: str
    content: dict[str, Any]
    """What was submitted."""
    ruling: Ruling
    reason: str | None
    ruled_by: str | None
    leaf_index: int
    made: datetime
    ruled: datetime | None


class Ruling(StrEnum):
    """Where a proposed profile stands."""

    AWAITING = "awaiting"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"


class Subscription(Shape):
    """That an account wants to hear of new needs."""

    id: int
    words: str | None
    made: datetime
