"""Random names and secrets, and how an API key is written. Of a secret only its SHA-256 is ever kept.

A key is `matcha_<id>_<secret>_<checksum>` in Crockford's base32, small letters: 50 bits of id, 256 of secret, and
CRC-32 over all before it, so that a scanner of leaked text, or a slip of the pen, is seen without the database.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import zlib
from dataclasses import dataclass

from matcha.matchlog.entry import Salt

LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_KEY = re.compile(rf"matcha_([{LETTERS}]{{10}})_([{LETTERS}]{{52}})_([{LETTERS}]{{7}})")
_TOKEN_BITS = 256


@dataclass(frozen=True, slots=True)
class KeyText:
    """An API key in clear: its id and its secret."""

    id: str
    secret: str

    def __str__(self) -> str:
        """Give the whole key, as it is shown once."""
        return f"{self._body}_{_checksum(self._body)}"

    def __repr__(self) -> str:
        """Keep the secret out of logs and tracebacks."""
        return f"KeyText({self.id!r}, …)"

    @property
    def _body(self) -> str:
        return f"matcha_{self.id}_{self.secret}"


def pseudonym(salt: Salt) -> str:
    """Give a random account id: 80 bits that say nothing of anybody."""
    return f"konto-{_letters(salt, 16)}"


def token(salt: Salt) -> str:
    """Give 256 random bits as 64 hexadecimal digits."""
    return salt(_TOKEN_BITS // 8).hex()


def digest(secret: str) -> str:
    """Give what is kept of a random secret: its SHA-256. (A password is another matter: `passwords`.)"""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two texts are equal, found out in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def csrf_token(session_token: str) -> str:
    """Give what a page sends beside the cookie: bound to the session, and of no use to find its token."""
    return hmac.new(session_token.encode(), b"matcha/csrf/v1", hashlib.sha256).hexdigest()


def new_key(salt: Salt) -> KeyText:
    """Give a new random key."""
    return KeyText(_letters(salt, 10), _letters(salt, 52, _TOKEN_BITS))


def read_key(text: str) -> KeyText | None:
    """Give the parts of a key, or None for what no `new_key` can have given."""
    found = _KEY.fullmatch(text)
    if found is None:
        return None
    key = KeyText(found[1], found[2])
    return key if str(key) == text else None


def _letters(salt: Salt, count: int, bits: int | None = None) -> str:
    size = 5 * count if bits is None else bits
    number = int.from_bytes(salt((size + 7) // 8)) >> (-size % 8)
    return _written(number, count)


def _written(number: int, count: int) -> str:
    return "".join(LETTERS[number >> 5 * place & 31] for place in reversed(range(count)))


def _checksum(body: str) -> str:
    return _written(zlib.crc32(body.encode()), 7)
