"""The API over a copy of the town, made anew for whoever asks for one; no limits on rates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlmodel import SQLModel

from matcha import Matcha
from matcha.api import create_app
from matcha.api.edge import Kind, Plan
from matcha.store.rates import Rate
from tests.asking import Ask, Operation, asks
from tests.people import HOST
from tests.town import Town

UNLIMITED = Plan(rates=dict.fromkeys(Kind, Rate(10**6, 10**6)))
BY_SESSION = frozenset({("POST", "/v1/keys")})  # what no key may do
ELSEWHERE = frozenset(
    {("GET", "/v1/session/oidc"), ("GET", "/v1/session/oidc/callback")}
)  # no provider: tests.test_oidc


@cache
def town() -> Town:
    """Give the town, built once in a process. Never write in it: `fresh` gives copies."""
    return Town.built()


@cache
def app() -> FastAPI:
    """Give the app, built once in a process."""
    return create_app(town().copied(), plan=UNLIMITED)


@cache
def document() -> dict[str, Any]:
    """Give the app's OpenAPI document."""
    return json.loads(json.dumps(app().openapi()))  # type: ignore[no-any-return]


@cache
def client() -> TestClient:
    """Give a client of the app; what the app fails with is answered as it is in operation."""
    return TestClient(app(), HOST, raise_server_exceptions=False, follow_redirects=False)


def fresh() -> Matcha:
    """Put a new copy of the town behind the app, and give it."""
    app().state.matcha = town().copied()
    return app().state.matcha  # type: ignore[no-any-return]


def known(operation: Operation) -> Ask:
    """Give the good request of an operation."""
    return asks(town()).get(operation, Ask())


def send(operation: Operation, who: str | None, ask: Ask | None = None, once: str | None = None) -> Any:
    """Send an operation's good request, or another, as somebody (None: the public); `once` is an idempotency key."""
    method, template = operation
    asked = ask or known(operation)
    by_cookie = who is not None and operation in BY_SESSION
    shown: Mapping[str, str] = town().cookie(str(who)) if by_cookie else town().headers(who)
    client().cookies.clear()
    return client().request(
        method,
        template.format(**asked.path),
        params=dict(asked.query),
        json=asked.json,
        data=dict(asked.data) or None,
        files={"file": asked.file} if asked.file else None,
        headers={**shown, **({} if once is None else {"Idempotency-Key": once})},
    )


def contents(matcha: Matcha) -> dict[str, list[tuple[Any, ...]]]:
    """Give every row of every table but when a key or session was last seen."""
    with matcha._store.reading() as session:
        tables = SQLModel.metadata.sorted_tables
        kept = {table.name: [c for c in table.columns if c.name not in ("last_used", "seen")] for table in tables}
        return {name: [tuple(row) for row in session.execute(select(*columns))] for name, columns in kept.items()}
