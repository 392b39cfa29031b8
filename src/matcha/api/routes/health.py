"""Whether the process is up, whether it can answer, and what it has counted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from matcha.api.edge.problems import Problem
from matcha.errors import MatchaError

VERSION = version("matcha")
_LOGGER = logging.getLogger("matcha.ready")


@dataclass(frozen=True, slots=True)
class Check:
    """Something matcha stands on. `holds` raises a MatchaError when it does not; `sv` and `en` say what then."""

    name: str
    holds: Callable[[], object]
    sv: str
    en: str


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"
    version: str = Field(description="matcha's version.", examples=["0.1.0"])


class Ready(BaseModel):
    """All that matcha stands on answers."""

    status: Literal["ready"] = "ready"
    checks: list[str] = Field(description="What was tried.", examples=[["database", "index", "model"]])


def health_router(checks: Sequence[Check], registry: CollectorRegistry) -> APIRouter:
    """Give the routes /v1/health, /v1/ready and /metrics. Who may see the last is decided elsewhere."""
    router = APIRouter(tags=["health"])
    unready: dict[int | str, dict[str, Any]] = {
        503: {"description": "Something is missing.", "content": {"application/problem+json": {}}}
    }

    @router.get("/v1/health", operation_id="get_health", summary="Whether the process is up")
    async def health() -> Health:
        """Tell that the process is up. Nothing is tried."""
        return Health(version=VERSION)

    @router.get(
        "/v1/ready",
        operation_id="get_readiness",
        summary="Whether requests can be answered",
        response_model=Ready,
        responses=unready,
    )
    def ready(request: Request) -> Ready | JSONResponse:
        """Try the database, the index and the model: whether requests can be answered now."""
        missing = [check for check in checks if not _holds(check)]
        if not missing:
            return Ready(checks=[check.name for check in checks])
        content = _unready(missing).content(getattr(request.state, "request_id", None))
        return JSONResponse(content, 503, media_type="application/problem+json")

    @router.get(
        "/metrics",
        operation_id="get_metrics",
        summary="What this process has counted",
        response_class=Response,
        responses={200: {"content": {"text/plain": {}}}},
    )
    def metrics() -> Response:
        """Give what this process has counted, for Prometheus. Each worker answers for itself."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router


def _holds(check: Check) -> bool:
    try:
        check.holds()
    except MatchaError:
        _LOGGER.warning("not ready: %s", check.name)
        return False
    return True


def _unready(missing: Sequence[Check]) -> Problem:
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        " ".join(check.sv for check in missing),
        " ".join(check.en for check in missing),
        members={"missing": [check.name for check in missing]},
    )
