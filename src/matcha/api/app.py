"""The HTTP API: every router, the table of access, and the edge around them."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from typing import Any

from fastapi import Depends, FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from matcha.api import access, document, failure, oidc
from matcha.api.conditional import Conditional
from matcha.api.edge import Edge, Metrics, Plan, wrap
from matcha.api.routes import (
    accounts,
    dialogue,
    feeds,
    forum_files,
    forums,
    jobs,
    judgements,
    log,
    matching,
    needs,
    neutrality,
    open_data,
    outcomes,
    profiles,
    proposals,
    requests,
    screening,
    sessions,
    upkeep,
)
from matcha.api.routes.health import Check, health_router
from matcha.api.shapes.common import PROBLEMS
from matcha.api.trying import TRIAL
from matcha.api.waiting import Revisions, waited
from matcha.callers import Caller
from matcha.config import Settings
from matcha.service import Matcha
from matcha.service.following import Following
from matcha.service.jobs import Jobs
from matcha.service.worker import Worker
from matcha.store.rates import Rates

_ROUTERS = (
    sessions.router,
    accounts.router,
    needs.router,
    screening.router,
    dialogue.router,
    outcomes.router,
    forums.router,
    forum_files.router,
    profiles.router,
    proposals.router,
    matching.router,
    jobs.router,
    judgements.router,
    neutrality.router,
    feeds.router,
    open_data.router,
    log.router,
    upkeep.router,
    requests.router,
)


def create_app(
    matcha: Matcha,
    settings: Settings | None = None,
    rates: Rates | None = None,
    *,
    trial: bool = False,
    working: bool = False,
    plan: Plan | None = None,
    edge: Edge | None = None,
    site: Callable[[FastAPI, ASGIApp], ASGIApp] | None = None,
) -> FastAPI:
    """Give the API over one service.

    `rates` are kept in memory unless given. On `trial`, callers on this machine are coordinators while there is no
    account (`caller`). `working` starts what works through jobs and what follows the database, until the app is closed.
    `site` gives what answers whatever is not the API's (`web.pages`), inside the edge.
    """
    chosen = settings or Settings()
    app = FastAPI(
        title="matcha",
        version=version("matcha"),
        summary="Links needs of care to the actors that could meet them, explainably and procurement-neutrally.",
        description=document.DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(access.allowed), Depends(waited)],
        responses=PROBLEMS,
        lifespan=_lifespan,
    )
    app.state.matcha, app.state.trial, app.state.settings = matcha, trial, chosen
    app.state.costly = threading.BoundedSemaphore(chosen.costly)
    app.state.queue = threading.BoundedSemaphore(16 + chosen.costly)  # of the 40 requests that are worked on at once
    app.state.worker = Worker(Jobs(matcha), _caller_of(matcha, trial)) if working else None
    app.state.following = Following(matcha)
    app.state.oidc = _oidc(chosen)
    metrics = Metrics()
    metrics.watch_log(matcha.size)
    for router in (*_ROUTERS, health_router(_checks(matcha), metrics.registry)):
        app.include_router(router)
    failure.install(app)
    app.add_middleware(Revisions)
    if site is not None:
        app.add_middleware(_Beside, site=partial(site, app))
    app.add_middleware(Conditional)
    app.state.guard = wrap(app, edge or Edge(plan=plan or Plan()), rates or Rates.in_memory(), metrics)
    document.install(app)
    access.refuse_unknown(app)
    return app


class _Beside:
    """Puts what answers beside the API inside the edge: `site` gives it, of the API that it lets through."""

    def __init__(self, app: ASGIApp, site: Callable[[ASGIApp], ASGIApp]) -> None:
        self.site = site(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3)."""
        await self.site(scope, receive, send)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    worker: Worker | None = app.state.worker
    following: Following = app.state.following
    if worker is not None:
        worker.start()
        following.start()
    yield
    if worker is not None:
        worker.stop()
        following.stop()
    app.state.guard.close()


def _caller_of(matcha: Matcha, trial: bool) -> Callable[[str], Caller]:
    """Give how a job finds who asked for it, as they are when it is done."""
    return lambda who: TRIAL if trial and who == TRIAL.account_id else Jobs(matcha).caller_of(who)


def _oidc(settings: Settings) -> Any:
    if not (settings.oidc_issuer and settings.oidc_client_id and settings.oidc_client_secret):
        return None
    secret = settings.oidc_client_secret.get_secret_value()
    return oidc.Provider(settings.oidc_issuer, settings.oidc_client_id, secret)


def _checks(matcha: Matcha) -> tuple[Check, ...]:
    return (
        Check("database", matcha.size, "Databasen svarar inte.", "The database does not answer."),
        Check("model", lambda: matcha.reader.dimension, "Språkmodellen saknas.", "The model is missing."),
        Check("index", matcha.check_index, "Sökindexet passar inte.", "The index does not fit."),
        Check("log", matcha.logbook.check_signing, "Loggen går inte att signera.", "The log cannot be signed."),
    )
