"""`matcha model`, `matcha index`, `matcha database`: for whoever runs matcha."""

from __future__ import annotations

from typing import Annotated

import typer

from matcha.cli.session import CommandLine, out
from matcha.config import DEFAULT_MODEL
from matcha.encoding import bundled
from matcha.encoding.fast_model import is_made_from
from matcha.encoding.finding import fast_folder
from matcha.errors import Conflict
from matcha.records import FrozenStatistics

model = typer.Typer(help="Språkmodellen. / The model.", no_args_is_help=True)
index = typer.Typer(help="Sökindexet. / The index.", no_args_is_help=True)
database = typer.Typer(help="Databasen. / The database.", no_args_is_help=True)
statistics = typer.Typer(help="Fryst statistik. / Frozen statistics.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(model, name="model")
    app.add_typer(index, name="index")
    app.add_typer(statistics, name="statistics")
    app.add_typer(database, name="database")


@model.command("prepare")
def prepare(
    context: typer.Context,
    from_hub: Annotated[bool, typer.Option("--from-hub", help="Hämta från hubben. / Fetch from the hub.")] = False,
) -> None:
    """Gör språkmodellen klar på den här maskinen. / Make the model ready on this machine."""
    line: CommandLine = context.obj
    folder = line.settings.models / DEFAULT_MODEL
    if from_hub and folder.exists():
        raise Conflict(
            f"Det finns redan en modell i {folder}. Ta bort mappen först.",
            f"There is a model in {folder} already. Remove the folder first.",
        )
    if not folder.exists():
        with line.progress("preparing") as progress:
            if from_hub:
                bundled.prepare_from_hub(folder)
            else:
                bundled.prepare(folder, lambda share: progress(round(100 * share), 100))
    fast = fast_folder(folder)
    if not is_made_from(fast, folder):
        with line.progress("preparing_fast") as progress:
            bundled.prepare_fast(folder, fast, lambda share: progress(round(100 * share), 100))
    out.print(line.say("model_ready", path=folder), markup=False)


@index.command("rebuild")
def rebuild(context: typer.Context) -> None:
    """Gör om sökindexet från databasen. / Make the index anew from the database."""
    line: CommandLine = context.obj
    with line.loading_model():
        line.matcha.warm_up()
    with line.progress("reading_profiles") as progress:
        count = line.matcha.rebuild(progress)
    out.print(line.say("indexed", count=count))


@statistics.command("freeze")
def freeze(context: typer.Context) -> None:
    """Frys statistiken om det som nu är registrerat; rangordningen ändras. / Freeze it; rankings change."""
    line: CommandLine = context.obj
    with line.loading_model():
        line.matcha.warm_up()
    with line.progress("reading_needs") as progress:
        show_frozen(line, line.matcha.freeze(progress))


@statistics.command("show")
def show_statistics(context: typer.Context) -> None:
    """Visa vilken statistik som används. / Show which statistics are in use."""
    line: CommandLine = context.obj
    frozen = line.matcha.frozen()
    if frozen is None:
        out.print(line.say("not_frozen"))
    else:
        show_frozen(line, frozen)


def show_frozen(line: CommandLine, frozen: FrozenStatistics) -> None:
    """Say what statistics were frozen of."""
    out.print(line.say("frozen", needs=frozen.needs, profiles=frozen.profiles, digest=frozen.digest[:16]))


@database.command("upgrade")
def upgrade(context: typer.Context) -> None:
    """Uppdatera databasens tabeller. Säkerhetskopiera först. / Upgrade the tables. Back up first."""
    from matcha.store import Store

    Store.upgrade(context.obj.settings.database)


@database.command("purge")
def purge(context: typer.Context) -> None:
    """Ta det raderade ur databasens arbetsfil också. / Take what was deleted out of the working file, too."""
    context.obj.matcha.purge()
    out.print(context.obj.say("purged"))
