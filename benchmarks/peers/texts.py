"""The texts that every system is given, and what all of them are asked. Standard library only: peers have no matcha.

Whole profiles are the demo's, title and text; short ones are a title and one sentence of its text. Text i is the
i-th of them in an order drawn by hash, round and round, its title numbered so that no two texts are the same.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import overload

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "demo"
_ENDS = re.compile(r"(?<=[.!?…])\s+(?=[A-ZÅÄÖ])")
_NUMBER = re.compile(r" nr \d+\b")


class Kind(StrEnum):
    """How long the texts are."""

    PROFILES = "profiles"
    SENTENCES = "sentences"


@dataclass(frozen=True, slots=True)
class Text:
    """A text: its title with its number in it, and what follows."""

    title: str
    body: str

    @property
    def whole(self) -> str:
        """What a peer is given."""
        return f"{self.title}. {self.body}"


class Texts(Sequence[Text]):
    """So many texts of a kind, made when they are looked at: a million take no memory."""

    def __init__(self, kind: Kind, count: int) -> None:
        self.kind, self._count = kind, count
        self._drawn = drawn(kind)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Text: ...
    @overload
    def __getitem__(self, place: slice) -> list[Text]: ...
    def __getitem__(self, place: int | slice) -> Text | list[Text]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(self._count))]
        if not 0 <= place < self._count:
            raise IndexError(place)
        title, body = self._drawn[place % len(self._drawn)]
        return Text(f"{title} nr {place}", body)

    def __iter__(self) -> Iterator[Text]:
        return map(self.__getitem__, range(self._count))


def unnumbered(text: str) -> str:
    """Give a text, or a piece of one that begins with its title, without the number."""
    return _NUMBER.sub("", text, count=1)


@cache
def drawn(kind: Kind) -> tuple[tuple[str, str], ...]:
    """Give the different texts of a kind, (title, body) each, in the order drawn."""
    rows = json.loads((DEMO / "profiles.json").read_text("utf-8"))["profiles"]
    found = [
        (row["title"], body) for row in rows for body in ([row["text"]] if kind is Kind.PROFILES else _cut(row["text"]))
    ]
    return tuple(sorted(found, key=lambda each: hashlib.sha256("\n".join(each).encode()).digest()))


def questions() -> tuple[str, ...]:
    """Give what is asked: the titles of the demo's needs, a sentence each."""
    return tuple(row["title"] for row in json.loads((DEMO / "needs.json").read_text("utf-8"))["needs"])


def _cut(text: str) -> list[str]:
    return _ENDS.split(text)
