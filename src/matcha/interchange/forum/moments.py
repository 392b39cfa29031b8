"""Moments as people of a forum read them: in Swedish time, told in Swedish or English."""

from __future__ import annotations

from datetime import datetime

from matcha.forum import words
from matcha.forum.words import HERE
from matcha.values import Language


def here(moment: datetime) -> datetime:
    """Give a moment in Swedish time; one without a zone is taken to be so already."""
    return moment.replace(tzinfo=HERE) if moment.tzinfo is None else moment.astimezone(HERE)


def day(moment: datetime, language: Language) -> str:
    """Tell a moment's day: `torsdag 12 november 2026`."""
    return words.day(here(moment), language)


def span(starts: datetime, ends: datetime, language: Language) -> str:
    """Tell from when to when: `13.05–13.30`."""
    return f"{words.clock(here(starts), language)}–{words.clock(here(ends), language)}"


def stamp(moment: datetime, language: Language) -> str:
    """Tell a day and a time, short: `2026-11-12 13.05`."""
    at = here(moment)
    return f"{at:%Y-%m-%d} {words.clock(at, language)}"
