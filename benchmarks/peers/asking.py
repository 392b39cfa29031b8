"""Who is asked: a system in a process of its own, over a pipe, or in this one."""

from __future__ import annotations

import json
import os
import select
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from benchmarks.peers.registry import SYSTEMS
from benchmarks.peers.system import Question
from benchmarks.peers.texts import ROOT

PEERS = ROOT / ".venv-peers" / "bin" / "python"
QUIET = {
    # one thread each
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1"),
    **dict.fromkeys(("LANCE_CPU_THREADS", "TOKIO_WORKER_THREADS"), "1"),  # with one LANCE_IO_THREADS it waits for ever
    "TOKENIZERS_PARALLELISM": "false",
    "LANCE_LOG": "error",
    # nothing is fetched, nothing is told to anybody
    **dict.fromkeys(("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK"), "1"),
    "HAYSTACK_TELEMETRY_ENABLED": "false",
}


class Stopped(Exception):
    """A system did not answer: it took too long, or ended. Says why."""


class Asked(Protocol):
    """Somebody who answers, or raises Stopped."""

    def answer(self, question: Question, seconds: float) -> dict[str, Any]:
        """Answer within so many seconds (`system.Answerer`)."""

    def close(self) -> None:
        """End."""


class Child:
    """A system in a process of its own."""

    def __init__(self, name: str, python: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="matcha-peers-")
        self._errors = Path(self._folder.name) / "errors.txt"
        self._process = subprocess.Popen(
            [python, "-m", "benchmarks.peers.child", name, self._folder.name, str(self._errors)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | QUIET | _path(name),
        )

    def answer(self, question: Question, seconds: float) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise Stopped(self._last_words()) from None
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            self._process.kill()
            raise Stopped(f"not done in {seconds:g} s")
        line = self._process.stdout.readline()
        if not line:
            raise Stopped(self._last_words())
        found: dict[str, Any] = json.loads(line)
        return found

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._folder.cleanup()

    def _last_words(self) -> str:
        self._process.wait(20)
        return (self._errors.read_text().strip().splitlines() or [f"ended with {self._process.returncode}"])[-1]


def started(name: str, ours: str) -> Child:
    """Start a system: with `ours`, the Python that has matcha, or with that of the peers."""
    return Child(name, ours if SYSTEMS[name].ours else str(PEERS))


def _path(name: str) -> dict[str, str]:
    """The peers see this project's folder, not its packages."""
    path = [ROOT / "src", ROOT] if SYSTEMS[name].ours else [ROOT]
    return {"PYTHONPATH": os.pathsep.join(map(str, path))}


def missing() -> Path | None:
    """Give the Python of the peers when it is not there."""
    return None if PEERS.exists() else PEERS
