"""What the edge itself answers when it does not let a request in: problem details (RFC 9457) in both languages.

A browser on its way to a page is given the same as a small page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.types import Scope, Send

from matcha.api.edge import readable

BLANK = "about:blank"  # RFC 9457 §4.2.1: nothing more to say than the status does
_RENAMED = {HTTPStatus(413): "Content Too Large"}  # RFC 9110 §15.5.14; Python before 3.13 has the older name


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request is refused and what to do about it. `headers` and `members` go along."""

    status: HTTPStatus
    sv: str
    en: str
    headers: Mapping[str, str] = field(default_factory=dict)
    type: str = BLANK
    members: Mapping[str, object] = field(default_factory=dict)

    def content(self, request_id: str | None) -> dict[str, object]:
        """Give what is answered, as JSON."""
        told = {
            "type": self.type,
            "title": _RENAMED.get(self.status, self.status.phrase),
            "status": int(self.status),
            "detail": self.en,
        }
        told |= {"sv": self.sv, "en": self.en}
        return {**told, **({"request_id": request_id} if request_id else {}), **self.members}


async def answer(problem: Problem, scope: Scope, send: Send) -> None:
    """Answer a request with a problem; a HEAD request with its headers alone."""
    if readable.wanted(scope):
        body = readable.page(problem.status, problem.sv, problem.en, scope)
        kind = {"content-type": "text/html; charset=utf-8", "content-security-policy": readable.POLICY}
    else:
        body = json.dumps(problem.content(scope.get("state", {}).get("request_id")), ensure_ascii=False).encode()
        kind = {"content-type": "application/problem+json"}
    headers = {**kind, "content-length": str(len(body)), **problem.headers}
    told = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": int(problem.status), "headers": told})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


FAILED = Problem(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "Något gick fel hos oss. Försök igen; säg request_id till den som driver tjänsten om det händer igen.",
    "Something went wrong on our side. Try again; give the request_id to whoever runs the service if it happens again.",
)
