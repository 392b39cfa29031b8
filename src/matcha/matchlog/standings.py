"""Standings: the rank and score of each ranked actor under one root, so that each can be shown its own and no other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from matcha.errors import Invalid
from matcha.matchlog import merkle
from matcha.matchlog.entry import canonical

_TAG = b"matcha/standing/v1"


@dataclass(frozen=True)
class Standing:
    """An actor's rank and score. `profiles` are the log's entries of those of its profiles that were scored."""

    profiles: tuple[int, ...]
    rank: int
    score: int


@dataclass(frozen=True)
class Shown:
    """A standing opened: the leaf, its place, and the proof that it is in the tree."""

    leaf: bytes
    place: int
    proof: tuple[bytes, ...]


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

    def shown(self, profiles: Sequence[int]) -> Shown | None:
        """Open the standing of the actor that has one of these profiles; None if it has none."""
        wanted = frozenset(profiles)
        leaves = self.leaves
        for place, standing in enumerate(self.each):
            if wanted & set(standing.profiles):
                hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
                proof = merkle.inclusion_proof(merkle.perfect_over(hashes), place, len(leaves))
                return Shown(leaves[place], place, proof)
        return None

    def _salt(self, place: int) -> bytes:
        return hashlib.sha256(_TAG + self.secret + place.to_bytes(8)).digest()


def parse(leaf: bytes) -> Standing:
    """Give the standing of an opened leaf. Raises Invalid for anything else."""
    try:
        told = json.loads(leaf)
        found = Standing(tuple(told["profiles"]), told["rank"], told["score"])
        if _leaf(found, bytes.fromhex(told["salt"])) != leaf:
            raise ValueError(leaf)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as cause:
        raise Invalid("Det här är ingen placering.", "This is no standing.") from cause
    return found


def _leaf(standing: Standing, salt: bytes) -> bytes:
    return canonical(
        {"profiles": standing.profiles, "rank": standing.rank, "score": standing.score, "salt": salt.hex()}
    )
