"""A server follows a database that others write to: its index and what it keeps are made ready beside its requests.

A question that comes first is answered, too (`Intake._looking`); it then waits for what is done here.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Hashable
from threading import Event, Lock, Thread

from matcha.errors import Conflict, Unavailable
from matcha.service.matcha import Matcha
from matcha.store.revision import Listener

logger = logging.getLogger(__name__)
_LONGEST = 5.0  # seconds between attempts while the database is out of reach
_AGAIN = 0.25  # seconds for which the database's revision is remembered, however many ask


class Following:
    """Looks for changes every `pause` seconds, and is told of them where the database does that (PostgreSQL)."""

    def __init__(self, matcha: Matcha, pause: float = 1.0) -> None:
        self.matcha = matcha
        self._pause = pause
        self._listener = Listener(matcha.logbook.store.engine)
        self._stop = Event()
        self._thread: Thread | None = None
        self._caught: Hashable = None
        self._asking = Lock()
        self._revision, self._asked = -1, float("-inf")

    def start(self) -> None:
        """Begin to follow in a thread."""
        self._thread = Thread(target=self._run, name="matcha-following", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Follow no more."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def catch_up(self) -> None:
        """Do what is to be done about what has changed, if anything has. Raises Unavailable and Conflict.

        The log's checkpoint is published here, too, so that each server's folder says how far the log had come.
        """
        if (moment := self.matcha.moment()) != self._caught:
            self._asked = float("-inf")
            self.matcha.catch_up()
            self._caught = moment
        if self.matcha.size():
            self.matcha.logbook.checkpoint()

    def has(self, revision: int) -> bool:
        """Say whether the database has come to a revision; it is asked four times a second, however many ask here."""
        with self._asking:
            if self._revision < revision and time.monotonic() - self._asked >= _AGAIN:
                self._revision, self._asked = self.matcha.revision(), time.monotonic()
            return self._revision >= revision

    def _run(self) -> None:
        pause = self._pause
        try:
            while not self._stop.is_set():
                try:
                    self.catch_up()
                    pause = self._pause
                    self._listener.wait(pause, self._stop)
                except (Conflict, Unavailable) as error:
                    logger.warning("following has to wait: %s", error.en)
                    self._stop.wait(pause)
                    pause = min(2 * pause, _LONGEST)
        finally:
            self._listener.close()
            if not self._stop.wait(self._pause):
                self.start()  # a fault of ours ends this thread, not the following
