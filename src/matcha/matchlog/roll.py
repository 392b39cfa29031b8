"""The roll: every registered profile at the moment of a question, scored or excluded with a reason, under one root."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass
from functools import cache, cached_property

from matcha.errors import Invalid
from matcha.matchlog import merkle
from matcha.matchlog.entry import canonical
from matcha.matchlog.opened import Opened

_TYPES = (int, str, str | None, str, int | None)  # of what a line says, in its order


@dataclass(frozen=True, slots=True)
class Line:
    """A registered profile: its entry in the log, what its actor is, why it is not scored (or None), its reading.

    `reading` is the salted digest of its vectors (hex), or empty if it has not been read. `like` is the entry of the
    first registered of the profiles that it says nearly the same as, its own if it is that, or None.
    """

    leaf_index: int
    kind: str
    excluded: str | None
    reading: str
    like: int | None

    @property
    def leaf(self) -> bytes:
        """The line as a leaf of the roll's tree."""
        return canonical([self.leaf_index, self.kind, self.excluded, self.reading, self.like])

    @classmethod
    def parse(cls, leaf: bytes) -> Line:
        """Give back the line of a leaf. Raises Invalid for anything else."""
        try:
            found = cls(*json.loads(leaf))
            if (
                found.leaf != leaf
                or not all(map(isinstance, astuple(found), _TYPES))
                or bool in map(type, astuple(found))
            ):
                raise ValueError(leaf)
        except (ValueError, TypeError, RecursionError) as cause:
            raise Invalid("Det här är ingen rad i en förteckning.", "This is no line of a roll.") from cause
        return found


@dataclass(frozen=True)
class Roll:
    """All lines, by leaf index, as they are kept: the canonical JSON of a list of lists."""

    content: bytes

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Roll:
        """Give the roll of lines, which come by leaf index."""
        return cls(b"[" + b",".join(line.leaf for line in lines) + b"]")

    @classmethod
    def of_columns(
        cls,
        leaf_indexes: Iterable[int],
        kinds: Iterable[str],
        excluded: Iterable[str | None],
        readings: Iterable[bytes],
        like: Iterable[int | None],
    ) -> Roll:
        """Give the roll of lines that stand in columns, by leaf index: the same as `of`, four times as fast."""
        each = zip(leaf_indexes, kinds, excluded, readings, like, strict=True)
        lines = (
            b'%d,%s,"%s",%s' % (leaf, _said(kind, out), reading, b"null" if first is None else b"%d" % first)
            for leaf, kind, out, reading, first in each
        )
        joined = b"],[".join(lines)
        return cls(b"[[" + joined + b"]]" if joined else b"[]")

    @cached_property
    def root(self) -> bytes:
        """The root of the tree over the lines (RFC 9162)."""
        return merkle.root([merkle.leaf_hash(leaf) for leaf in self._leaves])

    @cached_property
    def size(self) -> int:
        """How many lines there are."""
        return len(self._leaves)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines. Raises ValueError or TypeError for what is no roll."""
        return tuple(Line(*line) for line in json.loads(self.content))

    @property
    def alike(self) -> tuple[tuple[int, ...], ...]:
        """The entries of profiles that say nearly the same, in groups; only the first of each is scored."""
        groups: dict[int, list[int]] = {}
        for line in self.lines:
            if line.like is not None:
                groups.setdefault(line.like, []).append(line.leaf_index)
        return tuple((first, *(leaf for leaf in group if leaf != first)) for first, group in groups.items())

    def opened(self, leaf_indexes: Collection[int]) -> Opened | None:
        """Open the first line with one of these indexes; None if there is none."""
        line = self.line_of(leaf_indexes)
        return None if line is None else Opened.of(self._leaves, self._leaves.index(line.leaf))

    def line_of(self, leaf_indexes: Collection[int]) -> Line | None:
        """Give the first line with one of these indexes, or None; no other line is read."""
        content = self.content
        found = [place for index in leaf_indexes if (place := content.find(b"[%d," % index)) >= 0]  # no text has a [
        if not found:
            return None
        return Line(*json.loads(content[min(found) : content.index(b"]", min(found)) + 1]))

    @property
    def _leaves(self) -> list[bytes]:
        each = self.content[2:-2].split(b"],[") if len(self.content) > 2 else []  # no text has a ]
        return [b"[" + leaf + b"]" for leaf in each]


@cache
def _said(kind: str, excluded: str | None) -> bytes:
    """What lines of a kind and a reason say of these, of which there are few."""
    return canonical([kind, excluded])[1:-1]
