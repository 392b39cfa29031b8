"""Demo accounts: one for each role, so that somebody who tries matcha can be each of them; never among real ones."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from matcha.callers import AccountRole
from matcha.errors import Conflict
from matcha.records.account import Account, AccountChange, AccountForm
from matcha.service.matcha import Matcha

DOMAIN = "@demo.invalid"  # RFC 2606: no mail ever comes there
ACTOR = "aktor-a01"  # whom the demo supplier speaks for
_NAMES: Mapping[AccountRole, tuple[str, str]] = {
    AccountRole.COORDINATOR: ("samordnare", "Sam Ordnare (demo)"),
    AccountRole.ORGANISER: ("forumarrangor", "Arri Forumsson (demo)"),
    AccountRole.PROCUREMENT_OFFICER: ("upphandlare", "Uffe Granskare (demo)"),
    AccountRole.ADMINISTRATOR: ("administrator", "Admi Skötare (demo)"),
    AccountRole.SUPPLIER: ("leverantor", "Levi Sensorsson (demo)"),
}
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is easily taken for another


@dataclass(frozen=True)
class Demo:
    """The demo accounts' addresses by role, and the password that all of them have."""

    emails: Mapping[AccountRole, str]
    password: str


def emails() -> Mapping[AccountRole, str]:
    """Give the address of the demo account of each role."""
    return {role: name + DOMAIN for role, (name, _) in _NAMES.items()}


def only(matcha: Matcha) -> bool:
    """Whether there are accounts, and all of them are demo accounts."""
    with matcha.logbook.store.reading() as session:
        return session.exec(select(Account.id).limit(1)).first() is not None and not _others(session)


def others_exist(matcha: Matcha) -> bool:
    """Whether there has ever been an account that is no demo account."""
    with matcha.logbook.store.reading() as session:
        return _others(session)


def make(matcha: Matcha) -> Demo:
    """Make an account of each role, or open those there are, all with a new password.

    Raises Conflict where there are other accounts: who has the password could do all that a role may.
    """
    if others_exist(matcha):
        raise Conflict(
            "Här finns andra konton än demokonton, så det är inget demosystem längre. Demokonton görs bara i ett tomt "
            "system: kör make demo i en egen mapp.",
            "There are other accounts than demo accounts, so this is no demo system any more. Demo accounts are made "
            "in an empty system only: run make demo in a folder of its own.",
        )
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    known = {account.email: account for account in matcha.accounts.accounts()}
    for role, email in emails().items():
        matcha.accounts.set_password(_invited(matcha, role, known.get(email)), password)
    return Demo(emails(), password)


def _invited(matcha: Matcha, role: AccountRole, account: Account | None) -> str:
    """Give the token that sets the password of a role's account."""
    if account is None:
        name = _NAMES[role][1]
        actor = ACTOR if role is AccountRole.SUPPLIER else None
        invited = matcha.accounts.add(AccountForm(name=name, email=emails()[role], roles=[role], actor_id=actor))
    else:
        if not account.active:
            matcha.accounts.change(account.id, AccountChange(active=True))
        invited = matcha.accounts.invite(account.id)
    assert invited.token is not None
    return invited.token


def _others(session: Session) -> bool:
    demo = col(Account.email).in_(list(emails().values()))
    return session.exec(select(Account.id).where(col(Account.email).is_(None) | ~demo).limit(1)).first() is not None
