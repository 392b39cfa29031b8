"""The operations of upkeep. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from matcha.client.calls import Call, given, new_key
from matcha.client.models.upkeep import Erased, Erasure, Format, Ground
from matcha.client.sending import AsyncSender


class AsyncUpkeepOperations(AsyncSender):
    """A method for each operation of upkeep."""

    async def export_needs(self, *, format: Format = Format.CSV) -> bytes:
        """Needs as a file.

        All needs that the caller may see, secret fields masked for all but staff (R14). No cell is a formula.
        """
        return await self._send(Call("GET", "/v1/exports/needs", bytes, query=given(format=format)))

    async def erase(
        self, *, what: Erased, id: str, ground: Ground, reference: str, idempotency_key: str | None = None
    ) -> Erasure:
        """Erase lawfully.

        Erase an actor, a profile, a need or a match on a recorded ground (R16, R18). All proofs hold after it.
        """
        return await self._send(
            Call(
                "POST",
                "/v1/erasures",
                Erasure,
                body=given(what=what, id=id, ground=ground, reference=reference),
                once=idempotency_key or new_key(),
            )
        )
