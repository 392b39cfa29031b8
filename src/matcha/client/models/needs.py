"""What the API takes and gives: needs. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from matcha.client.models.common import Band, Language, Purpose, State
from matcha.client.replies import Shape


class Analysis(StrEnum):
    """What an attachment to a need is (S8)."""

    SOCIOECONOMIC = "socioeconomic"
    LIFE_CYCLE = "life_cycle"
    OTHER = "other"


class Attachment(Shape):
    """A file that belongs to a need."""

    id: int
    need_id: str
    analysis: Analysis
    name: str
    media_type: str
    digest: str
    """SHA-256 of its content."""


class Gap(Shape):
    """A need without any strong match."""

    need_id: str
    best: Band | None
    """How well the best answers it; null if there is nobody."""


class Group(Shape):
    """Needs that are about the same."""

    central: str
    """The need that is most like the others."""
    members: list[str]
    words: list[str]
    """Words that they share."""
    lacking: int
    """How many of them nobody registered answers well."""


class Level(StrEnum):
    """How alike two needs are: one says what the other does, it is the same problem, it is in the same field."""

    SAME = "same"
    NEAR = "near"
    RELATED = "related"


class Need(Shape):
    """A need. Fields named in `masked` are secret, and null or empty here (R14)."""

    id: str
    title: str
    text: str
    language: Language
    quantity_number: float | None
    quantity_unit: str | None
    quantity_population: str | None
    quantity_period: str | None
    source: str | None
    preconditions: str | None
    patient_perspective: str | None
    care_setting: str | None
    goal: str | None
    aspects: list[str]
    purpose: Purpose
    state: State
    locked: bool
    """A procurement is under way: no matching, invitations or meetings (R11)."""
    masked: dict[str, str]
    """Secret fields, with the reason of each."""
    leaf_index: int | None
    """The log's entry of what the need says now."""
    touched: int | None
    """The newest entry of the log about the need; its ETag begins with it."""
    next_states: list[State]
    """Where the caller may take it from here."""
    created: datetime
    changed: datetime


class NeedGroups(Shape):
    """Groups of needs, those that stand alone, and those that nobody answers well (S4)."""

    groups: list[Group]
    alone: list[str]
    gaps: list[Gap]


class Similar(Shape):
    """A need that resembles the text. It is only advice."""

    need_id: str
    title: str
    level: Level
    score: int
    """Points: 65,536 would be the same text. No percentage of anything."""


class SimilarNeeds(Shape):
    """Needs that resemble a text, best first."""

    items: list[Similar]
