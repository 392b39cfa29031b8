"""`/v1/neutrality`: whether it matters who somebody is, tried with what is registered, for everybody to read."""

from __future__ import annotations

from fastapi import APIRouter, Response

from matcha.api.at import Asked
from matcha.api.routes.jobs import started
from matcha.api.shapes.jobs import JobShape, NeutralityRequest, ReportShape
from matcha.service.jobs import Jobs

router = APIRouter(prefix="/v1", tags=["neutrality"])


@router.post("/neutrality", operation_id="try_neutrality", summary="Make a neutrality report", status_code=202)
def make(asked: NeutralityRequest, at: Asked, response: Response) -> JobShape:
    """Start a job that tries whether names, places, order, size and the like change the ranking.

    `Location` says where to see how it goes. 409 while another report is being made.
    """
    return started(at, response, lambda: Jobs(at.matcha).ask_neutrality(asked.k, asked.sample, at.caller))


@router.get("/neutrality", operation_id="get_neutrality", summary="The newest neutrality report")
def report(at: Asked) -> ReportShape:
    """The report made last, with its figures. 404 before the first.

    Where people chose otherwise than the ranking is shown to staff only: it names needs that may be unpublished.
    """
    found = dict(Jobs(at.matcha).newest_report())
    if not at.staff:
        found["overrides"] = None
    return ReportShape.model_validate(found)
