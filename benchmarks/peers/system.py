"""What a system must do to be measured, and how its time and memory are taken. No matcha here: peers have none."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.texts import ROOT, Kind, Texts

TEN = 10
MODEL = ROOT / "models" / "multilingual-e5-small"
Vector = NDArray[np.float32]
Read = Callable[[str], Vector]
Question = Mapping[str, Any]


class System(Protocol):
    """A system as its users would set it up, in memory or in files of its own."""

    def build(self, texts: Texts, vectors: Vector) -> None:
        """Take in texts and their unit vectors, shape (texts, dimension). The ids are the places, from 0."""

    def ask(self, text: str) -> list[int]:
        """Give the ids of the first ten for a text, which the system encodes itself."""

    def search(self, vector: Vector) -> list[int]:
        """Give the ids of the ten texts whose vectors are nearest to one, shape (dimension,), nearest first."""


class Clock:
    """Milliseconds that encoding took of the question at hand, by the clock and of the processor."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Count from nothing."""
        self.ms = self.cpu_ms = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count what is done."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.ms += 1000 * (time.perf_counter() - wall)
        self.cpu_ms += 1000 * (time.process_time() - cpu)


def sentence_reader(clock: Clock) -> Read:
    """Give what reads a question for a peer: sentence-transformers and this project's model, in the peer's process."""
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    model = SentenceTransformer(str(MODEL), device="cpu", local_files_only=True)

    def read(text: str) -> Vector:
        with clock.running():
            found = model.encode(text, prompt_name="query", normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(found, np.float32)

    return read


class Answerer:
    """Does what it is asked with one system, and says how long it took."""

    def __init__(self, system: System, clock: Clock) -> None:
        self._system, self._clock = system, clock

    def answer(self, question: Question) -> dict[str, Any]:
        """Answer {"do": "build" | "ask" | "search", …} with milliseconds by the clock and of the processor."""
        self._clock.start()
        do = {"build": self._build, "ask": self._ask, "search": self._search}[question["do"]](question)
        wall, cpu = time.perf_counter(), time.process_time()
        ids = do()
        ms, cpu_ms = (1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu))
        encoding = {"encode_ms": self._clock.ms, "encode_cpu_ms": self._clock.cpu_ms}
        return {"ids": ids, "ms": ms, "cpu_ms": cpu_ms, **encoding, "mb": memory_mb()}

    def _build(self, question: Question) -> Callable[[], None]:
        texts = Texts(Kind(question["texts"]), question["count"])
        vectors = np.load(Path(question["vectors"]), mmap_mode="r")[: len(texts)]
        return lambda: self._system.build(texts, vectors)

    def _ask(self, question: Question) -> Callable[[], list[int]]:
        return lambda: self._system.ask(question["text"])

    def _search(self, question: Question) -> Callable[[], list[int]]:
        vector = np.array(question["vector"], np.float32)
        return lambda: self._system.search(vector)


def memory_mb() -> float:
    """Give the memory that is this process's own, in MB: what it shares with files is not in it. 0 but on Linux."""
    status = Path(f"/proc/{os.getpid()}/status")
    found = re.search(r"RssAnon:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) / 1000 if found else 0.0
