"""What the API takes and gives: screening. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from matcha.client.replies import Shape


class Criterion(StrEnum):
    """What needs are screened by (S7)."""

    ECONOMIC = "economic"
    POLITICAL = "political"
    TECHNOLOGICAL = "technological"
    LEGAL = "legal"
    CLIMATE = "climate"


class Interval(Shape):
    """Between which weights of a criterion, in percent, the first places stay as they are."""

    criterion: Criterion
    weight: int
    low: str
    """An exact fraction, such as 25/2."""
    high: str


class Place(Shape):
    """A need's place by the weighting, and how much that depends on the weights."""

    need_id: str
    title: str
    rank: int
    value: int
    """The sum of weight × score, 100 to 500."""
    best: int
    """Its best rank under any weighting in steps of 5 percent."""
    worst: int
    first: int
    """Under how many of these weightings it is first."""
    kept: int
    """Under how many it has its present rank or a better one."""
    sv: str
    en: str


class Screening(Shape):
    """Needs in the order of the newest weighting (S6, S7), and how sensitive that order is to the weights."""

    weighting: Weighting
    places: list[Place]
    incomplete: list[str]
    """Needs without a score by every criterion; they have no place."""
    weightings: int
    """How many weightings were tried."""
    intervals: list[Interval]
    told: list[Sentence]


class Sentence(Shape):
    """The same said in both languages."""

    sv: str
    en: str


class Weighting(Shape):
    """How much each criterion counts, in percent, as published (R3)."""

    version: int
    weights: dict[Criterion, int]
    by: str
    reason: str
    leaf_index: int
    published: datetime
