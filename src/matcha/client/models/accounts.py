"""What the API takes and gives: accounts. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import datetime

from matcha.client.models.common import AccountRole
from matcha.client.replies import Shape


class Account(Shape):
    """An account, without anything secret."""

    id: str
    """The random id that everything else knows the account by."""
    name: str
    """The name."""
    email: str | None
    """Null once the account is erased."""
    roles: list[AccountRole]
    """What somebody may act as."""
    actor_id: str | None
    """The actor that a supplier speaks for."""
    active: bool
    """Whether it can be used."""
    has_password: bool
    """Whether a password has been set."""
    has_oidc: bool
    """Whether it is tied to somebody at the OpenID provider."""
    invited_until: datetime | None
    """Until when the account's latest link can be used, if unused."""
    created: datetime
    """When it was made."""
    changed: datetime
    """When it was last changed; or what has changed."""


class Invited(Shape):
    """An account and the token of its invitation."""

    account: Account
    """The account."""
    token: str | None
    """Sets a password once, within 72 hours, by POST /v1/passwords. Shown in this answer only: null in the answer to
    the same request sent again.
    """


class Issued(Shape):
    """A key and its whole text."""

    key: Key
    """The key."""
    text: str | None
    """The whole key, for `Authorization: Bearer`. Shown in this answer only: null in the answer to the same request
    sent again.
    """


class Key(Shape):
    """An API key, without its secret."""

    id: str
    """The id."""
    name: str
    """The name."""
    roles: list[AccountRole]
    """What somebody may act as."""
    made: datetime
    """When it was made."""
    expires: datetime
    """Until when it holds."""
    last_used: datetime | None
    """To the hour."""
    revoked: datetime | None
    """When it was revoked; null while it holds."""


class Person(Shape):
    """Who an account is."""

    id: str
    """The id."""
    name: str
    """The name."""
    active: bool
    """Whether the account can be used."""
