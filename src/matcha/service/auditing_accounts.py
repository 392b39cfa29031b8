"""Audit of accounts and keys: each may do what the log says, and no more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from matcha.matchlog.audit import Fault
from matcha.matchlog.entry import Kind
from matcha.service import logbook
from matcha.service.account_entries import What, key_standing, standing
from matcha.store import accounts as rows
from matcha.store import log


@dataclass
class _Told:
    """What the log says: of each account its newest entry, of each key how it was issued, and which were revoked."""

    accounts: dict[str, tuple[int, Any]] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)


def account_faults(session: Session) -> Iterator[Fault]:
    """Give each account and key that is not as it was logged, or is missing: a step of `auditing`."""
    told = _told(session)
    for account in rows.accounts(session):
        if told.accounts.pop(account.id, None) != (account.leaf_index, standing(account)):
            yield Fault(account.leaf_index, f"kontot {account.id} är ändrat", f"account {account.id} has been altered")
        for key in rows.keys(session, account.id):
            same = told.keys.pop(key.id, None) == key_standing(key)
            if not same or (key.revoked is not None) != (key.id in told.revoked):
                yield Fault(None, f"nyckeln {key.id} är ändrad", f"key {key.id} has been altered")
    for id, (index, _) in sorted(told.accounts.items()):
        yield Fault(index, f"kontot {id} saknas", f"account {id} is missing")
    for id in sorted(told.keys):
        yield Fault(None, f"nyckeln {id} saknas", f"key {id} is missing")


def _told(session: Session) -> _Told:
    told = _Told()
    for index, entry in logbook.entries(session, Kind.ACCOUNT):
        values = {name: json.loads(opening.value) for name, opening in log.openings(session, index).items()}
        said = {name: value for name, value in values["account"].items() if name != "by"}
        told.accounts[said["id"]] = index, said
        match What(entry.said["what"]):
            case What.KEY_ISSUED:
                told.keys[values["key"]["id"]] = values["key"]
            case What.KEY_REVOKED:
                told.revoked.add(values["key"]["id"])
            case What.CLOSED:
                told.revoked |= {id for id, key in told.keys.items() if key["account_id"] == said["id"]}
            case _:
                pass
    return told
