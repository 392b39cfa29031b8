"""What the commands of a forum are asked with: who asks, forms filled in from options and files, times."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError
from rich.table import Table
from rich.text import Text as Plain

from matcha.callers import AccountRole, Caller
from matcha.cli.failure import EXIT_CODES
from matcha.cli.session import CommandLine, err
from matcha.disk import read_bytes
from matcha.errors import Conflict, Invalid, MatchaError, NotFound
from matcha.forum.relaxation import Impossible
from matcha.forum.words import HERE
from matcha.records.fields import Form
from matcha.values import Language

OPERATOR = Caller("operator", frozenset({AccountRole.COORDINATOR, AccountRole.ORGANISER}), None)
"""Whoever has the terminal is the operator: coordinator and organiser in one, who speaks for no actor."""

Given = TypeVar("Given", bound=Form)
Id = Annotated[str, typer.Argument(metavar="FORUM", help="Forumets id. / The forum's id.")]
ActorId = Annotated[str, typer.Argument(metavar="ACTOR", help="Aktörens id. / The actor's id.")]
AsJson = Annotated[bool, typer.Option("--json", help="Hela forumet, som JSON. / The whole forum, as JSON.")]
By = Annotated[str, typer.Option(help="Vem som beslutar. / Who decides.")]
Reason = Annotated[str, typer.Option(help="Varför. / Why.")]
InLanguage = Annotated[Language | None, typer.Option(help="Språk. / Language.")]
Text = Annotated[str | None, typer.Option(help="Med egna ord. / In own words.")]

_LARGEST = 4_000_000  # bytes of a file with a form
_MOST_FAULTS = 20  # told at once
_MOMENTS = frozenset({"starts", "times", "wishes", "meeting_times"})  # fields that hold them
_LOCAL = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?")
_OPTIONS = {"user": "by", "actor_id": "actor", "said": "dice", "witnesses": "witness", "meeting_times": "time"}


def filled(form: type[Given], **given: object) -> Given:
    """Fill in a form from options; those that are None are left out. Raises Invalid, naming the options."""
    try:
        return form.model_validate(localised({name: value for name, value in given.items() if value is not None}))
    except ValidationError as cause:
        raise _told("", cause) from cause


def read_form(path: Path, form: type[Given], **instead: object) -> Given:
    """Fill in a form from a file of JSON, with what options say `instead`.

    Raises NotFound for a file that is not there, Invalid for one that is no JSON, or naming the fields that cannot be
    used.
    """
    given = _read(path)
    try:
        return form.model_validate(localised(given) | {n: v for n, v in instead.items() if v is not None})
    except ValidationError as cause:
        raise _told(path.name, cause) from cause


def read_prose(path: Path) -> str:
    """Give the text of a file. Raises NotFound, and Invalid for what is not UTF-8."""
    try:
        return _content(path).decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        raise Invalid(f"{path.name} är inte text i UTF-8.", f"{path.name} is not text in UTF-8.") from cause


def localised(value: Any, moment: bool = False) -> Any:
    """Give a form's values with every moment that has no zone in Swedish time: 2027-03-11T13:00."""
    if isinstance(value, str):
        return _in_sweden(value) if moment and _LOCAL.fullmatch(value) else value
    if isinstance(value, dict):
        return {name: localised(each, moment or name in _MOMENTS) for name, each in value.items()}
    return [localised(each, moment) for each in value] if isinstance(value, list | tuple) else value


def _in_sweden(text: str) -> str:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=HERE).isoformat()
    except ValueError:
        return text  # the form says what is wrong with it


@contextmanager
def kept(line: CommandLine, id: str) -> Iterator[None]:
    """Say which forum is kept when a later step of a command fails or is interrupted."""
    try:
        yield
    except (MatchaError, KeyboardInterrupt):
        err.print(line.say("forum_kept", id=id), markup=False, soft_wrap=True)
        raise


@contextmanager
def telling_rules(line: CommandLine) -> Iterator[None]:
    """Show rules that contradict each other as a list, with what mends it, and leave as for a Conflict."""
    try:
        yield
    except Impossible as error:
        for language, style in ((Language.SV, "bold"), (Language.EN, "dim")):
            _list_rules(CommandLine(line.settings.model_copy(update={"language": language})), error, style)
        raise typer.Exit(EXIT_CODES[Conflict]) from error


def _list_rules(line: CommandLine, error: Impossible, style: str) -> None:
    language = line.settings.language
    if not error.relaxations:
        err.print(error.sv if language is Language.SV else error.en, style=style, markup=False)
        return
    for word, rules in (("forum_impossible", error.conflict), ("forum_mend", error.relaxations)):
        err.print(line.say(word), style=style)
        grid = Table.grid(padding=(0, 1))
        for rule in rules:
            grid.add_row("  •", Plain(rule.told(language)), style=style)
        err.print(grid)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(_content(path).decode("utf-8-sig"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as cause:
        raise Invalid(
            f"{path.name} är inte giltig JSON: {cause}.", f"{path.name} is not valid JSON: {cause}."
        ) from cause
    if not isinstance(found, dict):
        raise Invalid(f"{path.name} ska vara ett objekt: {{…}}.", f"{path.name} must be an object: {{…}}.")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name in found if sum(name == each for each, _ in pairs) > 1)
        raise ValueError(f"{twice} ×2")
    return found


def _content(path: Path) -> bytes:
    try:
        content = read_bytes(path)
    except FileNotFoundError as cause:
        raise NotFound(f"Filen {path} finns inte.", f"The file {path} does not exist.") from cause
    if len(content) > _LARGEST:
        raise Invalid(f"{path.name} är för stor.", f"{path.name} is too large.")
    return content


def _told(file: str, cause: ValidationError) -> Invalid:
    """Give the error for a form, with every field that cannot be used; of options with their names."""
    from matcha.api import faults  # takes a while to load

    wrong = cause.errors()[:_MOST_FAULTS]
    names = [".".join(map(str, each["loc"])) if file else _option(str(each["loc"][0])) for each in wrong]
    both = [faults.words(each) for each in wrong]
    sv, en = ("; ".join(f"{name} {words[which]}" for name, words in zip(names, both, strict=True)) for which in (0, 1))
    at = f"{file}: " if file else ""
    return Invalid(f"{at}{sv}.", f"{at}{en}.")


def _option(field: str) -> str:
    return f"--{_OPTIONS.get(field, field).replace('_', '-')}"
