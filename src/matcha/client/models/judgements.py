"""What the API takes and gives: judgements. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import datetime

from matcha.client.replies import Shape


class Instructions(Shape):
    """How relevance is judged."""

    sv: str
    """In Swedish."""
    en: str
    """In English."""


class Judgement(Shape):
    """What one judge holds of one profile for one need, until they judge it anew."""

    id: int
    """The id."""
    need_id: str
    """The need's id."""
    profile_id: str
    """The profile's id."""
    relevant: bool
    """Whether the profile is relevant for the need."""
    reason: str | None
    """Why, in words that can be read by everybody concerned."""
    by: str
    """The judge's account, by its random id."""
    made: datetime
    """When it was made."""
    leaf_index: int
    """The judgement's place in the match log."""
