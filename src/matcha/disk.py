"""Files that are whole or not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from matcha.errors import Unavailable

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


def write_atomically(path: Path, content: bytes, mode: int = 0o666, lasting: bool = True) -> None:
    """Put `content` at `path` whole or not at all, on disk when this returns; its folder is made if need be.

    `mode` is what others may do with it, as far as the umask allows. Unless it must be `lasting`, a power cut soon
    after may bring back the file that was there before, whole; that is one wait for the disk less. Raises Unavailable
    if it cannot be written.
    """
    with writing(path.parent):
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with open(unfinished, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        if lasting:
            _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name as durable as what it names, where a folder can be opened."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock that a file stands for, which one thread of one process does at a time; the file stays.

    Whoever waits is woken, where the system can do that; `FileLock`, which takes the same lock, looks every 50 ms.
    """
    if fcntl is None:
        with FileLock(path):
            yield
        return
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
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
        if not folder.is_dir():
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
