"""The generic cell rate algorithm (GCRA), in integers: ITU-T I.371 (2004), annex A, "virtual scheduling".

For each caller one moment is kept, at which a caller that kept exactly to its rate would next be due. Asking moves it
on by cost ÷ rate; whoever would move it further ahead than burst ÷ rate is refused, and nothing is moved. So at most
burst + rate · t are let through in any t seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

SECOND = 1_000_000_000  # moments are nanoseconds since 1970
CLOCK_SET_BACK = 60 * SECOND  # clocks of several computers differ by less; a moment further ahead is an old clock's


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, and `per_second` in the long run."""

    burst: int
    per_second: float

    def __post_init__(self) -> None:
        if self.burst < 1 or not 1e-6 <= self.per_second <= 1e6:
            raise ValueError(f"no such rate: {self}")

    @property
    def interval(self) -> int:
        """Nanoseconds between two, rounded up: never more than the rate."""
        return math.ceil(SECOND / self.per_second)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`remaining` may be asked now; one more than that in `refill_seconds`; the same again in `retry_after_seconds`."""

    allowed: bool
    remaining: int
    retry_after_seconds: float
    refill_seconds: float


@dataclass(frozen=True, slots=True)
class Bounds:
    """The moments that decide: who is due later than `room` is refused, unless later than `forgotten`."""

    now: int
    increment: int
    room: int
    forgotten: int

    @classmethod
    def of(cls, rate: Rate, now: float, cost: int) -> Bounds:
        """Give them for one asking; a cost above the burst would be refused for ever and is a ValueError."""
        if not 1 <= cost <= rate.burst:
            raise ValueError(f"cost {cost} does not fit in {rate}")
        at, increment, tolerance = round(now * SECOND), cost * rate.interval, rate.burst * rate.interval
        return cls(at, increment, at + tolerance - increment, at + tolerance + CLOCK_SET_BACK)

    def decide(self, due: int) -> tuple[int, bool]:
        """Give when the caller is due afterwards, and whether it is let through."""
        if due <= self.now or due > self.forgotten:
            return self.now + self.increment, True
        return (due + self.increment, True) if due <= self.room else (due, False)

    def verdict(self, rate: Rate, due: int, allowed: bool) -> Verdict:
        """Say what a caller due then may do."""
        free = self.room + self.increment - due
        remaining = max(0, free // rate.interval)
        wait = max(0, due - self.room) / SECOND
        return Verdict(allowed, remaining, wait, ((remaining + 1) * rate.interval - free) / SECOND)
