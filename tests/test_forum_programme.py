"""Half a day without gaps, and stations with a room and people of their own."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from matcha.errors import Invalid
from matcha.forum.programme import LONGEST, SHORTEST, Plan, programme, staffed
from matcha.forum.record import Station
from matcha.process import Item

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOON = datetime(2026, 12, 3, 12, 30, tzinfo=STOCKHOLM)


def test_half_a_day_as_it_is_unless_something_else_is_said() -> None:
    told = [(i.item.value, i.starts.strftime("%H:%M"), i.number) for i in programme(Plan(NOON, 4))]
    assert told == [
        ("arrival", "12:30", None),
        ("briefing", "12:45", None),
        ("round", "13:05", 1),
        ("change", "13:30", None),
        ("round", "13:35", 2),
        ("break", "14:00", None),
        ("round", "14:15", 3),
        ("change", "14:40", None),
        ("round", "14:45", 4),
        ("mingle", "15:10", None),
        ("closing", "15:40", None),
    ]
    assert programme(Plan(NOON, 4))[-1].ends == datetime(2026, 12, 3, 15, 50, tzinfo=STOCKHOLM)


def test_everything_else_has_its_place_and_the_hosts_own_words() -> None:
    plan = Plan(NOON, 3, pause_after=1, tour=20, demo=15, texts={Item.TOUR: "Avdelning 34"})
    items = programme(plan)
    assert [i.item for i in items[2:]] == [
        *(Item.ROUND, Item.BREAK, Item.ROUND, Item.CHANGE, Item.ROUND),
        *(Item.MINGLE, Item.TOUR, Item.DEMO, Item.CLOSING),
    ]
    assert [i.text for i in items if i.text] == ["Avdelning 34"]
    assert items[-3].text == "Avdelning 34"


def test_what_takes_no_time_is_left_out() -> None:
    items = programme(Plan(NOON, 2, arrival=0, round=45, change=0, pause=0, mingle=0, closing=0))
    assert [i.item for i in items] == [Item.BRIEFING, Item.ROUND, Item.ROUND]


def test_any_programme_has_no_gap_and_is_as_long_as_its_parts() -> None:
    random, made = Random(7), 0
    for _ in range(500):
        rounds = random.randint(1, 7)
        minutes = {name: random.choice((0, 5, 10, 20, 40)) for name in ("arrival", "change", "pause", "mingle", "tour")}
        plan = Plan(NOON, rounds, round=random.randint(10, 60), **minutes)  # type: ignore[arg-type]  # minutes, all
        between = (rounds - 1) * plan.change
        if rounds > 1 and plan.pause:
            between += plan.pause - plan.change
        total = plan.arrival + 20 + rounds * plan.round + between + plan.mingle + plan.tour + 10
        if not SHORTEST <= total <= LONGEST:
            with pytest.raises(Invalid, match="minutes"):
                programme(plan)
            continue
        items, made = programme(plan), made + 1
        assert items[0].starts == NOON
        assert items[-1].ends - NOON == timedelta(minutes=total)
        assert all(before.ends == after.starts for before, after in pairwise(items))
        assert all(item.starts < item.ends for item in items)
        assert [item.number for item in items if item.item is Item.ROUND] == [*range(1, rounds + 1)]
    assert made > 150


def test_the_clock_that_is_put_back_makes_no_minute_longer() -> None:
    night = datetime(2026, 10, 25, 1, 0, tzinfo=STOCKHOLM)  # summer time ends at three
    items = programme(Plan(night, 4))
    assert items[-1].ends.astimezone(UTC) - night.astimezone(UTC) == timedelta(minutes=200)
    assert items[-1].ends.strftime("%H:%M %z") == "03:20 +0100"


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (Plan(NOON.replace(tzinfo=None), 4), "time zone"),
        (Plan(NOON, 0), "at least one round"),
        (Plan(NOON, 4, round=0), "at least one round"),
        (Plan(NOON, 4, mingle=-5), "fewer minutes"),
        (Plan(NOON, 4, briefing=0), "same short briefing"),
        (Plan(NOON, 4, pause_after=4), "between two rounds"),
        (Plan(NOON, 1, pause_after=1), "between two rounds"),
        (Plan(NOON, 1, mingle=0), "takes only 70 minutes"),
        (Plan(NOON, 6, round=40), "takes 350 minutes"),
        (Plan(NOON.replace(hour=21, minute=0), 4), "midnight"),
    ],
)
def test_what_is_no_half_day_is_refused_in_both_languages(plan: Plan, why: str) -> None:
    with pytest.raises(Invalid, match=why) as refused:
        programme(plan)
    assert refused.value.sv.endswith(".")


def test_every_station_has_a_room_and_people_of_its_own() -> None:
    full = (Station(1, "a", "Rum 1", "Ada", "Bo"), Station(2, "b", "Rum 2", "Cia", "Dan"))
    assert staffed(full) == ()


def test_what_stations_lack_is_told_station_by_station() -> None:
    stations = (
        Station(1, "a", "Aulan", "Ada", "Bo"),
        Station(2, "b", " aulan", "Cia", "ada"),
        Station(3, "c", None, "Eva", " "),
        Station(4, "d", "Rum 4", "Fia", "Fia"),
    )
    told = [(missing.station, missing.sv, missing.en) for missing in staffed(stations)]
    assert [(number, sv) for number, sv, _ in told] == [
        (1, "Station 1 delar lokal (Aulan) med en annan station."),
        (1, "Ada har mer än en uppgift; station 1 behöver någon som bara står där."),
        (2, "Station 2 delar lokal ( aulan) med en annan station."),
        (2, "ada har mer än en uppgift; station 2 behöver någon som bara står där."),
        (3, "Station 3 saknar en lokal."),
        (3, "Station 3 saknar en antecknare."),
        (4, "Fia har mer än en uppgift; station 4 behöver någon som bara står där."),
    ]
    assert [en for *_, en in told][4:6] == ["Station 3 lacks a room.", "Station 3 lacks a note taker."]
