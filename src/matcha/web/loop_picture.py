"""A picture of what led to what: needs, solutions and effects by their depth, and lines between, in numbers for SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matcha.api.shapes.needs import GraphShape, NodeShape
from matcha.needs.effects import NodeKind

WIDTH, LINE, LETTERS, LINES = 208, 20, 24, 4  # of a box: its width, a line's height, letters in a line, most lines
ALONG, ACROSS = 56, 22  # between two depths, and between two boxes of the same depth
MARGIN = 6


@dataclass(frozen=True)
class Box:
    """A node as it is drawn: its corner, size, lines of words, and whether the picture is about it."""

    kind: NodeKind
    x: int
    y: int
    height: int
    lines: tuple[str, ...]
    here: bool


@dataclass(frozen=True)
class Picture:
    """Boxes and the paths of lines between them, in a view of this width and height."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    paths: tuple[str, ...]
    box_width: int = WIDTH


def picture(graph: GraphShape, here: str, *, tall: bool = False) -> Picture:
    """Draw a graph from left to right, or `tall` from above; the same graph gives the same picture."""
    layers = _layers(graph.nodes)
    boxes = dict(_tall(layers, here) if tall else _wide(layers, here))
    paths = tuple(_path(boxes[edge.source], boxes[edge.target], tall) for edge in graph.edges)
    width = max((box.x + WIDTH for box in boxes.values()), default=WIDTH) + MARGIN
    height = max((box.y + box.height for box in boxes.values()), default=0) + MARGIN
    return Picture(width, height, tuple(boxes.values()), paths)


def _layers(nodes: Sequence[NodeShape]) -> list[list[NodeShape]]:
    depths = sorted({node.depth for node in nodes})
    return [[node for node in nodes if node.depth == depth] for depth in depths]


def _wide(layers: Sequence[Sequence[NodeShape]], here: str) -> Iterator[tuple[str, Box]]:
    tallest = max((_column(layer) for layer in layers), default=0)
    for place, layer in enumerate(layers):
        y = MARGIN + (tallest - _column(layer)) // 2
        for node in layer:
            box = _box(node, MARGIN + place * (WIDTH + ALONG), y, here)
            yield node.key, box
            y += box.height + ACROSS


def _tall(layers: Sequence[Sequence[NodeShape]], here: str) -> Iterator[tuple[str, Box]]:
    widest = max((len(layer) for layer in layers), default=0)
    y = MARGIN
    for layer in layers:
        start = MARGIN + (widest - len(layer)) * (WIDTH + ACROSS) // 2
        boxes = {node.key: _box(node, start + i * (WIDTH + ACROSS), y, here) for i, node in enumerate(layer)}
        yield from boxes.items()
        y += max(box.height for box in boxes.values()) + ALONG


def _column(layer: Sequence[NodeShape]) -> int:
    return sum(_height(_lines(node.label)) + ACROSS for node in layer) - ACROSS


def _box(node: NodeShape, x: int, y: int, here: str) -> Box:
    lines = _lines(node.label)
    return Box(node.kind, x, y, _height(lines), lines, node.key == here)


def _height(lines: Sequence[str]) -> int:
    return (len(lines) + 1) * LINE + 18  # a line for the kind


def _lines(label: str) -> tuple[str, ...]:
    """Break words into lines; what has no room ends with an ellipsis, and so does a word longer than a line."""
    lines = [""]
    for word in label.split():
        cut = word if len(word) <= LETTERS else word[: LETTERS - 1] + "…"
        if lines[-1] and len(lines[-1]) + 1 + len(cut) > LETTERS:
            lines.append(cut)
        else:
            lines[-1] = f"{lines[-1]} {cut}".strip()
    if len(lines) > LINES:
        return (*lines[: LINES - 1], lines[LINES - 1][: LETTERS - 1].rstrip(" .,") + "…")
    return tuple(lines)


def _path(source: Box, target: Box, tall: bool) -> str:
    if tall:
        x, y = source.x + WIDTH // 2, source.y + source.height
        to_x, to_y = target.x + WIDTH // 2, target.y - 7
        bend = (to_y - y) // 2
        return f"M{x} {y}C{x} {y + bend} {to_x} {to_y - bend} {to_x} {to_y}"
    x, y = source.x + WIDTH, source.y + source.height // 2
    to_x, to_y = target.x - 7, target.y + target.height // 2
    bend = (to_x - x) // 2
    return f"M{x} {y}C{x + bend} {y} {to_x - bend} {to_y} {to_x} {to_y}"
