"""The operations of proposals. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from matcha.client.calls import Call, Upload, given, new_key, part
from matcha.client.models.proposals import ActorForm, Imported, ProfileForm, Proposal, Ruling, Subscription
from matcha.client.replies import Page
from matcha.client.sending import AsyncSender


class AsyncProposalsOperations(AsyncSender):
    """A method for each operation of proposals."""

    async def list_proposals(
        self, *, ruling: Ruling | None = None, limit: int = 100, cursor: str | None = None
    ) -> Page[Proposal]:
        """Proposed profiles.

        Proposals in the order in which they came: all for staff, its own for a supplier.
        """
        return await self._send(
            Call("GET", "/v1/proposals", Page[Proposal], query=given(ruling=ruling, limit=limit, cursor=cursor))
        )

    async def propose_profile(
        self, *, profile: ProfileForm, actor: ActorForm | None = None, idempotency_key: str | None = None
    ) -> Proposal:
        """Submit a profile for review.

        Submit a new profile, or a new version of one. A coordinator reviews it; until then the one before holds.
        """
        return await self._send(
            Call(
                "POST",
                "/v1/proposals",
                Proposal,
                body=given(profile=profile, actor=actor),
                once=idempotency_key or new_key(),
            )
        )

    async def get_proposal(self, number: int) -> Proposal:
        """A proposed profile.

        One proposal, with the reason it was returned with, if it was.
        """
        return await self._send(Call("GET", f"/v1/proposals/{part(number)}", Proposal))

    async def rule_proposal(
        self, number: int, *, ruling: Ruling, reason: str, idempotency_key: str | None = None
    ) -> Proposal:
        """Accept or return.

        Accept a proposal, which takes its profile in, or return it with the reason; its owner may take it back.
        """
        return await self._send(
            Call(
                "POST",
                f"/v1/proposals/{part(number)}/rulings",
                Proposal,
                body=given(ruling=ruling, reason=reason),
                once=idempotency_key or new_key(),
            )
        )

    async def import_file(self, *, file: Upload, idempotency_key: str | None = None) -> Imported:
        """Take in a file.

        Take in actors, contacts, profiles and needs from a file. It is read by a process of its own, with limits.
        """
        return await self._send(
            Call("POST", "/v1/imports", Imported, form=given(file=file), once=idempotency_key or new_key())
        )

    async def list_subscriptions(self) -> list[Subscription]:
        """My subscriptions.

        What the caller wants to hear of.
        """
        return await self._send(Call("GET", "/v1/subscriptions", list[Subscription]))

    async def subscribe(self, *, words: str | None = None, idempotency_key: str | None = None) -> Subscription:
        """Hear of new needs.

        Hear of new published needs, all or those with certain words, in the digest that the operator sends.
        """
        return await self._send(
            Call("POST", "/v1/subscriptions", Subscription, body=given(words=words), once=idempotency_key or new_key())
        )

    async def unsubscribe(self, number: int, *, idempotency_key: str | None = None) -> Subscription:
        """Hear no more.

        End a subscription.
        """
        return await self._send(
            Call("DELETE", f"/v1/subscriptions/{part(number)}", Subscription, once=idempotency_key or new_key())
        )
