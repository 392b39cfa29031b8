"""`matcha needs purpose|lock|unlock`: what a need is matched for, and whether a procurement is under way."""

from __future__ import annotations

from typing import Annotated, TypeVar

import typer
from pydantic import ValidationError

from matcha.cli.look import needs
from matcha.cli.session import CommandLine, out
from matcha.errors import Invalid
from matcha.records import LockForm, PurposeForm
from matcha.records.fields import Form
from matcha.records.need import Purpose

Given = TypeVar("Given", bound=Form)

_Id = Annotated[str, typer.Argument(help="Behovets id. / The id of the need.")]
_By = Annotated[str, typer.Option(help="Vem som beslutar. / Who decides.")]
_Reason = Annotated[str, typer.Option(help="Varför. / Why.")]


def register(_app: typer.Typer) -> None:
    needs.command("purpose")(purpose)
    needs.command("lock")(lock)
    needs.command("unlock")(unlock)


def purpose(
    context: typer.Context,
    id: _Id,
    purpose: Annotated[Purpose, typer.Argument(help="Syfte. / Purpose.")],
    by: _By,
    reason: _Reason,
) -> None:
    """Vad behovet matchas för från och med nu. / What the need is matched for from now on."""
    line: CommandLine = context.obj
    line.matcha.set_purpose(_form(PurposeForm, need_id=id, purpose=purpose, user=by, reason=reason))
    out.print(line.say("purpose_set", id=id, purpose=line.say(f"{purpose}_purpose")), markup=False)


def lock(context: typer.Context, id: _Id, by: _By, reason: _Reason) -> None:
    """En upphandling börjar: inget matchas för behovet. / A procurement begins: nothing is matched for the need."""
    _lock(context.obj, id, True, by, reason)


def unlock(context: typer.Context, id: _Id, by: _By, reason: _Reason) -> None:
    """Upphandlingen är slut. / The procurement has ended."""
    _lock(context.obj, id, False, by, reason)


def _lock(line: CommandLine, id: str, locked: bool, by: str, reason: str) -> None:
    line.matcha.set_lock(_form(LockForm, need_id=id, locked=locked, user=by, reason=reason))
    out.print(line.say("locked" if locked else "unlocked", id=id), markup=False)


def _form(form: type[Given], **given: object) -> Given:
    try:
        return form.model_validate(given)
    except ValidationError as cause:
        raise Invalid(
            "Ange behovets id som det står i listan, ett namn och ett skäl.",
            "Give the need's id as the list has it, a name and a reason.",
        ) from cause
