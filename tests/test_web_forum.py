"""The organiser's pages: a whole forum from its rules to its report, every page and state, wide and narrow."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import FormData, UploadFile
from tools import show_forum
from tools.show_forum import HOST, NEED

from matcha.callers import AccountRole
from matcha.forum.record import Forum
from matcha.forum.relaxation import Relaxation, Rule, RuleKind
from matcha.forum.stages import Stage, reached
from matcha.process import Mixing, Part, Reply
from matcha.records.forum import ArrangeForm, ComposeForm, DrawForm, ForumRulesForm, InvitingForm
from matcha.values import Language
from matcha.web import forum_picture, forum_rules
from matcha.web.filling import Given
from tests.browsing import WAYS, Site, Using, Visit, Visiting

ORGANISER = AccountRole.ORGANISER
PLAN: dict[str, Any] = {"rules": forum_rules.USUAL, "reason": "Ett till, för provet."}
TABS = ("", "/sammansattning", "/grupper", "/program", "/inbjudan", "/dagen", "/moten", "/resultat")
SHOTS = os.environ.get("MATCHA_TEST_SHOTS")  # a folder for pictures of what is checked


@pytest.fixture(scope="module")
def held(site: Site) -> Forum:
    """A forum that is over, with answers, meetings, outcomes and values."""
    show_forum.hold(site.matcha)
    return site.matcha.forum(site.matcha.forum_list()[0].id)


@pytest.fixture(scope="module")
def under_way(site: Site, held: Forum) -> Forum:
    """A forum with new groups each round, to which all are invited and nobody has answered."""
    made = site.matcha.compose_forum(NEED, ComposeForm(**PLAN), HOST)
    site.matcha.draw_forum(made.id, DrawForm(), HOST)
    site.matcha.arrange_forum(made.id, ArrangeForm(mixing=Mixing.REMIXED), HOST)
    site.matcha.plan_forum(made.id, show_forum._programme(), HOST)
    form = InvitingForm(user="Kim", reason="De lottades in.", reply_by=date(2027, 2, 12))
    return site.matcha.invite_forum(made.id, form, HOST)


@pytest.fixture(scope="module")
def composed(site: Site, under_way: Forum) -> Forum:
    """A forum that nobody is drawn for."""
    return site.matcha.compose_forum(NEED, ComposeForm(**PLAN), HOST)


def seen(visit: Visit, name: str) -> None:
    """Hold a page against what every page must be; a picture of it is taken if that is asked for."""
    visit.check()
    if SHOTS:
        width = visit.page.viewport_size["width"] if visit.page.viewport_size else 0
        visit.page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{visit.language}.png", full_page=True)


def soon(visit: Visit, text: str) -> None:
    """Wait until a (Swedish) text is shown: a key sends a form without waiting for what comes of it."""
    visit.page.get_by_text(visit.say(text)).first.wait_for()


def told(visit: Visit) -> None:
    """Wait until the page tells what has been done."""
    visit.page.locator(".told").wait_for()


@pytest.mark.parametrize(("language", "using"), WAYS)
def test_an_organiser_holds_a_forum(visiting: Visiting, language: Language, using: Using) -> None:
    visit = visiting(ORGANISER, language=language, using=using)
    visit.page.set_default_timeout(60_000)  # composing takes its seconds
    composes(visit)
    id = visit.path.split("/")[2]
    plans_and_invites(visit, id)
    replaces_one(visit, id)
    leads_the_day(visit, id)
    meets(visit, id)
    concludes(visit, id)
    stages = reached(visit.site.matcha.forum(id))
    assert stages == set(Stage)


def composes(visit: Visit) -> None:
    """Ask for what cannot be, take the change that is offered, and see the composition."""
    visit.go("/forum")
    seen(visit, "forum")
    visit.choose("För vilket behov?", NEED)
    visit.press("Gå vidare till reglerna")
    soon(visit, "Behovets aspekter")
    seen(visit, "rules")
    kind = "patient organisation" if visit.language is Language.EN else "patientorganisation"
    for column, many in (("Minst antal: %(kind)s", "20"), ("Högst antal: %(kind)s", "24")):
        visit.page.get_by_label(visit.say(column, kind=kind)).fill(many)
    visit.write("Varför ett forum till", "Ett till, för provet.")
    visit.press("Sätt samman")
    soon(visit, "Reglerna går inte att förena")
    seen(visit, "impossible")
    visit.press("Gör ändringen och sätt samman")
    visit.page.wait_for_url("**/sammansattning")
    soon(visit, "bevisat bäst")
    seen(visit, "composition")


def plans_and_invites(visit: Visit, id: str) -> None:
    """See the groups, say when and where, and invite."""
    visit.follow("Grupper")
    visit.page.locator(".fo-picture").wait_for()
    assert visit.page.locator(".fo-picture .fo-token").count() == 16
    seen(visit, "groups")
    visit.follow("Översikt")
    visit.follow("Bestäm tid och plats")
    visit.write("Börjar", "2027-03-11T13:00")
    visit.write("Plats", "Kunskapscentrum (demo)")
    visit.press("Spara programmet")
    soon(visit, "Tid, plats och program är sparade.")
    seen(visit, "programme")
    visit.follow("Översikt")
    visit.follow("Bjud in")
    visit.write("Varför bjuds de in?", "De lottades in enligt reglerna.")
    visit.write("Svar senast", "2027-02-12")
    visit.press("Bjud in")
    told(visit)
    seen(visit, "invited")


def replaces_one(visit: Visit, id: str) -> None:
    """Note a no, read the letter, and give the place to a reserve."""
    forum = visit.site.matcha.forum(id)
    gone = next(one for one in forum.invitations if one.part is Part.COMPANY and one.reason == "drawn")
    visit.go(f"/forum/{id}/aktor/{gone.actor_id}")
    seen(visit, "guest")
    visit.tick("Tackar nej")
    visit.press("Notera svaret")
    told(visit)
    visit.follow("Ge platsen till en reserv")
    visit.write("Varför?", "Tackade nej.")
    seen(visit, "replacing")
    visit.press("Ge platsen till nästa reserv")
    visit.page.wait_for_url("**/aktor/**")
    found = visit.site.matcha.forum(id).invitations
    assert any(one.in_place_of == gone.actor_id for one in found)


def leads_the_day(visit: Visit, id: str) -> None:
    """One does not come: people are moved; then who was there is noted."""
    visit.go(f"/forum/{id}/dagen")
    seat = visit.site.matcha.forum(id).groups[0].seats[-1]
    box = visit.page.locator(f'input[value="{seat.id}"]')
    box.focus()
    visit.page.keyboard.press("Space")
    visit.press("Ändra grupperna")
    soon(visit, "Läs upp i rummet")
    seen(visit, "changed")
    assert seat.id not in {one.id for group in visit.site.matcha.forum(id).groups for one in group.seats}
    visit.go(f"/forum/{id}/narvaro")
    some = visit.site.matcha.forum(id).invitations[0]
    visit.page.get_by_label(some.name).check()
    visit.press("Spara närvaron")
    soon(visit, "Närvaron är noterad.")
    replies = {one.actor_id: one.reply for one in visit.site.matcha.forum(id).invitations}
    assert replies.pop(some.actor_id) is Reply.ATTENDED
    assert set(replies.values()) == {Reply.ABSENT}


def meets(visit: Visit, id: str) -> None:
    """Time one meeting, file its notes, and tell all of it."""
    visit.go(f"/forum/{id}/moten")
    visit.follow("Lägg möten")
    visit.write("Frågorna, samma för alla", "Vad vore ett första steg?")
    visit.write("Teamets namn", "Vårdhygien (demo)")
    visit.write("Tider", "2027-03-18 09.00")
    seen(visit, "schedule")
    visit.press("Lägg möten")
    told(visit)
    seen(visit, "meetings")
    visit.page.get_by_role("link", name=visit.say("Skriv anteckningar")).first.click()
    visit.write("Anteckningar", "Gick igenom frågan.")
    seen(visit, "notes")
    visit.press("Spara anteckningarna")
    told(visit)
    about = visit.site.matcha.forum(id).meetings[0]
    visit.page.get_by_role("link", name=visit.say("Mötet med %(name)s", name=about.name)).first.click()
    visit.write("Till alla deltagare", "Vi gick igenom den fråga som alla har fått.")
    seen(visit, "telling")
    visit.press("Berätta för alla")
    soon(visit, "Alla deltagare har nu fått veta detsamma.")


def concludes(visit: Visit, id: str) -> None:
    """Note an outcome, close, and get the report."""
    visit.go(f"/forum/{id}/resultat")
    visit.tick("Kunskap")
    visit.write("Med egna ord", "Sensorer räknar tillfällen.")
    visit.press("Notera resultatet")
    told(visit)
    seen(visit, "outcomes")
    visit.follow("Avsluta forumet")
    visit.press("Avsluta forumet")
    soon(visit, "Forumet är avslutat")
    seen(visit, "closed")
    with visit.page.expect_download() as download:
        visit.follow("Hämta rapporten (PDF)")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("width", [1200, 320])
def test_every_page_of_a_forum_is_as_pages_must_be(
    visiting: Visiting, held: Forum, under_way: Forum, composed: Forum, width: int
) -> None:
    visit = visiting(ORGANISER, width=width)
    some, waits = under_way.invitations[0].actor_id, under_way.reserves[0].actor_id
    pages = {
        "forums": "/forum",
        "of_need": f"/behov/{NEED}/forum",
        **{f"held{tab.replace('/', '-')}": f"/forum/{held.id}{tab}" for tab in TABS},
        **{f"now{tab.replace('/', '-')}": f"/forum/{under_way.id}{tab}" for tab in TABS},
        **{f"new{tab.replace('/', '-')}": f"/forum/{composed.id}{tab}" for tab in TABS},
        "draw": f"/forum/{composed.id}/lotta",
        "drawn": f"/forum/{held.id}/lotta",
        "letter": f"/forum/{under_way.id}/aktor/{some}?sprak=en",
        "reserve": f"/forum/{under_way.id}/aktor/{waits}",
        "attendance": f"/forum/{under_way.id}/narvaro",
        "value": f"/forum/{under_way.id}/varde",
        "closing": f"/forum/{held.id}/avsluta",
    }
    for name, path in pages.items():
        visit.go(path)
        seen(visit, name)


HOSTILE = "<script>alert(1)</script> " + "Ö" * 240


@pytest.mark.parametrize("width", [1200, 320])
def test_what_is_wrong_is_told_in_place_and_nothing_is_lost(visiting: Visiting, composed: Forum, width: int) -> None:
    visit = visiting(ORGANISER, width=width)
    visit.go(f"/behov/{NEED}/forum/nytt")
    visit.write("Högst antal personer", "12")
    visit.open("Särskilda regler om aktörer och spridning")
    visit.write("Måste vara med", HOSTILE)
    visit.write("Bjuds inte in båda två", "aktor-a01; Ingen sådan")
    visit.press("Sätt samman")
    assert visit.page.locator("#e-seats_most").inner_text() == "! Ska vara minst 30"
    assert "kolon" in visit.page.locator("#e-must").inner_text()
    assert "Ingen sådan" in visit.page.locator("#e-never_together").inner_text()
    assert visit.page.locator("#f-must").input_value() == HOSTILE
    seen(visit, "wrong-rules")
    visit.go(f"/behov/{NEED}/forum/nytt")
    visit.open("Regler ur en fil (för den van vid JSON)")
    visit.write("Eller klistra in", '{"seats": "många"}')
    visit.press("Sätt samman")
    assert "ska vara en lista" in visit.page.locator("#e-rules_json").inner_text()
    visit.go(f"/forum/{composed.id}/lotta")
    visit.tick("Tärningar inför vittnen")
    visit.write("Kasten, eller ord för provet", "1 2 3")
    visit.press("Dra lotten")
    assert visit.sees("Det gick inte att spara")
    seen(visit, "wrong-dice")


def test_who_only_reads_sees_all_but_no_forms(visiting: Visiting, under_way: Forum) -> None:
    visit = visiting(AccountRole.PROCUREMENT_OFFICER)
    for tab in TABS:
        visit.go(f"/forum/{under_way.id}{tab}")
        visit.check()
        assert visit.page.locator("main form[method=post]").count() == 0
    visit.go(f"/forum/{under_way.id}/lotta")
    assert visit.sees("Ditt konto har inte den roll som sidan kräver.")
    supplier = visiting(AccountRole.SUPPLIER)
    supplier.go(f"/forum/{under_way.id}")
    assert supplier.sees("Ditt konto har inte den roll som sidan kräver.")


def test_the_picture_says_what_the_forum_says(held: Forum, under_way: Forum) -> None:
    lined, heaped = forum_picture.picture(held), forum_picture.picture(under_way)
    there = {(number, at): way[at] for number, way in ways(held).items() for at in range(len(held.rotation))}
    across, down = {x: number for number, x in lined.rounds}, {y: number for number, y in lined.stations}
    drawn = {(token.number, near(across, token.x) - 1): near(down, token.y) for token in lined.tokens}
    assert drawn == {place: station for place, station in there.items() if station}
    people = sum(len(group.seats) for group in under_way.groups)
    assert len(heaped.dots) == people * len(under_way.rotation) == sum(count for *_, count in heaped.counts)
    for at, _ in enumerate(under_way.rotation):
        there_now = [groups[at] for _, groups in forum_picture.table(under_way)]
        assert sum(len(group.seats) for groups in there_now for group in groups) == people


def ways(forum: Forum) -> dict[int, tuple[int, ...]]:
    """The stations of each group, round by round."""
    return {group.number: way for group, way in zip(forum.groups, zip(*forum.rotation, strict=True), strict=True)}


def near(places: dict[int, int], at: float) -> int:
    """What stands nearest to a place."""
    return places[min(places, key=lambda place: abs(place - at))]


def test_rules_come_back_from_their_form_as_they_were() -> None:
    told = (Path(__file__).parents[1] / "data" / "demo" / "forum" / "rules.json").read_text("utf-8")
    rules = forum_rules.rules_from_json(told, "rules_json").model_copy(
        update={"aspects": ("Ett", "Två"), "houses": (("aktor-a01", "aktor-a02"),), "parts": {"aktor-a09": Part.IT}}
    )
    fields: list[tuple[str, str | UploadFile]] = [
        (name, str(one)) for name, value in forum_rules.fields_of(rules).items() for one in listed(value)
    ]
    assert forum_rules.rules_in(Given(FormData(fields)), lambda said: said) == rules


def listed(value: object) -> list[object]:
    """A field's values."""
    return value if isinstance(value, list) else [value]


def test_a_change_that_is_offered_is_made() -> None:
    rules = ForumRulesForm(quotas={Part.IT: (4, 8)}, must={"aktor-a07": "en röst"}, coverage=3)
    changes = (
        Relaxation(Rule(RuleKind.QUOTA_FEWEST, Part.IT, 4), 4, 2),
        Relaxation(Rule(RuleKind.MUST, "aktor-a07")),
        Relaxation(Rule(RuleKind.COVERAGE, None, 3), 3, 1),
    )
    after = forum_rules.mended(rules, changes)
    assert (after.quotas, after.must, after.coverage) == ({Part.IT: (2, 8)}, {}, 1)
    assert after.seats == rules.seats


def test_a_list_of_forums_reads_no_candidates(site: Site, held: Forum, under_way: Forum, composed: Forum) -> None:
    stages = {one.id: one.stage for one in site.matcha.forum_list()}
    assert stages[held.id] is Stage.CLOSED
    assert (stages[under_way.id], stages[composed.id]) == (Stage.INVITED, Stage.COMPOSED)
    assert {one.id: one.candidates for one in site.matcha.forum_list()}[held.id] == held.candidates
