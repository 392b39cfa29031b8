"""What the API takes and gives: proposals. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from matcha.client.models.common import ActorKind, Language, ProfileKind
from matcha.client.replies import Shape


class Ruling(StrEnum):
    """Where a proposed profile stands."""

    AWAITING = "awaiting"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"


class ActorForm(Shape):
    """An actor as submitted. Only id, name and kind must be given (R4)."""

    id: str
    """The id."""
    name: str
    """The name."""
    kind: ActorKind
    """The kind."""
    org_number: str | None = None
    """The organisation number, if it is known."""
    country: str = "SE"
    """The country, by its two letters (ISO 3166-1)."""
    website: str | None = None
    """The address of a web site."""


class Certificate(Shape):
    """A certificate that a profile's actor holds, or an equivalent one, and the country that issued it (R5)."""

    name: str
    """The name."""
    country: str
    """The country, by its two letters (ISO 3166-1)."""
    equivalent: bool = False
    """Whether it is an equivalent certificate."""


class Counts(Shape):
    """How many rows of one noun are new, edited and unchanged."""

    noun: str
    """What kind of row."""
    new: int
    """How many are new."""
    edited: int
    """How many were changed."""
    unchanged: int
    """How many are as they were."""


class Imported(Shape):
    """What an uploaded file changed."""

    counts: list[Counts]
    """How many rows of each noun are new, edited and unchanged."""


class ProfileForm(Shape):
    """A profile as submitted. A language that is not given is detected (R4: few mandatory fields)."""

    id: str
    """The id."""
    actor_id: str
    """The actor's id; null if it concerns none."""
    title: str
    """The title."""
    text: str
    """In words."""
    kind: ProfileKind = ProfileKind.SOLUTION
    """The kind."""
    language: Language | str | None = None
    """The language."""
    certificates: list[Certificate] | str = Field(default_factory=list)
    """Certificates held, or equivalent ones."""


class Proposal(Shape):
    """A proposed profile, and what was ruled about it."""

    id: int
    """The id."""
    actor_id: str
    """The actor's id; null if it concerns none."""
    profile_id: str
    """The profile's id."""
    by: str
    """The account that did it, by its random id."""
    content: dict[str, Any]
    """What was submitted."""
    ruling: Ruling
    """Where the proposal stands."""
    reason: str | None
    """Why, in words that can be read by everybody concerned."""
    ruled_by: str | None
    """The account that ruled, by its random id."""
    leaf_index: int
    """The entry's place in the match log."""
    made: datetime
    """When it was made."""
    ruled: datetime | None
    """When it was ruled about."""


class Subscription(Shape):
    """That an account wants to hear of new needs."""

    id: int
    """The id."""
    words: str | None
    """Words, with spaces between them."""
    made: datetime
    """When it was made."""
