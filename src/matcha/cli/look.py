"""`matcha needs`, `matcha actors`, `matcha profiles`: list and show."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from matcha.cli.session import CommandLine, out, print_json
from matcha.cli.words import FIELDS, KINDS
from matcha.interchange import profile_json, record_json

_AS_JSON = Annotated[bool, typer.Option("--json", help="Som JSON. / As JSON.")]
_ID = Annotated[str, typer.Argument(help="Id, som det står i listan. / Id, as the list has it.")]

_MOMENTS = ("created", "changed", "withdrawn", "expires", "expired")  # people want the day

needs = typer.Typer(help="Behoven. / The needs.", no_args_is_help=True)
actors = typer.Typer(help="Aktörerna. / The actors.", no_args_is_help=True)
profiles = typer.Typer(help="Profilerna. / The profiles.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(needs, name="needs")
    app.add_typer(actors, name="actors")
    app.add_typer(profiles, name="profiles")


@needs.command("list")
def list_needs(context: typer.Context, json: _AS_JSON = False) -> None:
    """Alla behov. / All needs."""
    rows = [record_json(need) for need in context.obj.matcha.needs()]
    _list(context.obj, json, rows, ("id", "title", "care_setting"))


@needs.command("show")
def show_need(context: typer.Context, id: _ID, json: _AS_JSON = False) -> None:
    """Ett behov med allt. / One need with everything."""
    _show(context.obj, json, record_json(context.obj.matcha.need(id)))


@actors.command("list")
def list_actors(context: typer.Context, json: _AS_JSON = False) -> None:
    """Alla aktörer. / All actors."""
    rows = [record_json(actor) for actor in context.obj.matcha.actors()]
    _list(context.obj, json, rows, ("id", "name", "kind", "country"))


@actors.command("show")
def show_actor(context: typer.Context, id: _ID, json: _AS_JSON = False) -> None:
    """En aktör med profiler. / One actor with its profiles."""
    matcha = context.obj.matcha
    row = record_json(matcha.actor(id))
    _show(context.obj, json, row | {"profiles": [profile_json(current) for current in matcha.profiles(id)]})


@profiles.command("list")
def list_profiles(context: typer.Context, json: _AS_JSON = False) -> None:
    """Alla profiler i senaste version. / All profiles in their newest version."""
    rows = [profile_json(current) for current in context.obj.matcha.profiles()]
    _list(context.obj, json, rows, ("id", "version", "actor_id", "language", "title"))


@profiles.command("show")
def show_profile(context: typer.Context, id: _ID, json: _AS_JSON = False) -> None:
    """En profil i senaste version. / One profile in its newest version."""
    _show(context.obj, json, profile_json(context.obj.matcha.profile(id)))


@profiles.command("withdraw")
def withdraw_profile(context: typer.Context, id: _ID) -> None:
    """Ta en profil ur matchningen. / Take a profile out of matching."""
    context.obj.matcha.withdraw(id)
    out.print(context.obj.say("withdrawn", id=id), markup=False)


def _list(line: CommandLine, json: bool, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    if json:
        print_json(rows)
        return
    labels = FIELDS[line.settings.language]
    table = Table(*(labels[column] for column in columns), box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(Text(_plain(line, row[column])) for column in columns))
    out.print(table)


def _show(line: CommandLine, json: bool, row: dict[str, Any]) -> None:
    if json:
        print_json(row)
        return
    labels = FIELDS[line.settings.language]
    inner = row.pop("profiles", [])
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="bold")
    for name, value in row.items():
        if value not in (None, [], {}):
            table.add_row(labels[name], Text(str(value)[:10] if name in _MOMENTS else _plain(line, value)))
    out.print(table)
    for each in inner:
        out.print()
        _show(line, json, each)


def _plain(line: CommandLine, value: Any) -> str:
    """Give a value as people write it: kinds in words, no decimals that say nothing."""
    if isinstance(value, list | dict):
        parts = value.items() if isinstance(value, dict) else ((part, "") for part in value)
        return "; ".join(f"{name}: {why}" if why else _part(name) for name, why in parts)
    if isinstance(value, float):
        return f"{value:g}".replace(".", "," if line.settings.language == "sv" else ".")
    kinds: dict[Any, str] = dict(KINDS[line.settings.language])
    return kinds.get(value, "" if value is None else str(value))


def _part(value: Any) -> str:
    """Give an aspect as it is, a certificate as a spreadsheet has it."""
    if not isinstance(value, dict):
        return str(value)
    return f"{value['name']}{' eller likvärdigt' if value['equivalent'] else ''} ({value['country']})"
