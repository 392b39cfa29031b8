"""What the API takes and gives: log. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from matcha.client.replies import Shape


class Kind(StrEnum):
    """What an entry tells of."""

    MATCH = "match"
    EXPLANATION = "explanation"
    PROFILE_VERSION = "profile_version"
    NEED = "need"
    OVERRIDE = "override"
    INVITE_LIST = "invite_list"
    ERASURE = "erasure"
    PURPOSE = "purpose"
    PHASE_LOCK = "phase_lock"
    CONFIG = "config"
    KEY = "key"
    ACT = "act"
    PROPOSAL = "proposal"
    WEIGHTING = "weighting"
    ACCOUNT = "account"


class Audit(Shape):
    """The log worked out anew, and the database compared with it."""

    size: int
    """How many entries there are."""
    root: str
    """The root of the log's tree, in hex."""
    faults: list[FaultShape]
    """What is not as it was logged."""


class Consistency(Shape):
    """That the log has only grown between two sizes (RFC 9162)."""

    checkpoint: str
    """The signed checkpoint."""
    hashes: list[str]
    """The consistency proof, hashes in hex."""


class Entry(Shape):
    """An entry. What could be personal stands beside it; `fields` commits to that."""

    leaf_index: int
    """The entry's place in the match log."""
    kind: Kind
    """The kind."""
    milliseconds: int
    """When it was written, since 1970; what proves the order is the index."""
    said: dict[str, Any]
    """What it says in the open."""
    fields: dict[str, str]
    """Salted commitments (SHA-256) to what stands beside it."""


class EntryPage(Shape):
    """Entries by index, and where to go on."""

    items: list[Entry]
    """What is on this page, in order."""
    next: int | None
    """`start` of the next page; null at the end of the log."""


class FaultShape(Shape):
    """Something that is not as it was logged."""

    leaf_index: int | None
    """The entry's place in the match log."""
    sv: str
    """In Swedish."""
    en: str
    """In English."""


class Keys(Shape):
    """The public keys that the log's checkpoints are signed with, as note verifier keys (c2sp.org/signed-note)."""

    keys: list[str]
    """The public keys."""


class Replay(Shape):
    """A match made again from what the log keeps, and whether it came out to the same bytes."""

    leaf_index: int
    """The entry's place in the match log."""
    same: bool
    """Whether it came out the same, byte for byte."""
    differs: list[str]
    """What did not come out the same."""
    erased: list[str]
    """What has been erased lawfully since and could not be compared."""
    changed: list[list[str]]
    """Libraries of another version than then: name, then, now."""
