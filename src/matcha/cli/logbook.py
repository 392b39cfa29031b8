"""`matcha log`: what the match log has, and the proofs of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from matcha.cli.session import CommandLine, out, print_json
from matcha.disk import write_atomically
from matcha.matchlog import note
from matcha.matchlog.entry import Entry, Kind

log = typer.Typer(help="Matchningsloggen. / The match log.", no_args_is_help=True)

Index = Annotated[int, typer.Argument(min=0, help="Postens nummer. / The entry's number.")]
Out = Annotated[Path | None, typer.Option(help="Skriv till en fil. / Write to a file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Som JSON. / As JSON.")]


def register(app: typer.Typer) -> None:
    app.add_typer(log, name="log")


@log.command("checkpoint")
def checkpoint(
    context: typer.Context, out_file: Annotated[Path | None, typer.Option("--out", help="Fil. / File.")] = None
) -> None:
    """Loggens läge nu, signerat: spara det på annat håll. / The log as it stands, signed: keep it elsewhere."""
    _give(context.obj, context.obj.matcha.logbook.checkpoint(), out_file)


@log.command("key")
def key(context: typer.Context) -> None:
    """De publika nycklarna, den nyaste sist. / The public keys, the newest last."""
    for one in context.obj.matcha.logbook.signers():
        print(one.public)


@log.command("entries")
def entries(
    context: typer.Context,
    start: Annotated[
        int | None, typer.Option("--from", min=0, help="Första post; annars de senaste. / First; else the newest.")
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="Hur många. / How many.")] = 20,
    kind: Annotated[Kind | None, typer.Option(help="Bara ett slag. / One kind only.")] = None,
    json: AsJson = False,
) -> None:
    """Posterna, utan personuppgifter. / The entries, without personal data."""
    line: CommandLine = context.obj
    found = line.matcha.entries(start, count, kind)
    if json:
        print_json([_entry_json(index, entry) for index, entry in found])
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column(line.say("log_entry"), justify="right")
    for word in ("log_when", "log_kind", "log_what"):
        table.add_column(line.say(word))
    for index, entry in found:
        told = ", ".join(f"{name} {value}" for name, value in entry.said.items() if isinstance(value, str | int))
        table.add_row(str(index), when(entry.milliseconds), line.say(f"log_{entry.kind}"), Text(told))
    out.print(table)


@log.command("proof")
def proof(context: typer.Context, index: Index) -> None:
    """Beviset att en post finns i loggen (c2sp.org/tlog-proof). / The proof that an entry is in the log."""
    print(context.obj.matcha.proof(index), end="")


@log.command("consistency")
def consistency(
    context: typer.Context,
    old: Annotated[int, typer.Argument(min=0, help="Antal poster då. / Number of entries then.")],
    new: Annotated[
        int | None, typer.Argument(min=0, help="Antal senare; annars nu. / Later; now unless given.")
    ] = None,
) -> None:
    """Beviset att loggen bara har vuxit. / The proof that the log has only grown."""
    signed, hashes = context.obj.matcha.consistency(old, new)
    print("\n".join([*map(note.to_base64, hashes), "", signed]), end="")


@log.command("receipt")
def receipt(
    context: typer.Context,
    index: Index,
    profile: Annotated[str | None, typer.Option(help="För en profil. / For a profile.")] = None,
    out_file: Annotated[Path | None, typer.Option("--out", help="Fil. / File.")] = None,
) -> None:
    """Kvittot på ett svar, eller på att en profil var med. / Receipt of an answer, or that a profile was considered."""
    line: CommandLine = context.obj
    matcha = line.matcha
    _give(line, matcha.proof(index, opening=True) if profile is None else matcha.receipt(index, profile), out_file)


@log.command("considered")
def considered(
    context: typer.Context,
    profile: Annotated[str, typer.Argument(help="Profilens id. / The id of the profile.")],
    json: AsJson = False,
) -> None:
    """Alla matchningar som en profil har varit med i. / Every match in which a profile took part."""
    line: CommandLine = context.obj
    found = line.matcha.considerations(profile)
    if json:
        print_json(
            [
                {"leaf_index": one.leaf_index, "milliseconds": one.milliseconds, "excluded": one.excluded}
                for one in found
            ]
        )
        return
    for one in found:
        told = (
            line.say("log_scored")
            if one.excluded is None
            else line.say("log_excluded", reason=line.say(f"reason_{one.excluded}"))
        )
        out.print(f"{one.leaf_index:>8}  {when(one.milliseconds)}  {told}", highlight=False)
    out.print(line.say("log_receipt_hint", profile=profile) if found else line.say("log_no_matches"), style="dim")


def when(milliseconds: int) -> str:
    """Give a moment as people read it, to the second, in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _entry_json(index: int, entry: Entry) -> dict[str, object]:
    fields = {name: commitment.hex() for name, commitment in entry.fields.items()}
    return {"leaf_index": index, "kind": entry.kind, "milliseconds": entry.milliseconds, **entry.said, "fields": fields}


def _give(line: CommandLine, text: str, path: Path | None) -> None:
    if path is None:
        print(text, end="")
    else:
        write_atomically(path, text.encode())
        out.print(line.say("written", path=path), markup=False)
