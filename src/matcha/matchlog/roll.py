"""The roll: every registered profile at the moment of a question, scored or excluded with a reason, under one root."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import astuple, dataclass
from functools import cached_property

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
        return canonical(list(astuple(self)))

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
    """All lines, by leaf index."""

    lines: tuple[Line, ...]

    @cached_property
    def root(self) -> bytes:
        """The root of the tree over the lines (RFC 9162)."""
        return merkle.root([merkle.leaf_hash(line.leaf) for line in self.lines])

    @property
    def alike(self) -> tuple[tuple[int, ...], ...]:
        """The entries of profiles that say nearly the same, in groups; only the first of each is scored."""
        groups: dict[int, list[int]] = {}
        for line in self.lines:
            if line.like is not None:
                groups.setdefault(line.like, []).append(line.leaf_index)
        return tuple((first, *(leaf for leaf in group if leaf != first)) for first, group in groups.items())

    def opened(self, leaf_indexes: Collection[int]) -> Opened | None:
        """Open the line with one of these indexes; None if there is none."""
        places = (place for place, line in enumerate(self.lines) if line.leaf_index in leaf_indexes)
        place = next(places, None)
        return None if place is None else Opened.of([line.leaf for line in self.lines], place)

    def to_bytes(self) -> bytes:
        """Give the roll as canonical JSON."""
        return canonical([list(astuple(line)) for line in self.lines])

    @classmethod
    def from_bytes(cls, content: bytes) -> Roll:
        """Give back what `to_bytes` gave."""
        return cls(tuple(Line(*line) for line in json.loads(content)))

    @staticmethod
    def line_in(content: bytes, leaf_indexes: Collection[int]) -> Line | None:
        """Give the first line with one of these indexes, or None, from what `to_bytes` gave; no other line is read."""
        found = [place for index in leaf_indexes if (place := content.find(b"[%d," % index)) >= 0]  # no text has a [
        if not found:
            return None
        return Line(*json.loads(content[min(found) : content.index(b"]", min(found)) + 1]))
