"""Pages of the matching side in a real browser: from a need in words to a closed list and a receipt that verifies."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Callable

import pytest

from matcha.callers import AccountRole, Caller
from matcha.matchlog import receipt
from matcha.matchlog.entry import Kind
from matcha.records import ErasureForm, NeedForm
from matcha.records.erasure import Erased, Ground
from matcha.records.need import LockForm
from matcha.service.jobs import Jobs, MatchAsked
from matcha.values import ActorKind, Band, Language
from tests.browsing import WAYS, Site, Using, Visit, Visiting

COORDINATOR = AccountRole.COORDINATOR
NEED = "behov-a01"
TEXT = "Vi behöver korta väntetiderna till BUP. Barn väntar för länge på bedömning. Föräldrarna behöver stöd så länge."
WEAK = "Nattvandrande gråsuggor ska räknas i hemliga trädgårdar på planeten Mars."
HOSTILE = "<script>alert(1)</script> " + "Ordutanmellanslag" * 30 + ". =HYPERLINK('x') behövs."
CLICKS = 3
SECONDS = 30


def caller(site: Site, role: AccountRole = COORDINATOR) -> Caller:
    """Who visits in a role."""
    return site.matcha.accounts.session(site.cookies[role])


def press(visit: Visit, selector: str) -> None:
    """Use what a selector finds first, by the visit's own hands."""
    visit._press(visit.page.locator(selector).first)


def write(visit: Visit, selector: str, text: str) -> None:
    """Write into what a selector finds, by the visit's own hands."""
    found = visit.page.locator(selector)
    if visit.using is Using.KEYBOARD:
        visit._reach(found)
        visit.page.keyboard.insert_text(text)
    else:
        found.fill(text)


def tick(visit: Visit, selector: str) -> None:
    """Tick the box that a selector finds, by the visit's own hands."""
    found = visit.page.locator(selector)
    if visit.using is Using.KEYBOARD:
        visit._reach(found)
        visit.page.keyboard.press("Space")
    else:
        found.check()
    assert found.is_checked()


def at(visit: Visit, pattern: str) -> str:
    """Wait until the visit is at a path of this form, and give the number in it."""
    visit.page.wait_for_url(re.compile(pattern + r"(#.*)?$"))
    found = re.search(pattern, visit.page.url)
    assert found
    return found[1] if found.groups() else ""


def told(visit: Visit, sv: str) -> None:
    """Wait until the page tells this, once."""
    visit.page.locator(".told", has_text=visit.say(sv)).wait_for()


@pytest.fixture(scope="module", autouse=True)
def asked_before(site: Site) -> None:
    """A server that has answered once: what all questions share is then ready."""
    site.matcha.match(WEAK)


# the way of a coordinator, from the start page to a closed list


@pytest.mark.parametrize(("language", "using"), WAYS)
def test_from_a_need_in_words_to_a_closed_list(visiting: Visiting, language: Language, using: Using) -> None:
    visit = visiting(COORDINATOR, language=language, using=using)
    leaf = ask(visit)
    read_evidence(visit)
    compare(visit, leaf)
    ask_why_not(visit, leaf)
    decide(visit)
    close(visit)


def ask(visit: Visit) -> str:
    """Start page, a need, its answer, the receipt: at most three clicks and thirty seconds."""
    visit.page.set_default_timeout(SECONDS * 1000)
    begun, clicks = time.monotonic(), 0
    visit.go("/")
    write(visit, "textarea[name=text]", TEXT)
    visit.press("Visa vilka som kan")
    clicks += 1
    leaf = at(visit, r"/svar/(\d+)")
    with visit.page.expect_download() as downloaded:
        visit.follow("Ladda ner kvittot")
    clicks += 1
    text = downloaded.value.path().read_text("utf-8")
    assert clicks <= CLICKS
    assert time.monotonic() - begun < SECONDS
    log = visit.site.matcha
    found = receipt.verify(text, [key.public for key in log.logbook.signers()])
    shown = log.logged_answer(int(leaf)).matches[0]
    assert found.index == int(leaf)
    assert shown is not None
    assert visit.page.locator(".result h2").first.inner_text() == shown.actor.name
    visit.check()
    return leaf


def read_evidence(visit: Visit) -> None:
    """Sentence beside sentence, and points that add up before one's eyes."""
    assert visit.page.locator(".pair mark").first.is_visible()
    visit.open("Så räknas poängen")
    rows = visit.page.locator(".sums").first.locator("td.num")
    *parts, total = [int(re.sub(r"[^\d]", "", text)) * (-1 if re.match(r"[-−]", text) else 1) for text in texts(rows)]
    assert sum(parts) == total > 0


def texts(found: object) -> list[str]:
    return [one.strip() for one in found.all_inner_texts()]  # type: ignore[attr-defined]  # a Locator


def compare(visit: Visit, leaf: str) -> None:
    tick(visit, "#j-1")
    tick(visit, "#j-3")
    visit.press("Jämför")
    visit.page.wait_for_url("**/jamfor?*")
    first, _, third = visit.site.matcha.logged_answer(int(leaf)).shown[:3]
    assert texts(visit.page.locator(".versus-heads h2")) == [first.actor.name, third.actor.name]
    assert visit.page.locator(".versus > li").count() == 3
    visit.check()
    visit.go(f"/svar/{leaf}")


def ask_why_not(visit: Visit, leaf: str) -> None:
    visit.follow("Varför inte …?")
    visit.write("Aktör, profil eller id", "läkemedel")
    visit.press("Sök")
    visit.page.wait_for_selector("#profiler form")
    press(visit, "#profiler form button")
    post = at(visit, rf"/svar/{leaf}/varfor/(\d+)")
    found = visit.site.matcha.logged_explanation(int(post)).found
    assert found is not None
    assert re.findall(r"\d+", visit.page.locator("h1").inner_text()) == [str(found.rank), str(found.ranked)]
    visit.check()


def decide(visit: Visit) -> None:
    visit.go(f"/sok?behov={NEED}")
    visit.check()
    visit.press("Fråga alla registrerade")
    at(visit, r"/svar/(\d+)")
    visit.follow("Besluta")
    at(visit, r"/svar/\d+/aktor/([\w-]+)")
    visit.check()
    if visit.using is Using.KEYBOARD:
        visit._reach(visit.page.locator("#f-choice-invited"))
        visit.page.keyboard.press("Space")
    else:
        visit.page.locator("#f-choice-invited").check()
    visit.write("Skäl", "Svarar på de flesta meningarna.")
    visit.press("Spara beslutet")
    at(visit, r"/svar/(\d+)")
    told(visit, "Beslutet är sparat och loggat: inbjuden.")
    made = visit.site.matcha.decisions()[-1]
    assert (made.choice, made.machine_rank, made.reason) == ("invited", 1, "Svarar på de flesta meningarna.")


def close(visit: Visit) -> None:
    visit.follow("Kortlistan för behovet")
    at(visit, rf"/behov/{NEED}/kortlista")
    visit.check()
    visit.press("Stäng listan")
    told(visit, "Listan är stängd: vilka som bjuds in är loggat.")
    ((_, entry),) = visit.site.matcha.entries(None, 1, Kind.INVITE_LIST)
    assert visit.site.matcha.decisions()[-1].leaf_index in entry.said["invited"]
    visit.check()


# every page in every state, wide and narrow


@pytest.fixture
def wide_and_narrow() -> Callable[[Visit], None]:
    """Give what checks a page as it is at 1200 and at 320 pixels; 320 is also what 400 % of 1280 leaves."""

    def both(visit: Visit) -> None:
        visit.check()
        visit.page.set_viewport_size({"width": 320, "height": 700})
        visit.page.wait_for_timeout(50)
        visit.page.evaluate("() => { window.__moved = 0; }")
        visit.check()
        visit.page.set_viewport_size({"width": 1200, "height": 850})

    return both


Check = Callable[[Visit], None]


def test_asking_in_every_state(visiting: Visiting, wide_and_narrow: Check) -> None:
    visit = visiting(COORDINATOR)
    visit.go("/sok")
    wide_and_narrow(visit)
    visit.page.locator("#f-text").press_sequentially(TEXT[:60])
    visit.page.wait_for_selector("#medan .read-sentences")
    assert texts(visit.page.locator("#medan .read-sentences li"))[0] == "Vi behöver korta väntetiderna till BUP."
    before = visit.site.matcha.size()
    visit.page.locator("#f-text").fill(HOSTILE)
    visit.page.wait_for_selector("#medan :text('Ordutanmellanslag')")
    wide_and_narrow(visit)
    assert visit.site.matcha.size() == before, "what is told while somebody writes is not logged"
    visit.open("Fler val: antal, syfte, slag av aktör")
    assert not visit.page.locator("#f-reason").is_visible()
    visit.choose("Bara ett slag av aktörer", ActorKind.ACADEMIA)
    assert visit.page.locator("#f-reason").evaluate("it => it.required")
    wide_and_narrow(visit)


def test_one_kind_of_actor_needs_a_reason_without_script(visiting: Visiting, site: Site) -> None:
    visit = visiting(COORDINATOR, using=Using.NO_SCRIPT)
    visit.go("/sok")
    visit.write("Behovet med egna ord", TEXT)
    visit.open("Fler val: antal, syfte, slag av aktör")
    visit.choose("Bara ett slag av aktörer", ActorKind.ACADEMIA)
    before = site.matcha.size()
    visit.press("Fråga alla registrerade")
    assert visit.page.locator("#fel a[href='#f-reason']").is_visible()
    assert visit.page.locator("#f-text").input_value() == TEXT
    assert site.matcha.size() == before
    visit.check()
    visit.write("Skäl till urvalet", "Vi prövar en forskningsfråga först.")
    visit.press("Fråga alla registrerade")
    found = site.matcha.logged_answer(int(at(visit, r"/svar/(\d+)")))
    assert (found.only, found.asked.reason) == (ActorKind.ACADEMIA, "Vi prövar en forskningsfråga först.")
    assert {match.actor.kind for match in found.shown} == {ActorKind.ACADEMIA}
    assert visit.page.get_by_text("Vi prövar en forskningsfråga först.").is_visible()
    considered = found.considered
    excluded = sum(one.count for one in considered.excluded)
    assert 0 < excluded == considered.registered - considered.scored
    counts = {"all": considered.registered, "scored": considered.scored, "excluded": excluded}
    told = visit.say("Registrerade %(all)s = bedömda %(scored)s + undantagna %(excluded)s", **counts)
    assert visit.page.get_by_text(told).is_visible()


def test_answers_in_every_state(visiting: Visiting, site: Site, wide_and_narrow: Check) -> None:
    visit, by = visiting(COORDINATOR), caller(site)
    weak = site.matcha.match(WEAK, caller=by).leaf_index
    visit.go(f"/svar/{weak}")
    assert all(match.band is Band.WEAK for match in site.matcha.logged_answer(weak).shown)
    assert visit.sees("Ingen tydlig träff")
    wide_and_narrow(visit)
    many = site.matcha.match(HOSTILE, k=25, caller=by).leaf_index
    visit.go(f"/svar/{many}?fran=21")
    assert texts(visit.page.locator(".rank"))[0].endswith(str(site.matcha.logged_answer(many).shown[20].rank))
    wide_and_narrow(visit)
    visit.page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    wide_and_narrow(visit)
    site.matcha.erase(ErasureForm(what=Erased.MATCH, id=str(weak), ground=Ground.GDPR_17, reference="1", user="x"))
    for path in (f"/svar/{weak}", f"/svar/{weak}/varfor?q=barn", f"/svar/{weak}/jamfor", "/svar"):
        visit.go(path)
        wide_and_narrow(visit)
    press(visit, "a.row-name")
    assert at(visit, r"/svar/(\d+)") == str(many)


def test_actions_in_every_state(visiting: Visiting, site: Site, wide_and_narrow: Check) -> None:
    visit, by = visiting(COORDINATOR), caller(site)
    leaf = site.matcha.match(need_id=NEED, caller=by).leaf_index
    first, second = site.matcha.logged_answer(leaf).shown[:2]
    for path in (f"jamfor?a={first.actor.id}", "jamfor?a=ingen&b=ingen-annan", "varfor", "varfor?q=vård"):
        visit.go(f"/svar/{leaf}/{path}")
        wide_and_narrow(visit)
    visit.go(f"/svar/{leaf}/aktor/{second.actor.id}")
    visit.page.locator("#f-choice-declined").check()
    visit.page.locator("#f-reason").fill(" ")
    visit.press("Spara beslutet")
    assert visit.page.locator("#fel a[href='#f-reason']").is_visible()
    wide_and_narrow(visit)
    visit.open("Bedöm om profilen är relevant")
    visit.page.locator("#f-relevant-false").check()
    visit.page.locator("#f-why").fill("Svarar på något annat.")
    visit.press("Spara bedömningen")
    at(visit, r"/svar/(\d+)")
    (judged,) = [act for act in site.matcha.judgements() if act.content["profile_id"] == second.profile_id]
    assert (judged.content["relevant"], judged.content["reason"]) == (False, "Svarar på något annat.")
    visit.go(f"/svar/{leaf}/aktor/{second.actor.id}")
    wide_and_narrow(visit)
    assert "404" not in visit.page.title()


def test_the_shortlist_in_every_state(visiting: Visiting, site: Site, wide_and_narrow: Check) -> None:
    visit, by, id = visiting(COORDINATOR), caller(site), "behov-kortlista"
    site.matcha.add_need(NeedForm(id=id, title="Stöd åt anhöriga", text="Anhöriga behöver stöd om natten."), by)
    visit.go(f"/behov/{id}/kortlista")
    wide_and_narrow(visit)
    site.matcha.match(need_id=id, caller=by)
    visit.go(f"/behov/{id}/kortlista")
    visit.page.locator("#f-choice-invited").check()
    visit.page.locator("#f-reason").fill("=Skäl som ett kalkylark vill köra")
    visit.press("Spara beslutet")
    assert visit.page.locator("#fel a[href='#f-actor_id']").is_visible()
    wide_and_narrow(visit)
    visit.page.locator("#f-actor_id").select_option(index=1)
    visit.press("Spara beslutet")
    told(visit, "Beslutet är sparat och loggat.")
    wide_and_narrow(visit)
    rows = list(csv.DictReader(io.StringIO(visit.page.request.get(f"{site.url}/behov/{id}/kortlista.csv").text()[1:])))
    assert [(row["choice"], row["reason"][:2], row["stands"]) for row in rows] == [("invited", "'=", "True")]
    given = json.loads(visit.page.request.get(f"{site.url}/behov/{id}/kortlista.json").text())
    assert given["decisions"][0]["machine_rank"] == site.matcha.decisions()[-1].machine_rank
    site.matcha.set_lock(LockForm(need_id=id, locked=True, user="x", reason="x"))
    visit.press("Stäng listan")
    wide_and_narrow(visit)
    assert visit.page.locator("#fel").is_visible()


def test_many_questions(visiting: Visiting, site: Site, wide_and_narrow: Check) -> None:
    visit = visiting(COORDINATOR)
    visit.go("/fragor")
    wide_and_narrow(visit)
    visit.write("Frågor, en per rad", f"Korta kön till BUP\n\n{HOSTILE}\nStöd till anhöriga")
    visit.press("Ställ frågorna")
    id = at(visit, r"/fragor/(jobb-\w+)")
    visit.page.wait_for_function("() => !document.querySelector('#laget[hx-get]')")
    assert visit.page.get_by_role("link", name="Se svaret").count() == 3
    wide_and_narrow(visit)
    shown = visit.page.get_by_role("link", name="Se svaret").first.get_attribute("href")
    (first, *_) = Jobs(site.matcha).results(id)
    assert shown == f"/svar/{json.loads(first.content)['leaf_index']}"
    queued = Jobs(site.matcha).ask_matches([MatchAsked(need_id="finns-inte")] * 60, caller(site))
    visit.go(f"/fragor/{queued.id}?fran=51")
    visit.press("Avbryt")
    wide_and_narrow(visit)


def test_the_map(visiting: Visiting, site: Site, wide_and_narrow: Check) -> None:
    visit = visiting(AccountRole.PROCUREMENT_OFFICER)
    visit.go("/karta")
    if not visit.page.locator("svg.map").count():
        wide_and_narrow(visit)
    visit.page.wait_for_selector("svg.map", timeout=60_000)
    wide_and_narrow(visit)
    gaps = {need.need_id for need in site.matcha.chart().needs if need.gap}
    links = visit.page.locator("[aria-labelledby=s-luckor] li > a[href^='/behov/']")
    assert {link.get_attribute("href") for link in links.all()} == {f"/behov/{id}" for id in gaps}
    visit.go("/karta?lage=closed")
    visit.page.wait_for_selector(".empty", timeout=30_000)
    wide_and_narrow(visit)


# what is particular


def test_who_may_see_what(visiting: Visiting, site: Site) -> None:
    leaf = site.matcha.match(need_id=NEED, caller=caller(site)).leaf_index
    supplier = visiting(AccountRole.SUPPLIER)
    for path in (f"/svar/{leaf}", f"/svar/{leaf}/lista.csv", "/sok", "/fragor", "/karta", f"/behov/{NEED}/kortlista"):
        assert supplier.page.request.get(site.url + path).status == 403, path
    officer = visiting(AccountRole.PROCUREMENT_OFFICER)
    officer.go(f"/svar/{leaf}")
    assert officer.page.get_by_role("link", name="Besluta", exact=True).count() == 0
    assert officer.page.request.get(f"{site.url}/sok").status == 403
    public = visiting()
    public.go(f"/svar/{leaf}")
    assert public.path.startswith("/logga-in")
    coordinator = visiting(COORDINATOR)
    assert coordinator.page.request.get(f"{site.url}/svar/999999999").status == 404
    assert coordinator.page.request.get(f"{site.url}/svar/0").status == 404, "an entry that is no match"


def test_an_answer_taken_away_is_the_one_logged(visiting: Visiting, site: Site) -> None:
    answer = site.matcha.match(need_id=NEED, caller=caller(site))
    visit = visiting(COORDINATOR)
    told = json.loads(visit.page.request.get(f"{site.url}/svar/{answer.leaf_index}/svar.json").text())
    assert [match["score"] for match in told["matches"]] == [match.score for match in answer.matches]
    assert told["need"]["sentences"] == list(answer.need_sentences)
    text = visit.page.request.get(f"{site.url}/svar/{answer.leaf_index}/lista.csv").text()
    rows = list(csv.DictReader(io.StringIO(text[1:])))
    assert [row["actor_id"] for row in rows] == [match.actor.id for match in answer.matches]
    assert [int(row["supported"]) for row in rows] == [sum(p.supported for p in m.evidence) for m in answer.matches]


def test_pages_are_quick_and_light(visiting: Visiting, site: Site) -> None:
    leaf = site.matcha.match(need_id=NEED, caller=caller(site)).leaf_index
    visit = visiting(COORDINATOR)
    for path in (f"/svar/{leaf}", "/svar", "/sok", f"/behov/{NEED}/kortlista", "/fragor", f"/svar/{leaf}/varfor?q=a"):
        visit.page.request.get(site.url + path)
        begun = time.monotonic()
        body = visit.page.request.get(site.url + path).body()
        assert time.monotonic() - begun < 0.5, path
        assert len(body) < 110_000, f"{path}: {len(body)}"
