"""The map of needs and solutions as plain values that a template draws: marks, halos and words that do not collide.

Everything is in units of the picture, which is WIDTH by HEIGHT and scales to the page. Pure: the same map gives the
same picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from matcha.needs.chart import Chart, ChartGroup, ChartNeed, ChartProfile
from matcha.needs.layout import SIDE
from matcha.values import ActorKind
from matcha.web.map_words import HEIGHT, NUMBERS, WIDTH, WORDS, Box, Point, lines, room

MARGIN = 40
APART = 28  # between the middles of two needs, so that each can be hit: their targets are 26 wide
CLEAR = 19  # from the middle of a need to that of a profile
FEW = 400  # profiles that are drawn one by one; more are drawn in heaps, for a page must stay light
FEW_NEEDS = 160  # needs that are drawn one by one; of more, gaps and the middle needs of the largest groups are
FEW_ROWS = 30  # groups in the table of a map with more needs than that
_FIRST = 3  # needs of such a row
_COLUMNS, _ROWS = 26, 18  # of the net that heaps lie in
_SHOWN = 3  # words of a group
_TURNS = 120
_KEPT = 8  # pictures

SHAPES: Mapping[ActorKind, str] = {
    ActorKind.COMPANY: "m-3.5-3.5h7v7h-7z",
    ActorKind.ACADEMIA: "m0-4.6 4.4 7.8h-8.8z",
    ActorKind.PATIENT_ORGANISATION: "m-4 0a4 4 0 1 0 8 0 4 4 0 1 0-8 0z",
    ActorKind.CARE_UNIT: "m-1.6-4.6h3.2v3h3v3.2h-3v3h-3.2v-3h-3v-3.2h3z",
    ActorKind.SUPPORT_FUNCTION: "m0-4.8 4.8 4.8-4.8 4.8-4.8-4.8z",
    ActorKind.AUTHORITY: "m-4.4 3.6v-2.4l4.4-4.8 4.4 4.8v2.4z",
}


@dataclass(frozen=True, slots=True)
class NeedMark:
    """A need, its page, and where it is drawn."""

    need: ChartNeed
    path: str
    at: Point


@dataclass(frozen=True, slots=True)
class ProfileMark:
    """A profile, its actor's page, where it is drawn, and its shape as a path that begins there."""

    profile: ChartProfile
    path: str
    at: Point
    shape: str


@dataclass(frozen=True, slots=True)
class Heap:
    """Several profiles that lie near one another, drawn as one disc."""

    count: int
    at: Point
    radius: int


@dataclass(frozen=True, slots=True)
class GroupMark:
    """A group: the line through its needs that a broad pen makes a halo of, and its words where they hide nothing.

    `words` has a line each; `anchor` is how SVG aligns them at `at`, the first line's; None where there is no room. On
    a narrow page its number stands around `numbered` instead.
    """

    group: ChartGroup
    halo: str
    numbered: Point
    words: tuple[str, ...]
    at: Point | None
    anchor: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn, in the order in which the keyboard goes through it: groups with their needs, others, profiles."""

    width: int
    height: int
    groups: tuple[GroupMark, ...]
    needs: tuple[NeedMark, ...]
    profiles: tuple[ProfileMark, ...]
    heaps: tuple[Heap, ...]
    heaps_of_needs: tuple[Heap, ...] = ()


@dataclass(frozen=True, slots=True)
class RowNeed:
    """A need in the table, and its page."""

    need_id: str
    title: str
    path: str
    gap: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A group as text, or the needs in none (`number` is None): how many profiles lie near, how many needs are gaps."""

    number: int | None
    words: tuple[str, ...]
    needs: tuple[RowNeed, ...]
    near: int
    gaps: int
    more: int = 0  # needs that are not told


_kept: tuple[tuple[Chart, Picture], ...] = ()  # the newest _KEPT; never changed, only replaced


def picture(chart: Chart) -> Picture:
    """Give the picture of a map. That of the same map is kept, so that a page need not wait for it again."""
    global _kept
    for known, drawn in _kept:
        if known is chart:
            return drawn
    drawn = _picture(chart)
    _kept = ((chart, drawn), *_kept)[:_KEPT]
    return drawn


def _picture(chart: Chart) -> Picture:
    one_by_one = _one_by_one(chart)
    where = dict(zip([need.need_id for need in one_by_one], _apart(one_by_one), strict=True))
    order = {id: place for place, id in enumerate(id for group in chart.groups for id in group.members)}
    needs = sorted(one_by_one, key=lambda need: (order.get(need.need_id, len(order)), need.x, need.need_id))
    profiles = sorted(chart.profiles, key=lambda one: (one.x, one.y, one.offer.profile_id))
    few = len(profiles) <= FEW
    return Picture(
        WIDTH,
        HEIGHT,
        tuple(_groups(chart, where)),
        tuple(NeedMark(need, _page(need), where[need.need_id]) for need in needs),
        tuple(map(_profile, profiles, _clear(profiles, list(where.values())))) if few else (),
        () if few else tuple(_heaps(profiles)),
        tuple(_heaps([need for need in chart.needs if need.need_id not in where])),
    )


def _one_by_one(chart: Chart) -> Sequence[ChartNeed]:
    """The needs that are drawn one by one: all, or as many gaps and middle needs of the largest groups as can be."""
    if len(chart.needs) <= FEW_NEEDS:
        return chart.needs
    middles = {group.central: place for place, group in enumerate(chart.groups)}  # the largest first
    middle = sorted((n for n in chart.needs if n.need_id in middles), key=lambda need: middles[need.need_id])
    gaps = [need for need in chart.needs if need.gap and need.need_id not in middles]
    kept = middle[: FEW_NEEDS - min(len(gaps), FEW_NEEDS // 2)]
    return sorted(kept + gaps[: FEW_NEEDS - len(kept)], key=lambda need: need.need_id)


def table(chart: Chart) -> tuple[Row, ...]:
    """Give what the map shows as text: a row a group, the largest first, and last the needs in none, if any."""
    own: dict[int | None, list[ChartNeed]] = {}
    for need in chart.needs:
        own.setdefault(need.group, []).append(need)
    words: dict[int | None, tuple[str, ...]] = {group.number: group.words for group in chart.groups}
    numbers = [group.number for group in chart.groups]
    rows = [number for number in (*numbers, None) if number in own]
    if len(chart.needs) <= FEW_NEEDS:
        return tuple(_row(number, words.get(number, ()), own[number]) for number in rows)
    return tuple(_row(number, words.get(number, ()), own[number], _FIRST) for number in rows[:FEW_ROWS])


def _row(number: int | None, words: tuple[str, ...], needs: Sequence[ChartNeed], most: int | None = None) -> Row:
    shown = tuple(RowNeed(need.need_id, need.title, _page(need), need.gap) for need in needs[:most])
    near, gaps = sum(need.near for need in needs), sum(need.gap for need in needs)
    return Row(number, words, shown, near, gaps, len(needs) - len(shown))


def _page(need: ChartNeed) -> str:
    return f"/behov/{quote(need.need_id, safe='')}"


def _drawn(x: int, y: int) -> Point:
    """Where a place of the map lies in the picture."""
    across, down = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
    return Point(MARGIN + (x * across + SIDE // 2) // SIDE, MARGIN + (y * down + SIDE // 2) // SIDE)


def _profile(one: ChartProfile, at: Point) -> ProfileMark:
    actor = one.offer.actor
    return ProfileMark(one, f"/aktorer/{quote(actor.id, safe='')}", at, SHAPES[actor.kind])


def _clear(profiles: Sequence[ChartProfile], needs: Sequence[Point]) -> list[Point]:
    """Where profiles are drawn: at their places, but beside the needs, which they would hide."""
    found = np.array([_drawn(one.x, one.y) for one in profiles], np.float64).reshape(-1, 2)
    for at in (np.array(need, np.float64) for _ in range(4) for need in needs):
        between = found - at
        far = np.sqrt((between**2).sum(axis=1))
        near = far < CLEAR
        between[far == 0], far[far == 0] = (0.0, 1.0), 1.0
        found[near] = at + between[near] / far[near][:, None] * CLEAR
    return [Point(x, y) for x, y in np.rint(np.clip(found, 6, [WIDTH - 6, HEIGHT - 6])).astype(int).tolist()]


def _heaps(these: Sequence[ChartProfile] | Sequence[ChartNeed]) -> Iterator[Heap]:
    cells: dict[tuple[int, int], list[Point]] = {}
    for one in these:
        at = _drawn(one.x, one.y)
        cells.setdefault((at.y * _ROWS // HEIGHT, at.x * _COLUMNS // WIDTH), []).append(at)
    for _, own in sorted(cells.items()):
        middle = Point(sum(at.x for at in own) // len(own), sum(at.y for at in own) // len(own))
        yield Heap(len(own), middle, min(14, 3 + round(len(own) ** 0.5)))


def _apart(needs: Sequence[ChartNeed]) -> list[Point]:
    """Where needs are drawn: as near to their places as lets each be hit, while there is room for that."""
    if not needs:
        return []
    start = np.array([_drawn(need.x, need.y) for need in needs], np.float64)
    turned = np.arange(len(needs)) * 2.399963  # needs at the same place leave it in different directions
    found = start + np.stack([np.cos(turned), np.sin(turned)], axis=1) * 0.1
    for _ in range(_TURNS if len(needs) <= FEW else 0):
        push = _push(found)
        if not push.any():
            break
        found = np.clip(found + push, MARGIN // 2, [WIDTH - MARGIN // 2, HEIGHT - MARGIN // 2])
    return [Point(x, y) for x, y in np.rint(found).astype(int).tolist()]


def _push(found: NDArray[np.float64]) -> NDArray[np.float64]:
    between = found[:, None, :] - found[None, :, :]
    far = np.sqrt((between**2).sum(axis=2))
    np.fill_diagonal(far, np.inf)
    short = np.maximum(APART + 1 - far, 0) / np.maximum(far, 0.01)
    return np.asarray((between * short[:, :, None]).sum(axis=1) * 0.35, np.float64)


def _groups(chart: Chart, where: Mapping[str, Point]) -> Iterator[GroupMark]:
    marks = [Box(at.x - 12, at.y - 12, at.x + 12, at.y + 12) for at in where.values()]
    crowd = np.array([_drawn(one.x, one.y) for one in chart.profiles], np.float64).reshape(-1, 2)
    said, numbered = list(marks), list(marks)
    for group in (group for group in chart.groups if group.central in where):
        own, words = [where[id] for id in group.members if id in where], lines(group.words[:_SHOWN])
        found = room(own, words, WORDS, said, crowd)
        said += [found.box] if found else []
        number = room(own, (str(group.number),), NUMBERS, numbered, crowd)
        numbered += [number.box] if number else []
        at, anchor = (found.at, found.anchor) if found else (None, "start")
        around = number.box.middle if number else own[0]
        yield GroupMark(group, _through(own), around, words, at, anchor)


def _through(own: Sequence[Point]) -> str:
    """A path along the shortest tree through points (Prim 1957), as SVG draws it."""
    there, left, path = [own[0]], list(own[1:]), f"M{own[0].x} {own[0].y}h0" if len(own) == 1 else ""
    while left:
        a, b = min(((a, b) for a in there for b in left), key=lambda two: (_far(*two), two))
        path += f"M{a.x} {a.y}L{b.x} {b.y}"
        there.append(b)
        left.remove(b)
    return path


def _far(a: Point, b: Point) -> int:
    return (a.x - b.x) ** 2 + (a.y - b.y) ** 2
