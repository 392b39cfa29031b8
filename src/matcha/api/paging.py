"""Lists in pages: `limit` at a time, and a cursor that says after what to go on."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from matcha.errors import Invalid

Item = TypeVar("Item")

_NUMBER = re.compile(r"[0-9]{0,15}")

Limit = Annotated[int, Query(ge=1, le=1000, description="How many to give, at most.")]
Cursor = Annotated[str | None, Query(max_length=200, description="`next` of the page before, to go on after it.")]


class Page(BaseModel, Generic[Item]):
    """A page of a list. `next` is the cursor of the page after it, or null when this is the last."""

    items: list[Item]
    next: str | None = Field(description="Give it as `cursor` to go on; null on the last page.")


def after(cursor: str | None) -> str:
    """Give the key after which a cursor goes on, empty for the first page. Raises Invalid for what is no cursor."""
    if cursor is None:
        return ""
    try:
        return base64.b64decode(cursor.encode("ascii"), b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError) as cause:
        raise _no_cursor() from cause


def number_after(cursor: str | None) -> int:
    """Give the number (see `by_number`) after which a cursor goes on, -1 for the first page. Raises Invalid."""
    key = after(cursor)
    if not _NUMBER.fullmatch(key):
        raise _no_cursor()
    return int(key or -1)


def cursor_after(key: str) -> str:
    """Give the cursor that goes on after a key."""
    return base64.urlsafe_b64encode(key.encode()).decode()


def page(
    found: Sequence[Item], key: Callable[[Item], str], limit: int, cursor: str | None
) -> tuple[Sequence[Item], str | None]:
    """Give a page of what is found, which stands in the order of its keys, and the cursor of the next."""
    start = after(cursor)
    rest = [one for one in found if key(one) > start]
    return rest[:limit], cursor_after(key(rest[limit - 1])) if len(rest) > limit else None


def by_number(number: int | None) -> str:
    """Give a number as a key that sorts as the number does."""
    return f"{number or 0:012d}"


def _no_cursor() -> Invalid:
    return Invalid("Det är ingen markör från en lista.", "This is no cursor of a list.")
