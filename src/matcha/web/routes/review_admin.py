"""Administration: what needs doing, what matches are made with, jobs, and what people ask of those who run matcha."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version

from fastapi import Response

from matcha.api.access import ADMINISTRATORS
from matcha.api.routes import accounts as account_operations
from matcha.api.routes import neutrality, requests
from matcha.api.routes.needs import Number
from matcha.api.shapes.requests import RequestShape
from matcha.config import Settings
from matcha.errors import MatchaError, NotFound
from matcha.records.request import SettlementForm
from matcha.service import demo, overseeing
from matcha.values import Exclusion, Language
from matcha.web.filling import Fault
from matcha.web.look import Look, Looking
from matcha.web.router import Routes

routes = Routes()


@dataclass(frozen=True)
class Check:
    """Something matcha stands on, and what is wrong with it (empty when nothing is)."""

    name: str
    wrong: str


@dataclass(frozen=True)
class Duty:
    """Something to do, and the page where it is done (or none)."""

    said: str
    path: str = ""


@routes.page("/admin", ADMINISTRATORS)
def overview(look: Looking) -> Response:
    """Show what needs doing, whether all that matcha stands on answers, and how much there is."""
    found = overseeing.sizes(look.matcha)
    return look.show(
        "review/admin.html",
        sizes=found,
        checks=list(_checks(look)),
        duties=list(_duties(look, found)),
        version=version("matcha"),
    )


def _checks(look: Look) -> Iterator[Check]:
    gettext = look.words.gettext
    tried: tuple[tuple[str, Callable[[], object]], ...] = (
        (gettext("Databasen svarar"), look.matcha.size),
        (gettext("Språkmodellen finns"), lambda: look.matcha.reader.dimension),
        (gettext("Sökindexet är i takt med databasen"), look.matcha.check_index),
        (gettext("Loggen har allt som den har publicerat"), look.matcha.logbook.check),
    )
    for name, holds in tried:
        try:
            holds()
        except MatchaError as error:
            yield Check(name, error.sv if look.language is Language.SV else error.en)
        else:
            yield Check(name, "")


def _duties(look: Look, found: overseeing.Sizes) -> Iterator[Duty]:
    words = look.words
    if found.requests:
        said = words.ngettext(
            "%(count)s ärende väntar på svar.", "%(count)s ärenden väntar på svar.", found.requests
        ) % {"count": words.number(found.requests)}
        yield Duty(said, "/admin/arenden")
    if demo.only(look.matcha):
        yield Duty(
            words.gettext("Här finns bara demokonton. Stäng dem innan riktiga uppgifter läses in."), "/admin/konton"
        )
    yield from (Duty(said) for said in _unset(look, look.settings))
    try:
        look.ask(neutrality.report)
    except NotFound:
        yield Duty(
            words.gettext("Ingen neutralitetsrapport är gjord ännu. En samordnare gör den."), "/granskning/exponering"
        )


def _unset(look: Look, settings: Settings) -> Iterator[str]:
    """Give what is said of the settings that a running service needs and that are not made."""
    gettext = look.words.gettext
    if settings.publisher == Settings.model_fields["publisher"].default:
        yield gettext("Ange vem som ger ut sidorna: inställningen MATCHA_PUBLISHER.")
    if settings.contact_email is None:
        yield gettext("Ange vart man skriver om tillgänglighet och personuppgifter: MATCHA_CONTACT_EMAIL.")
    if settings.public_url is None:
        yield gettext("Ange tjänstens adress utåt: MATCHA_PUBLIC_URL.")


@routes.page("/admin/index", ADMINISTRATORS)
def index(look: Looking) -> Response:
    """Show what matches are made with now."""
    made = overseeing.made_with(look.matcha)
    excluded = [(look.words.label(Exclusion(name)), count) for name, count in sorted(made.excluded.items())]
    return look.show("review/index.html", made=made, excluded=excluded)


@routes.page("/admin/jobb", ADMINISTRATORS)
def jobs(look: Looking) -> Response:
    """Show the newest jobs of all accounts, without what was asked."""
    found = overseeing.jobs(look.matcha)
    names = {one.id: one.name for one in look.ask(account_operations.list_people)}
    return look.show(
        "review/jobs.html", part="review/_jobs.html", jobs=found, people=names, ongoing=any(j.ongoing for j in found)
    )


@routes.page("/admin/arenden", ADMINISTRATORS)
def asked(look: Looking) -> Response:
    """Show what people have asked of those who run matcha, what waits first."""
    found = _asked(look)
    waiting = [one for one in found if one.done is None]
    settled = [one for one in reversed(found) if one.done is not None]
    return look.show("review/requests.html", waiting=waiting, settled=settled[:50])


@routes.page("/admin/arenden/{number}", ADMINISTRATORS)
def request_page(look: Looking, number: Number) -> Response:
    """Show one request, and the form for saying what was done."""
    return _request(look, number)


@routes.form("/admin/arenden/{number}", ADMINISTRATORS)
def settle(look: Looking, number: Number) -> Response:
    """Say what was done about a request."""

    def do() -> Response:
        look.ask(requests.settle, number, look.fill(SettlementForm))
        return look.go("/admin/arenden", look.words.gettext("Ärendet är avslutat, och det som stod i det är raderat."))

    return look.take(do, lambda fault: _request(look, number, fault))


def _request(look: Look, number: int, fault: Fault | None = None) -> Response:
    found = next((one for one in _asked(look) if one.id == number), None)
    if found is None:
        raise NotFound(f"Begäran {number} finns inte.", f"Request {number} does not exist.")
    return look.show("review/request.html", 200 if fault is None else fault.status, asked=found, fault=fault)


def _asked(look: Look) -> list[RequestShape]:
    found: list[RequestShape] = []
    cursor = None
    while True:
        page = look.ask(requests.requests, limit=1000, cursor=cursor)
        found += page.items
        if (cursor := page.next) is None:
            return found
