"""API keys: programs that speak for an account. Issuing and revoking is logged; of a secret only its digest is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from matcha.callers import AccountRole, Caller
from matcha.errors import Conflict, Invalid, NotFound, Unauthenticated
from matcha.records.account import Account, ApiKey, KeyForm
from matcha.service import account_entries, tokens
from matcha.service.account_entries import OPERATOR, What
from matcha.service.entrance import Entrance
from matcha.service.logbook import Writing
from matcha.service.tokens import KeyText
from matcha.store import accounts as rows

_USED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Issued:
    """An API key just issued. `text` is the whole key, shown once; None where the answer is kept, as of `Invited`."""

    key: ApiKey
    text: str | None = field(default=None, repr=False)


class Keys(Entrance):
    """Programs come in by a key."""

    def keys(self, account_id: str) -> Sequence[ApiKey]:
        """Give an account's keys, revoked and expired ones too, by id."""
        with self._store.reading() as session:
            return rows.keys(session, account_id)

    def issue_key(self, account_id: str, form: KeyForm, by: Caller = OPERATOR) -> Issued:
        """Issue a key with all of an account's roles, or some. Raises Invalid for roles that the account lacks."""
        text = tokens.new_key(self._salt)
        with self._logbook.writing() as writing:
            account = rows.account(writing.session, account_id)
            key = _key(account, form, text, writing)
            writing.session.add(key)
            account_entries.append(writing, What.KEY_ISSUED, account, by, key)
            writing.done(Issued(key))
        return Issued(key, str(text))

    def revoke_key(self, id: str, by: Caller = OPERATOR) -> ApiKey:
        """Revoke a key of the caller's own, or any for an administrator. Raises NotFound, Conflict if it is revoked."""
        with self._logbook.writing() as writing:
            found = rows.key(writing.session, id)
            if found is None or not (by.is_any(AccountRole.ADMINISTRATOR) or found[1].id == by.account_id):
                raise NotFound(f"Du har ingen nyckel {id}.", f"You have no key {id}.")
            key, account = found
            if key.revoked is not None:
                raise Conflict(f"Nyckeln {id} är redan återkallad.", f"Key {id} has been revoked already.")
            key.revoked = writing.now
            account_entries.append(writing, What.KEY_REVOKED, account, by, key)
            return writing.done(key)

    def key(self, text: str) -> Caller:
        """Give whom a key speaks for, with the roles that both the key and the account have.

        Raises Unauthenticated for one that is mistyped, unknown, revoked, expired, or of a closed account.
        """
        given, moment = tokens.read_key(text), self._clock()
        if given is None:
            raise _bad_key()
        with self._store.reading() as session:
            found = rows.key(session, given.id)
        kept = found[0].secret_hash if found else tokens.digest("")
        if not tokens.same(kept, tokens.digest(given.secret)) or found is None:
            raise _bad_key()
        key, account = found
        roles = account.role_set & {AccountRole(role) for role in key.roles}
        if key.revoked is not None or moment >= key.expires or not account.active or not roles:
            raise _bad_key()
        if key.last_used is None or moment - key.last_used >= _USED_EVERY:
            with self._store.transaction() as session:
                rows.note_used(session, key.id, moment)
        return Caller(account.id, roles, account.actor_id, account.name)


def _key(account: Account, form: KeyForm, text: KeyText, writing: Writing) -> ApiKey:
    if not account.active:
        raise Conflict(f"Kontot {account.id} är stängt.", f"Account {account.id} is closed.")
    wanted = account.role_set if form.roles is None else frozenset(form.roles)
    if lacking := sorted(wanted - account.role_set):
        names = ", ".join(lacking)
        raise Invalid(f"Kontot har inte rollen {names}.", f"The account does not have the role {names}.")
    return ApiKey(
        id=text.id,
        account_id=account.id,
        name=form.name,
        secret_hash=tokens.digest(text.secret),
        roles=sorted(map(str, wanted)),
        made=writing.now,
        expires=writing.now + timedelta(days=form.days),
    )


def _bad_key() -> Unauthenticated:
    return Unauthenticated(
        "API-nyckeln gäller inte. Gör en ny, eller se efter att hela är med.",
        "The API key is not valid. Make a new one, or see that all of it is there.",
    )
