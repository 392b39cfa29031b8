"""What pages say: Swedish stands in the templates, English in catalogues beside them (gettext, read by Babel)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files

from babel import Locale, dates, numbers
from babel.messages.pofile import read_po

from matcha.forum.words import HERE
from matcha.service.labels import label
from matcha.values import Language

LOCALES: Mapping[Language, Locale] = {Language.SV: Locale("sv", "SE"), Language.EN: Locale("en", "GB")}


@cache
def english() -> Mapping[str, str | tuple[str, str]]:
    """Give every English text by its Swedish one; one in singular and plural by its Swedish singular.

    Raises ValueError where two catalogues disagree, or a text has no English.
    """
    found: dict[str, str | tuple[str, str]] = {}
    for name, sv, en in _messages():
        if not all(en) or found.setdefault(sv, en) != en:
            raise ValueError(f"{name}: {sv!r} has no English, or another one elsewhere")
    return found


def _messages() -> Iterator[tuple[str, str, str | tuple[str, str]]]:
    for file in sorted(files("matcha.web").joinpath("words/en").iterdir(), key=lambda file: file.name):
        with file.open("rb") as content:
            for message in read_po(content, locale="en"):
                if message.id and isinstance(message.id, str):
                    yield file.name, message.id, str(message.string)
                elif message.id:
                    one, several = list(message.string or ("", ""))[:2]
                    yield file.name, message.id[0], (one, several)


class Words:
    """What a page says in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._locale = LOCALES[language]

    def gettext(self, sv: str) -> str:
        """Give a text. Raises KeyError for one without English."""
        if self.language is Language.SV:
            return sv
        found = english()[sv]
        assert isinstance(found, str)
        return found

    def ngettext(self, one: str, several: str, count: int) -> str:
        """Give a text that depends on a number."""
        if self.language is Language.SV:
            return one if count == 1 else several
        found = english()[one]
        assert isinstance(found, tuple)
        return found[0] if count == 1 else found[1]

    def label(self, choice: StrEnum) -> str:
        """Give what a closed choice is called."""
        return label(choice, self.language)

    def day(self, moment: date | datetime | None) -> str:
        """Give a day: 3 mars 2026; nothing for None."""
        if moment is None:
            return ""
        here = moment.astimezone(HERE) if isinstance(moment, datetime) else moment
        return dates.format_date(here, "long", locale=self._locale)

    def moment(self, moment: datetime | int | None) -> str:
        """Give a point in time as it is in Sweden, to the minute; a whole number is milliseconds since 1970."""
        if moment is None:
            return ""
        at = datetime.fromtimestamp(moment / 1000, UTC) if isinstance(moment, int) else moment
        return dates.format_datetime(at, "d MMM y HH:mm", tzinfo=HERE, locale=self._locale)

    def number(self, number: float | int | None) -> str:
        """Give a number as it is written in the language: 1 234,5; nothing for None."""
        return "" if number is None else str(numbers.format_decimal(number, locale=self._locale))
