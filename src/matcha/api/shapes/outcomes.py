"""What came of a need, as the API gives it."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from matcha.api.shapes.common import Shape


class ImplementationShape(Shape):
    """Where and when a solution was taken into use."""

    id: int
    unit: str
    started: date
    text: str | None


class FeedbackShape(Shape):
    """What staff or patients say."""

    id: int
    party: str
    grade: int
    text: str


class EffectShape(Shape):
    """What was measured, beside how the need was quantified."""

    id: int
    number: float
    unit: str
    population: str | None
    period: str | None
    text: str
    before: float | None
    difference: str | None = Field(description="An exact decimal number: measured less before.")
    ratio: str | None = Field(description="An exact fraction: measured ÷ before.")


class SolutionShape(Shape):
    """A chosen solution, where it was taken into use, what people say, and what was measured."""

    id: int
    title: str
    text: str
    actor_id: str | None
    decision: str
    made: datetime
    implementations: list[ImplementationShape]
    feedback: list[FeedbackShape]
    effects: list[EffectShape]


class Outcomes(Shape):
    """What came of a need."""

    need_id: str
    solutions: list[SolutionShape]
    follow_ups: list[str]
