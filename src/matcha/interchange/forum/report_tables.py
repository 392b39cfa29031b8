"""The tables of a forum's report: named columns with their shares of the width, and rows of texts.

A cell that is a kind is `{"kind": …}`, one that is a station `{"station": …}`; both are drawn and told.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from matcha.forum.record import Forum
from matcha.forum.words import ACTS, OUTCOMES, REPLIES, chance, item, part
from matcha.interchange.forum.moments import span, stamp
from matcha.interchange.forum.naming import names, seat_name, told_reason
from matcha.interchange.forum.record import in_kinds
from matcha.interchange.forum.report_words import REPORT
from matcha.process import Part
from matcha.values import Language

MOST_LEFT = 1_000  # rows; a paper of 10,000 takes a gigabyte to set, and the CSV and the record hold them all

Cell = str | dict[str, Any]
Columns = tuple[tuple[str, int], ...]  # a word of REPORT (or what it says) and a share of the width; 0 is no wider than


def invited(forum: Forum, language: Language) -> dict[str, Any]:
    """Give who is invited, with chance, grades, reason and reply."""
    known = names(forum)
    columns = (("name", 10), ("kind", 0), ("seats", 0), ("chance", 0), ("grades", 0), ("why", 9), ("reply", 4))
    rows = (
        (
            one.name,
            _kind(one.part, language),
            str(one.seats),
            chance(one.chance, language),
            f"{' '.join(map(str, one.grades))} · {one.closeness}",
            told_reason(one, known, language),
            REPLIES[language][one.reply] if one.reply else "–",
        )
        for one in forum.invitations
    )
    return _table(columns, rows, language)


def reserves(forum: Forum, language: Language) -> dict[str, Any]:
    """Give the reserves, kind by kind in order."""
    known = names(forum)
    columns = (("kind", 0), ("order", 0), ("name", 10), ("chance", 0), ("why", 9))
    rows = (
        (
            _kind(one.part, language),
            str(order),
            one.name,
            chance(one.chance, language),
            told_reason(one, known, language),
        )
        for order, one in in_kinds(forum.reserves)
    )
    return _table(columns, rows, language)


def left(forum: Forum, language: Language) -> dict[str, Any]:
    """Give who was not selected, with chance and reason: those who had a chance first, and no more than MOST_LEFT."""
    known = names(forum)
    columns = (("name", 10), ("kind", 0), ("chance", 0), ("why", 12))
    rows = (
        (one.name, _kind(one.part, language), chance(one.chance, language), told_reason(one, known, language))
        for one in sorted(forum.not_selected, key=lambda one: one.chance == 0)[:MOST_LEFT]
    )
    return _table(columns, rows, language)


def stations(forum: Forum, language: Language) -> dict[str, Any]:
    """Give the stations with their people of the host's."""
    columns = (("station", 0), ("theme", 10), ("room", 4), ("facilitator", 6), ("note_taker", 6))
    rows = (
        ({"station": one.number}, one.theme, one.room or "–", one.facilitator or "–", one.note_taker or "–")
        for one in forum.stations
    )
    return _table(columns, rows, language)


def groups(forum: Forum, language: Language) -> dict[str, Any]:
    """Give each group with its members and its station in each round."""
    rounds = [REPORT[language]["round"].format(number=at + 1) for at in range(len(forum.rotation))]
    columns = (("group", 0), ("members", 1), *((told, 0) for told in rounds))
    rows = (
        (
            str(group.number),
            "; ".join(seat_name(seat, language) for seat in group.seats),
            *({"station": on[place]} if on[place] > 0 else "–" for on in forum.rotation),
        )
        for place, group in enumerate(forum.groups)
    )
    return _table(columns, rows, language)


def programme(forum: Forum, language: Language) -> dict[str, Any]:
    """Give the programme in order."""
    rows = (
        (span(one.starts, one.ends, language), item(one, language) + (f". {one.text}" if one.text else ""))
        for one in forum.programme
    )
    return _table((("time", 0), ("item", 1)), rows, language)


def meetings(forum: Forum, language: Language) -> dict[str, Any]:
    """Give the follow-up meetings, and whether their notes are filed (R8)."""
    words = REPORT[language]
    columns = (("name", 10), ("team", 6), ("time", 0), ("minutes", 0), ("held", 0), ("notes", 0))
    rows = (
        (
            one.name,
            one.team,
            stamp(one.starts, language),
            str(one.minutes),
            one.held.isoformat() if one.held else "–",
            words["filed"] if one.notes else words["unfiled"] if one.held else "–",
        )
        for one in forum.meetings
    )
    return _table(columns, rows, language)


def outcomes(forum: Forum, language: Language) -> dict[str, Any]:
    """Give what came of it for the care."""
    rows = (
        (OUTCOMES[language][one.kind], {"station": one.station} if one.station else "–", one.text)
        for one in forum.outcomes
    )
    return _table((("kind", 4), ("station", 0), ("what", 14)), rows, language)


def values(forum: Forum, language: Language) -> dict[str, Any]:
    """Give what participants got out of it."""
    columns = (("name", 9), ("insight", 0), ("contacts", 0), ("again", 0), ("words", 10))
    rows = ((one.name, str(one.insight), str(one.contacts), str(one.again), one.text or "–") for one in forum.values)
    return _table(columns, rows, language)


def steps(forum: Forum, language: Language) -> dict[str, Any]:
    """Give every step with its entry in the match log."""
    rows = ((stamp(one.made, language), ACTS[language][one.kind], one.by, str(one.leaf_index)) for one in forum.steps)
    return _table((("when", 0), ("step", 8), ("by", 6), ("leaf", 0)), rows, language)


def _kind(kind: Part, language: Language) -> dict[str, str]:
    return {"kind": kind.value, "said": part(kind, language)}


def _table(columns: Columns, rows: Iterable[tuple[Cell, ...]], language: Language) -> dict[str, Any]:
    words = REPORT[language]
    return {
        "type": "table",
        "header": [words.get(name, name) for name, _ in columns],
        "shares": [share for _, share in columns],
        "rows": [list(row) for row in rows],
    }
