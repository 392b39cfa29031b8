"""Registering a need and changing it, with the needs that resemble it beside what is being written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import Response

from matcha.api.access import COORDINATORS, STAFF
from matcha.api.routes import needs as operations
from matcha.api.routes.needs import NeedChange, NeedId, NewNeed, SimilarQuestion
from matcha.api.shapes.needs import NeedShape, SimilarShape
from matcha.errors import Stale
from matcha.records.need import NeedForm
from matcha.web.filling import Fault, Given
from matcha.web.look import Look, Looking
from matcha.web.names import people
from matcha.web.router import Routes
from matcha.web.routes.needs_telling import Told, told

routes = Routes()
WRITTEN = tuple(name for name in NeedForm.model_fields if name != "id")
SHORTEST = 20  # characters before others are looked for: less resembles everything


class Differing(NamedTuple):
    """A field that says one thing now and another in the form that was sent."""

    field: str
    now: str
    sent: str


@routes.page("/behov/nytt", STAFF)
def new(look: Looking, foljer: str = "") -> Response:
    """Show the form for a new need; `foljer` names the one whose effect gave rise to it."""
    return _editor(look, look.with_start({"follows": foljer}))


@routes.form("/behov/nytt", STAFF)
def add(look: Looking) -> Response:
    """Register a need."""

    def do() -> Response:
        made = look.ask(operations.add_need, look.fill(NewNeed))
        told = look.words.gettext("Behovet är registrerat som en idé. Här ser du vad som är nästa steg.")
        return look.go(f"/behov/{made.id}/arbete", told)

    return look.take(do, lambda fault: _editor(look, look.given, fault=fault))


@routes.form("/behov/liknande", STAFF)
def similar(look: Looking) -> Response:
    """Show which registered needs resemble what is being written, and the form again as it was."""
    need_id = look.given.get("need_id")
    if need_id and look.may(operations.change_need):
        return _editor(look, look.given, look.ask(operations.need, need_id), alike=_alike(look))
    return _editor(look, look.given, alike=_alike(look))


@routes.page("/behov/{id}/andra", COORDINATORS)
def edit(look: Looking, id: NeedId, visa: str = "") -> Response:
    """Show the form with what a need says; `visa` names a field that is to be open although it is empty."""
    need = look.ask(operations.need, id)
    return _editor(look, look.with_start(need.model_dump(mode="json")), need, open_field=visa)


@routes.form("/behov/{id}/andra", COORDINATORS)
def change(look: Looking, id: NeedId) -> Response:
    """Change what a need says, unless somebody else has done something with it meanwhile."""

    def do() -> Response:
        look.ask(operations.change_need, id, look.fill(NeedChange, id=id))
        told = look.words.gettext("Ändringen är sparad. Det som stod förut finns kvar i loggen.")
        return look.go(f"/behov/{id}/arbete", told)

    return look.take(do, lambda fault: _again(look, id, fault))


def _again(look: Look, id: str, fault: Fault) -> Response:
    need = look.ask(operations.need, id)
    if not isinstance(fault.error, Stale):
        return _editor(look, look.given, need, fault=fault, seen=look.at.seen_entry)
    differing = list(_differing(need, look.given))
    return _editor(look, look.given, need, fault=fault, differing=differing, since=_since(look, need))


def _differing(need: NeedShape, given: Given) -> Iterator[Differing]:
    """Give the fields that differ between a need and the form that was sent."""
    for name in WRITTEN:
        now = getattr(need, name)
        told = "\n".join(now) if isinstance(now, list) else "" if now is None else _plain(now)
        sent = given.get(name).replace("\r\n", "\n").strip()
        if told.strip() != sent:
            yield Differing(name, told, sent)


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _since(look: Look, need: NeedShape) -> list[Told]:
    """Give what has been done with a need since the form was opened; a change of its text is no act."""
    seen = look.at.seen_entry or 0
    names = people(look)
    acts = look.ask(operations.acts, need.id, limit=1000).items
    return [told(look, act, names) for act in acts if act.leaf_index > seen]


def _alike(look: Look) -> list[SimilarShape] | None:
    """Give the needs that resemble what is being written; None while too little is written to say."""
    text = "\n".join(part for part in (look.given.get("title").strip(), look.given.get("text").strip()) if part)
    if len(text) < SHORTEST:
        return None
    try:
        asked = SimilarQuestion(text=text, need_id=look.given.get("need_id") or None)
        return look.ask(operations.similar, asked).items
    except ValueError:  # pydantic's: a text too long to be one
        return None


def _editor(
    look: Look,
    given: Given,
    need: NeedShape | None = None,
    *,
    fault: Fault | None = None,
    alike: list[SimilarShape] | None = None,
    seen: int | None = None,
    differing: list[Differing] | None = None,
    since: list[Told] | None = None,
    open_field: str = "",
) -> Response:
    """Show the form of a need, new or known."""
    newest = need.touched if need is not None and seen is None else seen
    values: dict[str, Any] = {"given": given, "fault": fault, "need": need, "alike": alike, "seen": newest}
    more: dict[str, Any] = {
        "differing": differing,
        "since": since or [],
        "looked": look.path == "/behov/liknande",
        "open_field": open_field,
    }
    changed = need is not None and differing is not None and (need.leaf_index or 0) > (look.at.seen_entry or 0)
    status = fault.status if fault else 200
    return look.show("needs/editor.html", status, part="needs/_similar.html", **values, **more, changed=changed)
