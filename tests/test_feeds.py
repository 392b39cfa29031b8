"""The feed of needs is Atom, whatever stands in a need; subscribers are told of what is new to them."""

from __future__ import annotations

import json
import re
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import typer
from defusedxml.ElementTree import fromstring
from fastapi import FastAPI
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from matcha import Matcha, Settings
from matcha.api import failure
from matcha.api.caller import caller as who_asks
from matcha.api.routes import feeds as routes
from matcha.callers import AccountRole, Caller
from matcha.cli import digest as command
from matcha.interchange.feeds import LONGEST_FEED, PublishedNeed, atom
from matcha.process import ActKind, State
from matcha.records import Act, Need, NeedForm, Subscription
from matcha.records.account import Account
from matcha.records.batch import Batch
from matcha.service import announcing
from matcha.values import Language
from tests.conftest import NEED, small_batch

ATOM = "{http://www.w3.org/2005/Atom}"
IDENTITY = "6a8f0f1e-58a1-4f27-9c44-3d1f6f0a7c11"
MADE = datetime(2026, 11, 1, 12, tzinfo=UTC)
ANYBODY = Caller(None, frozenset({AccountRole.PUBLIC}))


def need(id: str, title: str = "Behov", text: str = "Text.", care: str | None = None, days: int = 0) -> PublishedNeed:
    moment = MADE + timedelta(days=days)
    return PublishedNeed(id, title, text, Language.SV, care, moment, moment)


def read(content: bytes) -> Element:
    """Read a feed, and hold it against what RFC 4287 asks of one."""
    feed: Element = fromstring(content, forbid_dtd=True)
    assert feed.tag == f"{ATOM}feed"
    for each in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (one,) = each.findall(f"{ATOM}{name}")
            assert one.text
        updated = each.findtext(f"{ATOM}updated")
        assert updated is not None
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", updated)  # RFC 3339
        assert (each.findtext(f"{ATOM}id") or "").startswith("urn:uuid:")
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    for link in feed.iter(f"{ATOM}link"):
        assert link.attrib["href"].startswith("http")
    return feed


def titles(content: bytes) -> list[str | None]:
    return [entry.findtext(f"{ATOM}title") for entry in read(content).findall(f"{ATOM}entry")]


@pytest.fixture
def client(matcha: Matcha) -> TestClient:
    app = FastAPI()
    app.state.matcha, app.state.settings = matcha, Settings()
    app.include_router(routes.router)
    failure.install(app)
    app.dependency_overrides[who_asks] = lambda: ANYBODY
    return TestClient(app)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "]]><!ENTITY x SYSTEM 'file:///etc/passwd'>&x;",
        "&lt;b&gt; & \" ' </title></entry>",
        '<!DOCTYPE feed [<!ENTITY a "b">]>',
    ],
)
def test_what_looks_like_markup_stays_text(hostile: str) -> None:
    (entry,) = read(atom([need("n", hostile, hostile, hostile)], "https://m.example/", IDENTITY)).iter(f"{ATOM}entry")
    (category,) = entry.iter(f"{ATOM}category")
    assert entry.findtext(f"{ATOM}title") == entry.findtext(f"{ATOM}content") == category.attrib["term"] == hostile
    assert len(list(entry)) == 7


def test_what_xml_cannot_hold_is_left_out() -> None:
    text = "a\x00b\x0bc\x1bd\ufffee\uffff\N{GRINNING FACE}\tf"
    content = atom([need("n", text, text, "\x01v\x02")], "https://m.example/", IDENTITY, "q=\x07")
    assert titles(content) == ["abcde\N{GRINNING FACE}\tf"]


def test_the_last_changed_stands_first_and_old_ones_fall_out() -> None:
    many = [need(f"n{number:03}", f"Behov {number}", days=number) for number in range(LONGEST_FEED + 5)]
    content = atom(many, "https://m.example/", IDENTITY)
    assert titles(content) == [one.title for one in reversed(many[5:])]
    assert content == atom(many[::-1], "https://m.example/", IDENTITY)
    assert read(content).findtext(f"{ATOM}updated") == read(content).findtext(f"{ATOM}entry/{ATOM}updated")


def test_ids_stay_when_the_address_changes() -> None:
    first, second = (read(atom([need("n")], base, IDENTITY)) for base in ("https://a.example/", "https://b.example/"))
    assert [e.text for e in first.iter(f"{ATOM}id")] == [e.text for e in second.iter(f"{ATOM}id")]
    other = read(atom([need("n")], "https://a.example/", "00000000-0000-4000-8000-000000000000"))
    assert first.findtext(f"{ATOM}id") != other.findtext(f"{ATOM}id")


def test_only_public_needs_are_in_the_feed(client: TestClient, matcha: Matcha) -> None:
    care = NeedForm(id="n-vc", title="Provsvar i tid", text="Svaren kommer sent.", care_setting="Vårdcentral")
    matcha.submit(Batch(needs=(care, NeedForm(id="n-utkast", title="Hemligt utkast", text="Inte än."))))
    with matcha.logbook.store.transaction() as session:
        draft = session.get(Need, "n-utkast")
        assert draft is not None
        draft.state = State.DRAFT
    assert sorted(map(str, titles(client.get("/v1/feeds/needs.atom").content))) == sorted([NEED.title, care.title])
    assert titles(client.get("/v1/feeds/needs.atom?q=SVAREN sent").content) == [care.title]
    assert titles(client.get("/v1/feeds/needs.atom?care_setting=Vårdcentral").content) == [care.title]
    assert titles(client.get("/v1/feeds/needs.atom?q=finns ej").content) == []
    with matcha.logbook.store.transaction() as session:
        row = session.get(Need, "n-vc")
        assert row is not None
        row.secret = {"care_setting": "Röjer vem det gäller."}
    assert titles(client.get("/v1/feeds/needs.atom?care_setting=Vårdcentral").content) == []
    assert "Vårdcentral" not in client.get("/v1/feeds/needs.atom").text


def test_a_feed_that_is_known_is_not_sent_again(client: TestClient, matcha: Matcha) -> None:
    first = client.get("/v1/feeds/needs.atom")
    assert first.headers["content-type"].startswith("application/atom+xml")
    assert first.headers["cache-control"] == "public, max-age=300"
    tag = first.headers["etag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get("/v1/feeds/needs.atom", headers={"If-None-Match": given})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get("/v1/feeds/needs.atom", headers={"If-None-Match": '"other"'}).status_code == 200
    matcha.submit(Batch(needs=(NeedForm(id="n-ny", title="Nytt", text="Nytt behov."),)))
    changed = client.get("/v1/feeds/needs.atom", headers={"If-None-Match": tag})
    assert (changed.status_code, changed.headers["etag"] == tag) == (200, False)


def test_a_need_is_new_from_when_it_was_published(matcha: Matcha) -> None:
    said = [(State.IDEA, 0), (State.PUBLISHED, 5), (State.IN_DIALOGUE, 9)]
    with matcha.logbook.store.transaction() as session:
        for state, days in said:
            content = {"state": state.value, "reason": "-"}
            made = MADE + timedelta(days=days)
            row = Act(need_id=NEED.id, kind=ActKind.STATE, by="acc-a", content=content, leaf_index=1, made=made)
            session.add(row)
        kept = session.get(Need, NEED.id)
        assert kept is not None
        kept.created = kept.changed = MADE
    with matcha.logbook.store.reading() as session:
        (found,) = announcing.published(session)
    assert (found.published, found.updated) == (MADE + timedelta(days=5), MADE + timedelta(days=9))


def account(id: str, email: str | None, active: bool = True) -> Account:
    roles = ["coordinator"]
    return Account(id=id, name="Prov", email=email, roles=roles, active=active, created=MADE, changed=MADE)


@pytest.fixture
def told(tmp_path: Path) -> Any:
    """A home with four needs and five subscriptions, and what `matcha digest` writes there."""
    settings = Settings(home=tmp_path / "home")
    matcha = Matcha.in_memory()
    matcha.submit(small_batch())
    days = {NEED.id: 0, "n-ko": 20, "n-vc": 21, "n-utkast": 22}
    forms = [("n-ko", "Kortare kö"), ("n-vc", "Provsvar i tid"), ("n-utkast", "Kortare kö, utkast")]
    matcha.submit(Batch(needs=tuple(NeedForm(id=id, title=title, text="Text.") for id, title in forms)))
    with matcha.logbook.store.transaction() as session:
        for id, day in days.items():
            row = session.get(Need, id)
            assert row is not None
            row.created = row.changed = MADE + timedelta(days=day)
            row.state = State.DRAFT if id == "n-utkast" else State.PUBLISHED
        session.add(account("acc-a", "anna@vard.example"))
        session.add(account("acc-b", "bo@vard.example", active=False))
        session.add(account("acc-c", None, active=False))
        session.flush()
        made = {"acc-a": MADE, "acc-b": MADE, "acc-c": MADE, "acc-saknas": MADE}
        for who, moment in made.items():
            session.add(Subscription(account_id=who, words=None, made=moment))
            session.flush()
        session.add(Subscription(account_id="acc-a", words="KÖ kortare", made=MADE))
        session.flush()
        session.add(Subscription(account_id="acc-a", words="kö", made=MADE + timedelta(days=21)))
    app = typer.Typer()
    command.register(app)
    line = SimpleNamespace(matcha=matcha, settings=settings)

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(app, arguments, obj=line)

    return run


def test_subscribers_are_told_of_what_is_new_to_them(told: Any, tmp_path: Path) -> None:
    file = tmp_path / "digest.jsonl"
    file.write_text("what was there before")
    file.chmod(0o644)
    done = told("--since", "2026-11-20", "--out", str(file))
    assert done.exit_code == 0, done.output
    assert ": 2 prenumeranter" in done.output.replace("\n", "")
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [(row["email"], row["language"], row["words"]) for row in rows] == [
        ("anna@vard.example", "sv", None),
        ("anna@vard.example", "sv", "KÖ kortare"),
    ]
    assert [[one["id"] for one in row["needs"]] for row in rows] == [["n-ko", "n-vc"], ["n-ko"]]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_nothing_new_is_an_empty_file(told: Any, tmp_path: Path) -> None:
    assert told("--since", "2026-11-22T12:00:01Z", "--out", str(tmp_path / "none")).exit_code == 0
    assert (tmp_path / "none").read_bytes() == b""
