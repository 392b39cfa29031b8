"""Answers that take their time: worked out once for each moment of the store and kept, beside whoever asks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from matcha.errors import MatchaError

logger = logging.getLogger(__name__)

_PATIENCE = 10.0  # seconds that closing waits for what is being worked out
Asked = TypeVar("Asked", bound=Hashable)
Found = TypeVar("Found")


@dataclass
class Meanwhile(Generic[Asked, Found]):
    """What `work` gives, for the last `most` different things asked; `moment` says what an answer depends on, now."""

    name: str
    work: Callable[[Asked], Found]
    moment: Callable[[Asked], Hashable]
    most: int = 8
    thread: threading.Thread | None = None
    working: threading.Lock = field(default_factory=threading.Lock)
    _beginning: threading.Lock = field(default_factory=threading.Lock)
    _kept: Mapping[Asked, tuple[Hashable, Found]] = field(default_factory=dict)  # never changed, only replaced

    def now(self, asked: Asked) -> Found:
        """Give the answer of this moment, worked out now unless it is kept; who asks at once waits for the same."""
        if (kept := self._kept.get(asked)) and kept[0] == self.moment(asked):
            return kept[1]
        with self.working:
            moment = self.moment(asked)
            if (kept := self._kept.get(asked)) and kept[0] == moment:
                return kept[1]
            found = self.work(asked)
            of = moment if self.moment(asked) == moment else None  # what changed meanwhile may be in it, or not
            others = [each for each in self._kept.items() if each[0] != asked]
            self._kept = dict([*others[1 - self.most :], (asked, (of, found))])
            return found

    def at_hand(self, asked: Asked) -> tuple[Found | None, bool]:
        """Give at once the answer that is kept, and whether it is of this moment; None before the first.

        Unless it is, the answer of this moment is worked out beside whoever asks.
        """
        kept = self._kept.get(asked)
        if kept and kept[0] == self.moment(asked):
            return kept[1], True
        with self._beginning:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._beside, args=(asked,), name=self.name, daemon=True)
                self.thread.start()
        return kept and kept[1], False

    def forget(self) -> None:
        """Keep nothing."""
        self._kept = {}

    def end(self) -> None:
        """Wait for what is being worked out, though not for long."""
        if self.thread is not None:
            self.thread.join(_PATIENCE)

    def _beside(self, asked: Asked) -> None:
        try:
            self.now(asked)
        except MatchaError as error:
            logger.warning("%s has to wait: %s", self.name, error.en)
