"""The first to see a request and the last to see its answer: its id, its line in the log, its place in the counts."""

from __future__ import annotations

import logging
import re
from time import perf_counter
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matcha.api.edge import logs, paths
from matcha.api.edge.metrics import Metrics
from matcha.api.edge.problems import FAILED, answer

_ACCESS = logging.getLogger("matcha.access")
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_PERSONAL = re.compile(r"(?<![A-Za-z0-9])(?:\d{2})?\d{6}[-+]?\d{4}(?![A-Za-z0-9])", re.ASCII)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Requests:
    """Gives each request an id (`X-Request-ID`), a line on `matcha.access`, and a 500 if nobody else answered.

    The line has the route's template, never what the caller wrote. The exception goes on to the server, which logs it.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        identity = _identity(scope)
        scope.setdefault("state", {})["request_id"] = identity
        logs.request_id.set(identity)  # the server's task, one a request: what it logs afterwards bears the id too
        status: int | None = None
        failed: str | None = None

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", identity.encode())]
            await send(message)

        began = perf_counter()
        with self.metrics.in_flight.track_inprogress():
            try:
                await self.app(scope, receive, sent)
            except Exception as error:
                failed = type(error).__qualname__
                if status is None:
                    await answer(FAILED, scope, sent)
                raise
            finally:
                self._note(scope, status, perf_counter() - began, failed)

    def _note(self, scope: Scope, status: int | None, seconds: float, failed: str | None) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        route = paths.template(scope)
        self.metrics.answered(method, route, status, seconds)
        facts = {"method": method, "route": route, "status": status, "milliseconds": round(1000 * seconds, 2)}
        account = scope["state"].get("account")
        facts |= ({"account": str(account)} if account else {}) | ({"error": failed} if failed else {})
        _ACCESS.info("answered", extra={"facts": facts})


def _identity(scope: Scope) -> str:
    """Give the caller's own id if it is sane and no Swedish personal number, else a new one."""
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _SANE.fullmatch(given) and not _PERSONAL.search(given) else uuid4().hex
