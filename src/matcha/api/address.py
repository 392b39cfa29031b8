"""Where people reach matcha, as it is written in what it gives out."""

from __future__ import annotations

from fastapi import Request


def base_url(request: Request) -> str:
    """Give the address that pages and URIs begin with, without a slash at its end: as set, or else as asked for."""
    given: str | None = request.app.state.settings.public_url
    return (given or str(request.base_url)).rstrip("/")
