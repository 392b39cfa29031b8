"""The command `matcha`."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from matcha.cli import (
    accounts,
    bulk,
    deciding,
    digest,
    evaluating,
    explaining,
    failure,
    files,
    forum,
    logbook,
    look,
    matching,
    neutrality,
    phases,
    safekeeping,
    serving,
    upkeep,
    verifying,
)
from matcha.cli.session import CommandLine
from matcha.config import Settings
from matcha.errors import Invalid, MatchaError

app = typer.Typer(
    help="Kopplar vårdens behov till dem som kan möta dem. / Links needs of care to those who could meet them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
matching.register(app)
explaining.register(app)
neutrality.register(app)
deciding.register(app)
evaluating.register(app)
look.register(app)
files.register(app)
bulk.register(app)
logbook.register(app)
verifying.register()
safekeeping.register(app)
phases.register()
serving.register(app)
accounts.register(app)
digest.register(app)
upkeep.register(app)
forum.register(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"matcha {version('matcha')}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option(help="Mapp för databas, index och modeller. / Folder of database, indexes, models.")
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Visa version. / Show version.")
    ] = False,
) -> None:
    context.obj = CommandLine(_settings(home))


def _settings(home: Path | None) -> Settings:
    try:
        settings = Settings()
    except ValidationError as cause:
        names = ", ".join(f"MATCHA_{str(detail['loc'][0]).upper()}" for detail in cause.errors())
        raise Invalid(f"Inställningen {names} går inte att använda.", f"The setting {names} cannot be used.") from cause
    return settings if home is None else settings.model_copy(update={"home": home.absolute()})


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        code = app(standalone_mode=False)
    except MatchaError as error:
        code = failure.report(error, any(argument.startswith("--home") for argument in sys.argv))
    except typer.TyperException as error:
        error.show()  # type: ignore[attr-defined]  # usage errors can show themselves
        code = error.exit_code
    if code == failure.INTERRUPTED:
        failure.report_interrupt()
    sys.exit(code if isinstance(code, int) else 0)
