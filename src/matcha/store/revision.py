"""How often a database has changed: what a request has seen of it, and being told when it goes up."""

from __future__ import annotations

import logging
import time
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Event
from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

logger = logging.getLogger(__name__)
_CHANNEL = "matcha_change"
_HEED = 0.5  # seconds in which whoever waits heeds that it is to stop
_LONGEST = 30.0  # seconds between attempts to be told again


@dataclass
class Seen:
    """The newest revision that has been read or made on behalf of one request; None when none has."""

    revision: int | None = None


SEEN: ContextVar[Seen | None] = ContextVar("SEEN", default=None)


def note(revision: int) -> None:
    """Remember that what is done on behalf of the request has seen this revision."""
    if (seen := SEEN.get()) is not None:
        seen.revision = max(revision, seen.revision or 0)


def announce(session: Session, revision: int) -> None:
    """Tell all who listen, and remember it for the request, when the session's transaction is durable; else never."""
    event.listen(session, "after_commit", lambda _: note(revision), once=True)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"NOTIFY {_CHANNEL}"))


class Listener:
    """Is told by PostgreSQL when the database has changed; SQLite tells nobody.

    What is told is a hint: it may be missed while the connection is down, so whoever listens looks now and then, too.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Any = None
        self._pause, self._again = 1.0, 0.0

    def wait(self, seconds: float, stop: Event) -> None:
        """Wait until something has changed, or may have, and so long at most."""
        if self._engine.dialect.name != "postgresql":
            stop.wait(seconds)
            return
        if self._connection is None and (later := self._again - time.monotonic()) > 0:
            stop.wait(min(seconds, later))
            return
        try:
            if self._connection is None:
                self._listen()  # what changed before now has been told to nobody
                return
            ends = time.monotonic() + seconds
            while not stop.is_set() and (left := ends - time.monotonic()) > 0:
                for _ in self._connection.notifies(timeout=min(left, _HEED), stop_after=1):
                    return
        except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error) as error:
            logger.warning("changes are looked for, not told: %s", type(error).__name__)
            self.close()
            self._again, self._pause = time.monotonic() + self._pause, min(2 * self._pause, _LONGEST)

    def close(self) -> None:
        """Give back the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _listen(self) -> None:
        pooled = self._engine.raw_connection()
        connection: Any = pooled.driver_connection
        pooled.detach()  # its own from now on: the pool's are for questions
        connection.autocommit = True
        connection.execute(f"LISTEN {_CHANNEL}")
        self._connection, self._pause = connection, 1.0
