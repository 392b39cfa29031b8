"""Processes that write to one home, as many as are wanted; they note what has been acknowledged to them."""

from __future__ import annotations

import ctypes
import json
import multiprocessing
import os
import random
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from matcha import Batch, HashingEncoder, Matcha
from matcha.errors import Conflict, MatchaError, Unavailable
from matcha.matchlog.entry import Draft, Kind
from matcha.matchlog.keys import FolderKeeper
from matcha.retrieval.profile_index import use_threads
from matcha.retrieval.reference import MemoryReference
from matcha.retrieval.shelf import FolderShelf
from matcha.store import Store
from tests.conftest import profile, small_batch

QUESTION = "Hur ofta spritas händerna?"
Ack = dict[str, Any]  # leaf and receipt of an entry, or profile and text of an edit; with the moments of both ends


def system_in(home: Path, url: str | None = None) -> Matcha:
    """Open the system in a folder, with the hashing encoder."""
    store = Store.open(url or f"sqlite:///{home / 'matcha.db'}")
    shelf, keeper = FolderShelf(home / "index"), FolderKeeper(home / "matchlog")
    return Matcha(store, shelf, HashingEncoder, MemoryReference(), keeper)


def warm_up() -> None:
    """Load and read whatever a first match does."""
    use_threads(1)  # a process with threads of its own must not be forked
    system = Matcha.in_memory()
    system.submit(small_batch())
    system.match(QUESTION)


def started(target: Callable[..., None], *arguments: object) -> ForkServerProcess:
    """Start a writer, forked from a process that is warm."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.warm"])
    process = context.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def acknowledged(home: Path) -> list[Ack]:
    """Give what has been acknowledged to all writers in a home; a line that was not finished was not said."""
    lines = [line for path in sorted(home.glob("acks-*")) for line in path.read_text("utf-8").splitlines(True)]
    return [json.loads(line) for line in lines if line.endswith("\n")]


class Notes:
    """What one writer writes down, each line at once."""

    def __init__(self, home: Path, name: str) -> None:
        self._file = os.open(home / f"acks-{name}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def add(self, begun: float, **said: object) -> None:
        line = json.dumps({**said, "begun": begun, "ended": time.monotonic()}) + "\n"
        os.write(self._file, line.encode())


def write(home: Path, name: str, seed: int, count: int | None = None, url: str | None = None) -> None:
    """Match, and now and then edit a profile, without end or `count` times; mend the index as matcha says."""
    system, notes, chance = system_in(home, url), Notes(home, name), random.Random(seed)
    for number in _numbers(count):
        while not _written(system, notes, chance, f"{name}-{seed}-{number}"):
            _mended(system)


def _written(system: Matcha, notes: Notes, chance: random.Random, what: str) -> bool:
    begun = time.monotonic()
    try:
        if chance.random() < 0.1:
            text = f"Vi räknar spritningar. Detta är {what}."
            system.submit(Batch(profiles=(profile(f"p-{what.partition('-')[0]}", "a-ko", "Räkning", text),)))
            notes.add(begun, text=text)
        else:
            answer = system.match(f"{QUESTION} Fråga {what}.", k=chance.randrange(1, 4))
            notes.add(begun, leaf=answer.leaf_index, receipt=answer.receipt)
    except (Conflict, Unavailable):  # somebody else changed something, or was killed before the index followed
        return False
    return True


def _mended(system: Matcha) -> None:
    try:
        system.rebuild()
    except (Conflict, Unavailable):
        time.sleep(0.01)


def write_too_soon(home: Path) -> None:
    """The planted fault: acknowledge before the commit, and take long over it."""
    system, notes = system_in(home), Notes(home, "eager")
    with system.logbook.writing() as writing:
        leaf = writing.append(Draft(Kind.INVITE_LIST, {"need": None, "invited": []}))
        notes.add(time.monotonic(), leaf=leaf, receipt=writing.receipt())
        time.sleep(600)


def append_once(home: Path, gate: socket.socket) -> None:
    """Open a home, say "ready", and when told to go on, match once and say what came of it.

    It speaks through a socket: no system call that touches files is its own.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1))  # PR_SET_PTRACER: anyone may trace this process
    system = system_in(home)
    system.warm_up()
    gate.send(b"ready")
    gate.recv(2)
    try:
        answer = system.match(QUESTION)
        said: Ack = {"leaf": answer.leaf_index, "receipt": answer.receipt}
    except MatchaError as error:
        said = {"error": type(error).__name__, "sv": error.sv}
    except Exception as error:  # noqa: BLE001  # reported, and judged by the test
        said = {"error": type(error).__name__, "trace": traceback.format_exc()}
    gate.sendall(json.dumps(said).encode())
    os._exit(0)


def _numbers(count: int | None) -> Iterator[int]:
    number = 0
    while count is None or number < count:
        yield number
        number += 1
