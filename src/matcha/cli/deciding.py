"""`matcha decisions`: what a person chose, kept beside the machine's rank."""

from __future__ import annotations

from typing import Annotated

import typer
from pydantic import ValidationError
from rich.table import Table
from rich.text import Text

from matcha.cli.session import CommandLine, out, print_json
from matcha.errors import Invalid
from matcha.interchange import record_json
from matcha.neutrality.words import CHOICES
from matcha.records import Decision, DecisionForm
from matcha.values import Choice

_AS_JSON = Annotated[bool, typer.Option("--json", help="Som JSON. / As JSON.")]

decisions = typer.Typer(help="Människors beslut. / Decisions people make.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(decisions, name="decisions")


@decisions.command("add")
def add(
    context: typer.Context,
    choice: Annotated[Choice, typer.Argument(help="Vad som beslutas. / What is decided.")],
    need: Annotated[str, typer.Option(help="Behovets id. / The id of the need.")],
    actor: Annotated[str, typer.Option(help="Aktörens id. / The id of the actor.")],
    by: Annotated[str, typer.Option(help="Vem som beslutar. / Who decides.")],
    reason: Annotated[str, typer.Option(help="Varför. / Why.")],
    json: _AS_JSON = False,
) -> None:
    """Spara ett beslut om en aktör för ett behov. / Keep a decision about an actor for a need."""
    line: CommandLine = context.obj
    form = _form(need_id=need, actor_id=actor, choice=choice, user=by, reason=reason)
    with line.loading_model():
        made = line.matcha.decide(form)
    _show(line, [made], json)


@decisions.command("list")
def list_decisions(context: typer.Context, json: _AS_JSON = False) -> None:
    """Alla beslut, i den ordning de togs. / All decisions, in the order in which they were made."""
    line: CommandLine = context.obj
    _show(line, list(line.matcha.decisions()), json)


@decisions.command("close")
def close(
    context: typer.Context, need: Annotated[str, typer.Option(help="Behovets id. / The id of the need.")]
) -> None:
    """Logga listan över dem som nu är inbjudna. / Log the list of those who are now invited."""
    line: CommandLine = context.obj
    index = line.matcha.close_invitations(need)
    out.print(line.say("invitations_closed", id=need, index=index), markup=False)


def _form(**given: object) -> DecisionForm:
    try:
        return DecisionForm.model_validate(given)
    except ValidationError as cause:
        names = ", ".join(f"--{_OPTIONS.get(str(e['loc'][0]), e['loc'][0])}" for e in cause.errors())
        raise Invalid(
            f"{names} går inte att använda: skriv ett id som det står i listan, ett namn och ett skäl.",
            f"{names} cannot be used: give an id as the list has it, a name and a reason.",
        ) from cause


_OPTIONS = {"need_id": "need", "actor_id": "actor", "user": "by"}


def _show(line: CommandLine, made: list[Decision], json: bool) -> None:
    if json:
        print_json([record_json(decision) for decision in made])
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for word in ("need", "actor", "choice", "machine_rank", "user", "reason"):
        table.add_column(line.say(f"decision_{word}"), justify="right" if word == "machine_rank" else "left")
    for one in made:
        rank = "–" if one.machine_rank is None else str(one.machine_rank)
        choice = CHOICES[line.settings.language][one.choice]
        table.add_row(*(Text(cell) for cell in (one.need_id, one.actor_id, choice, rank, one.user, one.reason)))
    out.print(table)
