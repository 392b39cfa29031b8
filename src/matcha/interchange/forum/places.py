"""Who is where, as the templates of badges, station sheets and seating charts take it: texts, numbers and lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from matcha.forum.record import Forum, Group, Seat, Station
from matcha.forum.words import part
from matcha.interchange.forum.moments import span
from matcha.interchange.forum.naming import seat_name
from matcha.interchange.forum.paper_words import MARKS, QUESTIONS, WORDS
from matcha.process import Item, Part
from matcha.values import Language


def common(forum: Forum, language: Language) -> dict[str, Any]:
    """Give what every paper needs: its language, the forum's title, words, and how kinds are told apart."""
    return {
        "lang": language.value,
        "forum": forum.title,
        "place": forum.place,
        "words": WORDS[language],
        "kinds": {kind.value: _kind(kind, language) for kind in Part},
    }


def badges(forum: Forum, language: Language) -> dict[str, Any]:
    """Give a badge for every person, by name: what it is, its group, and its station in each round."""
    found = [
        {**_person(seat, language), "group": group.number, "visits": _visits(forum, place, language)}
        for place, group in enumerate(forum.groups)
        for seat in group.seats
    ]
    return {"badges": sorted(found, key=lambda badge: (badge["name"].casefold(), badge["group"]))}


def station_sheets(forum: Forum, language: Language) -> dict[str, Any]:
    """Give each station with who comes in which round; the questions are the same for all."""
    rounds = range(len(forum.rotation))
    return {
        "questions": list(QUESTIONS[language]),
        "stations": [
            {**_station(station), "visits": [_visit(forum, station, at, language) for at in rounds]}
            for station in forum.stations
        ],
    }


def seating(forum: Forum, language: Language) -> dict[str, Any]:
    """Give each group with its way between the stations, and each round with who sits at which station."""
    return {
        "groups": [
            {"number": group.number, "size": len(group.seats), "kinds": _kinds_of(group.seats), "visits": visits}
            for group, visits in zip(forum.groups, _ways(forum), strict=True)
        ],
        "counts": _kinds_of(seat for group in forum.groups for seat in group.seats),
        "stations": [_station(station) for station in forum.stations],
        "rounds": [_round(forum, at, language) for at in range(len(forum.rotation))],
    }


def told_kinds(seats: Iterable[Seat], language: Language) -> str:
    """Tell how many there are of each kind: `4 företag, 2 akademi`."""
    counts = Counter(seat.part for seat in seats)
    told = ", ".join(f"{counts[kind]} {part(kind, language, counts[kind])}" for kind in Part if counts[kind])
    return told or WORDS[language]["nobody"]


def _kind(kind: Part, language: Language) -> dict[str, str]:
    mark = MARKS[kind]
    code = mark.codes[language is Language.EN]
    named = {"name": part(kind, language), "several": part(kind, language, 2)}
    return {"code": code, "shape": mark.shape, "colour": mark.colour, **named}


def _ways(forum: Forum) -> list[list[int | None]]:
    """Give each group's station in each round; None is not there."""
    return [
        [stations[place] if stations[place] > 0 else None for stations in forum.rotation]
        for place in range(len(forum.groups))
    ]


def _visits(forum: Forum, place: int, language: Language) -> list[dict[str, Any]]:
    return [
        {"round": at, "station": station, "time": _time(forum, at, language)}
        for at, station in enumerate(_ways(forum)[place], start=1)
    ]


def _time(forum: Forum, number: int, language: Language) -> str | None:
    for one in forum.programme:
        if one.item is Item.ROUND and one.number == number:
            return span(one.starts, one.ends, language)
    return None


def _station(station: Station) -> dict[str, Any]:
    return {
        "number": station.number,
        "theme": station.theme,
        "room": station.room,
        "facilitator": station.facilitator,
        "note_taker": station.note_taker,
    }


def _at(forum: Forum, at: int, station: Station) -> list[Group]:
    return [group for group, number in zip(forum.groups, forum.rotation[at], strict=True) if number == station.number]


def _visit(forum: Forum, station: Station, at: int, language: Language) -> dict[str, Any]:
    groups = _at(forum, at, station)
    return {
        "round": at + 1,
        "time": _time(forum, at + 1, language),
        "groups": [group.number for group in groups],
        "seats": _seats(groups, language),
    }


def _seats(groups: Iterable[Group], language: Language) -> list[dict[str, str]]:
    """Give who sits together, kind by kind."""
    kinds = list(Part)
    seats = sorted((seat for group in groups for seat in group.seats), key=lambda seat: kinds.index(seat.part))
    return [_person(seat, language) for seat in seats]


def _person(seat: Seat, language: Language) -> dict[str, str]:
    return {"name": seat_name(seat, language), "kind": seat.part.value}


def _round(forum: Forum, at: int, language: Language) -> dict[str, Any]:
    tables = [_table(forum, at, station, language) for station in forum.stations]
    return {"number": at + 1, "time": _time(forum, at + 1, language), "tables": tables}


def _table(forum: Forum, at: int, station: Station, language: Language) -> dict[str, Any]:
    groups = _at(forum, at, station)
    seats, words = [seat for group in groups for seat in group.seats], WORDS[language]
    people = f"{len(seats)} {words['people']}"
    alt = words["table_alt"].format(number=station.number, people=people, kinds=told_kinds(seats, language))
    return {
        **_station(station),
        "groups": [group.number for group in groups],
        "seats": _seats(groups, language),
        "alt": alt,
    }


def _kinds_of(seats: Iterable[Seat]) -> list[dict[str, Any]]:
    counts = Counter(seat.part for seat in seats)
    return [{"kind": kind.value, "count": counts[kind]} for kind in Part if counts[kind]]
