"""Files that are whole or not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matcha.errors import Unavailable


def write_atomically(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Put `content` at `path` whole or not at all, on disk when this returns; its folder is made if need be.

    `mode` is what others may do with it, as far as the umask allows. Raises Unavailable if it cannot be written.
    """
    with writing(path.parent):
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with open(unfinished, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
            _sync_folder(path.parent)
        finally:
            unfinished.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make the new name as durable as what it names, where a folder can be opened."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_text(path: Path) -> str:
    """Give the text of a file; what is not UTF-8 reads as U+FFFD, which no format of ours has.

    Raises Unavailable if it cannot be read, FileNotFoundError if it is not there.
    """
    return read_bytes(path).decode("utf-8", "replace")


def read_bytes(path: Path) -> bytes:
    """Give the content of a file. Raises Unavailable if it cannot be read, FileNotFoundError if it is not there."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as cause:
        raise Unavailable(
            f"Kan inte läsa {path} ({cause.strerror}).", f"Cannot read {path} ({cause.strerror})."
        ) from cause


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Make the folder, and turn what the system says about writing there into Unavailable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as cause:
        raise unwritable(folder, cause) from cause


def unwritable(folder: Path, cause: OSError) -> Unavailable:
    """Give the error for a folder that cannot be written."""
    return Unavailable(
        f"Kan inte skriva i {folder} ({cause.strerror}). Gör plats, ge skrivrätt eller välj en annan mapp "
        "(--home för matchas egna filer).",
        f"Cannot write in {folder} ({cause.strerror}). Make room, allow writing or choose another folder "
        "(--home for matcha's own files).",
    )
