"""A leaf of a tree shown to somebody: the leaf, its place, and the proof that it is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matcha.matchlog import merkle


@dataclass(frozen=True)
class Opened:
    """A leaf, its place, and the proof that it is in the tree."""

    leaf: bytes
    place: int
    proof: tuple[bytes, ...]

    @classmethod
    def of(cls, leaves: Sequence[bytes], place: int) -> Opened:
        """Open the leaf at a place."""
        perfect = merkle.perfect_over([merkle.leaf_hash(leaf) for leaf in leaves])
        return cls(leaves[place], place, merkle.inclusion_proof(perfect, place, len(leaves)))
