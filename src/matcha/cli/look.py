"""`matcha needs`, `matcha actors`, `matcha profiles`: list and show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import typer
from rich.table import Table

from matcha.cli.session import CommandLine, as_json, out, print_json
from matcha.cli.words import KINDS
from matcha.store.queries import CurrentProfile

_AS_JSON = Annotated[bool, typer.Option("--json", help="Som JSON. / As JSON.")]
_ID = Annotated[str, typer.Argument(help="Id, som det står i listan. / Id, as the list has it.")]

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
    rows = [as_json(need) for need in context.obj.matcha.needs()]
    _list(json, rows, ("id", "title", "care_setting"))


@needs.command("show")
def show_need(context: typer.Context, id: _ID, json: _AS_JSON = False) -> None:
    """Ett behov med allt. / One need with everything."""
    _show(json, as_json(context.obj.matcha.need(id)))


@actors.command("list")
def list_actors(context: typer.Context, json: _AS_JSON = False) -> None:
    """Alla aktörer. / All actors."""
    rows = [as_json(actor) for actor in context.obj.matcha.actors()]
    _list(json, rows if json else _with_kind(context.obj, rows), ("id", "name", "kind", "country"))


@actors.command("show")
def show_actor(context: typer.Context, id: _ID, json: _AS_JSON = False) -> None:
    """En aktör med profiler. / One actor with its profiles."""
    matcha = context.obj.matcha
    own = [profile_json(current) for current in matcha.profiles(id)]
    _show(json, as_json(matcha.actor(id)) | {"profiles": own})


@profiles.command("list")
def list_profiles(context: typer.Context, json: _AS_JSON = False) -> None:
    """Alla profiler i senaste version. / All profiles in their newest version."""
    rows = [profile_json(current) for current in context.obj.matcha.profiles()]
    _list(json, rows, ("id", "version", "actor_id", "language", "title"))


@profiles.command("show")
def show_profile(context: typer.Context, id: _ID, json: _AS_JSON = False) -> None:
    """En profil i senaste version. / One profile in its newest version."""
    _show(json, profile_json(context.obj.matcha.profile(id)))


@profiles.command("withdraw")
def withdraw_profile(context: typer.Context, id: _ID) -> None:
    """Ta en profil ur matchningen. / Take a profile out of matching."""
    context.obj.matcha.withdraw(id)
    out.print(context.obj.say("withdrawn", id=id), markup=False)


def profile_json(current: CurrentProfile) -> dict[str, Any]:
    """Give a profile in its newest version as plain JSON values."""
    version = as_json(current.version)
    withdrawn = as_json(current.profile)["withdrawn"]
    kept = {name: version[name] for name in ("version", "kind", "title", "text", "language", "created")}
    return {"id": current.profile.id, "actor_id": current.actor.id, **kept, "withdrawn": withdrawn}


def _with_kind(line: CommandLine, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    kinds = KINDS[line.settings.language]
    return [row | {"kind": kinds[row["kind"]]} for row in rows]


def _list(json: bool, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    if json:
        print_json(rows)
        return
    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(str(row[column] if row[column] is not None else "") for column in columns))
    out.print(table, markup=False)


def _show(json: bool, row: dict[str, Any]) -> None:
    if json:
        print_json(row)
        return
    for name, value in row.items():
        if isinstance(value, list):
            for each in value:
                out.print()
                _show(False, each)
        elif value is not None:
            out.print(f"[bold]{name}[/bold]", end="  ")
            out.print(str(value), markup=False)
