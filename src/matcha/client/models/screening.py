"""What the API takes and gives: screening. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from matcha.client.models.common import Sentence
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
    """The criterion."""
    weight: int
    """The weight, in percent."""
    low: str
    """An exact fraction, such as 25/2."""
    high: str
    """The highest, as an exact fraction."""


class Place(Shape):
    """A need's place by the weighting, and how much that depends on the weights."""

    need_id: str
    """The need's id."""
    title: str
    """The title."""
    rank: int
    """The rank, from 1."""
    value: int
    """The sum of weight × score, 100 to 500."""
    best: int
    """Its best rank under any weighting in steps of 5 percent."""
    worst: int
    """Its worst rank under any weighting."""
    first: int
    """Under how many of these weightings it is first."""
    kept: int
    """Under how many it has its present rank or a better one."""
    sv: str
    """In Swedish."""
    en: str
    """In English."""


class Screening(Shape):
    """Needs in the order of the newest weighting (S6, S7), and how sensitive that order is to the weights."""

    weighting: Weighting
    """The weighting that the order is by."""
    places: list[Place]
    """Needs in order."""
    incomplete: list[str]
    """Needs without a score by every criterion; they have no place."""
    weightings: int
    """How many weightings were tried."""
    intervals: list[Interval]
    """How far each weight can move before the first places change."""
    told: list[Sentence]
    """The same in words."""


class Weighting(Shape):
    """How much each criterion counts, in percent, as published (R3)."""

    version: int
    """The version, from 1."""
    weights: dict[Criterion, int]
    """The weight of each criterion, in percent; they sum to 100."""
    by: str
    """The account that did it, by its random id."""
    reason: str
    """Why, in words that can be read by everybody concerned."""
    leaf_index: int
    """The entry's place in the match log."""
    published: datetime
    """When it was published."""
