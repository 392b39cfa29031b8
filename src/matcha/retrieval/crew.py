"""Who reads many profiles: this process, several processes of this machine, or (`ray_crew`) several machines.

Each reads with one thread and one text at a time, so what is read is the same bytes whoever reads it.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from platform import node
from queue import SimpleQueue
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from matcha.encoding.encoder import Encoder
from matcha.errors import MatchaError, Unavailable
from matcha.retrieval.reading import Reader, as_pieces
from matcha.values import Language, Piece

ATTEMPTS = 3  # to read the same texts with a process that is stopped each time

Encoding = Callable[[], Encoder]  # gives the encoder; a function that pickle can name


class Text(NamedTuple):
    """What of a profile is read."""

    title: str
    text: str
    language: Language
    masked: tuple[str, ...]


Read = tuple[tuple[Piece, ...], ...]  # the pieces of each text, in the order given


class Crew(Protocol):
    """Reads texts: hand out as much as keeps everybody busy, then ask for it, the first first."""

    digest: str  # the reader's

    @property
    def hands(self) -> int:
        """How many read at the same time while nobody asks; 0 for one who reads when asked."""

    def read(self, texts: Sequence[Text]) -> Callable[[], Read]:
        """Hand out texts and give what waits for what was read of them."""


class Alone:
    """Reads in this process, when asked."""

    hands = 0

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.digest = reader.digest

    def read(self, texts: Sequence[Text]) -> Callable[[], Read]:
        return lambda: read_with(self._reader, texts)


class Processes:
    """Processes that read until this object is left; one that is stopped is replaced, and its texts are read again.

    They leave by themselves when this process is gone, however it ended, and do not hear Ctrl-C.
    """

    def __init__(self, encoding: Encoding, count: int) -> None:
        self.hands = count
        self.digest = Reader(encoding()).digest
        self._said = pickle.dumps((encoding, self.digest))
        self._left = False
        self._children: set[_Child] = set()
        self._idle: SimpleQueue[_Child | None] = SimpleQueue()

    def __enter__(self) -> Self:
        self._threads = ThreadPoolExecutor(self.hands, "matcha-reading")
        for _ in range(self.hands):
            self._idle.put(None)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._left = True
        for child in tuple(self._children):
            child.stop()
        self._threads.shutdown(cancel_futures=True)

    def read(self, texts: Sequence[Text]) -> Callable[[], Read]:
        return self._threads.submit(self._read, texts).result

    def _read(self, texts: Sequence[Text]) -> Read:
        child = self._idle.get()
        try:
            for _ in range(ATTEMPTS):
                child = child or self._started()
                try:
                    return child.read(texts)
                except (EOFError, OSError, pickle.UnpicklingError):
                    self._gone(child)
                    child = None
            raise _stopped()
        finally:
            self._idle.put(child)

    def _started(self) -> _Child:
        child = _Child(self._said)
        self._children.add(child)
        if self._left:
            self._gone(child)
            raise _stopped()
        return child

    def _gone(self, child: _Child) -> None:
        self._children.discard(child)
        child.stop()


class _Child:
    """A process that reads (`reading_apart`); it is spoken to by one thread at a time."""

    def __init__(self, said: bytes) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "matcha.retrieval.reading_apart"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), **ONE_THREAD},
            start_new_session=True,  # Ctrl-C is for the parent, which ends this one
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin, self._process.stdout
        self._said = said

    def read(self, texts: Sequence[Text]) -> Read:
        """Raises EOFError or OSError when the process has ended."""
        self._to.write(self._said + pickle.dumps(texts))
        self._to.flush()
        self._said = b""
        found = pickle.load(self._from)  # noqa: S301  # our own process wrote it
        if isinstance(found, MatchaError):
            raise found
        read: Read = found
        return read

    def stop(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()
        self._from.close()
        with suppress(BrokenPipeError):  # nobody is left to read the rest
            self._to.close()


ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def read_apart(encoding: Encoding, digest: str, texts: Sequence[Text]) -> Read:
    """Read texts as somebody else asked, with the encoder that was named.

    Raises Unavailable when that is another one here than where it was asked for.
    """
    reader = _reader(encoding)
    if reader.digest != digest:
        raise Unavailable(
            f"{node()} har en annan språkmodell, eller en annan version av matcha. Gör alla maskiner lika.",
            f"{node()} has another model, or another version of matcha. Make all machines alike.",
        )
    return read_with(reader, texts)


def read_with(reader: Reader, texts: Sequence[Text]) -> Read:
    """Read texts with a reader."""
    return tuple(as_pieces(reader.profile(*text)) for text in texts)


@lru_cache(maxsize=1)
def _reader(encoding: Encoding) -> Reader:
    return Reader(encoding())


def _stopped() -> Unavailable:
    return Unavailable(
        "Processerna som läser har stoppats flera gånger, troligen för att minnet tog slut. Det som hunnit läsas in är "
        "sparat. Kör samma kommando igen, med färre --processes.",
        "The processes that read were stopped several times, probably for lack of memory. What has been taken in is "
        "saved. Run the same command again, with fewer --processes.",
    )
