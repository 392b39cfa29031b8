"""The command `matcha`. What a command needs is loaded when that command is wanted, for somebody waits for it."""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from matcha.cli.session import CommandLine
from matcha.config import Settings
from matcha.errors import Invalid, MatchaError

_INTERRUPTED = 130  # what typer gives when the user presses Ctrl-C
_OBJECTS = 200_000  # made before garbage is looked for: what a command loads stays until it ends
_PLAIN: dict[str, Any] = {"pretty_exceptions_enable": False, "rich_markup_mode": None}
# In the order of `matcha --help`: each command, and the modules that are registered together with its own.
_LOOKING, _LOGGING, _KEEPING = ("look", "phases"), ("logbook", "verifying", "safekeeping"), ("upkeep",)
_HOMES: Mapping[str, tuple[str, ...]] = {
    "match": ("matching",),
    "explain": ("explaining",),
    "evaluate": ("evaluating",),
    "import": ("files",),
    "export": ("files",),
    "bulk": ("bulk",),
    "backup": _LOGGING,
    "restore": _LOGGING,
    "serve": ("serving",),
    "digest": ("digest",),
    "bench": ("measuring",),
    "neutrality": ("neutrality",),
    "decisions": ("deciding",),
    "needs": _LOOKING,
    "actors": _LOOKING,
    "profiles": _LOOKING,
    "log": _LOGGING,
    "accounts": ("accounts",),
    "model": _KEEPING,
    "index": _KEEPING,
    "statistics": _KEEPING,
    "database": _KEEPING,
    "forum": ("forum",),
}


class _Commands(Mapping[str, Any]):
    """All commands by name, each loaded when it is looked up."""

    def __getitem__(self, name: str) -> Any:
        return _loaded(_HOMES[name])[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_HOMES)

    def __len__(self) -> int:
        return len(_HOMES)


@cache
def _loaded(modules: tuple[str, ...]) -> Mapping[str, Any]:
    own = typer.Typer(**_PLAIN)
    for module in modules:
        import_module(f"matcha.cli.{module}").register(own)
    return typer.main.get_group(own).commands


class _Root(TyperGroup):
    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = _Commands()  # type: ignore[assignment]  # a dict, which nobody adds to


app = typer.Typer(
    help="Kopplar vårdens behov till dem som kan möta dem. / Links needs of care to those who could meet them.",
    no_args_is_help=True,
    cls=_Root,
    **_PLAIN,
)


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
    _collect_seldom()
    try:
        code = app(standalone_mode=False)
    except (MatchaError, typer.TyperException) as error:
        code = _failed(error)
    if code == _INTERRUPTED:
        from matcha.cli import failure

        failure.report_interrupt()
    sys.exit(code if isinstance(code, int) else 0)


def _collect_seldom() -> None:
    """Look for garbage seldom, and not in all there is once more at the end: that is a quarter of a short command."""
    gc.set_threshold(_OBJECTS)
    atexit.register(gc.freeze)


def _failed(error: MatchaError | typer.TyperException) -> int:
    if isinstance(error, MatchaError):
        from matcha.cli import failure

        return failure.report(error, any(argument.startswith("--home") for argument in sys.argv))
    error.show()  # type: ignore[attr-defined]  # usage errors can show themselves
    return error.exit_code
