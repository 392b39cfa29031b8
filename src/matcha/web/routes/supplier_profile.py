"""One of the supplier's own profiles: what holds, what was said before, where it was considered, where it stands."""

from __future__ import annotations

from fastapi import Response

from matcha.api.routes import matching, needs
from matcha.api.routes import profiles as registered
from matcha.api.routes.profiles import ProfileId
from matcha.api.shapes.matches import ExplainRequest, ExplanationShape
from matcha.errors import Invalid
from matcha.process import Ruling
from matcha.service.previewing import Sketch
from matcha.values import Exclusion
from matcha.web.filling import Fault
from matcha.web.look import Look, Looking
from matcha.web.router import Routes
from matcha.web.routes.supplier import SUPPLIERS, own_id, own_profile, own_proposals
from matcha.web.routes.supplier_writing import previewed

routes = Routes()
SHOWN = 20  # matches on a page


@routes.page("/min/profil/{id}", SUPPLIERS)
def profile(look: Looking, id: ProfileId) -> Response:
    """Show a profile as it holds, how it is read, and what it said before."""
    own = own_profile(look, id)
    told = own.profile
    text = told.text or ""
    sketch = Sketch(told.title, text, told.language, own_id(look), id)
    preview, unreadable = previewed(look, sketch) if text else (None, "")
    return look.show(
        "supplier/profile.html",
        own=own,
        versions=look.matcha.versions(id, look.caller),
        awaiting=_awaiting(look, id),
        preview=preview,
        unreadable=unreadable,
        still=text,
    )


@routes.page("/min/profil/{id}/matchningar", SUPPLIERS)
def considered(look: Looking, id: ProfileId, cursor: str | None = None) -> Response:
    """Show every match in which a profile took part, with its receipt."""
    own = own_profile(look, id)
    found = look.ask(registered.considerations, id, limit=SHOWN, cursor=cursor)
    reasons = {one.value: look.words.label(one) for one in Exclusion}
    return look.show("supplier/considered.html", own=own, found=found.items, following=found.next, reasons=reasons)


@routes.page("/min/profil/{id}/behov", SUPPLIERS)
def fitting(look: Looking, id: ProfileId) -> Response:
    """Show the published needs that a profile's own score fits."""
    own = own_profile(look, id)
    found = look.ask(registered.fitting, id) if own.taking_part else []
    others = look.ask(needs.needs, limit=100).items if own.taking_part else []
    return look.show("supplier/fitting.html", own=own, found=found, others=[(one.id, one.title) for one in others])


@routes.page("/min/profil/{id}/rang", SUPPLIERS)
def ask_rank(look: Looking, id: ProfileId, behov: str = "") -> Response:
    """Say what asking for one's own place means, before it is asked for and logged."""
    return _rank(look, id, behov)


@routes.form("/min/profil/{id}/rang", SUPPLIERS)
def rank(look: Looking, id: ProfileId) -> Response:
    """Ask for one's own place for a need: it is logged, and the answer shows nothing of others (R28)."""
    behov = look.given.get("behov")

    def do() -> Response:
        found = look.ask(matching.explanations, look.fill(ExplainRequest, profile_id=id, need_id=behov))
        return _rank(look, id, behov, found=ExplanationShape.model_validate(found))

    return look.take(do, lambda fault: _rank(look, id, behov, fault=fault))


def _rank(
    look: Look, id: str, behov: str, found: ExplanationShape | None = None, fault: Fault | None = None
) -> Response:
    own = own_profile(look, id)
    if not behov:
        raise Invalid("Välj först ett behov på sidan Behov.", "First choose a need on the page Needs.")
    need = look.ask(needs.need, behov)
    status = fault.status if fault else 200
    shown = look.show("supplier/rank.html", status, own=own, need=need, found=found, fault=fault)
    shown.headers["Cache-Control"] = "no-store"
    return shown


@routes.form("/min/profil/{id}/fornya", SUPPLIERS)
def renew(look: Looking, id: ProfileId) -> Response:
    """Let a profile take part for two more years."""
    look.ask(registered.renew, id)
    return look.go(f"/min/profil/{id}", look.words.gettext("Profilen gäller i två år till."))


@routes.page("/min/profil/{id}/dra-tillbaka", SUPPLIERS)
def ask_withdraw(look: Looking, id: ProfileId) -> Response:
    """Say what happens when a profile is withdrawn."""
    return look.show("supplier/withdraw.html", own=own_profile(look, id))


@routes.form("/min/profil/{id}/dra-tillbaka", SUPPLIERS)
def withdraw(look: Looking, id: ProfileId) -> Response:
    """Take a profile out of matching."""
    own_profile(look, id)
    look.ask(registered.withdraw, id)
    said = look.words.gettext("Profilen är tillbakadragen och deltar inte i nya matchningar.")
    return look.go(f"/min/profil/{id}", said)


def _awaiting(look: Look, id: str) -> int | None:
    sent = [one for one in own_proposals(look) if one.profile_id == id and one.ruling is Ruling.AWAITING]
    return sent[0].id if sent else None
