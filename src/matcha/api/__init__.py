"""matcha for programs: JSON over HTTP."""

from matcha.api.app import create_app

__all__ = ["create_app"]
