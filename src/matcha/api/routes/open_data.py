"""`/v1/open-data`: the public needs as JSON and CSV, and the catalogue that data portals harvest (R26)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import APIRouter, Response

from matcha.api.address import base_url
from matcha.api.at import Asked, At
from matcha.api.shapes.open_data import OpenNeedShape, OpenNeedsShape
from matcha.config import Settings
from matcha.interchange import open_data, rdf
from matcha.interchange.feeds import PublishedNeed
from matcha.records import Need
from matcha.service.announcing import published
from matcha.store import queries

router = APIRouter(prefix="/v1/open-data", tags=["opendata"])
JSON_LD, RDF_XML, TURTLE = "application/ld+json", "application/rdf+xml", "text/turtle"
COLUMNS = tuple(OpenNeedShape.model_fields)
_MOMENTS = ("created", "changed", "published")
_FRESH = {"Cache-Control": "public, max-age=300"}


def _file(kind: str) -> dict[int | str, dict[str, Any]]:
    written = "object" if kind == JSON_LD else "string"
    return {200: {"content": {kind: {"schema": {"type": written}}}, "description": "The file."}}


@router.get(
    "/needs.json", operation_id="open_needs_json", summary="Open data: needs as JSON", response_model=OpenNeedsShape
)
def needs_json(at: Asked) -> Response:
    """All public needs with the licence and the dates, the same for everybody; secret fields are empty (R14)."""
    publication, rows = _published_rows(at)
    return Response(open_data.needs_json(publication, rows), media_type=open_data.JSON, headers=_FRESH)


@router.get(
    "/needs.csv",
    operation_id="open_needs_csv",
    summary="Open data: needs as CSV",
    response_class=Response,
    responses=_file(open_data.CSV),
)
def needs_csv(at: Asked) -> Response:
    """All public needs, a row each, in UTF-8 with a byte order mark. Secret fields are empty; no cell is a formula.

    `masked` names the secret fields; the parts of a list stand on lines of their own in the cell.
    """
    _, rows = _published_rows(at)
    headers = {**_FRESH, "Content-Disposition": 'attachment; filename="behov.csv"'}
    return Response(open_data.needs_csv(COLUMNS, rows), media_type=open_data.CSV, headers=headers)


@router.get(
    "/catalogue.rdf",
    operation_id="catalogue_rdf",
    summary="Open data: the catalogue as RDF/XML",
    response_class=Response,
    responses=_file(RDF_XML),
)
def catalogue_rdf(at: Asked) -> Response:
    """The catalogue by DCAT-AP-SE, which Sveriges dataportal harvests."""
    return _catalogue(at, rdf.rdf_xml, RDF_XML)


@router.get(
    "/catalogue.jsonld",
    operation_id="catalogue_jsonld",
    summary="Open data: the catalogue as JSON-LD",
    response_class=Response,
    responses=_file(JSON_LD),
)
def catalogue_jsonld(at: Asked) -> Response:
    """The catalogue by DCAT-AP-SE, as JSON-LD."""
    return _catalogue(at, rdf.json_ld, JSON_LD)


@router.get(
    "/catalogue.ttl",
    operation_id="catalogue_turtle",
    summary="Open data: the catalogue as Turtle",
    response_class=Response,
    responses=_file(TURTLE),
)
def catalogue_turtle(at: Asked) -> Response:
    """The catalogue by DCAT-AP-SE, as Turtle."""
    return _catalogue(at, rdf.turtle, TURTLE)


def _catalogue(at: At, write: Callable[[Sequence[rdf.Thing]], bytes], media_type: str) -> Response:
    with at.matcha.logbook.store.reading() as session:
        publication = _publication(at, published(session))
    return Response(write(open_data.catalogue(publication)), media_type=media_type, headers=_FRESH)


def _published_rows(at: At) -> tuple[open_data.Publication, list[dict[str, Any]]]:
    """Give the public needs, by id, as anybody sees them, whoever asks."""
    with at.matcha.logbook.store.reading() as session:
        needs = queries.needs(session)  # held while `published` looks at the same rows, so that they are made once
        told = {need.id: need for need in published(session)}
    base = base_url(at.request)
    rows = [_row(need, told[need.id], base) for need in needs if need.id in told]
    return _publication(at, tuple(told.values())), rows


def _row(need: Need, told: PublishedNeed, base: str) -> dict[str, Any]:
    """Show a need as `need_shape` shows it to anybody, in the form that files have."""
    own: dict[str, Any] = {"uri": open_data.need_uri(base, need.id), "masked": need.secret, "published": told.published}
    row = {name: own[name] if name in own else getattr(need, name) for name in COLUMNS}
    row |= dict.fromkeys(need.secret.keys() & row.keys())
    return row | {name: open_data.moment(row[name]) for name in _MOMENTS}


def _publication(at: At, needs: Sequence[PublishedNeed]) -> open_data.Publication:
    settings: Settings = at.request.app.state.settings
    return open_data.Publication(
        base_url(at.request),
        settings.publisher,
        settings.contact_email,
        min((need.published for need in needs), default=None),
        max((need.updated for need in needs), default=None),
    )
