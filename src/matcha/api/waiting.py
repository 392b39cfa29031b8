"""Which revision of the database an answer is of, and waiting for one: several servers may share a database.

`Matcha-Revision` of an answer names the newest revision that it was made from or has made; `Matcha-Wait-For` of a
request asks the server to answer from that revision or a later one.
"""

from __future__ import annotations

import asyncio
import re
import time

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matcha.errors import Invalid, Lagging
from matcha.service.following import Following
from matcha.store.revision import SEEN, Seen

PATIENCE = 5.0  # seconds
_EVERY = 0.05  # seconds
_REVISION = re.compile(r"\d{1,15}", re.ASCII)


class Revisions:
    """Names the revision in the header of every answer that was made from one and went well."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3)."""
        seen = Seen()

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start" and seen.revision is not None and message["status"] < 400:
                MutableHeaders(scope=message)["matcha-revision"] = str(seen.revision)
            await send(message)

        mine = SEEN.set(seen)
        try:
            await self.app(scope, receive, told)
        finally:
            SEEN.reset(mine)


async def waited(request: Request) -> None:
    """Wait for the revision that a request asks for. Raises Lagging when it does not come, Invalid for no number."""
    given = request.headers.get("matcha-wait-for")
    if given is None:
        return
    if not _REVISION.fullmatch(given):
        raise Invalid(
            "Matcha-Wait-For ska vara talet i ett tidigare svars Matcha-Revision.",
            "Matcha-Wait-For must be the number in an earlier answer's Matcha-Revision.",
        )
    following: Following = request.app.state.following
    ends = time.monotonic() + PATIENCE
    while not await run_in_threadpool(following.has, int(given)):
        if time.monotonic() >= ends:
            raise Lagging(
                f"Databasen här har inte kommit till {given} än. Försök igen, här eller hos en annan server.",
                f"The database here has not come to {given} yet. Try again, here or at another server.",
            )
        await asyncio.sleep(_EVERY)
