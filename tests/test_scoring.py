"""Scores and ranks against their slow twin, to the last integer."""

import hashlib
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcha import scoring
from matcha.values import Scored
from tests.conftest import brute_force, random_units

Profiles = list[tuple[str, str, NDArray[np.int16]]]


def some_profiles(seed: int, count: int, dimension: int = 16) -> Profiles:
    generator = random.Random(seed)
    return [
        (
            f"p{i:03}",
            f"a{generator.randrange(max(1, count // 2))}",
            scoring.quantise(random_units(seed * 1000 + i, generator.randint(1, 5), dimension)),
        )
        for i in range(count)
    ]


def scored(need: NDArray[np.int16], profiles: Profiles) -> tuple[Scored, ...]:
    vectors = np.concatenate([v for _, _, v in profiles])
    owners = [p for p, _, v in profiles for _ in v]
    return scoring.score(need, vectors, list(range(len(owners))), owners)


@given(seed=st.integers(0, 10_000), sentences=st.integers(1, 6), count=st.integers(1, 30))
@settings(deadline=None, max_examples=60)
def test_rank_equals_the_slow_twin(seed: int, sentences: int, count: int) -> None:
    profiles = some_profiles(seed, count)
    need = scoring.quantise(random_units(seed + 7, sentences, 16))
    hits = scoring.rank(scored(need, profiles), {p: a for p, a, _ in profiles}, b"seed")
    expected = brute_force(need, profiles)
    assert {hit.actor_id: hit.scored.score for hit in hits} == {a: s for a, (s, _) in expected.items()}
    assert [hit.scored.score for hit in hits] == sorted((s for s, _ in expected.values()), reverse=True)
    for hit in hits:
        assert hit.rank == 1 + sum(s > hit.scored.score for s, _ in expected.values())
        assert hit.scored.score == sum(pair.points for pair in hit.scored.pairs)


@given(seed=st.integers(0, 1000))
@settings(deadline=None, max_examples=20)
def test_order_of_the_candidates_changes_nothing(seed: int) -> None:
    profiles = some_profiles(seed, 20)
    need = scoring.quantise(random_units(seed + 7, 3, 16))
    actors = {p: a for p, a, _ in profiles}
    shuffled = random.Random(seed).sample(profiles, len(profiles))
    first = scoring.rank(scored(need, profiles), actors, b"seed")
    second = scoring.rank(scored(need, shuffled), actors, b"seed")
    assert [(h.rank, h.actor_id, h.scored.score) for h in first] == [
        (h.rank, h.actor_id, h.scored.score) for h in second
    ]


@given(seed=st.integers(0, 1000))
@settings(deadline=None, max_examples=20)
def test_no_profile_changes_the_score_of_another(seed: int) -> None:
    profiles = some_profiles(seed, 12)
    need = scoring.quantise(random_units(seed + 7, 3, 16))
    whole = {s.profile_id: s.score for s in scored(need, profiles)}
    for gone in profiles:
        rest = scored(need, [p for p in profiles if p is not gone])
        assert {s.profile_id: s.score for s in rest} == {k: v for k, v in whole.items() if k != gone[0]}


def test_equal_scores_share_a_rank_and_the_seed_orders_them() -> None:
    same = scoring.quantise(random_units(1, 2, 16))
    better = scoring.quantise(random_units(2, 1, 16))
    profiles = [
        ("p1", "a1", same),
        ("p2", "a2", same),
        ("p3", "a3", np.concatenate([same, better])),
        ("p4", "a4", same),
    ]
    actors = {p: a for p, a, _ in profiles}
    hits = scoring.rank(scored(better, profiles), actors, b"x")
    assert [hit.rank for hit in hits] == [1, 2, 2, 2]
    keys = [hashlib.sha256(b"x" + hit.scored.profile_id.encode()).digest() for hit in hits[1:]]
    assert keys == sorted(keys)
    orders = {
        tuple(h.actor_id for h in scoring.rank(scored(better, profiles), actors, bytes([seed]))[1:])
        for seed in range(50)
    }
    assert len(orders) == 6  # every order of three comes up


def test_a_sentence_that_meets_itself_gets_full_points_and_its_opposite_none() -> None:
    vector = scoring.quantise(np.eye(1, 8, dtype=np.float32))
    assert scoring.points(vector, np.concatenate([vector, -vector])).tolist() == [
        [scoring.FULL_POINTS * (2**15 - 1) ** 2 // 2**30, 0]
    ]


def test_quantise_stays_inside_int16() -> None:
    assert scoring.quantise(np.array([[1.0, -1.0, 0.5, 0.0]], np.float32)).tolist() == [[32767, -32767, 16384, 0]]


def test_sums_are_exact_where_float32_would_not_be() -> None:
    need = scoring.quantise(random_units(1, 40, 384))
    passages = scoring.quantise(random_units(2, 400, 384))
    exact = need.astype(np.int64) @ passages.astype(np.int64).T
    assert np.array_equal(scoring.points(need, passages), np.maximum(exact // 2**14, 0))


@pytest.mark.parametrize("dimension", [384, 1024])
def test_sums_are_exact_at_the_largest_values(dimension: int) -> None:
    extreme = np.full((1, dimension), 32767, np.int16)
    assert scoring.points(extreme, extreme).tolist() == [[dimension * 32767**2 // 2**14]]
