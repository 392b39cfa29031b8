"""Encoders and processes for the tests of bulk; light, for each process that reads imports it."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcha.encoding.encoder import HashingEncoder
from matcha.retrieval.crew import Processes
from matcha.values import Role


@dataclass
class Slow(HashingEncoder):
    """A hashing encoder that takes its time."""

    seconds: float

    def encode(self, text: str, role: Role) -> NDArray[np.float32]:
        time.sleep(self.seconds)
        return super().encode(text, role)


@dataclass
class Mortal(HashingEncoder):
    """A hashing encoder whose process is killed at a word: the first time, or if `mark` is None every time."""

    word: str
    mark: Path | None = None

    def encode(self, text: str, role: Role) -> NDArray[np.float32]:
        if self.word in text and not (self.mark and self.mark.exists()):
            if self.mark:
                self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode(text, role)


@dataclass
class Meddling(HashingEncoder):
    """A hashing encoder during whose first reading something else happens."""

    happens: Callable[[], object] = field(default=lambda: None)
    happened: bool = False

    def encode(self, text: str, role: Role) -> NDArray[np.float32]:
        if not self.happened:
            self.happened = True
            self.happens()
        return super().encode(text, role)


def bulk_in(home: Path, file: Path, seconds: float) -> None:
    """Take in a file with one slow process that reads."""
    from tests.writers import system_in  # whoever only reads needs none of it

    system = system_in(home)
    with Processes(partial(Slow, seconds), 1) as crew:
        system.submit_file(file, crew)


def children(pid: int) -> list[int]:
    """Give the processes that a process has started and that live (Linux)."""
    threads = (Path("/proc") / str(pid) / "task").glob("*/children")
    return [int(child) for thread in threads for child in thread.read_text().split()]


def lives(pid: int) -> bool:
    """Say whether a process lives and is no zombie (Linux)."""
    try:
        stat = (Path("/proc") / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def written(path: Path, *rows: dict[str, Any] | str) -> Path:
    """Write a JSON Lines file; a text stands as it is."""
    said = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("".join(f"{line}\n" for line in said), "utf-8")
    return path


def rows(profiles: int, actors: int = 7) -> Iterator[dict[str, Any]]:
    """Profiles before actors, each profile naming an actor of the file."""
    for i in range(profiles):
        text = f"Vi mäter nummer {i} varje dag. Ring Bolaget Kvistberga{i % actors} om mätare {i}."
        yield {"id": f"p{i}", "actor_id": f"a{i % actors}", "title": f"Mätare {i}", "text": text, "language": "sv"}
    for i in range(actors):
        yield {"id": f"a{i}", "name": f"Bolaget Kvistberga{i} AB", "kind": "company"}
