"""How often a caller may ask, by kind of route; the same for all processes that share the limits database."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matcha.api.edge import callers, paths
from matcha.api.edge.guard import Guard
from matcha.api.edge.metrics import Metrics
from matcha.api.edge.problems import Problem, answer
from matcha.store.rates import Rate, Verdict

QUOTA_EXCEEDED = "https://iana.org/assignments/http-problem-types#quota-exceeded"


class Kind(StrEnum):
    """What a request costs: a guess at a password, a matching, a change, or a look."""

    SIGN_IN = "sign_in"
    MATCH = "match"
    WRITE = "write"
    READ = "read"


RATES: Mapping[Kind, Rate] = {
    Kind.SIGN_IN: Rate(10, 10 / 60),
    Kind.MATCH: Rate(60, 2),
    Kind.WRITE: Rate(120, 4),
    Kind.READ: Rate(600, 20),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """Which operations (see `paths.under`) are of which kind, and how often each kind may be asked for.

    What is not named is READ for GET, HEAD and OPTIONS, else WRITE. `cookie` is the name of the session's cookie.
    """

    sign_in: tuple[str, ...] = ("POST /v1/session", "POST /v1/passwords")
    match: tuple[str, ...] = (
        "POST /v1/matches",
        "POST /v1/explanations",
        "POST /v1/jobs",
        "POST /v1/similar-needs",
        "POST /v1/needs/{id}/invitation-lists",
        "POST /v1/neutrality",
        "POST /v1/imports",
        "GET /v1/log/audit",
        "GET /v1/log/entries/{leaf_index}/replay",
    )
    unlimited: tuple[str, ...] = ("GET /v1/health", "GET /v1/ready", "GET /metrics")
    rates: Mapping[Kind, Rate] = field(default_factory=lambda: RATES)
    cookie: str = "__Host-matcha"


class RateLimits:
    """Refuses whoever asks too often: 429 with Retry-After, and on every answer RateLimit and RateLimit-Policy.

    The headers follow draft-ietf-httpapi-ratelimit-headers-11. A caller is the credential it shows, else its host; at
    sign-in always its host. A credential counts as known when the route has set `scope["state"]["account"]`.
    """

    def __init__(
        self, app: ASGIApp, plan: Plan, guard: Guard, metrics: Metrics, clock: Callable[[], float] = time.time
    ) -> None:
        self.app = app
        self._plan, self._guard, self._metrics, self._clock = plan, guard, metrics, clock
        self._strangers = callers.Strangers()
        self._unlimited, self._sign_in, self._match = map(paths.under, (plan.unlimited, plan.sign_in, plan.match))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3)."""
        if scope["type"] != "http" or self._unlimited(scope):
            await self.app(scope, receive, send)
            return
        kind, now, host = self._kind(scope), self._clock(), callers.host(scope)
        shown = None if kind is Kind.SIGN_IN else callers.credential(scope, self._plan.cookie)
        known_by = f"host {host}" if shown is None or self._strangers.among(host, now) else f"credential {shown}"
        rate = self._plan.rates[kind]
        verdict = await self._guard.taken(f"{kind} {known_by}", rate, now)
        told = headers(kind, rate, verdict)
        if not verdict.allowed:
            self._metrics.refused(kind)
            await answer(_too_often(kind, verdict, told), scope, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *((n.encode(), v.encode()) for n, v in told.items())]
            await send(message)

        try:
            await self.app(scope, receive, sent)
        except TooOften as refused:
            await answer(refused.problem, scope, send)
        if shown is not None and not scope.get("state", {}).get("account"):
            self._strangers.met(host, now)

    def _kind(self, scope: Scope) -> Kind:
        if self._sign_in(scope):
            return Kind.SIGN_IN
        if self._match(scope):
            return Kind.MATCH
        return Kind.READ if paths.method(scope) in paths.READING else Kind.WRITE


class TooOften(Exception):
    """Raised by a route that limits something itself, before it has answered; `RateLimits` answers with the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.en)
        self.problem = problem


def sign_in_limit(
    plan: Plan, guard: Guard, metrics: Metrics, clock: Callable[[], float] = time.time
) -> Callable[[Request, str], None]:
    """Give what a sign-in route calls before it tries a secret: as often an account as a host. Raises TooOften.

    Whoever knows an account's name can so keep its owner out for a while, but not by other ways of signing in. Nothing
    is limited in a GET request: there, another party asks for the secret.
    """

    def limit(request: Request, whose: str) -> None:
        if request.method == "GET":
            return
        rate = plan.rates[Kind.SIGN_IN]
        verdict = guard.take(f"{Kind.SIGN_IN} account {whose}", rate, clock())
        if not verdict.allowed:
            metrics.refused(Kind.SIGN_IN)
            raise TooOften(_too_often(Kind.SIGN_IN, verdict, headers(Kind.SIGN_IN, rate, verdict)))

    return limit


def headers(kind: Kind, rate: Rate, verdict: Verdict) -> dict[str, str]:
    """Give the header fields that tell a caller what it has left: `t` is when there is one more than `r`."""
    window = math.ceil(rate.burst / rate.per_second)
    return {
        "ratelimit-policy": f'"{kind}";q={rate.burst};w={window}',
        "ratelimit": f'"{kind}";r={verdict.remaining};t={math.ceil(verdict.refill_seconds)}',
    }


def _too_often(kind: Kind, verdict: Verdict, told: Mapping[str, str]) -> Problem:
    wait = max(1, math.ceil(verdict.retry_after_seconds))
    return Problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        f"För många anrop på kort tid. Försök igen om {wait} s.",
        f"Too many requests in a short time. Try again in {wait} s.",
        {"retry-after": str(wait), **told},
        QUOTA_EXCEEDED,
        {"violated-policies": [str(kind)]},
    )
