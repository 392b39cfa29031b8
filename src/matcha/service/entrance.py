"""Who comes in: passwords and links, sessions, and those whom another provider knows. Nothing of it is logged."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from matcha.callers import Caller
from matcha.errors import Invalid, Unauthenticated
from matcha.matchlog.entry import Salt
from matcha.records.account import Account, AccountSession, folded
from matcha.service import tokens
from matcha.service.logbook import Logbook, now
from matcha.service.passwords import Passwords, refuse_weak
from matcha.store import Store
from matcha.store import accounts as rows

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
_SEEN_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just opened. The token goes into the caller's cookie and nowhere else."""

    account: Account
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as another provider knows them; `email` only if the provider has verified it."""

    issuer: str
    subject: str
    email: str | None


class Entrance:
    """Sign-in, sessions and sign-out over a store's accounts."""

    def __init__(
        self,
        logbook: Logbook,
        store: Store,
        clock: Callable[[], datetime] = now,
        salt: Salt = secrets.token_bytes,
        passwords: Passwords | None = None,
    ) -> None:
        self._logbook = logbook
        self._store = store
        self._clock = clock
        self._salt = salt
        self._passwords = passwords or Passwords()

    def sign_in(self, email: str, password: str, old_token: str | None = None) -> Opened:
        """Open a session by e-mail address and password, always a new one; the session of `old_token` ends.

        Raises Unauthenticated, in the same words and after the same work, for an unknown address, a wrong password,
        an account without one and a closed account.
        """
        with self._store.reading() as session:
            found = rows.by_email(session, folded(email))
        kept = found.password_hash if found is not None and found.active else None
        if not self._passwords.fits(kept, password) or found is None:
            raise _wrong_password()
        renewed = self._passwords.renewed(kept, password)
        with self._store.transaction() as session:
            account = rows.account(session, found.id)
            if not account.active or account.password_hash != kept:  # changed meanwhile
                raise _wrong_password()
            account.password_hash = renewed or kept
            return self._opened(session, account, old_token)

    def sign_in_known(self, who: Identity, state: str, old_token: str | None = None) -> Opened:
        """Open a session for somebody whom the provider vouches for; `state` is used up by that.

        The account is the one of that subject or else, the first time, the one that was invited at the verified
        address. Raises Unauthenticated for everybody else, and for a state that was used before.
        """
        used = tokens.digest(state)
        with self._store.transaction() as session:
            if rows.state_used(session, used):
                raise Unauthenticated(
                    "Inloggningen har redan använts. Börja om från början.",
                    "That sign-in was used already. Start again from the beginning.",
                )
            account = rows.by_subject(session, who.issuer, who.subject) or self._invited(session, who)
            if account is None or not account.active:
                raise Unauthenticated(
                    "Ingen med ditt konto är inbjuden hit. Be den som förvaltar matcha om en inbjudan.",
                    "Nobody with your account is invited here. Ask whoever looks after matcha for an invitation.",
                )
            return self._opened(session, account, old_token, used)

    def set_password(self, link_token: str, password: str) -> None:
        """Set the password of whoever was given the link, once; all their sessions end.

        Raises Invalid for a link that is unknown, used or too old, and for a weak password (the link stays good).
        """
        digest = tokens.digest(link_token)
        with self._store.reading() as session:
            account = self._by_link(session, digest)
        refuse_weak(password, account.name, account.email)
        hashed = self._passwords.hashed(password)
        with self._store.transaction() as session:
            account = self._by_link(session, digest)  # somebody else may have used it meanwhile
            account.password_hash = hashed
            account.invitation = account.invited_until = None
            rows.close_sessions(session, account.id, self._clock())

    def session(self, token: str) -> Caller:
        """Give who has this session. Raises Unauthenticated for one that is unknown, closed, idle or too old."""
        digest, moment = tokens.digest(token), self._clock()
        with self._store.reading() as session:
            found = rows.signed_in(session, digest)
        if found is None or not _holds(*found, moment):
            raise Unauthenticated(
                "Du är inte inloggad längre. Logga in igen.", "You are no longer signed in. Sign in again."
            )
        own, account = found
        if moment - own.seen >= _SEEN_EVERY:
            with self._store.transaction() as session:
                rows.note_seen(session, digest, moment)
        return Caller(account.id, account.role_set, account.actor_id, account.name)

    def sign_out(self, token: str) -> None:
        """End a session, if there is one."""
        with self._store.transaction() as session:
            rows.close_session(session, tokens.digest(token), self._clock())

    def _opened(self, session: Session, account: Account, old_token: str | None, state: str | None = None) -> Opened:
        moment, token = self._clock(), tokens.token(self._salt)
        rows.forget_sessions(session, moment - LONGEST)
        if old_token is not None:
            rows.close_session(session, tokens.digest(old_token), moment)
        own = AccountSession(id=tokens.digest(token), account_id=account.id, state=state, made=moment, seen=moment)
        session.add(own)
        return Opened(account, token)

    def _invited(self, session: Session, who: Identity) -> Account | None:
        """Tie the account that was invited at a verified address to its subject; the invitation is used up."""
        account = rows.by_email(session, folded(who.email)) if who.email else None
        if account is None or account.oidc_subject is not None or not self._awaited(account):
            return None
        account.oidc_issuer, account.oidc_subject = who.issuer, who.subject
        account.invitation = account.invited_until = None
        return account

    def _by_link(self, session: Session, digest: str) -> Account:
        account = rows.by_invitation(session, digest)
        if account is None or not self._awaited(account):
            raise Invalid(
                "Länken gäller inte längre. Be om en ny inbjudan.",
                "The link is no longer good. Ask for a new invitation.",
            )
        return account

    def _awaited(self, account: Account) -> bool:
        until = account.invited_until
        return account.active and until is not None and self._clock() < until


def _holds(own: AccountSession, account: Account, moment: datetime) -> bool:
    fresh = moment < own.seen + IDLE and moment < own.made + LONGEST
    return fresh and own.closed is None and account.active


def _wrong_password() -> Unauthenticated:
    return Unauthenticated(
        "E-postadressen eller lösenordet stämmer inte.", "The e-mail address or the password is wrong."
    )
