"""`matcha evaluate`: how good the ranking is, of what parts, and whether language decides."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from matcha import evaluation
from matcha.cli.session import CommandLine, out, print_json
from matcha.disk import write_atomically


def register(app: typer.Typer) -> None:
    app.command("evaluate")(evaluate)


def evaluate(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="En samling i BEIR-form. / A collection in BEIR form.")],
    run: Annotated[Path | None, typer.Option(help="Skriv en TREC-körning hit. / Write a TREC run here.")] = None,
    depth: Annotated[int, typer.Option(min=1, help="Träffar per fråga. / Hits for each query.")] = 100,
    ablate: Annotated[bool, typer.Option("--ablate", help="Även delarna för sig. / The parts, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Som JSON. / As JSON.")] = False,
) -> None:
    """Mät rangordningen på en testsamling. / Measure the ranking on a test collection."""
    line: CommandLine = context.obj
    result, found = evaluate_folder(line, folder, depth, ablate)
    if run is not None:
        write_atomically(run, "".join(f"{row}\n" for row in evaluation.trec(found)).encode())
    if as_json:
        print_json(result)
    else:
        _show(line, result)


def evaluate_folder(line: CommandLine, folder: Path, depth: int, ablate: bool) -> tuple[dict[str, Any], evaluation.Run]:
    """Measure a collection; give what `--json` shows, and the run."""
    collection = evaluation.read_collection(folder)
    parallel = evaluation.find_parallel(collection)
    with line.loading_model():
        reader, known = line.matcha.reader, line.matcha.known
    cache = line.settings.indexes / "evaluation"
    with line.progress("reading_collection") as progress:
        read = evaluation.read_texts(collection, reader, cache, progress)
        both = parallel and evaluation.together(read, evaluation.read_texts(parallel, reader, cache, progress))
    with line.progress("evaluating") as progress:
        registered = evaluation.register(read, reader.digest, known)
        found = evaluation.run(registered, depth, progress)
        each = evaluation.measure_each(found, collection.qrels)
        result: dict[str, Any] = {
            "collection": folder.name,
            "queries": len(collection.qrels),
            "depth": depth,
            "pipeline": registered.pipeline.digest,
            "measures": evaluation.measure(found, collection.qrels),
            "intervals": {name: evaluation.interval(values) for name, values in each.items()},
            "parity": None,
        }
        if both:
            versions = {document.id: evaluation.mark(document.id) for document, _ in read.documents}
            joint = evaluation.register(both, reader.digest, known)
            result["parity"] = asdict(evaluation.measure_parity(joint, versions, collection.qrels))
        if ablate:
            result["ablation"] = {
                name: evaluation.measure(variant, collection.qrels)
                for name, variant in evaluation.ablate(registered, known, depth, progress)
            }
    return result, found


def _show(line: CommandLine, result: dict[str, Any]) -> None:
    for name, value in result["measures"].items():
        low, high = result["intervals"][name]
        out.print(f"{name:8} {value:.4f}  [{low:.4f}, {high:.4f}]", markup=False)
    if result["parity"]:
        out.print(line.say("parity", **result["parity"]))
    else:
        out.print(line.say("no_parity"))
    if "ablation" in result:
        table = Table("", *result["measures"], box=None)
        for name, measures in result["ablation"].items():
            table.add_row(name, *(f"{value:.4f}" for value in measures.values()))
        out.print(table)
