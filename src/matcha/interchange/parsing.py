"""What reads a stranger's file: a process of its own that cannot take much memory or time, or open anything.

It is started by `confinement`, reads the file from its standard input and writes one JSON document to its standard
output: {"told": …}, or {"sv": …, "en": …} for a file that is refused.
"""

from __future__ import annotations

import codecs
import ctypes
import gc
import json
import math
import signal
import sys
from collections.abc import Iterator
from typing import Any

from matcha.errors import Invalid
from matcha.interchange.bounds import LARGEST_FILE
from matcha.interchange.inert import shown
from matcha.interchange.judging import judge
from matcha.interchange.tables import Table, tables_in

MEMORY = 290_000_000  # bytes of address space, so that no more can be resident
SECONDS = 2.5  # of processor time; with starting and ending under three on the clock
READY = b"matcha\n"  # written when the limits hold, before anything is read
LARGEST_TOLD = 64_000_000  # bytes
TOO_MUCH_MEMORY = 71  # exit code

_ENCODINGS = ("utf-8-sig", "cp437", "unicode_escape", "latin-1", "ascii", "utf-16")
_NO_NEW_PRIVS, _SET_DUMPABLE = 38, 4  # prctl(2)


def main(what: str, name: str) -> int:
    """Read the file on standard input as `what` says, "tables" or "attachment", and give the exit code."""
    confine()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    try:
        answer = _answer(what, name, sys.stdin.buffer.read(LARGEST_FILE + 1))
    except MemoryError:
        return TOO_MUCH_MEMORY
    for piece in answer:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
    return 0


def confine() -> None:
    """Limit this process for good. Raises ImportError, OSError or ValueError where that cannot be done."""
    import resource

    for encoding in _ENCODINGS:
        codecs.lookup(encoding)  # nothing can be imported once the limits are set
    limits = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: math.ceil(SECONDS),
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,  # does not bind root
        resource.RLIMIT_NOFILE: 3,  # those that are open: no file, no socket, no library more
    }
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
        prctl(_SET_DUMPABLE, 0, 0, 0, 0)
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))
    signal.setitimer(signal.ITIMER_PROF, SECONDS)  # the limit above counts whole seconds
    gc.disable()  # it would look at every row again and again


def _answer(what: str, name: str, content: bytes) -> list[bytes]:
    try:
        if what == "attachment":
            return [_json({"told": judge(name, content)})]
        return _bounded(name, _pieces(tables_in(name, content)))
    except Invalid as error:
        return [_json({"sv": error.sv, "en": error.en})]


def _bounded(name: str, pieces: Iterator[bytes]) -> list[bytes]:
    kept: list[bytes] = []
    size = 0
    for piece in pieces:
        kept.append(piece)
        size += len(piece)
        if size > LARGEST_TOLD:
            raise Invalid(
                f"{shown(name)} innehåller för mycket text. Dela upp filen.",
                f"{shown(name)} holds too much text. Divide the file.",
            )
    return kept


def _pieces(tables: tuple[Table, ...]) -> Iterator[bytes]:
    """Give the tables as JSON, a row at a time: cells are named by their column's place."""
    yield b'{"told":['
    for count, table in enumerate(tables):
        places = {column: place for place, column in enumerate(table.columns)}
        yield b"," if count else b""
        yield _json({"file": table.file, "name": table.name, "columns": table.columns})[:-1] + b',"rows":['
        for at, (number, row) in enumerate(table.rows):
            yield (b"," if at else b"") + _json([number, [places[column] for column in row], list(row.values())])
        yield b"]}"
    yield b"]}"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
