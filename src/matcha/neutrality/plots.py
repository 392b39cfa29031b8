"""The report's plots as inline SVG, the same bytes for the same values. Axes are labelled in Swedish.

matplotlib is imported when something is drawn, so that the rest of matcha does not pay for it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import StringIO
from typing import TYPE_CHECKING

from matcha.neutrality.report import Exposure, Finding
from matcha.neutrality.words import WORDS
from matcha.values import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, CALM, LINE, ACCENT, PALE = "#17252d", "#51606a", "#c9d2d6", "#0b5c6b", "#dcebed"
_WORDS = WORDS[Language.SV]
_WIDE = 300  # units, about pixels: a telephone shows them as they are, so text keeps its size
_TEXT = 12.0
_LONGEST_BAR = 236
_MOST_BINS = 31
_BARE = {"Date": None, "Creator": None, "Format": None, "Type": None}
_one_at_a_time = threading.Lock()  # matplotlib reads the style from global settings while it writes


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: what it stands for, how long it is, and its value in words."""

    label: str
    value: float
    told: str


def moves(finding: Finding, label: str) -> str:
    """Draw how often ranks changed by how much: no change in the accent colour, in the middle; up to the left."""
    figure, axes = _start(180, 62, (0.09, 0.32, 0.82, 0.64))
    farthest = max((abs(move) for move, _ in finding.moves), default=0)
    width = 2 * ((2 * farthest + 1) // (2 * _MOST_BINS)) + 1  # odd, so that one bin has no change in its middle
    heights: dict[int, int] = {}
    for move, count in finding.moves:
        bin = (abs(move) + width // 2) // width * (1 if move > 0 else -1)
        heights[bin] = heights.get(bin, 0) + count
    tallest = max(heights.values(), default=1)
    edge = max(3, *(abs(bin) for bin in heights), 0)
    for bin, count in sorted(heights.items()):
        seen = max(count, tallest / 12)  # a single change among hundreds must be seen
        axes.bar(bin, seen, width=0.8, color=INK if bin else ACCENT)
    axes.set_xlim(-edge - 0.6, edge + 0.6)
    axes.set_ylim(0, tallest * 1.05)
    axes.axhline(0, color=CALM, linewidth=1)
    axes.set_yticks([])
    ends = {-edge: f"−{edge * width}", 0: "0", edge: f"+{edge * width}"} if farthest else {0: "0"}
    axes.set_xticks(list(ends), labels=list(ends.values()))
    return _svg(f"moves-{finding.relation}", label, figure)


def lorenz(exposure: Exposure, label: str) -> str:
    """Draw the Lorenz curve of the times shown beside the line of perfect evenness."""
    figure, axes = _start(_WIDE, 250, (0.14, 0.19, 0.83, 0.69))
    times = sorted(one.shown for one in exposure.actors)
    total, reached, along, up = sum(times) or 1, 0, [0.0], [0.0]
    for place, shown in enumerate(times, 1):
        reached += shown
        along.append(place / len(times))
        up.append(reached / total)
    axes.fill_between(along, along, up, color=PALE, linewidth=0)
    axes.plot([0, 1], [0, 1], color=CALM, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.plot(along, up, color=ACCENT, linewidth=2.4)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    ticks = [0, 0.5, 1]
    axes.set_xticks(ticks, labels=["0", "50 %", "100 %"])
    axes.set_yticks(ticks, labels=["0", "50 %", "100 %"])
    axes.get_xticklabels()[-1].set_horizontalalignment("right")
    _name_axes(axes, _WORDS["lorenz_x"], _WORDS["lorenz_y"])
    return _svg("lorenz", label, figure)


def histogram(exposure: Exposure, label: str) -> str:
    """Draw how many actors are shown how often, those never shown in a bin of their own, in ink."""
    from matplotlib.ticker import MaxNLocator

    figure, axes = _start(_WIDE, 250, (0.14, 0.19, 0.83, 0.69))
    times = [one.shown for one in exposure.actors]
    width = 1 + max(times, default=0) // _MOST_BINS
    heights: dict[int, int] = {}
    for shown in times:
        bin = (shown + width - 1) // width
        heights[bin] = heights.get(bin, 0) + 1
    for bin, count in sorted(heights.items()):
        left, wide = ((bin - 1) * width + 0.5, width) if bin else (-width + 0.5, width)
        axes.bar(left + wide / 2, count, width=wide * 0.86, color=ACCENT if bin else INK)
    axes.set_ylim(0, max(heights.values(), default=1) * 1.06)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set_xlim(-width + 0.5 - 0.3 * width, max(max(times, default=0), 3) + width)
    _name_axes(axes, _WORDS["histogram_x"], _WORDS["histogram_y"])
    return _svg("histogram", label, figure)


def bars(name: str, rows: Sequence[Bar], label: str, whole: float | None = None) -> str:
    """Draw bars beneath each other in the order given, each under its label and with its value beside it.

    The longest possible bar is `whole`, shown behind each; where there is none the largest value sets the scale.
    """
    height = 40 * len(rows) + 4
    figure, axes = _start(_WIDE, height, (0, 0, 1, 1))
    full = whole or max((row.value for row in rows), default=0) or 1
    for place, row in enumerate(rows):
        top = 40 * place
        axes.text(0, top + 15, row.label, fontsize=_TEXT, color=INK, va="baseline")
        if whole:
            axes.barh(top + 27, _LONGEST_BAR, height=12, color=PALE)
        axes.barh(top + 27, _LONGEST_BAR * row.value / full, height=12, color=ACCENT)
        end = _LONGEST_BAR * (1 if whole else row.value / full)
        axes.text(end + 8, top + 31.5, row.told, fontsize=_TEXT, color=INK, va="baseline", weight="bold")
    axes.set_xlim(0, _WIDE)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    return _svg(name, label, figure)


def _start(width: int, height: int, place: tuple[float, float, float, float]) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / 72, height / 72), facecolor="none")
    axes = figure.add_axes(place, facecolor="none")
    axes.tick_params(labelsize=_TEXT - 1, length=0, pad=5, colors=CALM, labelcolor=CALM)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(CALM)
    return figure, axes


def _name_axes(axes: Axes, x: str, y: str) -> None:
    axes.set_xlabel(x, fontsize=_TEXT, color=CALM, labelpad=6)
    axes.figure.text(0, 0.94, y, fontsize=_TEXT, color=CALM)  # lying down, where it is read first
    axes.grid(axis="y", color=LINE, linewidth=0.8)
    axes.set_axisbelow(True)


def _svg(name: str, label: str, figure: Figure) -> str:
    """Give the figure as an element for the page: named, sized by the page, its ids its own, nothing outside it."""
    import matplotlib

    written = StringIO()
    with _one_at_a_time, matplotlib.rc_context({"svg.hashsalt": "matcha", "svg.fonttype": "none"}):
        figure.savefig(written, format="svg", metadata=_BARE)
    text = written.getvalue()
    inner = text[text.index(">", text.index("<svg")) + 1 :]
    inner = re.sub(r"<style.*?</style>", "", inner, flags=re.DOTALL)  # it would style the whole page
    inner = re.sub(r'(\bid="|xlink:href="#|url\(#)', rf"\g<1>{name}-", inner).replace("xlink:href", "href")
    width, height = (round(72 * inches) for inches in figure.get_size_inches())
    return f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {width} {height}">{inner.rstrip()}'
