"""From what the server sent to a value or an error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from types import NoneType
from typing import Any, Generic, TypeVar, cast

import httpx
from pydantic import BaseModel, ConfigDict, PrivateAttr, TypeAdapter, ValidationError

from matcha.client.calls import Call, Gives
from matcha.client.errors import KINDS, ApiError, ClientError, Fault, Unreachable, Unreadable

Item = TypeVar("Item")


class Shape(BaseModel):
    """A JSON object that the API gives. Fields that this version does not know are left out."""

    model_config = ConfigDict(frozen=True)
    _etag: str | None = PrivateAttr(default=None)

    @property
    def etag(self) -> str | None:
        """What to give as `if_match` when it is changed; None for what is only part of an answer."""
        return self._etag


class Page(Shape, Generic[Item]):
    """A page of a list; `next` is the cursor of the page after it, None on the last."""

    items: list[Item]
    next: str | None


class _Problem(BaseModel):
    title: str
    sv: str
    en: str
    request_id: str | None = None
    errors: list[Fault] | None = None


@dataclass(frozen=True)
class Reply:
    """What the server sent, whole."""

    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def retry_after(self) -> float | None:
        """Give for how many seconds the server wants to be left alone, if it says so (RFC 9110, 10.2.3)."""
        said = self.headers.get("retry-after", "").strip()
        if said.isascii() and said.isdigit():
            return float(said[:9])
        with suppress(ValueError, TypeError):
            return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
        return None


def settled(call: Call[Gives], outcome: Reply | httpx.RequestError) -> Gives:
    """Give what a call gives. Raises ApiError for a refusal, Unreachable for none, Unreadable for what is no answer."""
    if isinstance(outcome, httpx.RequestError):
        raise _unreachable(outcome)
    if not 200 <= outcome.status < 300:
        raise refusal(outcome)
    if call.gives is NoneType:
        return cast("Gives", None)
    if call.gives is bytes:
        return cast("Gives", outcome.content)
    try:
        found = (
            outcome.content.decode()
            if call.gives is str
            else _adapter(cast("Any", call.gives)).validate_json(outcome.content)
        )
    except ValidationError as fault:
        raise _unreadable(call, ", ".join(_wrong(fault))) from None  # the fault would tell what was in the answer
    except UnicodeDecodeError:
        raise _unreadable(call, "UTF-8") from None
    if isinstance(found, Shape):
        found._etag = outcome.headers.get("etag")
    return cast("Gives", found)


def refusal(reply: Reply) -> ApiError:
    """Give the error of a reply that refuses."""
    try:
        said = _Problem.model_validate_json(reply.content)
    except ValidationError:
        said = _unexplained(reply.status)
    known = said.request_id or reply.headers.get("x-request-id")
    kind = KINDS.get(reply.status, ApiError)
    return kind(reply.status, said.title, said.sv, said.en, known, said.errors or (), reply.retry_after)


def _unexplained(status: int) -> _Problem:
    title = HTTPStatus(status).phrase if status in {one.value for one in HTTPStatus} else "Unknown"
    sv = f"Servern svarade {status} utan att säga varför. Är adressen matchas?"
    return _Problem(title=title, sv=sv, en=f"The server answered {status} without saying why. Is the address matcha's?")


def _unreachable(error: httpx.RequestError) -> ClientError:
    what = f"{type(error).__name__}: {error}"
    return Unreachable(
        f"Servern svarar inte ({what}). Försök igen om en stund.",
        f"The server does not answer ({what}). Try again in a while.",
    )


def _unreadable(call: Call[Any], wrong: str) -> Unreadable:
    where = f"{call.method} {call.path}"
    return Unreadable(
        f"Svaret på {where} är inte som API:et lovar ({wrong}). Har klient och server samma version?",
        f"The answer to {where} is not what the API promises ({wrong}). Are client and server of the same version?",
    )


def _wrong(fault: ValidationError) -> Iterator[str]:
    for error in fault.errors(include_input=False, include_url=False)[:5]:
        yield f"{'.'.join(map(str, error['loc']))}: {error['type']}"


@cache
def _adapter(gives: Any) -> TypeAdapter[Any]:
    return TypeAdapter(gives)
