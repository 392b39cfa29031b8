"""What is filled in at each step of a forum, from its rules to what came of it. Every step is an act of its need."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field as Bounded
from pydantic import StringConstraints

from matcha.process import Inviting, Mixing, OutcomeKind, Part, Reply, SeedSource
from matcha.records.fields import Day, Form, Id, Instant, Line, OptionalLine, OptionalProse, Prose, Whole
from matcha.records.need import Aspects

_People = Annotated[Whole, Bounded(ge=0, le=500)]
_Range = tuple[_People, _People]
_Pairs = Annotated[tuple[tuple[Id, Id], ...], Bounded(max_length=300)]
_Grade = Annotated[Whole, Bounded(ge=1, le=5)]
SeatId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._/-]{1,80}$")]


class ForumRulesForm(Form):
    """The rules that a forum is composed by (R3, R7). Whatever is left out is as usual.

    `aspects` are those of the need unless given; `parts` says what support functions and others come as, such as
    procurement; `houses` are actors that are one organisation though their numbers differ. The rest is as in
    `forum.plan.Rules`.
    """

    inviting: Inviting = Inviting.TARGETED
    aspects: Aspects = ()
    seats: _Range = (30, 50)
    host: dict[Part, _People] = Bounded(default_factory=dict)
    parts: Annotated[dict[Id, Part], Bounded(max_length=2000)] = Bounded(default_factory=dict)
    quotas: dict[Part, _Range] = Bounded(default_factory=dict)
    seats_each: dict[Part, Annotated[Whole, Bounded(ge=1, le=10)]] = Bounded(default_factory=dict)
    house_seats: Annotated[Whole, Bounded(ge=1, le=50)] = 2
    houses: Annotated[
        tuple[Annotated[tuple[Id, ...], Bounded(min_length=2, max_length=500)], ...], Bounded(max_length=2000)
    ] = ()
    must: Annotated[dict[Id, Line], Bounded(max_length=200)] = Bounded(default_factory=dict)
    conflicts: Annotated[dict[Id, Line], Bounded(max_length=2000)] = Bounded(default_factory=dict)
    never_together: _Pairs = ()
    apart: _Pairs = ()
    coverage: Annotated[Whole, Bounded(ge=0, le=50)] = 2
    qualify: Annotated[Whole, Bounded(ge=1, le=3)] = 1
    one_sided: Annotated[Whole, Bounded(ge=1, le=100)] = 50


class ComposeForm(Form):
    """That a forum is composed for a need; `reason` why anew, when it has been done before."""

    rules: ForumRulesForm = ForumRulesForm()
    reason: OptionalLine = None


class DrawForm(Form):
    """By what it is drawn. The checkpoint needs nothing more; dice are called out before witnesses (`4 2 6 1 …`)."""

    source: SeedSource = SeedSource.CHECKPOINT
    said: OptionalLine = None
    witnesses: Annotated[tuple[Line, ...], Bounded(max_length=10)] = ()


class ArrangeForm(Form):
    """How people go between the stations; as many stations as aspects, unless told."""

    mixing: Mixing = Mixing.WHOLE
    stations: Annotated[Whole, Bounded(ge=2, le=8)] | None = None


class StationForm(Form):
    """A station's room, and who of the host leads the talk and takes notes there."""

    room: OptionalLine = None
    facilitator: OptionalLine = None
    note_taker: OptionalLine = None


_Minutes = Annotated[Whole, Bounded(ge=0, le=180)]


class ProgrammeForm(Form):
    """When and where a forum is held, its stations, and how long each part is, in minutes (0: left out)."""

    starts: Instant
    place: Line
    stations: Annotated[tuple[StationForm, ...], Bounded(max_length=8)] = ()
    arrival: _Minutes = 15
    briefing: _Minutes = 20
    round: Annotated[Whole, Bounded(ge=5, le=120)] = 25
    change: _Minutes = 5
    pause: _Minutes = 15
    mingle: _Minutes = 30
    tour: _Minutes = 0
    demo: _Minutes = 0
    closing: _Minutes = 10


class InvitingForm(Form):
    """That a named person invites those who were drawn (R13), with the reason; they answer by a day."""

    user: Line
    reason: Prose
    reply_by: Day


class ReplyForm(Form):
    """What an invited actor answers, and when it could have a follow-up meeting."""

    actor_id: Id
    reply: Reply
    text: OptionalProse = None
    meeting_times: Annotated[tuple[Instant, ...], Bounded(max_length=200)] = ()


class ReplacementForm(Form):
    """That a named person gives the place of an actor that cannot come to the next reserve."""

    actor_id: Id
    user: Line
    reason: Prose


class DayForm(Form):
    """What is otherwise on the day than was arranged: seats that stay empty, latecomers with their first round."""

    gone: Annotated[tuple[SeatId, ...], Bounded(max_length=500)] = ()
    late: Annotated[dict[SeatId, Annotated[Whole, Bounded(ge=1, le=8)]], Bounded(max_length=500)] = Bounded(
        default_factory=dict
    )
    come: Annotated[tuple[Id, ...], Bounded(max_length=100)] = ()
    done: Annotated[Whole, Bounded(ge=0, le=8)] = 0


class TeamForm(Form):
    """A team of the host that holds follow-up meetings, and the times at which it could begin one."""

    name: Line
    times: Annotated[tuple[Instant, ...], Bounded(min_length=1, max_length=500)]


class MeetingsForm(Form):
    """Follow-up meetings: the same length and questions for all (S33, R8).

    `wishes` are times of actors that told them otherwise than in their replies.
    """

    minutes: Annotated[Whole, Bounded(ge=10, le=180)] = 30
    template: Prose
    teams: Annotated[tuple[TeamForm, ...], Bounded(min_length=1, max_length=20)]
    wishes: Annotated[dict[Id, Annotated[tuple[Instant, ...], Bounded(max_length=500)]], Bounded(max_length=200)] = (
        Bounded(default_factory=dict)
    )


class NotesForm(Form):
    """The notes of a follow-up meeting that was held. Until they are filed, the next one is blocked (R8)."""

    actor_id: Id
    held: Day
    notes: Prose


class OutcomeForm(Form):
    """What came of a forum for the care (S41); `station` is where, if at one."""

    kind: OutcomeKind
    text: Prose
    station: Annotated[Whole, Bounded(ge=1, le=8)] | None = None


class ValueForm(Form):
    """What a participant got out of a forum (S42), 1 to 5: insight into the needs, contacts, whether to come again."""

    actor_id: Id
    insight: _Grade
    contacts: _Grade
    again: _Grade
    text: OptionalProse = None


class ClosingForm(Form):
    """That a forum is over: everything has been told to all, and its record goes to the dossier."""

    text: OptionalProse = None
