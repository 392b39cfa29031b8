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


class Level(StrEnum):
    """How alike two needs are: one says what the other does, it is the same problem, it is in the same field."""

    SAME = "same"
    NEAR = "near"
    RELATED = "related"


class Attachment(Shape):
    """A file that belongs to a need."""

    id: int
    """The id."""
    need_id: str
    """The need's id."""
    analysis: Analysis
    """What kind of analysis it is."""
    name: str
    """The name."""
    media_type: str
    """The kind of file."""
    digest: str
    """SHA-256 of its content."""


class Gap(Shape):
    """A need without any strong match."""

    need_id: str
    """The need's id."""
    best: Band | None
    """How well the best answers it; null if there is nobody."""


class Group(Shape):
    """Needs that are about the same."""

    central: str
    """The need that is most like the others."""
    members: list[str]
    """The needs of the group."""
    words: list[str]
    """Words that they share."""
    lacking: int
    """How many of them nobody registered answers well."""


class Need(Shape):
    """A need. Fields named in `masked` are secret, and null or empty here (R14)."""

    id: str
    """The id."""
    title: str
    """The title."""
    text: str
    """In words."""
    language: Language
    """The language."""
    quantity_number: float | None
    """How large the need is, in the unit; null if it is not quantified."""
    quantity_unit: str | None
    """What the number counts, such as infections."""
    quantity_population: str | None
    """Whom the number is about."""
    quantity_period: str | None
    """The period that the number is for, such as a year."""
    source: str | None
    """Where it comes from."""
    preconditions: str | None
    """What a solution must abide by."""
    patient_perspective: str | None
    """What it means to patients."""
    care_setting: str | None
    """Where in care the need is, such as primary care."""
    goal: str | None
    """What is to be achieved."""
    aspects: list[str]
    """Two to six parts of the challenge, or none."""
    purpose: Purpose
    """What it is for (R6): preparing a procurement, or informing the market."""
    state: State
    """Where it stands."""
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
    """When it was made."""
    changed: datetime
    """When it was last changed; or what has changed."""


class NeedGroups(Shape):
    """Groups of needs, those that stand alone, and those that nobody answers well (S4)."""

    groups: list[Group]
    """Groups of needs that are about the same."""
    alone: list[str]
    """Needs that are in no group."""
    gaps: list[Gap]
    """Needs that nobody registered answers well."""


class Similar(Shape):
    """A need that resembles the text. It is only advice."""

    need_id: str
    """The need's id."""
    title: str
    """The title."""
    level: Level
    """How alike they are, in one word."""
    score: int
    """Points: 65,536 would be the same text. No percentage of anything."""


class SimilarNeeds(Shape):
    """Needs that resemble a text, best first."""

    items: list[Similar]
    """What is on this page, in order."""
