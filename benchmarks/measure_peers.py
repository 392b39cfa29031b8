"""Measure matcha beside other systems: the same texts, vectors and questions, each in a process of its own, in turn.

    python -m benchmarks.measure_peers [--sizes 1000,10000] [--texts sentences] [--systems txtai,haystack] [--rounds 30]

`make peers` sets up `.venv-peers` and runs it all in half an hour. A part of it is only printed; a whole run
writes `benchmarks/speed/peers.json`, README's table and the plots. Other work on the machine moves milliseconds, less
so ratios to FAISS, which is asked the same question in the same round. What every system is, is told in
`benchmarks/peers/README.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tokenizers import Tokenizer

from benchmarks.peers import plots
from benchmarks.peers.asking import missing, started
from benchmarks.peers.measuring import (
    ASK_SECONDS,
    BUILD_SECONDS,
    WARM_UP,
    Asking,
    Case,
    Row,
    beside,
    measure_group,
    told_of,
)
from benchmarks.peers.registry import FLOOR, MATCHA, SYSTEMS, versions
from benchmarks.peers.system import MODEL
from benchmarks.peers.table import table
from benchmarks.peers.texts import Kind, Texts, questions
from benchmarks.peers.vectors import KEPT, DrawnEncoder, prepare
from matcha import Settings
from matcha.encoding.finding import find_encoder
from matcha.values import Role

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "speed" / "peers.json"
START, END = "<!-- peers: made by make peers -->\n", "<!-- /peers -->"
CASES = (
    (Kind.PROFILES, 10_000),
    *((Kind.SENTENCES, count) for count in (1_000, 10_000, 100_000, 1_000_000)),
)
ROUNDS = 30
CROWD = 1_000_000  # from so many texts only a few systems are in memory at a time, FAISS among them
FEW = 4


def main() -> None:
    chosen = _arguments()
    if gone := missing():
        sys.exit(f"{gone} saknas. Kör: make peers\n{gone} is missing. Run: make peers")
    began, load = time.monotonic(), os.getloadavg()[0]
    cases = [case for case in CASES if case[0] in chosen.texts and case[1] in chosen.sizes]
    encoder = DrawnEncoder(find_encoder(Settings()))
    files = {kind: prepare(kind, max(n for k, n in cases if k is kind), encoder, _tell) for kind, _ in cases}
    asked = questions()[: WARM_UP + chosen.rounds]
    askings = [Asking(text, encoder.kept(text, Role.NEED).tolist()) for text in asked]
    rows: list[Row] = []
    for kind, count in cases:
        _tell(f"– {kind.value}, {count:,}")
        rows.append(_case(Case(kind, count, files[kind]), chosen.systems, askings, rows))
        (KEPT / "so-far.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False), "utf-8")
    result = {
        "command": "python -m benchmarks.measure_peers",
        "made": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "load average before": round(load, 2),
        "minutes": round((time.monotonic() - began) / 60, 1),
        "threads": 1,
        "rounds": len(askings) - WARM_UP,
        "warm-up": WARM_UP,
        "seconds to build, at most": BUILD_SECONDS,
        "versions": versions(),
        "tokens of a question": _tokens("query: ", asked),
        "cases": rows,
    }
    if chosen.whole:
        RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
        readme = ROOT / "README.md"
        readme.write_text(with_table(readme.read_text("utf-8")), "utf-8")
        plots.draw(result)
    else:
        print(json.dumps(result, indent=1, ensure_ascii=False))
    print(table(result))


def _case(case: Case, systems: Sequence[str], askings: Sequence[Asking], before: Sequence[Row]) -> Row:
    """Measure one case, a group of systems at a time."""
    out = {name: why for name in systems if (why := _hopeless(name, case, before))}
    found: dict[str, Row] = {}
    row: Row = {
        "texts": case.kind.value,
        "count": case.count,
        "tokens of a text": _tokens("passage: ", [text.whole for text in Texts(case.kind, min(case.count, 1000))]),
        "groups": list(_groups([name for name in systems if name not in out], case.count)),
    }
    for group in row["groups"]:
        taken, left = measure_group(
            case, group, lambda name: started(name, sys.executable), askings, lambda said: _tell(f"  {said}")
        )
        out |= left
        found = told_of(taken) | found  # FAISS's own figures are those of the first group
        peers = {name: one for name, one in taken.items() if not SYSTEMS[name].ours}
        if MATCHA in taken and peers:
            row["matcha beside the fastest peer"] = beside(taken[MATCHA], peers)
    return row | {"systems": {name: found.get(name) or {"left out": out[name]} for name in systems}}


def _groups(names: Sequence[str], count: int) -> Iterator[list[str]]:
    others = [name for name in names if name != FLOOR]
    size = FEW - 1 if count >= CROWD else len(others)
    for start in range(0, len(others), max(size, 1)):
        yield [FLOOR, *others[start : start + size]]


def _hopeless(name: str, case: Case, before: Sequence[Row]) -> str | None:
    """Say why a system need not be tried: what it took at the size before, grown as the texts."""
    for row in reversed(before):
        if row["texts"] != case.kind.value:
            continue
        last, times = row["systems"][name], case.count / row["count"]
        if "left out" in last:
            return str(last["left out"])
        if (seconds := last["built, s"] * times) > BUILD_SECONDS:
            return f"built {row['count']:,} texts in {last['built, s']} s; {case.count:,} would take {seconds:.0f} s"
        slowest = max(last[do]["ms"][1] for do in ("query", "search") if do in last) / 1000
        if slowest * times > ASK_SECONDS:
            return f"took {slowest:.2g} s to answer over {row['count']:,} texts, {times:g} times as many are too many"
        return None
    return None


def _tokens(prefix: str, texts: Sequence[str]) -> Row:
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    counts = [len(tokenizer.encode(prefix + text).ids) for text in texts]
    return {"least": min(counts), "median": statistics.median(counts), "most": max(counts)}


def with_table(readme: str) -> str:
    """Give README with the table made anew from the result."""
    before, rest = readme.split(START)
    _, after = rest.split(END)
    return before + START + table(json.loads(RESULT.read_text("utf-8"))) + END + after


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="matcha bredvid andra system / matcha beside other systems")
    sizes = sorted({count for _, count in CASES})
    parser.add_argument("--sizes", type=lambda s: [int(n) for n in s.split(",")], default=sizes)
    parser.add_argument("--texts", type=lambda s: [Kind(k) for k in s.split(",")], default=list(Kind))
    parser.add_argument("--systems", type=lambda s: s.split(","), default=list(SYSTEMS))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args()
    if unknown := set(chosen.systems) - set(SYSTEMS):
        parser.error(f"{', '.join(sorted(unknown))}? {', '.join(SYSTEMS)}")
    if not 2 <= chosen.rounds <= len(questions()) - WARM_UP:
        parser.error(f"--rounds 2…{len(questions()) - WARM_UP}")
    chosen.systems = [name for name in SYSTEMS if name in {FLOOR, *chosen.systems}]
    chosen.whole = (chosen.sizes, chosen.texts, chosen.systems) == (sizes, list(Kind), list(SYSTEMS))
    chosen.whole = chosen.whole and chosen.rounds >= ROUNDS
    return chosen


def _tell(said: str) -> None:
    print(said, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
