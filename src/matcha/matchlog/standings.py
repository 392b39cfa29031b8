"""Standings: the rank and score of each ranked actor under one root, so that each can be shown its own and no other."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from matcha.errors import Invalid
from matcha.matchlog import merkle
from matcha.matchlog.entry import canonical, from_hex
from matcha.matchlog.opened import Opened

_TAG = b"matcha/standing/v1"


@dataclass(frozen=True)
class Standing:
    """An actor's rank and score. `profiles` are the log's entries of those of its profiles that were scored."""

    profiles: tuple[int, ...]
    rank: int
    score: int


@dataclass(frozen=True)
class Standings:
    """Standings in their order. Each leaf is salted from `secret`, so that nobody can guess another's."""

    secret: bytes
    each: tuple[Standing, ...]

    @property
    def leaves(self) -> list[bytes]:
        """The leaves of the tree."""
        return [_leaf(standing, self._salt(place)) for place, standing in enumerate(self.each)]

    @property
    def root(self) -> bytes:
        """The root of the tree (RFC 9162)."""
        return merkle.root([merkle.leaf_hash(leaf) for leaf in self.leaves])

    def opened(self, profile: int) -> Opened | None:
        """Open the standing of the actor that has this profile; None if it has none."""
        places = (place for place, standing in enumerate(self.each) if profile in standing.profiles)
        place = next(places, None)
        return None if place is None else Opened.of(self.leaves, place)

    def to_bytes(self) -> bytes:
        """Give the standings as canonical JSON, to stand beside the entry."""
        each = [[list(one.profiles), one.rank, one.score] for one in self.each]
        return canonical({"secret": self.secret.hex(), "each": each})

    @classmethod
    def from_bytes(cls, content: bytes) -> Standings:
        """Give back what `to_bytes` gave."""
        told = json.loads(content)
        each = (Standing(tuple(profiles), rank, score) for profiles, rank, score in told["each"])
        return cls(bytes.fromhex(told["secret"]), tuple(each))

    def _salt(self, place: int) -> bytes:
        return hashlib.sha256(_TAG + self.secret + place.to_bytes(8)).digest()


def parse(leaf: bytes) -> Standing:
    """Give the standing of an opened leaf. Raises Invalid for anything else."""
    try:
        told = json.loads(leaf)
        found = Standing(tuple(told["profiles"]), told["rank"], told["score"])
        numbers = (*found.profiles, found.rank, found.score)
        if _leaf(found, from_hex(told["salt"])) != leaf or any(type(number) is not int for number in numbers):
            raise ValueError(leaf)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as cause:
        raise Invalid("Det här är ingen placering.", "This is no standing.") from cause
    return found


def _leaf(standing: Standing, salt: bytes) -> bytes:
    return canonical(
        {"profiles": standing.profiles, "rank": standing.rank, "score": standing.score, "salt": salt.hex()}
    )
