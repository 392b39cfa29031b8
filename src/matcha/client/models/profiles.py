"""What the API takes and gives: profiles. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import datetime

from matcha.client.models.common import ActorKind, Band, Language, ProfileKind
from matcha.client.replies import Shape


class Actor(Shape):
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


class Consideration(Shape):
    """A match in which a profile took part."""

    leaf_index: int
    milliseconds: int
    profile_leaf_index: int
    excluded: str | None
    """Why it was not scored, if it was not."""


class FittingNeed(Shape):
    """A published need that a profile's own score fits."""

    need_id: str
    title: str
    band: Band


class Profile(Shape):
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
    expires: datetime | None
    """Until when it takes part, unless renewed."""
    expired: datetime | None
