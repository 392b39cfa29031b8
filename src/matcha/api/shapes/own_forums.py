"""A forum as the API gives it to a supplier: what is its own, what holds for all, and nothing of others (R28)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from matcha.api.shapes.common import Shape
from matcha.api.shapes.forums import ForumValueShape, ProgrammeItemShape, SeedShape
from matcha.api.shapes.needs import Sentence
from matcha.process import Inviting, Reply


class Result(StrEnum):
    """What a draw came to for an actor. All are told at the same time: when invitations go out."""

    AWAITING = "awaiting"
    INVITED = "invited"
    RESERVE = "reserve"
    NOT_SELECTED = "not_selected"


class VisitShape(Shape):
    """Where a person is in a round."""

    round: int = Field(description="Which round, from 1.")
    station: int | None = Field(description="The station's number; null for one who is not there in that round.")
    theme: str | None
    room: str | None
    starts: datetime | None
    ends: datetime | None


class OwnSeatShape(Shape):
    """A seat of the actor's own: its group, and its way between the stations."""

    id: str
    group: int = Field(description="The group's number.")
    visits: list[VisitShape] = Field(description="Where the person is, round by round.")


class OwnMeetingShape(Shape):
    """A follow-up meeting of the actor's own; `offer` is the same for all (R8)."""

    team: str
    starts: datetime
    minutes: int
    held: date | None
    offer: str | None


class OwnForumShape(Shape):
    """A forum as one actor is to see it: what is its own, what holds for all, and nothing of any other (R28)."""

    id: str
    need_id: str
    title: str = Field(description="The need's title.")
    aspects: list[str] = Field(description="What is talked about, from station to station.")
    made: datetime = Field(description="When it was composed.")
    inviting: Inviting
    criteria: list[Sentence]
    objective: Sentence = Field(description="What a composition gets points for, in words.")
    candidates: int
    seats: tuple[int, int]
    chance: float
    digest: str
    leaf_index: int = Field(description="The log's entry of the composition.")
    seed: SeedShape | None
    result: Result = Field(description="What the draw came to; all are told at the same time.")
    reason: Sentence | None = Field(description="Why, in words; null until all are told.")
    order: int | None = Field(description="Of a reserve, its place in the line of its kind; null for others.")
    people: int | None = Field(description="For how many people the invitation is; null for who is not invited.")
    invited: datetime | None = Field(description="When the invitation went out; null for who is not invited.")
    reply: Reply | None
    own_seats: list[OwnSeatShape] = Field(description="Where the actor's own people are; empty until it is arranged.")
    place: str | None = Field(description="Where it is held.")
    programme: list[ProgrammeItemShape]
    meetings: list[OwnMeetingShape]
    value: ForumValueShape | None = Field(description="What the actor said that it got out of it.")
    closed: datetime | None
