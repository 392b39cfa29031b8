"""What is worked out from other packages' word lists, kept in the user's cache and mapped into memory.

It takes seconds to make, and many times its own size in memory as Python's sets and lists; what is mapped is shared by
all processes of a machine. Nothing is lost with the cache: what is not there is made again, and where nothing can be
written, it is held in memory.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

from matcha.disk import write_atomically
from matcha.errors import Unavailable

if TYPE_CHECKING:
    from marisa_trie import Trie


def kept_bytes(name: str, packages: Sequence[str], make: Callable[[], bytes]) -> mmap.mmap | bytes:
    """Give what `make` gives, mapped, if it was made before from the same versions of the same packages."""
    found = _kept(name, packages, make)
    if isinstance(found, bytes):
        return found
    with found.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def kept_words(name: str, packages: Sequence[str], make: Callable[[], Iterable[str]]) -> Trie:
    """Give a set of words as a trie that says what is in it."""
    from marisa_trie import Trie

    found = _kept(f"{name}.marisa", ["marisa-trie", *packages], lambda: bytes(Trie(sorted(make())).tobytes()))
    words = Trie()
    if isinstance(found, bytes):
        words.frombytes(found)
    else:
        words.mmap(str(found))
    return words


def _kept(name: str, packages: Sequence[str], make: Callable[[], bytes]) -> Path | bytes:
    """Give the file in which it is kept, written now if need be, or the content if it cannot be written."""
    made_of = json.dumps({package: version(package) for package in packages})
    path = user_cache_path("matcha") / f"{name}-{hashlib.sha256(made_of.encode()).hexdigest()[:16]}"
    if os.access(path, os.R_OK):
        return path
    content = make()
    try:
        write_atomically(path, content)
    except Unavailable:
        return content
    return path
