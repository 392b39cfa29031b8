"""The needs as open data: the same for everybody, safe in a spreadsheet; the catalogue keeps to DCAT-AP-SE 3.0.1."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from defusedxml.ElementTree import fromstring
from fastapi.testclient import TestClient
from pydantic import ValidationError

from matcha import Matcha, Settings
from matcha.api import create_app
from matcha.api.routes.open_data import COLUMNS
from matcha.api.shapes.needs import NeedShape
from matcha.api.shapes.open_data import OpenNeedsShape
from matcha.interchange import open_data, rdf
from matcha.interchange.open_data import LICENSE, Publication, catalogue
from matcha.process import State
from matcha.records import Need
from matcha.values import Language
from tests import staging
from tests.asking import Ask
from tests.people import HOST
from tests.town import ROLES, SECRET, SECRET_GOAL

BASE = "https://behov.example.org"
MADE = datetime(2026, 11, 1, 12, 30, 5, 600, tzinfo=UTC)
FULL = Publication(BASE, 'Region "Norr" & <Syd>\\', "data@behov.example.org", MADE, MADE + timedelta(days=3))
FILES = ("needs.json", "needs.csv", "catalogue.rdf", "catalogue.jsonld", "catalogue.ttl")
EU = "http://publications.europa.eu/resource/authority"


class Said(NamedTuple):
    """One statement, with whole IRIs; a text is (said, language, datatype)."""

    thing: str
    what: str
    value: str | tuple[str, str, str]


def whole(name: str) -> str:
    prefix, _, local = name.partition(":")
    return rdf.NAMESPACES.get(prefix, f"{prefix}:") + local


def from_xml(content: bytes) -> list[Said]:
    found = []
    for node in fromstring(content, forbid_dtd=True):
        about = node.attrib[f"{{{rdf.NAMESPACES['rdf']}}}about"]
        found.append(Said(about, whole("rdf:type"), node.tag.replace("{", "").replace("}", "")))
        for one in node:
            more = {name.partition("}")[2]: value for name, value in one.attrib.items()}
            text = (one.text or "", more.get("lang", ""), more.get("datatype", ""))
            found.append(Said(about, one.tag.replace("{", "").replace("}", ""), more.get("resource", text)))
    return found


def from_json(content: bytes) -> list[Said]:
    document = json.loads(content)
    found = []
    for node in document["@graph"]:
        found.append(Said(node["@id"], whole("rdf:type"), whole(node["@type"])))
        for name, values in node.items():
            for value in values if not name.startswith("@") else ():
                kind = whole(value["@type"]) if "@type" in value else ""
                text = (value.get("@value", ""), value.get("@language", ""), kind)
                found.append(Said(node["@id"], whole(name), value.get("@id", text)))
    return found


_TOKEN = re.compile(r'<([^<>"{}|^`\\\s]*)>|"((?:[^"\\\n\r]|\\.)*)"(?:@([a-z-]+)|\^\^(\w+:\w+))?|([a-z]+:\w+|a)|([;.])')


def from_turtle(content: bytes) -> list[Said]:
    found: list[Said] = []
    waiting: list[Any] = []
    thing = ""
    lines = content.decode().split("\n")
    prefixes = [line for line in lines if line.startswith("@prefix")]
    assert prefixes == [f"@prefix {name}: <{space}> ." for name, space in rdf.NAMESPACES.items()]
    body = "\n".join(line for line in lines if not line.startswith("@prefix"))
    assert _TOKEN.sub("", body).split() == []
    for link, text, language, datatype, name, mark in _TOKEN.findall(body):
        if mark:
            thing = waiting[0] if len(waiting) == 3 else thing
            found.append(Said(thing, *waiting[-2:]))
            waiting = []
        elif name:
            waiting.append(whole("rdf:type") if name == "a" else whole(name))
        else:
            waiting.append(link or (json.loads(f'"{text}"'), language, whole(datatype) if datatype else ""))
    return found


@pytest.mark.parametrize("publication", [FULL, Publication(BASE, "Regionen", None, None, None)], ids=["full", "bare"])
def test_the_three_forms_say_the_same(publication: Publication) -> None:
    things = catalogue(publication)
    said = [
        Said(thing.iri, whole(name), value.iri if isinstance(value, rdf.Link) else _text(value))
        for thing in things
        for name, value in (("rdf:type", rdf.Link(whole(thing.kind))), *thing.said)
    ]
    assert len(said) == len(set(said)) > 50
    assert sorted(from_xml(rdf.rdf_xml(things)), key=str) == sorted(said, key=str)
    assert sorted(from_json(rdf.json_ld(things)), key=str) == sorted(said, key=str)
    assert sorted(from_turtle(rdf.turtle(things)), key=str) == sorted(said, key=str)


def _text(value: rdf.Text) -> tuple[str, str, str]:
    return value.said, value.language or "", whole(value.datatype) if value.datatype else ""


# what the profile asks for, and we: fewest, most (docs.dataportal.se/dcat/3.0.1); texts are there in two languages
MUST: dict[str, dict[str, tuple[int, int]]] = {
    "dcat:Catalog": {
        **dict.fromkeys(("dcterms:title", "dcterms:description"), (2, 2)),
        **dict.fromkeys(("dcterms:publisher", "dcterms:license"), (1, 1)),
        **dict.fromkeys(("dcterms:issued", "dcterms:modified"), (0, 1)),
        "dcterms:language": (2, 2),
        "dcat:dataset": (1, 99),
    },
    "dcat:Dataset": {
        **dict.fromkeys(("dcterms:title", "dcterms:description"), (2, 2)),
        **dict.fromkeys(("dcterms:publisher", "dcterms:accessRights", "dcterms:accrualPeriodicity"), (1, 1)),
        **dict.fromkeys(("dcterms:issued", "dcterms:modified"), (0, 1)),
        **dict.fromkeys(("dcat:theme", "dcat:landingPage"), (1, 9)),
        **dict.fromkeys(("dcat:keyword", "dcat:distribution"), (2, 99)),
    },
    "dcat:Distribution": {
        **dict.fromkeys(("dcat:accessURL", "dcterms:format", "dcat:mediaType", "dcterms:license"), (1, 1)),
        **dict.fromkeys(("dcat:downloadURL", "dcat:accessService"), (1, 9)),
    },
    "dcat:DataService": {
        "dcterms:title": (2, 2),
        **dict.fromkeys(("dcat:endpointURL", "dcat:endpointDescription", "dcat:servesDataset"), (1, 9)),
    },
    "foaf:Agent": {"foaf:name": (1, 9), "dcterms:type": (1, 1)},
    "vcard:Organization": {"vcard:fn": (1, 1), "vcard:hasEmail": (1, 9)},
}


@pytest.mark.parametrize("publication", [FULL, Publication(BASE, "Regionen", None, None, None)], ids=["full", "bare"])
def test_the_catalogue_has_what_the_profile_asks_for(publication: Publication) -> None:
    said = from_xml(rdf.rdf_xml(catalogue(publication)))
    kinds = {one.thing: one.value for one in said if one.what == whole("rdf:type")}
    assert set(kinds.values()) == {whole(kind) for kind in MUST if publication.contact or not kind.startswith("vcard")}
    for kind, limits in MUST.items():
        for thing in (thing for thing, its in kinds.items() if its == whole(kind)):
            for what, (fewest, most) in limits.items():
                count = sum(one.thing == thing and one.what == whole(what) for one in said)
                assert fewest <= count <= most, (thing, what, count)
    own = {one.value for one in said if isinstance(one.value, str) and one.value.startswith(f"{BASE}/v1/open-data/")}
    files = {f"{BASE}/v1/open-data/needs.{suffix}" for suffix in ("csv", "json")}
    assert own == (kinds.keys() - {f"{BASE}/v1/open-data/catalogue.rdf#catalogue"}) | files  # nothing points nowhere


def test_the_catalogue_names_things_as_the_profile_does() -> None:
    said = set(from_xml(rdf.rdf_xml(catalogue(FULL))))
    own = f"{BASE}/v1/open-data/catalogue.rdf#"
    expected: list[tuple[str, str, str | tuple[str, str, str]]] = [
        ("catalogue", "dcterms:license", "http://creativecommons.org/publicdomain/zero/1.0/"),
        ("catalogue", "dcterms:language", f"{EU}/language/SWE"),
        ("catalogue", "dcat:dataset", f"{own}needs"),
        ("publisher", "foaf:name", (FULL.publisher, "", "")),
        ("publisher", "dcterms:type", "http://purl.org/adms/publishertype/RegionalAuthority"),
        ("needs", "dcterms:title", ("Vårdens behov", "sv", "")),
        ("needs", "dcterms:title", ("Needs of health care", "en", "")),
        ("needs", "dcterms:issued", ("2026-11-01T12:30:05Z", "", whole("xsd:dateTime"))),
        ("needs", "dcterms:modified", ("2026-11-04T12:30:05Z", "", whole("xsd:dateTime"))),
        ("needs", "dcat:theme", f"{EU}/data-theme/HEAL"),
        ("needs", "dcterms:accessRights", f"{EU}/access-right/PUBLIC"),
        ("needs", "dcat:contactPoint", f"{own}contact"),
        ("csv", "dcterms:format", ("text/csv", "", "")),
        ("csv", "dcat:mediaType", "http://www.iana.org/assignments/media-types/text/csv"),
        ("json", "dcat:downloadURL", f"{BASE}/v1/open-data/needs.json"),
        ("api", "dcat:endpointDescription", f"{BASE}/openapi.json"),
        ("contact", "vcard:hasEmail", "mailto:data@behov.example.org"),
    ]
    assert {Said(own + thing, whole(what), value) for thing, what, value in expected} <= said
    assert "https://creativecommons" not in rdf.rdf_xml(catalogue(FULL)).decode()


def test_an_address_that_is_no_iri_is_made_one() -> None:
    odd = Publication('http://vård.example/a b<c>"', "Å", "å|b@vård.example", None, None)
    for content in (rdf.rdf_xml(catalogue(odd)), rdf.turtle(catalogue(odd)), rdf.json_ld(catalogue(odd))):
        assert b"http://v%C3%A5rd.example/a%20b%3Cc%3E%22/v1" in content
        assert b"mailto:%C3%A5%7Cb@v%C3%A5rd.example" in content
    assert from_turtle(rdf.turtle(catalogue(odd)))


def rows(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def get(name: str, who: str | None = None) -> Any:
    answer = staging.send(("GET", f"/v1/open-data/{name}"), who)
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.parametrize("name", FILES)
def test_everybody_gets_the_same_bytes_each_time(name: str) -> None:
    staging.fresh()
    first = get(name)
    assert first.headers["cache-control"] == "public, max-age=300"
    for who in (None, *ROLES):
        assert get(name, who).content == first.content
    known = staging.client().get(f"/v1/open-data/{name}", headers={"If-None-Match": first.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")


def test_the_files_hold_what_the_public_sees_of_each_need() -> None:
    staging.fresh()
    told = get("needs.json").json()
    OpenNeedsShape.model_validate(told)
    assert (told["version"], told["license"]) == (1, LICENSE)
    page = staging.send(("GET", "/v1/needs"), None, Ask(query={"limit": 200})).json()
    items = sorted(page["items"], key=lambda one: one["id"])
    assert page["next"] is None
    assert len(items) > 3
    assert [one["id"] for one in told["needs"]] == [one["id"] for one in items]
    for mine, seen in zip(told["needs"], items, strict=True):
        for name in set(COLUMNS) - {"uri", "published", "created", "changed"}:
            assert mine[name] == seen[name], (seen["id"], name)
        for name in ("created", "changed"):
            assert datetime.fromisoformat(mine[name]) == datetime.fromisoformat(seen[name]).replace(microsecond=0)
        assert mine["uri"] == f"{HOST}/behov/{seen['id']}"
        assert mine["published"] >= mine["created"]
    assert told["issued"] == min(one["published"] for one in told["needs"])
    assert told["modified"] >= max(one["changed"] for one in told["needs"])
    (catalogue_says,) = re.findall(rb"modified [^<]*>([^<]+)<", get("catalogue.rdf").content)[:1]
    assert catalogue_says.decode() == told["modified"]


def test_secret_fields_are_empty_and_named() -> None:
    staging.fresh()
    (row,) = (one for one in rows(get("needs.csv", "coordinator").content) if one["id"] == SECRET)
    (told,) = (one for one in get("needs.json", "coordinator").json()["needs"] if one["id"] == SECRET)
    assert row["masked"].split("\n") == list(told["masked"]) == ["goal"]
    assert (row["goal"], told["goal"]) == ("", None)
    assert SECRET_GOAL not in get("needs.csv", "coordinator").text


def test_the_table_has_the_fields_of_the_json_in_their_order() -> None:
    staging.fresh()
    told, table = get("needs.json").json()["needs"], rows(get("needs.csv").content)
    assert COLUMNS[0] == "uri"
    assert [list(row) for row in table] == [list(COLUMNS)] * len(told) == [list(one) for one in told]
    assert {*COLUMNS} == {*NeedShape.model_fields, "uri", "published"} - {"next_states", "touched"}
    for row, one in zip(table, told, strict=True):
        for name, value in one.items():
            text = "\n".join(value) if isinstance(value, list | dict) else "" if value is None else str(value)
            assert row[name] == {"True": "true", "False": "false"}.get(text, text)


def app_with(settings: Settings, *needs: Need) -> TestClient:
    matcha = Matcha.in_memory()
    with matcha.logbook.store.transaction() as session:
        session.add_all(needs)
    return TestClient(create_app(matcha, settings, plan=None), "http://asked.example")


def need(id: str, **more: Any) -> Need:
    return Need(
        **{"id": id, "title": "T", "text": "T.", "language": Language.SV, "created": MADE, "changed": MADE, **more}
    )


def test_no_cell_is_a_formula_and_no_list_is_refused() -> None:
    formulas = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "'=1")
    hostile = [
        need(f"n-{place}", title=text, goal=text, aspects=[text, "a;b, c"]) for place, text in enumerate(formulas)
    ]
    client = app_with(Settings(), *hostile)
    for row, text in zip(rows(client.get("/v1/open-data/needs.csv").content), formulas, strict=True):
        assert (row["title"], row["goal"], row["aspects"]) == (f"'{text}", f"'{text}", f"'{text}\na;b, c")
    told = client.get("/v1/open-data/needs.json").json()["needs"]
    assert [(one["title"], one["aspects"]) for one in told] == [(text, [text, "a;b, c"]) for text in formulas]


def test_what_is_set_is_told() -> None:
    set_ = Settings(public_url=f"{BASE}/", publisher="Region Exempel", contact_email="data@behov.example.org")
    client = app_with(set_, need("n-1"), need("n-2", state=State.DRAFT))
    told = client.get("/v1/open-data/needs.json").json()
    assert [one["uri"] for one in told["needs"]] == [f"{BASE}/behov/n-1"]
    assert (told["publisher"], told["catalogue"]) == ("Region Exempel", f"{BASE}/v1/open-data/catalogue.rdf")
    expected = catalogue(Publication(BASE, "Region Exempel", "data@behov.example.org", MADE, MADE))
    for name, write in (("rdf", rdf.rdf_xml), ("jsonld", rdf.json_ld), ("ttl", rdf.turtle)):
        assert client.get(f"/v1/open-data/catalogue.{name}").content == write(expected)


def test_without_settings_the_request_says_the_address_and_nobody_is_named() -> None:
    client = app_with(Settings())
    told = client.get("/v1/open-data/needs.json").json()
    assert (told["needs"], told["issued"], told["modified"]) == ([], None, None)
    assert told["catalogue"] == "http://asked.example/v1/open-data/catalogue.rdf"
    assert rows(client.get("/v1/open-data/needs.csv").content) == []
    assert "mailto:" not in client.get("/v1/open-data/catalogue.rdf").text
    assert "Regionen (ange MATCHA_PUBLISHER)" in client.get("/v1/open-data/catalogue.rdf").text


@pytest.mark.parametrize("wrong", [
    {"public_url": "behov.example.org"}, {"public_url": "ftp://a.example"}, {"public_url": "https://a.example/?q"},
    {"publisher": ""}, {"publisher": "A\x07"}, {"publisher": "A\ufffe"},
    {"contact_email": "ingen"}, {"contact_email": "a b@c.example"},
], ids=str)  # fmt: skip
def test_a_setting_that_cannot_be_used_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_ten_thousand_needs_are_written_in_less_than_a_second() -> None:
    row = dict.fromkeys(COLUMNS, "Händerna spritas för sällan.") | {
        "aspects": ["ett", "två"],
        "masked": {},
        "locked": False,
    }
    begun = time.process_time()
    assert len(rows(open_data.needs_csv(COLUMNS, [row] * 10_000))) == 10_000
    assert len(json.loads(open_data.needs_json(FULL, [row] * 10_000))["needs"]) == 10_000
    assert time.process_time() - begun < 2  # both, and read again
