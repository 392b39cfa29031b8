"""How large a body may be, how slowly it may come and how it may be packed; counted as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matcha.api.edge import paths
from matcha.api.edge.inflating import Coding, Inflating, Malformed
from matcha.api.edge.problems import Problem, answer
from matcha.errors import spaced

_CLOSE = {"connection": "close"}  # what is left of the body is not read
UNKNOWN_CODING = Problem(
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "Innehållet är packat på ett sätt som inte kan öppnas. Skicka det opackat eller med gzip eller deflate.",
    "The content is packed in a way that cannot be opened. Send it unpacked, or with gzip or deflate.",
    {"accept-encoding": "gzip, deflate", **_CLOSE},
)
MALFORMED = Problem(
    HTTPStatus.BAD_REQUEST,
    "Innehållet är inte packat så som Content-Encoding säger, eller är avbrutet. Packa det igen.",
    "The content is not packed as Content-Encoding says, or is cut off. Pack it again.",
    _CLOSE,
)
SLOW = Problem(
    HTTPStatus.REQUEST_TIMEOUT,
    "Innehållet kom inte fram i tid. Försök igen, eller skicka mindre åt gången.",
    "The content did not arrive in time. Try again, or send less at a time.",
    _CLOSE,
)


def too_large(limit: int) -> Problem:
    """Say that a body is larger than `limit` bytes."""
    return Problem(
        HTTPStatus(413),
        f"Innehållet är större än {spaced(limit)} byte. Dela upp det eller korta det.",
        f"The content is larger than {limit:,} bytes. Divide it or shorten it.",
        _CLOSE,
    )


@dataclass(frozen=True, slots=True)
class Allowance:
    """`size` bytes, packed and unpacked, within `seconds` from when the body is first asked for."""

    size: int
    seconds: float


class _Refused(HTTPException):
    """Raised where the body is read. FastAPI lets it through, and whatever is made of it never leaves `Bodies`."""


class Bodies:
    """Holds bodies to an allowance, with a larger one for uploads; opens gzip and deflate on the way.

    413 too large, 408 too slow, 415 another coding, 400 not what the coding says. Nothing is kept: a body is counted
    and passed on as the route reads it.
    """

    def __init__(self, app: ASGIApp, usual: Allowance, upload: Allowance, uploads: tuple[str, ...] = ()) -> None:
        self.app = app
        self._usual, self._upload = usual, upload
        self._uploads = paths.under(uploads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        allowance = self._upload if self._uploads(scope) else self._usual
        headers = Headers(scope=scope)
        codings, length = headers.get("content-encoding"), headers.get("content-length", "")
        if codings is not None and _coding(codings) is None and codings.strip().lower() != "identity":
            await answer(UNKNOWN_CODING, scope, send)
        elif length.isdecimal() and (len(length) > 18 or int(length) > allowance.size):
            await answer(too_large(allowance.size), scope, send)
        else:
            coding = _coding(codings or "")
            if coding:
                scope["headers"] = [pair for pair in scope["headers"] if pair[0].lower() not in _OUTER]
            await _Body(receive, send, allowance, coding).carry(self.app, scope)


_OUTER = (b"content-encoding", b"content-length")  # true of the packed body only


def _coding(name: str) -> Coding | None:
    plain = name.strip().lower().removeprefix("x-")  # RFC 9110 §8.4.1.3: x-gzip is gzip
    return Coding(plain) if plain in set(Coding) else None


class _Body:
    """One body on its way to the route, and the answer on its way back."""

    def __init__(self, receive: Receive, send: Send, allowance: Allowance, coding: Coding | None) -> None:
        self._receive, self._send, self._allowance = receive, send, allowance
        self._inflating = Inflating(coding) if coding else None
        self._messages = self._read()
        self._deadline: float | None = None
        self._refusal: Problem | None = None
        self._started = self._whole = False
        self._wire = self._opened = 0

    async def carry(self, app: ASGIApp, scope: Scope) -> None:
        """Let the app answer; if its body was refused meanwhile, answer that instead."""
        try:
            await app(scope, self.receive, self.send)
        except (HTTPException, ExceptionGroup):
            if self._refusal is None or self._started:
                raise
        finally:
            await self._messages.aclose()
        if self._refusal and not self._started:
            await answer(self._refusal, scope, self._send)

    async def send(self, message: Message) -> None:
        """Pass an answer on, unless the body was refused before it began."""
        if self._refusal is None or self._started:
            self._started = True
            await self._send(message)

    async def receive(self) -> Message:
        """Give the next message of the body, and after it whatever the server says next."""
        if self._refusal:
            raise _Refused(self._refusal.status)
        if self._whole:
            return await self._receive()
        if self._deadline is None:
            self._deadline = asyncio.get_running_loop().time() + self._allowance.seconds
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await anext(self._messages)
        except TimeoutError as late:
            raise self._refuse(SLOW) from late
        except Malformed as error:
            raise self._refuse(MALFORMED) from error
        self._whole = not message.get("more_body", False)
        return message

    async def _read(self) -> AsyncGenerator[Message, None]:
        more = True
        while more:
            message = await self._receive()
            if message["type"] != "http.request":
                yield message
                return
            chunk, more = message.get("body", b""), message.get("more_body", False)
            self._wire = self._within(self._wire + len(chunk))
            if self._inflating is None:
                yield message
                continue
            for piece in self._inflating.pieces(chunk):
                self._opened = self._within(self._opened + len(piece))
                yield {"type": "http.request", "body": piece, "more_body": True}
        if self._inflating:
            self._inflating.finish()
            yield {"type": "http.request", "body": b"", "more_body": False}

    def _within(self, count: int) -> int:
        if count > self._allowance.size:
            raise self._refuse(too_large(self._allowance.size))
        return count

    def _refuse(self, problem: Problem) -> _Refused:
        self._refusal = problem
        return _Refused(problem.status, problem.en)
