"""Proposed profiles: what they say, how they are read, and what a coordinator rules about them with reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import Response

from matcha.api.access import COORDINATORS
from matcha.api.routes import profiles as registered
from matcha.api.routes import proposals as operations
from matcha.api.shapes.profiles import ProfileShape, ProposalShape
from matcha.callers import AccountRole
from matcha.errors import NotFound
from matcha.process import Ruling
from matcha.records import RulingForm
from matcha.service.previewing import Sketch
from matcha.values import ActorKind, Language, ProfileKind
from matcha.web.filling import Fault
from matcha.web.look import Look, Looking
from matcha.web.names import actor_name
from matcha.web.router import Routes
from matcha.web.routes.supplier import SUPPLIERS, Number, own_id
from matcha.web.routes.supplier_writing import previewed

routes = Routes()
SHOWN = 20
OWNERS = COORDINATORS | SUPPLIERS


@dataclass(frozen=True)
class Line:
    """A proposal in a list."""

    proposal: ProposalShape
    title: str
    name: str


@routes.page("/forslag", OWNERS)
def proposals(look: Looking, lage: str = "", cursor: str | None = None) -> Response:
    """Show proposed profiles: all for coordinators, its own for a supplier; those that await review unless others."""
    reviewing = look.caller.is_any(AccountRole.COORDINATOR)
    ruling = Ruling(lage) if lage in set(Ruling) else Ruling.AWAITING if reviewing and lage != "alla" else None
    found = look.ask(operations.proposals, ruling=ruling, limit=SHOWN, cursor=cursor)
    return look.show(
        "supplier/proposals.html",
        lines=[_line(look, one) for one in found.items],
        following=found.next,
        ruling=ruling,
        rulings=list(Ruling),
        reviewing=reviewing,
    )


@routes.page("/forslag/{number}", OWNERS)
def proposal(look: Looking, number: Number) -> Response:
    """Show a proposed profile, how it would be read, and what holds now."""
    return _proposal(look, number)


@routes.form("/forslag/{number}", OWNERS)
def rule(look: Looking, number: Number) -> Response:
    """Accept a proposal, return it with reasons, or take back one's own."""

    def do() -> Response:
        done = look.ask(operations.rule, number, look.fill(RulingForm))
        said = {
            Ruling.ACCEPTED: look.words.gettext("Förslaget är godkänt. Profilen deltar nu i matchningar."),
            Ruling.RETURNED: look.words.gettext("Förslaget är returnerat med dina skäl."),
            Ruling.TAKEN_BACK: look.words.gettext("Förslaget är återtaget."),
        }
        return look.go(f"/forslag/{number}", said[ProposalShape.model_validate(done).ruling])

    return look.take(do, lambda fault: _proposal(look, number, fault))


def _proposal(look: Look, number: int, fault: Fault | None = None) -> Response:
    found = look.ask(operations.proposal, number)
    profile, actor = found.content.get("profile"), found.content.get("actor")
    preview, unreadable = previewed(look, _sketch(profile, actor)) if profile else (None, "")
    mine = found.actor_id == own_id(look) and found.by == look.caller.account_id
    waits = found.ruling is Ruling.AWAITING
    return look.show(
        "supplier/proposal.html",
        fault.status if fault else 200,
        fault=fault,
        found=found,
        profile=profile,
        kind=ProfileKind(profile["kind"]) if profile else None,
        actor=actor,
        actor_kind=ActorKind(actor["kind"]) if actor else None,
        name=actor["name"] if actor else actor_name(look, found.actor_id),
        now=_registered(look, found.profile_id),
        preview=preview,
        unreadable=unreadable,
        still=profile["text"] if profile else "",
        mine=mine,
        may_rule=waits and look.caller.is_any(AccountRole.COORDINATOR) and found.by != look.caller.account_id,
        may_take_back=waits and (mine or look.caller.is_any(AccountRole.COORDINATOR)),
        own=found.actor_id == own_id(look),
    )


def _sketch(profile: dict[str, Any], actor: dict[str, Any] | None) -> Sketch:
    return Sketch(
        title=profile["title"],
        text=profile["text"],
        language=Language(profile["language"]) if profile["language"] else None,
        actor_id=profile["actor_id"],
        profile_id=profile["id"],
        name=actor["name"] if actor else "",
        number=(actor["org_number"] or "") if actor else "",
    )


def _line(look: Look, one: ProposalShape) -> Line:
    actor = one.content.get("actor")
    title = one.content["profile"]["title"] if one.content else look.words.gettext("Utgallrat")
    return Line(one, title, actor["name"] if actor else actor_name(look, one.actor_id))


def _registered(look: Look, profile_id: str) -> ProfileShape | None:
    """Give the profile as it holds now, or None for a new one."""
    try:
        return look.ask(registered.profile, profile_id)
    except NotFound:
        return None
