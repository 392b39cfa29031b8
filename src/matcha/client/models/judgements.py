"""What the API takes and gives: judgements. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import datetime

from matcha.client.replies import Shape


class Instructions(Shape):
    """How relevance is judged."""

    sv: str
    en: str


class Judgement(Shape):
    """What one judge holds of one profile for one need, until they judge it anew."""

    id: int
    need_id: str
    profile_id: str
    relevant: bool
    reason: str | None
    by: str
    """The judge's account, by its random id."""
    made: datetime
    leaf_index: int
    """The judgement's place in the match log."""
