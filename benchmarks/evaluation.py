"""Measure the ranking on every collection of a folder and put the table into README.

    python benchmarks/evaluation.py [FOLDER]     the default is ../shared/eval

Writes `benchmarks/results/evaluation.json`; README's table is made from it and nothing else. The first run encodes
some 60,000 sentences (half an hour on one core); their vectors are kept under indexes/evaluation.
"""

from __future__ import annotations

import json
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

from matcha import evaluation
from matcha.cli.session import CommandLine
from matcha.config import Settings

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "evaluation.json"
START, END = "<!-- evaluation: made by make bench -->\n", "<!-- /evaluation -->\n"
DEPTH = 100


def main(folder: Path) -> None:
    line = CommandLine(Settings())
    pipeline = line.matcha.pipeline
    rows = []
    for path in sorted(p for p in folder.iterdir() if (p / "corpus.jsonl").is_file()):
        collection = evaluation.read_collection(path)
        started = time.monotonic()
        with line.progress("evaluating") as progress:
            run = evaluation.run(collection, pipeline, DEPTH, line.settings.indexes / "evaluation", progress)
        measures = {name: round(value, 4) for name, value in evaluation.measure(run, collection.qrels).items()}
        rows.append({"collection": path.name, "queries": len(collection.qrels), "measures": measures})
        print(path.name, measures, f"{time.monotonic() - started:.0f} s", flush=True)
    result = {
        "command": "make bench",
        "depth": DEPTH,
        "pipeline": line.matcha.pipeline_digest,
        "machine": f"{platform.machine()}, Python {platform.python_version()}, torch {version('torch')}",
        "collections": rows,
    }
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    readme = ROOT / "README.md"
    readme.write_text(with_table(readme.read_text("utf-8"), result), "utf-8")


def with_table(readme: str, result: dict[str, object]) -> str:
    """Give README with its evaluation table made anew from a result."""
    before, rest = readme.split(START)
    _, after = rest.split(END)
    return before + START + table(result) + END + after


def table(result: dict[str, object]) -> str:
    """Give a result as a Markdown table."""
    rows = result["collections"]
    assert isinstance(rows, list)
    names = list(rows[0]["measures"])
    lines = [f"| collection | queries | {' | '.join(names)} |", f"|---|---|{'---|' * len(names)}"]
    for row in rows:
        figures = " | ".join(f"{row['measures'][name]:.3f}" for name in names)
        lines.append(f"| {row['collection']} | {row['queries']:,} | {figures} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "eval")
