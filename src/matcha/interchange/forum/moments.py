"""Moments as people of a forum read them: in Swedish time, told in Swedish or English."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from matcha.values import Language

HERE = ZoneInfo("Europe/Stockholm")

_MONTHS = {
    Language.SV: [
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ],
    Language.EN: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
_DAYS = {
    Language.SV: ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"],
    Language.EN: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}


def here(moment: datetime) -> datetime:
    """Give a moment in Swedish time; one without a zone is taken to be so already."""
    return moment.replace(tzinfo=HERE) if moment.tzinfo is None else moment.astimezone(HERE)


def day(moment: date, language: Language) -> str:
    """Tell a day: `torsdag 12 november 2026`."""
    at = here(moment) if isinstance(moment, datetime) else moment
    return f"{_DAYS[language][at.weekday()]} {at.day} {_MONTHS[language][at.month - 1]} {at.year}"


def clock(moment: datetime, language: Language) -> str:
    """Tell a time of day: 13.05, 13:05."""
    return f"{here(moment):%H.%M}" if language is Language.SV else f"{here(moment):%H:%M}"


def span(starts: datetime, ends: datetime, language: Language) -> str:
    """Tell from when to when: 13.05–13.30."""
    return f"{clock(starts, language)}–{clock(ends, language)}"


def stamp(moment: datetime, language: Language) -> str:
    """Tell a day and a time, short: 2026-11-12 13.05."""
    return f"{here(moment):%Y-%m-%d} {clock(moment, language)}"
