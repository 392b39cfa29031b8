"""The operations of judgements. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from matcha.client.calls import Call, given
from matcha.client.models.judgements import Instructions, Judgement
from matcha.client.replies import Page
from matcha.client.sending import AsyncSender


class AsyncJudgementsOperations(AsyncSender):
    """A method for each operation of judgements."""

    async def list_judgements(
        self, *, need_id: str | None = None, limit: int = 100, cursor: str | None = None
    ) -> Page[Judgement]:
        """The judgements that stand.

        The newest judgement of each judge about each need and profile, in the order in which they were made.
        """
        return await self._send(
            Call("GET", "/v1/judgements", Page[Judgement], query=given(need_id=need_id, limit=limit, cursor=cursor))
        )

    async def judging_instructions(self) -> Instructions:
        """How to judge relevance.

        What judges go by: the text alone, never price, place, size or name; when in doubt, not relevant.
        """
        return await self._send(Call("GET", "/v1/judgements/instructions", Instructions))

    async def export_judgements(self) -> bytes:
        """The judgements as a test collection.

        A ZIP file in BEIR form (corpus, queries, qrels): unpack it, and give the folder to `matcha evaluate`.

        Judges are numbered, and what they wrote is left out. The same judgements and texts give the same bytes.
        """
        return await self._send(Call("GET", "/v1/judgements/export", bytes))
