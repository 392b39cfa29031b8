"""A file's rows as they stand in it: a table a noun, each cell a text or a JSON value, nothing judged yet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcha.errors import Invalid
from matcha.interchange.bounds import (
    LARGEST_FILE,
    LONGEST_CELL,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    formula,
    too_large,
    too_long_cell,
    too_many_cells,
    too_many_columns,
    too_many_rows,
)
from matcha.interchange.inert import runs, shown, unguarded
from matcha.interchange.json_values import LONGEST_NAME, parsed, refuse_cell
from matcha.interchange.workbook import read_workbook

_MAGIC = {
    b"PK\x03\x04": "ZIP, XLSX, DOCX",
    b"PK\x05\x06": "ZIP",
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"\xd0\xcf\x11\xe0": "XLS, DOC",
    b"\x1f\x8b": "GZIP",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
    b"\x7fELF": "ELF",
    b"MZ\x90": "EXE",
    b"{\\rtf": "RTF",
    b"<?xml": "XML",
    b"<!DOCTYPE": "HTML",
    b"<html": "HTML",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


@dataclass(frozen=True)
class Table:
    """Rows with the same columns. `name` is the sheet's or JSON key's name, or None; `rows` are (row number, cells)."""

    file: str
    name: str | None
    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, Any]], ...]


def read_tables(path: Path) -> tuple[Table, ...]:
    """Read a .json, .csv or .xlsx file. Raises Invalid if it is not that, is too large, or has too many rows."""
    return tables_in(path.name, _content(path))


def tables_in(name: str, content: bytes) -> tuple[Table, ...]:
    """Read a file's content as the ending of its name says. In messages the name is shown inert.

    Raises Invalid for what is none of JSON, CSV and XLSX or is not what the name says, for more than 20 MB, 20,000
    rows, 100 columns or 100,000 characters in a cell, and for cells that a spreadsheet would run as formulas.
    """
    file = shown(name)
    reader = {".json": _read_json, ".csv": _read_csv, ".xlsx": _read_xlsx}.get(Path(name).suffix.lower())
    if reader is None:
        raise Invalid(
            f"{file}: okänt filslag. matcha läser .json, .csv och .xlsx; stora filer, .jsonl, läses av matcha bulk.",
            f"{file}: unknown kind of file. matcha reads .json, .csv and .xlsx; large files, .jsonl: matcha bulk.",
        )
    if len(content) > LARGEST_FILE:
        raise too_large(file, len(content))
    tables = tuple(reader(file, content))
    if sum(len(table.rows) for table in tables) > MOST_ROWS:
        raise too_many_rows(file)
    return tables


def text_of(file: str, content: bytes) -> str:
    """Give a text file's content. Raises Invalid for another kind of file, NULs and what is not UTF-8."""
    magic = next((kind for start, kind in _MAGIC.items() if content.startswith(start)), None)
    if magic is not None:
        raise Invalid(f"{file} är ingen textfil utan {magic}.", f"{file} is not a text file but {magic}.")
    if b"\x00" in content:
        raise Invalid(f"{file} är ingen textfil.", f"{file} is not a text file.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        raise Invalid(
            f"{file}: byte {cause.start} är inte UTF-8. Spara filen som UTF-8 (i Excel: CSV UTF-8).",
            f"{file}: byte {cause.start} is not UTF-8. Save the file as UTF-8 (in Excel: CSV UTF-8).",
        ) from cause


def csv_lines(file: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Give a CSV file's lines with the number of the last line of each in the file.

    Raises Invalid as `text_of` does, and for a broken or too large file and cells that look like formulas.
    """
    first = text_of(file, content).split("\n", 1)[0]
    stream = io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline="")
    reader = csv.reader(stream, delimiter=max(";,\t", key=first.count), strict=True)
    try:
        for count, line in enumerate(reader):
            place, place_en = f"{file}, rad {reader.line_num}", f"{file}, row {reader.line_num}"
            if len(line) > MOST_COLUMNS:
                raise too_many_columns(place, place_en)
            if any(runs(cell) for cell in line):
                raise formula(place, place_en)
            if any(len(cell) > LONGEST_CELL for cell in line):
                raise too_long_cell(place, place_en)
            if count > 10 * MOST_ROWS:  # even if most are empty
                raise too_many_rows(file)
            yield reader.line_num, line
    except csv.Error as cause:
        raise Invalid(
            f"{file}, rad {reader.line_num}: trasig CSV ({cause}).",
            f"{file}, row {reader.line_num}: broken CSV ({cause}).",
        ) from cause


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST_FILE else b""
    except OSError as cause:
        raise Invalid(
            f"{path} kan inte läsas: {cause.strerror}.", f"{path} cannot be read: {cause.strerror}."
        ) from cause
    if size > LARGEST_FILE:
        raise too_large(shown(path.name), size)
    return content


def _read_json(file: str, content: bytes) -> Iterator[Table]:
    text = text_of(file, content)
    if text.count("{") + text.count("[") > MOST_CELLS:
        raise too_many_cells(file)
    document = parsed(file, file, text)
    named = document.items() if isinstance(document, dict) else [(None, document)]
    for name, rows in named:
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Invalid(
                f"{file}: skriv en lista av objekt, eller ett objekt med listorna actors, contacts, profiles, needs.",
                f"{file}: write a list of objects, or an object with the lists actors, contacts, profiles, needs.",
            )
        if len(rows) > MOST_ROWS:
            raise too_many_rows(file)
        columns = tuple(dict.fromkeys(key for row in rows for key in row))
        if len(columns) > MOST_COLUMNS:
            raise too_many_columns(file, file)
        for number, row in enumerate(rows, start=1):
            for cell in row.values():
                refuse_cell(f"{file}, rad {number}", f"{file}, row {number}", cell)
        yield Table(file, name, columns, tuple(enumerate(rows, start=1)))


def _read_csv(file: str, content: bytes) -> Iterator[Table]:
    yield _table(file, None, csv_lines(file, content))


def _read_xlsx(file: str, content: bytes) -> Iterator[Table]:
    for title, lines in read_workbook(file, content):
        if any(any(line) for _, line in lines):
            yield _table(file, title, lines)


def _table(file: str, name: str | None, lines: Iterable[tuple[int, list[str]]]) -> Table:
    filled = [(number, line) for number, line in lines if any(cell.strip() for cell in line)]
    if not filled:
        raise Invalid(f"{file} är tom.", f"{file} is empty.")
    columns = tuple(unguarded(cell.strip()) for cell in filled[0][1])
    while columns and not columns[-1]:
        columns = columns[:-1]
    if len(set(columns)) < len(columns) or "" in columns or any(len(column) > LONGEST_NAME for column in columns):
        raise Invalid(
            f"{file}: första raden ska ge varje kolumn ett eget namn.",
            f"{file}: the first row must give each column a name of its own.",
        )
    return Table(file, name, columns, tuple((number, _row(file, number, columns, line)) for number, line in filled[1:]))


def _row(file: str, number: int, columns: tuple[str, ...], line: list[str]) -> dict[str, Any]:
    if any(cell.strip() for cell in line[len(columns) :]):
        raise Invalid(
            f"{file}, rad {number}: fler celler än kolumner. Saknas citattecken om en text med skiljetecken?",
            f"{file}, row {number}: more cells than columns. Are quotes missing round a text with separators?",
        )
    cells = line + [""] * (len(columns) - len(line))
    return {column: unguarded(cell) for column, cell in zip(columns, cells, strict=False)}
