"""Passwords: which are accepted (after NIST SP 800-63B), and how they are kept (Argon2id, RFC 9106)."""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from threading import BoundedSemaphore
from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from matcha.errors import Invalid

SHORTEST, LONGEST = 12, 256  # characters
_FEWEST_DIFFERENT = 5
_AT_ONCE = 4  # each takes 64 MiB
_TELLING = 4  # characters of a name that tell whose it is
_COMMON_WORDS = """
abcdefghijkl abcdefghijklmnopqrstuvwxyz admin administrator asdfgh asdfghjkl changeme correcthorsebatterystaple dragon
football fotboll hejsan hemlig hemligt höst iloveyou jagälskardig landsting letmein login losenord lösenord lösenordet
master matcha monkey password passwort princess qazwsx qazwsxedc qwert qwerty qwertyuiop region regionen secret
sjukhus sjukhuset sjukvård sommar stockholm summer sunshine superman sverige test tester tillfälligt trustno vinter
välkommen vår vårdcentral vården welcome winter zxcvbn zxcvbnm
"""
_COMMON = frozenset(_COMMON_WORDS.split())


class Hasher(Protocol):
    """What makes and checks hashes of passwords; argon2-cffi's `PasswordHasher` is one."""

    @property
    def time_cost(self) -> int: ...

    @property
    def memory_cost(self) -> int: ...

    @property
    def parallelism(self) -> int: ...

    def hash(self, password: str) -> str: ...

    def verify(self, hash: str, password: str) -> bool: ...

    def check_needs_rehash(self, hash: str) -> bool: ...


class Passwords:
    """Hashes of passwords by RFC 9106's second recommended parameters, a few at once so that memory is bounded."""

    def __init__(self, hasher: Hasher | None = None) -> None:
        self._hasher: Hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._room = BoundedSemaphore(_AT_ONCE)

    def hashed(self, password: str) -> str:
        """Give what is kept of a password."""
        with self._room:
            return self._hasher.hash(normal(password))

    def fits(self, kept: str | None, password: str) -> bool:
        """Whether a password is the one kept. With nothing kept it is False, after the same work."""
        with self._room:
            try:
                return self._hasher.verify(kept or self._nobodys, normal(password)) and kept is not None
            except (VerificationError, InvalidHashError):
                return False

    def renewed(self, kept: str | None, password: str) -> str | None:
        """Give a new hash of a password that fitted if the kept one was made with other parameters, else None."""
        return self.hashed(password) if kept and self._hasher.check_needs_rehash(kept) else None

    @property
    def _nobodys(self) -> str:
        """A hash that no password has, as costly to check as a real one."""
        cost = f"m={self._hasher.memory_cost},t={self._hasher.time_cost},p={self._hasher.parallelism}"
        salt, nothing = (b64encode(bytes(size)).rstrip(b"=").decode() for size in (16, 32))
        return f"$argon2id$v=19${cost}${salt}${nothing}"


def normal(password: str) -> str:
    """Give the form of a password that is hashed, however a keyboard composes its letters (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def refuse_weak(password: str, name: str, email: str | None) -> None:
    """Raise Invalid for a password that is too short, too long, too simple, common, or holds its owner's name."""
    said = normal(password)
    if not SHORTEST <= len(said) <= LONGEST:
        raise Invalid(
            f"Lösenordet ska ha {SHORTEST} till {LONGEST} tecken. Några ord i följd duger bra.",
            f"The password must have {SHORTEST} to {LONGEST} characters. A few words in a row do well.",
        )
    low = said.casefold()
    if any(part in low for part in _telling(name, email)):
        raise Invalid(
            "Lösenordet innehåller ditt namn eller din e-postadress. Välj något som ingen kan gissa.",
            "The password holds your name or e-mail address. Choose something that nobody can guess.",
        )
    if len(set(low)) < _FEWEST_DIFFERENT or _is_common(low):
        raise Invalid(
            "Lösenordet är för vanligt. Välj några ord i följd som ingen kan gissa.",
            "The password is too common. Choose a few words in a row that nobody can guess.",
        )


def _telling(name: str, email: str | None) -> set[str]:
    words = {*normal(name).casefold().split(), *([email, email.partition("@")[0]] if email else [])}
    return {word for word in words if len(word) >= _TELLING}


def _is_common(low: str) -> bool:
    """Whether nothing is left but common words when digits and signs are taken away, or nothing at all."""
    words = re.sub(r"[\W\d_]+", " ", low).split()
    return all(word in _COMMON or _unit(word) in _COMMON for word in words)


def _unit(word: str) -> str:
    """Give what a word repeats: passwordpassword → password."""
    length = (word + word).find(word, 1)
    return word[:length]
