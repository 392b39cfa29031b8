"""How often a caller may ask, kept where every process sees it (`gcra` says how it is decided).

A caller is kept as a salted SHA-256 of its key; the salt is the database's own. No address and no name is stored.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlalchemy.engine import make_url

from matcha.store.gcra import CLOCK_SET_BACK, SECOND, Bounds, Rate, Verdict
from matcha.store.rate_cells import Cells, LocalCells, SharedCells, said_clearly

__all__ = ["Rate", "Rates", "Verdict"]

_SWEEP_SECONDS = 60.0


class Rates:
    """What callers have left, for any number of threads and processes at once."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._salt = cells.salt()
        self._swept = 0.0

    @classmethod
    def open(cls, url: str) -> Rates:
        """Open the limits at `url`, making the tables if there are none. Raises Unavailable if they cannot be used."""
        with said_clearly():
            return cls(SharedCells.open(url))

    @classmethod
    def beside(cls, database_url: str) -> Rates:
        """Open the limits that belong to a database: `limits.db` in SQLite's folder, else tables in the same server."""
        url = make_url(database_url)
        if url.get_backend_name() != "sqlite":
            return cls.open(database_url)
        return cls.open(f"sqlite:///{Path(url.database).parent / 'limits.db'}") if url.database else cls.in_memory()

    @classmethod
    def in_memory(cls) -> Rates:
        """Give limits that hold in this process and live as long as this object."""
        return cls(LocalCells())

    def take(self, key: str, rate: Rate, now: float, cost: int = 1) -> Verdict:
        """Let a caller through, or not. `now` is in seconds since 1970, by a clock that all processes share.

        A key has one allowance for each rate. Raises Unavailable when the database does not answer within seconds.
        """
        bounds = Bounds.of(rate, now, cost)
        with said_clearly():
            due, allowed = self._cells.take(self._digest(key, rate), bounds)
            self._sweep(now)
        return bounds.verdict(rate, due, allowed)

    @property
    def waits(self) -> bool:
        """Whether `take` may take a while: for a file or a server."""
        return self._cells.waits

    def close(self) -> None:
        """Give back the connections."""
        self._cells.close()

    def _digest(self, key: str, rate: Rate) -> bytes:
        told = f"{rate.burst} {rate.per_second}\n{key}".encode("utf-8", "surrogatepass")
        return hashlib.sha256(b"matcha/rate/v1" + self._salt + told).digest()

    def _sweep(self, now: float) -> None:
        if not self._swept <= now < self._swept + _SWEEP_SECONDS:
            self._swept = now
            self._cells.sweep(round(now * SECOND) - CLOCK_SET_BACK)
