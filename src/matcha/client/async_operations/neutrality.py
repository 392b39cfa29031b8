"""The operations of neutrality. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from matcha.client.calls import Call, given, new_key
from matcha.client.models.common import Job
from matcha.client.models.neutrality import Report
from matcha.client.sending import AsyncSender


class AsyncNeutralityOperations(AsyncSender):
    """A method for each operation of neutrality."""

    async def get_neutrality(self) -> Report:
        """The newest neutrality report.

        The report made last, with its figures. 404 before the first.

        Where people chose otherwise than the ranking is shown to staff only: it names needs that may be
        unpublished.
        """
        return await self._send(Call("GET", "/v1/neutrality", Report))

    async def try_neutrality(self, *, k: int = 10, sample: int = 40, idempotency_key: str | None = None) -> Job:
        """Make a neutrality report.

        Start a job that tries whether names, places, order, size and the like change the ranking.

        `Location` says where to see how it goes. 409 while another report is being made.
        """
        return await self._send(
            Call("POST", "/v1/neutrality", Job, body=given(k=k, sample=sample), once=idempotency_key or new_key())
        )
