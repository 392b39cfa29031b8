"""Screening (S6, S7): criteria weighted in the open, needs scored with reasons, and the order that follows."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from matcha.api.at import Asked
from matcha.api.routes.needs import NeedId, acted
from matcha.api.shapes.needs import (
    ActShape,
    IntervalShape,
    PlaceShape,
    ScreeningShape,
    Sentence,
    WeightingShape,
)
from matcha.needs import screening as screened
from matcha.process import ActKind, State
from matcha.records import Weighting, WeightingForm
from matcha.records.act import (
    ScreeningForm,
)

router = APIRouter(prefix="/v1", tags=["screening"])


@router.get(
    "/weightings",
    operation_id="list_weightings",
    summary="How much each criterion counts",
)
def weightings(at: Asked) -> list[WeightingShape]:
    """Every published weighting, the first one first; the newest holds (R3)."""
    return [_weighting(row) for row in at.matcha.weightings()]


@router.post("/weightings", operation_id="publish_weighting", summary="Publish a weighting", status_code=201)
def publish(form: WeightingForm, at: Asked) -> WeightingShape:
    """Publish how much each criterion counts, before it is used. All five weights, in percent, sum to 100."""
    return WeightingShape.model_validate(at.once(lambda: at.matcha.publish_weighting(form, at.caller), _weighting))


def _weighting(row: Weighting) -> WeightingShape:
    return WeightingShape.model_validate(row)


@router.post("/needs/{id}/scores", operation_id="score_need", summary="Score a need", status_code=201)
def score(id: NeedId, form: ScreeningForm, at: Asked) -> ActShape:
    """Score a need by one criterion, 1 to 5, with the reason in writing. The newest score of each holds (S7)."""
    return acted(at, id, ActKind.SCREENING, form)


@router.get(
    "/screening",
    operation_id="get_screening",
    summary="Needs in order of the weighting",
)
def screening(
    at: Asked, state: Annotated[list[State] | None, Query(description="Only needs in these states.")] = None
) -> ScreeningShape:
    """The order by the newest weighting, and how much it depends on the weights: 10,626 others are tried."""
    found = at.matcha.screened(state or ())
    placed = [place.need_id for place in found.order.places]
    titles = {need.id: need.title for need in at.matcha.needs_called(placed)}
    tried = found.sensitivity
    standings = {standing.need_id: standing for standing in tried.standings} if tried else {}
    places = []
    for place in found.order.places:
        assert tried is not None
        standing = standings[place.need_id]
        sv, en = screened.told_of(standing, tried.weightings)
        shares = {name: getattr(standing, name) for name in ("best", "worst", "first", "kept")}
        told = {"need_id": place.need_id, "rank": place.rank, "value": place.value, "title": titles[place.need_id]}
        places.append(PlaceShape(**told, **shares, sv=sv, en=en))
    return ScreeningShape(
        weighting=_weighting(found.weighting),
        places=places,
        incomplete=list(found.order.incomplete),
        weightings=tried.weightings if tried else 0,
        intervals=[
            IntervalShape(criterion=i.criterion, weight=i.weight, low=str(i.low), high=str(i.high))
            for i in (tried.intervals if tried else ())
        ],
        told=[Sentence(sv=sv, en=en) for sv, en in (screened.told(tried) if tried else ())],
    )
