"""`/v1/matches`, `/v1/explanations`, `/v1/decisions`: who could meet a need, why, and what people decide."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from matcha.api.at import Asked
from matcha.api.paging import Cursor, Limit, Page, by_number, page
from matcha.api.routes.needs import NeedId
from matcha.api.shapes.matches import (
    AnswerShape,
    DecisionRequest,
    DecisionShape,
    ExplainRequest,
    ExplanationShape,
    InviteList,
    MatchRequest,
)
from matcha.api.views import seen_need
from matcha.errors import Forbidden, Invalid
from matcha.interchange import answer_json, explanation_json, record_json
from matcha.records import DecisionForm
from matcha.records.fields import Id
from matcha.service.rules import who
from matcha.values import Explanation

router = APIRouter(prefix="/v1", tags=["matching"])


@router.post("/matches", operation_id="match", summary="Rank the actors that could meet a need")
def matches(asked: MatchRequest, at: Asked) -> AnswerShape:
    """Rank actors, each with what its score is made of. The answer is in the match log when it is given."""
    if (asked.kind is None) != (asked.reason is None):
        raise Invalid(
            "Ett urval på sorts aktör kräver ett skäl (`reason`), som loggas; utan urval anges inget skäl.",
            "Choosing one kind of actor needs a `reason`, which is logged; without that choice, give none.",
        )
    with at.costly():
        found: AnswerShape = at.once(
            lambda: at.matcha.match(
                asked.text,
                need_id=asked.need_id,
                k=asked.k,
                kind=asked.kind,
                reason=asked.reason,
                language=asked.language,
                purpose=asked.purpose,
                caller=at.caller,
            ),
            answer_json,
        )
    at.request.app.state.metrics.match_answered()
    return found


@router.post("/explanations", operation_id="explain", summary="Why a profile stands where it stands")
def explanations(asked: ExplainRequest, at: Asked) -> ExplanationShape:
    """Explain any profile's place, or with a supplier's account its own: rank, advice and what is missing."""
    if not at.staff:
        current = at.matcha.profile(asked.profile_id)
        if current.actor.id != at.caller.actor_id:
            raise Forbidden("Det är inte din profil.", "It is not your profile.")
    if asked.need_id is not None:
        seen_need(at, asked.need_id)
    with at.costly():
        found: ExplanationShape = at.once(
            lambda: at.matcha.explain(asked.profile_id, asked.text, need_id=asked.need_id, k=asked.k, caller=at.caller),
            _explanation,
        )
    return found


def _explanation(found: Explanation) -> dict[str, Any]:
    return explanation_json(found)


@router.get("/decisions", operation_id="list_decisions", summary="What people decided")
def decisions(
    at: Asked,
    need_id: Annotated[Id | None, Query(description="Only about this need.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[DecisionShape]:
    """Every decision, in order, beside the machine's rank (R13)."""
    found = [one for one in at.matcha.decisions() if need_id in (None, one.need_id)]
    items, following = page(found, lambda one: by_number(one.id), limit, cursor)
    return Page[DecisionShape](items=[DecisionShape.model_validate(one) for one in items], next=following)


@router.post("/decisions", operation_id="decide", summary="Decide about an actor", status_code=201)
def decide(asked: DecisionRequest, at: Asked) -> DecisionShape:
    """Invite, contact or decline an actor for a need. A named person decides, with a reason; nothing else invites."""
    form = DecisionForm(**asked.model_dump(), user=who(at.caller))
    with at.costly():
        found: DecisionShape = at.once(lambda: at.matcha.decide(form, at.caller), record_json)
    return found


@router.post(
    "/needs/{id}/invitation-lists",
    operation_id="close_invitations",
    summary="Close the list of those invited",
    status_code=201,
)
def close(id: NeedId, at: Asked) -> InviteList:
    """Log who is invited to a need as decisions now stand."""
    found = at.once(
        lambda: at.matcha.close_invitations(id, at.caller), lambda leaf: {"need_id": id, "leaf_index": leaf}
    )
    return InviteList.model_validate(found)
