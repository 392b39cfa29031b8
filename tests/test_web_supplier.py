"""The supplier's pages in a real browser: from the first profile to its place, its receipt, and its end."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from matcha.callers import AccountRole, Caller
from matcha.matchlog import receipt
from matcha.process import Ruling
from matcha.records import ProfileForm, RulingForm
from matcha.records.account import AccountForm
from matcha.values import Language
from tests.browsing import PASSWORD, SUPPLIER, WAYS, Site, Using, Visit, Visiting

NEED = "behov-a01"
TITLE = "En lampa vid sängen påminner om handhygien"
TEXT = (
    "Lampan tänds vid sängen när ingen har spritat händerna innan de går fram till patienten. "
    "På två vårdavdelningar spritade personalen händerna dubbelt så ofta efter tre månader. "
    "Ring 08-123 45 67 om du vill veta mer."
)
_NUMBERS = count(1)


@dataclass
class Counted:
    """What a newcomer does until its first profile is submitted: fields and pages."""

    visit: Visit
    fields: int = 0
    pages: list[str] = field(default_factory=list)

    def write(self, label: str, text: str) -> None:
        self.fields += 1
        self.visit.write(label, text)

    def choose(self, label: str, value: str) -> None:
        self.fields += 1
        self.visit.choose(label, value)

    def tick(self, label: str) -> None:
        self.fields += 1
        self.visit.tick(label)

    def page(self) -> None:
        self.pages.append(self.visit.path)
        self.visit.check()


def newcomer(site: Site) -> AccountForm:
    """Make an account that speaks for an actor that is not registered yet."""
    number = next(_NUMBERS)
    email, actor = f"ny{number}@example.org", f"aktor-ny{number}"
    form = AccountForm(name="Nils Ny (demo)", email=email, roles=[AccountRole.SUPPLIER], actor_id=actor)
    site.matcha.accounts.set_password(site.matcha.accounts.add(form).token or "", PASSWORD)
    return form


def caller_of(site: Site, role: AccountRole) -> Caller:
    """Give a role's account as the service knows it."""
    accounts = site.matcha.accounts.accounts()
    account = next(one for one in accounts if one.email == f"{role}@example.org")
    return Caller(account.id, account.role_set, account.actor_id, account.name)


@pytest.mark.parametrize(("language", "using"), WAYS, ids=str)
def test_from_the_first_profile_to_its_end(
    site: Site, visiting: Visiting, language: Language, using: Using, tmp_path: Path
) -> None:
    form, visit = newcomer(site), visiting(language=language, using=using)
    visit.go("/min")  # leads to the door, and back
    visit.write("E-postadress", form.email)
    visit.write("Lösenord", PASSWORD)
    visit.press("Logga in")
    visit.page.wait_for_url(re.compile(r"^[^?]*/min$"))
    counted = submits(visit, name := f"Nyvik {form.actor_id} AB")
    assert counted.fields <= 6, counted.fields
    assert len(counted.pages) <= 3, counted.pages
    number = visit.path.rpartition("/")[2]
    accepts(visiting(AccountRole.COORDINATOR, language=language, using=using), number, name)
    profile_id = site.matcha.proposal(int(number)).profile_id
    match = site.matcha.match(need_id=NEED, k=5)  # somebody asks
    assert profile_id in {one.profile_id for one in match.matches}
    visit.go("/min")
    visit.check()
    visit._press(visit.page.get_by_role("link", name=TITLE, exact=True))
    visit.page.wait_for_url(f"**/min/profil/{profile_id}")
    visit.check()
    asks_for_its_place(visit, profile_id)
    gets_its_receipt(site, visit, match.leaf_index, tmp_path)
    looks_after_its_own(visit, tmp_path, str(form.actor_id))
    visit.go(f"/min/profil/{profile_id}/dra-tillbaka")
    visit.check()
    visit.press("Dra tillbaka profilen")
    waits_for(visit, "Profilen är tillbakadragen och deltar inte i nya matchningar.")
    assert site.matcha.profile(profile_id).profile.withdrawn is not None


def submits(visit: Visit, name: str) -> Counted:
    """Submit a first profile with only what must be given."""
    counted = Counted(visit)
    counted.page()
    visit.follow("Skriv en profil")
    visit.page.wait_for_url("**/min/profil/ny")
    counted.page()
    counted.write("Organisationens namn", name)
    counted.choose("Sorts aktör", "company")
    counted.tick("En lösning")
    counted.write("Rubrik", TITLE)
    counted.write("Beskriv det", TEXT)
    if visit.using is Using.NO_SCRIPT:
        visit.press("Förhandsgranska")
    visit.page.wait_for_selector(".chips li")
    assert "Lampan tänds" in visit.page.locator(".read li").first.inner_text()
    assert visit.page.locator(".chips li").all_inner_texts() == ["08-123 45 67"]
    visit.press("Lämna in för granskning")
    visit.page.wait_for_url("**/forslag/*")
    counted.page()
    return counted


def waits_for(visit: Visit, text: str) -> None:
    """Wait until a (Swedish) text of the pages is shown."""
    visit.page.get_by_text(visit.say(text)).first.wait_for()


def accepts(coordinator: Visit, number: str, name: str) -> None:
    """Find the proposal, read it, and accept it with a reason."""
    coordinator.go("/forslag")
    coordinator.check()
    coordinator._press(coordinator.page.locator(f"a[href$='/forslag/{number}']"))
    coordinator.page.wait_for_url(f"**/forslag/{number}")
    coordinator.check()
    assert name in coordinator.page.locator("main").inner_text()
    coordinator.write("Skäl", "Tydligt skrivet.")
    coordinator.press("Godkänn")
    waits_for(coordinator, "Förslaget är godkänt. Profilen deltar nu i matchningar.")


def asks_for_its_place(visit: Visit, profile_id: str) -> None:
    """Ask for the place, and see what speaks for it, with nothing of others."""
    visit.follow("Behov som passar")
    visit.page.wait_for_url(f"**/{profile_id}/behov")
    visit.check()
    visit.choose("Vilket behov?", NEED)
    visit.press("Gå vidare")
    visit.page.wait_for_url(f"**/{profile_id}/rang?*")
    visit.check()
    visit.press("Visa er plats")
    visit.page.wait_for_selector(".place-number")
    visit.check()
    assert "Ripvik" not in visit.page.locator("main").inner_text()  # nobody else (R28)
    waits_for(visit, "Vad som saknas")


def gets_its_receipt(site: Site, visit: Visit, leaf: int, folder: Path) -> None:
    """Download the receipt of the match that somebody else made, and verify it with matcha's own verifier."""
    visit.go(visit.path.replace("/rang", "/matchningar").partition("?")[0])
    visit.check()
    with visit.page.expect_download() as begun:
        visit._press(visit.page.locator(f"a[href$='/receipts/{leaf}']"))
    begun.value.save_as(folder / "kvitto.txt")
    keys = [key.public for key in site.matcha.logbook.signers()]
    found = receipt.verify((folder / "kvitto.txt").read_text("utf-8"), keys)
    assert (found.index, found.standing is None, found.profile is None) == (leaf, False, False)


def looks_after_its_own(visit: Visit, folder: Path, actor_id: str) -> None:
    """Subscribe, export, and ask for erasure."""
    visit.go("/min/bevakningar")
    visit.write("Ord", "handhygien")
    visit.press("Bevaka")
    waits_for(visit, "Bevakningen är sparad.")
    visit.check()
    visit.go("/min/uppgifter")
    visit.check()
    with visit.page.expect_download() as begun:
        visit.follow("Hämta som JSON")
    begun.value.save_as(folder / "allt.json")
    kept = json.loads((folder / "allt.json").read_text("utf-8"))
    assert (kept["actor"]["id"], kept["profiles"][0]["profile"]["title"]) == (actor_id, TITLE)
    assert kept["subscriptions"][0]["words"] == "handhygien"
    assert "password_hash" not in str(kept)
    visit.tick("Radera allt om vår organisation")
    visit.press("Skicka begäran")
    waits_for(visit, "Väntar")
    visit.check()


LONG = "Långtord" * 30
HOSTILE = f"<script>alert(1)</script> & {LONG}"


def prepared(site: Site) -> dict[str, str]:
    """Fill the supplier's own page with something of everything, through the service."""
    matcha, own, chief = site.matcha, caller_of(site, AccountRole.SUPPLIER), caller_of(site, AccountRole.COORDINATOR)

    def proposed(id: str, title: str, text: str, ruling: Ruling | None) -> str:
        row = matcha.propose(ProfileForm(id=id, actor_id=SUPPLIER, title=title, text=text), own)
        assert row.id is not None
        if ruling is not None:
            matcha.rule(row.id, RulingForm(ruling=ruling, reason=f"Skäl. {HOSTILE}"), chief)
        return str(row.id)

    new = "Ett armband vibrerar när händerna ska spritas. Det bärs av personalen."
    return {
        "awaiting": proposed("p-vantar", HOSTILE[:290], f"{new} {HOSTILE}", None),
        "returned": proposed("p-returnerad", "Returnerad", new, Ruling.RETURNED),
        "accepted": proposed("profil-a01", "Ny rubrik om handhygien", f"{new} Ny version.", Ruling.ACCEPTED),
    }


@pytest.mark.parametrize("width", [1200, 320])
def test_every_page_and_state_at_full_width_and_at_its_narrowest(site: Site, visiting: Visiting, width: int) -> None:
    made = prepared(site)
    visit = visiting(AccountRole.SUPPLIER, width=width)
    mine = "/min/profil/profil-a01"
    pages = ["/min", "/min/profil/ny", mine, f"{mine}/andra", f"{mine}/behov", f"{mine}/matchningar"]
    pages += [f"{mine}/dra-tillbaka"]
    pages += [f"{mine}/rang?behov={NEED}", "/min/bevakningar", "/min/nycklar", "/min/uppgifter", "/forslag?lage=alla"]
    pages += [f"/forslag/{made['awaiting']}", f"/forslag/{made['returned']}", f"/forslag/{made['accepted']}"]
    pages += ["/min/profil/p-vantar/andra", "/min/profil/profil-a02", "/aktorer", "/aktorer?q=ingen+heter+s%C3%A5"]
    pages += [f"/aktorer/{SUPPLIER}", "/profiler/profil-a01", "/profiler/profil-a02"]
    for path in pages:
        visit.go(path)
        visit.check()
    visit.go("/min/nycklar")
    visit.write("Vad den är till för", "Vårt system")
    visit.press("Gör en nyckel")
    assert visit.page.locator("code.key").inner_text().startswith("matcha_")
    visit.check()
    chief = visiting(AccountRole.COORDINATOR, width=width)
    for path in ("/forslag", f"/forslag/{made['awaiting']}", "/min"):
        chief.go(path)
        chief.check()


def test_a_fault_is_told_by_its_field_and_nothing_that_was_written_is_lost(visiting: Visiting) -> None:
    visit = visiting(AccountRole.SUPPLIER, width=320)
    visit.go("/min/profil/ny")
    visit.tick("En kunskap")
    visit.write("Rubrik", "Hаndhygien")  # а Cyrillic letter
    visit.write("Beskriv det", TEXT)
    visit.open("Certifikat och språk")
    visit.write("Certifikat", "ISO 13485 utan land")
    visit.press("Lämna in för granskning")
    visit.page.wait_for_selector("#fel")
    visit.check()
    said = visit.page.locator("#fel a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert said == ["#f-title", "#f-certificates"]
    kept = {name: visit.page.locator(f"#f-{name}").input_value() for name in ("title", "text", "certificates")}
    assert kept == {"title": "Hаndhygien", "text": TEXT, "certificates": "ISO 13485 utan land"}
    assert visit.page.locator("#f-kind-expertise").is_checked()
