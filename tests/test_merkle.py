"""The Merkle tree against published answers and its naive twin. Forgeries are in test_merkle_forgeries.py."""

import hashlib
import os
from dataclasses import dataclass
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcha.matchlog import merkle
from matcha.matchlog.merkle import Frontier, Perfect
from tests.naive_tree import NaiveTree, path_shape, proof_shape

LARGEST = int(os.environ.get("MATCHA_LARGEST_TREE", "256"))  # leaves; smaller only to try out mutants quickly
HUGE = 2**63

# The eight leaves and the roots over the first 0, 1, … 8 of them that Certificate Transparency's own tests use.
PUBLISHED_LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
PUBLISHED_ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
PUBLISHED_PATH_5_OF_8 = (
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
)
PUBLISHED_PROOF_6_TO_7 = (
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
)


@dataclass(frozen=True)
class Grown:
    """A tree built leaf by leaf, with every frontier it had, and its naive twin."""

    naive: NaiveTree
    leaves: list[bytes]
    frontiers: list[Frontier]

    @classmethod
    def to(cls, size: int) -> "Grown":
        bodies = [b"%d" % i for i in range(size)]
        leaves = [merkle.leaf_hash(body) for body in bodies]
        frontiers: list[Frontier] = [()]
        for count, leaf in enumerate(leaves):
            frontiers.append(merkle.grown(frontiers[-1], count, leaf))
        return cls(NaiveTree(bodies), leaves, frontiers)

    def stored(self, size: int) -> Perfect:
        """Perfect subtrees of the tree when it had `size` leaves: no later leaf or frontier can be asked for."""
        return cache(
            merkle.perfect_in(self.leaves[:size].__getitem__, self.frontiers[: size + 1].__getitem__),
        )

    def computed(self, size: int) -> Perfect:
        return cache(merkle.perfect_over(self.leaves[:size]))


@pytest.fixture(scope="module")
def tree() -> Grown:
    return Grown.to(LARGEST)


def test_roots_are_the_published_ones() -> None:
    leaves = [merkle.leaf_hash(bytes.fromhex(body)) for body in PUBLISHED_LEAVES]
    assert tuple(merkle.root(leaves[:size]).hex() for size in range(9)) == PUBLISHED_ROOTS
    naive = NaiveTree([bytes.fromhex(body) for body in PUBLISHED_LEAVES])
    assert tuple(naive.head(0, size).hex() for size in range(9)) == PUBLISHED_ROOTS
    assert merkle.EMPTY_ROOT.hex() == PUBLISHED_ROOTS[0]


def test_proofs_are_the_published_ones() -> None:
    perfect = merkle.perfect_over([merkle.leaf_hash(bytes.fromhex(body)) for body in PUBLISHED_LEAVES])
    assert tuple(one.hex() for one in merkle.inclusion_proof(perfect, 5, 8)) == PUBLISHED_PATH_5_OF_8
    assert tuple(one.hex() for one in merkle.consistency_proof(perfect, 6, 7)) == PUBLISHED_PROOF_6_TO_7


def test_frontiers_and_roots_of_all_sizes_are_the_twins(tree: Grown) -> None:
    differences = []
    for size in range(LARGEST + 1):
        root = tree.naive.head(0, size)
        if tree.frontiers[size] != tree.naive.frontier(size) or merkle.root_of(tree.frontiers[size]) != root:
            differences.append(("frontier", size))
        if merkle.root(tree.leaves[:size]) != root:
            differences.append(("root", size))
    assert differences == []


def test_every_inclusion_proof_is_the_twins_and_verifies(tree: Grown) -> None:
    differences = []
    for size in range(1, LARGEST + 1):
        stored, computed, root = tree.stored(size), tree.computed(size), tree.naive.head(0, size)
        for index in range(size):
            path = tuple(tree.naive.path(index, 0, size))
            if merkle.inclusion_proof(stored, index, size) != path:
                differences.append(("stored", index, size))
            if merkle.inclusion_proof(computed, index, size) != path:
                differences.append(("computed", index, size))
            if not merkle.verify_inclusion(index, size, tree.leaves[index], path, root):
                differences.append(("refused", index, size))
    assert differences == []


def test_every_consistency_proof_is_the_twins_and_verifies(tree: Grown) -> None:
    differences = []
    for new in range(LARGEST + 1):
        stored, computed, root = tree.stored(new), tree.computed(new), tree.naive.head(0, new)
        for old in range(new + 1):
            proof = tuple(tree.naive.proof(old, new)) if old else ()  # the RFC has none from the empty tree
            if merkle.consistency_proof(stored, old, new) != proof:
                differences.append(("stored", old, new))
            if merkle.consistency_proof(computed, old, new) != proof:
                differences.append(("computed", old, new))
            if not merkle.verify_consistency(old, new, tree.naive.head(0, old), root, proof):
                differences.append(("refused", old, new))
    assert differences == []


def test_a_tree_of_a_thousand_leaves_is_the_twins_too() -> None:
    size = 1002  # so that numbers which are no small ones are compared, and found equal, on the way up
    tree = Grown.to(size)
    perfect, root = tree.stored(size), tree.naive.head(0, size)
    for place in (0, 1, 255, 256, 257, 511, 512, 700, 767, 768, 999, 1000, 1001):
        path, proof = merkle.inclusion_proof(perfect, place, size), merkle.consistency_proof(perfect, place + 1, size)
        assert list(path) == tree.naive.path(place, 0, size)
        assert list(proof) == tree.naive.proof(place + 1, size)
        assert merkle.verify_inclusion(place, size, tree.leaves[place], path, root)
        assert merkle.verify_consistency(place + 1, size, tree.naive.head(0, place + 1), root, proof)


def test_a_perfect_subtree_that_ended_a_tree_is_read_and_not_computed(tree: Grown) -> None:
    no_leaves: list[bytes] = []
    perfect = merkle.perfect_in(no_leaves.__getitem__, tree.frontiers.__getitem__)
    differences = []
    for end in range(2, LARGEST + 1, 2):
        start = end & (end - 1)
        if perfect(start, end - start) != tree.naive.head(start, end):
            differences.append((start, end))
    assert differences == []
    peak = merkle.leaf_hash(b"")
    assert merkle.perfect_in(no_leaves.__getitem__, {3 << 40: (b"", peak)}.__getitem__)(1 << 41, 1 << 40) == peak


def test_a_proof_asks_for_each_of_the_largest_perfect_subtrees_beside_its_path_and_for_no_more() -> None:
    asked: list[tuple[int, int]] = []

    def perfect(start: int, size: int) -> bytes:
        asked.append((start, size))
        return b""

    for size in range(1, min(LARGEST, 40) + 1):
        for index in range(size):
            asked.clear()
            merkle.inclusion_proof(perfect, index, size)
            leaves = [leaf for start, count in asked for leaf in range(start, start + count)]
            assert sorted([*leaves, index]) == list(range(size))
            assert {(start ^ count, count) for start, count in asked} & set(asked) == set()  # none makes a larger one


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 5), (5, 5), (6, 5), (-1, 5), (-2, -1)])
def test_no_proof_is_made_of_what_needs_none(tree: Grown, old: int, new: int) -> None:
    assert merkle.consistency_proof(tree.stored(LARGEST), old, new) == ()


def test_leaves_and_nodes_are_hashed_apart() -> None:
    left, right = hashlib.sha256(b"left").digest(), hashlib.sha256(b"right").digest()
    assert merkle.leaf_hash(left + right) == hashlib.sha256(b"\x00" + left + right).digest()
    assert merkle.node_hash(left, right) == hashlib.sha256(b"\x01" + left + right).digest()


def joined(shape: str, start: bytes, hashes: list[bytes]) -> bytes:
    """Give the root over neighbours that stand on these sides, from the bottom."""
    node = start
    for side, other in zip(shape, hashes, strict=True):
        pair = other + node if side == "L" else node + other
        node = hashlib.sha256(b"\x01" + pair).digest()
    return node


def made_up(count: int, seed: int) -> list[bytes]:
    return [hashlib.sha256(b"%d/%d" % (seed, i)).digest() for i in range(count)]


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.data(), st.integers(1, HUGE))
def test_inclusion_is_verified_in_trees_too_large_to_build(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    shape = path_shape(index, size)
    hashes = made_up(len(shape), index)
    leaf = merkle.leaf_hash(b"")
    root = joined(shape, leaf, hashes)
    assert merkle.verify_inclusion(index, size, leaf, hashes, root)
    others = [i for i in (index ^ 1, index ^ 2, index - 1, index + 1, size - 1 - index) if i != index]
    assert [i for i in others if merkle.verify_inclusion(i, size, leaf, hashes, root)] == []


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.data(), st.integers(2, HUGE))
def test_consistency_is_verified_between_trees_too_large_to_build(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(1, new - 1))
    shape = proof_shape(old, new)
    hashes = made_up(len(shape), old)
    start = hashes[0] if shape[0] == "S" else merkle.leaf_hash(b"")
    sides, others = shape.removeprefix("S"), hashes[1:] if shape[0] == "S" else hashes
    of_both = [other for side, other in zip(sides, others, strict=True) if side == "L"]
    old_root, new_root = joined("L" * len(of_both), start, of_both), joined(sides, start, others)
    assert merkle.verify_consistency(old, new, old_root, new_root, hashes)
    assert not merkle.verify_consistency(old, new, new_root, old_root, hashes)
    assert not merkle.verify_consistency(old, new, old_root, merkle.leaf_hash(b"other"), hashes)
    assert not merkle.verify_consistency(old, new, merkle.leaf_hash(b"other"), new_root, hashes)
