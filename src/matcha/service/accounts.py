"""Accounts: made, changed, closed, erased. What somebody may do is logged, never who they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlmodel import Session

from matcha.callers import AccountRole, Caller
from matcha.errors import Conflict, Forbidden, Invalid, Stale
from matcha.records.account import Account, AccountChange, AccountForm
from matcha.service import account_entries, tokens
from matcha.service.account_entries import OPERATOR, What
from matcha.service.api_keys import Keys
from matcha.service.entries import ERASED
from matcha.service.logbook import Writing
from matcha.store import accounts as rows

INVITED_FOR = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation. `token` opens the account once; it is shown to the caller and kept nowhere.

    It is None in what an idempotency key keeps, so that a request sent again shows no secret.
    """

    account: Account
    token: str | None = field(default=None, repr=False)


class Accounts(Keys):
    """Everybody who may sign in, and every program that speaks for them."""

    def accounts(self) -> Sequence[Account]:
        """Give every account, closed and erased ones too, by id."""
        with self._store.reading() as session:
            return rows.accounts(session)

    def exist(self) -> bool:
        """Whether there has ever been an account."""
        with self._store.reading() as session:
            return rows.exist(session)

    def account(self, id: str) -> Account:
        """Give an account, or raise NotFound."""
        with self._store.reading() as session:
            return rows.account(session, id)

    def add(self, form: AccountForm, by: Caller = OPERATOR) -> Invited:
        """Make an account and invite its owner.

        The actor may still be to register: its first profile is proposed by the account. Raises Conflict for an address
        that has an account, Invalid for a supplier without an actor.
        """
        token = tokens.token(self._salt)
        with self._logbook.writing() as writing:
            moment = writing.now
            said = {**dict(form), "roles": list(map(str, form.roles))}
            account = Account(id=tokens.pseudonym(self._salt), **said, created=moment, changed=moment)
            self._refuse_unfit(writing.session, account)
            _invite(account, token, writing)
            writing.session.add(account)
            account_entries.append(writing, What.CREATED, account, by)
            writing.done(Invited(account))
        return Invited(account, token)

    def invite(self, id: str, by: Caller = OPERATOR) -> Invited:
        """Give an account a new link to set a password by, good for 72 hours; the link before it is no longer good.

        Raises NotFound for an unknown account, Conflict for a closed one.
        """
        token = tokens.token(self._salt)
        with self._logbook.writing() as writing:
            account = rows.account(writing.session, id)
            if not account.active:
                raise Conflict(f"Kontot {id} är stängt. Öppna det först.", f"Account {id} is closed. Open it first.")
            _invite(account, token, writing)
            account_entries.append(writing, What.CHANGED, account, by)
            writing.done(Invited(account))
        return Invited(account, token)

    def change(self, id: str, form: AccountChange, by: Caller = OPERATOR, expected: int | None = None) -> Account:
        """Change what a form names of an account. A closed account's sessions end and its keys are revoked.

        Raises what `add` does, Forbidden for somebody who changes what they may do themselves, Conflict if no active
        administrator would be left, and for an erased account; Stale if its newest entry is not the `expected` one.
        """
        wanted = _given(form)
        with self._logbook.writing() as writing:
            account = rows.account(writing.session, id)
            _refuse_erased(account)
            _refuse_stale(account, expected)
            before = account_entries.standing(account)
            if form.active is False or AccountRole.ADMINISTRATOR not in (form.roles or account.role_set):
                _refuse_last(writing.session, account)
            for name, value in wanted.items():
                setattr(account, name, value)
            account.changed = writing.now
            after = account_entries.standing(account)
            if by.account_id == id and before != after:
                raise Forbidden(
                    "Ingen ändrar sina egna roller. Be en annan administratör.",
                    "Nobody changes their own roles. Ask another administrator.",
                )
            self._refuse_unfit(writing.session, account)
            if not account.active:
                _shut(writing, account)
            what = What.CLOSED if before["active"] and not account.active else What.CHANGED
            account_entries.append(writing, what, account, by)
            return writing.done(account)

    def close(self, id: str, by: Caller = OPERATOR) -> Account:
        """Close an account; it can be opened again by `change`."""
        return self.change(id, AccountChange(active=False), by)

    def erase(self, id: str, by: Caller = OPERATOR) -> Account:
        """Erase who an account belongs to (R18): the random id is all that stays, so that the log can be verified.

        Raises NotFound for an unknown account, Conflict for one erased before and for the last administrator,
        Unavailable as `Store.purge` does.
        """
        with self._logbook.writing() as writing:
            account = rows.account(writing.session, id)
            _refuse_erased(account)
            _refuse_last(writing.session, account)
            account.active = False
            account.name, account.email, account.password_hash = ERASED, None, None
            account.oidc_issuer = account.oidc_subject = None
            account.changed = writing.now
            _shut(writing, account)
            rows.forget_key_names(writing.session, id, ERASED)
            rows.forget_answers(writing.session)
            account_entries.append(writing, What.CLOSED, account, by)
            writing.done(account)
        self._store.purge()
        return account

    def _refuse_unfit(self, session: Session, account: Account) -> None:
        """Raise for an account as it may not stand. Nothing of it need have been written yet."""
        if AccountRole.SUPPLIER in account.role_set and account.actor_id is None:
            raise Invalid(
                "En leverantör talar för en aktör. Ange vilken.", "A supplier speaks for an actor. Say which."
            )
        with session.no_autoflush:
            other = rows.by_email(session, account.email or "")
            if other is not None and other.id != account.id:
                raise Conflict("E-postadressen har redan ett konto.", "The e-mail address has an account already.")


def _refuse_erased(account: Account) -> None:
    if account.email is None:
        raise Conflict(f"Kontot {account.id} är utgallrat.", f"Account {account.id} has been erased.")


def _refuse_stale(account: Account, expected: int | None) -> None:
    if expected not in (None, account.leaf_index):
        raise Stale(
            f"Kontot {account.id} har ändrats sedan du läste det. Läs det igen.",
            f"Account {account.id} has changed since you read it. Read it again.",
        )


def _refuse_last(session: Session, account: Account) -> None:
    """Raise Conflict if an account is the only active administrator."""
    leads = account.active and AccountRole.ADMINISTRATOR in account.role_set
    if leads and not rows.other_administrators(session, account.id):
        raise Conflict(
            "Minst en aktiv administratör måste finnas kvar. Gör någon annan till administratör först.",
            "At least one active administrator must be left. Make somebody else administrator first.",
        )


def _given(form: AccountChange) -> dict[str, object]:
    """Give what a form changes: what is set, and not null but for the actor."""
    told = {name: getattr(form, name) for name in form.model_fields_set}
    wanted = {name: value for name, value in told.items() if value is not None or name == "actor_id"}
    return {name: list(map(str, form.roles or ())) if name == "roles" else value for name, value in wanted.items()}


def _invite(account: Account, token: str, writing: Writing) -> None:
    account.invitation, account.invited_until = tokens.digest(token), writing.now + INVITED_FOR


def _shut(writing: Writing, account: Account) -> None:
    """End whatever would let somebody in by a closed account."""
    account.invitation = account.invited_until = None
    rows.close_sessions(writing.session, account.id, writing.now)
    rows.revoke_keys(writing.session, account.id, writing.now)
