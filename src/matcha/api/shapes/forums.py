"""Forums as the API gives them: steps that are asked for, and what is shown to the host's side."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from matcha.api.shapes.common import Shape
from matcha.process import ActKind, Inviting, Item, Mixing, OutcomeKind, Part, Reply, SeedSource
from matcha.records.fields import Day, Id, Prose
from matcha.values import Language


class InvitingRequest(BaseModel):
    """That the caller invites those who were drawn (R13), with the reason; they answer by a day."""

    model_config = ConfigDict(extra="forbid")
    reason: Prose
    reply_by: Day


class ReplacementRequest(BaseModel):
    """That the caller gives the place of an actor that cannot come to the next reserve (R13)."""

    model_config = ConfigDict(extra="forbid")
    actor_id: Id
    reason: Prose


class ForumNeedShape(Shape):
    """The need that a forum is about."""

    id: str
    title: str
    text: str
    aspects: list[str] = Field(description="What is talked about, from station to station.")


class ForumRulesShape(Shape):
    """The rules that a forum was composed by, published before anybody was drawn (R3, R7)."""

    inviting: Inviting
    seats: tuple[int, int]
    host: dict[Part, int]
    quotas: dict[Part, tuple[int, int]]
    seats_each: dict[Part, int]
    house_seats: int
    must: dict[str, str]
    conflicts: dict[str, str]
    never_together: list[tuple[str, str]]
    apart: list[tuple[str, str]]
    coverage: int
    qualify: int
    one_sided: int


class NotSelectedShape(Shape):
    """Somebody who has no place, or not yet, with why and the chance it had (R7)."""

    actor_id: str
    name: str
    kind: Part = Field(description="What it comes as.")
    reason: str = Field(
        description="Why: `must`, `certain`, `drawn`, `reserve`, `lot`, `no_place`, `not_qualified`, `not_interested`, "
        "`conflict`, `never_together`, `house`, `gave_up` or `awaiting`; after a colon the host's words or an actor."
    )
    chance: float
    rank: int | None = Field(description="Its rank for the need when the forum was composed; null if it had none.")


class ReserveShape(NotSelectedShape):
    """A reserve; `order` is its place in the line of its kind."""

    order: int = Field(description="The place in the line, from 1.")


class InvitationShape(NotSelectedShape):
    """Somebody who is invited, or is to be."""

    seats: int = Field(description="For how many people the invitation is.")
    grades: list[int]
    closeness: int
    invited: datetime | None = Field(description="When the invitation went out; null if it has not.")
    reply: Reply | None
    in_place_of: str | None


class StationShape(Shape):
    """Where one aspect is talked about."""

    number: int = Field(description="Its number, from 1.")
    theme: str
    room: str | None
    facilitator: str | None
    note_taker: str | None


class SeatShape(Shape):
    """A person: `aktor-a01/1` of an actor, or `host/it/1` of the host."""

    id: str
    actor_id: str | None
    name: str
    kind: Part = Field(description="What the person comes as.")


class ForumGroupShape(Shape):
    """People who go the same way between the stations."""

    number: int = Field(description="Its number, from 1.")
    members: list[SeatShape] = Field(description="Who is in it.")


class PointsShape(Shape):
    """How many points a composition has, and that none can have more than `bound`."""

    objective: int
    bound: int
    gap: float
    seconds: float | None = Field(description="How long it took to compose, if that was measured now.")


class ChanceShape(Shape):
    """The smallest chance of anybody who is in any best composition, and how large it could be."""

    smallest: float = Field(description="The smallest chance.")
    bound: float
    gap: float


class PairsShape(Shape):
    """How many pairs of people meet, how many could, and how many there are."""

    met: int = Field(description="How many pairs meet.")
    bound: int
    possible: int = Field(description="How many pairs there are.")
    gap: float


class SeedShape(Shape):
    """What the draw was decided by."""

    source: SeedSource = Field(description="Where it comes from; one on trial decides nothing.")
    said: str
    witnesses: list[str]


class ProgrammeItemShape(Shape):
    """What happens from when to when."""

    item: Item
    starts: datetime
    ends: datetime
    number: int | None = Field(description="Which round; null for what is no round.")
    text: str | None = Field(description="The host's own addition.")


class FollowUpShape(Shape):
    """A follow-up meeting of an actor with a team of the host (S33)."""

    actor_id: str
    name: str
    team: str
    starts: datetime
    minutes: int
    held: date | None
    notes: str | None


class ForumOutcomeShape(Shape):
    """What came of a forum for the care (S41)."""

    kind: OutcomeKind
    text: str
    station: int | None
    made: datetime


class ForumValueShape(Shape):
    """What a participant got out of a forum, 1 to 5 each (S42)."""

    actor_id: str
    name: str
    insight: int
    contacts: int
    again: int
    text: str | None
    made: datetime


class StepShape(Shape):
    """A step that was taken with a forum."""

    kind: ActKind
    made: datetime
    by: str
    leaf_index: int


class ForumShape(Shape):
    """A forum as it stands. What has not been done yet is an empty list or null."""

    id: str
    need: ForumNeedShape
    made: datetime = Field(description="When it was composed.")
    leaf_index: int = Field(description="The log's entry of the composition.")
    digest: str
    composed: int
    rules: ForumRulesShape
    candidates: int
    invitations: list[InvitationShape]
    reserves: list[ReserveShape]
    not_selected: list[NotSelectedShape]
    stations: list[StationShape]
    groups: list[ForumGroupShape] = Field(description="Who goes together between the stations.")
    mixing: Mixing | None
    rotation: list[list[int]] = Field(
        description="For each round, the station of each group; 0 for one that is not there."
    )
    uneven: int
    certificate: PointsShape = Field(description="How good the composition is, and how good one could be.")
    chance: ChanceShape = Field(description="The smallest chance, and how large it could be.")
    pairs: PairsShape | None
    seed: SeedShape | None
    place: str | None = Field(description="Where it is held.")
    programme: list[ProgrammeItemShape]
    meetings: list[FollowUpShape]
    offer: str | None
    unplaced: list[str]
    outcomes: list[ForumOutcomeShape]
    values: list[ForumValueShape]
    untold: list[int] = Field(description="Meetings of which no answer has told the others yet (R1).")
    steps: list[StepShape]
    closed: datetime | None


class ForumLine(Shape):
    """A forum in a list."""

    id: str
    need_id: str
    title: str = Field(description="The need's title.")
    made: datetime = Field(description="When it was composed.")
    leaf_index: int = Field(description="The log's entry of the composition.")
    digest: str
    composed: int
    candidates: int
    seats: tuple[int, int]
    drawn: bool
    starts: datetime | None
    place: str | None = Field(description="Where it is held.")
    closed: datetime | None


class LetterKind(StrEnum):
    """What a letter tells an actor."""

    INVITATION = "invitation"
    RESERVE = "reserve"
    NOT_SELECTED = "not_selected"


class LetterShape(Shape):
    """A letter to one actor, plain text. It says nothing of any other actor."""

    actor_id: str
    kind: LetterKind = Field(description="What it tells.")
    language: Language
    subject: str = Field(description="The letter's subject.")
    body: str = Field(description="The letter's text.")
