"""Needs and what happens to them, as the API gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from matcha.api.shapes.common import Shape
from matcha.needs.dialogue import Speaker, Way
from matcha.needs.effects import NodeKind
from matcha.needs.likeness import Level
from matcha.process import ActKind, Analysis, Criterion, State
from matcha.records.need import Purpose
from matcha.values import Band, Language


class NeedShape(Shape):
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
    locked: bool = Field(description="A procurement is under way: no matching, invitations or meetings (R11).")
    masked: dict[str, str] = Field(description="Secret fields, with the reason of each.")
    leaf_index: int | None = Field(description="The log's entry of what the need says now.")
    touched: int | None = Field(description="The newest entry of the log about the need; its ETag begins with it.")
    next_states: list[State] = Field(description="Where the caller may take it from here.")
    created: datetime
    changed: datetime


class ActShape(Shape):
    """Something that happened to a need, as the log has it."""

    id: int
    need_id: str
    kind: ActKind
    by: str = Field(description="The account that did it, by its random id.")
    actor_id: str | None
    content: dict[str, Any] = Field(description="What the request said.")
    leaf_index: int
    made: datetime


class AttachmentShape(Shape):
    """A file that belongs to a need."""

    id: int
    need_id: str
    analysis: Analysis
    name: str
    media_type: str
    digest: str = Field(description="SHA-256 of its content.")


class SimilarShape(Shape):
    """A need that resembles the text. It is only advice."""

    need_id: str
    title: str
    level: Level
    score: int = Field(description="Points: 65,536 would be the same text. No percentage of anything.")


class SimilarNeeds(Shape):
    """Needs that resemble a text, best first."""

    items: list[SimilarShape]


class GroupShape(Shape):
    """Needs that are about the same."""

    central: str = Field(description="The need that is most like the others.")
    members: list[str]
    words: list[str] = Field(description="Words that they share.")
    lacking: int = Field(description="How many of them nobody registered answers well.")


class GapShape(Shape):
    """A need without any strong match."""

    need_id: str
    best: Band | None = Field(description="How well the best answers it; null if there is nobody.")


class NeedGroups(Shape):
    """Groups of needs, those that stand alone, and those that nobody answers well (S4)."""

    groups: list[GroupShape]
    alone: list[str]
    gaps: list[GapShape]


class WeightingShape(Shape):
    """How much each criterion counts, in percent, as published (R3)."""

    version: int
    weights: dict[Criterion, int]
    by: str
    reason: str
    leaf_index: int
    published: datetime


class PlaceShape(Shape):
    """A need's place by the weighting, and how much that depends on the weights."""

    need_id: str
    title: str
    rank: int
    value: int = Field(description="The sum of weight × score, 100 to 500.")
    best: int = Field(description="Its best rank under any weighting in steps of 5 percent.")
    worst: int
    first: int = Field(description="Under how many of these weightings it is first.")
    kept: int = Field(description="Under how many it has its present rank or a better one.")
    sv: str
    en: str


class IntervalShape(Shape):
    """Between which weights of a criterion, in percent, the first places stay as they are."""

    criterion: Criterion
    weight: int
    low: str = Field(description="An exact fraction, such as 25/2.")
    high: str


class Sentence(Shape):
    """The same said in both languages."""

    sv: str
    en: str


class ScreeningShape(Shape):
    """Needs in the order of the newest weighting (S6, S7), and how sensitive that order is to the weights."""

    weighting: WeightingShape
    places: list[PlaceShape]
    incomplete: list[str] = Field(description="Needs without a score by every criterion; they have no place.")
    weightings: int = Field(description="How many weightings were tried.")
    intervals: list[IntervalShape]
    told: list[Sentence]


class ShownShape(Shape):
    """A contribution to a dialogue. Who asked is known to the authority alone (R1)."""

    id: int
    kind: ActKind
    speaker: Speaker
    text: str
    title: str
    made: datetime
    thread: int = Field(description="The contribution that began the thread.")
    answers: int | None
    own: bool = Field(description="Whether the caller's own actor said it.")
    actor_id: str | None
    by: str | None


class ThreadShape(Shape):
    """Contributions that belong together (S17)."""

    id: int
    title: str
    contributions: list[ShownShape]


class DifferenceShape(Shape):
    """What one participant sees and another does not; there should be none."""

    first: str
    second: str
    only_first: list[int]
    only_second: list[int]


class DialogueShape(Shape):
    """The dialogue about a need as the caller sees it: all participants see the same at the same time (R1)."""

    contributions: list[ShownShape]
    threads: list[ThreadShape]
    differences: list[DifferenceShape] = Field(description="Empty, or something is wrong.")
    untold: list[int] = Field(description="Meetings of which no answer has told the others yet.")


class ContactShape(Shape):
    """That a coordinator put an actor in touch with a need's owner (S18)."""

    id: int
    actor_id: str
    text: str
    coordinator: str = Field(description="The coordinator's name; empty once the account is erased.")
    email: str | None = Field(description="The coordinator's e-mail address.")
    made: datetime


class InvolvementShape(Shape):
    """That an actor was involved in a need before any procurement (R9)."""

    moment: datetime
    actor_id: str
    way: Way
    act: int
    through: str = Field(description="The account of the authority's that it went through.")
    exchanged: str


class Dossier(Shape):
    """Prior involvement in a need, in order of time."""

    need_id: str
    items: list[InvolvementShape]


class NodeShape(Shape):
    """A need, a solution or an effect."""

    key: str
    kind: NodeKind
    id: str
    label: str
    depth: int


class EdgeShape(Shape):
    """What led to what."""

    source: str
    target: str


class GraphShape(Shape):
    """need → solution → effect → need (S12, S13)."""

    nodes: list[NodeShape]
    edges: list[EdgeShape]
