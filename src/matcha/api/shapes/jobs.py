"""Jobs, their results, and the neutrality report, as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from matcha.api.shapes.common import Shape
from matcha.api.shapes.matches import AnswerShape, MatchRequest
from matcha.neutrality.report import Relation
from matcha.process import JobKind, JobState
from matcha.records.fields import Whole
from matcha.service.jobs import MOST
from matcha.values import ActorKind, Choice


class JobRequest(BaseModel):
    """Questions to be asked one after the other; each is a match, logged as if it were asked alone."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"questions": [{"need_id": "n-1"}, {"text": "Korta kön till BUP.", "k": 5}]}]},
    )

    questions: list[MatchRequest] = Field(min_length=1, max_length=MOST)


class NeutralityRequest(BaseModel):
    """How thoroughly to try whether it matters who somebody is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"k": 10, "sample": 40}]})

    k: Whole = Field(default=10, ge=1, le=1000, description="How many actors count as shown.")
    sample: Whole = Field(default=40, ge=1, le=1000, description="Profiles that each relation is tried on.")


class JobLinks(Shape):
    """Where a job, and what it has found so far, are read."""

    self: str
    results: str


class JobShape(Shape):
    """A job: long work that goes on after the request, and after a restart."""

    id: str
    kind: JobKind
    state: JobState
    done: int = Field(description="How much of `total` is done.")
    total: int = Field(description="Questions; of a neutrality report its steps, 1 until they are counted.")
    made: datetime
    ended: datetime | None
    links: JobLinks


class ItemFault(Shape):
    """Why a question could not be answered. The others are answered all the same."""

    title: str = Field(description="The kind of fault, as `title` of a problem says it.")
    sv: str
    en: str


class JobResult(Shape):
    """What one question was answered with: either an answer, or what is wrong with it."""

    place: int = Field(description="The question's place among those asked, from 0.")
    found: bool
    answer: AnswerShape | None
    fault: ItemFault | None


class FindingShape(Shape):
    """What one relation showed: `figure` should lie between `least` and `most`."""

    relation: Relation
    moves: list[tuple[int, int]] = Field(description="A change of rank (positive: further down), and how often.")
    figure: float | None
    least: float | None
    most: float | None
    tried: int
    holds: bool | None = Field(description="Null when nothing was tried, or nothing is asked of it.")


class SeenShape(Shape):
    """How often an actor was considered, shown and invited."""

    actor_id: str
    name: str
    kind: ActorKind
    profiles: int
    considered: int
    shown: int
    invited: int


class SeenTogetherShape(Shape):
    """The same for a kind of actor, or a size."""

    group: str
    actors: int
    considered: int
    shown: int
    invited: int
    never_shown: int


class ExposureShape(Shape):
    """Who is seen when every need is asked and the first `k` actors are shown."""

    needs: int
    k: int
    actors: list[SeenShape]
    kinds: list[SeenTogetherShape]
    sizes: list[SeenTogetherShape]
    gini: float
    never_shown: float
    most_shown: float
    hubness: float


class OverrideShape(Shape):
    """What a person decided about an actor for a need, beside the machine's rank."""

    need_id: str
    actor_id: str
    choice: Choice
    user: str
    reason: str
    machine_rank: int | None
    made: datetime


class ReportShape(Shape):
    """Whether the ranking is neutral with what was registered when the report was made."""

    made: datetime
    pipeline: str
    snapshot: str
    registered: int
    findings: list[FindingShape]
    exposure: ExposureShape
    overrides: list[OverrideShape] | None = Field(
        description="Where people chose otherwise; shown to staff, else null."
    )
    alike: list[list[str]] = Field(description="Profiles of one organisation number that say nearly the same.")
