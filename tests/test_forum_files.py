"""The files of a forum: what they say, that the same forum gives the same bytes, and that no text breaks them."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files as resources
from itertools import cycle
from typing import Any

import openpyxl
import pytest
import typst
from icalendar import Calendar
from PIL import Image, ImageOps

from matcha.errors import Conflict
from matcha.forum.record import Forum, Invited, Seat, Waiting
from matcha.interchange.forum import files as every
from matcha.interchange.forum.calendar import calendar_bytes
from matcha.interchange.forum.files import ForumFile, file, files
from matcha.interchange.forum.lists import List, csv_bytes, table, xlsx_bytes
from matcha.interchange.forum.naming import names, seat_name
from matcha.interchange.forum.paper import Paper, contents, pages, pdf
from matcha.interchange.forum.paper_words import MARKS, QUESTIONS, WORDS
from matcha.interchange.forum.printing import plainest, printable
from matcha.interchange.forum.record import forum_json, record_bytes
from matcha.interchange.forum.report_tables import MOST_LEFT
from matcha.interchange.forum.report_words import REPORT
from matcha.interchange.workbook import read_workbook
from matcha.process import Mixing, Part
from matcha.values import Language
from tests.forum_example import example, unarranged

SV, EN = Language.SV, Language.EN
HOSTILE = (
    '#panic("markup")',
    "] #panic() [",
    "\\ $ ` * _ @nowhere <label> // /* = Heading",
    '=HYPERLINK("http://example.invalid","x")',
    "\"quotes' «»",
    "\u202eright to left\u202c עברית العربية",
    "😀🇸🇪 中文 \U000e0041",
    "Arbetsterapeutverksamhetsutveckling " * 8,
    "x" * 300,
    "0" * 300,
    "\x00\x07\x1b\x7f\ufeff\uffff",
    "א\u0650 Å" + "\u0308" * 40,
    "",
    "one\r\nEND:VEVENT\ntwo\tthree",
)


def hostile() -> Forum:
    forum, said = example(), cycle(HOSTILE)

    def named(one: Any) -> Any:
        return replace(one, name=next(said))

    return replace(
        forum,
        title=HOSTILE[8],
        text="\n".join(HOSTILE),
        aspects=HOSTILE[:4],
        place=HOSTILE[13],
        offer=HOSTILE[0],
        seed=forum.seed and replace(forum.seed, said=HOSTILE[13], witnesses=HOSTILE),
        invitations=tuple(replace(named(one), reason=f"must:{next(said)}") for one in forum.invitations),
        reserves=tuple(map(named, forum.reserves)),
        not_selected=tuple(map(named, forum.not_selected)),
        groups=tuple(replace(group, seats=tuple(map(named, group.seats))) for group in forum.groups),
        stations=tuple(
            replace(one, theme=next(said), room=next(said), facilitator=next(said), note_taker=next(said))
            for one in forum.stations
        ),
        programme=tuple(replace(one, text=next(said)) for one in forum.programme),
        meetings=tuple(replace(named(one), team=next(said)) for one in forum.meetings),
        outcomes=tuple(replace(one, text=next(said)) for one in forum.outcomes),
        values=tuple(replace(named(one), text=next(said)) for one in forum.values),
    )


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


class TestRecord:
    def test_holds_only_json_and_says_what_was_composed(self) -> None:
        forum = example()
        told = forum_json(forum, seconds=1.25)
        assert json.loads(json.dumps(told)) == told
        assert told["need"]["aspects"] == list(forum.aspects)
        assert told["certificate"] == {"objective": 1874, "bound": 1874, "gap": 0.0, "seconds": 1.25}
        assert told["chance"] == {"smallest": 0.5, "bound": 0.5, "gap": 0.0}
        assert told["pairs"] == {"met": 180, "bound": 180, "possible": 780, "gap": 0.0}
        assert told["rotation"] == [[1, 2, 3, 4], [2, 3, 4, 1], [3, 4, 1, 2], [4, 1, 2, 3]]
        assert told["invitations"][1]["chance"] == 0.53125
        assert told["invitations"][1]["kind"] == "company"
        assert sum(len(group["members"]) for group in told["groups"]) == 40
        assert told["rules"]["quotas"]["company"] == [10, 16]
        assert told["programme"][0]["starts"] == "2026-11-12T11:30:00+00:00"

    def test_counts_reserves_within_their_kind(self) -> None:
        shuffled = replace(example(), reserves=example().reserves[::-1])
        told = [(one["kind"], one["order"], one["actor_id"]) for one in forum_json(shuffled)["reserves"]]
        assert told == [
            ("company", 1, "aktor-reserv-3"),
            ("company", 2, "aktor-reserv-2"),
            ("company", 3, "aktor-reserv-1"),
            ("academia", 1, "aktor-reserv-5"),
            ("academia", 2, "aktor-reserv-4"),
            ("patient_organisation", 1, "aktor-reserv-6"),
        ]

    def test_of_the_dossier_is_canonical_and_without_seconds(self) -> None:
        written = record_bytes(example())
        assert written == record_bytes(example())
        assert written.endswith(b"}\n")
        assert json.loads(written) == forum_json(example())
        assert json.loads(written)["certificate"]["seconds"] is None
        assert written.startswith(b'{"candidates":83,"certificate":{"bound":1874')

    def test_says_nothing_of_what_has_not_been_done(self) -> None:
        told = forum_json(unarranged())
        assert told["seed"] is None
        assert told["pairs"] is None
        assert told["groups"] == told["rotation"] == told["stations"] == []


class TestLists:
    def test_say_the_same_in_csv_and_xlsx(self) -> None:
        forum = example()
        tables = [table(forum, which, SV) for which in List]
        read = dict(read_workbook("x.xlsx", xlsx_bytes(forum, tables)))
        assert list(read) == ["Inbjudna", "Reserver", "Ej utvalda", "Grupper"]
        for made in tables:
            lines = [[cell or "" for cell in line] for line in rows(csv_bytes(made))]
            widest = max(map(len, lines))
            assert len(read[made.title]) == len(lines) == len(made.rows) + 1
            for (_, found), line in zip(read[made.title], lines, strict=True):
                padded = found + [""] * (widest - len(found))
                assert [_number(cell) for cell in padded] == [_number(cell) for cell in line]

    def test_give_chances_reasons_and_stations(self) -> None:
        invited = rows(csv_bytes(table(example(), List.INVITED, SV)))
        assert invited[0][:6] == ["Aktör-id", "Namn", "Slag", "Platser", "Chans", "Skäl"]
        assert invited[2][4:6] == ["0.53125", "lottades in bland lika lämpade"]
        left = rows(csv_bytes(table(example(), List.NOT_SELECTED, EN)))
        assert left[4][4] == "is not invited together with Sagolunds Sensorsystem AB (demo), which has a place"
        seats = rows(csv_bytes(table(example(), List.GROUPS, SV)))
        assert seats[0][4:] == [f"Station i runda {number}" for number in (1, 2, 3, 4)]
        assert {tuple(line[4:]) for line in seats[1:] if line[0] == "3"} == {("3", "4", "1", "2")}
        assert len(seats) == 41
        assert [line[2] for line in seats if line[1] == "host/procurement/2"] == ["Värden, inköp 2"]

    def test_are_harmless_to_spreadsheets(self) -> None:
        forum = hostile()
        lines = [line for which in List for line in rows(csv_bytes(table(forum, which, SV)))]
        assert f"'{HOSTILE[3]}" in [cell for line in lines for cell in line]
        assert not [cell for line in lines for cell in line if cell.startswith(("=", "@", "\t", "\r"))]
        book = openpyxl.load_workbook(io.BytesIO(file(forum, ForumFile.WORKBOOK, SV)))
        assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]

    def test_of_a_workbook_hold_no_clock(self) -> None:
        archive = zipfile.ZipFile(io.BytesIO(file(example(), ForumFile.WORKBOOK, SV)))
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        stamped = re.findall(rb">(\d{4}-[^<]*)<", archive.read("docProps/core.xml"))
        last = max(step.made for step in example().steps)
        assert stamped == [f"{last:%Y-%m-%dT%H:%M:%SZ}".encode()] * 2


def _number(cell: str) -> str | float:
    try:
        return float(cell)
    except ValueError:
        return cell


class TestCalendar:
    def test_holds_the_programme_and_every_meeting(self) -> None:
        forum = example()
        programme, *meetings = Calendar.from_ical(calendar_bytes(forum, SV)).events
        assert programme.decoded("dtstart") == datetime(2026, 11, 12, 11, 30, tzinfo=UTC)
        assert programme.decoded("dtend") == forum.programme[-1].ends
        assert str(programme["description"]).splitlines()[2] == "13.10–13.35 Runda 1 vid stationerna"
        assert programme["sequence"] == len(forum.steps)
        assert programme.decoded("dtstamp") == max(step.made for step in forum.steps)
        assert [one.decoded("dtstart") for one in meetings] == [one.starts for one in forum.meetings]
        assert {one.decoded("dtend") - one.decoded("dtstart") for one in meetings} == {timedelta(minutes=30)}

    def test_of_an_actor_shows_no_other_actor(self) -> None:
        written = calendar_bytes(example(), EN, "aktor-company-2").decode().replace("\r\n ", "")
        assert "Blåbärsbäckens Hemmonitorering" in written
        others = [name for name in ("Sagolunds", "Nattugglans", "Kvistens", "aktor-company-1") if name in written]
        assert not others

    def test_keeps_its_uids_when_times_change(self) -> None:
        forum = example()
        later = replace(forum, meetings=tuple(replace(m, starts=m.starts + timedelta(days=1)) for m in forum.meetings))
        before, after = (
            [str(event["uid"]) for event in Calendar.from_ical(calendar_bytes(one, SV)).events]
            for one in (forum, later)
        )
        assert before == after
        assert len(set(before)) == 13

    def test_is_not_ended_by_a_text(self) -> None:
        events = Calendar.from_ical(calendar_bytes(hostile(), SV)).events
        assert len(events) == 13
        assert "END:VEVENT" in str(events[0]["location"])


class TestPapers:
    @pytest.mark.parametrize("paper", Paper)
    def test_are_the_same_bytes_and_accessible(self, paper: Paper) -> None:
        written = pdf(example(), paper, EN)
        assert written == pdf(example(), paper, EN)
        assert b"<pdfuaid:part>1</pdfuaid:part>" in written
        assert b"/Lang(en)" in written
        assert b'<rdf:li xml:lang="x-default">' + contents(example(), paper, EN)["title"].encode() in written
        assert b"2026-11-18" in written  # the last step, not today

    @pytest.mark.parametrize("forum", [example(Mixing.REMIXED), hostile()], ids=["remixed", "hostile"])
    def test_keep_to_their_pages(self, forum: Forum) -> None:
        counted = {paper: len(pages(forum, paper, SV, ppi=10)) for paper in Paper if paper is not Paper.REPORT}
        assert counted == {Paper.BADGES: 4, Paper.STATIONS: 4, Paper.SEATING: 5}

    @pytest.mark.parametrize("paper", Paper)
    def test_are_broken_by_no_text(self, paper: Paper) -> None:
        assert pdf(hostile(), paper, SV).startswith(b"%PDF")

    def test_say_what_was_done_and_what_was_not(self) -> None:
        told = json.dumps(contents(example(), Paper.REPORT, SV), ensure_ascii=False)
        bare = json.dumps(contents(unarranged(), Paper.REPORT, SV), ensure_ascii=False)
        for said in ("180 av 780 par möts", "Medel av 6 svar", "insikt 4,0", "konto-demo-1", "Alla deltagare har fått"):
            assert said in told
        assert "Ingen lott är dragen än." in bare
        assert '["Personer", "38–40"], ["Kan komma i fråga", "31"]' in bare
        assert example().digest in bare
        assert pdf(unarranged(), Paper.REPORT, SV)

    def test_warn_of_what_has_not_been_told_to_all(self) -> None:
        told = json.dumps(contents(replace(example(), untold=(7, 9)), Paper.REPORT, EN))
        assert "has not reached all participants yet: 7, 9." in told

    def test_print_no_more_left_than_there_is_room_for(self) -> None:
        one = Waiting("aktor-x", "En aktör (demo)", Part.COMPANY, "not_qualified", 0, None)
        lucky = replace(one, reason="lot", chance=1, name="Hade en chans (demo)")
        told = contents(replace(example(), not_selected=(one,) * MOST_LEFT + (lucky,)), Paper.REPORT, SV)
        note, listed = next(s["blocks"] for s in told["sections"] if s["title"] == "Ej utvalda")
        assert note["text"].startswith("Här står 1\N{NO-BREAK SPACE}000 av 1\N{NO-BREAK SPACE}001")
        assert len(listed["rows"]) == MOST_LEFT
        assert listed["rows"][0][0] == "Hade en chans (demo)"

    def test_seat_everybody_once_in_each_round(self) -> None:
        forum = example(Mixing.REMIXED)
        everybody = sorted(seat_name(seat, SV) for group in forum.groups for seat in group.seats)
        chart = contents(forum, Paper.SEATING, SV)
        for round in chart["rounds"]:
            assert sorted(seat["name"] for one in round["tables"] for seat in one["seats"]) == everybody
        sheets = contents(forum, Paper.STATIONS, SV)["stations"]
        for at in range(4):
            assert sorted(seat["name"] for one in sheets for seat in one["visits"][at]["seats"]) == everybody

    def test_leave_out_who_is_not_there(self) -> None:
        forum = example()
        away = replace(forum, rotation=((0, 2, 3, 4), *forum.rotation[1:]))
        assert len(pages(away, Paper.SEATING, SV, ppi=10)) == 5
        assert contents(away, Paper.SEATING, SV)["rounds"][0]["tables"][0]["seats"] == []
        badge = next(one for one in contents(away, Paper.BADGES, SV)["badges"] if one["group"] == 1)
        assert [visit["station"] for visit in badge["visits"]] == [None, 2, 3, 4]


def test_a_text_stays_in_its_box() -> None:
    common = (resources(every.__package__) / "templates" / "common.typ").read_text()
    source = f"""{common}
#set page(width: 100mm, height: 60mm, margin: 10mm)
#for one in data.said {{ page(fitted(one, 40mm, 12mm, sizes: (20pt, 14pt, 9pt))) }}"""
    data = {**contents(example(), Paper.BADGES, SV), "said": ["Kort", *HOSTILE]}
    inputs = {"data": json.dumps(printable(data))}
    made: Any = typst.compile(source.encode(), format="png", ppi=72, sys_inputs=inputs, ignore_system_fonts=True)
    points = 72 / 25.4
    boxes = [ImageOps.invert(Image.open(io.BytesIO(page)).convert("L")).getbbox() for page in made]
    assert len(boxes) == len(HOSTILE) + 1
    for left, top, right, bottom in filter(None, boxes):
        assert left >= 10 * points - 2
        assert top >= 10 * points - 2
        assert right <= 50 * points + 2
        assert bottom <= 22 * points + 2


class TestPrinting:
    def test_shows_what_cannot_be_printed_as_its_escape(self) -> None:
        said = ["Åsa – 5 × ½ “q”", "a\u202eb\x07", "😀", "中", "עברית", "Ω ж", "a\r\nb\tc"]
        assert printable(said) == [
            "Åsa – 5 × ½ “q”",
            "a\\u202eb\\x07",
            "\\U0001f600",
            "\\u4e2d",
            "עברית",
            "Ω ж",
            "a\nb c",
        ]
        assert printable("A" + "\u0308" * 5) == "A" + "\u0308" * 3 + "\\u0308" * 2
        assert plainest(["Åsa ж"]) == ["Åsa \\u0436"]

    def test_lets_long_words_break_and_digests_without_a_hyphen(self) -> None:
        word, digest = printable({"a": ["y" * 30, "0a" * 20]})["a"]
        assert word.replace("\N{SOFT HYPHEN}", "") == "y" * 30 != word
        assert digest.replace("\N{ZERO WIDTH SPACE}", "") == "0a" * 20 != digest


class TestLooks:
    def test_kinds_differ_in_code_shape_and_colour(self) -> None:
        assert set(MARKS) == set(Part)
        for looks in zip(*((*mark.codes, mark.shape, mark.colour) for mark in MARKS.values()), strict=True):
            assert len(set(looks)) == len(Part)

    def test_every_colour_can_be_read(self) -> None:
        common = (resources(every.__package__) / "templates" / "common.typ").read_text()
        named = dict(re.findall(r'#let (\w+) = rgb\("(#\w+)"\)', common))
        tints = re.findall(r'"(#\w{6})"', common.partition("#let tints")[2].partition("\n")[0])
        assert len(tints) == 8
        on_white = [named["ink"], named["accent"], named["quiet"], *(mark.colour for mark in MARKS.values())]
        assert min(_contrast(colour, "#ffffff") for colour in on_white) >= 4.5
        assert min(_contrast(named["ink"], tint) for tint in tints) >= 4.5
        assert min(_contrast(named[name], named["soft"]) for name in ("ink", "accent", "quiet")) >= 4.5

    def test_both_languages_say_the_same(self) -> None:
        assert WORDS[SV].keys() == WORDS[EN].keys()
        assert REPORT[SV].keys() == REPORT[EN].keys()
        assert len(QUESTIONS[SV]) == len(QUESTIONS[EN])
        for sv, en in ((WORDS[SV], WORDS[EN]), (REPORT[SV], REPORT[EN])):
            assert {name: re.findall(r"{\w+}", said) for name, said in sv.items()} == {
                name: re.findall(r"{\w+}", said) for name, said in en.items()
            }


def _contrast(first: str, second: str) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""
    dark, light = sorted(map(_luminance, (first, second)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class TestFiles:
    def test_are_all_there_and_the_same_again(self) -> None:
        made = files(example(), SV)
        assert list(made) == [name.value for name in ForumFile]
        again = (name for name in ForumFile if name.media_type != "application/pdf")
        assert all(made[name] == file(example(), name, SV) for name in again)
        assert made["forum.json"] == record_bytes(example())
        assert ForumFile("forum.pdf").media_type == "application/pdf"
        assert {name.media_type.partition("/")[0] for name in ForumFile} == {"application", "text"}

    def test_before_arranging_say_what_to_run(self) -> None:
        made = files(unarranged(), EN)
        assert list(made) == [
            "inbjudningar.csv",
            "reserver.csv",
            "ej-utvalda.csv",
            "inbjudningar.xlsx",
            "forum.pdf",
            "forum.json",
        ]
        with pytest.raises(Conflict, match="Run matcha forum arrange first") as caught:
            file(unarranged(), ForumFile.BADGES, EN)
        assert "Kör matcha forum arrange först" in caught.value.sv
        with pytest.raises(Conflict, match="Run matcha forum plan first"):
            file(unarranged(), ForumFile.PROGRAMME, EN)


def test_the_example_is_whole() -> None:
    forum = example()
    assert {type(one) for one in forum.invitations} == {Invited}
    assert {type(seat) for group in forum.groups for seat in group.seats} == {Seat}
    assert all("(demo)" in name for name in names(forum).values())
    assert sum(one.seats for one in forum.invitations) + forum.rules.hosted == 40
