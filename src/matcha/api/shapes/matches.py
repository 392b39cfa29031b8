"""Questions, answers and explanations, as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from matcha.api.shapes.common import Shape
from matcha.records.fields import Id, Line, Prose, Whole
from matcha.records.need import Purpose
from matcha.values import ActorKind, Band, Choice, Exclusion, Language


class MatchRequest(BaseModel):
    """A question: a need in words, or the id of one."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"text": "Vi behöver korta väntetiderna till BUP.", "k": 5}, {"need_id": "n-1"}]
        },
    )

    text: str | None = Field(default=None, description="The need in words.")
    need_id: Id | None = Field(default=None, description="The id of a registered need, instead of a text.")
    k: Whole = Field(default=10, ge=1, le=1000, description="How many actors.")
    kind: ActorKind | None = Field(default=None, description="Only actors of this kind; needs a `reason`.")
    reason: Line | None = Field(default=None, description="Why only that kind is asked; it is logged.")
    language: Language | None = Field(default=None, description="Language of the text; detected unless given.")
    purpose: Purpose | None = Field(default=None, description="What it is for: the need's own purpose, or preparing.")


class ActorRefShape(Shape):
    """An actor, as shown beside a match."""

    id: str
    name: str
    kind: ActorKind


class EvidenceShape(Shape):
    """A sentence of the need, and the sentence of the profile that answers it best."""

    need_sentence: str
    profile_sentence: str
    points: int
    supported: bool = Field(description="Whether these are more points than texts not chosen for the need give.")
    copied: bool = Field(description="Whether the profile's sentence is the need's own words.")


class TermShape(Shape):
    """A word in common, and its points."""

    term: str
    points: int


class OtherShape(Shape):
    """Points of no single sentence: `whole`, `generality`, or `profile:` and another profile's id."""

    what: str
    points: int


class MatchShape(Shape):
    """A ranked actor. The points of `evidence`, `terms` and `other_points` sum to `score`."""

    rank: int
    actor: ActorRefShape
    profile_id: str
    profile_version: int
    profile_leaf_index: int
    profile_title: str
    score: int
    band: Band
    evidence: list[EvidenceShape]
    terms: list[TermShape]
    other_points: list[OtherShape]
    unsupported: list[str] = Field(description="The need's sentences without support.")
    copied: list[str]
    alike: list[str]


class ExcludedShape(Shape):
    """How many profiles were not scored for one reason."""

    reason: Exclusion
    count: int


class ConsideredShape(Shape):
    """registered = scored + the counts of excluded."""

    registered: int
    scored: int
    excluded: list[ExcludedShape]


class NeedRead(Shape):
    """The need as it was read."""

    language: Language
    sentences: list[str]


class AnswerShape(Shape):
    """Ranked actors, and the proof that the answer is in the match log."""

    matches: list[MatchShape]
    considered: ConsideredShape
    need: NeedRead
    pipeline: str = Field(description="SHA-256 of how it was ranked.")
    snapshot: str = Field(description="The root of the roll of everyone registered.")
    leaf_index: int = Field(description="The answer's place in the match log.")
    receipt: str = Field(description="The proof of that (c2sp.org/tlog-proof).")


class ExplainRequest(BaseModel):
    """Why a profile stands where it stands for a need."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"profile_id": "p-1", "need_id": "n-1"}]})

    profile_id: Id
    text: str | None = Field(default=None, description="The need in words.")
    need_id: Id | None = Field(default=None, description="The id of a registered need, instead of a text.")
    k: Whole = Field(default=10, ge=1, le=1000, description="Compare with the place of the k-th actor.")


class DeletionShape(Shape):
    """By how many points the actor's score changes when a cited sentence is deleted."""

    profile_sentence: str
    change: int


class AdviceShape(Shape):
    """Sentences of the need that lack support, and the rank if the profile truthfully said just that, too."""

    need_sentences: list[str]
    best_rank: int


class ExplanationShape(Shape):
    """Why a profile stands where it stands, and what is missing. Nothing of other actors' profiles is in it (R28)."""

    need_sentences: list[str]
    actor: ActorRefShape
    profile_id: str
    profile_version: int
    profile_title: str
    rank: int
    ranked: int
    k: int
    to_cut: int | None
    score: int
    actor_score: int
    counted: list[OtherShape]
    band: Band
    evidence: list[EvidenceShape]
    terms: list[TermShape]
    other_points: list[OtherShape]
    copied: list[str]
    masked: list[str]
    unread: list[str]
    deletions: list[DeletionShape]
    advice: list[AdviceShape]
    pipeline: str
    snapshot: str
    leaf_index: int
    receipt: str


class DecisionRequest(BaseModel):
    """What somebody decides about an actor for a need, with the reason (R13)."""

    model_config = ConfigDict(extra="forbid")

    need_id: Id
    actor_id: Id
    choice: Choice
    reason: Prose


class DecisionShape(Shape):
    """A decision, beside the machine's rank at that moment."""

    id: int
    need_id: str
    actor_id: str
    choice: Choice
    user: str = Field(description="The account that decided, by its random id, or a name given on the command line.")
    reason: str
    machine_rank: int | None
    pipeline: str
    snapshot: str
    leaf_index: int | None
    made: datetime


class InviteList(Shape):
    """That the list of those invited was closed."""

    need_id: str
    leaf_index: int
