"""A JSON Lines file of any size, a line at a time: each line is one row, and its fields tell which noun it is."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from matcha.errors import Invalid, RowFault, spaced
from matcha.interchange.bounds import MOST_CELLS
from matcha.interchange.forms import form_of, likeliest
from matcha.interchange.inert import shown
from matcha.interchange.json_values import parsed, refuse_cell
from matcha.records.batch import Noun, Origin
from matcha.records.fields import Form

LONGEST_LINE = 1_000_000  # bytes; the longest text that is taken in, wholly escaped, is an eighth of it


@dataclass(frozen=True)
class Line:
    """A line of a file: its form, or its faults; and which share of the file has been read with it, 0 to 1."""

    noun: Noun
    origin: Origin
    form: Form | None
    faults: tuple[RowFault, ...]
    share: float


def read_lines(path: Path) -> Iterator[Line]:
    """Read a .jsonl or .jsonl.gz file in UTF-8, whatever its size; empty lines are passed over.

    Raises Invalid for another kind of file and one that cannot be read.
    """
    file = shown(path.name)
    if not path.name.lower().endswith((".jsonl", ".jsonl.gz")):
        raise Invalid(
            f"{file}: matcha bulk läser JSON Lines, en rad om en profil eller aktör: .jsonl eller .jsonl.gz. Andra "
            "filer läses av matcha import.",
            f"{file}: matcha bulk reads JSON Lines, a line for a profile or an actor: .jsonl or .jsonl.gz. Other "
            "files are read by matcha import.",
        )
    with _readably(file), path.open("rb") as raw:
        size = path.stat().st_size
        with gzip.open(raw) if path.suffix.lower() == ".gz" else nullcontext(raw) as content:
            for number, line in _numbered(content):
                if line.strip():
                    yield _line(Origin(file, number), line, raw.tell() / size)


def _numbered(content: IO[bytes] | gzip.GzipFile) -> Iterator[tuple[int, bytes]]:
    """Give lines with their numbers; of one that is too long the first LONGEST_LINE + 1 bytes."""
    number = 0
    while line := content.readline(LONGEST_LINE + 1):
        number += 1
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = content.readline(LONGEST_LINE + 1)
        yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line


def _line(origin: Origin, line: bytes, share: float) -> Line:
    try:
        values = _values(origin, line)
    except Invalid as error:
        fault = RowFault(origin.file, origin.row, None, error.sv, error.en)
        return Line(Noun.PROFILES, origin, None, (fault,), share)
    noun = _noun(tuple(values))
    form, faults = form_of(noun, origin, values)
    return Line(noun, origin, form, tuple(faults), share)


def _values(origin: Origin, line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise Invalid(
            f"raden är längre än {spaced(LONGEST_LINE)} byte. Korta texten.",
            f"the line is longer than {LONGEST_LINE:,} bytes. Shorten the text.",
        )
    try:
        text = line.decode()
    except UnicodeDecodeError as cause:
        raise Invalid(
            f"byte {cause.start} är inte UTF-8. Spara filen som UTF-8.",
            f"byte {cause.start} is not UTF-8. Save the file as UTF-8.",
        ) from cause
    values = parsed("raden", "the line", text) if text.count("{") + text.count("[") <= MOST_CELLS else None
    if not isinstance(values, dict):
        raise Invalid(
            'raden ska vara ett objekt, som {"id": …, "actor_id": …, "title": …, "text": …}.',
            'the line must be an object, such as {"id": …, "actor_id": …, "title": …, "text": …}.',
        )
    for cell in values.values():
        refuse_cell("raden", "the line", cell)
    return values


@lru_cache(maxsize=256)
def _noun(columns: tuple[str, ...]) -> Noun:
    return likeliest(columns)


@contextmanager
def _readably(file: str) -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as cause:
        raise Invalid(
            f"{file} är trasig eller avbruten (gzip: {cause}). Hämta den på nytt.",
            f"{file} is broken or cut off (gzip: {cause}). Fetch it again.",
        ) from cause
    except OSError as cause:
        raise Invalid(
            f"{file} kan inte läsas: {cause.strerror}.", f"{file} cannot be read: {cause.strerror}."
        ) from cause
