"""What the API takes and gives: health. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from typing import Literal

from matcha.client.replies import Shape


class Health(Shape):
    """The process answers."""

    version: str
    """matcha's version."""
    status: Literal["ok"] = "ok"
    """How it stands; of a problem the HTTP status."""


class Ready(Shape):
    """All that matcha stands on answers."""

    checks: list[str]
    """What was tried."""
    status: Literal["ready"] = "ready"
    """How it stands; of a problem the HTTP status."""
