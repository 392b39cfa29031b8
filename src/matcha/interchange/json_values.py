"""JSON from outside, read with distrust: what JSON has not, or ought not to have, is refused."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from math import inf
from typing import Any, NoReturn

from matcha.errors import Invalid
from matcha.interchange.bounds import LONGEST_CELL, LONGEST_NUMBER, MOST_COLUMNS, too_long_cell, too_many_columns
from matcha.interchange.inert import shown

LONGEST_NAME = 100  # characters of a column's name
DEEPEST_CELL = 3  # lists and objects within each other in one JSON value

_BROKEN = re.compile("[\x00\ud800-\udfff]")


def parsed(place: str, place_en: str, text: str) -> Any:
    """Give the value of JSON text. Raises Invalid, naming the place, for what is none or has a name twice, NaN, a
    number without end or values too deep within each other."""
    checks = _Checks(place, place_en)
    try:
        return json.loads(
            text,
            parse_constant=checks.constant,
            parse_int=checks.whole,
            parse_float=checks.finite,
            object_pairs_hook=checks.named,
        )
    except RecursionError as cause:
        raise checks.refused("värden ligger för djupt i varandra", "values lie too deep within each other") from cause
    except ValueError as cause:
        raise checks.refused(str(cause), str(cause)) from cause


@dataclass(frozen=True)
class _Checks:
    """What is looked at while JSON is read."""

    place: str
    place_en: str

    def constant(self, name: str) -> NoReturn:
        raise self.refused(f"{name} finns inte i JSON", f"{name} is not JSON")

    def whole(self, digits: str) -> int:
        if len(digits) > LONGEST_NUMBER:
            raise self.refused(f"ett tal har {len(digits)} siffror", f"a number has {len(digits)} digits")
        return int(digits)

    def finite(self, digits: str) -> float:
        number = float(digits) if len(digits) <= LONGEST_NUMBER else inf
        if abs(number) == inf:
            raise self.refused("ett tal är för stort eller för långt", "a number is too large or too long")
        return number

    def named(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(pairs) > MOST_COLUMNS:
            raise too_many_columns(self.place, self.place_en)
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = shown(next(name for place, (name, _) in enumerate(pairs) if name in dict(pairs[:place])))
            raise self.refused(f"{twice} står två gånger i ett objekt", f"{twice} occurs twice in an object")
        if any(len(name) > LONGEST_NAME or _BROKEN.search(name) for name in found):
            raise self.refused("ett namn är för långt eller trasigt", "a name is too long or broken")
        return found

    def refused(self, sv: str, en: str) -> Invalid:
        return Invalid(f"{self.place} är inte giltig JSON: {sv}.", f"{self.place_en} is not valid JSON: {en}.")


def refuse_cell(place: str, place_en: str, cell: Any, depth: int = 0) -> None:
    """Raise Invalid for a JSON value that is too deep, too long or holds what no text may hold."""
    if isinstance(cell, str) and len(cell) > LONGEST_CELL:
        raise too_long_cell(place, place_en)
    if isinstance(cell, str) and _BROKEN.search(cell):
        raise Invalid(f"{place}: trasiga tecken i en text.", f"{place_en}: broken characters in a text.")
    if isinstance(cell, list | dict):
        if depth == DEEPEST_CELL or len(cell) > MOST_COLUMNS:
            raise Invalid(f"{place}: ett värde är för djupt eller långt.", f"{place_en}: a value is too deep or long.")
        for inner in cell.values() if isinstance(cell, dict) else cell:
            refuse_cell(place, place_en, inner, depth + 1)
