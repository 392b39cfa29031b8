"""The slow twin of `matcha.matchlog.merkle`: the recursive definitions of RFC 9162, section 2.1, as they stand."""

import hashlib
from collections.abc import Sequence


def largest_power_below(size: int) -> int:
    """k, "the largest power of two smaller than n"."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power


class NaiveTree:
    """A tree over leaf bodies; D[start:end] is written start, end. Remembers each MTH, which changes no value."""

    def __init__(self, bodies: Sequence[bytes]) -> None:
        self.bodies = list(bodies)
        self._heads: dict[tuple[int, int], bytes] = {}

    def head(self, start: int, end: int) -> bytes:
        """MTH(D[start:end]), section 2.1.1."""
        if (start, end) not in self._heads:
            self._heads[start, end] = self._computed_head(start, end)
        return self._heads[start, end]

    def _computed_head(self, start: int, end: int) -> bytes:
        size = end - start
        if size == 0:
            return hashlib.sha256(b"").digest()
        if size == 1:
            return hashlib.sha256(b"\x00" + self.bodies[start]).digest()
        k = largest_power_below(size)
        return hashlib.sha256(b"\x01" + self.head(start, start + k) + self.head(start + k, end)).digest()

    def path(self, m: int, start: int, end: int) -> list[bytes]:
        """PATH(m, D[start:end]), section 2.1.3.1; m counts from start."""
        size = end - start
        if size == 1:
            return []
        k = largest_power_below(size)
        if m < k:
            return [*self.path(m, start, start + k), self.head(start + k, end)]
        return [*self.path(m - k, start + k, end), self.head(start, start + k)]

    def proof(self, m: int, n: int) -> list[bytes]:
        """PROOF(m, D_n), section 2.1.4.1."""
        return self.subproof(m, 0, n, True)

    def subproof(self, m: int, start: int, end: int, b: bool) -> list[bytes]:
        """SUBPROOF(m, D[start:end], b), section 2.1.4.1."""
        size = end - start
        if m == size:
            return [] if b else [self.head(start, end)]
        k = largest_power_below(size)
        if m <= k:
            return [*self.subproof(m, start, start + k, b), self.head(start + k, end)]
        return [*self.subproof(m - k, start + k, end, False), self.head(start, start + k)]

    def frontier(self, size: int) -> tuple[bytes, ...]:
        """The heads of the perfect subtrees that the binary digits of size name, the largest first."""
        heads, start = [], 0
        for power in (1 << digit for digit in reversed(range(size.bit_length()))):
            if size & power:
                heads.append(self.head(start, start + power))
                start += power
        return tuple(heads)


def path_shape(m: int, n: int) -> str:
    """Say, from the leaf to the root of a tree of n leaves, on which side of leaf m's path each hash stands."""
    if n == 1:
        return ""
    k = largest_power_below(n)
    return path_shape(m, k) + "R" if m < k else path_shape(m - k, n - k) + "L"


def proof_shape(m: int, n: int, b: bool = True) -> str:
    """Say what each hash of PROOF(m, D_n) is for, from the bottom.

    S is where both roots start (absent if they start at the old root), L a left neighbour, of both trees, and R a
    right one, of the new tree alone.
    """
    if m == n:
        return "" if b else "S"
    k = largest_power_below(n)
    return proof_shape(m, k, b) + "R" if m <= k else proof_shape(m - k, n - k, False) + "L"
