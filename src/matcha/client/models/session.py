"""What the API takes and gives: session. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from enum import StrEnum

from matcha.client.models.common import AccountRole
from matcha.client.replies import Shape


class By(StrEnum):
    """By what a caller is known."""

    NOTHING = "nothing"
    SESSION = "session"
    KEY = "key"


class Session(Shape):
    """Who the caller is."""

    account_id: str | None
    """The account's random id; null for anybody."""
    name: str
    """The account's name; empty for anybody."""
    roles: list[AccountRole]
    """What the caller may act as, narrowed by the API key if one is used."""
    actor_id: str | None
    """The actor that the caller speaks for, if any."""
    known_by: By
    """By what the caller is known: a session, an API key, or nothing."""
    csrf_token: str | None
    """To be sent in X-CSRF-Token with every unsafe request of a session."""
