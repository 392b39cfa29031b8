"""The HTTP API. Version 1 so far: ask for matches, look at needs and actors."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from matcha.api import failure
from matcha.interchange import answer_json, record_json
from matcha.records.need import Purpose
from matcha.service import Matcha
from matcha.text.canonical import LONGEST
from matcha.values import ActorKind, Language

LARGEST_BODY = 8 * LONGEST  # bytes; a text of LONGEST characters fits however it is escaped or encoded
router = APIRouter(prefix="/v1")


class MatchRequest(BaseModel):
    """A question: a need in words, or the id of one."""

    model_config = ConfigDict(extra="forbid")

    text: str | None = Field(default=None, description="The need in words.")
    need_id: str | None = Field(default=None, description="The id of a registered need, instead of a text.")
    k: int = Field(default=10, description="How many actors, 1 to 1000.")
    kind: ActorKind | None = Field(default=None, description="Only actors of this kind.")
    language: Language | None = Field(default=None, description="Language of the text; detected unless given.")
    purpose: Purpose | None = Field(default=None, description="What it is for: the need's own purpose, or preparing.")


def create_app(matcha: Matcha) -> FastAPI:
    """Give the API over one service."""
    app = FastAPI(title="matcha", version=version("matcha"), docs_url=None, redoc_url=None)
    app.state.matcha = matcha
    app.include_router(router)
    failure.install(app)

    @app.middleware("http")
    async def _refuse_large(request: Request, call_next: Any) -> Any:
        length = request.headers.get("content-length", "")
        if request.method == "POST" and (not length.isdigit() or int(length) > LARGEST_BODY):
            return JSONResponse(failure.TOO_LARGE, status_code=413)
        return await call_next(request)

    return app


def _matcha(request: Request) -> Matcha:
    matcha: Matcha = request.app.state.matcha
    return matcha


Service = Annotated[Matcha, Depends(_matcha)]


@router.post("/matches")
def matches(asked: MatchRequest, matcha: Service) -> dict[str, Any]:
    """Rank the actors that could meet a need, each with its evidence."""
    return answer_json(
        matcha.match(
            asked.text,
            need_id=asked.need_id,
            k=asked.k,
            kind=asked.kind,
            language=asked.language,
            purpose=asked.purpose,
        )
    )


@router.get("/needs")
def needs(matcha: Service) -> list[dict[str, Any]]:
    """All needs, by id."""
    return [record_json(need) for need in matcha.needs()]


@router.get("/needs/{id}")
def need(id: str, matcha: Service) -> dict[str, Any]:
    """One need."""
    return record_json(matcha.need(id))


@router.get("/actors")
def actors(matcha: Service) -> list[dict[str, Any]]:
    """All actors, by id."""
    return [record_json(actor) for actor in matcha.actors()]


@router.get("/actors/{id}")
def actor(id: str, matcha: Service) -> dict[str, Any]:
    """One actor."""
    return record_json(matcha.actor(id))
