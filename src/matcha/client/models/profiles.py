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
    """The id."""
    name: str
    """The name."""
    kind: ActorKind
    """The kind."""
    org_number: str | None
    """The organisation number, if it is known."""
    country: str
    """The country, by its two letters (ISO 3166-1)."""
    website: str | None
    """The address of a web site."""
    created: datetime
    """When it was made."""


class CertificateShape(Shape):
    """A certificate or an equivalent one, and the country that issued it (R5)."""

    name: str
    """The name."""
    country: str
    """The country, by its two letters (ISO 3166-1)."""
    equivalent: bool
    """Whether it is an equivalent certificate."""


class Consideration(Shape):
    """A match in which a profile took part."""

    leaf_index: int
    """The entry's place in the match log."""
    milliseconds: int
    """When it was written, in milliseconds since 1970."""
    profile_leaf_index: int
    """The log's entry of the profile as it was considered."""
    excluded: str | None
    """Why it was not scored, if it was not."""


class FittingNeed(Shape):
    """A published need that a profile's own score fits."""

    need_id: str
    """The need's id."""
    title: str
    """The title."""
    band: Band
    """How good the match is, in one word."""


class Profile(Shape):
    """A profile in its newest version. Its text is shown to its own actor and to staff (R28), else null."""

    id: str
    """The id."""
    actor_id: str
    """The actor's id; null if it concerns none."""
    version: int
    """The version, from 1."""
    kind: ProfileKind
    """The kind."""
    title: str
    """The title."""
    text: str | None
    """In words."""
    language: Language
    """The language."""
    certificates: list[CertificateShape]
    """Certificates held, or equivalent ones."""
    created: datetime
    """When it was made."""
    withdrawn: datetime | None
    """When it was withdrawn; null while it takes part."""
    expires: datetime | None
    """Until when it takes part, unless renewed."""
    expired: datetime | None
    """When it was noted that its time had run out."""
