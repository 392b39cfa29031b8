"""Exposure: who is considered, shown and invited, drawn from the newest neutrality report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Response

from matcha.api.access import COORDINATORS, READERS
from matcha.api.routes import neutrality
from matcha.api.shapes.jobs import ExposureShape, NeutralityRequest, SeenTogetherShape
from matcha.errors import NotFound
from matcha.neutrality.words import GROUPS
from matcha.web.filling import Fault
from matcha.web.look import Look, Looking
from matcha.web.router import Routes

routes = Routes()
WIDE, HIGH = 560, 300  # units of the plots, and where their ground lies
_LEFT, _RIGHT, _TOP, _FOOT = 56, 20, 18, 46
_MOST_BINS = 24


@dataclass(frozen=True)
class Bar:
    """A bar: what it stands for, its value, and its place and size in units."""

    label: str
    value: float
    at: float
    size: float


@dataclass(frozen=True)
class Plot:
    """Bars, and what the whole length stands for."""

    bars: tuple[Bar, ...]
    whole: float


@dataclass(frozen=True)
class Group:
    """Actors of one kind or size: how many, how often one of them is shown on average, and the rest of the row."""

    name: str
    seen: SeenTogetherShape
    mean: float


@routes.page("/granskning/exponering", READERS)
def exposure(look: Looking) -> Response:
    """Show who is seen, as the newest neutrality report found."""
    return _exposure(look)


@routes.form("/granskning/exponering", COORDINATORS)
def make(look: Looking) -> Response:
    """Start making a new report."""

    def do() -> Response:
        look.ask(neutrality.make, look.fill(NeutralityRequest))
        said = look.words.gettext("En ny rapport görs nu. Det tar några minuter; den visas här när den är klar.")
        return look.go("/granskning/exponering", said)

    return look.take(do, lambda fault: _exposure(look, fault))


def _exposure(look: Look, fault: Fault | None = None) -> Response:
    status = 200 if fault is None else fault.status
    start = look.with_start({"k": 10, "sample": 40})
    making = look.may(neutrality.make)
    try:
        report = look.ask(neutrality.report)
    except NotFound:
        return look.show("review/exposure.html", status, report=None, making=making, given=start, fault=fault)
    found = report.exposure
    kinds, sizes = _groups(look, found.kinds), _groups(look, found.sizes)
    return look.show(
        "review/exposure.html",
        status,
        report=report,
        seen=found,
        kinds=kinds,
        sizes=sizes,
        by_kind=_bars(kinds),
        by_size=_bars(sizes),
        lorenz=_lorenz(found),
        times=_times(found),
        making=making,
        given=start,
        fault=fault,
        wide=WIDE,
        high=HIGH,
        left=_LEFT,
        right=WIDE - _RIGHT,
        top=_TOP,
        ground=HIGH - _FOOT,
    )


def _groups(look: Look, found: Sequence[SeenTogetherShape]) -> list[Group]:
    words = GROUPS[look.language]
    return [Group(words[one.group], one, one.shown / one.actors if one.actors else 0.0) for one in found]


def _bars(groups: Sequence[Group]) -> Plot:
    """Draw the average times that an actor of each group is shown."""
    most = max((group.mean for group in groups), default=0.0) or 1.0
    length = WIDE - 90
    bars = (Bar(g.name, g.mean, 46.0 * place, round(length * g.mean / most, 1)) for place, g in enumerate(groups))
    return Plot(tuple(bars), most)


def _lorenz(seen: ExposureShape) -> str:
    """Draw the share of all showings (up) that the least shown actors (along) have together, as points."""
    times = sorted(one.shown for one in seen.actors)
    total, reached = sum(times) or 1, 0
    points = [(0.0, 0.0)]
    for place, shown in enumerate(times, 1):
        reached += shown
        points.append((place / len(times), reached / total))
    step = max(1, len(points) // 200)
    kept = [*points[:-1:step], points[-1]]
    along, up = WIDE - _LEFT - _RIGHT, HIGH - _TOP - _FOOT
    return " ".join(f"{_LEFT + x * along:.1f},{HIGH - _FOOT - y * up:.1f}" for x, y in kept)


def _times(seen: ExposureShape) -> Plot:
    """Draw how many actors are shown how often."""
    times = [one.shown for one in seen.actors]
    width = 1 + max(times, default=0) // _MOST_BINS
    heights: dict[int, int] = {}
    for shown in times:
        bin = (shown + width - 1) // width
        heights[bin] = heights.get(bin, 0) + 1
    last, most = max(heights, default=0), max(heights.values(), default=1)
    room = (WIDE - _LEFT - _RIGHT) / (last + 1)
    up = HIGH - _TOP - _FOOT
    bars = (
        Bar(_of_bin(bin, width), count, round(_LEFT + room * bin, 1), round(up * count / most, 1))
        for bin, count in sorted(heights.items())
    )
    return Plot(tuple(bars), round(room * 0.86, 1))


def _of_bin(bin: int, width: int) -> str:
    """Give what a bin holds: the times shown, or from and to."""
    return str(bin) if width == 1 or not bin else f"{(bin - 1) * width + 1}–{bin * width}"
