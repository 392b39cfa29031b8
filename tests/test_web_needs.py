"""Pages where staff work with needs, in a real browser: every page in every state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from matcha.callers import AccountRole, Caller
from matcha.process import ActKind, Analysis, Criterion, EventKind, Party, State
from matcha.records import NeedForm, WeightingForm
from matcha.records.act import (
    DeclarationForm,
    EffectForm,
    EventForm,
    FeedbackForm,
    ImplementationForm,
    InterestForm,
    MeetingForm,
    QuestionForm,
    ScreeningForm,
    SecrecyForm,
    SolutionForm,
    StateForm,
)
from matcha.records.need import LockForm
from tests.browsing import SUPPLIER, Site, Using, Visiting

COORDINATOR = AccountRole.COORDINATOR
TITLE = "Bättre handhygien på akuten"
TEXT = "Händerna spritas för sällan mellan patienterna på akuten, och infektioner sprids till vårdavdelningarna."
HOSTILE = "<script>alert(1)</script>" + "Ordutanmellanslag" * 16  # 297 characters


@pytest.fixture(scope="module")
def staff(site: Site) -> Caller:
    """The coordinator, as the service knows her."""
    found = {account.email: account for account in site.matcha.accounts.accounts()}
    return Caller(found["coordinator@example.org"].id, frozenset({COORDINATOR}))


@pytest.fixture(scope="module")
def full(site: Site, staff: Caller) -> str:
    """A need to which everything has happened."""
    id, matcha = "behov-a02", site.matcha
    supplier = Caller("konto-l", frozenset({AccountRole.SUPPLIER}), SUPPLIER)
    matcha.act(id, ActKind.INTEREST, InterestForm(text="Vi kan det här."), supplier)
    matcha.act(id, ActKind.QUESTION, QuestionForm(text=HOSTILE), supplier)
    held = MeetingForm(actor_ids=(SUPPLIER,), held=date(2026, 11, 10), exchanged="Vi möttes.\n" * 3)
    matcha.act(id, ActKind.MEETING, held, staff)
    event = EventForm(
        kind=EventKind.WORKSHOP,
        title=HOSTILE,
        starts=datetime(2026, 12, 1, 9, tzinfo=UTC),
        place="Hus A",
        text="Välkomna!",
    )
    matcha.act(id, ActKind.EVENT, event, staff)
    matcha.act(id, ActKind.DECLARATION, DeclarationForm(conflicted=False, reason="Inga bindningar."), staff)
    matcha.act(id, ActKind.SECRECY, SecrecyForm(field="goal", secret=True, reason="19 kap. 3 § OSL"), staff)
    form = SolutionForm(title=HOSTILE, text="Sensorer.", decision="Dnr 1", actor_id=SUPPLIER)
    solution = matcha.act(id, ActKind.SOLUTION, form, staff).id or 0
    used = ImplementationForm(solution=solution, unit="Avdelning 7", started=date(2027, 1, 1))
    matcha.act(id, ActKind.IMPLEMENTATION, used, staff)
    said = FeedbackForm(solution=solution, party=Party.PATIENT, grade=4, text="Det märks.")
    matcha.act(id, ActKind.FEEDBACK, said, staff)
    need = matcha.need(id)
    unit, half = need.quantity_unit or "", (need.quantity_number or 0) / 2
    group = need.quantity_population
    effect = EffectForm(solution=solution, number=half, unit=unit, population=group, text="Mätt igen.")
    matcha.act(id, ActKind.EFFECT, effect, staff)
    matcha.add_need(NeedForm(id="behov-ny", title=HOSTILE, text=TEXT), staff, id)
    matcha.attach(id, Analysis.LIFE_CYCLE, "livscykel.csv", b"a;b\n1;2\n", staff)
    return id


@pytest.fixture(scope="module")
def screened(site: Site, staff: Caller) -> str:
    """Needs with scores by all criteria and by some. Gives one of them."""
    weights = dict.fromkeys(Criterion, 20)
    site.matcha.publish_weighting(WeightingForm(weights=weights, reason="Lika för alla."), staff)
    for place, id in enumerate(("behov-a03", "behov-a04", "behov-a05", "behov-a06")):
        for criterion in list(Criterion)[: 5 if place else 2]:
            score = (place * 7 + len(criterion)) % 5 + 1
            form = ScreeningForm(criterion=criterion, score=score, reason="Så bedömde rådet.")
            site.matcha.act(id, ActKind.SCREENING, form, staff)
    return "behov-a04"


FORMS = (
    *("arbete/syfte", "arbete/upphandling", "arbete/sekretess"),
    *("dialog/inlagg", "dialog/mote", "dialog/handelse", "dialog/kontakt", "dialog/jav"),
    *("resultat/losning", "resultat/inforande", "resultat/aterkoppling", "resultat/effekt"),
)
PAGES = ("arbete", "bilagor", "dialog", "underlag", "resultat", "bedom", "andra")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_a_full_need(visiting: Visiting, full: str, screened: str, page: str) -> None:
    visit = visiting(COORDINATOR, width=320)  # which is also what 400 % of a wide window gives; the way above is wide
    visit.go(f"/behov/{full}/{page}")
    visit.check()


@pytest.mark.parametrize("page", ["arbete", "dialog", "underlag", "resultat", "bilagor", "bedom"])
def test_a_page_of_a_need_to_which_nothing_has_happened(
    visiting: Visiting, site: Site, staff: Caller, page: str
) -> None:
    if "behov-tom" not in {need.id for need in site.matcha.needs()}:
        site.matcha.add_need(NeedForm(id="behov-tom", title=HOSTILE, text=HOSTILE * 20), staff)
    visit = visiting(COORDINATOR, width=320)
    visit.go(f"/behov/behov-tom/{page}")
    visit.check()


@pytest.mark.parametrize("path", ["/screening", "/screening?vilka=fore", "/screening/viktning"])
def test_a_page_of_all_needs(visiting: Visiting, screened: str, path: str) -> None:
    visit = visiting(COORDINATOR, width=320)
    visit.go(path)
    visit.check()


def test_the_groups_come_when_they_are_worked_out(visiting: Visiting, site: Site) -> None:
    site.matcha._groups.forget()
    visit = visiting(COORDINATOR, width=320)
    with site.matcha._groups.working:
        visit.go("/behov/grupper")
        visit.page.locator("#ritas").wait_for()
        visit.check()
    visit.page.locator(".groups").wait_for()
    visit.check()
    without = visiting(COORDINATOR, using=Using.NO_SCRIPT)
    without.go("/behov/grupper")
    assert without.page.locator(".groups li").count() > 1


def test_the_forms(visiting: Visiting, full: str) -> None:
    visit = visiting(COORDINATOR, width=320)
    for form in FORMS:
        visit.go(f"/behov/{full}/{form}")
        visit.check()


def test_what_is_wrong_is_told_by_the_field(visiting: Visiting, full: str, screened: str) -> None:
    visit = visiting(COORDINATOR, width=320)
    for path, fields in _wrong(full):
        visit.go(path)
        visit.page.evaluate("for (const form of document.forms) form.noValidate = true")
        visit.page.locator("main form[method=post] button[type=submit]").last.click()
        visit.page.locator("#fel").wait_for()
        visit.check()
        assert visit.page.evaluate("document.activeElement.id") == "fel"
        linked = visit.page.locator("#fel li a").evaluate_all("all => all.map(a => a.hash.slice(3))")
        assert fields <= set(linked), (path, linked)
        assert all(visit.page.locator(f"#f-{name}").count() == 1 for name in linked), linked


def _wrong(full: str) -> Iterator[tuple[str, set[str]]]:
    yield "/behov/nytt", {"title", "text"}
    yield f"/behov/{full}/dialog/mote", {"others"}
    yield f"/behov/{full}/dialog/handelse", {"starts"}
    yield f"/behov/{full}/dialog/jav", {"conflicted", "reason"}
    yield f"/behov/{full}/resultat/effekt", {"number", "text"}
    yield f"/behov/{full}/bilagor", {"file"}


def test_weights_that_do_not_add_up_are_told_and_kept(visiting: Visiting, screened: str) -> None:
    visit = visiting(COORDINATOR)
    visit.go("/screening/viktning")
    visit.page.locator("#f-weight_economic").fill("90")
    visit.write("Skäl", "För att.")
    visit.press("Publicera viktningen")
    visit.page.locator("#fel").wait_for()
    visit.check()
    assert "100" in visit.page.locator("#fel").inner_text()
    assert visit.page.locator("#f-weight_economic").input_value() == "90"


def test_a_locked_need_says_so_on_each_of_its_pages(visiting: Visiting, site: Site, staff: Caller) -> None:
    who = staff.account_id or ""
    site.matcha.set_lock(LockForm(need_id="behov-a07", user=who, locked=True, reason="Dnr 7"), staff)
    visit = visiting(COORDINATOR, width=320)
    for page in ("arbete", "dialog", "underlag", "resultat", "bilagor", "bedom"):
        visit.go(f"/behov/behov-a07/{page}")
        assert visit.sees("En upphandling pågår."), page
    visit.go("/behov/behov-a07/dialog")
    visit.check()
    assert not visit.page.get_by_role("link", name=visit.say("Anteckna ett möte")).count()
    supplier = visiting(AccountRole.SUPPLIER, width=320)
    supplier.go("/behov/behov-a07/dialog")
    supplier.check()
    assert not supplier.page.get_by_role("link", name=supplier.say("Visa intresse")).count()


def test_a_parked_and_a_closed_need(visiting: Visiting, site: Site, staff: Caller) -> None:
    visit = visiting(COORDINATOR, width=320)
    for state, way in ((State.PARKED, "Avsluta behovet"), (State.CLOSED, "Öppna igen som utkast")):
        site.matcha.act("behov-a08", ActKind.STATE, StateForm(state=state, reason="Väntar."), staff)
        visit.go("/behov/behov-a08/arbete")
        visit.check()
        assert visit.page.get_by_role("button", name=visit.say(way)).count() == 1
        assert visit.page.locator(".way-here").inner_text().startswith("5")  # where it stood


# what is particular


def test_two_who_change_a_need_are_both_told(visiting: Visiting, site: Site) -> None:
    one, other = visiting(COORDINATOR, width=320), visiting(COORDINATOR)
    for visit in (one, other):
        visit.go("/behov/behov-a09/andra")
    other.write("Mål", "Det andra målet.")
    other.press("Spara ändringen")
    other.page.wait_for_url("**/arbete")
    one.write("Mål", "Det första målet.")
    one.press("Spara ändringen")
    one.page.locator("#fel").wait_for()
    one.check()
    told = one.page.locator("#fel").inner_text()
    assert "Det andra målet." in told
    assert "Det första målet." in told
    assert site.matcha.need("behov-a09").goal == "Det andra målet."
    one.press("Spara ändringen")  # knowing what it takes away
    one.page.wait_for_url("**/arbete")
    assert site.matcha.need("behov-a09").goal == "Det första målet."


def test_a_form_says_all_of_a_need_and_an_unchanged_one_changes_nothing(visiting: Visiting, site: Site) -> None:
    before = site.matcha.need("behov-a10").model_dump(exclude={"changed", "touched", "leaf_index"})
    visit = visiting(COORDINATOR)
    visit.go("/behov/behov-a10/andra")
    visit.press("Spara ändringen")
    visit.page.wait_for_url("**/arbete")
    assert site.matcha.need("behov-a10").model_dump(exclude={"changed", "touched", "leaf_index"}) == before


def test_only_new_scores_are_acts(visiting: Visiting, site: Site, screened: str) -> None:
    def scores() -> int:
        return len(site.matcha.acts(screened, ActKind.SCREENING))

    before, visit = scores(), visiting(COORDINATOR)
    visit.go(f"/behov/{screened}/bedom")
    visit.page.locator("#f-reason_legal").fill("Prövat av juristen.")
    visit.page.locator("#f-reason_climate").fill("Räknat om.")
    visit.press("Spara bedömningen")
    visit.page.wait_for_url("**/arbete")
    assert scores() == before + 2


@pytest.mark.parametrize("role", [AccountRole.ORGANISER, AccountRole.PROCUREMENT_OFFICER, AccountRole.ADMINISTRATOR])
def test_who_only_reads_sees_no_way_to_change(visiting: Visiting, full: str, screened: str, role: AccountRole) -> None:
    visit = visiting(role)
    for page in ("arbete", "dialog", "resultat", "bedom"):
        visit.go(f"/behov/{full}/{page}")
        assert not visit.page.locator(f'main a[href$="/{full}/andra"]').count()
    visit.check()
    visit.go(f"/behov/{full}/andra")
    assert visit.page.title().startswith("Det gick inte")


def test_a_supplier_sees_the_dialogue_and_not_who_asks(visiting: Visiting, full: str) -> None:
    visit = visiting(AccountRole.SUPPLIER, width=320)
    visit.go(f"/behov/{full}/dialog")
    visit.check()
    shown = visit.page.locator("main").inner_text()
    assert "Ni" in shown
    assert "Kim coordinator" not in shown
    for page in ("arbete", "underlag"):
        visit.go(f"/behov/{full}/{page}")
        assert visit.page.locator("h1").inner_text() == visit.say("Du har inte tillgång hit")


def test_everybody_reads_what_came_of_a_need_and_nobody_reads_what_is_not_published(
    visiting: Visiting, full: str
) -> None:
    visit = visiting(width=320)
    visit.go(f"/behov/{full}/resultat")
    visit.check()
    assert visit.page.locator(".outcome").count() == 1
    assert not visit.page.locator("main form, main a.button").count()
    assert not visit.page.locator('main a[href$="behov-ny"]').count()  # an idea


@pytest.mark.parametrize("code", ["dialog/nagot", "dialog/svar?till=9999999", "resultat/nagot", "arbete/nagot"])
def test_what_is_not_there_is_told(visiting: Visiting, full: str, code: str) -> None:
    visit = visiting(COORDINATOR)
    visit.go(f"/behov/{full}/{code}")
    assert visit.page.locator("h1").inner_text() == visit.say("Sidan finns inte")


def test_print_leaves_menus_out(visiting: Visiting, full: str) -> None:
    visit = visiting(COORDINATOR)
    visit.go(f"/behov/{full}/underlag")
    visit.page.emulate_media(media="print")
    assert not visit.page.locator(".tabs").is_visible()
    assert visit.page.locator(".only-print").is_visible()
