"""Conditional reading (RFC 9110, 13): what is given has an ETag, and is not sent again to who has it."""

from __future__ import annotations

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Conditional:
    """Tags every answer to GET that has no ETag of its own, and answers 304 to who names it in If-None-Match."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3)."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        start: list[Message] = []
        body: list[bytes] = []

        async def gather(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.append(message)
                return
            body.append(message.get("body", b""))
            if not message.get("more_body"):
                await _send(start[0], b"".join(body), Headers(scope=scope).get("if-none-match", ""), send)

        await self.app(scope, receive, gather)


async def _send(start: Message, body: bytes, known: str, send: Send) -> None:
    headers = MutableHeaders(raw=list(start["headers"]))
    if start["status"] == 200:
        headers.setdefault("cache-control", "private, no-cache")
        headers.setdefault("etag", f'"{hashlib.sha256(body).hexdigest()[:32]}"')
        given = {tag.strip().removeprefix("W/") for tag in known.split(",")}
        if "*" in given or headers["etag"] in given:
            for name in ("content-length", "content-type"):
                del headers[name]
            start, body = {**start, "status": 304}, b""
    await send({**start, "headers": headers.raw})
    await send({"type": "http.response.body", "body": body})
