"""A whole forum as it stands, for people, files and programs: what is shown of it everywhere is taken from here.

Chances are in millionths. Stations, groups and rounds are numbered from 1. Reasons are codes that `words` tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from matcha.forum.plan import Certificate, Rules, Seed
from matcha.process import ActKind, Item, Mixing, OutcomeKind, Part, Reply


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who is invited, or is to be: why, with which chance, and what they answered.

    `grades` are those of the aspects, in order. `said` is when the invitation went out, `in_place_of` whose place a
    reserve has taken.
    """

    actor_id: str
    name: str
    part: Part
    seats: int
    reason: str
    chance: int
    grades: tuple[int, ...]
    closeness: int
    rank: int | None
    said: datetime | None = None
    reply: Reply | None = None
    in_place_of: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reserve, or somebody who was not selected (R7): the chance it had, and why it has no place (or not yet)."""

    actor_id: str
    name: str
    part: Part
    reason: str
    chance: int
    rank: int | None


@dataclass(frozen=True, slots=True)
class Station:
    """Where one aspect is talked about. Facilitator and note taker come from the host."""

    number: int
    theme: str
    room: str | None = None
    facilitator: str | None = None
    note_taker: str | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """A person in a group: `aktor-a01/1` of an actor, or `host/it/1`."""

    id: str
    actor_id: str | None
    name: str
    part: Part


@dataclass(frozen=True, slots=True)
class Group:
    """People who go the same way between the stations."""

    number: int
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeItem:
    """What happens from when to when; `number` counts the rounds, `text` is the host's own addition."""

    item: Item
    starts: datetime
    ends: datetime
    number: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUpMeeting:
    """A follow-up meeting of an actor: when, with which team of the host, and whether its notes are filed (R8)."""

    actor_id: str
    name: str
    team: str
    starts: datetime
    minutes: int
    held: date | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the forum for the care (S41)."""

    kind: OutcomeKind
    text: str
    station: int | None
    made: datetime


@dataclass(frozen=True, slots=True)
class Value:
    """What a participant got out of it (S42): 1 to 5 each, in its own words if it liked."""

    actor_id: str
    name: str
    insight: int
    contacts: int
    again: int
    text: str | None
    made: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was taken: which, when, by which account, and its entry in the match log."""

    kind: ActKind
    made: datetime
    by: str
    leaf_index: int


@dataclass(frozen=True)
class Forum:
    """A forum. What has not been done yet is empty or None.

    `groups` and `rotation` (for each round, the station of each group) say who is where; `pairs` counts the pairs of
    people who meet, and the most that could, `possible` all pairs there are. `composed` counts the compositions made
    for the need up to this one. `digest` is that of the composition, committed to before the draw.
    """

    id: str
    need_id: str
    title: str
    text: str
    aspects: tuple[str, ...]
    made: datetime
    leaf_index: int
    digest: str
    composed: int
    rules: Rules
    candidates: int
    certificate: Certificate
    chance: Certificate
    seed: Seed | None
    invitations: tuple[Invited, ...]
    reserves: tuple[Waiting, ...]
    not_selected: tuple[Waiting, ...]
    stations: tuple[Station, ...]
    groups: tuple[Group, ...]
    mixing: Mixing | None
    rotation: tuple[tuple[int, ...], ...]
    pairs: Certificate | None
    possible: int
    uneven: int
    place: str | None
    programme: tuple[ProgrammeItem, ...]
    meetings: tuple[FollowUpMeeting, ...]
    offer: str | None
    unplaced: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    values: tuple[Value, ...]
    untold: tuple[int, ...]  # meetings whose contents all participants have not been told yet (R1), as acts
    steps: tuple[Step, ...]
    closed: datetime | None

    @property
    def drawn(self) -> bool:
        """Whether it has been decided by lot who is invited."""
        return self.seed is not None
