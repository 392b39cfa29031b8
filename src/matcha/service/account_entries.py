"""What is logged of accounts: what they may do, never who they are."""

from __future__ import annotations

from enum import StrEnum

from matcha.callers import AccountRole, Caller
from matcha.matchlog.entry import Draft, Kind, canonical, sealed
from matcha.records.account import Account, ApiKey
from matcha.service.logbook import Writing

OPERATOR = Caller(None, frozenset({AccountRole.ADMINISTRATOR}), name="operator")  # whoever has the command line


class What(StrEnum):
    """What happened to an account."""

    CREATED = "created"
    CHANGED = "changed"
    CLOSED = "closed"
    KEY_ISSUED = "key_issued"
    KEY_REVOKED = "key_revoked"


def append(writing: Writing, what: What, account: Account, by: Caller, key: ApiKey | None = None) -> None:
    """Log what happened to an account, as it now stands, and who did it, by their random ids alone."""
    who = {"by": by.account_id or OPERATOR.name}
    values = {"account": canonical({**standing(account), **who})}
    if key is not None:
        values["key"] = canonical(key_standing(key))
    account.leaf_index = writing.append(Draft(Kind.ACCOUNT, {"what": what.value}, sealed(values, writing.salt)))


def standing(account: Account) -> dict[str, object]:
    """Give what the log vouches for of an account."""
    return {name: getattr(account, name) for name in ("id", "roles", "actor_id", "active")}


def key_standing(key: ApiKey) -> dict[str, object]:
    """Give what the log vouches for of a key; it expires so many seconds after 1970."""
    said = {name: getattr(key, name) for name in ("id", "account_id", "roles")}
    return {**said, "expires": int(key.expires.timestamp())}
