"""`/v1/requests`: what people ask of those who run matcha about erasure, accessibility and privacy."""

from __future__ import annotations

from fastapi import APIRouter

from matcha.api.at import Asked
from matcha.api.paging import Cursor, Limit, Page, by_number, page
from matcha.api.routes.needs import Number
from matcha.api.shapes.requests import ReceivedShape, RequestShape
from matcha.records.request import Request, RequestForm, SettlementForm

router = APIRouter(prefix="/v1", tags=["requests"])


@router.post("/requests", operation_id="ask_operator", summary="Ask those who run matcha", status_code=201)
def ask(form: RequestForm, at: Asked) -> ReceivedShape:
    """Ask that something be erased or made accessible, or what is known of you. It is kept until it is settled."""
    found: ReceivedShape = at.once(lambda: at.matcha.ask_operator(form, at.caller), _received)
    return found


@router.get("/requests", operation_id="list_requests", summary="What has been asked")
def requests(at: Asked, limit: Limit = 100, cursor: Cursor = None) -> Page[RequestShape]:
    """What has been asked, in the order in which it came, settled or not."""
    items, following = page(at.matcha.requests(), lambda one: by_number(one.id), limit, cursor)
    return Page[RequestShape](items=[RequestShape.model_validate(one) for one in items], next=following)


@router.post(
    "/requests/{number}/settlement", operation_id="settle_request", summary="Say what was done", status_code=201
)
def settle(number: Number, form: SettlementForm, at: Asked) -> ReceivedShape:
    """Say what was done about a request. What was written in it is deleted; what was done is kept."""
    found: ReceivedShape = at.once(lambda: at.matcha.settle_request(number, form.outcome, at.caller), _received)
    return found


def _received(row: Request) -> ReceivedShape:
    """Give what may be kept of a request for an idempotency key: nothing that was written in it."""
    return ReceivedShape.model_validate(row)
