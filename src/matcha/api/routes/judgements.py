"""`/v1/judgements`: what coordinators judged relevant, how they are to judge, and all of it as a test collection."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from matcha.api.at import Asked
from matcha.api.paging import Cursor, Limit, Page, by_number, page
from matcha.api.shapes.common import Shape
from matcha.interchange.judgements import INSTRUCTIONS, Judged, collection, zipped
from matcha.records import Act
from matcha.records.fields import Id
from matcha.service.entries import ERASED

router = APIRouter(prefix="/v1", tags=["judgements"])
_ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {"application/zip": {}}, "description": "The collection."}}


class JudgementShape(Shape):
    """What one judge holds of one profile for one need, until they judge it anew."""

    id: int
    need_id: str
    profile_id: str
    relevant: bool
    reason: str | None
    by: str = Field(description="The judge's account, by its random id.")
    made: datetime
    leaf_index: int = Field(description="The judgement's place in the match log.")


class Instructions(Shape):
    """How relevance is judged."""

    sv: str
    en: str


@router.get("/judgements", operation_id="list_judgements", summary="The judgements that stand")
def judgements(
    at: Asked,
    need_id: Annotated[Id | None, Query(description="Only those about this need.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[JudgementShape]:
    """The newest judgement of each judge about each need and profile, in the order in which they were made."""
    found = [act for act in at.matcha.judgements() if need_id in (None, act.need_id)]
    items, following = page(found, lambda act: by_number(act.id), limit, cursor)
    return Page[JudgementShape](items=[_shape(act) for act in items], next=following)


@router.get("/judgements/instructions", operation_id="judging_instructions", summary="How to judge relevance")
def instructions(at: Asked) -> Instructions:
    """What judges go by: the text alone, never price, place, size or name; when in doubt, not relevant."""
    return Instructions(**INSTRUCTIONS)


@router.get(
    "/judgements/export",
    operation_id="export_judgements",
    summary="The judgements as a test collection",
    response_class=Response,
    responses=_ZIP,
)
def export(at: Asked) -> Response:
    """A ZIP file in BEIR form (corpus, queries, qrels): unpack it, and give the folder to `matcha evaluate`.

    Judges are numbered, and what they wrote is left out. The same judgements and texts give the same bytes.
    """
    judged = [
        Judged(act.need_id, act.content["profile_id"], act.by, act.content["relevant"])
        for act in at.matcha.judgements()
    ]
    needs = [need for need in at.matcha.needs() if need.title != ERASED]
    profiles = [current for current in at.matcha.profiles() if current.version.title != ERASED]
    headers = {"Content-Disposition": 'attachment; filename="judgements.zip"'}
    return Response(zipped(collection(judged, needs, profiles)), media_type="application/zip", headers=headers)


def _shape(act: Act) -> JudgementShape:
    told = {name: getattr(act, name) for name in ("id", "need_id", "by", "made", "leaf_index")}
    return JudgementShape(**told, **{name: act.content[name] for name in ("profile_id", "relevant", "reason")})
