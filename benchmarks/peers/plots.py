"""Cost against size, drawn from the result: text query and search alone, both axes logarithmic. Swedish first.

A line is told by what is written at its end and by its mark; colours (Okabe and Ito 2008) tell it once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from typing import TYPE_CHECKING, Any

from benchmarks.peers.registry import FLOOR, MATCHA, MATCHA_SEARCH, SYSTEMS
from benchmarks.peers.texts import ROOT, Kind

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PICTURE = ROOT / "docs" / "benchmarks" / "peers.svg"
INK, CALM, LINE = "#17252d", "#51606a", "#c9d2d6"
LOOKS = {  # colour, mark
    FLOOR: ("#000000", "s"),
    MATCHA: ("#d55e00", "o"),
    MATCHA_SEARCH: ("#d55e00", "o"),
    "txtai": ("#0072b2", "^"),
    "txtai-flat": ("#56b4e9", "v"),
    "sqlite-vec": ("#009e73", "D"),
    "lancedb": ("#cc79a7", "P"),
    "haystack": ("#e69f00", "X"),
    "bm25s": ("#7f7f7f", "*"),
}
_APART = 0.052  # of the height, between two labels
_BESIDE = 0.045  # of the width, from the end of a line to its name
_BEYOND = 1.25  # of the sizes, at both ends
_QUIET = {"Date": None, "Creator": None, "Format": None, "Type": None}


def draw(result: Mapping[str, Any]) -> None:
    """Write the picture."""
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(drawn(result), "utf-8")


def drawn(result: Mapping[str, Any]) -> str:
    """Give the picture as SVG, the same for the same result."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"svg.hashsalt": "matcha", "svg.fonttype": "path", "font.size": 9}):
        figure = Figure(figsize=(10.4, 4.9))
        left, right = figure.subplots(1, 2)
        _panel(left, result, "query", "Hel textfråga, ms av processorns tid", "whole text query, ms of processor time")
        _panel(right, result, "search", "Sökning ensam med given vektor, ms", "search alone with a given vector, ms")
        figure.subplots_adjust(0.05, 0.14, 0.86, 0.88, wspace=0.56)
        file = StringIO()
        figure.savefig(file, format="svg", metadata=_QUIET)
    return file.getvalue()


def lines(result: Mapping[str, Any], do: str) -> dict[str, list[tuple[int, float]]]:
    """Give each system's median milliseconds of processor time by number of short texts; other work moves it least."""
    found: dict[str, list[tuple[int, float]]] = {}
    for case in result["cases"]:
        if case["texts"] == Kind.SENTENCES.value:
            for name, row in case["systems"].items():
                if do in row:
                    found.setdefault(name, []).append((case["count"], row[do]["ms of the processor"][1]))
    return found


def _panel(axes: Axes, result: Mapping[str, Any], do: str, swedish: str, english: str) -> None:
    found = lines(result, do)
    for name, points in found.items():
        colour, mark = LOOKS[name]
        ours = name in (MATCHA, MATCHA_SEARCH)
        axes.plot(*zip(*points, strict=True), color=colour, marker=mark, linewidth=2.6 if ours else 1.3, markersize=6)
    axes.set_xscale("log")
    axes.set_yscale("log")
    counts = sorted({count for points in found.values() for count, _ in points})
    axes.set_xlim(counts[0] / _BEYOND, counts[-1] * _BEYOND)
    axes.set_xticks(counts, [f"{count:,}".replace(",", " ") for count in counts])  # a thin space
    axes.yaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()
    axes.grid(color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(colors=CALM, length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.set_title(f"{swedish}\n{english}", loc="left", color=INK, fontsize=9.5)
    axes.set_xlabel("Antal korta texter\nnumber of short texts", color=INK)
    _label(axes, found)


def _label(axes: Axes, found: Mapping[str, list[tuple[int, float]]]) -> None:
    """Write each system's name where its line ends; those that end at the same size are moved apart."""
    to_axes = axes.transData + axes.transAxes.inverted()
    for count in sorted({points[-1][0] for points in found.values()}):
        names = [name for name, points in found.items() if points[-1][0] == count]
        ends = sorted((*reversed(to_axes.transform(found[name][-1]).tolist()), name) for name in names)
        for (up, across, name), height in zip(ends, _apart([up for up, _, _ in ends]), strict=True):
            free: dict[str, Any] = {"transform": axes.transAxes, "clip_on": False}
            line = [across, across + _BESIDE], [up, height]
            axes.plot(*line, color=LOOKS[name][0], linewidth=0.7, linestyle=":", **free)
            axes.text(across + _BESIDE + 0.01, height, SYSTEMS[name].told, va="center", **free, **_letters(name))


def _apart(heights: list[float]) -> list[float]:
    """Move heights, lowest first, so far apart that letters fit, and none above the top."""
    moved: list[float] = []
    for height in heights:
        moved.append(max(height, moved[-1] + _APART) if moved else height)
    most = 1.0
    for place in reversed(range(len(moved))):
        moved[place] = min(moved[place], most)
        most = moved[place] - _APART
    return moved


def _letters(name: str) -> dict[str, Any]:
    return {"color": INK, "weight": "bold" if name in (MATCHA, MATCHA_SEARCH) else "normal"}
