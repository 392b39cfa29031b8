"""Asking: who could meet this? How a need is read and what resembles it are shown while it is written, unlogged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Response

from matcha.api.access import STAFF
from matcha.api.routes import matching, needs
from matcha.api.routes.needs import SimilarQuestion
from matcha.api.shapes.matches import MatchRequest
from matcha.api.shapes.needs import NeedShape
from matcha.errors import MatchaError
from matcha.records.fields import Id
from matcha.records.need import Purpose
from matcha.text import sentences
from matcha.text.language import detect
from matcha.values import ActorKind
from matcha.web.filling import Fault, FieldFault, Unfilled
from matcha.web.look import Look, Looking
from matcha.web.router import Routes

routes = Routes()
_ENOUGH = 12  # characters: of less nothing is told
_SHOWN = 12  # sentences
USUAL = 10  # actors
NOTHING: Mapping[str, Any] = {"language_read": None, "sentences": (), "more": 0, "similar": (), "unread": ""}
_OPTIONS = ("k", "kind", "reason", "purpose")


@routes.page("/sok", STAFF)
def search_page(look: Looking, behov: Id | None = None, text: str = "") -> Response:
    """Show the box; with `behov` the registered need that is asked about."""
    need = None if behov is None else look.ask(needs.need, behov)
    return _page(look, need, text=text[:10_000])


@routes.form("/sok", STAFF)
def search(look: Looking) -> Response:
    """Ask everyone registered, log it, and show the answer."""
    need_id = look.given.get("need_id")

    def do() -> Response:
        found: Any = look.ask(matching.matches, _asked(look))  # as JSON has it: what is told once is kept so
        return look.go(f"/svar/{found['leaf_index']}")

    def again(fault: Fault) -> Response:
        need = look.ask(needs.need, need_id) if need_id else None
        return _page(look, need, fault)

    return look.take(do, again)


@routes.form("/sok/medan", STAFF)
def meanwhile(look: Looking) -> Response:
    """Tell how a need is read and which registered needs resemble it, while it is written. Nothing is logged."""
    text = look.given.get("text").strip()
    try:
        told = _told(look, text) if len(text) >= _ENOUGH else NOTHING
    except MatchaError as error:
        told = {**NOTHING, "unread": error.sv if look.language == "sv" else error.en}
    return look.show("coordinator/_meanwhile.html", **told)


def _told(look: Look, text: str) -> Mapping[str, Any]:
    language = detect(text)
    found = sentences.sentences(text, language)
    similar = look.ask(needs.similar, SimilarQuestion(text=text, k=4)).items
    more = max(0, len(found) - _SHOWN)
    said = {"language_read": language, "sentences": found[:_SHOWN], "more": more, "similar": similar}
    return {**NOTHING, **said}


def _asked(look: Look) -> MatchRequest:
    """Make the question. One kind of actor is asked for with a reason, or all are. Raises Unfilled."""
    if look.given.get("need_id"):
        asked = look.fill(MatchRequest, text=None)
    elif look.given.get("text").strip():
        asked = look.fill(MatchRequest, need_id=None)
    else:
        raise _missing("text", "skriv vad som behövs", "write what is needed")
    if asked.kind is None:
        return asked.model_copy(update={"reason": None})
    if asked.reason is None:
        raise _missing("reason", "behövs för ett urval; det loggas", "is needed for a choice; it is logged")
    return asked


def _missing(name: str, sv: str, en: str) -> Unfilled:
    return Unfilled((FieldFault(name, sv, en),))


def _page(look: Look, need: NeedShape | None, fault: Fault | None = None, text: str = "") -> Response:
    start = {"k": USUAL, "text": text, "purpose": need.purpose if need else Purpose.PREPARING}
    given = look.with_start(start)
    chosen = any(given.get(name) for name in ("kind", "reason")) or given.get("k") not in ("", str(USUAL))
    wrong = fault is not None and any(one.name in _OPTIONS for one in fault.fields)
    return look.show(
        "coordinator/search.html",
        fault.status if fault else 200,
        fault=fault,
        given=given,
        need=need,
        kinds=list(ActorKind),
        purposes=list(Purpose),
        unfolded=chosen or wrong,
        **NOTHING,
    )
