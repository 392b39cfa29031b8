"""Who is at which station in which round, as a picture: lines of groups between stations, or a heap of people at each.

Up to MOST_LINES groups are drawn as lines that can be followed; more, as the people at each place. Lengths are in the
units of the picture, one of which is a pixel on a narrow phone. Nothing is told by colour alone: groups have a number,
a shape and a dash of their own, kinds a shape and letters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from matcha.forum.record import Forum, Group, Seat
from matcha.interchange.forum.paper_words import MARKS
from matcha.process import Part
from matcha.values import Language

MOST_LINES = 8
LEFT, TOP, STEP = 40, 34, 76
_APART = 68  # over which the groups at one station are spread
_DOT = 15  # between people in a heap

GROUP_SHAPES = (
    "M-8-20h16l12 12v16l-12 12h-16l-12-12v-16z",
    "M-17-17h34v34h-34z",
    "M0-23 23 0 0 23-23 0z",
    "M-11-19h22l11 19-11 19h-22l-11-19z",
    "M0-22 22 16h-44z",
    "M0-19a19 19 0 1 1 0 38 19 19 0 1 1 0-38z",
    "M0-21 21-5 13 18h-26l-8-23z",
    "M-13-17h34l-8 34h-34z",
)
KIND_SHAPES: Mapping[str, str] = {
    "circle": "m-6 0a6 6 0 1 0 12 0 6 6 0 1 0-12 0z",
    "square": "m-5.3-5.3h10.6v10.6h-10.6z",
    "diamond": "m0-7.4 7.4 7.4-7.4 7.4-7.4-7.4z",
    "hexagon": "m-3.4-5.8h6.8l3.4 5.8-3.4 5.8h-6.8l-3.4-5.8z",
    "pentagon": "m0-6.8 6.6 4.9-2.5 7.6h-8.2l-2.5-7.6z",
    "shield": "m-5.6-5.8h11.2v6l-5.6 6.6-5.6-6.6z",
    "octagon": "m-2.6-6.2h5.2l3.6 3.6v5.2l-3.6 3.6h-5.2l-3.6-3.6v-5.2z",
    "slanted": "m-3.6-5.2h10.4l-3.2 10.4h-10.4z",
    "wide": "m-7.2-4h14.4v8h-14.4z",
}


@dataclass(frozen=True, slots=True)
class Token:
    """A group at a station in a round."""

    number: int
    look: int  # which colour, shape and dash, from 1
    x: float
    y: float
    shape: str
    scale: float  # smaller where several groups share a station


@dataclass(frozen=True, slots=True)
class Way:
    """A group's line between the stations."""

    number: int
    look: int
    path: str


@dataclass(frozen=True, slots=True)
class Dot:
    """One person at a station in a round."""

    kind: Part
    x: float
    y: float
    shape: str


@dataclass(frozen=True)
class Picture:
    """The picture: stations are rows, rounds are columns."""

    width: int
    height: int
    stations: tuple[tuple[int, int], ...]  # number, y
    rounds: tuple[tuple[int, int], ...]  # number, x
    ways: tuple[Way, ...]
    tokens: tuple[Token, ...]
    dots: tuple[Dot, ...]
    counts: tuple[tuple[int, int, int], ...]  # x, y, people


def picture(forum: Forum) -> Picture:
    """Draw where everybody goes."""
    rounds = [(at + 1, LEFT + STEP * at + STEP // 2) for at in range(len(forum.rotation))]
    stations = [(one.number, TOP + STEP * at + STEP // 2) for at, one in enumerate(forum.stations)]
    across, down = dict(rounds), dict(stations)
    lined = len(forum.groups) <= MOST_LINES
    tokens = tuple(_tokens(forum, across, down)) if lined else ()
    dots = () if lined else tuple(_dots(forum, across, down))
    return Picture(
        LEFT + STEP * len(rounds) + 4,
        TOP + STEP * len(stations) + 4,
        tuple(stations),
        tuple(rounds),
        tuple(_ways(tokens)),
        tokens,
        dots,
        () if lined else tuple(_counts(forum, across, down)),
    )


def table(forum: Forum) -> list[tuple[int, list[list[Group]]]]:
    """Give for each station its number and, round by round, the groups that are there."""
    return [
        (one.number, [_there(forum, at, one.number) for at in range(len(forum.rotation))]) for one in forum.stations
    ]


def kinds(seats: Sequence[Seat]) -> list[tuple[Part, int]]:
    """Give how many there are of each kind, in order."""
    counts = Counter(seat.part for seat in seats)
    return [(kind, counts[kind]) for kind in Part if counts[kind]]


def code(kind: Part, language: Language) -> str:
    """Give the letters of a kind, as they stand on badges."""
    return MARKS[kind].codes[language is Language.EN]


def shape(kind: Part) -> str:
    """Give the outline of a kind, as on badges."""
    return KIND_SHAPES[MARKS[kind].shape]


def _there(forum: Forum, at: int, station: int) -> list[Group]:
    return [group for group, number in zip(forum.groups, forum.rotation[at], strict=True) if number == station]


def _tokens(forum: Forum, across: Mapping[int, int], down: Mapping[int, int]) -> Iterator[Token]:
    for at in range(len(forum.rotation)):
        for station in down:
            there = _there(forum, at, station)
            for place, group in enumerate(there):
                aside = (place - (len(there) - 1) / 2) * _APART / len(there)
                look = (group.number - 1) % len(GROUP_SHAPES) + 1
                scale = min(1.0, 1.4 / len(there))
                yield Token(group.number, look, across[at + 1] + aside, down[station], GROUP_SHAPES[look - 1], scale)


def _ways(tokens: Sequence[Token]) -> Iterator[Way]:
    for number in sorted({token.number for token in tokens}):
        own = sorted((token for token in tokens if token.number == number), key=lambda token: token.x)
        path = f"M{own[0].x:g} {own[0].y:g}"
        for before, after in pairwise(own):
            half = (after.x - before.x) / 2
            path += f"C{before.x + half:g} {before.y:g} {after.x - half:g} {after.y:g} {after.x:g} {after.y:g}"
        if len(own) > 1:
            yield Way(number, own[0].look, path)


def _dots(forum: Forum, across: Mapping[int, int], down: Mapping[int, int]) -> Iterator[Dot]:
    order = list(Part)
    for at in range(len(forum.rotation)):
        for station in down:
            seats = [seat for group in _there(forum, at, station) for seat in group.seats]
            for place, seat in enumerate(sorted(seats, key=lambda seat: order.index(seat.part))):
                x, y = _placed(place, len(seats), across[at + 1], down[station])
                yield Dot(seat.part, x, y, shape(seat.part))


def _placed(place: int, count: int, x: int, y: int) -> tuple[float, float]:
    """Where one of a heap is: rows of four around the middle, closer together when they are many."""
    wide = 4 if count <= 16 else 5 if count <= 25 else 8
    step = _DOT if wide == 4 else 60 / wide
    rows = (count - 1) // wide + 1
    row, column = divmod(place, wide)
    in_row = min(wide, count - row * wide)
    return x + (column - (in_row - 1) / 2) * step, y - 5 + (row - (rows - 1) / 2) * step


def _counts(forum: Forum, across: Mapping[int, int], down: Mapping[int, int]) -> Iterator[tuple[int, int, int]]:
    for at in range(len(forum.rotation)):
        for station in down:
            yield across[at + 1], down[station], sum(len(group.seats) for group in _there(forum, at, station))
