"""Files in and out: what is read, what is refused and where the fault is."""

import csv
import io
import json
import re
import zipfile
from datetime import datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from matcha import ActorKind, Batch, Matcha
from matcha.errors import Invalid, InvalidRows, Unavailable
from matcha.interchange import export, read_batch
from matcha.interchange.tables import read_tables
from matcha.interchange.workbook import read_workbook
from matcha.records.batch import FORMS, Noun

ACTOR = {"id": "a1", "name": "Ett bolag (demo)", "kind": "company", "org_number": "495000-0010"}
PROFILE = {"id": "p1", "actor_id": "a1", "title": "Handhygien", "text": "Vi mäter; varje dag.\nÅterkoppling, snabbt."}
NEED = {"id": "n1", "title": "Rena händer", "text": "Händerna spritas för sällan.", "quantity_number": 12.5}
CONTACT = {"id": "k1", "actor_id": "a1", "name": "Testperson Alfa", "email": "alfa@exempel.example"}
EVERYTHING: dict[str, list[dict[str, Any]]] = {
    "actors": [ACTOR],
    "contacts": [CONTACT],
    "profiles": [PROFILE],
    "needs": [NEED],
}


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def as_csv(rows: list[dict[str, Any]], delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def as_xlsx(sheets: dict[str, list[dict[str, Any]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append(list(row.values()))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def faults(*paths: Path) -> list[tuple[str, int, str | None, str]]:
    with pytest.raises(InvalidRows) as raised:
        read_batch(paths)
    return [(fault.file, fault.row, fault.column, fault.sv) for fault in raised.value.rows]


def plain(batch: Batch) -> dict[str, list[dict[str, Any]]]:
    return {noun: [form.model_dump(mode="json") for form in getattr(batch, noun)] for noun in Noun}


@pytest.fixture
def expected(tmp_path: Path) -> dict[str, list[dict[str, Any]]]:
    return plain(read_batch([written(tmp_path / "all.json", json.dumps(EVERYTHING))]))


def test_json_csv_and_xlsx_give_the_same(tmp_path: Path, expected: dict[str, Any]) -> None:
    assert expected["needs"][0]["quantity_number"] == 12.5
    assert expected["profiles"][0]["text"] == PROFILE["text"]
    csvs = [written(tmp_path / f"{i}.csv", as_csv([row])) for i, (row,) in enumerate(EVERYTHING.values())]
    assert plain(read_batch(csvs)) == expected
    lists = [written(tmp_path / f"{i}.json", json.dumps([row])) for i, (row,) in enumerate(EVERYTHING.values())]
    assert plain(read_batch(lists)) == expected
    swedish = dict(zip(("Aktörer", "Kontakter", "Profiler", "Behov"), EVERYTHING.values(), strict=True))
    for sheets in (EVERYTHING, swedish, {f"Blad{i}": rows for i, rows in enumerate(EVERYTHING.values())}):
        assert plain(read_batch([written(tmp_path / "all.xlsx", as_xlsx(sheets))])) == expected


def test_csv_as_swedish_excel_writes_it(tmp_path: Path, expected: dict[str, Any]) -> None:
    text = "\ufeff" + as_csv([NEED | {"quantity_number": "12,5"}], ";").replace("\n", "\r\n")
    assert plain(read_batch([written(tmp_path / "behov.csv", text)]))["needs"] == expected["needs"]


def test_every_fault_is_told_with_file_row_and_column(tmp_path: Path) -> None:
    rows = [
        ACTOR,
        ACTOR | {"id": "a2", "kind": "firm"},
        ACTOR | {"id": "med blank", "org_number": ""},
        ACTOR | {"id": "a4", "org_number": "495000-0011"},
        ACTOR | {"id": "a5", "name": "  "},
        ACTOR,
    ]
    file = written(tmp_path / "aktörer.csv", as_csv(rows))
    found = faults(file)
    assert [(file, row, column) for file, row, column, _ in found] == [
        ("aktörer.csv", 3, "kind"),
        ("aktörer.csv", 4, "id"),
        ("aktörer.csv", 5, None),
        ("aktörer.csv", 6, "name"),
        ("aktörer.csv", 7, "id"),
    ]
    assert "är inget svenskt organisationsnummer" in found[2][3]
    assert "finns redan i aktörer.csv, rad 2" in found[4][3]


def test_faults_in_several_files_are_told_together(tmp_path: Path) -> None:
    one = written(tmp_path / "a.json", json.dumps([{"id": "a1", "name": "x", "kind": "company"}, {"id": "a2"}]))
    two = written(tmp_path / "n.json", json.dumps([NEED | {"quantity_number": "många"}]))
    assert [fault[:3] for fault in faults(one, two)] == [
        ("a.json", 2, "name"),
        ("a.json", 2, "kind"),
        ("n.json", 1, "quantity_number"),
    ]


def test_text_that_cannot_be_read_is_a_fault_of_its_row(tmp_path: Path) -> None:
    rows = [PROFILE | {"id": f"p{i}", "text": text} for i, text in enumerate(["bra text", "…", "a" * 20_001, "a\x07b"])]
    found = faults(written(tmp_path / "p.json", json.dumps(rows)))
    assert [fault[1:3] for fault in found] == [(2, "text"), (3, "text"), (4, "text")]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ("id,name,kind,kommun", "kommun"),
        ("id,title", "text"),
        ("namn,typ", "namn, typ"),
        ("id,name,kind,name", "a name of its own"),
    ],
)
def test_wrong_columns_are_named(tmp_path: Path, columns: str, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        read_batch([written(tmp_path / "x.csv", f"{columns}\n{','.join('1' for _ in columns.split(','))}\n")])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.csv", b""),
        ("x.csv", b"id,name,kind\na1,x,company,extra\n"),
        ("x.csv", b'id,name,kind\na1,"x,company\n'),
        ("x.csv", "id,name,kind\na1,Å,company\n".encode("latin-1")),
        ("x.csv", b"\x00\x01\x02"),
        ("x.csv", b"\x7fELF\x02\x01\x01\x00\xff\xfe"),
        ("x.json", b"{"),
        ("x.json", b'"text"'),
        ("x.json", b'[{"id": NaN}]'),
        ("x.json", b"[" * 100_000),
        ("x.json", b"[1, 2]"),
        ("x.xlsx", b"PK\x03\x04 not really"),
        ("x.xlsx", b"plain text"),
        ("x.pdf", b"%PDF-1.7"),
        ("x", b"id,name,kind\n"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(Invalid) as raised:
        read_batch([written(tmp_path / name, content)])
    assert name in raised.value.sv
    assert name in raised.value.en


def test_a_file_that_is_missing_or_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mapp.csv").mkdir()
    for name in ("saknas.csv", "mapp.csv"):
        with pytest.raises(Invalid, match=rf"{name} cannot be read"):
            read_batch([tmp_path / name])


def test_too_much_is_refused_before_it_is_read(tmp_path: Path) -> None:
    rows = "".join(f"a{i},x,company\n" for i in range(20_001))
    with pytest.raises(Invalid, match="more than 20,000 rows"):
        read_batch([written(tmp_path / "x.csv", f"id,name,kind\n{rows}")])
    with pytest.raises(Invalid, match="at most 20 MB"):
        read_batch([written(tmp_path / "y.csv", b"x" * 20_000_001)])
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in range(3):
            archive.writestr(f"xl/part{part}.xml", b"0" * 80_000_000)
    with pytest.raises(Invalid, match="unpacks to too much"):
        read_batch([written(tmp_path / "z.xlsx", bomb.getvalue())])


def test_a_spreadsheet_with_entities_is_refused(tmp_path: Path) -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    content = io.BytesIO(as_xlsx({"actors": [ACTOR]}))
    hostile = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(hostile, "w") as new:
        for name in old.namelist():
            bomb = laughs if name == "xl/worksheets/sheet1.xml" else b""
            new.writestr(name, bomb + old.read(name))
    with pytest.raises(Invalid):
        read_batch([written(tmp_path / "x.xlsx", hostile.getvalue())])


@pytest.mark.parametrize("target", ["out.json", "out.xlsx", "folder"])
def test_what_is_exported_can_be_imported_and_changes_nothing(tmp_path: Path, target: str) -> None:
    hostile = ["=1+1", "+46", "-5", "@SUM(A1)", "\t=x", "'citat'", "=HYPERLINK(1)", "a;b,c"]
    forms = {
        "actors": [ACTOR | {"id": f"a{i}", "name": f"{text} x"} for i, text in enumerate(hostile)],
        "profiles": [PROFILE | {"id": f"p{i}", "actor_id": "a0", "title": f"{t} y"} for i, t in enumerate(hostile)],
        "needs": [NEED],
    }
    system = Matcha.in_memory()
    system.submit(read_batch([written(tmp_path / "in.json", json.dumps(forms))]))
    rows: dict[Noun, list[dict[str, Any]]] = {
        Noun.ACTORS: [a.model_dump(mode="json") for a in system.actors()],
        Noun.PROFILES: [
            p.version.model_dump(mode="json") | {"id": p.profile.id, "actor_id": p.actor.id} for p in system.profiles()
        ],
        Noun.NEEDS: [n.model_dump(mode="json") for n in system.needs()],
    }
    files = export(tmp_path / target, rows)
    plan = system.plan(read_batch(files))
    assert {noun: (counts.new, counts.edited) for noun, counts in plan.counts} == dict.fromkeys(Noun, (0, 0))
    assert sum(counts.unchanged for _, counts in plan.counts) == 2 * len(hostile) + 1
    if target == "folder":
        cells = [cell for file in files for row in csv.reader(file.read_text("utf-8-sig").splitlines()) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]


def exported(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write needs with every column that needs have, and give the file."""
    plain = [dict.fromkeys(FORMS[Noun.NEEDS].model_fields) | row for row in rows]
    (file,) = export(path, {Noun.NEEDS: plain})
    return file


def as_written(value: Any) -> str:
    return "" if value is None else str(int(value) if isinstance(value, float) and value.is_integer() else value)


NASTY = st.text(
    st.one_of(st.sampled_from("=+-@\t\r\n'\"_x000D;,| \ufffe\u2028\x0b\x1f<&"), st.characters(codec="utf-8")),
    max_size=40,
).filter(lambda text: "\x00" not in text)
CELL = st.builds(
    lambda first, rest: first + rest, st.sampled_from(["", "=", "+", "-", "@", "\t", "\r", "'=", "_x0041_"]), NASTY
)
NUMBER = st.none() | st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15)


@given(rows=st.lists(st.tuples(CELL, CELL, NUMBER), min_size=1, max_size=2))
@example(rows=[("=1", "_x000D_\r", 0.1 + 0.2), ("'=1", "''-", -1 / 3)])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_text_comes_back_and_none_is_run(tmp_path: Path, rows: list[tuple[str, str, float | None]]) -> None:
    needs = [{"id": f"n{i}", "title": a, "text": b, "quantity_number": n} for i, (a, b, n) in enumerate(rows)]
    for target in ("x.xlsx", "csv"):
        file = exported(tmp_path / target, needs)
        (table,) = read_tables(file)
        for need, (_, row) in zip(needs, table.rows, strict=True):
            texts = (need["id"], need["title"], need["text"])
            assert (row["id"], row["title"], row["text"]) == texts
            assert (
                row["quantity_number"] == ""
                if need["quantity_number"] is None
                else (float(row["quantity_number"]) == need["quantity_number"])
            )
        if target == "csv":
            with file.open(encoding="utf-8-sig", newline="") as stream:
                assert not [c for line in csv.reader(stream) for c in line if _would_run(c)]
        else:
            cells = [c for row in openpyxl.load_workbook(file).worksheets[0].iter_rows() for c in row]
            assert {c.data_type for c in cells} <= {"s", "inlineStr", "n"}
            assert not [c.value for c in cells if isinstance(c.value, str) and _would_run(c.value)]
            assert all(c.quotePrefix for c in cells[len(FORMS[Noun.NEEDS].model_fields) :] if isinstance(c.value, str))


def _would_run(cell: str) -> bool:
    """Whether it begins as a formula and is no number, which a spreadsheet may well read as one."""
    return cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not re.fullmatch(r"-?[\d.e+-]+", cell)


def test_lists_come_back_from_a_cell_or_are_refused(tmp_path: Path) -> None:
    certificates = [
        {"name": "ISO 13485", "country": "SE", "equivalent": False},
        {"name": "ISO 27001", "country": "NO", "equivalent": True},
    ]
    aspects = ["=bemanning", "hygien"]
    rows: dict[Noun, list[dict[str, Any]]] = {
        Noun.PROFILES: [{"kind": "solution", "language": "sv", **PROFILE, "certificates": certificates}],
        Noun.NEEDS: [dict.fromkeys(FORMS[Noun.NEEDS].model_fields) | NEED | {"aspects": aspects}],
    }
    for target in ("x.json", "x.xlsx", "csv"):
        batch = read_batch(export(tmp_path / target, rows))
        assert [c.model_dump() for c in batch.profiles[0].certificates] == certificates
        assert list(batch.needs[0].aspects) == aspects
    for wrong in (["a;b", "c"], ["a ", "b"]):
        with pytest.raises(Invalid, match=r"Export to \.json"):
            exported(tmp_path / "y.xlsx", [NEED | {"aspects": wrong}])


def test_a_workbook_is_read_as_openpyxl_reads_it(tmp_path: Path) -> None:
    """The fast reader beside the slow one: numbers, dates, shared, formatted and escaped texts, gaps."""
    book = openpyxl.Workbook()
    first, second = book.worksheets[0], book.create_sheet("Blad två")
    moment = datetime(2026, 11, 22, 13, 45, 30)  # noqa: DTZ001  # a spreadsheet knows no zones
    first.append(["id", "a", "b", "c", "d"])
    first.append([1, 1.5, -7, 1e20, 1e-7])
    first.append([True, moment, moment.date(), moment.time(), None])
    first.append(["å\n ä ", CellRichText("fet ", TextBlock(InlineFont(b=True), "text")), 0, 12.0, "<&>"])
    first["B9"], first["B9"].number_format = 46_000, '"dagar" d'
    first["C9"], first["C9"].number_format = 46_000, '[Red]0.0 "dmy"'
    second["C3"], second["D3"], second["D5"] = "id", "x", "långt ner"
    book.save(tmp_path / "x.xlsx")
    found = dict(read_workbook("x.xlsx", (tmp_path / "x.xlsx").read_bytes()))
    for sheet in openpyxl.load_workbook(tmp_path / "x.xlsx", data_only=True):
        slow = [(n, [_as_text(value) for value in row]) for n, row in enumerate(sheet.iter_rows(values_only=True), 1)]
        fast = [(n, row + [""] * (sheet.max_column - len(row))) for n, row in found[sheet.title]]
        assert fast == [(n, row) for n, row in slow if any(row)]
    assert found[first.title][2][1][1:3] == ["2026-11-22 13:45:30", "2026-11-22"]


def _as_text(value: Any) -> str:
    if isinstance(value, datetime) and value.time() == time(0):
        return str(value.date())
    return as_written(value)


def test_openpyxl_would_not_have_read_entities_either() -> None:
    """It reads with defusedxml, which we install; our own reader refuses every DTD before."""
    assert openpyxl.DEFUSEDXML


def test_formulas_are_refused_from_the_command_line_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["id", "name", "kind"])
    book.worksheets[0].append(["a1", "=1+1", "company"])
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(Invalid, match="sheet Sheet, cell B2"):
        read_batch([tmp_path / "x.xlsx"])
    with pytest.raises(Invalid, match="row 2: the cell is"):
        read_batch([written(tmp_path / "x.csv", "id,name,kind\na1,=1+1,company\n")])


def test_an_export_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"\.pdf"):
        export(tmp_path / "x.pdf", {})
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="Cannot write"):
        export(tmp_path / "file" / "x.json", {})


def test_the_mandatory_fields_are_few() -> None:
    """R4: whoever is small must be able to take part."""
    mandatory = {
        noun: [n for n, field in form.model_fields.items() if field.is_required()] for noun, form in FORMS.items()
    }
    assert mandatory == {
        Noun.ACTORS: ["id", "name", "kind"],
        Noun.CONTACTS: ["id", "actor_id", "name"],
        Noun.PROFILES: ["id", "actor_id", "title", "text"],
        Noun.NEEDS: ["id", "title", "text"],
    }


def test_a_foreign_actor_may_have_any_number(tmp_path: Path) -> None:
    row = ACTOR | {"country": "NO", "org_number": "NO 999 999 999 MVA"}
    batch = read_batch([written(tmp_path / "x.json", json.dumps([row]))])
    assert (batch.actors[0].org_number, batch.actors[0].kind) == ("NO 999 999 999 MVA", ActorKind.COMPANY)
