"""The pages beside the API: one app of their own inside the same edge, with the same service, sessions and limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.types import ASGIApp, Receive, Scope, Send

from matcha.api.app import create_app
from matcha.api.edge import Edge, Plan
from matcha.api.edge.readable import is_api
from matcha.config import Settings
from matcha.service import Matcha
from matcha.store.rates import Rates
from matcha.web import assets, failing
from matcha.web.languages import Languages
from matcha.web.policy import POLICY
from matcha.web.routes import AREAS

_MATCHING = (  # what costs as a match does
    "POST /sok",
    "POST /svar",
    "POST /fragor",
    "POST /min/profil/{id}/rang",
    "POST /loggen/{leaf_index}/spela-upp",
    "POST /granskning/revision",
    "POST /granskning/omspelning",
    "POST /granskning/exponering",
)
_UPLOADS = ("POST /behov/{id}/bilagor", "POST /admin/kallor")


def create_site(
    matcha: Matcha,
    settings: Settings | None = None,
    rates: Rates | None = None,
    *,
    trial: bool = False,
    working: bool = False,
    edge: Edge | None = None,
) -> FastAPI:
    """Give API and pages over one service, as `api.create_app` gives the API alone."""
    app = create_app(matcha, settings, rates, trial=trial, working=working, edge=guarded(edge), site=pages)
    app.add_middleware(Languages)  # outside the edge, which then knows one address a page
    return app


def pages(app: FastAPI, api: ASGIApp) -> ASGIApp:
    """Give what answers with pages where the API does not; `app` is the API's, whose state both share."""
    site = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    site.state = app.state
    site.state.operations = operations(app)
    site.state.after_sign_in = "/"
    site.mount("/static", assets.served())
    for area in AREAS:
        site.include_router(area)
    failing.install(site)
    return Pages(api, site)


def guarded(edge: Edge | None = None) -> Edge:
    """Give an edge that knows which pages cost as a match, a sign-in or an upload does."""
    known = edge or Edge(plan=Plan())
    plan = replace(
        known.plan,
        sign_in=(*known.plan.sign_in, "POST /logga-in", "POST /losenord"),
        match=(*known.plan.match, *_MATCHING),
        unlimited=(*known.plan.unlimited, "GET /static"),
    )
    return replace(known, plan=plan, uploads=(*known.uploads, *_UPLOADS))


class Pages:
    """Lets requests for the API through, and answers all others with pages."""

    def __init__(self, api: ASGIApp, site: FastAPI) -> None:
        self.api, self.site = api, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3)."""
        if scope["type"] != "http" or is_api(scope["path"]):
            await self.api(scope, receive, send)
            return

        async def guarded_send(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"content-security-policy", POLICY.encode())]
            await send(message)

        await self.site(scope, receive, guarded_send)


def operations(app: FastAPI) -> dict[Callable[..., Any], tuple[str, str]]:
    """Give where each operation of the API is: its method and path, by the function that answers."""
    return dict(_operations(app))


def _operations(app: FastAPI) -> Iterator[tuple[Callable[..., Any], tuple[str, str]]]:
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            for method in route.methods or ():
                yield route.original_route.endpoint, (method, str(route.path))
