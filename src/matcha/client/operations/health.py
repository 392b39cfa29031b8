"""The operations of health. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from matcha.client.calls import Call
from matcha.client.models.health import Health, Ready
from matcha.client.sending import Sender


class HealthOperations(Sender):
    """A method for each operation of health."""

    def health_v1_health_get(self) -> Health:
        """Health.

        Tell that the process is up. Nothing is tried.
        """
        return self._send(Call("GET", "/v1/health", Health))

    def ready_v1_ready_get(self) -> Ready:
        """Ready.

        Try the database, the index and the model: whether requests can be answered now.
        """
        return self._send(Call("GET", "/v1/ready", Ready))

    def metrics_metrics_get(self) -> str:
        """Metrics.

        Give what this process has counted, for Prometheus. Each worker answers for itself.
        """
        return self._send(Call("GET", "/metrics", str))
