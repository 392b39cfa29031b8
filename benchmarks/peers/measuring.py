"""Ask every system the same question in turn, round by round, and say what it took beside FAISS in the same round."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.asking import Asked, Stopped
from benchmarks.peers.registry import FLOOR, SYSTEMS
from benchmarks.peers.texts import Kind

WARM_UP = 3
BUILD_SECONDS = 300.0  # longest that a system may take to build
ASK_SECONDS = 3.0  # longest that an answer may take at a size for the system to be asked at ten times that
PATIENCE = 30.0  # longest that one answer is waited for
TEN = 10
STEP = 2.0**-15  # of a component of matcha's vectors: cosines that differ by less are equal in its whole points
Row = dict[str, Any]
Told = Callable[[str], None]


@dataclass(frozen=True)
class Case:
    """So many texts of a kind, and the file of their vectors."""

    kind: Kind
    count: int
    vectors: Path


@dataclass
class Taken:
    """What a system answered in a group: questions in order, one answer each."""

    built: Row
    ask: list[Row] = field(default_factory=list)
    search: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Asking:
    """A question: the text, and its vector as the model gives it."""

    text: str
    vector: Sequence[float]

    def of(self, do: str) -> Row:
        """Put it to a system."""
        return {"do": "ask", "text": self.text} if do == "ask" else {"do": "search", "vector": list(self.vector)}


def measure_group(
    case: Case,
    names: Iterable[str],
    start: Callable[[str], Asked],
    askings: Sequence[Asking],
    told: Told,
    build_seconds: float = BUILD_SECONDS,
) -> tuple[dict[str, Taken], dict[str, str]]:
    """Build systems one by one, then ask them all in turn. Give what they took, and why others are left out."""
    alive: dict[str, Asked] = {}
    vectors = np.load(case.vectors, mmap_mode="r")
    taken: dict[str, Taken] = {}
    out: dict[str, str] = {}

    def leave(name: str, why: str) -> None:
        told(f"{name}: {why}")
        out[name] = why
        taken.pop(name, None)
        alive.pop(name).close()

    try:
        for name in names:
            alive[name] = start(name)
            question = {
                "do": "build",
                "texts": case.kind.value,
                "count": case.count,
                "vectors": str(case.vectors),
            }
            try:
                taken[name] = Taken(alive[name].answer(question, build_seconds))
                told(f"{name}: built in {taken[name].built['ms'] / 1000:.1f} s")
            except Stopped as stopped:
                leave(name, f"building {case.count:,} texts: {stopped}")
        for number, asking in enumerate(askings):
            for do, name in _turns(number, alive):
                try:
                    found = alive[name].answer(asking.of(do), PATIENCE)
                except Stopped as stopped:
                    leave(name, f"asked over {case.count:,} texts: {stopped}")
                else:
                    if number >= WARM_UP:
                        getattr(taken[name], do).append(found | {"near": _near(vectors, found["ids"], asking)})
            told(f"question {number + 1} of {len(askings)}")
    finally:
        for one in alive.values():
            one.close()
    return taken, out


def _near(vectors: Any, ids: Sequence[int], asking: Asking) -> list[float]:
    """The cosines of what was found, each once; an id below 0 is nothing found."""
    found = sorted({id for id in ids if id >= 0})
    cosines: list[float] = (vectors[found].astype(np.float64) @ np.asarray(asking.vector, np.float64)).tolist()
    return cosines


def _turns(number: int, names: Iterable[str]) -> Iterable[tuple[str, str]]:
    """All text questions, then all searches, the systems in an order of this round's own."""
    for do in ("ask", "search"):
        order = sorted(name for name in names if do in SYSTEMS[name].does)
        random.Random(f"{number} {do}").shuffle(order)
        yield from ((do, name) for name in order)


def told_of(taken: Mapping[str, Taken]) -> dict[str, Row]:
    """Give the figures of each system of a group."""
    return {name: _row(one, taken[FLOOR]) for name, one in taken.items()}


def _row(taken: Taken, floor: Taken) -> Row:
    row: Row = {"built, s": round(taken.built["ms"] / 1000, 2), "memory, MB": round(taken.built["mb"])}
    if taken.ask:
        row["query"] = _times(taken.ask, floor.ask)
        if all(each["encode_ms"] for each in taken.ask):
            row["query"] |= {
                "encoding, ms": quartiles(each["encode_ms"] for each in taken.ask),
                "÷ own encoding": quartiles(each["ms"] / each["encode_ms"] for each in taken.ask),
                "÷ own encoding, of the processor": quartiles(
                    each["cpu_ms"] / each["encode_cpu_ms"] for each in taken.ask
                ),
            }
    if taken.search:
        pairs = zip(taken.search, floor.search, strict=True)
        same = statistics.mean(as_near(a["near"], b["near"]) for a, b in pairs)
        row["search"] = _times(taken.search, floor.search) | {"same ten as FAISS": round(same, 4)}
    return row


def as_near(found: Sequence[float], floor: Sequence[float]) -> float:
    """Give how much of a first ten is as near as the floor's tenth, by cosine; within a STEP is as near."""
    return sum(cosine > min(floor) - STEP for cosine in found) / TEN


def _times(answers: Sequence[Row], floor: Sequence[Row]) -> Row:
    pairs = list(zip(answers, floor, strict=True))
    return {
        "ms": quartiles(each["ms"] for each in answers),
        "ms of the processor": quartiles(each["cpu_ms"] for each in answers),
        "÷ FAISS": quartiles(a["ms"] / b["ms"] for a, b in pairs),
        "÷ FAISS, of the processor": quartiles(a["cpu_ms"] / b["cpu_ms"] for a, b in pairs),
    }


def quartiles(values: Iterable[float]) -> list[float]:
    """Give the lower quartile, the median and the upper quartile, to four digits."""
    return [float(f"{value:.4g}") for value in statistics.quantiles(values, n=4, method="inclusive")]


def beside(ours: Taken, peers: Mapping[str, Taken]) -> Row:
    """Set the whole answer beside the peer that encodes the question and is quickest, question by question."""
    others = {name: one for name, one in peers.items() if one.ask and all(each["encode_ms"] for each in one.ask)}
    fastest = min(others, key=lambda name: statistics.median(each["ms"] for each in others[name].ask))
    pairs = list(zip(ours.ask, others[fastest].ask, strict=True))
    return {
        "peer": fastest,
        "answer ÷ its text query": quartiles(a["ms"] / b["ms"] for a, b in pairs),
        "answer ÷ its text query, of the processor": quartiles(a["cpu_ms"] / b["cpu_ms"] for a, b in pairs),
    }
