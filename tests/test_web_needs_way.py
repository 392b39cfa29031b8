"""A need's whole way from idea to effect, as a coordinator and a supplier walk it in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from matcha.callers import AccountRole
from matcha.process import Criterion
from matcha.values import Language
from tests.browsing import SUPPLIER, WAYS, Using, Visit, Visiting

COORDINATOR = AccountRole.COORDINATOR
TITLE = "Bättre handhygien på akuten"
TEXT = "Händerna spritas för sällan mellan patienterna på akuten, och infektioner sprids till vårdavdelningarna."


@pytest.mark.parametrize(("language", "using"), WAYS)
def test_a_need_goes_from_idea_to_effect(visiting: Visiting, language: Language, using: Using) -> None:
    visit = visiting(COORDINATOR, language=language, using=using)
    need = register(visit)
    screen(visit, need)
    publish(visit, need)
    supplier = visiting(AccountRole.SUPPLIER, language=language, using=using)
    ask(supplier, need)
    answer(visit, need)
    meet(visit)
    conclude(visit)


def register(visit: Visit) -> str:
    """Write a need, see one that resembles it, and register it. Give its id."""
    visit.go("/behov/nytt")
    visit.write("Rubrik", TITLE)
    visit.write("Vad är det som saknas?", TEXT)
    if visit.using is Using.NO_SCRIPT:
        visit.press("Visa liknande behov")
    visit.page.locator(".similar-list a").first.wait_for()
    titles = visit.page.locator(".similar-list a").all_inner_texts()
    assert any("handhygien" in title for title in titles), titles
    look(visit)
    visit.page.wait_for_load_state("networkidle")
    visit.press("Registrera behovet")
    visit.page.wait_for_url("**/arbete")
    assert visit.sees("Behovet är registrerat som en idé. Här ser du vad som är nästa steg.")
    look(visit)
    return visit.path.split("/")[2]


def screen(visit: Visit, need: str) -> None:
    """Make it a draft, publish a weighting, and score the need by it."""
    onward(visit, "Gör till utkast", "Det är värt att gå vidare med.")
    assert visit.sees("Det här saknas först:")
    visit.go("/screening/viktning")
    for criterion, weight in zip(
        ("Ekonomi", "Politik", "Teknik", "Juridik", "Klimat"), (30, 15, 20, 15, 20), strict=True
    ):
        name = criterion if visit.language is Language.SV else _ENGLISH[criterion]
        write(visit, visit.page.get_by_label(re.compile(rf"^\s*{name}")).first, str(weight))
    visit.write("Skäl", "Beslutat av innovationsrådet.")
    look(visit)
    visit.press("Publicera viktningen")
    visit.page.wait_for_url("**/screening")
    visit.go(f"/behov/{need}/bedom")
    for place, criterion in enumerate(Criterion):
        mark(visit, f"#f-score_{criterion}-{place + 1}")
        write(visit, visit.page.locator(f"#f-reason_{criterion}"), "Så bedömde behovsrådet.")
    visit.press("Spara bedömningen")
    visit.page.wait_for_url("**/arbete")
    assert visit.sees("Allt som krävs finns.")
    onward(visit, "Behovet är granskat", "Bedömt mot alla fem.")
    visit.go("/screening")
    assert visit.page.get_by_role("link", name=TITLE).first.is_visible()
    look(visit)


_ENGLISH = {"Ekonomi": "Economy", "Politik": "Politics", "Teknik": "Technology", "Juridik": "Law", "Klimat": "Climate"}


def publish(visit: Visit, need: str) -> None:
    """See that the goal is missing, fill it in with the rest, prioritise and publish."""
    visit.go(f"/behov/{need}/arbete")
    assert visit.page.locator(".lacking li").count() == 1
    visit.page.locator(".lacking a").first.focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/andra*")
    for fold, field, text in _REST:
        if not visit.page.locator("details[open] > summary", has_text=visit.say(fold)).count():
            visit.open(fold)  # the link to what is missing has opened its own
        visit.write(field, text)
    look(visit)
    visit.press("Spara ändringen")
    visit.page.wait_for_url("**/arbete")
    onward(visit, "Prioritera behovet", "Först av de bedömda.")
    look(visit)
    onward(visit, "Publicera behovet", "Ledningen har beslutat.")
    assert visit.page.locator(".way-here").inner_text().startswith("5")


_REST = (
    ("Vad ska uppnås, och var?", "Mål", "85 procent spritar sig före patientkontakt inom ett år."),
    ("Vad måste en lösning rätta sig efter?", "Förutsättningar", "Ingen mätning av enskilda medarbetare."),
    ("Vilka delar har behovet?", "Aspekter", "Mätning\nÅterkoppling"),
)


def ask(supplier: Visit, need: str) -> None:
    """Show interest and ask, as a supplier."""
    supplier.go(f"/behov/{need}/dialog")
    look(supplier)
    supplier.follow("Visa intresse")
    supplier.write("Varför är ni intresserade?", "Vi har sensorer.")
    look(supplier)
    supplier.press("Visa intresse")
    supplier.page.wait_for_url("**/dialog")
    supplier.follow("Ställ en fråga")
    supplier.write("Er fråga", "Får bilder lagras på avdelningen?")
    look(supplier)
    supplier.press("Ställ frågan")
    supplier.page.wait_for_url("**/dialog")
    assert supplier.page.get_by_text("Får bilder lagras").first.is_visible()
    assert not supplier.page.get_by_text(SUPPLIER).count()
    look(supplier)


def answer(visit: Visit, need: str) -> None:
    """Answer the question before all."""
    visit.go(f"/behov/{need}/dialog")
    look(visit)
    visit._press(visit.page.get_by_role("link", name=re.compile("^" + visit.say("Svara alla"))).first)
    visit.page.wait_for_url("**/svar?**")
    visit.write("Svar till alla", "Nej, inga bilder.")
    look(visit)
    visit.press("Skicka till alla")
    visit.page.wait_for_url("**/dialog")
    assert visit.sees("Alla deltagare har fått veta samma sak.")


def meet(visit: Visit) -> None:
    """Record a meeting, and tell everybody what was said there; the dossier lists it."""
    visit.follow("Anteckna ett möte")
    mark(visit, "[name=actor_ids]")
    visit.page.locator("#f-held").fill("2026-11-10")  # what keys write there depends on the browser's own language
    visit.write("Vad som sades", "De visade en prototyp.")
    look(visit)
    visit.press("Anteckna mötet")
    visit.page.wait_for_url("**/dialog")
    assert visit.sees("Inte berättat för alla än.")
    visit.follow("Berätta för alla")
    visit.write("Svar till alla", "En prototyp visades.")
    visit.press("Skicka till alla")
    visit.page.wait_for_url("**/dialog")
    assert visit.sees("Berättat för alla deltagare.")
    look(visit)
    visit.follow("Underlag")
    visit.page.wait_for_url("**/underlag")
    assert visit.page.locator("tbody tr").count() == 5  # interested, asked, told, met, told
    look(visit)


def conclude(visit: Visit) -> None:
    """Record a solution, its use and its effect."""
    visit.follow("Resultat")
    visit.page.wait_for_url("**/resultat")
    visit.follow("Registrera den valda lösningen")
    visit.write("Lösning", "Sensorer vid handspriten")
    visit.write("Vad den gör", "Räknar spritningar på avdelningen.")
    visit.write("Beslut", "Dnr 2026/117")
    visit.write("Aktör", SUPPLIER)
    look(visit)
    visit.press("Registrera lösningen")
    visit.page.wait_for_url("**/resultat")
    visit.follow("Mätt effekt")
    visit.write("Antal", "7,1")
    visit.write("Enhet", "infektioner per tusen vårddygn")
    visit.write("Hur det mättes", "I journalen.")
    visit.press("Registrera effekten")
    visit.page.wait_for_url("**/resultat")
    assert visit.page.get_by_text("7,1 infektioner" if visit.language is Language.SV else "7.1 infektioner").count()
    look(visit)


def look(visit: Visit) -> None:
    """Hold a page against what every page must be. What axe sees is the same whatever hands use the page."""
    if visit.using is Using.MOUSE:
        visit.check()
    assert not visit.faults, visit.faults


def onward(visit: Visit, step: str, reason: str) -> None:
    """Take the need on from its desk, with the reason."""
    visit.write("Skäl", reason)
    before = visit.page.locator(".way-here").text_content() or ""
    visit.press(step)
    expect(visit.page.locator(".way-here")).not_to_have_text(before)


def mark(visit: Visit, selector: str) -> None:
    """Choose a round button or a box by its place in the page."""
    found = visit.page.locator(selector).first
    if visit.using is Using.KEYBOARD:
        found.focus()
        visit.page.keyboard.press("Space")
    else:
        found.check()
    assert found.is_checked()


def write(visit: Visit, found, text: str) -> None:  # type: ignore[no-untyped-def]  # a Locator
    """Write into a field."""
    if visit.using is Using.KEYBOARD:
        found.focus()
        visit.page.keyboard.press("ControlOrMeta+a")
        visit.page.keyboard.insert_text(text)
    else:
        found.fill(text)
