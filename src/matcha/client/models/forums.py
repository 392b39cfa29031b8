"""What the API takes and gives: forums. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from matcha.client.models.common import ActKind, Language, Sentence
from matcha.client.replies import Shape


class Committed(StrEnum):
    """What was committed to: the lottery, or what it was composed from."""

    COMPOSITION = "composition"
    PROBLEM = "problem"


class ForumFile(StrEnum):
    """The files of a forum. Their names are Swedish whatever language stands in them."""

    INBJUDNINGAR_CSV = "inbjudningar.csv"
    RESERVER_CSV = "reserver.csv"
    EJ_UTVALDA_CSV = "ej-utvalda.csv"
    GRUPPER_CSV = "grupper.csv"
    INBJUDNINGAR_XLSX = "inbjudningar.xlsx"
    PROGRAM_ICS = "program.ics"
    NAMNSKYLTAR_PDF = "namnskyltar.pdf"
    STATIONSBLAD_PDF = "stationsblad.pdf"
    PLACERING_PDF = "placering.pdf"
    FORUM_PDF = "forum.pdf"
    FORUM_JSON = "forum.json"


class Inviting(StrEnum):
    """Whom a forum is open to (R7): those who show interest, or beside them those whom objective criteria point to."""

    OPEN = "open"
    TARGETED = "targeted"


class Item(StrEnum):
    """What the programme of a forum is made of (S28, S31, S32)."""

    ARRIVAL = "arrival"
    BRIEFING = "briefing"
    ROUND = "round"
    CHANGE = "change"
    BREAK = "break"
    MINGLE = "mingle"
    TOUR = "tour"
    DEMO = "demo"
    CLOSING = "closing"


class LetterKind(StrEnum):
    """What a letter tells an actor."""

    INVITATION = "invitation"
    RESERVE = "reserve"
    NOT_SELECTED = "not_selected"


class Mixing(StrEnum):
    """How people go between the stations of a forum (S29).

    Whole groups stay together; remixed people meet as many others as possible while everyone visits every station
    once; free ones meet as many others as possible, and may come back to a station.
    """

    WHOLE = "whole"
    REMIXED = "remixed"
    FREE = "free"


class OutcomeKind(StrEnum):
    """What came of a forum for the care (S41)."""

    KNOWLEDGE = "knowledge"
    PERSPECTIVE = "perspective"
    PROPOSAL = "proposal"


class Part(StrEnum):
    """What somebody comes to a forum as (S23, S34, S35)."""

    COMPANY = "company"
    ACADEMIA = "academia"
    PATIENT_ORGANISATION = "patient_organisation"
    NEED_OWNER = "need_owner"
    PROCUREMENT = "procurement"
    IT = "it"
    MEDICAL_TECHNOLOGY = "medical_technology"
    SUPPORT = "support"
    AUTHORITY = "authority"


class Reply(StrEnum):
    """What an invited actor answers, and who was there on the day."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    ATTENDED = "attended"
    ABSENT = "absent"


class Result(StrEnum):
    """What a draw came to for an actor. All are told at the same time: when invitations go out."""

    AWAITING = "awaiting"
    INVITED = "invited"
    RESERVE = "reserve"
    NOT_SELECTED = "not_selected"


class SeedSource(StrEnum):
    """Where the seed of a draw comes from; one on trial decides nothing."""

    CHECKPOINT = "checkpoint"
    DICE = "dice"
    TRIAL = "trial"


class Chance(Shape):
    """The smallest chance of anybody who is in any best composition, and how large it could be."""

    smallest: float
    """The smallest chance."""
    bound: float
    """What nothing can be better than, by proof."""
    gap: float
    """The share of the bound that is missing at most."""


class FollowUp(Shape):
    """A follow-up meeting of an actor with a team of the host (S33)."""

    actor_id: str
    """The actor's id; null if it concerns none."""
    name: str
    """The name."""
    team: str
    """The team of the host."""
    starts: datetime
    """When it begins, with its time zone."""
    minutes: int
    """How long each meeting is."""
    held: date | None
    """The day of the meeting."""
    notes: str | None
    """What was said there; of a meeting null until it is filed."""


class Forum(Shape):
    """A forum as it stands. What has not been done yet is an empty list or null."""

    id: str
    """The id."""
    need: ForumNeed
    """The need."""
    made: datetime
    """When it was composed."""
    leaf_index: int
    """The log's entry of the composition."""
    digest: str
    """SHA-256 of the composition, committed to before the draw, in hex."""
    composed: int
    """How many forums were composed for the need, this one included."""
    rules: ForumRules
    """The rules it is composed by."""
    candidates: int
    """How many actors were considered."""
    invitations: list[Invitation]
    """Who is invited, or is to be."""
    reserves: list[Reserve]
    """Who waits for a place, in order."""
    not_selected: list[NotSelected]
    """Who has no place, with why."""
    stations: list[Station]
    """The stations; or how many there are."""
    groups: list[ForumGroup]
    """Who goes together between the stations."""
    mixing: Mixing | None
    """How people go between the stations: in whole groups, remixed each round, or freely."""
    rotation: list[list[int]]
    """For each round, the station of each group; 0 for one that is not there."""
    uneven: int
    """By how many people kinds are worse mixed than if each were spread evenly over the stations."""
    certificate: Points
    """How good the composition is, and how good one could be."""
    chance: Chance
    """The smallest chance, and how large it could be."""
    pairs: Pairs | None
    """How many pairs of people meet; null until it is arranged."""
    seed: Seed | None
    """What the draw was decided by; null until then."""
    place: str | None
    """Where it is held."""
    programme: list[ProgrammeItem]
    """What happens when; empty until it is planned."""
    meetings: list[FollowUp]
    """The follow-up meetings."""
    offer: str | None
    """What every participant is offered; the same for all."""
    unplaced: list[str]
    """Actors for whom no time was found."""
    outcomes: list[ForumOutcome]
    """What came of it for the care."""
    values: list[ForumValue]
    """What participants got out of it."""
    untold: list[int]
    """Meetings of which no answer has told the others yet (R1)."""
    steps: list[Step]
    """The steps that were taken, in order."""
    closed: datetime | None
    """When it ended; null while it goes on."""


class ForumGroup(Shape):
    """People who go the same way between the stations."""

    number: int
    """Its number, from 1."""
    members: list[Seat]
    """Who is in it."""


class ForumLine(Shape):
    """A forum in a list."""

    id: str
    """The id."""
    need_id: str
    """The need's id."""
    title: str
    """The need's title."""
    made: datetime
    """When it was composed."""
    leaf_index: int
    """The log's entry of the composition."""
    digest: str
    """SHA-256 of the composition, committed to before the draw, in hex."""
    composed: int
    """How many forums were composed for the need, this one included."""
    candidates: int
    """How many actors were considered."""
    seats: tuple[int, int]
    """The fewest and the most people in the room, the host's own included."""
    drawn: bool
    """Whether it has been drawn, in earnest, who is invited."""
    starts: datetime | None
    """When it begins, with its time zone."""
    place: str | None
    """Where it is held."""
    closed: datetime | None
    """When it ended; null while it goes on."""


class ForumNeed(Shape):
    """The need that a forum is about."""

    id: str
    """The id."""
    title: str
    """The title."""
    text: str
    """In words."""
    aspects: list[str]
    """What is talked about, from station to station."""


class ForumOutcome(Shape):
    """What came of a forum for the care (S41)."""

    kind: OutcomeKind
    """The kind."""
    text: str
    """In words."""
    station: int | None
    """The station's number, if it was at one."""
    made: datetime
    """When it was made."""


class ForumRules(Shape):
    """The rules that a forum was composed by, published before anybody was drawn (R3, R7)."""

    inviting: Inviting
    """Whom it is open to: those who show interest, or also those whom objective criteria point to."""
    seats: tuple[int, int]
    """The fewest and the most people in the room, the host's own included."""
    host: dict[Part, int]
    """How many people the host sends itself, by what they come as."""
    quotas: dict[Part, tuple[int, int]]
    """The fewest and the most people of a kind, the host's own included."""
    seats_each: dict[Part, int]
    """How many people an invitation is for, by what they come as; 1 unless said."""
    house_seats: int
    """The most people of one organisation."""
    must: dict[str, str]
    """Actors that have to be invited, each with why."""
    conflicts: dict[str, str]
    """Actors that cannot be invited, each with why."""
    never_together: list[tuple[str, str]]
    """Pairs of actors of which at most one is invited."""
    apart: list[tuple[str, str]]
    """Pairs of actors that never sit in the same group, such as competitors."""
    coverage: int
    """How many invited actors are to answer each aspect, at least."""
    qualify: int
    """The grade that it takes to qualify, and to answer an aspect."""
    one_sided: int
    """The most seats, in percent, that go to actors that answer one and the same aspect alone."""


class ForumRulesForm(Shape):
    """The rules that a forum is composed by (R3, R7). Whatever is left out is as usual.

    `aspects` are those of the need unless given; `parts` says what support functions and others come as, such as
    procurement; `houses` are actors that are one organisation though their numbers differ. The rest is as in
    `forum.plan.Rules`.
    """

    inviting: Inviting = Inviting.TARGETED
    """Whom it is open to: those who show interest, or also those whom objective criteria point to."""
    aspects: list[str] | str = Field(default_factory=list)
    """Two to six parts of the challenge, or none."""
    seats: tuple[int, int] = (30, 50)
    """The fewest and the most people in the room, the host's own included."""
    host: dict[Part, int] | None = None
    """How many people the host sends itself, by what they come as."""
    parts: dict[str, Part] | None = None
    """What actors come as, where their kind does not say it."""
    quotas: dict[Part, tuple[int, int]] | None = None
    """The fewest and the most people of a kind, the host's own included."""
    seats_each: dict[Part, int] | None = None
    """How many people an invitation is for, by what they come as; 1 unless said."""
    house_seats: int = 2
    """The most people of one organisation."""
    houses: list[list[str]] = Field(default_factory=list)
    """Actors that are one organisation although their numbers differ."""
    must: dict[str, str] | None = None
    """Actors that have to be invited, each with why."""
    conflicts: dict[str, str] | None = None
    """Actors that cannot be invited, each with why."""
    never_together: list[tuple[str, str]] = Field(default_factory=list)
    """Pairs of actors of which at most one is invited."""
    apart: list[tuple[str, str]] = Field(default_factory=list)
    """Pairs of actors that never sit in the same group, such as competitors."""
    coverage: int = 2
    """How many invited actors are to answer each aspect, at least."""
    qualify: int = 1
    """The grade that it takes to qualify, and to answer an aspect."""
    one_sided: int = 50
    """The most seats, in percent, that go to actors that answer one and the same aspect alone."""


class ForumValue(Shape):
    """What a participant got out of a forum, 1 to 5 each (S42)."""

    actor_id: str
    """The actor's id; null if it concerns none."""
    name: str
    """The name."""
    insight: int
    """What it gave in insight into the needs of care, from 1, nothing, to 5, much."""
    contacts: int
    """What it gave in contacts, from 1, nothing, to 5, much."""
    again: int
    """Whether it would come again, from 1, no, to 5, gladly."""
    text: str | None
    """In words."""
    made: datetime
    """When it was made."""


class Invitation(Shape):
    """Somebody who is invited, or is to be."""

    actor_id: str
    """The actor's id; null if it concerns none."""
    name: str
    """The name."""
    kind: Part
    """What it comes as."""
    reason: str
    """Why: `must`, `certain`, `drawn`, `reserve`, `lot`, `no_place`, `not_qualified`, `not_interested`, `conflict`,
    `never_together`, `house`, `gave_up` or `awaiting`; after a colon the host's words or an actor.
    """
    chance: float
    """The chance of being drawn, from 0 to 1, as it was committed to before the draw."""
    rank: int | None
    """Its rank for the need when the forum was composed; null if it had none."""
    seats: int
    """For how many people the invitation is."""
    grades: list[int]
    """How far the actor answers each aspect, in order: 0 not at all, 1 touches it, 2 could, 3 strongly."""
    closeness: int
    """How many standard deviations the actor stands above texts not chosen for the need, 1 to 3."""
    invited: datetime | None
    """When the invitation went out; null if it has not."""
    reply: Reply | None
    """What was answered, or whether it was there; null until then."""
    in_place_of: str | None
    """The actor whose place it has taken over; null if it was drawn."""


class Letter(Shape):
    """A letter to one actor, plain text. It says nothing of any other actor."""

    actor_id: str
    """The actor's id; null if it concerns none."""
    kind: LetterKind
    """What it tells."""
    language: Language
    """The language."""
    subject: str
    """The letter's subject."""
    body: str
    """The letter's text."""


class NotSelected(Shape):
    """Somebody who has no place, or not yet, with why and the chance it had (R7)."""

    actor_id: str
    """The actor's id; null if it concerns none."""
    name: str
    """The name."""
    kind: Part
    """What it comes as."""
    reason: str
    """Why: `must`, `certain`, `drawn`, `reserve`, `lot`, `no_place`, `not_qualified`, `not_interested`, `conflict`,
    `never_together`, `house`, `gave_up` or `awaiting`; after a colon the host's words or an actor.
    """
    chance: float
    """The chance of being drawn, from 0 to 1, as it was committed to before the draw."""
    rank: int | None
    """Its rank for the need when the forum was composed; null if it had none."""


class OwnForum(Shape):
    """A forum as one actor is to see it: what is its own, what holds for all, and nothing of any other (R28)."""

    id: str
    """The id."""
    need_id: str
    """The need's id."""
    title: str
    """The need's title."""
    aspects: list[str]
    """What is talked about, from station to station."""
    made: datetime
    """When it was composed."""
    inviting: Inviting
    """Whom it is open to: those who show interest, or also those whom objective criteria point to."""
    criteria: list[Sentence]
    """By what it is composed, a sentence each (R7)."""
    objective: Sentence
    """What a composition gets points for, in words."""
    candidates: int
    """How many actors were considered."""
    seats: tuple[int, int]
    """The fewest and the most people in the room, the host's own included."""
    chance: float
    """The chance of being drawn, from 0 to 1, as it was committed to before the draw."""
    digest: str
    """SHA-256 of the composition, committed to before the draw, in hex."""
    leaf_index: int
    """The log's entry of the composition."""
    seed: Seed | None
    """What the draw was decided by; null until then."""
    result: Result
    """What the draw came to; all are told at the same time."""
    reason: Sentence | None
    """Why, in words; null until all are told."""
    order: int | None
    """Of a reserve, its place in the line of its kind; null for others."""
    people: int | None
    """For how many people the invitation is; null for who is not invited."""
    invited: datetime | None
    """When the invitation went out; null for who is not invited."""
    reply: Reply | None
    """What was answered, or whether it was there; null until then."""
    own_seats: list[OwnSeat]
    """Where the actor's own people are; empty until it is arranged."""
    place: str | None
    """Where it is held."""
    programme: list[ProgrammeItem]
    """What happens when; empty until it is planned."""
    meetings: list[OwnMeeting]
    """The follow-up meetings."""
    value: ForumValue | None
    """What the actor said that it got out of it."""
    closed: datetime | None
    """When it ended; null while it goes on."""


class OwnMeeting(Shape):
    """A follow-up meeting of the actor's own; `offer` is the same for all (R8)."""

    team: str
    """The team of the host."""
    starts: datetime
    """When it begins, with its time zone."""
    minutes: int
    """How long each meeting is."""
    held: date | None
    """The day of the meeting."""
    offer: str | None
    """What every participant is offered; the same for all."""


class OwnSeat(Shape):
    """A seat of the actor's own: its group, and its way between the stations."""

    id: str
    """The id."""
    group: int
    """The group's number."""
    visits: list[Visit]
    """Where the person is, round by round."""


class Pairs(Shape):
    """How many pairs of people meet, how many could, and how many there are."""

    met: int
    """How many pairs meet."""
    bound: int
    """What nothing can be better than, by proof."""
    possible: int
    """How many pairs there are."""
    gap: float
    """The share of the bound that is missing at most."""


class Points(Shape):
    """How many points a composition has, and that none can have more than `bound`."""

    objective: int
    """How good it is: more is better."""
    bound: int
    """What nothing can be better than, by proof."""
    gap: float
    """The share of the bound that is missing at most."""
    seconds: float | None
    """How long it took to compose, if that was measured now."""


class ProgrammeItem(Shape):
    """What happens from when to when."""

    item: Item
    """What it is."""
    starts: datetime
    """When it begins, with its time zone."""
    ends: datetime
    """When it ends, with its time zone."""
    number: int | None
    """Which round; null for what is no round."""
    text: str | None
    """The host's own addition."""


class Reserve(Shape):
    """A reserve; `order` is its place in the line of its kind."""

    actor_id: str
    """The actor's id; null if it concerns none."""
    name: str
    """The name."""
    kind: Part
    """What it comes as."""
    reason: str
    """Why: `must`, `certain`, `drawn`, `reserve`, `lot`, `no_place`, `not_qualified`, `not_interested`, `conflict`,
    `never_together`, `house`, `gave_up` or `awaiting`; after a colon the host's words or an actor.
    """
    chance: float
    """The chance of being drawn, from 0 to 1, as it was committed to before the draw."""
    rank: int | None
    """Its rank for the need when the forum was composed; null if it had none."""
    order: int
    """The place in the line, from 1."""


class Seat(Shape):
    """A person: `aktor-a01/1` of an actor, or `host/it/1` of the host."""

    id: str
    """The id."""
    actor_id: str | None
    """The actor's id; null if it concerns none."""
    name: str
    """The name."""
    kind: Part
    """What the person comes as."""


class Seed(Shape):
    """What the draw was decided by."""

    source: SeedSource
    """Where it comes from; one on trial decides nothing."""
    said: str
    """The root, the dice as they were called out, or the words on trial."""
    witnesses: list[str]
    """Who saw the dice."""


class Station(Shape):
    """Where one aspect is talked about."""

    number: int
    """Its number, from 1."""
    theme: str
    """What is talked about there."""
    room: str | None
    """Which room it is in."""
    facilitator: str | None
    """Who of the host leads the talk there."""
    note_taker: str | None
    """Who of the host takes notes there."""


class StationForm(Shape):
    """A station's room, and who of the host leads the talk and takes notes there."""

    room: str | None = None
    """Which room it is in."""
    facilitator: str | None = None
    """Who of the host leads the talk there."""
    note_taker: str | None = None
    """Who of the host takes notes there."""


class Step(Shape):
    """A step that was taken with a forum."""

    kind: ActKind
    """The kind."""
    made: datetime
    """When it was made."""
    by: str
    """The account that did it, by its random id."""
    leaf_index: int
    """The entry's place in the match log."""


class TeamForm(Shape):
    """A team of the host that holds follow-up meetings, and the times at which it could begin one."""

    name: str
    """The name."""
    times: list[datetime]
    """When a meeting could begin."""


class Visit(Shape):
    """Where a person is in a round."""

    round: int
    """Which round, from 1."""
    station: int | None
    """The station's number; null for one who is not there in that round."""
    theme: str | None
    """What is talked about there."""
    room: str | None
    """Which room it is in."""
    starts: datetime | None
    """When it begins, with its time zone."""
    ends: datetime | None
    """When it ends, with its time zone."""
