"""Acts: what happens to a need, from idea to effect. Rows are only added, each with its entry in the match log."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field as Bounded
from pydantic import StringConstraints
from sqlalchemy import JSON, BigInteger
from sqlmodel import Field, SQLModel

from matcha.process import ActKind, Analysis, Criterion, EventKind, Party, State
from matcha.records.fields import (
    Day,
    Form,
    Id,
    Instant,
    Line,
    Measured,
    Moment,
    OptionalId,
    OptionalLine,
    OptionalProse,
    Prose,
    Whole,
    Yes,
    choice,
)


class StateForm(Form):
    """A need goes on to another state, or back, or is parked or closed, with the reason."""

    state: State
    reason: Prose


class ScreeningForm(Form):
    """What a need is worth by one criterion, 1 to 5, with the reason in writing (S7)."""

    criterion: Criterion
    score: Annotated[Whole, Bounded(ge=1, le=5)]
    reason: Prose


class SecrecyForm(Form):
    """That a field of a need is secret from now on, or no longer, with the reason (R14)."""

    field: Annotated[str, StringConstraints(max_length=64)]
    secret: Yes
    reason: Prose


class InterestForm(Form):
    """That an actor is interested in a need (S19)."""

    text: OptionalProse = None


class BrokeringForm(Form):
    """That a coordinator puts an actor in touch with the need's owner (S18)."""

    actor_id: Id
    text: Prose


class QuestionForm(Form):
    """A question about a need. All participants see it, and not who asked (R1)."""

    text: Prose


class AnswerForm(Form):
    """An answer to a question. All participants see it at the same time (R1)."""

    question: Whole
    text: Prose


class PostForm(Form):
    """A contribution to a thread; the first one of a thread gives it its title (S17)."""

    thread: Whole | None = None
    title: OptionalLine = None
    text: Prose


class MeetingForm(Form):
    """A meeting that was held: with whom, when, and what was exchanged (R9)."""

    actor_ids: Annotated[tuple[Id, ...], Bounded(min_length=1, max_length=100)]
    held: Day
    digital: Yes = True
    exchanged: Prose


class EventForm(Form):
    """A workshop, competition or presentation for a need (S15, S16)."""

    kind: EventKind
    title: Line
    starts: Instant
    place: Line
    digital: Yes = False
    text: OptionalProse = None


class DeclarationForm(Form):
    """Whether the caller has an interest of their own in a need (R12)."""

    conflicted: Yes
    reason: Prose


class SolutionForm(Form):
    """The solution that was chosen, by a decision outside matcha (S20)."""

    title: Line
    text: Prose
    actor_id: OptionalId = None
    decision: Line


class ImplementationForm(Form):
    """Where and when a solution was taken into use."""

    solution: Whole
    unit: Line
    started: Day
    text: OptionalProse = None


class FeedbackForm(Form):
    """What staff or patients say of an implemented solution (S12)."""

    solution: Whole
    party: Party
    grade: Annotated[Whole, Bounded(ge=1, le=5)]
    text: Prose


class EffectForm(Form):
    """What was measured after a solution was taken into use, as the need was quantified (S2, S12)."""

    solution: Whole
    number: Measured
    unit: Line
    population: OptionalLine = None
    period: OptionalLine = None
    text: Prose


class JudgementForm(Form):
    """Whether a profile is relevant for a need, judged by its text alone; it trains nothing by itself."""

    profile_id: Id
    relevant: Yes
    reason: OptionalProse = None


ACT_FORMS: dict[ActKind, type[Form]] = {
    ActKind.STATE: StateForm,
    ActKind.SCREENING: ScreeningForm,
    ActKind.SECRECY: SecrecyForm,
    ActKind.INTEREST: InterestForm,
    ActKind.CONTACT: BrokeringForm,
    ActKind.QUESTION: QuestionForm,
    ActKind.ANSWER: AnswerForm,
    ActKind.POST: PostForm,
    ActKind.MEETING: MeetingForm,
    ActKind.EVENT: EventForm,
    ActKind.DECLARATION: DeclarationForm,
    ActKind.SOLUTION: SolutionForm,
    ActKind.IMPLEMENTATION: ImplementationForm,
    ActKind.FEEDBACK: FeedbackForm,
    ActKind.EFFECT: EffectForm,
    ActKind.JUDGEMENT: JudgementForm,
}


class Act(SQLModel, table=True):
    """One act. `by` is an account's id, never a name; `actor_id` the actor it concerns, if one.

    `content` is what the form of its kind said; of an attachment its digest, of a follow-up the new need's id.
    """

    __table_args__ = {"sqlite_autoincrement": True}  # SQLAlchemy's own form

    id: int | None = Field(default=None, primary_key=True)
    need_id: str = Field(foreign_key="need.id", index=True, max_length=64)
    kind: ActKind = Field(sa_type=choice(ActKind), index=True)
    by: str = Field(max_length=64)
    actor_id: str | None = Field(default=None, foreign_key="actor.id", index=True, max_length=64)
    content: dict[str, Any] = Field(sa_type=JSON)
    leaf_index: int = Field(sa_type=BigInteger)
    made: datetime = Field(sa_type=Moment)


class Attachment(SQLModel, table=True):
    """A file that belongs to a need: an analysis, or something else to judge it by (S8)."""

    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    need_id: str = Field(foreign_key="need.id", index=True, max_length=64)
    analysis: Analysis = Field(sa_type=choice(Analysis))
    name: str = Field(max_length=300)
    media_type: str = Field(max_length=100)
    digest: str = Field(max_length=64)
    content: bytes


class WeightingForm(Form):
    """How much each criterion counts from now on, in percent; all of them sum to 100."""

    weights: dict[Criterion, Annotated[Whole, Bounded(ge=0, le=100)]]
    reason: Prose


class Weighting(SQLModel, table=True):
    """A published weighting of the criteria; a change makes a new version (R3)."""

    version: int | None = Field(default=None, primary_key=True)
    weights: dict[str, int] = Field(sa_type=JSON)
    by: str = Field(max_length=64)
    reason: str
    leaf_index: int = Field(sa_type=BigInteger)
    published: datetime = Field(sa_type=Moment)
