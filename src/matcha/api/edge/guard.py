"""What decides when the limits database does not answer: the service stays up, and this process counts by itself.

Refusing everybody would let a small database take the service down; letting everybody through would lift the limit on
guessing passwords. So while the database fails each process holds the rates alone: with n processes at most n times as
much is let through. One request in `PAUSE` seconds tries the database again; the others do not wait for it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from matcha.errors import Unavailable
from matcha.store.rates import Rate, Rates, Verdict

PAUSE = 5.0
_PATIENCE = 1.5  # seconds a request waits for the database; it gives up by itself sooner, unless the network is gone
_LOGGER = logging.getLogger("matcha.limits")


class Guard:
    """Takes from the shared rates, or from this process's own while those fail; then `failed` is called.

    Routes use `take`, in whatever thread they run; the edge uses `taken`, which keeps the event loop free.
    """

    def __init__(self, shared: Rates, failed: Callable[[], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._shared, self._own = shared, Rates.in_memory()
        self._failed, self._clock = failed, clock
        self._lock = Lock()
        self._again_at: float | None = None
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="matcha-limits")

    def take(self, key: str, rate: Rate, now: float, cost: int = 1) -> Verdict:
        """Let a caller through, or not (see `Rates.take`); never Unavailable."""
        return self._ask(key, rate, now, cost) if self._may_try() else self._alone(key, rate, now, cost)

    async def taken(self, key: str, rate: Rate, now: float, cost: int = 1) -> Verdict:
        """Do the same beside the event loop, and in bounded time."""
        if not self._may_try():
            return self._alone(key, rate, now, cost)
        if not self._shared.waits:
            return self._ask(key, rate, now, cost)
        asked = asyncio.get_running_loop().run_in_executor(self._threads, self._ask, key, rate, now, cost)
        try:
            async with asyncio.timeout(_PATIENCE):
                return await asked
        except TimeoutError:
            self._give_up("no answer in time")
            return self._alone(key, rate, now, cost)

    def close(self) -> None:
        """Give back the threads and the connections."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._shared.close()

    def _ask(self, key: str, rate: Rate, now: float, cost: int) -> Verdict:
        try:
            verdict = self._shared.take(key, rate, now, cost)
        except Unavailable as error:
            self._give_up(error.en)
            return self._alone(key, rate, now, cost)
        if self._again_at is not None:
            self._again_at = None
            _LOGGER.warning("The limits database answers again.")
        return verdict

    def _alone(self, key: str, rate: Rate, now: float, cost: int) -> Verdict:
        self._failed()
        return self._own.take(key, rate, now, cost)

    def _may_try(self) -> bool:
        if self._again_at is None:
            return True
        with self._lock:
            if self._again_at is None or self._clock() < self._again_at:
                return self._again_at is None
            self._again_at = self._clock() + PAUSE
            return True

    def _give_up(self, why: str) -> None:
        with self._lock:
            first, self._again_at = self._again_at is None, self._clock() + PAUSE
        if first:
            _LOGGER.error("The limits database does not answer; each process limits alone meanwhile. %s", why)
