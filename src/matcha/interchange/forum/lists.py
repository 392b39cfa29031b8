"""Who is invited, waits, was not selected, and sits where, as CSV and XLSX. The same forum gives the same bytes."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum

from matcha.forum.record import Forum
from matcha.forum.words import REPLIES, part
from matcha.interchange.exporting import as_cell, fill
from matcha.interchange.forum.moments import here
from matcha.interchange.forum.naming import last_step, names, seat_name, told_reason
from matcha.interchange.forum.record import in_kinds
from matcha.values import Language

SV, EN = Language.SV, Language.EN
Row = tuple[str | float | None, ...]

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # what a ZIP dates its files with when nobody says
_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


class List(StrEnum):
    """The lists of a forum."""

    INVITED = "invited"
    RESERVES = "reserves"
    NOT_SELECTED = "not_selected"
    GROUPS = "groups"


TITLES: dict[Language, dict[List, str]] = {
    SV: {
        List.INVITED: "Inbjudna",
        List.RESERVES: "Reserver",
        List.NOT_SELECTED: "Ej utvalda",
        List.GROUPS: "Grupper",
    },
    EN: {
        List.INVITED: "Invited",
        List.RESERVES: "Reserves",
        List.NOT_SELECTED: "Not selected",
        List.GROUPS: "Groups",
    },
}

_HEADERS: dict[Language, dict[str, str]] = {
    SV: {
        "id": "Aktör-id",
        "name": "Namn",
        "kind": "Slag",
        "seats": "Platser",
        "chance": "Chans",
        "reason": "Skäl",
        "rank": "Plats i matchningen",
        "aspect": "Grad för: {aspect}",
        "closeness": "Närhet till behovet",
        "sent": "Inbjuden",
        "reply": "Svar",
        "order": "Ordning",
        "seat": "Person",
        "group": "Grupp",
        "round": "Station i runda {number}",
    },
    EN: {
        "id": "Actor id",
        "name": "Name",
        "kind": "Kind",
        "seats": "Seats",
        "chance": "Chance",
        "reason": "Reason",
        "rank": "Rank in the match",
        "aspect": "Grade for: {aspect}",
        "closeness": "Closeness to the need",
        "sent": "Invited",
        "reply": "Reply",
        "order": "Order",
        "seat": "Person",
        "group": "Group",
        "round": "Station in round {number}",
    },
}


@dataclass(frozen=True)
class Table:
    """A list as rows under headers."""

    title: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def table(forum: Forum, which: List, language: Language) -> Table:
    """Give a list in the language asked for; chances are numbers from 0 to 1, moments Swedish time."""
    words = _HEADERS[language]
    header, rows = {
        List.INVITED: (_invited_header, _invited),
        List.RESERVES: (_reserves_header, _reserves),
        List.NOT_SELECTED: (_left_header, _left),
        List.GROUPS: (_groups_header, _groups),
    }[which]
    return Table(TITLES[language][which], header(forum, words), tuple(rows(forum, language)))


def csv_bytes(made: Table) -> bytes:
    """Give a table as CSV in UTF-8 with its mark; texts that a spreadsheet might run stand behind an apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([as_cell(value) for value in row] for row in (made.header, *made.rows))
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(forum: Forum, tables: Sequence[Table]) -> bytes:
    """Give tables as a workbook, a sheet each, dated with the forum's last step."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.worksheets[0])
    for made in tables:
        sheet = book.create_sheet(made.title)
        for number, row in enumerate((made.header, *made.rows), start=1):
            for place, value in enumerate(row, start=1):
                fill(sheet.cell(number, place), as_cell(value))
        sheet.freeze_panes = "A2"
        for place, name in enumerate(made.header, start=1):
            sheet.cell(1, place).font = Font(bold=True)
            sheet.column_dimensions[get_column_letter(place)].width = _width(made, place - 1, name)
    content = io.BytesIO()
    book.save(content)
    return _dated(content.getvalue(), f"{last_step(forum).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".encode())


def _width(made: Table, place: int, name: str) -> int:
    return min(60, 2 + max(map(len, (name, *(str(row[place] or "") for row in made.rows)))))


def _dated(workbook: bytes, moment: bytes) -> bytes:
    """Give a workbook with one and the same moment wherever openpyxl puts the clock's."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as read, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as written:
        for name in read.namelist():
            part = read.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + moment, part)
            info = zipfile.ZipInfo(name, _EARLIEST)
            info.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(info, part)
    return content.getvalue()


def _invited_header(forum: Forum, words: dict[str, str]) -> tuple[str, ...]:
    aspects = (words["aspect"].format(aspect=aspect) for aspect in forum.aspects)
    first = (words[name] for name in ("id", "name", "kind", "seats", "chance", "reason", "rank"))
    return (*first, *aspects, words["closeness"], words["sent"], words["reply"])


def _invited(forum: Forum, language: Language) -> Iterator[Row]:
    known = names(forum)
    for one in forum.invitations:
        sent = f"{here(one.said):%Y-%m-%d %H:%M}" if one.said else None
        reply = one.reply and REPLIES[language][one.reply]
        why = told_reason(one, known, language)
        asked = (one.actor_id, one.name, part(one.part, language), one.seats, one.chance / 1_000_000, why, one.rank)
        yield (*asked, *one.grades, one.closeness, sent, reply)


def _reserves_header(forum: Forum, words: dict[str, str]) -> tuple[str, ...]:
    return tuple(words[name] for name in ("kind", "order", "id", "name", "chance", "reason", "rank"))


def _reserves(forum: Forum, language: Language) -> Iterator[Row]:
    known = names(forum)
    for order, one in in_kinds(forum.reserves):
        why = told_reason(one, known, language)
        yield part(one.part, language), order, one.actor_id, one.name, one.chance / 1_000_000, why, one.rank


def _left_header(forum: Forum, words: dict[str, str]) -> tuple[str, ...]:
    return tuple(words[name] for name in ("id", "name", "kind", "chance", "reason", "rank"))


def _left(forum: Forum, language: Language) -> Iterator[Row]:
    known = names(forum)
    for one in forum.not_selected:
        why = told_reason(one, known, language)
        yield one.actor_id, one.name, part(one.part, language), one.chance / 1_000_000, why, one.rank


def _groups_header(forum: Forum, words: dict[str, str]) -> tuple[str, ...]:
    rounds = (words["round"].format(number=number) for number in range(1, len(forum.rotation) + 1))
    return (*(words[name] for name in ("group", "seat", "name", "kind")), *rounds)


def _groups(forum: Forum, language: Language) -> Iterator[Row]:
    for place, group in enumerate(forum.groups):
        visits = tuple(stations[place] if stations[place] > 0 else None for stations in forum.rotation)
        for seat in group.seats:
            yield group.number, seat.id, seat_name(seat, language), part(seat.part, language), *visits
