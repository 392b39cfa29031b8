"""The programme of a forum: half a day without gaps (S28, S31, S32), and whether its stations are staffed.

Everybody gets the same briefing before the first round. Between two rounds there is a change of station, or the break.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from matcha.errors import Invalid
from matcha.forum.record import ProgrammeItem, Station
from matcha.process import Item

SHORTEST, LONGEST = 90, 300  # minutes of what is called half a day

_Span = tuple[Item, int, int | None]  # what, for how many minutes, which round


@dataclass(frozen=True)
class Plan:
    """What a programme is made from: when it starts, how many rounds, and the minutes of each thing; 0 leaves it out.

    `pause_after` is the round that the break follows; half of them unless said. `texts` are the host's own additions
    to each kind of item.
    """

    starts: datetime
    rounds: int
    arrival: int = 15
    briefing: int = 20
    round: int = 25
    change: int = 5
    pause: int = 15
    pause_after: int | None = None
    mingle: int = 30
    tour: int = 0
    demo: int = 0
    closing: int = 10
    texts: Mapping[Item, str] = field(default_factory=dict)

    @property
    def middle(self) -> int:
        """The round that the break follows."""
        return (self.rounds + 1) // 2 if self.pause_after is None else self.pause_after


@dataclass(frozen=True, slots=True)
class Missing:
    """What a station lacks, in words."""

    station: int
    sv: str
    en: str


def programme(plan: Plan) -> tuple[ProgrammeItem, ...]:
    """Give the programme in order; each item starts when the one before ends.

    Times are in the zone of `plan.starts`. Invalid if it is no half day, or starts at a time without a zone.
    """
    _check(plan)
    items, at = [], plan.starts
    for item, minutes, number in _spans(plan):
        ends = _later(at, minutes)
        items.append(ProgrammeItem(item, at, ends, number, plan.texts.get(item)))
        at = ends
    if at.date() != plan.starts.date():
        raise Invalid(
            "Programmet går över midnatt. Börja tidigare.", "The programme goes on past midnight. Start earlier."
        )
    return tuple(items)


def _later(at: datetime, minutes: int) -> datetime:
    """Go by the clock that never jumps, should summer time begin or end meanwhile."""
    return (at.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(at.tzinfo)


def _spans(plan: Plan) -> tuple[_Span, ...]:
    before = ((Item.ARRIVAL, plan.arrival, None), (Item.BRIEFING, plan.briefing, None))
    after = (
        (Item.MINGLE, plan.mingle, None),
        (Item.TOUR, plan.tour, None),
        (Item.DEMO, plan.demo, None),
        (Item.CLOSING, plan.closing, None),
    )
    return tuple(span for span in (*before, *_rounds(plan), *after) if span[1])


def _rounds(plan: Plan) -> Iterator[_Span]:
    for number in range(1, plan.rounds + 1):
        yield Item.ROUND, plan.round, number
        if number < plan.rounds:
            pauses = number == plan.middle and plan.pause
            yield (Item.BREAK, plan.pause, None) if pauses else (Item.CHANGE, plan.change, None)


def _check(plan: Plan) -> None:
    if plan.starts.tzinfo is None:
        raise Invalid("Säg i vilken tidszon mötet börjar.", "Say in which time zone the meeting starts.")
    if min(plan.arrival, plan.change, plan.pause, plan.mingle, plan.tour, plan.demo, plan.closing) < 0:
        raise Invalid("Minuter kan inte vara färre än noll.", "There cannot be fewer minutes than none.")
    if plan.rounds < 1 or plan.round < 1:
        raise Invalid(
            "Ange minst en runda, och hur länge den varar.", "Give at least one round, and how long it lasts."
        )
    if plan.briefing < 1:
        raise Invalid(
            "Alla ska få samma korta inledning först. Ange hur länge den varar.",
            "Everybody gets the same short briefing first. Say how long it lasts.",
        )
    if plan.pause_after is not None and not 0 < plan.pause_after < plan.rounds:
        raise Invalid("Pausen ska ligga mellan två rundor.", "The break shall be between two rounds.")
    _check_length(sum(minutes for _, minutes, _ in _spans(plan)))


def _check_length(minutes: int) -> None:
    if minutes > LONGEST:
        raise Invalid(
            f"Programmet tar {minutes} minuter. En halvdag är högst {LONGEST}; korta rundorna eller ta bort något.",
            f"The programme takes {minutes} minutes. Half a day is at most {LONGEST}; shorten the rounds or leave "
            "something out.",
        )
    if minutes < SHORTEST:
        raise Invalid(
            f"Programmet tar bara {minutes} minuter. Ett forum behöver minst {SHORTEST}; ge rundorna mer tid.",
            f"The programme takes only {minutes} minutes. A forum needs at least {SHORTEST}; make the rounds longer.",
        )


def staffed(stations: Sequence[Station]) -> tuple[Missing, ...]:
    """Give what is missing, by station: each has a room, a facilitator and a note taker of its own.

    Rooms and people are told apart by name; capitals and spaces make no difference.
    """
    rooms = Counter(_plain(station.room) for station in stations)
    people = Counter(_plain(name) for station in stations for name in (station.facilitator, station.note_taker))
    return tuple(missing for station in stations for missing in _missing(station, rooms, people))


def _missing(station: Station, rooms: Mapping[str, int], people: Mapping[str, int]) -> Iterable[Missing]:
    number = station.number
    for name, sv, en in (
        (station.room, "en lokal", "a room"),
        (station.facilitator, "en samtalsledare", "a facilitator"),
        (station.note_taker, "en antecknare", "a note taker"),
    ):
        if not _plain(name):
            yield Missing(number, f"Station {number} saknar {sv}.", f"Station {number} lacks {en}.")
    if _plain(station.room) and rooms[_plain(station.room)] > 1:
        yield Missing(
            number,
            f"Station {number} delar lokal ({station.room}) med en annan station.",
            f"Station {number} shares its room ({station.room}) with another station.",
        )
    for name in dict.fromkeys((station.facilitator, station.note_taker)):
        if _plain(name) and people[_plain(name)] > 1:
            yield Missing(
                number,
                f"{name} har mer än en uppgift; station {number} behöver någon som bara står där.",
                f"{name} has more than one task; station {number} needs somebody who is only there.",
            )


def _plain(name: str | None) -> str:
    return " ".join((name or "").split()).casefold()
