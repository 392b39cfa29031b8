"""`/v1/feeds/needs.atom`: the public needs, the newest first, for feed readers (RFC 4287)."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from matcha.api.address import base_url
from matcha.api.at import Asked
from matcha.interchange.feeds import atom
from matcha.needs import care
from matcha.service.announcing import published
from matcha.store import queries

router = APIRouter(prefix="/v1", tags=["feeds"])
MEDIA_TYPE = "application/atom+xml"
_SHOWN: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}, "description": "The feed."},
    304: {"description": "It has not changed since the one with that ETag."},
}


@router.get(
    "/feeds/needs.atom",
    operation_id="feed_needs",
    summary="Needs, as an Atom feed",
    response_class=Response,
    responses=_SHOWN,
)
def needs(
    request: Request,
    at: Asked,
    q: Annotated[str | None, Query(max_length=300, description="Words that all occur in title or text.")] = None,
    care_setting: Annotated[str | None, Query(max_length=300, description="Only needs of this care setting.")] = None,
) -> Response:
    """The needs that are public, at most 200, the last changed first. It is the same for everybody."""
    asked = {name: value for name, value in (("q", q), ("care_setting", care_setting)) if value}
    with at.matcha.logbook.store.reading() as session:
        identity = queries.identity(session).id
        found = [need for need in published(session) if need.has(q)]
    if care_setting:
        found = [need for need in found if care.is_of(need.care_setting, care_setting)]
    content = atom(found, f"{base_url(request)}/", identity, urlencode(asked))
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "public, max-age=300"}
    if _known(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


def _known(given: str | None, tag: str) -> bool:
    """Whether the caller has it already (RFC 9110, 13.1.2: weak comparison)."""
    tags = [one.strip().removeprefix("W/") for one in (given or "").split(",")]
    return "*" in tags or tag in tags
