"""A small app with the edge around it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response, UploadFile
from fastapi.testclient import TestClient
from pydantic import BaseModel

from matcha.api import edge
from matcha.api.edge import Edge, Kind, Metrics, Plan
from matcha.api.routes.health import Check, health_router
from matcha.store.rates import Rate, Rates

SLOWLY = 1e-3  # a second: nothing comes back while a test runs


class Note(BaseModel):
    text: str


def small_app() -> FastAPI:
    app, inner, outer = FastAPI(), APIRouter(prefix="/needs"), APIRouter(prefix="/v1")

    @inner.get("/{id}")
    def need(id: str, request: Request) -> dict[str, str]:
        _, _, key = request.headers.get("authorization", "").partition(" good-")
        request.state.account = f"account-{key}" if key else None
        return {"id": id}

    @inner.post("")
    def note(given: Note) -> dict[str, int]:
        return {"length": len(given.text)}

    @inner.post("/{id}/attachments")
    async def attach(id: str, file: UploadFile) -> dict[str, int]:
        return {"size": len(await file.read())}

    @outer.put("/stream")
    async def stream(request: Request) -> dict[str, int]:
        return {"size": sum([len(piece) async for piece in request.stream()])}

    @outer.post("/session")
    def sign_in(request: Request, account: str) -> None:
        request.app.state.limit_sign_in(request, account)

    @outer.get("/fails")
    def fails(name: str = "") -> None:
        raise ValueError(f"{name} is not to be told")

    @outer.get("/page")
    def page() -> Response:
        own = {"content-security-policy": "default-src 'self'", "cache-control": "max-age=60"}
        return Response("<p>", media_type="text/html", headers=own)

    outer.include_router(inner)
    app.include_router(outer)
    return app


def wrapped(
    *, rates: Rates | None = None, metrics: Metrics | None = None, plan: Plan | None = None, **given: Any
) -> FastAPI:
    app = small_app()
    edge.wrap(app, Edge(plan=plan or Plan(), **given), rates or Rates.in_memory(), metrics or Metrics())
    return app


def client(app: FastAPI, base: str = "http://testserver") -> TestClient:
    return TestClient(app, base, raise_server_exceptions=False)


@contextmanager
def writing() -> Iterator[io.StringIO]:
    """Give what is logged meanwhile, as `configure_logging` writes it."""
    loggers = [logging.getLogger(name) for name in ("matcha", "uvicorn.error")]
    before = [(logger.handlers, logger.propagate, logger.level) for logger in loggers]
    stream = io.StringIO()
    edge.configure_logging(stream)
    yield stream
    for logger, (own, propagate, level) in zip(loggers, before, strict=True):
        logger.handlers, logger.propagate = own, propagate
        logger.setLevel(level)


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def assert_problem(answer: Any, status: int) -> dict[str, Any]:
    told: dict[str, Any] = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert told.keys() >= {"type", "title", "status", "detail", "sv", "en", "request_id"}
    assert (told["status"], told["detail"]) == (status, told["en"])
    assert told["sv"] != told["en"]
    assert answer.headers["x-request-id"] == told["request_id"]
    return told


def with_health(app: FastAPI, metrics: Metrics, *checks: Check) -> FastAPI:
    app.include_router(health_router(checks, metrics.registry))
    return app


def rated(**rates: Rate) -> Plan:
    return Plan(rates={**edge.RATES, **{Kind(name): rate for name, rate in rates.items()}})


def pieces(content: bytes, size: int = 10_000) -> Iterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]
