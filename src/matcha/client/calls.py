"""What an operation asks of the server, as a value. Nothing here sends anything."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote

from pydantic_core import to_json

Gives = TypeVar("Gives")


class Unchanged(Enum):
    """That a field is to stay as it is, where None would take its value away."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = Unchanged.UNCHANGED


@dataclass(frozen=True)
class Upload:
    """A file to send. It is kept in memory, so that it can be sent again."""

    name: str
    content: bytes

    @classmethod
    def of(cls, path: Path) -> Upload:
        """Read a file."""
        return cls(path.name, path.read_bytes())


@dataclass(frozen=True)
class Call(Generic[Gives]):
    """One request, and the type of what it gives.

    `once` is its idempotency key: with one, the server does it once however often it is sent. `seen` is the ETag of
    what the caller has seen.
    """

    method: str
    path: str
    gives: type[Gives]
    query: Mapping[str, Any] | None = None
    body: Mapping[str, Any] | None = None
    form: Mapping[str, Any] | None = None
    seen: str | None = None
    once: str | None = None

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again although it may have been done already."""
        return self.method == "GET" or self.once is not None

    def content(self) -> tuple[bytes | None, str | None]:
        """Give the body and its media type, the same bytes however often it is sent."""
        if self.body is not None:
            return to_json(self.body, exclude_none=True), "application/json"
        if self.form is not None:
            return _multipart(self.form)
        return None, None


def new_key() -> str:
    """Make an idempotency key."""
    return str(uuid.uuid4())


def part(value: str | int) -> str:
    """Give a value as one segment of a path. Raises ValueError for what would name another path."""
    if str(value) in ("", ".", ".."):
        raise ValueError(f"{value!r} can be no id.")
    return quote(str(value), safe="")


def given(**fields: Any) -> dict[str, Any]:
    """Give the fields that say something."""
    return {name: value for name, value in fields.items() if value is not None}


def changed(**fields: Any) -> dict[str, Any]:
    """Give the fields that are to change; None takes a value away."""
    return {name: value for name, value in fields.items() if value is not UNCHANGED}


def _multipart(form: Mapping[str, Any]) -> tuple[bytes, str]:
    """Encode a form (RFC 7578): the same form, the same bytes. A file's name is encoded as browsers do it."""
    pieces = []
    for name, value in form.items():
        head = f'form-data; name="{name}"'
        kind, content = "text/plain; charset=utf-8", str(value).encode()
        if isinstance(value, Upload):
            file = value.name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
            head, kind, content = f'{head}; filename="{file}"', "application/octet-stream", value.content
        pieces.append(f"Content-Disposition: {head}\r\nContent-Type: {kind}\r\n\r\n".encode() + content)
    boundary = hashlib.sha256(b"\0".join(pieces)).hexdigest()
    whole = b"".join(f"--{boundary}\r\n".encode() + piece + b"\r\n" for piece in pieces)
    return whole + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
