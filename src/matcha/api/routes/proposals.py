"""What suppliers and researchers submit and what is ruled about it; files taken in; subscriptions."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Query, UploadFile

from matcha.api.at import Asked
from matcha.api.paging import Cursor, Limit, Page, by_number, page
from matcha.api.routes.needs import Number
from matcha.api.shapes.profiles import (
    CountsShape,
    Imported,
    ProposalRequest,
    ProposalShape,
    SubscriptionShape,
)
from matcha.errors import NotFound
from matcha.interchange import record_json
from matcha.interchange.uploads import read_upload
from matcha.process import Ruling
from matcha.records import RulingForm, SubscriptionForm
from matcha.service.rules import who
from matcha.store.submissions import Plan

router = APIRouter(prefix="/v1", tags=["proposals"])


@router.get(
    "/proposals",
    operation_id="list_proposals",
    summary="Proposed profiles",
)
def proposals(
    at: Asked,
    ruling: Annotated[Ruling | None, Query(description="Only with this ruling.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[ProposalShape]:
    """Proposals in the order in which they came: all for staff, its own for a supplier."""
    found = at.matcha.proposals(None if at.staff else at.caller.actor_id or "-", ruling)
    items, following = page(found, lambda one: by_number(one.id), limit, cursor)
    return Page[ProposalShape](items=[ProposalShape.model_validate(one) for one in items], next=following)


@router.get(
    "/proposals/{number}",
    operation_id="get_proposal",
    summary="A proposed profile",
)
def proposal(number: Number, at: Asked) -> ProposalShape:
    """One proposal, with the reason it was returned with, if it was."""
    found = at.matcha.proposal(number)
    if not at.staff and found.actor_id != at.caller.actor_id:
        raise NotFound(f"Förslaget {number} finns inte.", f"Proposal {number} does not exist.")
    return ProposalShape.model_validate(found)


@router.post("/proposals", operation_id="propose_profile", summary="Submit a profile for review", status_code=201)
def propose(asked: ProposalRequest, at: Asked) -> ProposalShape:
    """Submit a new profile, or a new version of one. A coordinator reviews it; until then the one before holds."""
    found: ProposalShape = at.once(lambda: at.matcha.propose(asked.profile, at.caller, asked.actor), record_json)
    return found


@router.post(
    "/proposals/{number}/rulings",
    operation_id="rule_proposal",
    summary="Accept or return",
    status_code=201,
)
def rule(number: Number, form: RulingForm, at: Asked) -> ProposalShape:
    """Accept a proposal, which takes its profile in, or return it with the reason; its owner may take it back."""
    with at.costly():
        found: ProposalShape = at.once(lambda: at.matcha.rule(number, form, at.caller), record_json)
    return found


@router.post("/imports", operation_id="import_file", summary="Take in a file", status_code=201)
def upload(
    at: Asked, file: Annotated[UploadFile, File(description="JSON, CSV or XLSX, at most 20 MB; all of it or nothing.")]
) -> Imported:
    """Take in actors, contacts, profiles and needs from a file. It is read by a process of its own, with limits."""
    who(at.caller)
    name, content = file.filename or "", file.file.read()
    batch = read_upload(name, content)
    with at.costly():
        found: Imported = at.once(lambda: at.matcha.submit(batch), _imported, name.encode() + b"\n" + content)
    return found


def _imported(plan: Plan) -> dict[str, Any]:
    counts = [
        CountsShape(noun=noun.value, new=one.new, edited=one.edited, unchanged=one.unchanged)
        for noun, one in plan.counts
    ]
    return {"counts": counts}


@router.get(
    "/subscriptions",
    operation_id="list_subscriptions",
    summary="My subscriptions",
)
def subscriptions(at: Asked) -> list[SubscriptionShape]:
    """What the caller wants to hear of."""
    return [SubscriptionShape.model_validate(one) for one in at.matcha.subscriptions(who(at.caller))]


@router.post("/subscriptions", operation_id="subscribe", summary="Hear of new needs", status_code=201)
def subscribe(form: SubscriptionForm, at: Asked) -> SubscriptionShape:
    """Hear of new published needs, all or those with certain words, in the digest that the operator sends."""
    found: SubscriptionShape = at.once(lambda: at.matcha.subscribe(form, at.caller), record_json)
    return found


@router.delete(
    "/subscriptions/{number}",
    operation_id="unsubscribe",
    summary="Hear no more",
)
def unsubscribe(number: Number, at: Asked) -> SubscriptionShape:
    """End a subscription."""
    found: SubscriptionShape = at.once(lambda: at.matcha.unsubscribe(number, at.caller), record_json)
    return found
