"""What the verifiers of the Merkle tree must refuse, all of it: every list of accepted forgeries is empty."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pytest

from matcha.matchlog import merkle
from tests.naive_tree import NaiveTree, path_shape, proof_shape

LARGEST = int(os.environ.get("MATCHA_LARGEST_TREE", "256"))
SIZES = tuple(size for size in (*range(1, 18), 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256) if size <= LARGEST)
OTHER = hashlib.sha256(b"some other hash").digest()
LOWEST, HIGHEST = bytes(32), b"\xff" * 32
BODIES = [b"post %d" % i for i in range(LARGEST)]
TREE = NaiveTree(BODIES)


@dataclass(frozen=True)
class Inclusion:
    """That a leaf is in a tree, with what should show it."""

    index: int
    size: int
    leaf: bytes
    root: bytes
    proof: tuple[bytes, ...]

    def holds(self) -> bool:
        return merkle.verify_inclusion(self.index, self.size, self.leaf, self.proof, self.root)


@dataclass(frozen=True)
class Consistency:
    """That a tree only grew, with what should show it."""

    old: int
    new: int
    old_root: bytes
    new_root: bytes
    proof: tuple[bytes, ...]

    def holds(self) -> bool:
        return merkle.verify_consistency(self.old, self.new, self.old_root, self.new_root, self.proof)


def inclusion(index: int, size: int) -> Inclusion:
    return Inclusion(index, size, TREE.head(index, index + 1), TREE.head(0, size), tuple(TREE.path(index, 0, size)))


def consistency(old: int, new: int) -> Consistency:
    proof = tuple(TREE.proof(old, new)) if old else ()
    return Consistency(old, new, TREE.head(0, old), TREE.head(0, new), proof)


def some_of(size: int) -> Sequence[int]:
    """All indices of a small tree; those at the joints of a large one."""
    if size <= 17:
        return range(size)
    half = 1 << ((size - 1).bit_length() - 1)
    return sorted({0, 1, 2, half // 2, half - 1, half, size // 3, size - 2, size - 1} & set(range(size)))


def flips(content: bytes) -> Iterator[bytes]:
    """Every byte with one of its bits flipped: each of the eight in turn."""
    for place in range(len(content)):
        yield bytes((*content[:place], content[place] ^ 1 << place % 8, *content[place + 1 :]))


def other_numbers(number: int) -> set[int]:
    return {number - 1, number + 1, number ^ 2, number * 2, number // 2, -number, ~number, 0} - {number}


def other_proofs(proof: tuple[bytes, ...], *garbage: bytes) -> Iterator[tuple[str, tuple[bytes, ...]]]:
    """The proof with any one hash altered, left out, moved, repeated, or with something added anywhere."""
    for place, one in enumerate(proof):
        yield from ((f"bit of {place}", (*proof[:place], flip, *proof[place + 1 :])) for flip in flips(one))
        yield f"without {place}", (*proof[:place], *proof[place + 1 :])
        yield f"only before {place}", proof[:place]
        yield f"shortened {place}", (*proof[:place], one[:-1], *proof[place + 1 :])
        if place:
            swapped = (*proof[: place - 1], one, proof[place - 1], *proof[place + 1 :])
            yield f"{place} moved down", swapped
    for place in range(len(proof) + 1):
        for more in (b"", OTHER, merkle.EMPTY_ROOT, *proof, *garbage):
            yield f"more at {place}", (*proof[:place], more, *proof[place:])
    if len(proof) > 1:
        yield "backwards", proof[::-1]
        yield "doubled", proof + proof


def forged_inclusions(true: Inclusion) -> Iterator[tuple[str, Inclusion]]:
    for what, proof in other_proofs(true.proof, true.root, true.leaf):
        yield what, replace(true, proof=proof)
    for leaf in (*flips(true.leaf), OTHER, b"", BODIES[true.index], merkle.EMPTY_ROOT):
        yield "leaf", replace(true, leaf=leaf)
    for root in (*flips(true.root), OTHER, b"", merkle.EMPTY_ROOT):
        yield "root", replace(true, root=root)
    for index in other_numbers(true.index):
        yield f"index {index}", replace(true, index=index)
    for size in other_numbers(true.size):
        if not same_path(true, true.index, size):
            yield f"size {size}", replace(true, size=size)
    for index in set(some_of(true.size)) - {true.index}:
        other = inclusion(index, true.size)
        yield f"leaf {index}", replace(true, leaf=other.leaf)
        yield f"proof of {index}", replace(true, proof=other.proof)
        yield f"leaf and proof of {index}", replace(other, index=true.index)


def same_path(true: Inclusion, index: int, size: int) -> bool:
    """Say whether the verifier cannot tell these numbers from the true ones.

    It sees them only through the sides on which the path's hashes stand (leaf 0 of 3 and leaf 0 of 4 both have two
    hashes to their right). What binds the size is the signature on the checkpoint, which holds size and root at once.
    """
    return 0 <= index < size and path_shape(index, size) == path_shape(true.index, true.size)


def forged_consistencies(true: Consistency) -> Iterator[tuple[str, Consistency]]:
    for what, proof in other_proofs(true.proof, true.old_root, true.new_root):
        yield what, replace(true, proof=proof)
    yield "no proof", replace(true, proof=())
    for root in (*flips(true.old_root), OTHER, b"", merkle.EMPTY_ROOT):
        yield "old root", replace(true, old_root=root)
    for root in (*flips(true.new_root), OTHER, b"", merkle.EMPTY_ROOT):
        yield "new root", replace(true, new_root=root)
    yield "roots swapped", replace(true, old_root=true.new_root, new_root=true.old_root)
    yield "sizes swapped", replace(true, old=true.new, new=true.old)
    yield "all swapped", replace(true, old=true.new, new=true.old, old_root=true.new_root, new_root=true.old_root)
    yield "roots the same", replace(true, old_root=true.new_root)
    for old in other_numbers(true.old):
        if not same_growth(true, old, true.new):
            yield f"old {old}", replace(true, old=old)
    for new in other_numbers(true.new):
        if not same_growth(true, true.old, new):
            yield f"new {new}", replace(true, new=new)
    for old in set(some_of(true.new)) - {true.old, 0}:
        yield f"proof from {old}", replace(true, proof=consistency(old, true.new).proof)


def same_growth(true: Consistency, old: int, new: int) -> bool:
    """Say whether the verifier cannot tell these sizes from the true ones: as `same_path` (from 2 to 3, or 2 to 4)."""
    return 0 < old < new and proof_shape(old, new) == proof_shape(true.old, true.new)


@pytest.mark.parametrize("size", SIZES)
def test_no_forged_inclusion_is_accepted(size: int) -> None:
    accepted = []
    for index in some_of(size):
        true = inclusion(index, size)
        assert true.holds()
        accepted += [(index, what) for what, forged in forged_inclusions(true) if forged.holds()]
    assert accepted == []


@pytest.mark.parametrize("new", SIZES)
def test_no_forged_growth_is_accepted(new: int) -> None:
    accepted = []
    for old in set(some_of(new)) - {0}:
        true = consistency(old, new)
        assert true.holds()
        accepted += [(old, what) for what, forged in forged_consistencies(true) if forged.holds()]
    assert accepted == []


@pytest.mark.parametrize("new", SIZES)
def test_no_growth_of_a_rewritten_log_is_accepted(new: int) -> None:
    accepted = []
    for rewritten in some_of(new):
        other = NaiveTree([*BODIES[:rewritten], b"rewritten", *BODIES[rewritten + 1 :]])
        for old in range(rewritten + 1, new + 1):
            claim = consistency(old, new)
            forged = replace(claim, new_root=other.head(0, new), proof=tuple(other.proof(old, new)))
            accepted += [(rewritten, old)] if forged.holds() or replace(claim, new_root=forged.new_root).holds() else []
    assert accepted == []


@pytest.mark.parametrize("size", SIZES)
def test_only_one_and_the_same_tree_is_consistent_with_itself(size: int) -> None:
    root = TREE.head(0, size)
    assert Consistency(size, size, root, root, ()).holds()
    assert not Consistency(size, size, root, root, (root,)).holds()
    assert not Consistency(size, size, root, root, (b"",)).holds()
    assert [flip for flip in flips(root) if Consistency(size, size, root, flip, ()).holds()] == []
    assert [flip for flip in flips(root) if Consistency(size, size, flip, root, ()).holds()] == []


@pytest.mark.parametrize("new", [0, *SIZES])
def test_every_tree_grew_from_the_empty_one_and_nothing_else_is_empty(new: int) -> None:
    empty, root = merkle.EMPTY_ROOT, TREE.head(0, new)
    assert Consistency(0, new, empty, root, ()).holds()
    assert [one for one in (OTHER, LOWEST, HIGHEST, b"") if Consistency(0, new, one, root, ()).holds()] == []
    assert not Consistency(0, new, empty, root, (root,)).holds()
    assert [old for old in (-1, -new - 1) if Consistency(old, new, empty, root, ()).holds()] == []
    assert not Consistency(new, -1, root, root, ()).holds()
    assert not Consistency(-1, -1, root, root, ()).holds()


def test_the_empty_tree_has_one_root_and_no_leaves() -> None:
    assert [one for one in (OTHER, LOWEST, HIGHEST, b"") if Consistency(0, 0, one, one, ()).holds()] == []
    claims = [Inclusion(index, size, leaf, root, ()) for index in (-1, 0, 1) for size in (-1, 0)
              for leaf in (OTHER, merkle.EMPTY_ROOT) for root in (OTHER, merkle.EMPTY_ROOT)]  # fmt: skip
    assert [claim for claim in claims if claim.holds()] == []


@pytest.mark.parametrize("size", [size for size in SIZES if size > 1])
def test_no_node_passes_for_a_leaf(size: int) -> None:
    """The second preimage: two hashes as the body of an entry, at any place of a tree of this size or half of it."""
    accepted = []
    for index in some_of(size):
        true = inclusion(index, size)
        pair = (true.proof[0], true.leaf) if path_shape(index, size)[0] == "L" else (true.leaf, true.proof[0])
        node, upper = merkle.node_hash(*pair), true.proof[1:]
        for at in range(size):
            accepted += [(index, at)] if replace(true, index=at, leaf=node, proof=upper).holds() else []
            for many in (size, (size + 1) // 2):
                leaf = merkle.leaf_hash(b"".join(pair))
                accepted += [(index, at)] if Inclusion(at, many, leaf, true.root, upper).holds() else []
    assert accepted == []


def test_the_verifiers_bind_index_and_sizes_by_the_shape_of_the_path_and_no_less() -> None:
    """Every index and size there could be, of small trees: accepted are the true ones and those of the same shape."""
    differences = []
    for size in range(1, min(LARGEST, 11) + 1):
        for index in range(size):
            path, growth = inclusion(index, size), consistency(index + 1, size)
            for first in range(-2, 2 * size + 3):
                for second in range(-2, 2 * size + 3):
                    forged = replace(path, index=first, size=second)
                    if forged.holds() != same_path(path, first, second):
                        differences.append(("inclusion", index, size, first, second))
                    grown = replace(growth, old=first, new=second)
                    if index + 1 < size and grown.holds() != same_growth(growth, first, second):
                        differences.append(("consistency", index + 1, size, first, second))
    assert differences == []


def test_an_index_is_never_excused_within_one_tree() -> None:
    """Two leaves of one tree never have paths of the same shape, so a log cannot give one leaf's place to another."""
    for size in SIZES:
        assert len({path_shape(index, size) for index in range(size)}) == size
