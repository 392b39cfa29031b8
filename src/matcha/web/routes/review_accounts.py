"""Accounts and API keys, for the administrator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Response

from matcha.api.access import ADMINISTRATORS
from matcha.api.address import base_url
from matcha.api.routes import accounts as operations
from matcha.api.routes.accounts import AccountId, AccountView, InvitedView, IssuedView, KeyId, KeyView
from matcha.callers import AccountRole
from matcha.records.account import KEY_DAYS, AccountChange, AccountForm, KeyForm
from matcha.web.filling import Fault
from matcha.web.languages import address
from matcha.web.look import Look, Looking
from matcha.web.router import Routes

routes = Routes()
_SHOWN = 100
_ROLES = tuple(role for role in AccountRole if role is not AccountRole.PUBLIC)


@routes.page("/admin/konton", ADMINISTRATORS)
def accounts(look: Looking, q: Annotated[str, Query(max_length=300)] = "", stangda: bool = False) -> Response:
    """Show the accounts whose name or address has these words, by name; `stangda`: the closed ones, too."""
    wanted = q.casefold().split()
    found = [
        one
        for one in _all(look)
        if (one.active or stangda) and all(word in f"{one.name} {one.email or ''}".casefold() for word in wanted)
    ]
    found.sort(key=lambda one: (not one.active, one.name.casefold(), one.id))
    return look.show(
        "review/accounts.html",
        part="review/_accounts.html",
        shown=found[:_SHOWN],
        count=len(found),
        q=q,
        closed=stangda,
    )


def _all(look: Look) -> Sequence[AccountView]:
    found: list[AccountView] = []
    cursor = None
    while True:
        page = look.ask(operations.list_accounts, limit=1000, cursor=cursor)
        found += page.items
        if (cursor := page.next) is None:
            return found


@routes.page("/admin/konton/nytt", ADMINISTRATORS)
def new_page(look: Looking) -> Response:
    """Show the form for a new account."""
    return look.show("review/account_new.html", roles=_ROLES)


@routes.form("/admin/konton/nytt", ADMINISTRATORS)
def add(look: Looking) -> Response:
    """Make an account, and show its invitation once."""

    def do() -> Response:
        return _invited(look, look.ask(operations.add_account, look.fill(AccountForm)))

    return look.take(do, lambda fault: look.show("review/account_new.html", fault.status, fault=fault, roles=_ROLES))


@routes.page("/admin/konton/{id}", ADMINISTRATORS)
def account_page(look: Looking, id: AccountId) -> Response:
    """Show an account, and what can be done with it."""
    return _account(look, id)


@routes.form("/admin/konton/{id}", ADMINISTRATORS)
def change(look: Looking, id: AccountId) -> Response:
    """Change an account, unless somebody else has since it was shown."""

    def do() -> Response:
        _change(look, id, _changed(look))
        return look.go(f"/admin/konton/{id}", look.words.gettext("Kontot är ändrat."))

    return look.take(do, lambda fault: _account(look, id, fault))


@routes.form("/admin/konton/{id}/lage", ADMINISTRATORS)
def set_active(look: Looking, id: AccountId) -> Response:
    """Close an account, or open it again."""

    def do() -> Response:
        active = look.given.get("active") == "true"
        _change(look, id, AccountChange(active=active))
        gettext = look.words.gettext
        return look.go(f"/admin/konton/{id}", gettext("Kontot är öppet.") if active else gettext("Kontot är stängt."))

    return look.take(do, lambda fault: _account(look, id, fault))


@routes.form("/admin/konton/{id}/inbjudan", ADMINISTRATORS)
def invite(look: Looking, id: AccountId) -> Response:
    """Give an account a new invitation, and show it once."""
    return look.take(
        lambda: _invited(look, look.ask(operations.invite_account, id)), lambda fault: _account(look, id, fault)
    )


@routes.page("/admin/konton/{id}/gallra", ADMINISTRATORS)
def erase_page(look: Looking, id: AccountId) -> Response:
    """Ask whether an account is to be erased."""
    return look.show("review/account_erase.html", account=look.ask(operations.show_account, id))


@routes.form("/admin/konton/{id}/gallra", ADMINISTRATORS)
def erase(look: Looking, id: AccountId) -> Response:
    """Erase who an account belongs to."""

    def do() -> Response:
        look.ask(operations.erase_account, id)
        return look.go("/admin/konton", look.words.gettext("Kontot är utgallrat."))

    def again(fault: Fault) -> Response:
        account = look.ask(operations.show_account, id)
        return look.show("review/account_erase.html", fault.status, fault=fault, account=account)

    return look.take(do, again)


@routes.page("/admin/nycklar", ADMINISTRATORS)
def keys_page(look: Looking) -> Response:
    """Show the caller's own keys, and the form for a new one."""
    return _keys(look)


@routes.form("/admin/nycklar", ADMINISTRATORS)
def issue(look: Looking) -> Response:
    """Issue a key, and show it once."""

    def do() -> Response:
        issued = IssuedView.model_validate(look.ask(operations.issue_key, look.fill(KeyForm)))
        return _unkept(look.show("review/key_issued.html", 201, key=issued.key, text=issued.text))

    return look.take(do, lambda fault: _keys(look, fault))


@routes.form("/admin/nycklar/{key}/aterkalla", ADMINISTRATORS)
def revoke(look: Looking, key: KeyId) -> Response:
    """Revoke a key: the caller's own, or anybody's."""
    back = look.given.get("konto")
    known = {one.id for one in _all(look)}
    to = f"/admin/konton/{back}" if back in known else "/admin/nycklar"

    def do() -> Response:
        look.ask(operations.revoke_key, key)
        return look.go(to, look.words.gettext("Nyckeln är återkallad."))

    return look.take(do, lambda fault: _keys(look, fault))


def _keys(look: Look, fault: Fault | None = None) -> Response:
    found = look.ask(operations.list_keys, limit=1000, cursor=None).items
    roles = sorted(look.caller.roles - {AccountRole.PUBLIC})
    start = look.with_start({"days": KEY_DAYS})
    status = 200 if fault is None else fault.status
    now = look.matcha.now()
    return look.show("review/keys.html", status, keys=found, now=now, roles=roles, given=start, fault=fault)


def _account(look: Look, id: str, fault: Fault | None = None) -> Response:
    headers = Response()
    found = look.ask(operations.show_account, id, response=headers)
    start = {name: getattr(found, name) for name in ("name", "email", "actor_id")}
    return look.show(
        "review/account.html",
        200 if fault is None else fault.status,
        account=found,
        seen=headers.headers["etag"].strip('"'),
        keys=[KeyView.of(key) for key in look.matcha.accounts.keys(id)],
        now=look.matcha.now(),
        roles=_ROLES,
        own=look.caller.account_id == id,
        given=look.with_start({**start, "roles": [str(role) for role in found.roles]}),
        fault=fault,
    )


def _changed(look: Look) -> AccountChange:
    """Give what a form changes; an actor that has been rubbed out is taken away."""
    form = look.fill(AccountChange)
    gone = "actor_id" in look.visitor.form and not look.given.get("actor_id").strip()
    return form.model_copy(update={"actor_id": None}) if gone else form


def _change(look: Look, id: str, form: AccountChange) -> None:
    seen = look.at.seen_entry
    look.ask(operations.change_account, id, form, if_match=None if seen is None else f'"{seen}"')


def _invited(look: Look, told: object) -> Response:
    """Show an invitation, of which nothing secret is left when the same form is sent again."""
    invited = InvitedView.model_validate(told)
    place = base_url(look.request) + address("/losenord", look.language)
    link = None if invited.token is None else f"{place}#{invited.token}"
    return _unkept(look.show("review/invited.html", 201, account=invited.account, to=link, token=invited.token))


def _unkept(response: Response) -> Response:
    """Give a page that holds a secret, to be kept nowhere."""
    response.headers["Cache-Control"] = "no-store"
    return response
