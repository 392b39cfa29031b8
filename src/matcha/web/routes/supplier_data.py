"""What is kept about a supplier: all of it as a file, how it is corrected, and asking that it be erased."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from fastapi import Response
from pydantic_core import to_json

from matcha.api.routes import accounts, proposals, requests
from matcha.api.routes import profiles as registered
from matcha.api.routes.accounts import AccountView
from matcha.records import RequestForm, RequestKind
from matcha.web.filling import Fault, FieldFault, Unfilled
from matcha.web.look import Look, Looking
from matcha.web.router import Routes
from matcha.web.routes.supplier import ALL, SUPPLIERS, forums, own_actor, own_id, own_profiles, own_proposals

routes = Routes()


class What(StrEnum):
    """What somebody asks to have erased, or asks about."""

    ACTOR = "aktoren"
    ACCOUNT = "kontot"
    QUESTION = "fraga"


_SAID = {
    What.ACTOR: "Radera allt om aktören {actor} och dess profiler. / Erase everything about the actor {actor}.",
    What.ACCOUNT: "Radera mitt konto {account}. / Erase my account {account}.",
    What.QUESTION: "Fråga om personuppgifter. / A question about personal data.",
}


@routes.page("/min/uppgifter", SUPPLIERS)
def data(look: Looking) -> Response:
    """Show what is kept, and what can be asked for."""
    return _data(look)


@routes.form("/min/uppgifter", SUPPLIERS)
def ask(look: Looking) -> Response:
    """Ask those who run matcha for erasure, or about personal data."""

    def do() -> Response:
        look.ask(requests.ask, _form(look))
        return look.go(
            "/min/uppgifter", look.words.gettext("Begäran är mottagen. Vad som görs med den visas här nedanför.")
        )

    return look.take(do, lambda fault: _data(look, fault))


@routes.page("/min/uppgifter.json", SUPPLIERS)
def export(look: Looking) -> Response:
    """Give everything that matcha keeps about the supplier's own actor and account, as a file."""
    content = to_json(_everything(look), indent=2)
    named = f'attachment; filename="matcha-{own_id(look)}.json"'
    return Response(content, media_type="application/json", headers={"Content-Disposition": named})


def _data(look: Look, fault: Fault | None = None) -> Response:
    asked = look.matcha.requests(look.caller.account_id)
    return look.show(
        "supplier/data.html",
        fault.status if fault else 200,
        fault=fault,
        asked=list(reversed(asked)),
        actor=own_actor(look),
    )


def _form(look: Look) -> RequestForm:
    chosen = look.given.get("what")
    if chosen not in set(What):
        raise Unfilled((FieldFault("what", "ska väljas", "must be chosen"),))
    what, own = What(chosen), look.given.get("text").strip()
    if what is What.QUESTION and not own:
        raise Unfilled((FieldFault("text", "ska fyllas i", "must be filled in"),))
    said = _SAID[what].format(actor=own_id(look), account=look.caller.account_id)
    kind = RequestKind.PRIVACY if what is What.QUESTION else RequestKind.ERASURE
    return look.fill(RequestForm, kind=kind, text=f"{said}\n{own}".strip(), page="/min/uppgifter")


def _everything(look: Look) -> dict[str, Any]:
    """Give all of it as JSON has it, by what it is."""
    found = own_profiles(look)
    return {
        "account": AccountView.of(look.matcha.accounts.account(str(look.caller.account_id))),
        "keys": look.ask(accounts.list_keys, limit=ALL).items,
        "subscriptions": look.ask(proposals.subscriptions),
        "requests": [one.model_dump() for one in look.matcha.requests(look.caller.account_id)],
        "actor": own_actor(look),
        "contacts": [one.model_dump() for one in look.matcha.contacts() if one.actor_id == own_id(look)],
        "profiles": [
            {
                "profile": one.profile,
                "versions": [version.model_dump() for version in look.matcha.versions(one.profile.id, look.caller)],
                "considerations": _considered(look, one.profile.id),
            }
            for one in found
        ],
        "proposals": own_proposals(look),
        "forums": forums(look),
    }


def _considered(look: Look, id: str) -> list[Any]:
    kept: list[Any] = []
    cursor: str | None = None
    while True:
        page = look.ask(registered.considerations, id, limit=ALL, cursor=cursor)
        kept += page.items
        if page.next is None:
            return kept
        cursor = page.next
