"""What an encoder is, and a fake one for unit tests."""

from __future__ import annotations

import hashlib
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matcha.values import Role


class Encoder(Protocol):
    """Text into a vector."""

    @property
    def digest(self) -> str:
        """SHA-256 in hex of all that decides the vectors: two encoders that may differ have different digests."""

    @property
    def dimension(self) -> int:
        """Length of every vector."""

    def encode(self, text: str, role: Role) -> NDArray[np.float32]:
        """Give the unit vector of one text, shape (dimension,).

        A text is always encoded alone: in a batch its last bits would depend on its neighbours.
        """


class HashingEncoder:
    """Character trigrams hashed into a vector (Weinberger et al. 2009): quick, exact, and blind to meaning.

    For unit tests, and for trying matcha without a model. It knows no synonyms and no second language.
    """

    dimension = 256
    digest = hashlib.sha256(b"hashing-encoder-1").hexdigest()

    def encode(self, text: str, role: Role) -> NDArray[np.float32]:
        vector = np.zeros(self.dimension, dtype=np.float64)
        padded = f"  {text.lower()}  "
        for start in range(len(padded) - 2):
            hashed = hashlib.blake2b(padded[start : start + 3].encode(), digest_size=4).digest()
            vector[hashed[0] % self.dimension] += 1.0 if hashed[1] & 1 else -1.0
        length = float(np.linalg.norm(vector))
        return (vector / length if length else vector).astype(np.float32)
