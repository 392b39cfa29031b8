"""The pages that anybody may look at: found, read, searched and written to, in a real browser and without one."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from fastapi.testclient import TestClient

from matcha import Matcha, calibration, scoring
from matcha.api.edge import Edge, Plan
from matcha.api.edge import Kind as Rated
from matcha.callers import AccountRole, Caller
from matcha.config import Settings
from matcha.interchange import answer_json
from matcha.interchange.neutrality import report_json
from matcha.matchlog.entry import Kind
from matcha.needs import care
from matcha.needs.lifecycle import is_public
from matcha.neutrality import telling
from matcha.neutrality.report import Report
from matcha.process import Criterion, JobKind, JobState, State
from matcha.records import Need, NeedForm, WeightingForm
from matcha.records.erasure import Erased, ErasureForm, Ground
from matcha.records.job import Job, JobItem
from matcha.records.request import RequestKind
from matcha.service.jobs import Jobs
from matcha.service.process import new_id
from matcha.service.worker import Worker
from matcha.store.rates import Rate
from matcha.text.canonical import canonical
from matcha.values import Language
from matcha.web import create_site
from tests.browsing import WAYS, Using, Visiting
from tests.conftest import HYGIENE, NEED
from tests.offline import KEY
from tests.test_neutrality_report import empty
from tests.test_neutrality_report import report as full

COORDINATOR = Caller("konto-1", frozenset({AccountRole.COORDINATOR}), None, "Kim")
PAGES = (
    "/",
    "/behov",
    "/behov/behov-a01",
    "/oppna-data",
    "/verifiera",
    "/verifiera?post=0",
    "/sa-rangordnas",
    "/neutralitet",
    "/om",
    "/integritet",
    "/tillganglighet",
    "/logga-in",
    "/losenord",
    "/tack/accessibility?nummer=1",
    "/behov?q=xyzzy",
    "/behov/saknas",
)
LONG = "Ovanligt" + "långtord" * 40


@pytest.fixture
def client(matcha: Matcha) -> Iterator[TestClient]:
    """Somebody without an account, who has JavaScript turned off."""
    unhurried = Edge(plan=Plan(rates={kind: Rate(10**6, 10**4) for kind in Rated}))
    settings = Settings(publisher="Region Exempel", contact_email="behov@example.org")
    app = create_site(matcha, settings, edge=unhurried)
    with TestClient(app, headers={"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}) as client:
        yield client


@pytest.mark.parametrize(("language", "using"), WAYS)
def test_a_stranger_finds_a_need_checks_the_log_and_reports_what_does_not_work(
    visiting: Visiting, language: Language, using: Using
) -> None:
    visit = visiting(language=language, using=using)
    visit.go("/")
    visit.write("Sök bland behoven", "handhygien")
    visit.press("Sök")
    visit.page.wait_for_url("**/behov?q=handhygien")
    visit.page.locator(".needs a").first.wait_for()
    visit.check()
    visit.page.get_by_role("link", name="Minska vårdrelaterade infektioner").focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/behov/behov-a01")
    assert visit.sees("Förutsättningar som en lösning måste hålla sig till")
    assert visit.sees("Logga in och visa intresse")
    visit.check()
    visit.go("/verifiera?post=0")
    visit.press("Verifiera kvittot")
    visit.page.locator("#verdict[data-verdict=holds]").wait_for()
    assert visit.sees("Kvittot håller")
    visit.check()
    visit.follow("Tillgänglighet")
    visit.write("Vad hindrar dig?", "Knappen syns inte i mörkret.")
    visit.press("Skicka anmälan")
    visit.page.wait_for_url("**/tack/accessibility?nummer=*")
    visit.check()
    assert visit.site.matcha.requests()[-1].text == "Knappen syns inte i mörkret."


@pytest.mark.parametrize("width", [1200, 320])
def test_every_page_is_accessible_in_both_languages(visiting: Visiting, width: int) -> None:
    for language in Language:
        visit = visiting(language=language, width=width)
        for path in PAGES:
            visit.go(path)
            visit.check()


@pytest.mark.parametrize("role", [one for one in AccountRole if one is not AccountRole.PUBLIC])
def test_everybody_is_met_by_what_they_do_first(visiting: Visiting, role: AccountRole) -> None:
    visit = visiting(role)
    visit.go("/")
    asks = visit.page.get_by_role("textbox", name="Vem skulle kunna lösa det här?").count()
    assert asks == (role in (AccountRole.COORDINATOR, AccountRole.ORGANISER))
    visit.check()
    visit.go("/behov/behov-a01")
    assert visit.page.get_by_role("link", name="Vem skulle kunna lösa det?").count() == asks
    visit.check()


def test_the_list_follows_what_is_written_without_a_new_page(visiting: Visiting) -> None:
    visit = visiting()
    visit.go("/behov")
    visit.page.evaluate("() => { window.__same = true; }")
    visit.write("Sök ord", "antibiotika")
    visit.page.wait_for_url("**/behov?q=antibiotika*")
    assert visit.page.evaluate("() => window.__same")
    names = visit.page.locator(".needs-name").all_inner_texts()
    assert 0 < len(names) < 20
    assert visit.page.locator("[role=status]").inner_text().startswith(str(len(names)))
    visit.page.get_by_label("Vårdform").select_option("primärvård")
    visit.page.wait_for_url("**care_setting=prim*")
    assert visit.page.evaluate("() => window.__same")
    visit.check()


def test_a_receipt_is_verified_without_asking_anybody(visiting: Visiting) -> None:
    visit = visiting()
    visit.go("/verifiera?post=1")
    visit.page.wait_for_selector("form#verify[data-ready]")
    visit.page.context.set_offline(True)
    visit.press("Verifiera kvittot")
    visit.page.locator("#verdict[data-verdict=holds]").wait_for()
    visit.page.get_by_label("Kvittot", exact=True).fill("inget kvitto")
    visit.press("Verifiera kvittot")
    visit.page.locator("#verdict[data-verdict=fails]").wait_for()
    visit.check()


def test_what_is_hostile_long_or_secret_stays_on_the_page_as_text(visiting: Visiting) -> None:
    visit = visiting(width=320)
    matcha = visit.site.matcha
    now = datetime.now(UTC)
    text = f"<script>alert(1)</script> {LONG}"
    secret: dict[str, str] = {"preconditions": f"<b>{LONG}</b>", "quantity_number": "Röjer vem det gäller."}
    with matcha._store.transaction() as session:
        row = NeedForm(id="behov-elakt", title=text[:300], text=text, preconditions="hemligt", quantity_number=3)
        more: dict[str, Any] = {
            "language": Language.SV,
            "secret": secret,
            "created": now,
            "changed": now,
            "touched": 10**9,
        }
        session.add(Need(**row.model_dump(exclude={"language", "aspects"}), **more, aspects=[text, "b"]))
    for path in ("/", "/behov?q=ovanligt", "/behov/behov-elakt"):
        visit.go(path)
        assert visit.page.get_by_text("<script>alert(1)</script>").count()
        visit.check()
    assert visit.page.get_by_text("Röjer vem det gäller.").count() == 1
    assert visit.page.get_by_text("hemligt", exact=True).count() == 0


@pytest.mark.parametrize("report", [full, empty], ids=["full", "empty"])
def test_a_neutrality_report_is_told_in_both_languages(visiting: Visiting, report: Callable[[], Report]) -> None:
    shown = report()
    for language, width in ((Language.SV, 320), (Language.EN, 1200)):
        visit = visiting(language=language, width=width)
        _keep(visit.site.matcha, shown)
        visit.go("/neutralitet")
        assert visit.page.locator(".label h2").inner_text() == telling.headline(shown, language)
        assert visit.page.locator(".relation").count() == len(shown.findings)
        visit.check()


def _keep(matcha: Matcha, report: Report) -> None:
    """Keep a report as the job that makes it does, as the newest."""
    now, id = datetime.now(UTC), new_id("jobb", secrets.token_bytes(10))
    job: dict[str, Any] = {"id": id, "kind": JobKind.NEUTRALITY, "by": "konto-1", "asked": [{}], "state": JobState.DONE}
    with matcha._store.transaction() as session:
        session.add(Job(**job, total=1, made=now, ended=now))
        session.flush()
        session.add(JobItem(job_id=id, place=0, found=True, content=json.dumps(report_json(report)).encode()))


def test_what_a_real_trial_finds_is_shown_and_none_is_told_of_before(client: TestClient, matcha: Matcha) -> None:
    assert "Inte prövat ännu" in client.get("/neutralitet").text
    jobs = Jobs(matcha)
    jobs.ask_neutrality(1, 1, COORDINATOR)
    Worker(jobs, lambda _: COORDINATOR).run_until_idle()
    said = client.get("/neutralitet").text
    assert jobs.newest_report()["pipeline"] in said
    assert "Inte prövat ännu" not in said
    assert said.count('class="relation ') == len(jobs.newest_report()["findings"])


def test_the_rule_is_told_with_the_values_that_are_in_use(client: TestClient, matcha: Matcha) -> None:
    before = client.get("/sa-rangordnas").text
    assert "Ingen matchning är gjord ännu." in before
    assert "Ingen viktning är publicerad ännu" in before
    weights = dict(zip(Criterion, (40, 10, 20, 20, 10), strict=True))
    matcha.publish_weighting(WeightingForm(weights=weights, reason="Ny nämnd."), COORDINATOR)
    matcha.match("Händerna spritas för sällan.")
    ((leaf, entry),) = matcha.entries(None, 1, Kind.CONFIG)
    said = client.get("/sa-rangordnas").text
    for value in (*entry.said["parts"]["pipeline"].values(), f"/loggen/{leaf}", "40 %", scoring.VERSION, "65 536"):
        assert value in said.replace("\N{NO-BREAK SPACE}", " ")
    assert [int(one) for one in re.findall(r"högst (\d+) av 100", said)] == [
        round(100 * calibration.FALSE_STRONG),
        round(100 * calibration.FALSE_POSSIBLE),
    ]


def test_without_script_the_server_judges_as_the_verifier_does(client: TestClient, matcha: Matcha) -> None:
    answer = matcha.match("Händerna spritas för sällan.", k=2)
    key = "\n".join(str(one.public) for one in matcha.logbook.signers())
    considered = matcha.receipt(answer.leaf_index, HYGIENE.id)
    own = json.dumps(answer_json(answer)).encode()
    pasted = considered.replace("\n", "\r\n")  # as a browser sends what stands in a text area
    said = client.post("/verifiera", data={"receipt": pasted, "key": key})
    assert (said.status_code, HYGIENE.title in said.text, "alla 2 profiler" in said.text) == (200, True, True)
    files = {"answer-file": ("svar.json", own)}
    said = client.post("/verifiera", data={"receipt": answer.receipt, "key": key}, files=files)
    assert "Svaret i filen är det som loggades" in said.text
    wrong = {
        "annan nyckel": ({"receipt": considered, "key": KEY}, {}),
        "ändrat": ({"receipt": considered.replace("index ", "index 1"), "key": key}, {}),
        "inget": ({"receipt": " ", "key": key}, {}),
        "inte text": ({"receipt": "", "key": key}, {"receipt-file": ("kvitto", b"\xff\xfe")}),
        "annat svar": ({"receipt": answer.receipt, "key": key}, {"answer-file": ("s", b'{"matches": []}')}),
        "inget svar": ({"receipt": answer.receipt, "key": key}, {"answer-file": ("s", b"[" * 99_999)}),
    }
    for name, (data, files) in wrong.items():
        said = client.post("/verifiera", data=data, files=files)
        assert (name, said.status_code, "Kvittot håller inte" in said.text) == (name, 422, True)
        assert "Kvittot håller</h2>" not in said.text


def test_a_report_is_taken_once_with_page_and_address_and_never_lost(client: TestClient, matcha: Matcha) -> None:
    page = client.get("/tillganglighet?sida=/behov/x")
    assert 'value="/behov/x"' in page.text
    once = re.search(r'name="once" value="([0-9a-f]+)"', page.text)
    assert once is not None
    form = {"once": once[1], "text": "Kontrasten är låg.", "page": "/behov/x", "email": "kim@example.org"}
    for _ in range(2):
        done = client.post("/tillganglighet", data=form, follow_redirects=False)
        assert (done.status_code, done.headers["location"]) == (303, "/tack/accessibility?nummer=1")
    (kept,) = matcha.requests()
    assert (kept.kind, kept.text, kept.page) == (RequestKind.ACCESSIBILITY, form["text"], "/behov/x")
    wrong = client.post("/tillganglighet", data={"text": "Viktigt.", "email": "ingen adress"})
    assert wrong.status_code == 422
    assert "Viktigt." in wrong.text
    assert 'aria-invalid="true"' in wrong.text
    asked = client.post("/integritet", data={"text": "Vad finns om mig?"})
    assert "Din fråga om personuppgifter är mottagen." in asked.text
    assert [one.kind for one in matcha.requests()] == [RequestKind.ACCESSIBILITY, RequestKind.PRIVACY]


def test_needs_that_nobody_published_are_on_no_page(client: TestClient, matcha: Matcha) -> None:
    matcha.add_need(NeedForm(id="n-dold", title="Dolt behov", text="Händerna syns inte."), COORDINATOR)
    for path in ("/", "/behov", "/behov?q=syns", "/behov?state=idea"):
        assert "Dolt behov" not in client.get(path).text
    assert client.get("/behov/n-dold").status_code == 404
    assert NEED.title in client.get("/behov").text
    assert client.get("/behov?state=nonsens").status_code == 200


def test_what_is_found_is_what_a_slow_look_finds(client: TestClient, matcha: Matcha) -> None:
    words = ("hand", "KÖ straße", "ÅSA", "sällan\u200b", "finns inte")
    settings = ("slutenvård, medicin", "Slutenvård och akut", "primärvård", None)
    now = datetime.now(UTC)
    with matcha._store.transaction() as session:
        for place, (state, setting) in enumerate(product(State, settings)):
            said = f"{words[place % 4]} {place} Åsa KÖ STRASSE" if place % 3 else "Händerna spritas sällan"
            row: dict[str, Any] = {
                "id": f"x-{place:02}",
                "title": said,
                "text": f"Text {place}",
            }
            also: dict[str, Any] = {
                "language": Language.SV,
                "was": State.PUBLISHED if place % 2 else State.DRAFT,
                "leaf_index": place,
            }
            secret: dict[str, str] = {"care_setting": "Skäl"} if place % 5 == 0 else {}
            session.add(Need(**row, **also, state=state, care_setting=setting, secret=secret, created=now, changed=now))
    asked = product(
        (False, True), ("", *words), ((), (State.PARKED,), tuple(State)), (None, "slutenvård", "Slutenvård, Medicin")
    )
    for staff, said, states, setting in asked:
        slow = [need.id for need in matcha.needs() if _shown(need, staff, said, states, setting)]
        assert [need.id for need in matcha.find_needs(staff, said, states, setting)] == slow
        rest = [need.id for need in matcha.find_needs(staff, said, states, setting, after="x-20", limit=3)]
        assert rest == [id for id in slow if id > "x-20"][:3]


def _shown(need: Need, staff: bool, said: str, states: Collection[State], setting: str | None) -> bool:
    text = f"{need.title}\n{need.text}".casefold()
    has = not said or all(word in text for word in canonical(said).casefold().split())
    open_setting = None if "care_setting" in need.secret and not staff else need.care_setting
    fits = setting is None or care.is_of(open_setting, setting)
    return (staff or is_public(need.state, need.was)) and has and fits and (not states or need.state in states)


def test_what_was_erased_is_not_found_by_its_words(matcha: Matcha) -> None:
    assert matcha.find_needs(False, NEED.title)
    form = ErasureForm(what=Erased.NEED, id=NEED.id, ground=Ground.GALLRINGSBESLUT, reference="D 1", user="Kim")
    matcha.erase(form)
    assert matcha.find_needs(True, NEED.title) == []
    assert all(NEED.title.casefold() not in said for _, said in matcha._wordings.folded.values())


def test_robots_find_what_is_public_alone(client: TestClient) -> None:
    said = client.get("/robots.txt").text
    assert {"Disallow: /sok", "Disallow: /en/min", "Disallow: /admin"} <= set(said.splitlines())
    assert "Disallow: /behov" not in said
    icon = client.get("/favicon.ico")
    assert (icon.status_code, icon.headers["content-type"]) == (200, "image/svg+xml")
