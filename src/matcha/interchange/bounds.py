"""How much a file may hold, and the words when it holds more."""

from __future__ import annotations

from matcha.errors import Invalid, spaced

LARGEST_FILE = 20_000_000  # bytes
MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_CELLS = 400_000
LONGEST_CELL = 100_000  # characters; no field takes more than a fifth of it
LONGEST_NUMBER = 40  # characters


def too_large(file: str, size: int, most: int = LARGEST_FILE) -> Invalid:
    """Give the error of a file of too many bytes."""
    return Invalid(
        f"{file} är {size // 1_000_000} MB; högst {most // 1_000_000} MB läses. Dela upp filen.",
        f"{file} is {size // 1_000_000} MB; at most {most // 1_000_000} MB is read. Divide the file.",
    )


def too_many_rows(file: str) -> Invalid:
    """Give the error of a file of too many rows."""
    return Invalid(
        f"{file} har fler än {spaced(MOST_ROWS)} rader. Dela upp filen.",
        f"{file} has more than {MOST_ROWS:,} rows. Divide the file.",
    )


def too_many_columns(place: str, place_en: str) -> Invalid:
    """Give the error of a row or an object with too many columns."""
    return Invalid(
        f"{place}: fler än {MOST_COLUMNS} kolumner. Behåll bara dem som matcha känner.",
        f"{place_en}: more than {MOST_COLUMNS} columns. Keep only those that matcha knows.",
    )


def too_many_cells(file: str) -> Invalid:
    """Give the error of a file of too many cells, or JSON values."""
    return Invalid(
        f"{file} har fler än {spaced(MOST_CELLS)} celler. Dela upp filen.",
        f"{file} has more than {MOST_CELLS:,} cells. Divide the file.",
    )


def too_long_cell(place: str, place_en: str) -> Invalid:
    """Give the error of a cell with too much text."""
    return Invalid(
        f"{place}: en cell har fler än {spaced(LONGEST_CELL)} tecken. Korta texten.",
        f"{place_en}: a cell has more than {LONGEST_CELL:,} characters. Shorten the text.",
    )


def formula(place: str, place_en: str) -> Invalid:
    """Give the error of a cell that a spreadsheet would run."""
    return Invalid(
        f"{place}: cellen är en formel, eller ser ut som en. Skriv värdet självt, utan = + - @ eller tabb främst.",
        f"{place_en}: the cell is, or looks like, a formula. Write the value itself, without a leading = + - @ or tab.",
    )
