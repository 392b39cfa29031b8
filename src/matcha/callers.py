"""Who asks: what somebody is to matcha, and for whom they speak."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AccountRole(StrEnum):
    """What somebody is to matcha; an account may be several of them."""

    PUBLIC = "public"
    SUPPLIER = "supplier"
    COORDINATOR = "coordinator"
    ORGANISER = "organiser"
    PROCUREMENT_OFFICER = "procurement_officer"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: an account by its random id (None: anybody), what it is, and the actor it speaks for, if any."""

    account_id: str | None
    roles: frozenset[AccountRole]
    actor_id: str | None = None
    name: str = ""

    def is_any(self, *roles: AccountRole) -> bool:
        """Whether the caller is one of these."""
        return not self.roles.isdisjoint(roles)


ANYBODY = Caller(None, frozenset({AccountRole.PUBLIC}))
