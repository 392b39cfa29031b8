"""Measure what bulk adds to encoding, which no system can leave out, and how much memory a file of any size takes.

    python benchmarks/measure_bulk.py

The profiles are the demo's under new ids, with a number in the title, so that every text is new. In turn, in one
run: the encoder alone gets the passages of 60 profiles, then `Matcha.submit_file` gets 60 others as a file
(checked, planned, read, written, logged, made searchable), with one process and with two. The figure is the median of
the rounds' ratios: by the wall's clock, which a machine that others use makes uneven, and by processor time.
Memory is that of the process at each portion, with an encoder that takes no time. Writes `benchmarks/speed/bulk.json`.
"""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcha import Matcha, Settings
from matcha.encoding.encoder import Encoder
from matcha.encoding.finding import encoding_elsewhere, find_encoder
from matcha.matchlog.keys import FolderKeeper
from matcha.retrieval.crew import Alone, Crew, Processes
from matcha.retrieval.profile_index import use_threads
from matcha.retrieval.reading import Reader
from matcha.retrieval.reference import FolderReference, MemoryReference
from matcha.retrieval.shelf import FolderShelf
from matcha.store import Store
from matcha.text.language import detect
from matcha.values import Role

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "data" / "demo" / "profiles.json"
PROFILES = 60  # a round
ROUNDS = 5
SIZES = (10_000, 100_000)
ACTORS = 100

Row = dict[str, Any]


class Seconds(NamedTuple):
    """What something took by the wall's clock, and of the processors' time."""

    wall: float
    processor: float


class Round(NamedTuple):
    """What the same number of profiles took the encoder alone, and bulk."""

    alone: Seconds
    whole: Seconds


class Listening:
    """Gives no vectors worth having, and remembers which texts it was asked for."""

    digest, dimension = "listening", 8

    def __init__(self) -> None:
        self.heard: list[str] = []

    def encode(self, text: str, role: Role) -> NDArray[np.float32]:
        self.heard.append(text)
        return np.full(8, 8**-0.5, np.float32)


class Instant:
    """A vector drawn from the text's hash, in no time."""

    digest, dimension = hashlib.sha256(b"instant").hexdigest(), 16

    def encode(self, text: str, role: Role) -> NDArray[np.float32]:
        drawn = np.frombuffer(hashlib.sha256(text.encode()).digest(), np.uint8)[:16] + 1.0
        return (drawn / np.linalg.norm(drawn)).astype(np.float32)


class RawProcesses:
    """The encoder alone, in processes of their own: each gets every n-th text."""

    def __init__(self, count: int) -> None:
        command = [sys.executable, str(Path(__file__)), "raw"]
        pipe = subprocess.PIPE
        self._all = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(count)]

    def encode(self, texts: Sequence[str]) -> None:
        for place, process in enumerate(self._all):
            assert process.stdin is not None
            process.stdin.write(json.dumps(texts[place :: len(self._all)]) + "\n")
            process.stdin.flush()
        for process in self._all:
            assert process.stdout is not None
            assert process.stdout.readline() == "done\n"

    def stop(self) -> None:
        for process in self._all:
            process.communicate()


def raw() -> None:
    """Encode what comes on the standard input, a list of texts a line."""
    encoder = find_encoder(Settings())
    for line in sys.stdin:
        for text in json.loads(line):
            encoder.encode(text, Role.PROFILE)
        print("done", flush=True)


def main() -> None:
    use_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        speed = _speed(Path(folder))
    memory = {str(size): json.loads(_apart("memory", str(size))) for size in SIZES}
    result = {"command": "python benchmarks/measure_bulk.py", "profiles a round": PROFILES, **speed, "memory": memory}
    (ROOT / "benchmarks" / "speed" / "bulk.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


def _speed(home: Path) -> dict[str, Any]:
    encoder = find_encoder(Settings())
    matcha = _system(home, encoder, FolderReference(Settings().indexes))
    with ExitStack() as stack:
        two = stack.enter_context(Processes(encoding_elsewhere(Settings()), 2))
        raw_two = RawProcesses(2)
        stack.callback(raw_two.stop)
        ways: dict[str, tuple[Crew, Callable[[Sequence[str]], object]]] = {
            "1 process": (Alone(matcha.reader), lambda texts: [encoder.encode(text, Role.PROFILE) for text in texts]),
            "2 processes": (two, raw_two.encode),
        }
        rounds: dict[str, list[Round]] = {way: [] for way in ways}
        passages = 0
        for number in range(-1, ROUNDS):  # the first loads what is loaded once
            for place, (way, (crew, encode)) in enumerate(ways.items()):
                count = PROFILES if number >= 0 else 8
                rows = list(_rows((number + 1) * len(ways) + place, count))
                texts = _passages(rows)
                file = _written(home / "profiles.jsonl", rows)
                alone = _timed(lambda: encode(texts))  # noqa: B023
                whole = _timed(lambda: matcha.submit_file(file, crew))  # noqa: B023
                if number >= 0:
                    rounds[way].append(Round(alone, whole))
                    passages = len(texts)
                    print(way, alone, whole, file=sys.stderr)
    matcha.close()
    return {"passages a round": passages, "profiles a second": {way: _medians(found) for way, found in rounds.items()}}


def _medians(rounds: Sequence[Round]) -> dict[str, Any]:
    by_wall = [alone.wall / whole.wall for alone, whole in rounds]
    by_processor = [alone.processor / whole.processor for alone, whole in rounds]
    return {
        "encoder": round(PROFILES / statistics.median(alone.wall for alone, _ in rounds), 2),
        "bulk": round(PROFILES / statistics.median(whole.wall for _, whole in rounds), 2),
        "bulk ÷ encoder": round(statistics.median(by_wall), 3),
        "bulk ÷ encoder, processor time": round(statistics.median(by_processor), 3),
        "rounds": [[round(ratio, 3) for ratio in ratios] for ratios in zip(by_wall, by_processor, strict=True)],
    }


def memory(size: int) -> None:
    """Print the memory of this process while it takes in a file, in MB: at its first portion, and the most."""
    found: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        matcha = _system(Path(folder), Instant(), MemoryReference())
        file = _written(Path(folder) / "profiles.jsonl", _short(size))
        started = time.perf_counter()
        matcha.submit_file(file, Alone(matcha.reader), progress=lambda done, total: found.append(_resident()))
        seconds = time.perf_counter() - started
        matcha.close()
    print(json.dumps({"first": found[0], "most": max(found), "last": found[-1], "seconds": round(seconds)}))


def _apart(*arguments: str) -> str:
    """Run a part of this in a small process: what a process takes includes what it was forked from."""
    done = subprocess.run([sys.executable, str(Path(__file__)), *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def _resident() -> int:
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) // 1024


def _system(home: Path, encoder: Encoder, reference: Any) -> Matcha:
    store, shelf = Store.open(f"sqlite:///{home}/matcha.db"), FolderShelf(home / "index")
    return Matcha(store, shelf, lambda: encoder, reference, FolderKeeper(home / "matchlog"))


def _actors() -> Iterator[Row]:
    return ({"id": f"a{i}", "name": f"Bolaget nummer {i} (demo)", "kind": "company"} for i in range(ACTORS))


def _rows(number: int, count: int) -> Iterator[Row]:
    yield from _actors()
    texts = json.loads(DEMO.read_text("utf-8"))["profiles"]
    for i in range(count):
        row = texts[(number * count + i) % len(texts)]
        title, actor = f"{row['title']} {number}-{i}", f"a{i % ACTORS}"
        yield {"id": f"p{number}-{i}", "actor_id": actor, "title": title, "text": row["text"]}


def _short(count: int) -> Iterator[Row]:
    yield from _actors()
    for i in range(count):
        text = (
            f"Vi mäter w{i} på avdelningen varje vecka. Resultatet visas för personalen och följs upp med x{i % 977}."
        )
        yield {"id": f"p{i}", "actor_id": f"a{i % ACTORS}", "title": f"Mätare {i}", "text": text, "language": "sv"}


def _passages(rows: Sequence[Row]) -> list[str]:
    listening = Listening()
    reader = Reader(listening)
    for row in rows:
        if "text" in row:
            reader.profile(row["title"], row["text"], detect(f"{row['title']}\n{row['text']}"))
    return listening.heard


def _written(path: Path, rows: Any) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return path


def _timed(run: Callable[[], object]) -> Seconds:
    begun, worked = time.perf_counter(), _worked()
    run()
    return Seconds(time.perf_counter() - begun, _worked() - worked)


def _worked() -> float:
    """Give the processor time of this process and those it has started, in seconds (Linux)."""
    own = Path("/proc/self/task").glob("*/children")
    pids = ["self", *(pid for children in own for pid in children.read_text().split())]
    stats = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids)
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["raw"]:
            raw()
        case ["memory", size]:
            memory(int(size))
        case _:
            main()
