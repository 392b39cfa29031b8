"""Signed notes (c2sp.org/signed-note) with Ed25519 (RFC 8032): text, a blank line, and signature lines."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from matcha.errors import Invalid

LONGEST = 100_000  # characters of a note
_ED25519 = b"\x01"
_NAME = re.compile(r"[^\s+\x00-\x20\ud800-\udfff]+")
_SIGNATURE = re.compile(r"— ([^\s+\x00-\x20]+) ([A-Za-z0-9+/]+={0,2})\n")
_UNFIT = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")  # control characters, and what is not UTF-8
_PRIVATE = "PRIVATE+KEY+"


@dataclass(frozen=True)
class PublicKey:
    """What signatures are verified with. Written as name, key id and key, with + between them."""

    name: str
    key: bytes

    @cached_property
    def id(self) -> bytes:
        """The first four bytes of SHA-256 over name, newline, type and key."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{to_base64(_ED25519 + self.key)}"

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        """Give back what `str` wrote. Raises Invalid for anything else."""
        name, key = _named_key(text)
        found = cls(name, key)
        if str(found) != text:
            raise _no_key()
        return found

    def verifies(self, text: str, signature: bytes) -> bool:
        """Say whether the signature is this key's over the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class PrivateKey:
    """What a log signs with. Its `repr` shows nothing secret."""

    name: str
    _key: Ed25519PrivateKey

    @classmethod
    def made(cls, name: str) -> PrivateKey:
        """Make a new key. Raises Invalid for a name that is empty or has spaces or + in it."""
        if not _NAME.fullmatch(name):
            raise Invalid(
                f"Loggens namn {name!r} går inte att använda: skriv ett utan blanksteg och plustecken, som en "
                "webbadress utan https://.",
                f"The log's name {name!r} cannot be used: give one without spaces and plus signs, like a web address "
                "without https://.",
            )
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def parse(cls, text: str) -> PrivateKey:
        """Give back what `written` gave. Raises Invalid for anything else."""
        name, seed = _named_key(text.removeprefix(_PRIVATE))
        found = cls(name, Ed25519PrivateKey.from_private_bytes(seed))
        if found.written() != text:
            raise _no_key()
        return found

    def written(self) -> str:
        """Give the key as text, to be kept secret."""
        secret = to_base64(_ED25519 + self._key.private_bytes_raw())
        return f"{_PRIVATE}{self.name}+{self.public.id.hex()}+{secret}"

    @cached_property
    def public(self) -> PublicKey:
        """What verifies this key's signatures."""
        return PublicKey(self.name, self._key.public_key().public_bytes_raw())

    def signature_line(self, text: str) -> str:
        """Give this key's line under a note."""
        return f"— {self.name} {to_base64(self.public.id + self._key.sign(text.encode()))}\n"


def signed(text: str, keys: Sequence[PrivateKey]) -> str:
    """Give a note: the text, which ends in a newline, signed by each key in turn."""
    return text + "\n" + "".join(key.signature_line(text) for key in keys)


def opened(note: str, keys: Sequence[PublicKey]) -> str:
    """Give the text of a note that at least one of the keys has signed. Signatures of other keys are passed over.

    Raises Invalid for a note that is malformed, that no key has signed, or that has a wrong signature in the name of
    one of the keys.
    """
    text, break_, lines = note.rpartition("\n\n")
    text += "\n"
    found = list(_SIGNATURE.finditer(lines))
    whole = "".join(match.group() for match in found)
    if len(note) > LONGEST or not break_ or not found or whole != lines or _UNFIT.search(note):
        raise _not_a_note()
    known = {(key.name, key.id): key for key in keys}
    verified = False
    for match in found:
        signature = from_base64(match[2])
        if len(signature) <= 4:  # no more than a key id
            raise _not_a_note()
        if key := known.get((match[1], signature[:4])):
            if not key.verifies(text, signature[4:]):
                raise _not_signed()
            verified = True
    if not verified:
        raise _not_signed()
    return text


def to_base64(content: bytes) -> str:
    """Give bytes as base64 (RFC 4648, section 4)."""
    return base64.b64encode(content).decode("ascii")


def from_base64(text: str) -> bytes:
    """Give back what `to_base64` was given. Raises Invalid for anything that it cannot have written."""
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError as cause:
        raise _not_a_note() from cause
    if to_base64(content) != text:  # bits that the last character has to spare
        raise _not_a_note()
    return content


def _named_key(text: str) -> tuple[str, bytes]:
    name, _, rest = text.partition("+")
    try:
        typed = from_base64(rest.partition("+")[2])
    except Invalid as cause:
        raise _no_key() from cause
    if not _NAME.fullmatch(name) or len(typed) != 33:
        raise _no_key()
    return name, typed[1:]


def _no_key() -> Invalid:
    return Invalid(
        "Det här är ingen nyckel av det slag som matcha log key skriver.",
        "This is no key of the kind that matcha log key writes.",
    )


def _not_a_note() -> Invalid:
    return Invalid(
        "Det här är inget helt signerat dokument: något saknas, är ändrat eller står för mycket.",
        "This is no whole signed note: something is missing, altered or too much.",
    )


def _not_signed() -> Invalid:
    return Invalid(
        "Signaturen stämmer inte, eller är gjord med en annan nyckel än den angivna.",
        "The signature is wrong, or made with another key than the one given.",
    )
