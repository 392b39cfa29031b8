"""What came of a need: its effect beside its quantity, and the graph need → solution → effect → need (S12, S13)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from matcha.errors import Invalid

_YEAR = re.compile(r"\b(19|20)\d\d\b")
_NAMES = {"unit": ("enhet", "unit"), "population": ("grupp", "population"), "period": ("period", "period")}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of something, among whom and during what time (S2)."""

    number: Decimal
    unit: str
    population: str | None = None
    period: str | None = None

    @classmethod
    def of(
        cls, number: float | int | str | Decimal, unit: str, population: str | None = None, period: str | None = None
    ) -> Quantity:
        """Take a number as it was written: 9.6 is nine and six tenths. Raises Invalid for what is no finite number."""
        try:
            exact = Decimal(str(number).strip().replace(",", "."))
        except InvalidOperation:
            exact = Decimal("NaN")
        if not exact.is_finite():
            raise Invalid(
                f"”{number}” är inget tal. Skriv det med siffror.", f"“{number}” is no number. Write it in digits."
            )
        return cls(exact, unit, population, period)


@dataclass(frozen=True, slots=True)
class Effect:
    """What was measured after, beside what the need said before.

    `difference` is after − before, `ratio` after ÷ before, None when before is 0. Whether less is better is not said
    here. `assumed` names what only one side says and the other is taken to mean: population, period.
    """

    before: Quantity
    after: Quantity
    difference: Decimal
    ratio: Fraction | None
    assumed: tuple[str, ...]


def effect(before: Quantity, after: Quantity) -> Effect:
    """Compare two quantities of the same unit, population and period.

    Case and spaces do not count. A period may be another year's ("2025", "2027"), not of another length or season.
    Raises Invalid that names what differs.
    """
    for name in _NAMES:
        first, second = getattr(before, name), getattr(after, name)
        if first and second and _plain(name, first) != _plain(name, second):
            raise _different(name, first, second)
    assumed = (name for name in ("population", "period") if bool(getattr(before, name)) != bool(getattr(after, name)))
    ratio = Fraction(after.number) / Fraction(before.number) if before.number else None
    return Effect(before, after, after.number - before.number, ratio, tuple(assumed))


def _plain(name: str, said: str) -> str:
    words = " ".join(said.casefold().split())
    return _YEAR.sub("år", words) if name == "period" else words


def _different(name: str, first: str, second: str) -> Invalid:
    sv, en = _NAMES[name]
    return Invalid(
        f"Effekten går inte att jämföra: behovet anger {sv} ”{first}” och mätningen ”{second}”. Mät om eller räkna om "
        "så att de är lika.",
        f"The effect cannot be compared: the need says {en} “{first}” and the measurement “{second}”. Measure or "
        "convert it so that they are the same.",
    )


class NodeKind(StrEnum):
    """What stands in the graph."""

    NEED = "need"
    SOLUTION = "solution"
    EFFECT = "effect"


class NeedRef(NamedTuple):
    """A need and its title."""

    id: str
    title: str


class SolutionRef(NamedTuple):
    """A solution chosen for a need."""

    id: int
    need_id: str
    title: str


class EffectRef(NamedTuple):
    """An effect measured of a solution, in a few words."""

    id: int
    solution: int
    said: str


class Link(NamedTuple):
    """A follow-up need, and the effect that showed it, if one did."""

    need_id: str
    follow_up: str
    effect: int | None = None


_Key = tuple[NodeKind, str | int]


@dataclass(frozen=True, slots=True)
class Node:
    """A need, a solution or an effect. `depth` is the number of steps on the longest way to it."""

    kind: NodeKind
    id: str
    label: str
    depth: int

    @property
    def key(self) -> str:
        """Its name in the graph, as `solution:17`."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Edge:
    """From what to what it led, by their keys."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes by depth, kind and id; edges in the order of the nodes they leave, then of those they reach."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def around(self, key: str) -> Graph:
        """Give what led to a node, itself, and all it led to, at any distance; nothing if it is not here."""
        after: dict[str, set[str]] = {}
        before: dict[str, set[str]] = {}
        for edge in self.edges:
            after.setdefault(edge.source, set()).add(edge.target)
            before.setdefault(edge.target, set()).add(edge.source)
        kept = _reached(after, key) | _reached(before, key)
        nodes = tuple(node for node in self.nodes if node.key in kept)
        return Graph(nodes, tuple(edge for edge in self.edges if {edge.source, edge.target} <= kept))


def graph(
    needs: Iterable[NeedRef], solutions: Iterable[SolutionRef], effects: Iterable[EffectRef], links: Iterable[Link]
) -> Graph:
    """Give all of it as a graph; a link leaves the effect it names, or the need itself.

    The order of what is given does not matter. Raises Invalid for a cycle and for what refers to something not given.
    """
    labels: dict[_Key, str] = {}
    edges: set[tuple[_Key, _Key]] = set()
    for need in needs:
        labels[NodeKind.NEED, need.id] = need.title
    for solution in solutions:
        labels[NodeKind.SOLUTION, solution.id] = solution.title
        edges.add(((NodeKind.NEED, solution.need_id), (NodeKind.SOLUTION, solution.id)))
    for measured in effects:
        labels[NodeKind.EFFECT, measured.id] = measured.said
        edges.add(((NodeKind.SOLUTION, measured.solution), (NodeKind.EFFECT, measured.id)))
    for link in links:
        source = (NodeKind.NEED, link.need_id) if link.effect is None else (NodeKind.EFFECT, link.effect)
        edges.add((source, (NodeKind.NEED, link.follow_up)))
    for end in (end for edge in sorted(edges, key=str) for end in edge if end not in labels):
        raise _unknown(*end)
    return _ordered(labels, edges)


def _ordered(labels: Mapping[_Key, str], edges: Iterable[tuple[_Key, _Key]]) -> Graph:
    pairs = list(edges)
    depths = _depths(labels, pairs)
    kinds = list(NodeKind)
    keys = sorted(labels, key=lambda key: (depths[key], kinds.index(key[0]), isinstance(key[1], str), key[1]))
    nodes = {key: Node(key[0], str(key[1]), labels[key], depths[key]) for key in keys}
    places = {key: place for place, key in enumerate(keys)}
    pairs.sort(key=lambda edge: (places[edge[0]], places[edge[1]]))
    return Graph(tuple(nodes.values()), tuple(Edge(nodes[a].key, nodes[b].key) for a, b in pairs))


def _depths(keys: Iterable[_Key], edges: Sequence[tuple[_Key, _Key]]) -> Mapping[_Key, int]:
    """Give the longest way to each; what is taken away layer by layer leaves nothing unless there is a cycle."""
    waiting = {key: {a for a, b in edges if b == key} for key in keys}
    depths: dict[_Key, int] = {}
    while waiting:
        free = [key for key, before in waiting.items() if before <= depths.keys()]
        if not free:
            raise _cycle(waiting)
        depths |= {key: 1 + max((depths[each] for each in waiting[key]), default=-1) for key in free}
        for key in free:
            del waiting[key]
    return depths


def _reached(after: Mapping[str, Iterable[str]], start: str) -> set[str]:
    found, left = {start}, [start]
    while left:
        for each in after.get(left.pop(), ()):
            if each not in found:
                found.add(each)
                left.append(each)
    return found


def _unknown(kind: NodeKind, id: str | int) -> Invalid:
    name = {NodeKind.NEED: "Behovet", NodeKind.SOLUTION: "Lösningen", NodeKind.EFFECT: "Effekten"}[kind]
    return Invalid(
        f"{name} {id} finns inte. Kontrollera vad som hänvisar dit.",
        f"There is no {kind} {id}. Check what refers to it.",
    )


def _cycle(keys: Iterable[_Key]) -> Invalid:
    needs = ", ".join(sorted(str(id) for kind, id in keys if kind is NodeKind.NEED))
    return Invalid(
        f"Behov följer av sig själva i en ring ({needs}). Ta bort en av länkarna.",
        f"Needs follow from themselves in a circle ({needs}). Remove one of the links.",
    )
