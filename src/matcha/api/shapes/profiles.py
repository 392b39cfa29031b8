"""Actors, profiles and proposals, as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from matcha.api.shapes.common import Shape
from matcha.process import Ruling
from matcha.records import ActorForm, ProfileForm
from matcha.values import ActorKind, Band, Language, ProfileKind


class ActorShape(Shape):
    """An organisation or research group that can be matched.

    Its number is shown to itself and to staff, else null: a sole trader's is a personal number.
    """

    id: str
    name: str
    kind: ActorKind
    org_number: str | None
    country: str
    website: str | None
    created: datetime


class CertificateShape(Shape):
    """A certificate or an equivalent one, and the country that issued it (R5)."""

    name: str
    country: str
    equivalent: bool


class ProfileShape(Shape):
    """A profile in its newest version. Its text is shown to its own actor and to staff (R28), else null."""

    id: str
    actor_id: str
    version: int
    kind: ProfileKind
    title: str
    text: str | None
    language: Language
    certificates: list[CertificateShape]
    created: datetime
    withdrawn: datetime | None
    expires: datetime | None = Field(description="Until when it takes part, unless renewed.")
    expired: datetime | None


class ProposalRequest(BaseModel):
    """A profile to be reviewed, and its actor if that is new or changed."""

    model_config = ConfigDict(extra="forbid")

    profile: ProfileForm
    actor: ActorForm | None = None


class ProposalShape(Shape):
    """A proposed profile, and what was ruled about it."""

    id: int
    actor_id: str
    profile_id: str
    by: str
    content: dict[str, Any] = Field(description="What was submitted.")
    ruling: Ruling
    reason: str | None
    ruled_by: str | None
    leaf_index: int
    made: datetime
    ruled: datetime | None


class ConsiderationShape(Shape):
    """A match in which a profile took part."""

    leaf_index: int
    milliseconds: int
    profile_leaf_index: int
    excluded: str | None = Field(description="Why it was not scored, if it was not.")


class FittingNeed(Shape):
    """A published need that a profile's own score fits."""

    need_id: str
    title: str
    band: Band


class CountsShape(Shape):
    """How many rows of one noun are new, edited and unchanged."""

    noun: str
    new: int
    edited: int
    unchanged: int


class Imported(Shape):
    """What an uploaded file changed."""

    counts: list[CountsShape]


class SubscriptionShape(Shape):
    """That an account wants to hear of new needs."""

    id: int
    words: str | None
    made: datetime
