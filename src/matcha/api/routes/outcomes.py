"""What comes of a need: solution, use, feedback, effect, the next need; and which profiles are relevant for it."""

from __future__ import annotations

from fastapi import APIRouter

from matcha.api.at import Asked
from matcha.api.routes.needs import NeedId, acted
from matcha.api.shapes.needs import (
    ActShape,
    EdgeShape,
    GraphShape,
    NodeShape,
)
from matcha.api.shapes.outcomes import Outcomes
from matcha.api.views import OPEN, outcomes, seen_need
from matcha.process import ActKind, State
from matcha.records.act import (
    EffectForm,
    FeedbackForm,
    ImplementationForm,
    JudgementForm,
    SolutionForm,
)

router = APIRouter(prefix="/v1", tags=["outcomes"])


@router.post(
    "/needs/{id}/solutions",
    operation_id="record_solution",
    summary="Record the solution",
    status_code=201,
)
def solution(id: NeedId, form: SolutionForm, at: Asked) -> ActShape:
    """Record the solution that was chosen, by a decision outside matcha (S20)."""
    return acted(at, id, ActKind.SOLUTION, form)


@router.post(
    "/needs/{id}/implementations",
    operation_id="record_implementation",
    summary="Record where it is used",
    status_code=201,
)
def implementation(id: NeedId, form: ImplementationForm, at: Asked) -> ActShape:
    """Record where and when a solution was taken into use."""
    return acted(at, id, ActKind.IMPLEMENTATION, form)


@router.post("/needs/{id}/feedback", operation_id="record_feedback", summary="Record feedback", status_code=201)
def feedback(id: NeedId, form: FeedbackForm, at: Asked) -> ActShape:
    """Record what staff or patients say of a solution (S12, S14)."""
    return acted(at, id, ActKind.FEEDBACK, form)


@router.post("/needs/{id}/effects", operation_id="record_effect", summary="Record the effect", status_code=201)
def effect(id: NeedId, form: EffectForm, at: Asked) -> ActShape:
    """Record what was measured, in the unit in which the need was quantified (S2, S12)."""
    return acted(at, id, ActKind.EFFECT, form)


@router.get(
    "/needs/{id}/outcomes",
    operation_id="get_outcomes",
    summary="What came of a need",
)
def get_outcomes(id: NeedId, at: Asked) -> Outcomes:
    """Solutions, where they are used, what people say, and the effect against the quantification."""
    return outcomes(seen_need(at, id), list(at.matcha.acts(id)))


@router.get(
    "/needs/{id}/graph",
    operation_id="get_graph",
    summary="need → solution → effect → need",
)
def graph(id: NeedId, at: Asked) -> GraphShape:
    """What a need comes from and leads to (S12, S13)."""
    seen_need(at, id)
    found = at.matcha.graph(id, tuple(State) if at.staff else OPEN)
    return GraphShape(
        nodes=[NodeShape.model_validate(node) for node in found.nodes],
        edges=[EdgeShape.model_validate(edge) for edge in found.edges],
    )


@router.post("/needs/{id}/judgements", operation_id="judge", summary="Judge relevance", status_code=201)
def judge(id: NeedId, form: JudgementForm, at: Asked) -> ActShape:
    """Judge whether a profile is relevant for a need, by its text alone. It trains nothing by itself."""
    return acted(at, id, ActKind.JUDGEMENT, form)
