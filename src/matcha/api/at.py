"""What every route works with: the service, who asks, and the answer that is given once for one idempotency key."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from pydantic_core import to_json

from matcha.api.caller import TheCaller
from matcha.callers import AccountRole, Caller
from matcha.errors import Invalid, MatchaError, Stale, Unavailable
from matcha.records import Answered
from matcha.service import Matcha
from matcha.service.logbook import KEEPING
from matcha.store import revision

Done = TypeVar("Done")
LONGEST_WAIT = 20.0  # seconds for a turn
_KEY = re.compile(r'"?([A-Za-z0-9._:-]{1,64})"?')
_SEEN = re.compile(r'"(\d{1,18})-[0-9a-f]+"')


@dataclass(frozen=True)
class At:
    """One request."""

    matcha: Matcha
    caller: Caller
    request: Request
    fingerprint: str
    key: str | None = None
    seen_entry: int | None = None

    @classmethod
    def of(
        cls, request: Request, caller: Caller, body: bytes, key: str | None = None, seen_entry: int | None = None
    ) -> At:
        """Give what a route works with. A form has no headers: it gives `key` and `seen_entry` in fields instead."""
        said = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
        digest = hashlib.sha256(said + body).hexdigest()
        return cls(request.app.state.matcha, caller, request, digest, key, seen_entry)

    @property
    def staff(self) -> bool:
        """Whether the caller sees the process from the inside."""
        return self.caller.is_any(
            *(role for role in AccountRole if role not in (AccountRole.PUBLIC, AccountRole.SUPPLIER))
        )

    @contextmanager
    def costly(self) -> Iterator[None]:
        """Wait for a turn among what takes a processor to itself.

        Raises Unavailable when that takes too long, and at once when many wait already: they hold what others need.
        """
        turn, queue = self.request.app.state.costly, self.request.app.state.queue
        if not queue.acquire(blocking=False):
            raise _crowded()
        try:
            if not turn.acquire(timeout=LONGEST_WAIT):
                raise _crowded()
            try:
                yield
            finally:
                turn.release()
        finally:
            queue.release()

    def once(self, do: Callable[[], Done], tell: Callable[[Done], Any], upload: bytes = b"") -> Any:
        """Do something and tell the result; with an `Idempotency-Key` that has been used, tell the same again.

        What is told is kept in the transaction that does it. `upload` is what tells a form with a file from others, for
        its bytes differ each time it is sent. Raises Invalid for a key used with another request.
        """
        if upload:
            told = hashlib.sha256(self.fingerprint.encode() + upload).hexdigest()
            return replace(self, fingerprint=told).once(do, tell)
        if (key := self._key()) is None:
            return tell(do())
        if (known := self._answered(key)) is not None:
            return known
        hook = KEEPING.set(lambda session, result: session.add(self._row(key, tell(result))))
        try:
            done = do()
        except MatchaError:
            if (known := self._answered(key)) is not None:  # the same request, sent twice at once
                return known
            raise
        finally:
            KEEPING.reset(hook)
        return tell(done)

    def seen(self) -> int | None:
        """Give the newest entry about a need that the caller has seen, as `If-Match` says, or None without that header.

        Raises Stale for a header that is no ETag of a need.
        """
        given = self.request.headers.get("if-match")
        if self.seen_entry is not None or given in (None, "*"):
            return self.seen_entry
        found = _SEEN.fullmatch(given or "")
        if found is None:
            raise Stale("If-Match är ingen ETag för ett behov.", "If-Match is no ETag of a need.")
        return int(found[1])

    def _key(self) -> str | None:
        given = self.key or self.request.headers.get("idempotency-key")
        if given is None:
            return None
        found = _KEY.fullmatch(given)
        if found is None:
            raise Invalid(
                "Idempotency-Key ska vara 1–64 tecken: bokstäver, siffror, . _ : -",
                "Idempotency-Key must be 1–64 characters: letters, digits, . _ : -",
            )
        return found[1]

    def _answered(self, key: str) -> Any:
        row = self.matcha.answered(self._who, key)
        if row is None:
            return None
        if row.fingerprint != self.fingerprint:
            raise Invalid(
                "Samma Idempotency-Key har använts för ett annat anrop. Välj en ny.",
                "The same Idempotency-Key has been used for another request. Choose a new one.",
            )
        revision.note(self.matcha.revision())  # what was done then is in it
        return json.loads(row.content)

    def _row(self, key: str, told: Any) -> Answered:
        now = self.matcha.now()
        return Answered(caller=self._who, key=key, fingerprint=self.fingerprint, content=to_json(told), made=now)

    @property
    def _who(self) -> str:
        return self.caller.account_id or "-"


def _crowded() -> Unavailable:
    return Unavailable(
        "Många frågar samtidigt. Försök igen om en stund.", "Many ask at the same time. Try again in a while."
    )


async def _at(request: Request, caller: TheCaller) -> At:
    body = await request.body() if "multipart" not in request.headers.get("content-type", "") else b""
    return At.of(request, caller, body)


Asked = Annotated[At, Depends(_at)]
