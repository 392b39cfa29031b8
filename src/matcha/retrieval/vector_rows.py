"""Vectors and terms as pgvector's types hold them, and by how much what is computed with these can be wrong.

A component × 2¹⁵ in 16-bit floats (`halfvec`) keeps 11 bits. Terms are hashed into the places of a sparse vector
(`sparsevec`), so that the words that a need and a profile share are one product; two terms in one place make it larger,
never smaller.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcha.scoring import ONE

BUCKETS = 1_000_000_000  # the most places that a sparsevec has
_USED = BUCKETS  # of them
_MOST_TERMS = 16_000  # that a sparsevec keeps; no text has so many (`records.fields.LONGEST`)
LONGEST = 1.01 * ONE  # of a vector, of length 1 but for its rounding
_FLOAT = 2.0**-24  # the relative rounding of pgvector's sums, which are of 32-bit floats (Higham 2002, 3.1)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Halves:
    """Vectors as `halfvec` holds them, shape (vectors, dimension), and each one's distance from the exact one."""

    values: Floats
    away: Floats

    @classmethod
    def of(cls, vectors: NDArray[np.int16]) -> Halves:
        """Round vectors to the nearest that 16-bit floats hold."""
        values = vectors.astype(np.float16).astype(np.float64)
        return cls(values, _lengths(vectors - values))

    def texts(self) -> list[str]:
        """Give them as PostgreSQL reads them."""
        return [f"[{','.join(map(str, row))}]" for row in self.values.astype(np.int64).tolist()]

    def losses(self) -> list[float]:
        """Give how far they lie from the exact ones, rounded up to what a `real` holds."""
        assert (_lengths(self.values) < LONGEST).all()
        up = np.nextafter(self.away.astype(np.float32), np.float32(np.inf))
        return [float(loss) if away else 0.0 for loss, away in zip(up, self.away, strict=True)]


@dataclass(frozen=True)
class Asked:
    """Need vectors as `halfvec`: a product with a passage is at most what pgvector gives + its loss × `far` +
    `slack`."""

    texts: list[str]
    far: list[float]
    slack: list[float]

    @classmethod
    def of(cls, vectors: NDArray[np.int16]) -> Asked:
        """Make ready to ask."""
        halves = Halves.of(vectors)
        summing = (vectors.shape[1] + 8) * _FLOAT * _lengths(halves.values)
        slack = LONGEST * (halves.away + 2 * summing)
        return cls(halves.texts(), (_lengths(vectors.astype(np.float64)) * (1 + 1e-9)).tolist(), slack.tolist())


def sparse(values: Mapping[str, int]) -> str:
    """Give terms and a number of each as a `sparsevec`."""
    places: dict[int, int] = {}
    assert len(values) <= _MOST_TERMS
    for term, value in values.items():
        place = int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest()) % _USED + 1
        places[place] = places.get(place, 0) + value
    return f"{{{','.join(f'{place}:{places[place]}' for place in sorted(places))}}}/{BUCKETS}"


def sparse_share(terms: int) -> float:
    """Give how many times too small the product of so many terms can be."""
    return 1 + (terms + 8) * 4 * _FLOAT


def _lengths(vectors: Floats) -> Floats:
    found: Floats = np.sqrt((vectors * vectors).sum(axis=1)) * (1 + 1e-9)
    return found
