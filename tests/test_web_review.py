"""The log for everybody, the officer's desk and administration: two whole journeys, and every page and state.

The site here is the town of `tests.town`, where there is much to see and nothing takes long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from matcha import Matcha
from matcha.api.edge import Edge
from matcha.callers import ANYBODY, AccountRole
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.entry import Kind
from matcha.matchlog.keys import MemoryKeeper
from matcha.matchlog.note import PrivateKey
from matcha.records.account import AccountForm
from matcha.records.need import LockForm
from matcha.records.request import RequestForm, RequestKind
from matcha.service import overseeing
from matcha.values import Choice, Language
from matcha.web import create_site
from matcha.web.routes.review_desk import _differs
from matcha.web.routes.review_entries import commitment, sentence
from matcha.web.saying import Words
from tests.browsing import WAYS, Site, Using, Visit, Visiting, listening
from tests.staging import UNLIMITED, town
from tests.town import LOCKED, TALK

OFFICER, ADMINISTRATOR, COORDINATOR = (
    AccountRole.PROCUREMENT_OFFICER,
    AccountRole.ADMINISTRATOR,
    AccountRole.COORDINATOR,
)
HOSTILE = "<script>alert(1)</script> ”'{{ 7*7 }} %(x)s " + "Donaudampfschifffahrts" * 12


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """The town, served on this machine, with requests that wait and words that would break a page."""
    matcha = town().copied()
    for kind in RequestKind:
        matcha.ask_operator(RequestForm(kind=kind, text=HOSTILE, page="/behov", email="kim@example.org"), ANYBODY)
    matcha.set_lock(LockForm(need_id=LOCKED, locked=True, user="Kim", reason=HOSTILE), ANYBODY)
    matcha.accounts.add(AccountForm(name=HOSTILE[:280], email="lang@example.org", roles=[AccountRole.ORGANISER]))
    app = create_site(matcha, edge=Edge(plan=UNLIMITED))
    cookies = {role: town().sessions[role] for role in AccountRole if role in town().sessions}
    with listening(app) as url:
        yield Site(url, matcha, cookies)


def loose(visit: Visit) -> None:
    """Let the browser send forms that it would itself find wrong."""
    visit.page.evaluate("() => { for (const form of document.forms) form.noValidate = true; }")


def awaits(visit: Visit, text: str) -> None:
    """Wait until a (Swedish) text of the pages is shown, and the page is whole."""
    visit.page.get_by_text(visit.say(text)).first.wait_for()
    visit.page.wait_for_load_state("load")


def pressed(visit: Visit, selector: str) -> None:
    """Press what a selector finds first, in the way of the visit."""
    visit._press(visit.page.locator(selector).first)


def ticked(visit: Visit, selector: str) -> None:
    """Tick what a selector finds, in the way of the visit."""
    found = visit.page.locator(selector)
    if visit.using is Using.KEYBOARD:
        if found.get_attribute("type") == "radio":
            found.focus()
        else:
            visit._reach(found)
        visit.page.keyboard.press("Space")
    else:
        found.check()
    assert found.is_checked()


@pytest.mark.parametrize(("language", "using"), WAYS)
def test_the_officer_s_journey(visiting: Visiting, site: Site, language: Language, using: Using) -> None:
    visit = visiting(OFFICER, language=language, using=using)
    visit.go("/")
    visit.follow("Matchningsloggen")
    awaits(visit, "Loggen just nu")
    visit.check()
    visit.choose("Visa", Kind.MATCH.value)
    visit.press("Visa")
    visit.page.wait_for_url("**slag=match*")
    pressed(visit, ".entry-number")
    awaits(visit, "Kontrollera själv")
    visit.check()
    visit.press("Spela upp igen")
    awaits(visit, "Samma svar, byte för byte")
    visit.check()
    visit.follow("Granskning")
    awaits(visit, "Tidigare inblandning")
    visit.check()
    visit.follow("Granska loggen")
    visit.press("Granska nu")
    awaits(visit, "Loggen och databasen stämmer")
    visit.press("Gör om dem")
    awaits(visit, "samma svar")
    visit.check()
    visit.follow("Behov och lås")
    pressed(visit, f'a[href$="/granskning/behov/{TALK}/las"]')
    awaits(visit, "Loggas. Nämn gärna upphandlingens diarienummer.")
    visit.check()
    visit.write("Skäl", "Upphandling inleds, dnr 2026-17.")
    visit.press("Lås behovet")
    awaits(visit, "Behovet är låst.")
    assert site.matcha.need(TALK).locked
    visit.check()
    pressed(visit, f'.card a[href$="/granskning/behov/{TALK}/las"]')
    visit.write("Skäl", "Upphandlingen är över.")
    visit.press("Öppna behovet")
    awaits(visit, "Behovet är öppet igen.")
    assert not site.matcha.need(TALK).locked
    visit.follow("Exponering")
    awaits(visit, "Hur jämnt det är")
    visit.check()


@pytest.mark.parametrize(("language", "using"), WAYS)
def test_the_administrator_s_journey(visiting: Visiting, site: Site, language: Language, using: Using) -> None:
    name = f"robin-{language}-{using.replace(' ', '')}"
    visit = visiting(ADMINISTRATOR, language=language, using=using)
    visit.go("/admin")
    visit.check()
    visit.follow("Konton")
    awaits(visit, "Nytt konto")
    visit.check()
    visit.follow("Nytt konto")
    visit.write("Namn", "Robin Prov")
    visit.write("E-postadress", f"{name}@example.org")
    ticked(visit, "#f-roles-coordinator")
    visit.check()
    visit.press("Skapa kontot")
    awaits(visit, "Till kontona")
    link = visit.page.locator("#inbjudan").inner_text()
    visit.check()

    invited = visiting(language=language, using=using)
    invited.go(link.removeprefix(site.url).removeprefix("/en"))
    invited.write("Engångskod", link.partition("#")[2])
    invited.write("Nytt lösenord", "en grön stubbe i regn 8")
    invited.press("Sätt lösenordet")
    invited.write("E-postadress", f"{name}@example.org")
    invited.write("Lösenord", "en grön stubbe i regn 8")
    invited.press("Logga in")
    invited.page.locator(".who-name", has_text="Robin Prov").first.wait_for()

    visit.go("/admin/kallor")
    visit.page.set_input_files("#f-file", {"name": "n.csv", "mimeType": "text/csv", "buffer": _needs(name, "")})
    visit.press("Läs in")
    awaits(visit, "Fel i filen")
    assert [cell.inner_text() for cell in visit.page.locator("td.num").all()] == ["3"]
    visit.check()
    visit.page.set_input_files("#f-file", {"name": "n.csv", "mimeType": "text/csv", "buffer": _needs(name, "Text.")})
    visit.press("Läs in")
    visit.page.locator(".note-good").wait_for()
    assert "n.csv" in visit.page.locator(".note-good h2").inner_text()
    visit.check()

    number = site.matcha.ask_operator(RequestForm(kind=RequestKind.ERASURE, text="Ta bort mitt behov."), ANYBODY).id
    visit.go("/admin")
    visit.follow("Ärenden")
    pressed(visit, f'a[href$="/admin/arenden/{number}"]')
    awaits(visit, "Vad som gjordes")
    visit.check()
    visit.write("Vad som gjordes", "Behovet gallrades ut.")
    visit.press("Avsluta ärendet")
    awaits(visit, "Ärendet är avslutat, och det som stod i det är raderat.")
    assert [one.text for one in site.matcha.requests() if one.id == number] == [None]

    visit.follow("Gallring")
    ticked(visit, "#f-what-need")
    visit.write("Id", f"{name}-b")
    ticked(visit, "#f-ground-gallringsbeslut")
    visit.write("Hänvisning", "dnr 2026-18")
    visit.press("Visa vad som försvinner")
    awaits(visit, "Det här försvinner")
    assert site.matcha.need(f"{name}-b").text == "Text."
    visit.check()
    visit.press("Gallra ut, det går inte att ångra")
    visit.page.wait_for_url(re.compile(r"/loggen/\d+$"))
    awaits(visit, "Kontrollera själv")
    assert site.matcha.need(f"{name}-b").text == ""
    visit.check()


def _needs(name: str, text: str) -> bytes:
    return f"id,title,text\n{name}-a,Kortare kö,Kön är lång.\n{name}-b,Bättre mat,{text}\n".encode()


PAGES = [
    (AccountRole.PUBLIC, "/loggen"),
    (AccountRole.PUBLIC, "/loggen?slag=weighting&fore=2"),
    (AccountRole.PUBLIC, "/loggen/0"),
    (AccountRole.PUBLIC, "/loggen/99999"),
    (AccountRole.PUBLIC, "/loggen/jamfor"),
    (AccountRole.SUPPLIER, "/granskning"),
    (COORDINATOR, "/granskning/exponering"),
    (COORDINATOR, "/admin/kallor"),
    (OFFICER, "/granskning"),
    (OFFICER, "/granskning/behov"),
    (OFFICER, "/granskning/behov?q=finnsinte"),
    (OFFICER, "/granskning/beslut"),
    (OFFICER, "/granskning/beslut?avviker=true"),
    (OFFICER, "/granskning/jav"),
    (OFFICER, f"/granskning/behov/{LOCKED}/las"),
    (ADMINISTRATOR, "/admin"),
    (ADMINISTRATOR, "/admin/konton?stangda=true"),
    (ADMINISTRATOR, "/admin/konton?q=finnsinte"),
    (ADMINISTRATOR, "/admin/konton/SPARE"),
    (ADMINISTRATOR, "/admin/konton/SPARE/gallra"),
    (ADMINISTRATOR, "/admin/nycklar"),
    (ADMINISTRATOR, "/admin/index"),
    (ADMINISTRATOR, "/admin/jobb"),
    (ADMINISTRATOR, "/admin/arenden"),
    (ADMINISTRATOR, "/admin/arenden/REQUEST"),
    (ADMINISTRATOR, "/admin/gallring"),
]


@pytest.mark.parametrize("width", [1200, 320])
@pytest.mark.parametrize("role", sorted({role for role, _ in PAGES}))
def test_every_page_is_accessible(visiting: Visiting, site: Site, role: AccountRole, width: int) -> None:
    visit = visiting(role, width=width)
    for path in (path for whose, path in PAGES if whose is role):
        visit.go(path.replace("SPARE", town().accounts["spare"]).replace("REQUEST", str(_waiting(site.matcha))))
        visit.check()
        for summary in visit.page.locator("main summary").all():
            summary.click()
        visit.check()


def _waiting(matcha: Matcha) -> int:
    return next(one.id or 0 for one in matcha.requests() if one.done is None)


@pytest.mark.parametrize("width", [1200, 320])
def test_what_is_wrong_is_told_by_the_field(visiting: Visiting, site: Site, width: int) -> None:
    visit = visiting(ADMINISTRATOR, width=width)
    for path, button, fields in (
        ("/admin/konton/nytt", "Skapa kontot", {"name", "email", "roles"}),
        ("/admin/nycklar", "Gör nyckeln", {"name"}),
        ("/admin/kallor", "Läs in", {"file"}),
        ("/admin/gallring", "Visa vad som försvinner", {"what", "id", "ground", "reference"}),
        (f"/admin/arenden/{_waiting(site.matcha)}", "Avsluta ärendet", {"outcome"}),
        ("/loggen/jamfor", "Jämför", {"checkpoint"}),
    ):
        visit.go(path)
        loose(visit)
        visit.press(button)
        visit.page.locator("#fel").wait_for()
        links = visit.page.locator("#fel li a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        assert {link.removeprefix("#f-") for link in links} == fields, path
        assert all(visit.page.locator(link).count() == 1 for link in links)
        visit.check()


# what needs no browser


def client(role: AccountRole | None = None, matcha: Matcha | None = None) -> TestClient:
    made = create_site(matcha or town().copied(), edge=Edge(plan=UNLIMITED))
    given = TestClient(made, "https://127.0.0.1", follow_redirects=False, headers={"Sec-Fetch-Site": "same-origin"})
    if role is not None:
        given.headers["Cookie"] = town().cookie(role)["Cookie"]
    return given


def sent(given: TestClient, path: str, **fields: str) -> tuple[int, str]:
    """Send a form from a page as its own script-less form does."""
    token = re.search(r'name="csrf" value="([^"]+)"', given.get("/loggen/jamfor").text)
    answer = given.post(path, data={**fields, **({"csrf": token[1]} if token else {})})
    return answer.status_code, answer.text


@pytest.mark.parametrize("language", list(Language))
def test_every_entry_says_something_in_words_and_so_does_every_commitment(language: Language) -> None:
    from matcha.api.routes.log import _entry

    words, matcha = Words(language), town().matcha
    seen = set()
    for index, entry in matcha.entries(0):
        said = sentence(_entry(index, entry), words)
        assert said.endswith(".")
        assert "%(" not in said
        seen.add(entry.kind)
        assert all(commitment(name, words) != name for name in entry.fields), entry.fields
    assert seen >= set(Kind) - {Kind.WEIGHTING, Kind.ERASURE, Kind.PURPOSE}


def test_the_log_is_read_backwards_page_by_page_without_a_gap() -> None:
    asking, size = client(), town().copied().size()
    for query, wanted in (
        ("", list(range(size))),
        ("slag=act", [i for i, _ in town().matcha.entries(0, None, Kind.ACT)]),
    ):
        found, following = [], f"/loggen?{query}"
        while following:
            page = asking.get(following).text
            found += [int(n) for n in re.findall(r'class="entry-number" href="/loggen/(\d+)"', page)]
            older = re.search(r'href="(\?[^"]+)" rel="next"', page)
            following = "/loggen" + older[1].replace("&amp;", "&") if older else ""
        assert found == wanted[::-1]


def test_a_kept_checkpoint_holds_as_the_log_grows_and_a_forged_one_does_not() -> None:
    matcha = town().copied()
    kept = matcha.logbook.checkpoint()
    asking = client(matcha=matcha)
    for note in (kept, kept.replace("\n", "\r\n") + "  "):
        assert "Ja, loggen har bara vuxit" in sent(asking, "/loggen/jamfor", checkpoint=note)[1]
    matcha.ask_operator(RequestForm(kind=RequestKind.PRIVACY, text="Vad vet ni?"), ANYBODY)
    matcha.set_lock(LockForm(need_id=TALK, locked=True, user="Kim", reason="Upphandling."), ANYBODY)
    assert matcha.size() > Checkpoint.unverified(kept).size
    assert "Ja, loggen har bara vuxit" in sent(asking, "/loggen/jamfor", checkpoint=kept)[1]
    keys, old = matcha.logbook.signers(), Checkpoint.unverified(kept)
    other = replace(old, root=bytes(32)).signed(keys)  # what a log that forked had published
    longer = replace(old, size=10_000).signed(keys)
    for note in (other, longer):
        status, text = sent(asking, "/loggen/jamfor", checkpoint=note)
        assert (status, "Nej, något har ändrats" in text) == (200, True)
    stranger = old.signed([PrivateKey.made(old.origin)])
    for note in (stranger, "inte en kontrollpunkt", kept[:-20]):
        status, text = sent(asking, "/loggen/jamfor", checkpoint=note)
        assert (status, 'href="#f-checkpoint"' in text, "loggen har bara vuxit</h2>" in text) == (422, True, False)


def test_an_empty_log_has_a_page() -> None:
    given = client(matcha=Matcha.in_memory())
    answer = given.get("/loggen")
    assert (answer.status_code, "Loggen är tom" in answer.text) == (200, True)


def test_who_locked_a_need_stands_there_and_what_was_refused_since() -> None:
    matcha = town().copied()
    matcha.set_lock(LockForm(need_id=TALK, locked=True, user="Kim Prov", reason="Dnr 17."), ANYBODY)
    leaf = matcha.size() - 1
    for _ in range(2):
        with pytest.raises(Exception, match="procurement"):
            matcha.match(need_id=TALK)
    (found,) = (one for one in overseeing.locks(matcha) if one.need_id == TALK)
    assert (found.leaf_index, found.user, found.reason, found.refused) == (leaf, "Kim Prov", "Dnr 17.", 2)
    matcha.set_lock(LockForm(need_id=TALK, locked=False, user="Kim Prov", reason="Klart."), ANYBODY)
    matcha.set_lock(LockForm(need_id=TALK, locked=True, user="Robin", reason="Igen."), ANYBODY)
    (found,) = (one for one in overseeing.locks(matcha) if one.need_id == TALK)
    assert (found.user, found.refused) == ("Robin", 0)


@pytest.mark.parametrize(
    ("ruled", "differ"),
    [
        ([("a", Choice.INVITED, 1), ("b", Choice.DECLINED, 2)], []),
        ([("a", Choice.DECLINED, 1), ("b", Choice.INVITED, 2)], ["a", "b"]),
        ([("a", Choice.DECLINED, 1), ("a", Choice.INVITED, 1), ("b", Choice.INVITED, 2)], ["a"]),
        ([("a", Choice.INVITED, None), ("b", Choice.DECLINED, None)], ["a"]),
        ([("a", Choice.CONTACTED, 3), ("b", Choice.DECLINED, 3)], []),
    ],
)
def test_a_decision_differs_when_somebody_is_passed_over(ruled: list[tuple[Any, ...]], differ: list[str]) -> None:
    from matcha.api.shapes.matches import DecisionShape

    rows = [
        DecisionShape.model_construct(  # type: ignore[call-arg]  # what else it says does not matter here
            id=i, actor_id=actor, choice=choice, machine_rank=rank, need_id="n"
        )
        for i, (actor, choice, rank) in enumerate(ruled)
    ]
    assert [one.actor_id for one in rows if _differs(one, rows)] == differ


def test_an_account_that_somebody_else_has_changed_is_not_overwritten() -> None:
    matcha = town().copied()
    given, spare = client(ADMINISTRATOR, matcha), town().accounts["spare"]
    page = given.get(f"/admin/konton/{spare}").text
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    name = matcha.accounts.account(spare).name
    matcha.accounts.invite(spare)
    status, text = sent(given, f"/admin/konton/{spare}", seen=seen[1], name="Nytt Namn")
    assert (status, "har ändrats sedan du läste det" in text) == (412, True)
    assert 'value="Nytt Namn"' in text  # nothing that was written is lost
    assert matcha.accounts.account(spare).name == name


def test_secrets_are_shown_once_and_kept_nowhere() -> None:
    given = client(ADMINISTRATOR)
    token = re.search(r'name="csrf" value="([^"]+)"', given.get("/admin/nycklar").text)
    assert token
    for path, fields in (
        ("/admin/nycklar", {"name": "Prov", "days": "3"}),
        ("/admin/konton/nytt", {"name": "Prov", "email": "p@example.org", "roles": "organiser"}),
    ):
        again = {**fields, "csrf": token[1], "once": f"prov-{len(path)}"}
        first, second = (given.post(path, data=again) for _ in range(2))
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.headers["cache-control"] == "no-store"
        assert 'class="secret"' in first.text
        assert 'class="secret"' not in second.text


def test_a_file_is_tried_without_being_taken_in() -> None:
    matcha = town().copied()
    given = client(ADMINISTRATOR, matcha)
    token = re.search(r'name="csrf" value="([^"]+)"', given.get("/admin/kallor").text)
    assert token
    file = {"file": ("n.csv", _needs("prov", "Text."), "text/csv")}
    answer = given.post("/admin/kallor", data={"csrf": token[1], "trying": "true"}, files=file)
    assert answer.status_code == 200
    assert "2 nya, 0 ändrade, 0 oförändrade" in answer.text
    assert "prov-a" not in {need.id for need in matcha.needs()}


def test_jobs_of_all_are_shown_without_what_was_asked() -> None:
    found = overseeing.jobs(town().matcha)
    assert found
    assert not {"asked", "content"} & set(vars(found[0]))
    assert client(ADMINISTRATOR).get("/admin/jobb").status_code == 200


def test_a_log_without_its_key_is_told_of(matcha: Matcha) -> None:
    matcha.logbook.keeper = MemoryKeeper()
    answer = client(matcha=matcha).get("/loggen")
    assert answer.status_code in (200, 503)
    assert "Traceback" not in answer.text
