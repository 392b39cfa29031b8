"""Measure the search alone, with a given vector, beside FAISS's exact search (flat) over the same vectors, in turn.

    python -m benchmarks.measure_search [--sizes 1000,10000,100000,1000000] [--rounds 40] [--checked 10000]

Each profile has two vectors, its one sentence and its whole, so there are half as many profiles as vectors.
They are the reference text's, centred as the pipeline does, moved by noise so that no two are alike. The answers to
`--checked` questions over the largest size are compared with the first ten by exact scores of everybody. One thread.
Writes `benchmarks/speed/search.json` when all sizes are measured.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from functools import partial
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from matcha import Settings, calibration, scoring
from matcha.encoding.finding import find_encoder
from matcha.retrieval.catalogue import Catalogue
from matcha.retrieval.pipeline import Pipeline
from matcha.retrieval.profile_index import LARGEST, use_threads
from matcha.retrieval.reading import Reader
from matcha.retrieval.reference import FolderReference
from matcha.retrieval.retriever import retrieve
from matcha.retrieval.segment import Block, Segment
from matcha.retrieval.term_lists import TermLists
from matcha.scoring import Query
from matcha.service.system import silent
from matcha.values import Grain, Language

RESULT = Path(__file__).parent / "speed" / "search.json"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
NOISE = 0.02
TEN = 10
AT_ONCE = 200  # questions whose scores of everybody are in memory together
Vectors = NDArray[np.int16]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--checked", type=int, default=10_000)
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    use_threads(1)
    around, needs = _read()
    rows = [_measured(size, around, needs, given.rounds, given.checked * (size == max(sizes))) for size in sizes]
    result = {"command": "python -m benchmarks.measure_search", "rounds": given.rounds, "sizes": rows}
    if sizes == list(SIZES):
        RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


def _read() -> tuple[Vectors, Vectors]:
    """Vectors of profiles and of needs, as the pipeline has them."""
    settings = Settings()
    reader = Reader(find_encoder(settings))
    known = FolderReference(settings.indexes).reference(reader, silent)
    pipeline = Pipeline(reader.digest, calibration.before_freezing(reader.digest, known))
    profiles = [pipeline.vectors(reading, Grain.SENTENCE) for reading in known.profiles]
    needs = [pipeline.query(reading).sentences[:1] for reading in known.needs]
    return np.concatenate(profiles), np.concatenate(needs)


def _noisy(draw: np.random.Generator, around: Vectors, count: int) -> Vectors:
    chosen = around[draw.integers(len(around), size=count)].astype(np.float32) / scoring.ONE
    chosen += draw.standard_normal(chosen.shape, dtype=np.float32) * np.float32(NOISE)
    return scoring.quantise(chosen / np.linalg.norm(chosen, axis=1, keepdims=True))


def _segments(draw: np.random.Generator, around: Vectors, profiles: int) -> list[Segment]:
    found = []
    for start in range(0, profiles, LARGEST):
        numbers = np.arange(start, min(start + LARGEST, profiles))
        ends = np.arange(1, len(numbers) + 1)
        blocks = {grain: Block(numbers, _noisy(draw, around, len(numbers)), ends) for grain in Grain}
        nothing = np.zeros(len(numbers), np.int64)
        found.append(Segment(numbers, nothing.astype(np.int8), nothing, blocks, TermLists.of([{}] * len(numbers))))
    return found


def _measured(size: int, around: Vectors, needs: Vectors, rounds: int, checked: int) -> dict[str, Any]:
    draw = np.random.default_rng(size)
    segments = _segments(draw, around, size // 2)
    ids = [str(number) for number in range(size // 2)]
    catalogue = Catalogue(segments, ids, ids, np.arange(len(ids)))
    flat = faiss.IndexFlatIP(around.shape[1])
    for block in (block for segment in segments for block in segment.blocks.values()):
        flat.add(block.vectors.astype(np.float32) / np.float32(scoring.ONE))
    asked = _noisy(draw, needs, max(rounds + 2, checked))
    times: dict[str, list[float]] = {"search": [], "flat": []}
    for need in asked[: rounds + 2]:
        times["search"].append(_timed(partial(_ask, catalogue, need)))
        floats = need[None].astype(np.float32) / np.float32(scoring.ONE)
        times["flat"].append(_timed(partial(flat.search, floats, TEN)))
    del flat
    search, of_flat = (times[name][2:] for name in ("search", "flat"))
    ratios = [mine / other for mine, other in zip(search, of_flat, strict=True)]
    told = {"search_ms": search, "faiss_flat_ms": of_flat, "ratio": ratios}
    figures = {
        name: [round(x, 3) for x in statistics.quantiles(each, n=4, method="inclusive")] for name, each in told.items()
    }
    return {
        "vectors": size,
        **{f"{name}, quartiles": each for name, each in figures.items()},
        **({"questions checked": checked, "missed": _missed(catalogue, segments, asked[:checked])} if checked else {}),
    }


def _ask(catalogue: Catalogue, need: Vectors) -> list[int]:
    hits = retrieve(catalogue, Query(Language.SV, need[None], need[None], {}), TEN, b"")
    return [hit.score for hit in hits]


def _timed(work: Any) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def _missed(catalogue: Catalogue, segments: list[Segment], asked: Vectors) -> int:
    """How many answers are not the ten best scores of everybody, which are counted exactly."""
    missed = 0
    for start in track(range(0, len(asked), AT_ONCE), "checking"):
        some = asked[start : start + AT_ONCE]
        best = np.zeros((len(some), 0), np.int64)
        for segment in segments:
            both = [scoring.points(some, segment.blocks[grain].vectors) for grain in Grain]
            best = np.concatenate([best, both[0] + both[1]], axis=1)
            best = -np.partition(-best, TEN, axis=1)[:, :TEN]
        for need, expected in zip(some, -np.sort(-best, axis=1), strict=True):
            missed += _ask(catalogue, need) != expected.tolist()
    return missed


if __name__ == "__main__":
    main()
