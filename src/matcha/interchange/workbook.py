"""An XLSX workbook's cells as texts, read in one pass of each part (ECMA-376-1, 18.2 to 18.4 and 18.8).

Why not openpyxl: it takes seconds for 20,000 rows, fills in every column up to the last one named, and believes what a
sheet says of its own size. The tests compare this reader with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from xml.etree.ElementTree import Element  # only a type; `Archive.ended` makes them

from matcha.interchange.archive import Archive, broken
from matcha.interchange.bounds import (
    LONGEST_CELL,
    LONGEST_NUMBER,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    formula,
    too_long_cell,
    too_many_cells,
    too_many_columns,
    too_many_rows,
)
from matcha.interchange.inert import runs, shown
from matcha.interchange.office import Kind, elements, local, opened_office, relations

Lines = list[tuple[int, list[str]]]

LAST_ROW = 1_048_576
_SHOWS_DATE = re.compile("[dmyhs]", re.IGNORECASE)
_LETTERS = re.compile("[A-Z]{1,3}")
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_BROKEN = re.compile("[\x00\ud800-\udfff]")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_DATES = frozenset(map(str, (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))))  # date formats, 18.8.30
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h|m|s)[^\]]*\]', re.IGNORECASE)
_LAST_DATE = 2_957_003  # in the year 9999, whichever year the days are counted from


def read_workbook(file: str, content: bytes) -> Iterator[tuple[str, Lines]]:
    """Give each sheet's name and its lines: (row number, texts from column A). Empty rows are left out.

    Numbers are texts with a decimal point, dates ISO 8601, truth values True and False. Raises Invalid for a workbook
    that is broken, active or too large, and for a cell that is, or looks like, a formula or holds an error.
    """
    archive, main = opened_office(file, content, Kind.XLSX)
    book, leads = list(elements(archive, main)), relations(archive, main)
    shared = _shared(archive, [found.target for found in leads if found.kind == "sharedStrings"])
    dates = _dates(archive, [found.target for found in leads if found.kind == "styles"])
    epoch = datetime(1904, 1, 1) if any(_is_1904(*found) for found in book) else datetime(1899, 12, 30)  # noqa: DTZ001
    sheets = {found.id: found.target for found in leads if found.kind == "worksheet"}
    charts = {found.id for found in leads if found.kind == "chartsheet"}
    rows = 0
    for title, id in [(a.get("name", ""), a.get("id", "")) for tag, a in book if tag == "sheet"]:
        if id in charts:
            continue
        if id not in sheets:  # never there, or read already
            raise broken(file, f"bladet {shown(title)} saknas", f"the sheet {shown(title)} is missing")
        sheet = _Sheet(file, title, shared, dates, epoch)
        sheet.read(archive.ended(sheets.pop(id)))
        rows += max(0, len(sheet.rows) - 1)
        if rows > MOST_ROWS:
            raise too_many_rows(file)
        yield title, sheet.lines()


@lru_cache(1_000)
def column_number(letters: str) -> int:
    """Give the number of a column from 1: A is 1, XFD 16,384. Raises ValueError for what is no column."""
    if not _LETTERS.fullmatch(letters):
        raise ValueError(letters)
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Give a column's letters: 1 is A."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _is_1904(tag: str, attributes: dict[str, str]) -> bool:
    return tag == "workbookPr" and attributes.get("date1904") in ("1", "true")


def _dates(archive: Archive, parts: list[str]) -> frozenset[str]:
    """Give the numbers of the cell styles that show dates."""
    formats, styles = set(_DATES), list[str]()
    for element in archive.ended(parts[0]) if parts else ():
        tag = local(element.tag)
        if tag == "numFmt" and _SHOWS_DATE.search(_QUOTED.sub("", element.get("formatCode", ""))):
            formats.add(element.get("numFmtId", "0"))
        elif tag == "cellXfs":
            styles = [style.get("numFmtId", "0") for style in element]
    return frozenset(str(place) for place, number in enumerate(styles) if number in formats)


def _shared(archive: Archive, parts: list[str]) -> list[str]:
    """Give the strings that the sheets share."""
    found: list[str] = []
    for element in archive.ended(parts[0]) if parts else ():
        if local(element.tag) == "si":
            found.append(_text(archive.file, element))
            element.clear()
    return found


def _text(file: str, element: Element) -> str:
    """Give the text of a string: of its `t` and its runs' (`r`), but not how it is pronounced (`rPh`)."""
    pieces = []
    for child in element:
        tag = local(child.tag)
        if tag == "t":
            pieces.append(child.text or "")
        elif tag == "r":
            pieces += [inner.text or "" for inner in child if local(inner.tag) == "t"]
    text = "".join(pieces)
    return _unescaped(file, text) if "_x" in text else text


def _unescaped(file: str, text: str) -> str:
    read = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    if _BROKEN.search(read):
        raise broken(file, "en text har trasiga tecken", "a text holds broken characters")
    return read


class _Sheet:
    """Reads a sheet and keeps its filled cells: row → column → text."""

    def __init__(self, file: str, title: str, shared: list[str], dates: frozenset[str], epoch: datetime) -> None:
        self.file = file
        self.title = title
        self.rows: dict[int, dict[int, str]] = {}
        self._shared, self._dates, self._epoch = shared, dates, epoch
        self._row = self._column = self._cells = 0

    def lines(self) -> Lines:
        """Give the filled rows in order, each as texts from column A to its last filled one."""
        rows = sorted(self.rows.items())
        return [(row, [cells.get(i, "") for i in range(1, max(cells) + 1)]) for row, cells in rows]

    def read(self, elements: Iterable[Element]) -> None:
        """Keep what the sheet's rows hold."""
        for element in elements:
            tag = local(element.tag)
            if tag == "row":
                self._read_row(element)
                element.clear()
            elif tag == "dimension":
                self._refuse_wide(element.get("ref", "A1"))

    def _read_row(self, row: Element) -> None:
        self._row, self._column = int(row.get("r", self._row + 1)), 0
        if not 0 < self._row <= LAST_ROW:
            raise self._wrong()
        cells = self.rows.get(self._row, {})
        self._cells += len(row)
        if self._cells > MOST_CELLS:
            raise too_many_cells(self.file)
        number = str(self._row)
        for cell in row:
            self._column = self._place_of(cell.get("r"), number)
            if len(cell) and (value := self._value(cell)):
                cells[self._column] = value
        if cells:
            if max(cells) > MOST_COLUMNS:
                raise too_many_columns(*self._place())
            self.rows[self._row] = cells
        if len(self.rows) > MOST_ROWS + 1:  # and the one that names the columns
            raise too_many_rows(self.file)

    def _place_of(self, reference: str | None, row: str) -> int:
        if reference is None:
            return self._column + 1
        if not reference.endswith(row):
            raise self._wrong()
        return column_number(reference[: -len(row)])

    def _value(self, cell: Element) -> str:
        kind, raw = cell.get("t", "n"), ""
        for child in cell:
            tag = local(child.tag)
            if tag == "f":
                raise formula(*self._place())
            if tag == "v":
                raw = child.text or ""
            elif tag == "is" and kind == "inlineStr":
                raw = _text(self.file, child)
        if kind == "n":
            return self._number(raw.strip(), cell.get("s", "0")) if raw else ""
        return self._said(kind, raw) if raw else ""

    def _said(self, kind: str, raw: str) -> str:
        match kind:
            case "b" if raw in ("0", "1"):
                return str(raw == "1")
            case "s" if raw.isascii() and raw.isdigit() and int(raw[:9]) < len(self._shared):
                text = self._shared[int(raw[:9])]
            case "inlineStr" | "d":
                text = raw
            case "str":
                text = _unescaped(self.file, raw)
            case _:  # also an error in the cell
                raise self._wrong()
        if runs(text):
            raise formula(*self._place())
        if len(text) > LONGEST_CELL:
            raise too_long_cell(*self._place())
        return text

    def _number(self, raw: str, style: str) -> str:
        if len(raw) > LONGEST_NUMBER or not _NUMBER.fullmatch(raw):
            raise self._wrong()
        number = float(raw)
        if style in self._dates and 0 <= number < _LAST_DATE:
            return self._date(number)
        if raw.lstrip("+-").isdigit():
            return str(int(raw))
        if abs(number) == float("inf"):
            raise self._wrong()
        return str(int(number)) if number.is_integer() else str(number)

    def _date(self, days: float) -> str:
        moment = self._epoch + timedelta(seconds=round(days * 86_400))
        if days < 1:
            return str(moment.time())
        return str(moment) if moment.hour or moment.minute or moment.second else str(moment.date())

    def _refuse_wide(self, reference: str) -> None:
        corners = [_REFERENCE.fullmatch(corner) for corner in reference.split(":")[:2]]
        if any(corner is not None and column_number(corner[1]) > MOST_COLUMNS for corner in corners):
            raise too_many_columns(f"{self.file}, {shown(self.title)}", f"{self.file}, {shown(self.title)}")

    def _wrong(self) -> Exception:
        place = f"{shown(self.title)}!{column_letters(self._column)}{self._row}"
        return broken(
            self.file,
            f"cellen {place} har ett fel eller inget riktigt värde",
            f"the cell {place} holds an error or no proper value",
        )

    def _place(self) -> tuple[str, str]:
        cell = f"{column_letters(self._column)}{self._row}"
        return (
            f"{self.file}, bladet {shown(self.title)}, cell {cell}",
            f"{self.file}, the sheet {shown(self.title)}, cell {cell}",
        )
