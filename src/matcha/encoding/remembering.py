"""An encoder that remembers what was encoded before."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from matcha.encoding.encoder import Encoder
from matcha.values import Role


class RememberingEncoder:
    """Gives the vectors it was given or has made before, and lets the other encoder make the rest.

    Vectors are given as unit vectors × 2¹⁵ in int16, as they are stored.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[tuple[Role, str], NDArray[np.float32]] = {}
        self.digest = encoder.digest

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    def remember(self, role: Role, texts: Iterable[tuple[str, NDArray[np.int16]]]) -> None:
        """Take in texts with their vectors."""
        self._known |= {(role, text): vector.astype(np.float32) / np.float32(1 << 15) for text, vector in texts}

    def encode(self, text: str, role: Role) -> NDArray[np.float32]:
        if (role, text) not in self._known:
            self._known[role, text] = self._encoder.encode(text, role)
        return self._known[role, text]
