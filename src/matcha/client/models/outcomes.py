"""What the API takes and gives: outcomes. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from matcha.client.replies import Shape


class NodeKind(StrEnum):
    """What stands in the graph."""

    NEED = "need"
    SOLUTION = "solution"
    EFFECT = "effect"


class Party(StrEnum):
    """Who gives feedback on an implemented solution (S12, S14)."""

    STAFF = "staff"
    PATIENT = "patient"


class Edge(Shape):
    """What led to what."""

    source: str
    """Where it comes from."""
    target: str
    """What it led to."""


class Effect(Shape):
    """What was measured, beside how the need was quantified."""

    id: int
    """The id."""
    number: float
    """A number, in its unit."""
    unit: str
    """The unit."""
    population: str | None
    """Whom the number is about."""
    period: str | None
    """The period that the number is for, such as a year."""
    text: str
    """In words."""
    before: float | None
    """How the need was quantified before."""
    difference: str | None
    """An exact decimal number: measured less before."""
    ratio: str | None
    """An exact fraction: measured ÷ before."""


class Feedback(Shape):
    """What staff or patients say."""

    id: int
    """The id."""
    party: str
    """Who says it."""
    grade: int
    """From 1, poor, to 5, good."""
    text: str
    """In words."""


class Graph(Shape):
    """need → solution → effect → need (S12, S13)."""

    nodes: list[Node]
    """Needs, solutions and effects."""
    edges: list[Edge]
    """What led to what."""


class Implementation(Shape):
    """Where and when a solution was taken into use."""

    id: int
    """The id."""
    unit: str
    """The unit."""
    started: date
    """The day when it was taken into use."""
    text: str | None
    """In words."""


class Node(Shape):
    """A need, a solution or an effect."""

    key: str
    """The key."""
    kind: NodeKind
    """The kind."""
    id: str
    """The id."""
    label: str
    """What it is called."""
    depth: int
    """How many steps it is from the need that was asked about; negative before it."""


class Outcomes(Shape):
    """What came of a need."""

    need_id: str
    """The need's id."""
    solutions: list[Solution]
    """Solutions that were chosen."""
    follow_ups: list[str]
    """Needs that arose from the effect of this one."""


class Solution(Shape):
    """A chosen solution, where it was taken into use, what people say, and what was measured."""

    id: int
    """The id."""
    title: str
    """The title."""
    text: str
    """In words."""
    actor_id: str | None
    """The actor's id; null if it concerns none."""
    decision: str
    """The decision by which it was chosen, such as a contract's number."""
    made: datetime
    """When it was made."""
    implementations: list[Implementation]
    """Where and when it was taken into use."""
    feedback: list[Feedback]
    """What staff or patients say."""
    effects: list[Effect]
    """What was measured."""
