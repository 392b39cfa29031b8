"""`matcha import` and `matcha export`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from matcha.cli.session import CommandLine, out, print_json
from matcha.cli.upkeep import show_frozen
from matcha.interchange import export, profile_json, read_batch, record_json
from matcha.records.batch import Noun
from matcha.store.submissions import Counts


def register(app: typer.Typer) -> None:
    app.command("import")(import_files)
    app.command("export")(export_file)


def import_files(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="JSON, CSV eller XLSX. / JSON, CSV or XLSX.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Pröva bara. / Only try.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Som JSON. / As JSON.")] = False,
) -> None:
    """Läs in aktörer, kontakter, profiler och behov: allt eller inget. / Import: all or nothing."""
    line: CommandLine = context.obj
    batch = read_batch(files)
    plan, frozen = line.matcha.plan(batch), None
    if not dry_run:
        unfrozen = bool(batch.needs or batch.profiles) and line.matcha.frozen() is None
        if plan.versions or unfrozen:
            with line.loading_model():
                line.matcha.warm_up()
        with line.progress("reading_profiles") as progress:
            plan = line.matcha.submit(batch, progress)
        if unfrozen:
            with line.progress("reading_needs") as progress:
                frozen = line.matcha.freeze_first(progress)
    report(line, dict(plan.counts), dry_run, json)
    if frozen is not None and not json:
        show_frozen(line, frozen)


def report(line: CommandLine, counted: Mapping[Noun, Counts], dry_run: bool, json: bool) -> None:
    """Say how many rows of each noun were new, edited and unchanged."""
    if json:
        print_json({"dry_run": dry_run} | {noun: asdict(counts) for noun, counts in counted.items()})
        return
    for noun, counts in counted.items():
        if any(asdict(counts).values()):
            told = ", ".join(f"{value} {line.say(what)}" for what, value in asdict(counts).items())
            out.print(f"{line.say(noun)}: {told}")
    out.print(line.say("dry_run" if dry_run else "imported"))


def export_file(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help=".json, .xlsx eller en mapp för CSV. / … or a folder for CSV.")],
    with_contacts: Annotated[
        bool, typer.Option("--with-contacts", help="Ta med kontaktpersoner. / Include contact persons.")
    ] = False,
) -> None:
    """Skriv ut allt som kan importeras. / Write all that can be imported."""
    line: CommandLine = context.obj
    matcha = line.matcha
    rows: dict[Noun, list[dict[str, Any]]] = {Noun.ACTORS: [record_json(actor) for actor in matcha.actors()]}
    if with_contacts:
        rows[Noun.CONTACTS] = [record_json(contact) for contact in matcha.contacts()]
    rows[Noun.PROFILES] = [profile_json(p) for p in matcha.profiles() if p.profile.withdrawn is None]
    rows[Noun.NEEDS] = [record_json(need) for need in matcha.needs()]
    for file in export(path, rows):
        out.print(line.say("written", path=file), markup=False)
