"""Measure the quality of the ranking and put the tables into README.

    python benchmarks/measure_quality.py [FOLDER]     the default is ../shared/eval

Every collection of the folder with its ablation and language parity, the demo data likewise, and the bands. Writes
`benchmarks/quality/*.json`; README's tables are made from them and nothing else. The first run reads some 80,000
texts (an hour on one core); their vectors are kept under indexes/evaluation.
"""

from __future__ import annotations

import json
import platform
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from matcha import calibration, evaluation
from matcha.cli.evaluating import evaluate_folder
from matcha.cli.session import CommandLine
from matcha.config import Settings
from matcha.evaluation.collection import Document, ReadCollection
from matcha.retrieval.reading import Reader, Reading
from matcha.retrieval.reference import Reference
from matcha.values import Band, Language

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "quality"
DEMO = ROOT / "data" / "demo"
DEPTH = 100
FOREIGN = ("tatoeba_sv_en", "byggfaq_sv_sv", "swequad_mc", "dblp_expert_finding")  # nobody in the demo serves them
START, END = "<!-- quality: made by make bench -->\n", "<!-- /quality -->\n"


def main(folder: Path) -> None:
    line = CommandLine(Settings())
    for path in sorted(p for p in folder.iterdir() if (p / "corpus.jsonl").is_file()):
        result, _ = evaluate_folder(line, path, DEPTH, ablate=True)
        print(path.name, result["measures"], result["parity"], flush=True)
        _write(path.name, result)
    _write("demo", measure_demo(line, folder))
    readme = ROOT / "README.md"
    readme.write_text(with_tables(readme.read_text("utf-8")), "utf-8")


def measure_demo(line: CommandLine, folder: Path) -> dict[str, Any]:
    """Measure ranking, parity and bands on the demo data; the bands also on queries that it has no answer to."""
    reader, known = line.matcha.reader, line.matcha.known
    judged = _qrels()
    answerable = {need: grades for need, grades in judged.items() if max(grades.values())}
    profiles = json.loads((DEMO / "profiles.json").read_text("utf-8"))["profiles"]
    with line.progress("reading_collection") as progress:
        needs = _needs(reader)
        documents = [_document(row, reader) for row in profiles]
        versions = json.loads((DEMO / "judgements" / "parallels.json").read_text("utf-8"))
        parallels = [_document(row | {"id": evaluation.mark(row["profile_id"])}, reader) for row in versions]
        collection = evaluation.Collection(DEMO, {}, (), judged)
        registered = evaluation.register(ReadCollection(collection, needs, tuple(documents)), reader.digest, known)
        joint = evaluation.register(ReadCollection(collection, needs, (*documents, *parallels)), reader.digest, known)
        found = evaluation.run(registered, DEPTH, progress)
        run = {need: found[need] for need in answerable}
        each = evaluation.measure_each(run, answerable)
        marked = {row["profile_id"]: evaluation.mark(row["profile_id"]) for row in versions}
        return {
            "collection": "demo",
            "queries": len(answerable),
            "depth": DEPTH,
            "pipeline": registered.pipeline.digest,
            "measures": evaluation.measure(run, answerable),
            "intervals": {name: evaluation.interval(values) for name, values in each.items()},
            "parity": asdict(evaluation.measure_parity(joint, marked, judged, least_grade=2)),
            "ablation": {
                name: evaluation.measure({need: ranked[need] for need in answerable}, answerable)
                for name, ranked in evaluation.ablate(registered, known, DEPTH, progress)
            },
            "bands": _bands(registered, known, set(answerable), folder, reader, line.settings.indexes / "evaluation"),
        }


def _bands(
    registered: evaluation.Registered, known: Reference, answerable: set[str], folder: Path, reader: Reader, cache: Path
) -> dict[str, Any]:
    """The share of each group of needs whose best profile gets each band."""
    groups = {
        "answerable needs of the demo": [q for q in registered.read.queries if q[0] in answerable],
        "needs of the demo that nobody can meet": [q for q in registered.read.queries if q[0] not in answerable],
    }
    for name in FOREIGN:
        if (folder / name).is_dir():
            read = evaluation.read_texts(evaluation.read_collection(folder / name), reader, cache, lambda *_: None)
            groups[f"queries of {name}"] = list(read.queries)
    calibrated = calibration.Calibration.of(registered.pipeline, known)
    shares: dict[str, dict[str, float]] = {}
    for name, queries in groups.items():
        bands: list[Band] = []
        for _, reading in queries:
            query = registered.pipeline.query(reading)
            bands += calibrated.scale(query).bands([int(registered.catalogue.totals(query).max())])
        shares[name] = {"needs": len(bands)} | {band.value: bands.count(band) / len(bands) for band in Band}
    return {"false_strong": calibration.FALSE_STRONG, "false_possible": calibration.FALSE_POSSIBLE, "shares": shares}


def with_tables(readme: str) -> str:
    """Give README with its tables made anew from the results."""
    before, rest = readme.split(START)
    _, after = rest.split(END)
    results = [json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))]
    return before + START + tables(results) + END + after


def tables(results: list[dict[str, Any]]) -> str:
    """Give results as Markdown tables: measures, parts, parity, bands."""
    lines = ["| collection | queries | nDCG@10 [95 %] | R@10 | R@100 | P@1 [95 %] |", "|---|---|---|---|---|---|"]
    for row in results:
        cells = [_with_interval(row, "nDCG@10"), *(f"{row['measures'][m]:.3f}" for m in ("R@10", "R@100"))]
        cells.append(_with_interval(row, "P@1"))
        lines.append(f"| {row['collection']} | {row['queries']:,} | {' | '.join(cells)} |")
    names = list(dict.fromkeys(name for row in results for name in row["ablation"]))
    lines += [
        "",
        f"| nDCG@10 | {' | '.join(row['collection'] for row in results)} |",
        "|---" * (len(results) + 1) + "|",
    ]
    for name in names:
        cells = [f"{row['ablation'][name]['nDCG@10']:.3f}" if name in row["ablation"] else "" for row in results]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines += ["", "| parallel versions | pairs | Swedish first | English among ten ÷ Swedish |", "|---|---|---|---|"]
    for row in results:
        if parity := row["parity"]:
            figures = f"{parity['swedish_first']:.2f} | {parity['recall_ratio']:.2f}"
            lines.append(f"| {row['collection']} | {parity['pairs']} | {figures} |")
    lines += ["", "| best profile is called | needs | strong | possible | weak |", "|---|---|---|---|---|"]
    for row in results:
        for name, share in row.get("bands", {"shares": {}})["shares"].items():
            lines.append(f"| {name} | {share['needs']:,} | " + " | ".join(f"{share[b]:.1%}" for b in Band) + " |")
    return "\n".join(lines) + "\n"


def _with_interval(row: dict[str, Any], name: str) -> str:
    low, high = row["intervals"][name]
    return f"{row['measures'][name]:.3f} [{low:.3f}, {high:.3f}]"


def _needs(reader: Reader) -> tuple[tuple[str, Reading], ...]:
    rows = json.loads((DEMO / "needs.json").read_text("utf-8"))["needs"]
    texts = ((row["id"], f"{row['title']}\n{row['text']}", Language(row["language"])) for row in rows)
    return tuple((id, reader.need(text, language)) for id, text, language in texts)


def _document(row: dict[str, Any], reader: Reader) -> tuple[Document, Reading]:
    reading = reader.profile(row["title"], row["text"], Language(row["language"]))
    return Document(row["id"], row["title"], row["text"], row["id"]), reading


def _qrels() -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    for line in (DEMO / "judgements" / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
        need, found, grade = line.split("\t")
        qrels.setdefault(need, {})[found] = int(grade)
    return qrels


def _write(name: str, result: dict[str, Any]) -> None:
    machine = f"{platform.machine()}, Python {platform.python_version()}, torch {version('torch')}"
    content = json.loads(json.dumps(result | {"command": "make bench", "machine": machine}), parse_float=_rounded)
    (RESULTS / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n")


def _rounded(figure: str) -> float:
    return round(float(figure), 4)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "eval")
