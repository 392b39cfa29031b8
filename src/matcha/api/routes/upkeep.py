"""`/v1/exports`, `/v1/erasures`: needs as files, and lawful erasure."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from matcha.api.at import Asked
from matcha.api.shapes.common import Shape
from matcha.api.views import need_shape, visible
from matcha.interchange.exporting import table
from matcha.records import ErasureForm
from matcha.records.batch import Noun
from matcha.records.erasure import Erased, Ground
from matcha.records.fields import Id, Line
from matcha.service.entries import ERASED
from matcha.service.rules import who

router = APIRouter(prefix="/v1", tags=["upkeep"])


class Format(StrEnum):
    """What kind of file."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


_TYPES = {
    Format.CSV: "text/csv",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSON: "application/json",
}


class ErasureRequest(BaseModel):
    """What is erased, on which ground, by which decision."""

    model_config = ConfigDict(extra="forbid")

    what: Erased
    id: Id
    ground: Ground
    reference: Line


class ErasureShape(Shape):
    """That something was erased."""

    leaf_index: int


@router.get(
    "/exports/needs",
    operation_id="export_needs",
    summary="Needs as a file",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in _TYPES.values()}, "description": "The file."}},
)
def export_needs(
    at: Asked, format: Annotated[Format, Query(description="What kind of file.")] = Format.CSV
) -> Response:
    """All needs that the caller may see, secret fields masked for all but staff (R14). No cell is a formula."""
    shown = [need_shape(need, at) for need in at.matcha.needs() if need.title != ERASED and visible(need, at)]
    rows = [shape.model_dump(mode="json") for shape in shown]
    content = table(f".{format}", Noun.NEEDS, rows)
    headers = {"Content-Disposition": f'attachment; filename="behov.{format}"'}
    return Response(content, media_type=_TYPES[format], headers=headers)


@router.post("/erasures", operation_id="erase", summary="Erase lawfully", status_code=201)
def erase(asked: ErasureRequest, at: Asked) -> ErasureShape:
    """Erase an actor, a profile, a need or a match on a recorded ground (R16, R18). All proofs hold after it."""
    form = ErasureForm(**asked.model_dump(), user=who(at.caller))
    with at.costly():
        leaf = at.once(lambda: at.matcha.erase(form), lambda leaf: {"leaf_index": leaf})
    return ErasureShape.model_validate(leaf)
