"""The two ways to send a call: waiting for it, and awaiting it."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import httpx

from matcha.client.address import checked_key, checked_url
from matcha.client.calls import Call, Gives
from matcha.client.replies import Reply, settled
from matcha.client.retrying import Attempts, Retry

Http = TypeVar("Http", httpx.Client, httpx.AsyncClient)
TIMEOUT = httpx.Timeout(60.0, connect=5.0)


class _Known(Generic[Http]):
    """Where a client sends to, and as whom. Its text says the address and never the key."""

    _http: Http

    def __init__(
        self, url: str, key: str | None, timeout: httpx.Timeout | float, retry: Retry, wait_for_own: bool
    ) -> None:
        self._url = checked_url(url)
        self._key = checked_key(key)
        self._timeout, self._retry, self._wait_for_own = httpx.Timeout(timeout), retry, wait_for_own
        self._csrf: str | None = None
        self.revision: int | None = None  # the newest that an answer has named

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._url)!r})"

    def _settings(self, context: ssl.SSLContext | None) -> dict[str, Any]:
        """Give the settings of httpx: certificates are always verified, redirects not followed, as they get no key.

        What goes to this machine unencrypted goes through no proxy.
        """
        agent = {"User-Agent": f"matcha-client/{version('matcha')}"}
        return {
            "base_url": self._url,
            "headers": agent,
            "verify": context or True,
            "follow_redirects": False,
            "trust_env": self._url.scheme == "https",
        }

    def _attempts(self, call: Call[Any]) -> Attempts:
        return Attempts(self._retry, call.repeatable, time.monotonic)

    def _request(self, call: Call[Any], content: bytes | None, media: str | None, left: float) -> httpx.Request:
        times = {name: min(value or left, left) for name, value in self._timeout.as_dict().items()}
        query = {name: value for name, value in (call.query or {}).items() if value is not None}
        return self._http.build_request(
            call.method,
            call.path,
            params=query,
            content=content,
            headers=self._headers(call, media),
            timeout=httpx.Timeout(**times),
        )

    def _headers(self, call: Call[Any], media: str | None) -> dict[str, str]:
        said = {
            "Authorization": f"Bearer {self._key}" if self._key else None,
            "Content-Type": media,
            "Idempotency-Key": call.once,
            "If-Match": call.seen,
            "Origin": f"{self._url.scheme}://{self._url.netloc.decode()}" if self._csrf else None,
            "X-CSRF-Token": self._csrf,
            "Matcha-Wait-For": str(self.revision) if self._wait_for_own and self.revision is not None else None,
        }
        return {name: value for name, value in said.items() if value is not None}

    def _settled(self, call: Call[Gives], outcome: Reply | httpx.RequestError) -> Gives:
        """Give what a call gives, and remember what a session wants to be sent with its changes, and the revision."""
        found = settled(call, outcome)
        if isinstance(outcome, Reply) and (told := outcome.headers.get("matcha-revision", "")).isdecimal():
            self.revision = max(int(told), self.revision or 0)
        if call.path == "/v1/session":
            self._csrf = getattr(found, "csrf_token", None)
        return found


class Sender(_Known[httpx.Client]):
    """Sends calls and waits. It may be used by many threads at once."""

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        timeout: httpx.Timeout | float = TIMEOUT,
        retry: Retry | None = None,
        wait_for_own: bool = False,
        context: ssl.SSLContext | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Make a client of the server at a URL, with an API key for all but what is public.

        `timeout` is for each read and write, in seconds, `retry` for a call as a whole, `context` for a certificate
        authority of your own. With `wait_for_own`, any server is asked to wait until it has what this client has
        seen or changed before. Raises ValueError for http:// to another machine.
        """
        super().__init__(url, key, timeout, retry or Retry(), wait_for_own)
        self._sleep = sleep
        self._http = httpx.Client(transport=transport, **self._settings(context))

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _send(self, call: Call[Gives]) -> Gives:
        attempts, (content, media) = self._attempts(call), call.content()
        while True:
            outcome = self._try(self._request(call, content, media, attempts.left()), attempts)
            pause = attempts.pause_after(outcome)
            if pause is None:
                return self._settled(call, outcome)
            self._sleep(pause)

    def _try(self, request: httpx.Request, attempts: Attempts) -> Reply | httpx.RequestError:
        try:
            response = self._http.send(request, stream=True)
            pieces = []
            try:
                for piece in response.iter_bytes():
                    pieces.append(piece)
                    _refuse_late(request, attempts)
            finally:
                response.close()
        except httpx.RequestError as error:
            return error
        return Reply(response.status_code, response.headers, b"".join(pieces))


class AsyncSender(_Known[httpx.AsyncClient]):
    """Sends calls without holding up anything else."""

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        timeout: httpx.Timeout | float = TIMEOUT,
        retry: Retry | None = None,
        wait_for_own: bool = False,
        context: ssl.SSLContext | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Make a client of the server at a URL, with an API key for all but what is public.

        `timeout` is for each read and write, in seconds, `retry` for a call as a whole, `context` for a certificate
        authority of your own. With `wait_for_own`, any server is asked to wait until it has what this client has
        seen or changed before. Raises ValueError for http:// to another machine.
        """
        super().__init__(url, key, timeout, retry or Retry(), wait_for_own)
        self._sleep = sleep
        self._http = httpx.AsyncClient(transport=transport, **self._settings(context))

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def _send(self, call: Call[Gives]) -> Gives:
        attempts, (content, media) = self._attempts(call), call.content()
        while True:
            outcome = await self._try(self._request(call, content, media, attempts.left()), attempts)
            pause = attempts.pause_after(outcome)
            if pause is None:
                return self._settled(call, outcome)
            await self._sleep(pause)

    async def _try(self, request: httpx.Request, attempts: Attempts) -> Reply | httpx.RequestError:
        try:
            response = await self._http.send(request, stream=True)
            pieces = []
            try:
                async for piece in response.aiter_bytes():
                    pieces.append(piece)
                    _refuse_late(request, attempts)
            finally:
                await response.aclose()
        except httpx.RequestError as error:
            return error
        return Reply(response.status_code, response.headers, b"".join(pieces))


def _refuse_late(request: httpx.Request, attempts: Attempts) -> None:
    if not attempts.left():
        raise httpx.ReadTimeout("The answer took too long.", request=request)
