"""What holds for every page of the site: who may see it, what it is made of, and that a form is taken once."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from matcha import Matcha
from matcha.api.caller import COOKIE
from matcha.api.edge import Edge, Kind, Plan
from matcha.callers import AccountRole
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.keys import MemoryKeeper
from matcha.records import RequestKind
from matcha.retrieval.reference import MemoryReference
from matcha.service import tokens
from matcha.store import Store
from matcha.store.rates import Rate
from matcha.values import Language
from matcha.web import create_site
from matcha.web.languages import address
from matcha.web.policy import POLICY
from matcha.web.visitor import DOORS
from tests import staging
from tests.pages import pages, place
from tests.people import HOST
from tests.town import DONE, TALK, Town, _with_cheap_passwords

ALL = "public supplier coordinator organiser procurement_officer administrator"
INSIDE = "coordinator organiser procurement_officer administrator"
HOSTS = "coordinator organiser"

WHO: tuple[tuple[str, str, str], ...] = (  # in words; who; what they see, and what they send
    (
        "Anybody reads what matcha is, published needs, actors and profiles, the log; comes in, verifies, and asks.",
        ALL,
        "GET /, GET /aktorer, GET /aktorer/{id}, GET /behov, GET /behov/{id}, GET /behov/{id}/resultat, "
        "GET /favicon.ico, GET /integritet, GET /logga-in, GET /loggen, GET /loggen/jamfor, GET /loggen/{leaf_index}, "
        "GET /losenord, GET /neutralitet, GET /om, GET /oppna-data, GET /profiler/{id}, GET /robots.txt, "
        "GET /sa-rangordnas, GET /tack/{kind}, GET /tillganglighet, GET /verifiera, POST /integritet, POST /logga-in, "
        "POST /logga-ut, POST /loggen/jamfor, POST /losenord, POST /tillganglighet, POST /verifiera",
    ),
    (
        "A supplier has pages of its own.",
        "supplier",
        "GET /min, GET /min/bevakningar, GET /min/forum/{forum}, GET /min/nycklar, GET /min/profil/ny, "
        "GET /min/profil/{id}, GET /min/profil/{id}/andra, GET /min/profil/{id}/behov, "
        "GET /min/profil/{id}/dra-tillbaka, GET /min/profil/{id}/matchningar, GET /min/profil/{id}/rang, "
        "GET /min/uppgifter, GET /min/uppgifter.json, POST /min/uppgifter, POST /min/bevakningar, "
        "POST /min/bevakningar/{number}/avsluta, POST /min/forhandsgranska, POST /min/forum/{forum}/svar, "
        "POST /min/forum/{forum}/varde, POST /min/nycklar, POST /min/nycklar/{id}/aterkalla, POST /min/profil/ny, "
        "POST /min/profil/{id}/andra, POST /min/profil/{id}/dra-tillbaka, POST /min/profil/{id}/fornya, "
        "POST /min/profil/{id}/rang",
    ),
    (
        "A proposal of a profile is seen by whoever made it, and ruled on by coordinators.",
        "supplier coordinator",
        "GET /forslag, GET /forslag/{number}, POST /forslag/{number}",
    ),
    (
        "All with an account take part in the dialogue.",
        f"supplier {INSIDE}",
        "GET /behov/{id}/dialog, GET /behov/{id}/dialog/{what}, POST /behov/{id}/dialog/{what}",
    ),
    (
        "All on the authority's side see needs at work, answers, forums, the map and the officer's desk.",
        INSIDE,
        "GET /behov/grupper, GET /behov/{id}/arbete, GET /behov/{id}/arbete/{what}, GET /behov/{id}/bedom, "
        "GET /behov/{id}/bilagor, GET /behov/{id}/forum, GET /behov/{id}/kortlista, GET /behov/{id}/kortlista.csv, "
        "GET /behov/{id}/kortlista.json, GET /behov/{id}/resultat/{what}, GET /behov/{id}/underlag, GET /forum, "
        "GET /forum/{id}, GET /forum/{id}/aktor/{actor}, GET /forum/{id}/dagen, GET /forum/{id}/grupper, "
        "GET /forum/{id}/inbjudan, GET /forum/{id}/moten, GET /forum/{id}/program, GET /forum/{id}/resultat, "
        "GET /forum/{id}/sammansattning, GET /granskning, GET /granskning/behov, GET /granskning/beslut, "
        "GET /granskning/exponering, GET /granskning/jav, GET /karta, GET /screening, GET /screening/viktning, "
        "GET /svar, GET /svar/{leaf}, GET /svar/{leaf}/aktor/{id}, GET /svar/{leaf}/jamfor, "
        "GET /svar/{leaf}/lista.csv, GET /svar/{leaf}/svar.json, GET /svar/{leaf}/varfor, "
        "GET /svar/{leaf}/varfor/{post}, POST /behov/{id}/arbete/{what}, POST /behov/{id}/resultat/{what}",
    ),
    (
        "Coordinators and organisers register needs, search, decide, and hold forums.",
        HOSTS,
        "GET /behov/nytt, GET /behov/{id}/forum/nytt, GET /forum/nytt, GET /forum/{id}/avsluta, "
        "GET /forum/{id}/beratta/{meeting}, GET /forum/{id}/ersatt/{actor}, GET /forum/{id}/lotta, "
        "GET /forum/{id}/moten/tider, GET /forum/{id}/moten/{actor}, GET /forum/{id}/narvaro, GET /forum/{id}/varde, "
        "GET /fragor, GET /fragor/{id}, GET /sok, POST /behov/liknande, POST /behov/nytt, "
        "POST /behov/{id}/forum/nytt, POST /behov/{id}/kortlista, POST /behov/{id}/kortlista/stang, "
        "POST /behov/{id}/lage, POST /forum/{id}/avsluta, POST /forum/{id}/beratta/{meeting}, "
        "POST /forum/{id}/dagen, POST /forum/{id}/ersatt/{actor}, POST /forum/{id}/grupper, "
        "POST /forum/{id}/inbjudan, POST /forum/{id}/lotta, POST /forum/{id}/moten/tider, "
        "POST /forum/{id}/moten/{actor}, POST /forum/{id}/narvaro, POST /forum/{id}/program, "
        "POST /forum/{id}/resultat, POST /forum/{id}/svar/{actor}, POST /forum/{id}/varde, POST /fragor, "
        "POST /fragor/{id}/avbryt, POST /sok, POST /sok/medan, POST /svar/{leaf}/aktor/{id}/beslut, "
        "POST /svar/{leaf}/varfor",
    ),
    (
        "Coordinators change, score and weight needs, attach files, judge relevance, and ask for a neutrality report.",
        "coordinator",
        "GET /behov/{id}/andra, POST /behov/{id}/andra, POST /behov/{id}/bedom, POST /behov/{id}/bilagor, "
        "POST /granskning/exponering, POST /screening/viktning, POST /svar/{leaf}/aktor/{id}/bedomning",
    ),
    (
        "The procurement officer says when a procurement begins and ends, as a coordinator may.",
        "coordinator procurement_officer",
        "GET /granskning/behov/{id}/las, POST /granskning/behov/{id}/las",
    ),
    (
        "The log is audited and replayed by coordinators, procurement officers and administrators.",
        "coordinator procurement_officer administrator",
        "GET /granskning/revision, POST /granskning/omspelning, POST /granskning/revision, "
        "POST /loggen/{leaf_index}/spela-upp",
    ),
    (
        "Files are imported by coordinators and administrators.",
        "coordinator administrator",
        "GET /admin/kallor, POST /admin/kallor",
    ),
    (
        "Accounts, keys, requests, erasures, the index and jobs are the administrator's.",
        "administrator",
        "GET /admin, GET /admin/arenden, GET /admin/arenden/{number}, GET /admin/gallring, GET /admin/index, "
        "GET /admin/jobb, GET /admin/konton, GET /admin/konton/nytt, GET /admin/konton/{id}, "
        "GET /admin/konton/{id}/gallra, GET /admin/nycklar, POST /admin/arenden/{number}, POST /admin/gallring, "
        "POST /admin/konton/nytt, POST /admin/konton/{id}, POST /admin/konton/{id}/gallra, "
        "POST /admin/konton/{id}/inbjudan, POST /admin/konton/{id}/lage, POST /admin/nycklar, "
        "POST /admin/nycklar/{key}/aterkalla",
    ),
)
MAY: Mapping[str, frozenset[AccountRole]] = {
    name: frozenset(map(AccountRole, who.split())) for _, who, names in WHO for name in names.split(", ")
}
FILES = (".csv", ".json", ".txt")  # no pages
WHAT: Mapping[str, Mapping[str, str]] = {  # who may do what with a need, where one route takes several forms
    "/behov/{id}/arbete/{what}": {
        "syfte": "coordinator",
        "upphandling": "coordinator procurement_officer",
        "sekretess": "coordinator",
    },
    "/behov/{id}/dialog/{what}": {
        "intresse": "supplier",
        "fraga": "supplier",
        "svar": HOSTS,
        "inlagg": f"supplier {HOSTS}",
        "mote": HOSTS,
        "handelse": HOSTS,
        "kontakt": "coordinator",
        "jav": f"{HOSTS} procurement_officer",
    },
    "/behov/{id}/resultat/{what}": {
        "losning": "coordinator",
        "inforande": "coordinator",
        "effekt": "coordinator",
        "aterkoppling": HOSTS,
    },
}
ODD = {"/favicon.ico": 307, "/forum/nytt": 303, "/fragor/{id}": 404}  # lead on; and a job is its owner's, here ALL's
LOADING = ("img", "script", "link", "source", "use", "iframe")
ELSEWHERE = ("http://", "https://", "//")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The town, with a copy of its system to write in; in a file, for the map is drawn by another thread."""
    built, file = staging.town(), tmp_path_factory.mktemp("town") / "matcha.db"
    file.write_bytes(built._image)
    keeper, shelf, encoder = MemoryKeeper(), copy.copy(built.matcha._shelf), built.matcha.reader.encoder
    keeper.keep(built.matcha.logbook.keeper.keys())
    store = Store.open(f"sqlite:///{file}")
    matcha = _with_cheap_passwords(Matcha(store, shelf, lambda: encoder, MemoryReference(), keeper))
    yield replace(built, matcha=matcha)
    matcha.close()


@pytest.fixture(scope="module")
def site(town: Town) -> FastAPI:
    """A site over it that nobody is too quick for."""
    return create_site(town.matcha, edge=Edge(plan=Plan(rates={kind: Rate(10**6, 10**4) for kind in Kind})))


def visitor(site: FastAPI, town: Town, role: AccountRole, **headers: str) -> TestClient:
    """Give a browser of somebody with this role."""
    cookies = {} if role is AccountRole.PUBLIC else {COOKIE: town.sessions[role]}
    own = {"Sec-Fetch-Site": "same-origin", **headers}
    return TestClient(site, HOST, cookies=cookies, headers=own, follow_redirects=False)


def csrf(town: Town, role: AccountRole) -> dict[str, str]:
    return {"csrf": tokens.csrf_token(town.sessions[role])}


def size(town: Town) -> int:
    """Count what has been logged."""
    return Checkpoint.unverified(town.matcha.logbook.checkpoint()).size


def test_the_table_names_every_page_and_form_of_the_site_once() -> None:
    names = [name for _, _, names in WHO for name in names.split(", ")]
    assert len(names) == len(set(names))
    assert set(names) == {page.name for method in ("GET", "POST") for page in pages(method)}


def test_every_page_is_shown_to_whom_the_table_says_and_to_nobody_else(site: FastAPI, town: Town) -> None:
    for role in AccountRole:
        browser = visitor(site, town, role)
        for page in pages():
            path = place(town, page.path)
            answer = browser.get(path)
            if role in MAY[page.name] and page.path in WHAT:
                continue
            if role in MAY[page.name]:
                assert answer.status_code == ODD.get(page.path, 200), (
                    role,
                    path,
                    answer.status_code,
                    answer.text[-1500:],
                )
            elif role is AccountRole.PUBLIC:
                found = (answer.status_code, answer.headers["location"])
                assert found == (303, f"/logga-in?till={quote(path)}"), path
            else:
                assert answer.status_code == 403, (role, path, answer.status_code)
                assert TALK not in answer.text.replace(path, "")


def test_each_thing_done_with_a_need_is_shown_to_whom_the_table_says(site: FastAPI, town: Town) -> None:
    asked = town.ids["question"][0]
    for role in set(AccountRole) - {AccountRole.PUBLIC}:
        browser = visitor(site, town, role)
        for template, forms in WHAT.items():
            for what, who in forms.items():
                path = template.format(id=DONE, what=what) + (f"?till={asked}" if what == "svar" else "")
                answer = browser.get(path.replace(DONE, TALK) if what == "svar" else path)
                may = role in map(AccountRole, who.split())
                assert answer.status_code == (200 if may else 403), (role, path, answer.status_code)
                if may:
                    assert list(faults(Read(answer.text))) == [], path
        assert browser.get(f"/behov/{TALK}/dialog/annat").status_code == 404


def test_every_form_is_refused_from_whom_the_table_does_not_name(site: FastAPI, town: Town) -> None:
    before = size(town)
    for role in AccountRole:
        browser = visitor(site, town, role)
        own = {} if role is AccountRole.PUBLIC else csrf(town, role)
        for page in pages("POST"):
            if role not in MAY[page.name]:
                answer = browser.post(_somewhere(page.path), data={"text": "x", **own})
                assert answer.status_code == (401 if role is AccountRole.PUBLIC else 403), (role, page.name)
    assert size(town) == before


def _somewhere(template: str) -> str:
    return re.sub(r"{\w+}", "1", template)


def test_a_form_of_another_site_is_refused_before_anything_else(site: FastAPI, town: Town) -> None:
    before = size(town)
    foreign: tuple[dict[str, str], ...] = (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
    )
    for page in pages("POST"):
        role = sorted(page.who - {AccountRole.PUBLIC})[0]
        for headers in foreign:
            given = {name: value for name, value in headers.items() if value}
            browser = visitor(site, town, role)
            del browser.headers["Sec-Fetch-Site"]
            answer = browser.post(_somewhere(page.path), data=csrf(town, role), headers=given)
            assert answer.status_code == 403, (page.name, headers)
    assert size(town) == before


@pytest.mark.parametrize("token", [None, "", "x", "of another session"])
def test_a_form_without_the_token_of_its_session_is_refused(site: FastAPI, town: Town, token: str | None) -> None:
    before = size(town)
    for page in pages("POST"):
        if page.path in DOORS:  # where an old cookie has no authority
            continue
        role, other = (sorted(page.who - {AccountRole.PUBLIC}) * 2)[0], AccountRole.ADMINISTRATOR
        other = AccountRole.SUPPLIER if role is other else other
        said = csrf(town, other)["csrf"] if token == "of another session" else token
        answer = visitor(site, town, role).post(_somewhere(page.path), data={} if said is None else {"csrf": said})
        assert answer.status_code == 403, (page.name, answer.status_code)
    assert size(town) == before


def test_a_form_that_is_sent_twice_is_taken_once(site: FastAPI, town: Town) -> None:
    role = AccountRole.COORDINATOR
    browser, path = visitor(site, town, role), f"/behov/{TALK}/dialog/inlagg"
    form = {"title": "En tråd", "text": "Sagt en gång.", "once": "a" * 32, **csrf(town, role)}
    before = size(town)
    answers = [browser.post(path, data=form) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303] * 3
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert size(town) == before + 1
    other = browser.post(path, data={**form, "text": "Något annat."})
    assert (other.status_code, size(town)) == (422, before + 1)
    assert browser.post(path, data={**form, "once": "b" * 32}).status_code == 303
    assert size(town) == before + 2


class Read(HTMLParser):
    """What is looked for in a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.language, self.title, self.inside = "", "", ""
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.assets: list[str] = []
        self.inline: list[str] = []
        self.forms: list[dict[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.inside = tag
        self.language = told["lang"] if tag == "html" else self.language
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        self.ids += [told["id"]] if "id" in told else []
        self.inline += [name for name in told if name == "style" or name.startswith("on")]
        self.inline += [tag] if tag == "style" or (tag == "script" and "src" not in told) else []
        if tag in ("img", "script", "link", "source", "use", "iframe") and told.get("rel") not in (
            "alternate",
            "canonical",
        ):
            self.assets += [told[name] for name in ("src", "srcset", "href") if name in told]
        if tag == "form":
            self.forms.append({"method": told.get("method", "get"), "action": told.get("action", "")})
        if tag == "input" and self.forms:
            self.forms[-1][told.get("name", "")] = told.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.inside == "title" and not self.title:
            self.title = data


def seen(site: FastAPI, town: Town) -> Iterator[tuple[str, AccountRole, Language, str, Read]]:
    """Give every page in both languages, as each who may see it sees it."""
    for role in AccountRole:
        browser = visitor(site, town, role)
        for page in pages():
            path = place(town, page.path)
            if role in page.who and page.path not in {*ODD, *WHAT} and not path.endswith(FILES):
                for language in Language:
                    answer = browser.get(address(path, language))
                    assert answer.status_code == 200, (path, role, language)
                    assert answer.headers["content-type"] == "text/html; charset=utf-8", path
                    policies = answer.headers.get_list("content-security-policy")
                    assert POLICY in policies, path
                    yield path, role, language, answer.text, Read(answer.text)


def faults(read: Read) -> Iterator[str]:
    """Say what is wrong with how a page is made."""
    if not read.title.endswith(" – matcha"):
        yield f"title {read.title}"
    if read.headings[:1] != [1] or read.headings.count(1) != 1:
        yield f"headings {read.headings}"
    if any(deeper - high > 1 for high, deeper in zip(read.headings, read.headings[1:], strict=False)):
        yield f"headings leave out a level: {read.headings}"
    yield from (f"the id {one} twice" for one in set(read.ids) if read.ids.count(one) > 1)
    yield from (f"inline {one}" for one in read.inline)
    yield from (f"loads {one}" for one in read.assets if one.startswith(ELSEWHERE))


def test_every_page_is_made_as_pages_are(site: FastAPI, town: Town) -> None:
    wrong: dict[str, list[str]] = {}
    for path, role, language, text, read in seen(site, town):
        found = list(faults(read)) + ([] if read.language == language else ["language"])
        for form in read.forms:
            if form["method"].lower() == "post" and form["action"].removeprefix("/en") not in DOORS:
                own = role is AccountRole.PUBLIC or form.get("csrf") == csrf(town, role)["csrf"]
                found += [] if own else [f"a form without its token: {form}"]
        found += re.findall(r">\s*(None|nan|\[\]|\{\}|True|False)\s*<", text)
        if found:
            wrong[f"{path} for {role} in {language}"] = found
    assert wrong == {}


def test_what_is_asked_for_and_is_not_there_is_told_as_a_page(site: FastAPI, town: Town) -> None:
    for role in (AccountRole.PUBLIC, AccountRole.COORDINATOR):
        browser = visitor(site, town, role)
        for path in ("/finns-inte", "/behov/finns-inte", "/aktorer/finns-inte", "/loggen/999999", "/tack/annat"):
            for language, word in ((Language.SV, 'lang="sv"'), (Language.EN, 'lang="en"')):
                answer = browser.get(address(path, language))
                assert answer.status_code in (404, 422), (path, answer.status_code)
                assert word in answer.text
                assert Read(answer.text).headings.count(1) == 1


def test_every_kind_of_request_is_thanked_for(site: FastAPI, town: Town) -> None:
    browser = visitor(site, town, AccountRole.PUBLIC)
    assert [browser.get(f"/tack/{kind}").status_code for kind in RequestKind] == [200] * len(RequestKind)
