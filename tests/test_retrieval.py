"""The FAISS index against an exact numpy twin, and the search that may stop early against looking at everything."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcha import scoring
from matcha.retrieval.retriever import Catalogue, rank_profiles, retrieve
from matcha.retrieval.vector_index import Proposal, VectorIndex
from tests.conftest import random_units


class ExactIndex:
    """The slow twin of VectorIndex: int64 products in numpy, no FAISS, no floats."""

    def __init__(self) -> None:
        self.held: dict[int, NDArray[np.int16]] = {}

    def add(self, ids: Sequence[int], vectors: NDArray[np.int16]) -> None:
        self.held |= dict(zip(ids, vectors, strict=True))

    def remove(self, ids: Sequence[int]) -> None:
        for id in ids:
            self.held.pop(id, None)

    def search(self, need: NDArray[np.int16], depth: int, allowed: Sequence[int]) -> Proposal:
        table = need.astype(np.int64) @ np.stack([self.held[id] for id in allowed]).astype(np.int64).T
        order = np.argsort(-table, axis=1, kind="stable")[:, :depth]
        found = {allowed[i] for i in order.ravel().tolist()}
        last = np.take_along_axis(table, order, axis=1)[:, -1] // 2**14
        return Proposal(tuple(sorted(found)), tuple(max(0, int(x)) for x in last), depth >= len(allowed))


def filled(seed: int, count: int, dimension: int = 32) -> tuple[VectorIndex, ExactIndex, NDArray[np.int16]]:
    vectors = scoring.quantise(random_units(seed, count, dimension))
    index, twin = VectorIndex(dimension), ExactIndex()
    for each in (index, twin):
        each.add(range(100, 100 + count), vectors)
    return index, twin, vectors


def test_vectors_come_back_to_the_bit_also_from_disk() -> None:
    index, _, vectors = filled(1, 500)
    again = VectorIndex.from_bytes(index.to_bytes())
    order = np.random.default_rng(0).permutation(500)
    for each in (index, again):
        assert np.array_equal(each.vectors([100 + int(i) for i in order]), vectors[order])
    assert again.ids == tuple(range(100, 600))


@given(seed=st.integers(0, 500), depth=st.integers(1, 60), every=st.integers(1, 4))
@settings(deadline=None, max_examples=40)
def test_faiss_proposes_what_the_exact_twin_proposes(seed: int, depth: int, every: int) -> None:
    index, twin, _ = filled(seed, 60)
    gone = list(range(100, 160, 7))
    index.remove(gone)
    twin.remove(gone)
    assert set(index.ids) == set(twin.held)
    allowed = [id for id in index.ids if id % every == 0]
    need = scoring.quantise(random_units(seed + 1, 3, 32))
    found = index.search(need, depth, allowed)
    expected = twin.search(need, depth, allowed)
    assert found.complete == expected.complete
    assert set(found.passages) <= set(allowed)
    for got, exact in zip(found.ceilings, expected.ceilings, strict=True):
        assert exact <= got <= exact + 8  # a ceiling may be a little high, never low
    if not found.complete:  # all that was left out is below the ceiling
        rest = [id for id in allowed if id not in found.passages]
        table = scoring.points(need, index.vectors(rest)) if rest else np.zeros((3, 1))
        assert (table.max(axis=1) <= np.array(found.ceilings)).all()


@given(seed=st.integers(0, 500), k=st.integers(1, 12), first_depth=st.integers(1, 20))
@settings(deadline=None, max_examples=60)
def test_stopping_early_gives_what_looking_at_everything_gives(seed: int, k: int, first_depth: int) -> None:
    index, _, _ = filled(seed, 200)
    owners = tuple(f"p{i // 4:03}" for i in range(200))
    catalogue = Catalogue(tuple(range(100, 300)), owners, {owner: f"a{int(owner[1:]) % 20}" for owner in owners})
    need = scoring.quantise(random_units(seed + 1, 2, 32))
    everything = rank_profiles(index, catalogue, need, catalogue.passages, b"s")
    assert retrieve(index, catalogue, need, k, b"s", first_depth) == everything[:k]


def test_the_search_does_stop_early() -> None:
    """Else the test above would say nothing: with one clear winner, most of the index is never scored."""
    dimension = 32
    vectors = scoring.quantise(np.concatenate([np.eye(dimension), -np.eye(dimension)]).astype(np.float32))
    index = VectorIndex(dimension)
    index.add(range(64), vectors)
    seen: list[int] = []

    class Counting(VectorIndex):
        def search(self, need: NDArray[np.int16], depth: int, allowed: Sequence[int]) -> Proposal:
            seen.append(depth)
            return super().search(need, depth, allowed)

    counting = Counting.from_bytes(index.to_bytes())
    catalogue = Catalogue(tuple(range(64)), tuple(f"p{i}" for i in range(64)), {f"p{i}": f"a{i}" for i in range(64)})
    hits = retrieve(counting, catalogue, vectors[5:6], 1, b"s", first_depth=2)
    assert (hits[0].actor_id, seen) == ("a5", [2])


def test_nothing_to_find_is_no_error() -> None:
    assert retrieve(VectorIndex(8), Catalogue((), (), {}), np.zeros((1, 8), np.int16), 5, b"s") == ()


@pytest.mark.parametrize("missing", [[], [999]])
def test_removing_nothing_or_a_stranger_is_no_error(missing: list[int]) -> None:
    index, _, _ = filled(3, 10)
    index.remove(missing)
    assert len(index) == 10
