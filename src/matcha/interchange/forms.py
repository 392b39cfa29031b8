"""From rows to a batch: every row is checked, and every fault is told with its file, row and column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from matcha.errors import Invalid, InvalidRows, RowFault
from matcha.interchange.inert import shown
from matcha.interchange.tables import Table, read_tables
from matcha.records.batch import FORMS, Batch, Noun, Origin
from matcha.records.fields import Form

MOST_FAULTS = 1_000  # told at once

_SHEET_NAMES = {"aktörer": Noun.ACTORS, "kontakter": Noun.CONTACTS, "profiler": Noun.PROFILES, "behov": Noun.NEEDS}


def read_batch(paths: Sequence[Path]) -> Batch:
    """Read files into one batch. Raises Invalid for a file and InvalidRows for rows that cannot be used."""
    return batch_of([table for path in paths for table in read_tables(path)])


def batch_of(found: Iterable[Table]) -> Batch:
    """Make one batch of tables. Raises Invalid for a table and InvalidRows, with the first 1,000 faults at most."""
    tables = [(noun_of(table), table) for table in found]
    forms: dict[Noun, list[Any]] = {noun: [] for noun in Noun}
    origins: dict[tuple[Noun, str], Origin] = {}
    faults: list[RowFault] = []
    for noun, table in tables:
        for row, values in table.rows:
            if len(faults) >= MOST_FAULTS:
                break
            form, wrong = form_of(noun, Origin(table.file, row), values)
            faults += wrong
            if form is None:
                continue
            origin = Origin(table.file, row)
            if (noun, form.id) in origins:  # type: ignore[attr-defined]  # every form has an id
                faults.append(twice(origin, origins[noun, form.id], form.id))  # type: ignore[attr-defined]
                continue
            origins[noun, form.id] = origin  # type: ignore[attr-defined]
            forms[noun].append(form)
    if faults:
        raise InvalidRows(tuple(faults[:MOST_FAULTS]))
    return Batch(
        actors=tuple(forms[Noun.ACTORS]),
        contacts=tuple(forms[Noun.CONTACTS]),
        profiles=tuple(forms[Noun.PROFILES]),
        needs=tuple(forms[Noun.NEEDS]),
        origins=origins,
    )


def noun_of(table: Table) -> Noun:
    """Say what a table holds, by its name or else by its columns. Raises Invalid, naming the columns that are off."""
    name = (table.name or "").strip().lower()
    if name in tuple(Noun):
        noun = Noun(name)
    elif name in _SHEET_NAMES:
        noun = _SHEET_NAMES[name]
    else:
        noun = likeliest(table.columns)
    unknown = [column for column in table.columns if column not in FORMS[noun].model_fields]
    missing = [column for column in _required(noun) if column not in table.columns] if table.rows else []
    if unknown or missing:
        raise Invalid(
            f"{_place(table)}: kolumnerna passar inte {noun}.{_listed(' Okända:', unknown)}"
            f"{_listed(' Saknas:', missing)} Möjliga: {', '.join(FORMS[noun].model_fields)}.",
            f"{_place(table)}: the columns do not fit {noun}.{_listed(' Unknown:', unknown)}"
            f"{_listed(' Missing:', missing)} Possible: {', '.join(FORMS[noun].model_fields)}.",
        )
    return noun


def likeliest(columns: Iterable[str]) -> Noun:
    """Say what a table or a row with these columns holds."""
    return max(Noun, key=lambda noun: _likeness(noun, set(columns)))


def _required(noun: Noun) -> list[str]:
    return [name for name, field in FORMS[noun].model_fields.items() if field.is_required()]


def _likeness(noun: Noun, columns: set[str]) -> tuple[int, int]:
    """Fewest mandatory columns missing first, then fewest unknown."""
    return -len(set(_required(noun)) - columns), -len(columns - set(FORMS[noun].model_fields))


def _place(table: Table) -> str:
    return f"{table.file} ({shown(table.name)})" if table.name else table.file


def _listed(word: str, columns: Iterable[str]) -> str:
    names = ", ".join(shown(column[:40]) for column in columns)
    return f"{word} {names}." if names else ""


def form_of(noun: Noun, origin: Origin, values: Mapping[str, Any]) -> tuple[Form | None, list[RowFault]]:
    """Give a row as a form, or every fault in it."""
    given = {name: value for name, value in values.items() if value not in (None, "")}
    try:
        return FORMS[noun].model_validate(given), []
    except ValidationError as error:
        return None, [_fault(origin, detail) for detail in error.errors()]


def twice(here: Origin, first: Origin, id: str) -> RowFault:
    """Give the fault of an id that an earlier row has."""
    place = f"{first.file}, rad {first.row}"
    return RowFault(
        here.file, here.row, "id", f"{id} finns redan i {place}", f"{id} is already in {place.replace('rad', 'row')}"
    )


def _fault(origin: Origin, detail: ErrorDetails) -> RowFault:
    column = ".".join(shown(str(part)) for part in detail["loc"] if isinstance(part, str) and "[" not in part) or None
    sv, en = _words(detail)
    return RowFault(origin.file, origin.row, column, sv, en)


def _words(detail: ErrorDetails) -> tuple[str, str]:
    context = detail.get("ctx", {})
    given = shown(str(detail["input"])[:60])
    choices = str(context.get("expected")).replace("'", "").replace(" or ", ", ")
    words = {
        "matcha": (context.get("sv", ""), context.get("en", "")),
        "missing": ("saknas", "is missing"),
        "extra_forbidden": ("är ingen känd kolumn", "is not a known column"),
        "enum": (f"{given} är inget av: {choices}", f"{given} is none of: {choices}"),
        "string_too_long": (
            f"är för lång; högst {context.get('max_length')} tecken",
            f"is too long; at most {context.get('max_length')} characters",
        ),
        "string_too_short": ("är tom", "is empty"),
        "string_pattern_mismatch": (f"har fel form: {given}", f"has the wrong form: {given}"),
        "string_type": (f"ska vara text: {given}", f"must be text: {given}"),
        "float_parsing": (f"är inget tal: {given}", f"is not a number: {given}"),
        "float_type": (f"är inget tal: {given}", f"is not a number: {given}"),
        "finite_number": (f"är inget tal: {given}", f"is not a number: {given}"),
    }
    return words.get(detail["type"], (detail["msg"], detail["msg"]))
