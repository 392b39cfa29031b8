"""The dialogue about a need, and who was involved in it before any procurement."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fastapi import Response

from matcha.api.access import PARTIES, READERS
from matcha.api.routes import dialogue as operations
from matcha.api.routes import needs
from matcha.api.routes.needs import NeedId
from matcha.api.shapes.needs import ActShape, DialogueShape
from matcha.process import ActKind
from matcha.web.look import Look, Looking
from matcha.web.names import actors, people
from matcha.web.router import Routes
from matcha.web.routes.needs_names import participants

routes = Routes()
_INSIDE = [ActKind.MEETING, ActKind.INTEREST, ActKind.DECLARATION]


@routes.page("/behov/{id}/dialog", PARTIES)
def dialogue(look: Looking, id: NeedId) -> Response:
    """Show threads, questions and answers; to staff also meetings, who takes part, and that all know the same."""
    need = look.ask(needs.need, id)
    talk, contacts = look.ask(operations.dialogue, id), look.ask(operations.contacts, id)
    events = {act.id: _event(act.content) for act in look.matcha.acts(id, ActKind.EVENT) if act.content}
    answered = {one.answers for one in talk.contributions if one.answers}
    open_ones = [one for one in talk.contributions if one.kind is ActKind.QUESTION and one.id not in answered]
    values: dict[str, Any] = {"need": need, "talk": talk, "contacts": contacts, "events": events}
    inside = _inside(look, id, talk) if look.at.staff else _own(look, id)
    may = {op.__name__: look.may(op) for op in _DOINGS}
    return look.show("needs/dialogue.html", **values, **inside, may=may, unanswered=[one.id for one in open_ones])


def _event(content: dict[str, Any]) -> dict[str, Any]:
    return {**content, "starts": datetime.fromisoformat(content["starts"])}


_DOINGS = (
    operations.interest,
    operations.question,
    operations.answer,
    operations.post,
    operations.meeting,
    operations.event,
    operations.contact,
    operations.declaration,
)


def _inside(look: Look, id: str, talk: DialogueShape) -> dict[str, Any]:
    """Give what only the authority's people see."""
    acts = look.ask(needs.acts, id, kind=_INSIDE, limit=1000).items
    of = {kind: [act for act in acts if act.kind is kind and act.content] for kind in _INSIDE}
    taking_part = participants(look, id)
    met = [actor for act in of[ActKind.MEETING] for actor in act.content["actor_ids"]]
    speaking = [one.actor_id for one in talk.contributions]
    contacted = [one.actor_id for one in look.ask(operations.contacts, id)]
    names = {**actors(look, {*met, *speaking, *contacted} - taking_part.keys()), **taking_part}
    declared = {act.by: act for act in of[ActKind.DECLARATION]}
    return {
        "participants": taking_part,
        "reasons": _reasons(of[ActKind.INTEREST]),
        "names": names,
        "people": people(look),
        "meetings": of[ActKind.MEETING],
        "held": {act.id: date.fromisoformat(act.content["held"]) for act in of[ActKind.MEETING]},
        "declared": list(declared.values()),
        "takes_part": True,
    }


def _reasons(interests: list[ActShape]) -> dict[str, str]:
    """Give why each actor is interested."""
    return {act.actor_id: act.content.get("text") or "" for act in interests if act.actor_id}


def _own(look: Look, id: str) -> dict[str, Any]:
    """Give what a supplier sees of who takes part: whether its own actor does."""
    mine = look.caller.actor_id
    interested = {act.actor_id for act in look.matcha.acts(id, ActKind.INTEREST)}
    newest = {one.actor_id: one.choice for one in look.matcha.decisions() if one.need_id == id}
    takes_part = mine in interested or newest.get(mine or "") == "invited"
    nobody: dict[str, Any] = {
        "participants": {},
        "reasons": {},
        "names": {},
        "people": {},
        "meetings": [],
        "held": {},
        "declared": [],
    }
    return {**nobody, "takes_part": takes_part, "interested": mine in interested}


@routes.page("/behov/{id}/underlag", READERS)
def dossier(look: Looking, id: NeedId) -> Response:
    """Show prior involvement (R9): who met, asked or was told what, when and through whom."""
    need, found = look.ask(needs.need, id), look.ask(operations.dossier, id)
    leaves = {act.id: act.leaf_index for act in look.matcha.acts(id)}
    names = actors(look, [one.actor_id for one in found.items])
    values: dict[str, Any] = {"items": found.items, "leaves": leaves, "names": names, "people": people(look)}
    return look.show("needs/dossier.html", need=need, **values, now=look.matcha.now())
