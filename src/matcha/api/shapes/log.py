"""The match log, as the API gives it."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from matcha.api.shapes.common import Shape
from matcha.matchlog.entry import Kind


class EntryShape(Shape):
    """An entry. What could be personal stands beside it; `fields` commits to that."""

    leaf_index: int
    kind: Kind
    milliseconds: int = Field(description="When it was written, since 1970; what proves the order is the index.")
    said: dict[str, Any] = Field(description="What it says in the open.")
    fields: dict[str, str] = Field(description="Salted commitments (SHA-256) to what stands beside it.")


class EntryPage(Shape):
    """Entries by index, and where to go on."""

    items: list[EntryShape]
    next: int | None = Field(description="`start` of the next page; null at the end of the log.")


class Keys(Shape):
    """The public keys that the log's checkpoints are signed with, as note verifier keys (c2sp.org/signed-note)."""

    keys: list[str]


class Consistency(Shape):
    """That the log has only grown between two sizes (RFC 9162)."""

    checkpoint: str
    hashes: list[str] = Field(description="The consistency proof, hashes in hex.")


class ReplayShape(Shape):
    """A match made again from what the log keeps, and whether it came out to the same bytes."""

    leaf_index: int
    same: bool
    differs: list[str]
    erased: list[str] = Field(description="What has been erased lawfully since and could not be compared.")
    changed: list[list[str]] = Field(description="Libraries of another version than then: name, then, now.")


class FaultShape(Shape):
    """Something that is not as it was logged."""

    leaf_index: int | None
    sv: str
    en: str


class AuditShape(Shape):
    """The log worked out anew, and the database compared with it."""

    size: int
    root: str
    faults: list[FaultShape]
