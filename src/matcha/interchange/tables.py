"""A file's rows as they stand in it: a table a noun, each cell a text or a JSON value, nothing judged yet."""

from __future__ import annotations

import csv
import io
import json
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcha.errors import Invalid, spaced

LARGEST_FILE = 20_000_000  # bytes
LARGEST_UNPACKED = 200_000_000  # bytes an XLSX may unpack to
MOST_ROWS = 20_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t")  # what a spreadsheet would run (OWASP ASVS 5.0, 1.2.10)


@dataclass(frozen=True)
class Table:
    """Rows with the same columns. `name` is the sheet's or JSON key's name, or None; `rows` are (row number, cells)."""

    file: str
    name: str | None
    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, Any]], ...]


def read_tables(path: Path) -> tuple[Table, ...]:
    """Read a .json, .csv or .xlsx file. Raises Invalid if it is not that, is too large, or has too many rows."""
    readers = {".json": _read_json, ".csv": _read_csv, ".xlsx": _read_xlsx}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise Invalid(
            f"{path.name}: okänt filslag. matcha läser .json, .csv och .xlsx.",
            f"{path.name}: unknown kind of file. matcha reads .json, .csv and .xlsx.",
        )
    tables = tuple(reader(path.name, _content(path)))
    if sum(len(table.rows) for table in tables) > MOST_ROWS:
        raise Invalid(
            f"{path.name} har fler än {spaced(MOST_ROWS)} rader. Dela upp filen.",
            f"{path.name} has more than {MOST_ROWS:,} rows. Divide the file.",
        )
    return tables


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST_FILE else b""
    except OSError as cause:
        raise Invalid(
            f"{path} kan inte läsas: {cause.strerror}.", f"{path} cannot be read: {cause.strerror}."
        ) from cause
    if size > LARGEST_FILE:
        raise Invalid(
            f"{path.name} är {size // 1_000_000} MB; högst {LARGEST_FILE // 1_000_000} MB läses. Dela upp filen.",
            f"{path.name} is {size // 1_000_000} MB; at most {LARGEST_FILE // 1_000_000} MB is read. Divide the file.",
        )
    return content


def _text(file: str, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        raise Invalid(
            f"{file}: byte {cause.start} är inte UTF-8. Spara filen som UTF-8 (i Excel: CSV UTF-8).",
            f"{file}: byte {cause.start} is not UTF-8. Save the file as UTF-8 (in Excel: CSV UTF-8).",
        ) from cause
    if "\x00" in text:
        raise Invalid(f"{file} är ingen textfil.", f"{file} is not a text file.")
    return text


def _read_json(file: str, content: bytes) -> Iterator[Table]:
    try:
        document = json.loads(_text(file, content), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as cause:
        raise Invalid(f"{file} är inte giltig JSON: {cause}.", f"{file} is not valid JSON: {cause}.") from cause
    named = document.items() if isinstance(document, dict) else [(None, document)]
    for name, rows in named:
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Invalid(
                f"{file}: skriv en lista av objekt, eller ett objekt med listorna actors, contacts, profiles, needs.",
                f"{file}: write a list of objects, or an object with the lists actors, contacts, profiles, needs.",
            )
        columns = tuple(dict.fromkeys(key for row in rows for key in row))
        yield Table(file, name, columns, tuple(enumerate(rows, start=1)))


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _read_csv(file: str, content: bytes) -> Iterator[Table]:
    text = _text(file, content)
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t", key=first.count), strict=True)
    try:
        lines = [(reader.line_num, line) for line in reader]
    except csv.Error as cause:
        raise Invalid(
            f"{file}, rad {reader.line_num}: trasig CSV ({cause}).",
            f"{file}, row {reader.line_num}: broken CSV ({cause}).",
        ) from cause
    yield _table(file, None, lines)


def _read_xlsx(file: str, content: bytes) -> Iterator[Table]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > LARGEST_UNPACKED:
            raise Invalid(f"{file} packas upp till för mycket.", f"{file} unpacks to too much.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of styles it does not know; we read cells only
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheets = [(sheet.title, [tuple(row) for row in sheet.iter_rows(values_only=True)]) for sheet in book]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as cause:
        raise Invalid(f"{file} är ingen XLSX-fil ({cause}).", f"{file} is not an XLSX file ({cause}).") from cause
    for title, rows in sheets:
        lines = [(number, [_cell(value) for value in row]) for number, row in enumerate(rows, start=1)]
        if any(any(line) for _, line in lines):
            yield _table(file, title, lines)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _table(file: str, name: str | None, lines: Iterable[tuple[int, list[str]]]) -> Table:
    filled = [(number, line) for number, line in lines if any(cell.strip() for cell in line)]
    if not filled:
        raise Invalid(f"{file} är tom.", f"{file} is empty.")
    columns = tuple(cell.strip() for cell in filled[0][1])
    while columns and not columns[-1]:
        columns = columns[:-1]
    if len(set(columns)) < len(columns) or "" in columns:
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
    return {column: _unguarded(cell) for column, cell in zip(columns, cells, strict=False)}


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell
