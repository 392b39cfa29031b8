"""Accounts: who may do what. A person's name and address stand here only; everything else knows a random id."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic import Field as Bounded
from sqlalchemy import JSON, BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from matcha.callers import AccountRole
from matcha.records.fields import BLANK_IS_NONE, Form, Id, Line, Moment, Whole, Yes, fault

LONGEST_KEY_DAYS = 730
KEY_DAYS = 365


def folded(email: str) -> str:
    """Give the one form of an e-mail address that accounts are known by."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def _folded(value: object) -> object:
    return folded(value) if isinstance(value, str) else value


def _in_order(roles: list[AccountRole]) -> list[AccountRole]:
    if AccountRole.PUBLIC in roles:
        raise fault("Rollen public har alla redan.", "Everybody has the role public already.")
    return sorted(set(roles))


Email = Annotated[
    str,
    BeforeValidator(_folded),
    StringConstraints(pattern=r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+$", max_length=254),
]
Roles = Annotated[list[AccountRole], Bounded(min_length=1, max_length=20), AfterValidator(_in_order)]


class AccountForm(Form):
    """An account to be made. A supplier must have an actor to speak for."""

    name: Line
    email: Email
    roles: Roles
    actor_id: Annotated[Id | None, BLANK_IS_NONE] = None


class AccountChange(Form):
    """What is to change of an account. What is not given, or null, stays; only `actor_id` can be taken away by null."""

    name: Line | None = None
    email: Email | None = None
    roles: Roles | None = None
    actor_id: Annotated[Id | None, BLANK_IS_NONE] = None
    active: Yes | None = None


class KeyForm(Form):
    """An API key to be issued: what it is for, which of the account's roles it has (all unless given), how long."""

    name: Line
    roles: Roles | None = None
    days: Annotated[Whole, Bounded(ge=1, le=LONGEST_KEY_DAYS)] = KEY_DAYS


class Account(SQLModel, table=True):
    """Somebody who may sign in. `id` is random and all that is ever logged of a person.

    `password_hash` is Argon2id's; a person who comes by OpenID Connect has an issuer and a subject instead.
    `invitation` is the SHA-256 of a link that lets its holder set a password once, before `invited_until`.
    `leaf_index` is the account's newest entry in the match log.
    """

    __table_args__ = (
        UniqueConstraint("email"),
        UniqueConstraint("invitation"),
        UniqueConstraint("oidc_issuer", "oidc_subject"),
    )

    id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=300)
    email: str | None = Field(default=None, max_length=254)
    password_hash: str | None = Field(default=None, max_length=300)
    oidc_issuer: str | None = Field(default=None, max_length=300)
    oidc_subject: str | None = Field(default=None, max_length=255)
    roles: list[str] = Field(sa_type=JSON)
    actor_id: str | None = Field(default=None, max_length=64)  # it may still be to register
    active: bool = True
    invitation: str | None = Field(default=None, max_length=64)
    invited_until: datetime | None = Field(default=None, sa_type=Moment)
    leaf_index: int | None = Field(default=None, sa_type=BigInteger)
    created: datetime = Field(sa_type=Moment)
    changed: datetime = Field(sa_type=Moment)

    @property
    def role_set(self) -> frozenset[AccountRole]:
        """The account's roles."""
        return frozenset(AccountRole(role) for role in self.roles)


class AccountSession(SQLModel, table=True):
    """That somebody is signed in. `id` is the SHA-256 of the token in the cookie, which is kept nowhere.

    `state` is the SHA-256 of the state that a sign-in by OpenID Connect used up.
    """

    __tablename__ = "account_session"
    __table_args__ = (UniqueConstraint("state"),)

    id: str = Field(primary_key=True, max_length=64)
    account_id: str = Field(foreign_key="account.id", index=True, max_length=64)
    state: str | None = Field(default=None, max_length=64)
    made: datetime = Field(sa_type=Moment, index=True)
    seen: datetime = Field(sa_type=Moment)
    closed: datetime | None = Field(default=None, sa_type=Moment)


class ApiKey(SQLModel, table=True):
    """A key for a program that speaks for an account. Of its secret only the SHA-256 is kept."""

    __tablename__ = "api_key"

    id: str = Field(primary_key=True, max_length=16)
    account_id: str = Field(foreign_key="account.id", index=True, max_length=64)
    name: str = Field(max_length=300)
    secret_hash: str = Field(max_length=64)
    roles: list[str] = Field(sa_type=JSON)
    made: datetime = Field(sa_type=Moment)
    expires: datetime = Field(sa_type=Moment)
    last_used: datetime | None = Field(default=None, sa_type=Moment)
    revoked: datetime | None = Field(default=None, sa_type=Moment)
