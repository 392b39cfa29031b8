"""When to try again: how often, how long apart, and never what might then be done twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from matcha.client.replies import Reply

_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_BROKEN = (httpx.NetworkError, httpx.TimeoutException, httpx.RemoteProtocolError, httpx.ProxyError)
_LATER = 429
_OUT_OF_REACH = (502, 503, 504)


@dataclass(frozen=True)
class Retry:
    """How patient a client is. Times are in seconds; `attempts=1` never tries again."""

    attempts: int = 5
    first: float = 0.5  # the pause after the first attempt is drawn from 0 to this, then from 0 to twice this, …
    longest: float = 20.0  # … to this
    patience: float = 60.0  # a Retry-After that is longer is not waited out
    deadline: float = 180.0  # for a call as a whole, with all of its attempts


class Attempts:
    """The attempts at one call."""

    def __init__(
        self, retry: Retry, repeatable: bool, clock: Callable[[], float], draw: Callable[[], float] = random.random
    ) -> None:
        self._retry, self._repeatable, self._clock, self._draw = retry, repeatable, clock, draw
        self._ends = clock() + retry.deadline
        self._made = 0

    def left(self) -> float:
        """Give how many seconds are left."""
        return max(0.0, self._ends - self._clock())

    def pause_after(self, outcome: Reply | httpx.RequestError) -> float | None:
        """Give how many seconds to wait before the next attempt, or None if there is to be none.

        Exponential backoff with full jitter: all who were turned away at once do not come back at once. A Retry-After
        is waited out first.
        """
        self._made += 1
        if self._made >= self._retry.attempts or not self._may(outcome):
            return None
        asked = (outcome.retry_after if isinstance(outcome, Reply) else None) or 0.0
        most = min(self._retry.longest, self._retry.first * 2 ** (self._made - 1))
        pause = asked + self._draw() * most
        return pause if asked <= self._retry.patience and pause < self.left() else None

    def _may(self, outcome: Reply | httpx.RequestError) -> bool:
        if isinstance(outcome, Reply):
            return outcome.status == _LATER or (self._repeatable and outcome.status in _OUT_OF_REACH)
        if "CERTIFICATE_VERIFY_FAILED" in str(outcome):
            return False
        return isinstance(outcome, _BROKEN if self._repeatable else _UNSENT)
