"""What the API takes and gives: outcomes. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from matcha.client.replies import Shape


class Edge(Shape):
    """What led to what."""

    source: str
    target: str


class Effect(Shape):
    """What was measured, beside how the need was quantified."""

    id: int
    number: float
    unit: str
    population: str | None
    period: str | None
    text: str
    before: float | None
    difference: str | None
    """An exact decimal number: measured less before."""
    ratio: str | None
    """An exact fraction: measured ÷ before."""


class Feedback(Shape):
    """What staff or patients say."""

    id: int
    party: str
    grade: int
    text: str


class Graph(Shape):
    """need → solution → effect → need (S12, S13)."""

    nodes: list[Node]
    edges: list[Edge]


class Implementation(Shape):
    """Where and when a solution was taken into use."""

    id: int
    unit: str
    started: date
    text: str | None


class Node(Shape):
    """A need, a solution or an effect."""

    key: str
    kind: NodeKind
    id: str
    label: str
    depth: int


class NodeKind(StrEnum):
    """What stands in the graph."""

    NEED = "need"
    SOLUTION = "solution"
    EFFECT = "effect"


class Outcomes(Shape):
    """What came of a need."""

    need_id: str
    solutions: list[Solution]
    follow_ups: list[str]


class Party(StrEnum):
    """Who gives feedback on an implemented solution (S12, S14)."""

    STAFF = "staff"
    PATIENT = "patient"


class Solution(Shape):
    """A chosen solution, where it was taken into use, what people say, and what was measured."""

    id: int
    title: str
    text: str
    actor_id: str | None
    decision: str
    made: datetime
    implementations: list[Implementation]
    feedback: list[Feedback]
    effects: list[Effect]
