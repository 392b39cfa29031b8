"""Everything that can be imported, written so that importing it again changes nothing."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic_core import PydanticCustomError

from matcha.disk import write_atomically
from matcha.errors import Invalid
from matcha.interchange.inert import guarded, shown
from matcha.records.batch import FORMS, Noun
from matcha.records.profile import certificates_in_cell

_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")  # escaped in XLSX, 22.9.2.19
Rows = Mapping[Noun, Sequence[Mapping[str, Any]]]


def export(path: Path, rows: Rows) -> tuple[Path, ...]:
    """Write rows to a .json or .xlsx file, or a .csv file a noun in a folder; gives the files written.

    A path without a suffix is a folder of CSV files. Each file appears whole or not at all. Raises Invalid for
    another suffix, Unavailable for a place that cannot be written.
    """
    writers = {".json": _json, ".xlsx": _xlsx, "": _csv_files}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise Invalid(
            f"{path.name}: välj .json, .xlsx eller en mapp (utan ändelse) för CSV.",
            f"{path.name}: choose .json, .xlsx or a folder (without a suffix) for CSV.",
        )
    files = writer(path, rows)
    for file, content in files.items():
        write_atomically(file, content)
    return tuple(files)


def _columns(noun: Noun) -> list[str]:
    return list(FORMS[noun].model_fields)


def _json(path: Path, rows: Rows) -> dict[Path, bytes]:
    document = {noun: [{c: row[c] for c in _columns(noun)} for row in rows[noun]] for noun in rows}
    return {path: json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"}


def _csv_files(path: Path, rows: Rows) -> dict[Path, bytes]:
    return {path / f"{noun}.csv": _csv(noun, rows[noun]) for noun in rows}


def _csv(noun: Noun, rows: Sequence[Mapping[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(_columns(noun))
    writer.writerows([as_cell(row[column]) for column in _columns(noun)] for row in rows)
    return text.getvalue().encode("utf-8-sig")  # the mark tells Excel that this is UTF-8


def as_cell(value: Any) -> float | str | None:
    """Give a number as it is, a list with semicolons between its parts, and any other value as a guarded text.

    A text that a spreadsheet might run gets an apostrophe, which import takes away again. Raises Invalid for a list
    that a cell cannot hold without being changed.
    """
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    text = _joined(value) if isinstance(value, list | tuple) else str(value)
    return text and guarded(text)


def _joined(parts: Sequence[Any]) -> str | None:
    """Write the parts of a list so that import reads the same parts; None if there are none."""
    text = "; ".join(_certificate(part) if isinstance(part, Mapping) else str(part) for part in parts)
    if parts and _parts(text, isinstance(parts[0], Mapping)) != list(parts):
        raise Invalid(
            f"En cell kan inte skilja delarna i {shown(text)} åt. Exportera till .json i stället.",
            f"A cell cannot keep the parts of {shown(text)} apart. Export to .json instead.",
        )
    return text or None


def _parts(text: str, certificates: bool) -> Any:
    if not certificates:
        return [part.strip() for part in text.split(";")]
    try:
        return certificates_in_cell(text)
    except PydanticCustomError:
        return None


def _certificate(part: Mapping[str, Any]) -> str:
    return f"{part['name']}{' eller likvärdigt' if part['equivalent'] else ''} ({part['country']})"


def _xlsx(path: Path, rows: Rows) -> dict[Path, bytes]:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for noun in rows:
        sheet = book.create_sheet(noun)
        sheet.append(_columns(noun))
        for number, row in enumerate(rows[noun], start=2):
            for place, column in enumerate(_columns(noun), start=1):
                fill(sheet.cell(number, place), as_cell(row[column]))
    content = io.BytesIO()
    book.save(content)
    return {path: content.getvalue()}


def fill(cell: Any, value: Any) -> None:
    """Write a value into a cell of openpyxl's. A text stays a text when somebody edits it, whatever it begins with."""
    if isinstance(value, float) and float(f"{value:.16g}") != value:  # openpyxl writes no more digits
        value = guarded(str(value))
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", value)
    cell.data_type = "s"
    cell.quotePrefix = True


def table(suffix: str, noun: Noun, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Give rows of one noun as the content of a .json, .csv or .xlsx file."""
    if suffix == ".csv":
        return _csv(noun, rows)
    writer = {".json": _json, ".xlsx": _xlsx}[suffix]
    (content,) = writer(Path(noun), {noun: rows}).values()
    return content
