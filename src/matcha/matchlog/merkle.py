"""The Merkle tree of RFC 9162, section 2.1, with SHA-256: roots, proofs, and their verification.

A tree of n leaves is stored as its frontier: the roots of the perfect subtrees that n's binary digits name, the largest
first. Every perfect subtree is found again in the frontiers of smaller trees, so that nothing else need be kept.
Verifiers take index, sizes and hashes from the caller; a proof is nothing but hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

Hash = bytes  # 32 bytes
Frontier = tuple[Hash, ...]
Perfect = Callable[[int, int], Hash]  # start, size (a power of two that divides start) → root of that subtree

EMPTY_ROOT: Hash = hashlib.sha256().digest()


def leaf_hash(body: bytes) -> Hash:
    """Give the hash of a leaf."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """Give the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def grown(frontier: Frontier, size: int, leaf: Hash) -> Frontier:
    """Give the frontier of a tree of `size` leaves when one more is appended."""
    peaks, node = list(frontier), leaf
    while size & 1:
        node = node_hash(peaks.pop(), node)
        size >>= 1
    return (*peaks, node)


def root_of(frontier: Frontier) -> Hash:
    """Give the root of the tree that a frontier stands for."""
    if not frontier:
        return EMPTY_ROOT
    *rest, node = frontier
    for peak in reversed(rest):
        node = node_hash(peak, node)
    return node


def root(leaves: Sequence[Hash]) -> Hash:
    """Give the root over leaf hashes."""
    frontier: Frontier = ()
    for size, leaf in enumerate(leaves):
        frontier = grown(frontier, size, leaf)
    return root_of(frontier)


def perfect_in(leaf_of: Callable[[int], Hash], frontier_of: Callable[[int], Frontier]) -> Perfect:
    """Find perfect subtrees in the frontiers of smaller trees: hashes of leaves by index, frontiers by size."""

    def perfect(start: int, size: int) -> Hash:
        if size == 1:
            return leaf_of(start)
        end = start + size
        if end & -end == size:  # the smallest peak of the tree that ends here
            return frontier_of(end)[-1]
        half = size // 2
        return node_hash(perfect(start, half), perfect(start + half, half))

    return perfect


def perfect_over(leaves: Sequence[Hash]) -> Perfect:
    """Compute perfect subtrees from leaf hashes."""
    return lambda start, size: root(leaves[start : start + size])


def inclusion_proof(perfect: Perfect, index: int, size: int) -> tuple[Hash, ...]:
    """Give the proof that leaf `index` is in the tree of `size` leaves: its sibling first (PATH, section 2.1.3.1)."""
    return _path(perfect, index, 0, size)


def consistency_proof(perfect: Perfect, old: int, new: int) -> tuple[Hash, ...]:
    """Give the proof that the tree of `old` leaves begins the tree of `new` ones (PROOF, section 2.1.4.1)."""
    return _subproof(perfect, old, 0, new, True) if 0 < old < new else ()


def verify_inclusion(index: int, size: int, leaf: Hash, proof: Sequence[Hash], root: Hash) -> bool:
    """Say whether a leaf stands at `index` in the tree of `size` leaves with this root (section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(step, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, step)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(old: int, new: int, old_root: Hash, new_root: Hash, proof: Sequence[Hash]) -> bool:
    """Say whether a tree only grew from `old` to `new` leaves, with these roots (section 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new or old == 0:
        expected = new_root if old == new else EMPTY_ROOT
        return not proof and old_root == expected and (new > 0 or new_root == EMPTY_ROOT)
    steps = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not steps:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, step)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _range(perfect: Perfect, start: int, end: int) -> Hash:
    """MTH(D[start:end]), for ranges as the proofs cut them."""
    size = end - start
    if size & (size - 1) == 0:
        return perfect(start, size)
    half = _split(size)
    return node_hash(perfect(start, half), _range(perfect, start + half, end))


def _path(perfect: Perfect, index: int, start: int, end: int) -> tuple[Hash, ...]:
    if end - start == 1:
        return ()
    middle = start + _split(end - start)
    if index < middle:
        return (*_path(perfect, index, start, middle), _range(perfect, middle, end))
    return (*_path(perfect, index, middle, end), _range(perfect, start, middle))


def _subproof(perfect: Perfect, old: int, start: int, end: int, known: bool) -> tuple[Hash, ...]:
    """`known` while the subtree is the old tree itself, whose root the verifier has."""
    if old == end:
        return () if known else (_range(perfect, start, end),)
    middle = start + _split(end - start)
    if old <= middle:
        return (*_subproof(perfect, old, start, middle, known), _range(perfect, middle, end))
    return (*_subproof(perfect, old, middle, end, False), _range(perfect, start, middle))


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)
