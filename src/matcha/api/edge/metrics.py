"""What is counted, for Prometheus. No label holds anything a caller wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric

from matcha.errors import MatchaError

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The counts of one process, in a registry of its own.

    Several uvicorn workers each answer `GET /metrics` for themselves: whichever is asked tells of its own requests.
    Run one worker a port where exact sums matter; counters start from zero with each worker.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        self._requests = Counter(
            "matcha_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "matcha_request_seconds",
            "Time to answer.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.in_flight = Gauge("matcha_requests_in_flight", "Requests being answered.", registry=self.registry)
        self._matches = Counter("matcha_matches", "Matches answered.", registry=self.registry)
        self._refused = Counter(
            "matcha_refused_by_rate", "Requests refused by a rate limit.", ("kind",), registry=self.registry
        )
        self._unlimited = Counter(
            "matcha_limits_unavailable",
            "Rates decided by one process alone, because the limits database failed.",
            registry=self.registry,
        )

    def answered(self, method: str, route: str, status: int | None, seconds: float) -> None:
        """Count a request; no status when nothing was answered."""
        told = f"{status // 100}xx" if status else "none"
        self._requests.labels(method, route, told).inc()
        self._seconds.labels(method, route).observe(seconds)

    def match_answered(self) -> None:
        """Count a match."""
        self._matches.inc()

    def refused(self, kind: str) -> None:
        """Count a request refused by a rate limit, by kind of route."""
        self._refused.labels(kind).inc()

    def limits_failed(self) -> None:
        """Count a rate that this process decided by itself."""
        self._unlimited.inc()

    def watch_log(self, entries: Callable[[], int]) -> None:
        """Tell the log's size whenever asked; nothing is told while it cannot be read (a MatchaError)."""
        self.registry.register(_LogSize(entries))


class _LogSize:
    def __init__(self, entries: Callable[[], int]) -> None:
        self._entries = entries

    def describe(self) -> Iterable[Metric]:
        return [GaugeMetricFamily("matcha_log_entries", "Entries in the match log.")]

    def collect(self) -> Iterable[Metric]:
        try:
            count = self._entries()
        except MatchaError:
            return []
        return [GaugeMetricFamily("matcha_log_entries", "Entries in the match log.", value=count)]
