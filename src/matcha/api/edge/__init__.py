"""The outermost layer of the HTTP API: ids, logs, counts, security headers, limits on rates and bodies."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import FastAPI

from matcha.api.edge.bodies import Allowance, Bodies
from matcha.api.edge.guard import Guard
from matcha.api.edge.headers import API_POLICY, SecurityHeaders
from matcha.api.edge.limits import RATES, Kind, Plan, RateLimits, sign_in_limit
from matcha.api.edge.logs import configure_logging
from matcha.api.edge.metrics import Metrics
from matcha.api.edge.requests import Requests
from matcha.store.rates import Rates

__all__ = ["RATES", "Allowance", "Edge", "Guard", "Kind", "Metrics", "Plan", "configure_logging", "wrap"]

_MULTIPART = 64 * 1024  # bytes of boundaries, names and other fields around an uploaded file
_BODY = Allowance(160_000, 30.0)  # a text of LONGEST characters fits however it is escaped or encoded
_UPLOAD = Allowance(20_000_000 + _MULTIPART, 120.0)


@dataclass(frozen=True, slots=True)
class Edge:
    """What may be set of the edge. `uploads` are the operations (see `paths.under`) whose bodies may be larger."""

    plan: Plan = field(default_factory=Plan)
    body: Allowance = _BODY
    upload: Allowance = _UPLOAD
    uploads: tuple[str, ...] = ("POST /v1/needs/{id}/attachments", "POST /v1/imports", "POST /v1/jobs")
    policy: str = API_POLICY


def wrap(app: FastAPI, edge: Edge, rates: Rates, metrics: Metrics) -> Guard:
    """Put the edge around an app; call it after every other `add_middleware`, which would lie outside it.

    Leaves in `app.state`: `rates`, whose `take(key, rate, now)` never fails, for routes that limit something by
    themselves; `limit_sign_in(request, whose)`; `metrics`. Gives the first of them, to be closed when the app is.
    """
    guard = Guard(rates, metrics.limits_failed)
    app.state.rates, app.state.metrics = guard, metrics
    app.state.limit_sign_in = sign_in_limit(edge.plan, guard, metrics)
    app.add_middleware(Bodies, usual=edge.body, upload=edge.upload, uploads=edge.uploads)
    app.add_middleware(RateLimits, plan=edge.plan, guard=guard, metrics=metrics)
    app.add_middleware(Requests, metrics=metrics)
    app.add_middleware(SecurityHeaders, policy=edge.policy)
    return guard
