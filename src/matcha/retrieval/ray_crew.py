"""Several machines read: a Ray cluster, each of whose nodes has matcha and the model at the same place."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

from matcha.errors import MatchaError, Unavailable
from matcha.retrieval.crew import Encoding, Read, Text, read_apart
from matcha.retrieval.reading import Reader

_PATIENCE = 10.0  # seconds


class Machines:
    """A Ray cluster at an address (host:port, or `auto` for the one this machine is part of), until this is left.

    A task whose node or process is lost is done by another. Nothing is told to Ray's makers from here (usage stats).
    Raises Unavailable when Ray is not installed or the cluster does not answer.
    """

    def __init__(self, encoding: Encoding, address: str) -> None:
        self.hands = 1
        self.digest = Reader(encoding()).digest
        self._encoding = encoding
        self._address = address

    def __enter__(self) -> Self:
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        self._ray = _ray()
        try:
            _refuse_silent(self._address)
            self._ray.init(self._address, log_to_driver=False, logging_level="warning")
        except (OSError, ValueError, RuntimeError) as cause:
            raise _unreachable(self._address, cause) from cause
        self.hands = max(1, int(self._ray.cluster_resources().get("CPU", 1)))
        self._reading = self._ray.remote(num_cpus=1)(read_apart)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ray.shutdown()

    def read(self, texts: Sequence[Text]) -> Callable[[], Read]:
        task = self._reading.remote(self._encoding, self.digest, texts)
        return lambda: self._fetched(task)

    def _fetched(self, task: Any) -> Read:
        try:
            found: Read = self._ray.get(task)
        except self._ray.exceptions.RayTaskError as error:
            if isinstance(error.cause, MatchaError):
                raise error.cause from error
            raise
        except self._ray.exceptions.RayError as cause:
            raise _unreachable(self._address, cause) from cause
        return found


def _ray() -> Any:
    try:
        import ray
    except ModuleNotFoundError as cause:
        raise Unavailable(
            "Ray är inte installerat. Kör: pip install 'matcha[ray]', eller läs in utan --ray.",
            "Ray is not installed. Run: pip install 'matcha[ray]', or go without --ray.",
        ) from cause
    return ray


def _refuse_silent(address: str) -> None:
    """Raise OSError if nobody listens there: Ray would go on trying for minutes."""
    host, colon, port = address.rpartition(":")
    if colon and port.isdigit():
        socket.create_connection((host, int(port)), timeout=_PATIENCE).close()


def _unreachable(address: str, cause: Exception) -> Unavailable:
    return Unavailable(
        f"Ray-klustret {address} svarar inte ({cause}). Det som hunnit läsas in är sparat: kör samma kommando igen.",
        f"The Ray cluster {address} does not answer ({cause}). What has been taken in is saved: run the same command "
        "again.",
    )
