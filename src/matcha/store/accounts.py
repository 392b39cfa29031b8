"""What is read of accounts, sessions and keys; lists are sorted by id, by code points."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from matcha.callers import AccountRole
from matcha.errors import NotFound
from matcha.records.account import Account, AccountSession, ApiKey
from matcha.records.job import Answered


def account(session: Session, id: str) -> Account:
    """Give an account, or raise NotFound."""
    found = session.get(Account, id)
    if found is None:
        raise NotFound(
            f"Kontot {id} finns inte. Se: matcha accounts list",
            f"The account {id} does not exist. See: matcha accounts list",
        )
    return found


def exist(session: Session) -> bool:
    """Whether there has ever been an account."""
    return session.exec(select(Account.id).limit(1)).first() is not None


def accounts(session: Session) -> Sequence[Account]:
    return sorted(session.exec(select(Account)), key=lambda row: row.id)


def by_email(session: Session, email: str) -> Account | None:
    """Give the account with an address in its folded form."""
    return session.exec(select(Account).where(col(Account.email) == email)).first()


def by_subject(session: Session, issuer: str, subject: str) -> Account | None:
    named = (col(Account.oidc_issuer) == issuer) & (col(Account.oidc_subject) == subject)
    return session.exec(select(Account).where(named)).first()


def by_invitation(session: Session, digest: str) -> Account | None:
    return session.exec(select(Account).where(col(Account.invitation) == digest)).first()


def other_administrators(session: Session, id: str) -> int:
    """Give how many active administrators there are beside an account."""
    others = session.exec(select(Account).where(col(Account.id) != id, col(Account.active)))
    return sum(AccountRole.ADMINISTRATOR in other.role_set for other in others)


def signed_in(session: Session, digest: str) -> tuple[AccountSession, Account] | None:
    """Give the session with this digest, however old, and its account."""
    query = select(AccountSession, Account).join(Account, col(Account.id) == col(AccountSession.account_id))
    return session.exec(query.where(col(AccountSession.id) == digest)).first()


def state_used(session: Session, state: str) -> bool:
    """Whether a sign-in has used up a state."""
    return session.exec(select(AccountSession.id).where(col(AccountSession.state) == state)).first() is not None


def note_seen(session: Session, digest: str, now: datetime) -> None:
    """Note that a session is in use, unless it has been closed meanwhile."""
    same = (col(AccountSession.id) == digest) & col(AccountSession.closed).is_(None)
    session.execute(update(AccountSession).where(same).values(seen=now))


def close_session(session: Session, digest: str, now: datetime) -> None:
    same = (col(AccountSession.id) == digest) & col(AccountSession.closed).is_(None)
    session.execute(update(AccountSession).where(same).values(closed=now))


def close_sessions(session: Session, account_id: str, now: datetime) -> None:
    """Close every session of an account."""
    own = (col(AccountSession.account_id) == account_id) & col(AccountSession.closed).is_(None)
    session.execute(update(AccountSession).where(own).values(closed=now))


def forget_sessions(session: Session, before: datetime) -> None:
    """Delete the sessions that were made before a moment."""
    session.execute(delete(AccountSession).where(col(AccountSession.made) < before))


def key(session: Session, id: str) -> tuple[ApiKey, Account] | None:
    """Give a key, however old, and its account."""
    query = select(ApiKey, Account).join(Account, col(Account.id) == col(ApiKey.account_id))
    return session.exec(query.where(col(ApiKey.id) == id)).first()


def keys(session: Session, account_id: str) -> Sequence[ApiKey]:
    """Give every key of an account, revoked ones too."""
    own = select(ApiKey).where(col(ApiKey.account_id) == account_id)
    return sorted(session.exec(own), key=lambda row: row.id)


def note_used(session: Session, id: str, now: datetime) -> None:
    """Note that a key was used."""
    session.execute(update(ApiKey).where(col(ApiKey.id) == id).values(last_used=now))


def revoke_keys(session: Session, account_id: str, now: datetime) -> None:
    """Revoke every key of an account."""
    own = col(ApiKey.account_id) == account_id
    session.execute(update(ApiKey).where(own, col(ApiKey.revoked).is_(None)).values(revoked=now))


def forget_key_names(session: Session, account_id: str, name: str) -> None:
    """Call every key of an account by this name instead of its own."""
    session.execute(update(ApiKey).where(col(ApiKey.account_id) == account_id).values(name=name))


def forget_answers(session: Session) -> None:
    """Delete what requests with an idempotency key were answered with: it may name somebody."""
    session.execute(delete(Answered))
