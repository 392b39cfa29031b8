"""`matcha accounts add|list|close|key|demo`: who may do what, for whoever has the machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeVar

import typer
from pydantic import ValidationError

from matcha.callers import AccountRole
from matcha.cli.session import CommandLine, out, print_json
from matcha.disk import write_atomically
from matcha.errors import Invalid
from matcha.records.account import KEY_DAYS, Account, AccountForm, KeyForm
from matcha.records.fields import Form
from matcha.service import demo
from matcha.service.labels import label
from matcha.values import Language

PASSWORDS = "/losenord, POST /v1/passwords"
WORDS: dict[Language, dict[str, str]] = {
    Language.SV: {
        "added": "Kontot {id} är gjort.",
        "token": "Engångskod för att sätta lösenord, gäller i 72 timmar och visas bara nu. Ge den till kontots ägare "
        "på ett säkert sätt ({path}):",
        "closed": "Kontot {id} är stängt: dess sessioner och nycklar gäller inte längre.",
        "key": "Nyckeln visas bara nu och gäller till {until}:",
        "demo": "Demokonton, ett för varje roll. Lösenordet är detsamma för alla och nytt varje gång:",
        "demo_kept": "Det står också i {path}.",
        "nobody": "Det finns inga konton. Gör det första: matcha accounts add",
        "open": "öppet",
        "shut": "stängt",
    },
    Language.EN: {
        "added": "The account {id} is made.",
        "token": "One-time token to set a password by, good for 72 hours and shown only now. Give it to the account's "
        "owner in a safe way ({path}):",
        "closed": "The account {id} is closed: its sessions and keys are no longer good.",
        "key": "The key is shown only now and is good until {until}:",
        "demo": "Demo accounts, one for each role. The password is the same for all, and new each time:",
        "demo_kept": "It is also in {path}.",
        "nobody": "There are no accounts. Make the first: matcha accounts add",
        "open": "open",
        "shut": "closed",
    },
}

Given = TypeVar("Given", bound=Form)

accounts = typer.Typer(help="Konton och API-nycklar. / Accounts and API keys.", no_args_is_help=True)

_Id = Annotated[str, typer.Argument(help="Kontots id. / The account's id.")]


def register(app: typer.Typer) -> None:
    app.add_typer(accounts, name="accounts")


@accounts.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="Namn. / Name.")],
    email: Annotated[str, typer.Option(help="E-postadress. / E-mail address.")],
    role: Annotated[list[AccountRole], typer.Option(help="Roll; kan upprepas. / Role; may be repeated.")],
    actor: Annotated[str | None, typer.Option(help="Aktör som en leverantör talar för. / A supplier's actor.")] = None,
) -> None:
    """Gör ett konto och visa engångskoden som sätter lösenordet. / Make an account; show its one-time token."""
    line: CommandLine = context.obj
    form = _form(AccountForm, name=name, email=email, roles=role, actor_id=actor)
    invited = line.matcha.accounts.add(form)
    out.print(_say(line, "added", id=invited.account.id), markup=False, soft_wrap=True)
    out.print(_say(line, "token", path=PASSWORDS), markup=False, soft_wrap=True)
    out.print(invited.token, markup=False, soft_wrap=True)


@accounts.command("list")
def list_accounts(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Som JSON. / As JSON.")] = False,
) -> None:
    """Visa alla konton. / Show all accounts."""
    line: CommandLine = context.obj
    found = line.matcha.accounts.accounts()
    if as_json:
        print_json([_shown(account) for account in found])
    elif not found:
        out.print(_say(line, "nobody"))
    else:
        for account in found:
            state, roles = _say(line, "open" if account.active else "shut"), ", ".join(account.roles)
            told = (account.id, state, roles, account.actor_id, account.name, account.email)
            out.print("  ".join(part for part in told if part), markup=False, soft_wrap=True)


@accounts.command("close")
def close(context: typer.Context, id: _Id) -> None:
    """Stäng ett konto, med dess sessioner och nycklar. / Close an account, with its sessions and keys."""
    line: CommandLine = context.obj
    line.matcha.accounts.close(id)
    out.print(_say(line, "closed", id=id), markup=False)


@accounts.command("key")
def key(
    context: typer.Context,
    id: _Id,
    name: Annotated[str, typer.Option(help="Vad nyckeln är till för. / What the key is for.")],
    role: Annotated[
        list[AccountRole] | None, typer.Option(help="Roll; annars alla kontots. / Role; else all of the account's.")
    ] = None,
    days: Annotated[int, typer.Option(help="Giltig så många dagar. / Good for so many days.")] = KEY_DAYS,
) -> None:
    """Gör en API-nyckel åt ett konto och visa den en gång. / Issue an API key and show it once."""
    line: CommandLine = context.obj
    issued = line.matcha.accounts.issue_key(id, _form(KeyForm, name=name, roles=role or None, days=days))
    out.print(_say(line, "key", until=issued.key.expires.date()), markup=False, soft_wrap=True)
    out.print(issued.text, markup=False, soft_wrap=True)


@accounts.command("demo")
def demo_accounts(context: typer.Context) -> None:
    """Gör ett demokonto för varje roll, med nytt lösenord. / Make a demo account for each role, with a new password."""
    line: CommandLine = context.obj
    made = demo.make(line.matcha)
    told = [f"{label(role, line.settings.language):24} {email}" for role, email in made.emails.items()]
    text = "\n".join([_say(line, "demo"), "", *told, "", f"    {made.password}"])
    write_atomically(demo_file(line), f"{text}\n".encode(), 0o600)
    out.print(text, markup=False, soft_wrap=True)
    out.print(_say(line, "demo_kept", path=demo_file(line)), markup=False, soft_wrap=True)


def demo_file(line: CommandLine) -> Path:
    """Give the file that the demo accounts and their password are written to."""
    return line.settings.home / "data" / "demokonton.txt"


def _say(line: CommandLine, word: str, **values: object) -> str:
    return WORDS[line.settings.language][word].format(**values)


def _shown(account: Account) -> dict[str, object]:
    """An account as JSON, without anything secret."""
    names = ("id", "name", "email", "roles", "actor_id", "active")
    moments = {name: getattr(account, name).isoformat() for name in ("created", "changed")}
    return {**{name: getattr(account, name) for name in names}, **moments}


def _form(form: type[Given], **given: object) -> Given:
    try:
        return form.model_validate(given)
    except ValidationError as cause:
        fields = ", ".join(str(fault["loc"][0]) for fault in cause.errors() if fault["loc"])
        raise Invalid(
            f"Det som angavs går inte att använda: {fields}.", f"What was given cannot be used: {fields}."
        ) from cause
