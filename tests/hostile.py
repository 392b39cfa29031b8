"""Hostile and harmless files, made when asked for: case → (name, content, what the refusal says in English)."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

Case = tuple[str, Callable[[], bytes], str]

ROW = {"id": "a1", "name": "Ett bolag", "kind": "company"}
HEAD = b"id,name,kind\n"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument."
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "hahahahaha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
XXE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
PNG = (
    b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + struct.pack(">2I5B", 2, 2, 8, 0, 0, 0, 0) + b"\0\0\0\0"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x01" * 40 + b"\xff\xd9"


def cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER = f'<row r="1">{cell("A1", "id")}{cell("B1", "name")}{cell("C1", "kind")}</row>'


def sheet(rows: str, before: str = "", prolog: str = "") -> str:
    return f'{prolog}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>'


def row(*cells: str) -> str:
    return sheet(f"{HEADER}<row r='2'>{cell('A2', 'a1')}{''.join(cells)}</row>")


def package(parts: dict[str, str | bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", how) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def relations(*found: tuple[str, str, str]) -> str:
    inner = "".join(f'<Relationship Id="{i}" Type="{LINKS}/{t}" Target="{target}"/>' for i, t, target in found)
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


def parts(first: str, **more: str | bytes) -> dict[str, str | bytes]:
    """Give the parts of a workbook with one sheet; `more` adds or replaces parts (`__` for / and `_dot_` for .)."""
    types = f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}spreadsheetml.sheet.main+xml"/>'
    plain: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="urn:types">{types}</Types>',
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>'
        '<sheet name="actors" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(("r1", "worksheet", "worksheets/sheet1.xml")),
        SHEET: first,
    }
    return plain | {name.replace("__", "/").replace("_dot_", "."): part for name, part in more.items()}


def workbook(first: str, **more: str | bytes) -> bytes:
    return package(parts(first, **more))


def docx(**more: str | bytes) -> bytes:
    main = f'<Override PartName="/word/document.xml" ContentType="{TYPES}wordprocessingml.document.main+xml"/>'
    plain: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="urn:types">{main}</Types>',
        "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
        "word/document.xml": '<w:document xmlns:w="urn:w"><w:body><w:p>Hej</w:p></w:body></w:document>',
    }
    return package(plain | {name.replace("__", "/").replace("_dot_", "."): part for name, part in more.items()})


def odt(media: str = "application/vnd.oasis.opendocument.text", **more: str | bytes) -> bytes:
    plain: dict[str, str | bytes] = {
        "mimetype": media,
        "content.xml": '<office:document-content xmlns:office="urn:office"><office:body/></office:document-content>',
        "META-INF/manifest.xml": '<m:manifest xmlns:m="urn:m"/>',
    }
    return package(plain | {name.replace("__", "/").replace("_dot_", "."): part for name, part in more.items()})


def pdf(inside: bytes = b"", stream: bytes = b"") -> bytes:
    packed = zlib.compress(stream)
    objects = b"7 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n"
    return (
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog" + inside + b">>\nendobj\n" + objects % (len(packed), packed) + b"%%EOF\n"
    )


def good(text: str = "Ett bolag") -> bytes:
    return workbook(row(cell("B2", text), cell("C2", "company")))


def patched(content: bytes, old: bytes, new: bytes, count: int = -1) -> bytes:
    assert old in content
    return content.replace(old, new, count)


def smaller() -> bytes:
    """A part of 5 MB that the lists say is 1,000 bytes, with the checksum of those."""
    honest = sheet(HEADER + "<!--" + "x" * 5_000_000 + "-->")
    content = workbook(honest)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        real = archive.getinfo(SHEET)
    told = struct.pack("<3I", zlib.crc32(honest.encode()[:1_000]), real.compress_size, 1_000)
    return patched(content, struct.pack("<3I", real.CRC, real.compress_size, real.file_size), told)


def overlapping() -> bytes:
    """Many entries that share one packed kernel, as in the bombs without recursion."""
    content = package({**parts(sheet(HEADER)), "a.xml": "0" * 1_000_000})
    end = content.rindex(b"PK\x05\x06")
    start = struct.unpack_from("<I", content, end + 16)[0]
    first = content[start : content.index(b"PK\x01\x02", start + 4)]
    more = b"".join(first.replace(b"a.xml", b"b%03d." % i)[: len(first)] for i in range(50))
    count = struct.unpack_from("<H", content, end + 10)[0] + 50
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, end - start + len(more), start, 0)
    return content[:end] + more + tail


def same_place() -> bytes:
    """Two entries of one name length at one place: the local header is read twice."""
    content = package({**parts(sheet(HEADER)), "a.xml": "<a/>", "b.xml": "<b/>"})
    first, second = (content.rindex(b"PK\x01\x02", 0, content.rindex(n)) for n in (b"a.xml", b"b.xml"))
    return content[: second + 42] + content[first + 42 : first + 46] + content[second + 46 :]


def encrypted() -> bytes:
    content = good()
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(SHEET.encode()))
    return content[: at + 8] + b"\x01" + content[at + 9 :]


def shared(strings: str, uses: int) -> bytes:
    links = relations(("r1", "worksheet", "worksheets/sheet1.xml"), ("r2", "sharedStrings", "sharedStrings.xml"))
    rows = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(2, uses + 2))
    table = f'<sst xmlns="{MAIN}"><si><t>{strings}</t></si></sst>'
    return workbook(sheet(HEADER + rows), xl___rels__workbook_dot_xml_dot_rels=links, xl__sharedStrings_dot_xml=table)


def outside(kind: str, target: str) -> str:
    return patched_text(relations(("r9", kind, target)), "/></Rel", ' TargetMode="External"/></Rel')


def patched_text(text: str, old: str, new: str) -> str:
    return text.replace(old, new)


def nested(depth: int) -> bytes:
    content = good()
    for level in range(depth):
        content = package({f"{level}.zip": content})
    return workbook(sheet(HEADER), xl__media__image_dot_bin=content)


def rows_json(count: int) -> bytes:
    return json.dumps([ROW | {"id": f"a{i}"} for i in range(count)]).encode()


def one(**cells: Any) -> bytes:
    return json.dumps([ROW | cells]).encode()


RELS = "xl__worksheets___rels__sheet1_dot_xml_dot_rels"
MACRO_TYPES = (
    '<Types xmlns="urn:types"><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
)

TABLES: dict[str, Case] = {
    "a bomb of one ratio": ("x.xlsx", lambda: workbook(sheet(HEADER + " " * 90_000_000)), "unpacks to too much"),
    "a bomb of many parts": (
        "x.xlsx",
        lambda: package({**parts(sheet(HEADER)), **{f"p{i}": b"0" * 900_000 for i in range(115)}}),
        "unpacks to too much",
    ),
    "a ZIP that states smaller parts": ("x.xlsx", smaller, "not the size or checksum"),
    "a false checksum": (
        "x.xlsx",
        lambda: patched(package(parts(row(cell("B2", "Bolag"))), zipfile.ZIP_STORED), b"Bolag", b"Bilag"),
        "not the size or checksum",
    ),
    "overlapping parts": ("x.xlsx", overlapping, "cannot be read"),
    "two parts at one place": ("x.xlsx", same_place, "table of contents is false"),
    "archives within archives": ("x.xlsx", lambda: nested(5), "contains another file"),
    "twenty thousand parts": (
        "x.xlsx",
        lambda: package({f"{i}": b"" for i in range(20_000)}, zipfile.ZIP_STORED),
        "no such archive",
    ),
    "names that lead out": ("x.xlsx", lambda: workbook(row(), **{"..__..__etc__passwd": "x"}), "lead out of it"),
    "absolute names": ("x.xlsx", lambda: workbook(row(), __etc__passwd="x"), "lead out of it"),
    "one name in two cases": ("x.xlsx", lambda: workbook(row(), **{"XL/workbook.xml": "x"}), "occur twice"),
    "encrypted parts": ("x.xlsx", encrypted, "is encrypted"),
    "a ZIP cut short": ("x.xlsx", lambda: good()[:-40], "archive is broken"),
    "billions of laughs": ("x.xlsx", lambda: workbook(sheet(f"<row>{cell('A1', '&i;')}</row>", "", LAUGHS)), "a DTD"),
    "an external entity": ("x.xlsx", lambda: workbook(sheet(f"<row>{cell('A1', '&a;')}</row>", "", XXE)), "a DTD"),
    "a DTD in UTF-16": (
        "x.xlsx",
        lambda: package(parts("") | {SHEET: sheet(HEADER, "", "<!DOCTYPE x>").encode("utf-16")}),
        "a DTD",
    ),
    "a DTD in a part nobody reads": ("x.xlsx", lambda: workbook(row(), docProps__app_dot_xml=LAUGHS + "<x/>"), "a DTD"),
    "a sheet that is no .xml": (
        "x.xlsx",
        lambda: workbook(
            row(),
            xl___rels__workbook_dot_xml_dot_rels=relations(("r1", "worksheet", "sheet1.bin")),
            xl__sheet1_dot_bin=sheet(f"<row>{cell('A1', '&i;')}</row>", "", LAUGHS),
        ),
        "is not XML",
    ),
    "a relation out of the package": (
        "x.xlsx",
        lambda: workbook(
            row(), xl___rels__workbook_dot_xml_dot_rels=relations(("r1", "worksheet", "../../etc/passwd"))
        ),
        "cannot be read",
    ),
    "an external link": ("x.xlsx", lambda: workbook(row(), xl__externalLinks__externalLink1_dot_xml="<x/>"), "links"),
    "an external relation": (
        "x.xlsx",
        lambda: workbook(row(), **{RELS: outside("image", "http://exempel.example/x.png")}),
        "links to another file",
    ),
    "a hyperlink to a file": (
        "x.xlsx",
        lambda: workbook(row(), **{RELS: outside("hyperlink", "file:///etc/passwd")}),
        "links to another file",
    ),
    "a macro": ("x.xlsx", lambda: workbook(row(), xl__vbaProject_dot_bin=b"\xd0\xcf\x11\xe0"), "macros"),
    "a workbook for macros": ("x.xlsx", lambda: package(parts(row()) | {"[Content_Types].xml": MACRO_TYPES}), "macros"),
    "an OLE object": ("x.xlsx", lambda: workbook(row(), xl__media__x_dot_png=b"\xd0\xcf\x11\xe0" * 9), "another file"),
    "a document called a workbook": ("x.xlsx", docx, "not an XLSX file"),
    "a picture called a workbook": ("x.xlsx", lambda: PNG, "no such archive"),
    "a formula": ("x.xlsx", lambda: workbook(row('<c r="B2"><f>1+1</f><v>2</v></c>')), "sheet actors, cell B2"),
    "a formula with a text": (
        "x.xlsx",
        lambda: workbook(row('<c r="B2" t="str"><f>HYPERLINK("http://x.example")</f><v>klicka</v></c>')),
        "cell B2",
    ),
    "a text like a formula": ("x.xlsx", lambda: good("=cmd|' /C calc'!A0"), "cell B2"),
    "a shared text like a formula": ("x.xlsx", lambda: shared("@SUM(A1)", 1), "cell A2"),
    "a text that hides its tab": ("x.xlsx", lambda: good("_x0009_=1+1"), "cell B2"),
    "an error in a cell": ("x.xlsx", lambda: workbook(row('<c r="B2" t="e"><v>#REF!</v></c>')), "cell actors!B2"),
    "a cell at the far end": ("x.xlsx", lambda: workbook(row('<c r="XFD2"><v>1</v></c>')), "more than 100 columns"),
    "a cell in the last corner": (
        "x.xlsx",
        lambda: workbook(sheet(f'{HEADER}<row r="1048576">{cell("XFD1048576", "x")}</row>')),
        "more than 100 columns",
    ),
    "a sheet that says it is huge": (
        "x.xlsx",
        lambda: workbook(sheet(HEADER, '<dimension ref="A1:XFD1048576"/>')),
        "more than 100 columns",
    ),
    "a cell beyond the last row": ("x.xlsx", lambda: workbook(sheet('<row r="99999999"/>')), "cannot be read"),
    "a cell of a megabyte": ("x.xlsx", lambda: good("x" * 200_000), "more than 100,000 characters"),
    "one long text, used everywhere": ("x.xlsx", lambda: shared("x" * 90_000, 20_000), "too much text"),
    "a hundred million elements": ("x.xlsx", lambda: workbook(sheet("<row/>" * 14_000_000)), "unpacks to too much|too"),
    "millions of cells": (
        "x.xlsx",
        lambda: workbook(sheet("".join(f'<row r="{i}">{"<c><v>1</v></c>" * 100}</row>' for i in range(1, 20_000)))),
        "too many cells",
    ),
    "half a million cells": (
        "x.xlsx",
        lambda: workbook(sheet("".join(f'<row r="{i}">{"<c><v>1</v></c>" * 100}</row>' for i in range(1, 5_000)))),
        "more than 400,000 cells",
    ),
    "20,001 rows in a sheet": (
        "x.xlsx",
        lambda: workbook(sheet(HEADER + "".join(f"<row r='{i}'>{cell(f'A{i}', 'x')}</row>" for i in range(2, 20_003)))),
        "more than 20,000 rows",
    ),
    "a long attribute": ("x.xlsx", lambda: workbook(sheet(f'<row r="1" x="{"y" * 40_000_000}"/>')), "too"),
    "NUL in a shared text": ("x.xlsx", lambda: shared("a_x0000_b", 1), "broken characters"),
    "half a surrogate in a text": ("x.xlsx", lambda: shared("a_xD800_b", 1), "broken characters"),
    "a formula in CSV": ("x.csv", lambda: HEAD + b"a1,=1+1,company\n", "row 2: the cell is"),
    "a formula in the first row": ("x.csv", lambda: b"id,=name,kind\n", "row 1: the cell is"),
    "a command in CSV": ("x.csv", lambda: HEAD + b"a1,-2+3+cmd|' /C calc'!A0,company\n", "row 2"),
    "a function behind a sign": ("x.csv", lambda: HEAD + b"a1,+SUM(A1:A9),company\n", "row 2"),
    "a function behind a number": ("x.csv", lambda: HEAD + b"a1,-1+SUM(A1:A9),company\n", "row 2"),
    "an at sign in CSV": ("x.csv", lambda: HEAD + b"a1,@SUM(1),company\n", "row 2"),
    "a tab in CSV": ("x.csv", lambda: HEAD + b'a1,"\t=1",company\n', "row 2"),
    "a carriage return in CSV": ("x.csv", lambda: HEAD + b'a1,"\r=1",company\n', "the cell is"),
    "a picture called CSV": ("x.csv", lambda: PNG, "not a text file but PNG"),
    "a ZIP called CSV": ("x.csv", good, "not a text file but ZIP"),
    "a PDF called CSV": ("x.csv", lambda: b"%PDF-1.7\n" + HEAD, "not a text file but PDF"),
    "a million columns in CSV": ("x.csv", lambda: b",".join(b"c%d" % i for i in range(10**6)), "more than 100 columns"),
    "20,001 rows in CSV": ("x.csv", lambda: HEAD + b"a,b,company\n" * 20_001, "more than 20,000 rows"),
    "millions of empty rows": ("x.csv", lambda: HEAD + b"\n" * 19_000_000, "more than 20,000 rows"),
    "a cell of 20 MB": ("x.csv", lambda: HEAD + b"a1," + b"x" * 19_900_000 + b",company\n", "field larger"),
    "an open quote": ("x.csv", lambda: HEAD + b'a1,"' + b"x\n" * 9_000_000, "broken CSV"),
    "NUL in CSV": ("x.csv", lambda: HEAD + b"a1,a\x00b,company\n", "not a text file"),
    "UTF-16": ("x.csv", lambda: HEAD.decode().encode("utf-16"), "but UTF-16"),
    "UTF-16 without its mark": ("x.csv", lambda: HEAD.decode().encode("utf-16-le"), "not a text file"),
    "an overlong slash": ("x.csv", lambda: HEAD + b"a1,\xc0\xaf,company\n", "is not UTF-8"),
    "a surrogate in UTF-8": ("x.csv", lambda: HEAD + b"a1,\xed\xa0\x80,company\n", "is not UTF-8"),
    "21 MB": ("x.csv", lambda: b"x" * 21_000_000, "at most 20 MB"),
    "a name of two lines": ("x.csv\r\nSet-Cookie: a\u202e.csv", lambda: b"", r"x\.csv\\r\\nSet-Cookie: a\\u202e\.csv"),
    "a long name": ("å" * 10_000 + ".csv", lambda: b"", "ååå…"),
    "an unknown ending": ("x.exe", lambda: HEAD, "unknown kind of file"),
    "no ending": ("../../etc/passwd", lambda: HEAD, "unknown kind of file"),
    "binary JSON": ("x.json", lambda: bytes(range(256)) * 100, "not a text file"),
    "a picture called JSON": ("x.json", lambda: JPEG, "not a text file but JPEG"),
    "deep lists": ("x.json", lambda: b"[" * 300_000, "too deep"),
    "deeper lists": ("x.json", lambda: b"[" * 10_000_000, "more than 400,000 cells"),
    "deep objects": ("x.json", lambda: b'{"a":' * 300_000 + b"1" + b"}" * 300_000, "too deep"),
    "a deep value": ("x.json", lambda: b'[{"id":' + b"[" * 900 + b"]" * 900 + b"}]", "too deep or long"),
    "a number of a million digits": ("x.json", lambda: b'[{"id":' + b"9" * 1_000_000 + b"}]", "1000000 digits"),
    "a number beyond all": ("x.json", lambda: b'[{"id":1e999}]', "too large"),
    "a fraction of a million digits": ("x.json", lambda: b'[{"id":0.' + b"1" * 1_000_000 + b"}]", "too long"),
    "no number": ("x.json", lambda: b'[{"id":NaN}]', "NaN is not JSON"),
    "one name twice": ("x.json", lambda: b'[{"id":"a","id":"b"}]', "id occurs twice"),
    "a million names": (
        "x.json",
        lambda: b"[{" + b",".join(b'"c%d":1' % i for i in range(10**6)) + b"}]",
        "more than 100 columns",
    ),
    "other names in each row": (
        "x.json",
        lambda: json.dumps([{f"c{i}": 1} for i in range(20_000)]).encode(),
        "more than 100 columns",
    ),
    "millions of lists": ("x.json", lambda: b"[" + b"[]," * 6_500_000 + b"[]]", "more than 400,000 cells"),
    "millions of objects": ("x.json", lambda: b"[" + b"{}," * 6_500_000 + b"{}]", "more than 400,000 cells"),
    "millions of numbers": ("x.json", lambda: b"[" + b"1234567," * 2_400_000 + b"1]", "write a list|too much memory"),
    "millions of texts": ("x.json", lambda: b"[" + b'"a%d",' % 7 * 3_900_000 + b"1]", "write a list|too much memory"),
    "20,001 rows in JSON": ("x.json", lambda: rows_json(20_001), "more than 20,000 rows"),
    "a text of 19 MB": ("x.json", lambda: one(name="x" * 19_000_000), "more than 100,000 characters"),
    "NUL in JSON": ("x.json", lambda: one(name="a\x00b"), "broken characters"),
    "half a surrogate in JSON": ("x.json", lambda: one(name="a\ud800b"), "broken characters"),
    "half a surrogate in a name": ("x.json", lambda: one(**{"a\udfff": 1}), "too long or broken"),
    "a name of a megabyte": ("x.json", lambda: one(**{"a" * 1_000_000: 1}), "too long or broken"),
    "only a text": ("x.json", lambda: b'"x"', "write a list"),
}

ATTACHMENTS: dict[str, Case] = {
    "a program": ("x.exe", lambda: b"MZ\x90\x00", "attach"),
    "a web page called text": ("x.txt", lambda: b"<!DOCTYPE html><script>alert(1)</script>", "but HTML"),
    "a picture called PDF": ("x.pdf", lambda: PNG, "not a PDF"),
    "a PDF called a picture": ("x.png", lambda: pdf(), "not a whole PNG"),
    "a workbook called a document": ("x.docx", good, "not an DOCX file"),
    "a document called OpenDocument": ("x.odt", docx, "not what its ending says"),
    "a picture of 10 gigapixels": (
        "x.png",
        lambda: PNG[:16] + struct.pack(">2I", 10**5, 10**5) + PNG[24:],
        "whole PNG",
    ),
    "half a picture": ("x.jpg", lambda: JPEG[:-2], "whole JPEG"),
    "a PDF with a script": ("x.pdf", lambda: pdf(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "JavaScript"),
    "a PDF with a hidden script": ("x.pdf", lambda: pdf(b"/OpenAction<</S/J#61vaScript/JS(1)>>"), "JavaScript"),
    "a PDF with a packed script": ("x.pdf", lambda: pdf(stream=b"2 0 <</S/JavaScript/JS(1)>>"), "JavaScript"),
    "a PDF that launches": ("x.pdf", lambda: pdf(b"/OpenAction<</S/Launch/F(calc.exe)>>"), "Launch"),
    "a PDF with a file in it": ("x.pdf", lambda: pdf(b"/Names<</EmbeddedFiles 3 0 R>>"), "EmbeddedFiles"),
    "an encrypted PDF": ("x.pdf", lambda: pdf(b"/Encrypt 3 0 R"), "Encrypt"),
    "a PDF that is a bomb": ("x.pdf", lambda: pdf(stream=b" " * 60_000_000), "unpacks to too much"),
    "a PDF packed twice": (
        "x.pdf",
        lambda: patched(pdf(), b"/Filter/FlateDecode", b"/Filter[/ASCIIHexDecode/FlateDecode]"),
        "runs, is embedded",
    ),
    "a document with a macro": ("x.docx", lambda: docx(word__vbaProject_dot_bin=b"x"), "macros"),
    "a document with a template elsewhere": (
        "x.docx",
        lambda: docx(word___rels__settings_dot_xml_dot_rels=outside("attachedTemplate", "http://x.example/x.dotm")),
        "links to another file",
    ),
    "a document with a file in it": ("x.docx", lambda: docx(word__embeddings__x_dot_xlsx=good()), "embedded objects"),
    "a document with entities": ("x.docx", lambda: docx(word__document_dot_xml=LAUGHS + "<x>&i;</x>"), "a DTD"),
    "a document that is a bomb": ("x.docx", lambda: docx(word__a_dot_xml=b" " * 99_000_000), "unpacks to too much"),
    "an OpenDocument with a macro": (
        "x.odt",
        lambda: odt(Basic__Standard__Module1_dot_xml="<x/>"),
        "runs, is embedded",
    ),
    "an OpenDocument that listens": (
        "x.odt",
        lambda: odt(content_dot_xml='<x xmlns:script="urn:s"><script:event-listener/></x>'),
        "event-listener",
    ),
    "an encrypted OpenDocument": (
        "x.odt",
        lambda: odt(**{"META-INF__manifest_dot_xml": '<m:manifest xmlns:m="urn:m"><m:encryption-data/></m:manifest>'}),
        "encryption-data",
    ),
    "an OpenDocument with entities": ("x.odt", lambda: odt(content_dot_xml=XXE + "<x>&a;</x>"), "a DTD"),
    "a formula in CSV": ("x.csv", lambda: b"a,b\n1,=1+1\n", "row 2"),
    "binary text": ("x.txt", lambda: b"a\x07b", "not a text file"),
}

HARMLESS_TABLES: dict[str, tuple[str, Callable[[], bytes], list[dict[str, Any]]]] = {
    "a CSV": ("x.csv", lambda: HEAD + b"a1,Ett bolag,company\n", [ROW]),
    "a CSV from Excel": ("x.CSV", lambda: b"\xef\xbb\xbfid;name;kind\r\na1;Ett bolag;company\r\n", [ROW]),
    "numbers, telephones and dashes": (
        "x.csv",
        lambda: 'id,a,b,c,d,e,f\n1,-5,"-0,5",+46 70 174 06 05,- en punkt,–,-\n'.encode(),
        [{"id": "1", "a": "-5", "b": "-0,5", "c": "+46 70 174 06 05", "d": "- en punkt", "e": "–", "f": "-"}],
    ),
    "texts behind an apostrophe": (
        "x.csv",
        lambda: b"id,a,b,c\n1,'=1+1,''=x,'citat'\n",
        [{"id": "1", "a": "=1+1", "b": "'=x", "c": "'citat'"}],
    ),
    "degrees": ("x.csv", lambda: "id\n-20 °C (frys)\n".encode(), [{"id": "-20 °C (frys)"}]),
    "a JSON": ("x.json", lambda: json.dumps([ROW]).encode(), [ROW]),
    "lists and numbers in JSON": (
        "x.json",
        lambda: one(a=[1, 2.5], b=None, c=True),
        [ROW | {"a": [1, 2.5], "b": None, "c": True}],
    ),
    "a workbook": ("x.xlsx", good, [ROW]),
    "hyperlinks": (
        "x.xlsx",
        lambda: workbook(row(cell("B2", "x")), **{RELS: outside("hyperlink", "https://x.example")}),
        [{"id": "a1", "name": "x", "kind": ""}],
    ),
    "signs as other kinds of XML": (
        "x.xlsx",
        lambda: good("A &amp; B &#229; <!-- x -->å"),
        [ROW | {"name": "A & B å å"}],
    ),
    "20,000 rows": ("x.json", lambda: rows_json(20_000), [ROW | {"id": f"a{i}"} for i in range(20_000)]),
}

HARMLESS_ATTACHMENTS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a PDF": ("Analys av kön.pdf", lambda: pdf(b"/Pages 2 0 R", b"2 0 <</Type/Pages>>"), "application/pdf"),
    "a document": ("analys.docx", docx, f"{TYPES}wordprocessingml.document"),
    "a workbook": (
        "analys.xlsx",
        lambda: workbook(row('<c r="B2"><f>1+1</f><v>2</v></c>')),
        f"{TYPES}spreadsheetml.sheet",
    ),
    "an OpenDocument text": ("analys.odt", odt, "application/vnd.oasis.opendocument.text"),
    "an OpenDocument sheet": (
        "analys.ods",
        lambda: odt("application/vnd.oasis.opendocument.spreadsheet"),
        "application/vnd.oasis.opendocument.spreadsheet",
    ),
    "a PNG": ("bild.PNG", lambda: PNG, "image/png"),
    "a JPEG": ("bild.jpeg", lambda: JPEG, "image/jpeg"),
    "a text": ("läs mig.txt", lambda: "Händer.\r\n\tTvättas.".encode(), "text/plain; charset=utf-8"),
    "a CSV": ("tal.csv", lambda: b"a;b\n-1;+46 70\n", "text/csv; charset=utf-8"),
}
