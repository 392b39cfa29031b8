"""Where words stand on the map: beside what they name, hiding no need and no other words (greedy)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 1000, 720  # of the picture


class Point(NamedTuple):
    """A point of the picture."""

    x: int
    y: int


class Box(NamedTuple):
    """A rectangle of the picture."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two share a part."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    @property
    def middle(self) -> Point:
        """Its middle."""
        return Point(round((self.left + self.right) / 2), round((self.top + self.bottom) / 2))

    def inside(self) -> bool:
        """Whether it lies within the picture."""
        return self.left >= 4 and self.top >= 4 and self.right <= WIDTH - 4 and self.bottom <= HEIGHT - 4


class Face(NamedTuple):
    """The height of a line, where in it letters stand, and their mean width."""

    line: float
    foot: float
    letter: float


WORDS, NUMBERS = Face(17, 13, 7.6), Face(30, 25, 18)


class Room(NamedTuple):
    """Where the first line stands, how SVG aligns the lines there, and what they cover."""

    at: Point
    anchor: str
    box: Box


def lines(words: Sequence[str]) -> tuple[str, ...]:
    """Words in lines of about a word or two; a long one alone."""
    found: list[str] = []
    for word in words:
        short = word if len(word) <= 24 else f"{word[:23]}…"
        if found and len(found[-1]) + len(short) <= 16:
            found[-1] = f"{found[-1]}, {short}"
        else:
            found.append(short)
    return tuple(found)


def room(
    own: Sequence[Point], said: Sequence[str], face: Face, taken: Sequence[Box], crowd: NDArray[np.float64]
) -> Room | None:
    """The place beside a group that hides no need and no other words, and as few profiles as can be."""
    wide, high = max([len(line) for line in said], default=0) * face.letter + 6, len(said) * face.line
    best: tuple[float, Room] | None = None
    for cost, left, top, anchor in sorted(_beside(own, wide, high)) if said else ():
        if best and best[0] <= cost:
            break
        box = Box(left, top, left + wide, top + high)
        if box.inside() and not any(box.meets(other) for other in taken):
            hidden = int(((crowd >= box[:2]) & (crowd <= box[2:])).all(axis=1).sum())
            x = {"start": left + 3, "middle": left + wide / 2, "end": left + wide - 3}[anchor]
            found = (cost + 6 * hidden, Room(Point(round(x), round(top + face.foot)), anchor, box))
            best = found if best is None or found[0] < best[0] else best
    return best[1] if best else None


def _beside(own: Sequence[Point], wide: float, high: float) -> Iterator[tuple[float, float, float, str]]:
    """Places for words around each need of a group, as (how far, left, top, anchor)."""
    for gap in (16, 26, 40):
        for at in own:
            for down in (-high / 2, -high, 0, -high - 10, 10):
                yield gap + abs(down + high / 2) / 2, at.x + gap, at.y + down, "start"
                yield gap + abs(down + high / 2) / 2, at.x - gap - wide, at.y + down, "end"
            yield gap + 4, at.x - wide / 2, at.y - gap - high, "middle"
            yield gap + 4, at.x - wide / 2, at.y + gap, "middle"
