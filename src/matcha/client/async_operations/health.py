"""The operations of health. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from matcha.client.calls import Call
from matcha.client.models.health import Health, Ready
from matcha.client.sending import AsyncSender


class AsyncHealthOperations(AsyncSender):
    """A method for each operation of health."""

    async def get_health(self) -> Health:
        """Whether the process is up.

        Tell that the process is up. Nothing is tried.
        """
        return await self._send(Call("GET", "/v1/health", Health))

    async def get_readiness(self) -> Ready:
        """Whether requests can be answered.

        Try the database, the index and the model: whether requests can be answered now.
        """
        return await self._send(Call("GET", "/v1/ready", Ready))

    async def get_metrics(self) -> str:
        """What this process has counted.

        Give what this process has counted, for Prometheus. Each worker answers for itself.
        """
        return await self._send(Call("GET", "/metrics", str))
