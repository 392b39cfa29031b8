"""Needs that were read lately: whoever asks for a match and then why, which words lack, who else, waits once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from matcha.retrieval.reading import Reading

_MOST = 200


class Recent:
    """Readings of registered needs that this process made itself, the latest ones.

    Only those: that a text nobody registered is answered quicker would tell who has asked it before.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Reading] = OrderedDict()
        self._lock = Lock()

    def reading(self, key: Hashable, read: Callable[[], Reading]) -> Reading:
        """Give the reading kept under a key, which holds all that decides it, or make it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = read()
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return found
