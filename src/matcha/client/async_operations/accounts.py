"""The operations of accounts. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from collections.abc import Sequence

from matcha.client.calls import UNCHANGED, Call, Unchanged, changed, given, new_key, part
from matcha.client.models.accounts import Account, Invited, Issued, Key, Person
from matcha.client.models.common import AccountRole
from matcha.client.replies import Page
from matcha.client.sending import AsyncSender


class AsyncAccountsOperations(AsyncSender):
    """A method for each operation of accounts."""

    async def list_accounts(self, *, limit: int = 100, cursor: str | None = None) -> Page[Account]:
        """List accounts.

        Give every account, closed and erased ones too, by id.
        """
        return await self._send(Call("GET", "/v1/accounts", Page[Account], query=given(limit=limit, cursor=cursor)))

    async def add_account(
        self,
        *,
        name: str,
        email: str,
        roles: Sequence[AccountRole],
        actor_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> Invited:
        """Make an account.

        Make an account and invite its owner. What it may do is logged; name and address are not.
        """
        return await self._send(
            Call(
                "POST",
                "/v1/accounts",
                Invited,
                body=given(name=name, email=email, roles=roles, actor_id=actor_id),
                once=idempotency_key or new_key(),
            )
        )

    async def show_account(self, id: str) -> Account:
        """Show an account.

        Give one account.
        """
        return await self._send(Call("GET", f"/v1/accounts/{part(id)}", Account))

    async def change_account(
        self,
        id: str,
        *,
        name: Unchanged | str | None = UNCHANGED,
        email: Unchanged | str | None = UNCHANGED,
        roles: Unchanged | Sequence[AccountRole] | None = UNCHANGED,
        actor_id: Unchanged | str | None = UNCHANGED,
        active: Unchanged | bool | None = UNCHANGED,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> Account:
        """Change an account.

        Change what is given; the rest stays. Nobody changes their own roles, and one active administrator must be
        left.

        Closing an account ends its sessions and revokes its keys.
        """
        return await self._send(
            Call(
                "PATCH",
                f"/v1/accounts/{part(id)}",
                Account,
                body=changed(name=name, email=email, roles=roles, actor_id=actor_id, active=active),
                seen=if_match,
                once=idempotency_key or new_key(),
            )
        )

    async def erase_account(self, id: str, *, idempotency_key: str | None = None) -> Account:
        """Erase an account.

        Erase name, address and password (GDPR article 17), end the sessions and revoke the keys. The random id
        stays.
        """
        return await self._send(Call("DELETE", f"/v1/accounts/{part(id)}", Account, once=idempotency_key or new_key()))

    async def invite_account(self, id: str, *, idempotency_key: str | None = None) -> Invited:
        """Invite again.

        Give a new link token; the one before it is no longer good. The password set before holds until it is used.
        """
        return await self._send(
            Call("POST", f"/v1/accounts/{part(id)}/invitation", Invited, once=idempotency_key or new_key())
        )

    async def list_people(self) -> list[Person]:
        """Who the accounts of staff are.

        Tell the names behind the ids of staff, to whoever sees the process from the inside.
        """
        return await self._send(Call("GET", "/v1/people", list[Person]))

    async def list_keys(self, *, limit: int = 100, cursor: str | None = None) -> Page[Key]:
        """List my API keys.

        Give the caller's own keys, revoked and expired ones too, by id.
        """
        return await self._send(Call("GET", "/v1/keys", Page[Key], query=given(limit=limit, cursor=cursor)))

    async def issue_key(
        self,
        *,
        name: str,
        roles: Sequence[AccountRole] | None = None,
        days: int = 365,
        idempotency_key: str | None = None,
    ) -> Issued:
        """Make an API key.

        Issue a key of the caller's own, with all of the account's roles or some. A key cannot make keys.
        """
        return await self._send(
            Call(
                "POST",
                "/v1/keys",
                Issued,
                body=given(name=name, roles=roles, days=days),
                once=idempotency_key or new_key(),
            )
        )

    async def revoke_key(self, id: str, *, idempotency_key: str | None = None) -> Key:
        """Revoke an API key.

        Revoke a key of the caller's own; an administrator may revoke any.
        """
        return await self._send(Call("DELETE", f"/v1/keys/{part(id)}", Key, once=idempotency_key or new_key()))
