"""Entries: what is logged. Canonical JSON (RFC 8785) of integers and words, without personal data.

What could be personal, or long, stands beside the entry and can be erased; the entry holds a salted commitment to it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import rfc8785

from matcha.errors import Invalid

VERSION = 1
_TAG = b"matcha/commit/v1"
_BEYOND = 2**53  # integers that a float does not hold exactly; RFC 8785 has none of them
_RESERVED = frozenset({"v", "kind", "t", "fields"})
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)

Json = Mapping[str, Any]
Salt = Callable[[int], bytes]  # a number → that many random bytes


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


@dataclass(frozen=True)
class Opening:
    """What opens a commitment: 32 random bytes and the value."""

    salt: bytes
    value: bytes

    def commitment(self, name: str) -> bytes:
        """SHA-256 over a tag, the field's name with its length, the salt and the value."""
        named = name.encode()
        return hashlib.sha256(_TAG + len(named).to_bytes(4) + named + self.salt + self.value).digest()


@dataclass(frozen=True)
class Draft:
    """An entry to be appended: what it says in the open, and what it commits to."""

    kind: Kind
    said: Json
    openings: Mapping[str, Opening] = field(default_factory=dict)

    def body(self, milliseconds: int) -> bytes:
        """Give the entry's bytes, dated with milliseconds since 1970 (a claim; what proves the order is the index)."""
        assert not _RESERVED & self.said.keys()
        fields = {name: opening.commitment(name).hex() for name, opening in self.openings.items()}
        return canonical(
            {**self.said, "v": VERSION, "kind": self.kind.value, "t": milliseconds, "fields": fields},
        )


@dataclass(frozen=True)
class Entry:
    """An entry as it stands in the log. `fields` holds the commitments by field."""

    kind: Kind
    milliseconds: int
    said: Json
    fields: Mapping[str, bytes]

    @classmethod
    def parse(cls, body: bytes) -> Entry:
        """Give the entry with these bytes. Raises Invalid if `Draft.body` cannot have written them."""
        try:
            told = json.loads(body)
            if canonical(told) != body or told["v"] != VERSION or [type(told[name]) for name in "vt"] != [int, int]:
                raise _no_entry()
            fields = {name: from_hex(value) for name, value in told["fields"].items()}
            said = {name: value for name, value in told.items() if name not in _RESERVED}
            return cls(Kind(told["kind"]), told["t"], said, fields)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as cause:
            raise _no_entry() from cause


def sealed(values: Mapping[str, bytes], salt: Salt) -> dict[str, Opening]:
    """Give each value an opening with a salt of its own."""
    return {name: Opening(salt(32), value) for name, value in values.items()}


def from_hex(text: str) -> bytes:
    """Give back 32 bytes that `hex` wrote. Raises ValueError for anything else, however it would be read."""
    content = bytes.fromhex(text)
    if len(content) != 32 or content.hex() != text:
        raise ValueError(text)
    return content


def canonical(value: Any) -> bytes:
    """Give a value of integers, words, lists and objects as canonical JSON. Floats are a mistake (ValueError)."""
    if _is_plain(value):  # json writes such values as RFC 8785 wants them, many times quicker
        return _JSON.encode(value).encode()
    _refuse_floats(value)
    return rfc8785.dumps(value)


def _is_plain(value: Any) -> bool:
    """Whether RFC 8785 has no rules of its own for what a value holds: floats, large numbers, keys beyond ASCII."""
    kind = type(value)
    if kind is int:
        return bool(-_BEYOND < value < _BEYOND)
    if kind is dict:
        for key, each in value.items():
            if type(key) is not str or not key.isascii() or not (type(each) is str or _is_plain(each)):
                return False
        return True
    if kind is list or kind is tuple:
        return all(type(each) is str or _is_plain(each) for each in value)
    return value is None or isinstance(value, str | bool)


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError(f"{value!r} in a log entry; only integers replay to the bit")
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            _refuse_floats(each)


def _no_entry() -> Invalid:
    return Invalid("Det här är ingen loggpost.", "This is no log entry.")
