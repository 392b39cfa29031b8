"""How far the tests of the match log go: shortly in every run, and far with MATCHA_STRESS=1 in the environment."""

from __future__ import annotations

import os


def scaled(short: int, long: int) -> int:
    """Give how many of something to try."""
    return long if os.environ.get("MATCHA_STRESS") == "1" else short
