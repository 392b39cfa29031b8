"""Scores and ranks against their slow twin, to the last integer."""

import hashlib
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcha import scoring
from matcha.scoring import ACROSS, FULL_POINTS, Candidate, Pieces, Query
from matcha.values import Hit, Language, Parts
from tests.conftest import brute_force, random_units

SV, EN = Language.SV, Language.EN
WORDS = ("hygien", "kö", "sår", "journal", "larm", "dos")
DIMENSION = 8

seeds = st.integers(0, 100_000)


def some_vectors(draw: random.Random, count: int, dimension: int = DIMENSION) -> NDArray[np.int16]:
    """Directions of every kind; half of them coarse, so that they often score the same."""
    if draw.random() < 0.5:
        steps = [[draw.choice((-1, 0, 0, 1)) * 16384 for _ in range(dimension)] for _ in range(count)]
        return scoring.direction(np.array(steps, np.int64))
    return scoring.quantise(random_units(draw.randrange(10**6), count, dimension) * draw.choice((1, -1)))


def some_query(draw: random.Random, dimension: int = DIMENSION) -> Query:
    sentences = draw.randint(1, 5)
    short = some_vectors(draw, sentences, dimension)
    long = some_vectors(draw, draw.randint(1, min(3, sentences)), dimension)
    rarities = {term: draw.randint(1, 9000) for term in draw.sample(WORDS, draw.randint(0, 4))}
    return Query(draw.choice((SV, EN)), short, long, scoring.term_weights(rarities, sentences))


def some_candidates(draw: random.Random, count: int, dimension: int = DIMENSION) -> list[Candidate]:
    found: list[Candidate] = []
    for i in range(count):
        if found and draw.random() < 0.15:
            found.append(replace(draw.choice(found), profile_id=f"p{i:03}"))  # says what another says
            continue
        short, long = draw.randint(1, 5), draw.randint(1, 3)
        found.append(
            Candidate(
                f"p{i:03}",
                draw.choice((SV, EN)),
                Pieces(draw.sample(range(900), short), some_vectors(draw, short, dimension)),
                Pieces(draw.sample(range(900, 1800), long), some_vectors(draw, long, dimension)),
                {term: draw.randint(0, 1024) for term in draw.sample(WORDS, draw.randint(0, 5))},
                draw.choice((0, draw.randint(0, 40_000))),
            )
        )
    return found


def some_actors(draw: random.Random, candidates: Sequence[Candidate]) -> dict[str, str]:
    return {c.profile_id: f"a{draw.randrange(1 + len(candidates) // 3)}" for c in candidates}


def slow_direction(vectors: Sequence[Sequence[int]]) -> list[int]:
    summed = [sum(column) for column in zip(*vectors, strict=True)]
    length = max(1.0, math.sqrt(sum(x * x for x in summed)))
    return [max(-32767, min(32767, round(x / length * 32768))) for x in summed]


def slow_likeness(first: Candidate, second: Candidate) -> int:
    a, b = (slow_direction(c.paragraphs.vectors.tolist()) for c in (first, second))
    return sum(x * y for x, y in zip(a, b, strict=True))


def slow_ranking(
    query: Query, candidates: Mapping[str, Candidate], actors: Mapping[str, str], seed: bytes
) -> list[tuple[int, str, str, int, tuple[tuple[str, int], ...]]]:
    """For each actor its rank, id, best profile, score, and what the others add."""

    def key(profile_id: str) -> bytes:
        return hashlib.sha256(seed + profile_id.encode()).digest()

    scores = {id: brute_force(query, c).total for id, c in candidates.items()}
    found = []
    for actor in sorted(set(actors.values())):
        own = sorted((id for id in candidates if actors[id] == actor), key=lambda one: (-scores[one], key(one)))
        others = []
        for share, place in ((2, 1), (4, 2)):
            for id in own[place : place + 1]:
                alike = max(slow_likeness(candidates[id], candidates[better]) for better in own[:place])
                new = 2**29 - min(2**29, max(0, alike))
                others.append((id, max(0, scores[id]) * new // 2**29 // share))
        kept = tuple((id, gain) for id, gain in others if gain)
        if own:
            found.append((actor, own[0], scores[own[0]] + sum(gain for _, gain in kept), kept))
    found.sort(key=lambda f: (-f[2], key(f[1])))
    return [(1 + sum(other[2] > f[2] for other in found), *f) for f in found]


def seen(hit: Hit) -> tuple[int, str, str, int, tuple[tuple[str, int], ...]]:
    return hit.rank, hit.actor_id, hit.scored.profile_id, hit.score, hit.others


@given(seed=seeds, count=st.integers(1, 25))
@settings(deadline=None, max_examples=80)
def test_scores_equal_the_slow_twin_part_by_part(seed: int, count: int) -> None:
    draw = random.Random(seed)
    query, candidates = some_query(draw), some_candidates(draw, count)
    for candidate, scored in zip(candidates, scoring.score(query, candidates), strict=True):
        assert scored.parts == brute_force(query, candidate)
        assert (scored.profile_id, scored.score) == (candidate.profile_id, scored.parts.total)


@given(seed=seeds, count=st.integers(1, 25))
@settings(deadline=None, max_examples=80)
def test_ranks_equal_the_slow_twin(seed: int, count: int) -> None:
    draw = random.Random(seed)
    query, candidates = some_query(draw), some_candidates(draw, count)
    actors, known = some_actors(draw, candidates), {c.profile_id: c for c in candidates}
    hits = scoring.rank(scoring.score(query, candidates), known, actors, b"seed")
    assert [seen(hit) for hit in hits] == slow_ranking(query, known, actors, b"seed")


@given(seed=seeds)
@settings(deadline=None, max_examples=30)
def test_order_of_the_candidates_changes_nothing(seed: int) -> None:
    draw = random.Random(seed)
    query, candidates = some_query(draw), some_candidates(draw, 20)
    actors, known = some_actors(draw, candidates), {c.profile_id: c for c in candidates}
    shuffled = draw.sample(candidates, len(candidates))
    first, second = (scoring.rank(scoring.score(query, c), known, actors, b"seed") for c in (candidates, shuffled))
    assert first == second


@given(seed=seeds)
@settings(deadline=None, max_examples=20)
def test_no_profile_changes_the_score_of_another(seed: int) -> None:
    draw = random.Random(seed)
    query, candidates = some_query(draw), some_candidates(draw, 10)
    whole = scoring.score(query, candidates)
    for gone in range(len(candidates)):
        rest = scoring.score(query, candidates[:gone] + candidates[gone + 1 :])
        assert rest == whole[:gone] + whole[gone + 1 :]


@given(seed=seeds)
@settings(deadline=None, max_examples=20)
def test_what_an_actor_is_called_changes_nothing(seed: int) -> None:
    draw = random.Random(seed)
    query, candidates = some_query(draw), some_candidates(draw, 15)
    actors, known = some_actors(draw, candidates), {c.profile_id: c for c in candidates}
    names = {actor: f"Bolaget {draw.random()}" for actor in sorted(set(actors.values()))}
    scored = scoring.score(query, candidates)
    hits = scoring.rank(scored, known, actors, b"s")
    renamed = scoring.rank(scored, known, {id: names[actor] for id, actor in actors.items()}, b"s")
    assert renamed == tuple(replace(hit, actor_id=names[hit.actor_id]) for hit in hits)


@given(seed=seeds, count=st.integers(1, 40), needs=st.integers(1, 9))
@settings(deadline=None, max_examples=60)
def test_generality_equals_the_slow_twin(seed: int, count: int, needs: int) -> None:
    draw = random.Random(seed)
    candidates, queries = some_candidates(draw, count), [some_query(draw) for _ in range(needs)]

    def given_to(query: Query, candidate: Candidate) -> int:
        short = mean_best(query.sentences.tolist(), candidate.sentences.vectors.tolist())
        long = mean_best(query.paragraphs.tolist(), candidate.paragraphs.vectors.tolist())
        return short + long if query.language == candidate.language else (short + long) * ACROSS[0] // ACROSS[1]

    expected = []
    for candidate in candidates:
        nearest = sorted((given_to(query, candidate) for query in queries), reverse=True)[:5]
        expected.append(sum(nearest) // len(nearest))
    assert scoring.generality(queries, candidates) == expected


def mean_best(needs: Sequence[Sequence[int]], passages: Sequence[Sequence[int]]) -> int:
    best = [max(sum(a * b for a, b in zip(n, p, strict=True)) // 2**14 for p in passages) for n in needs]
    return sum(max(0, most) for most in best) // len(needs)


# by hand, in a space where every direction can be named

EAST, NORTH, UP = np.eye(3, dtype=np.int64) * 2**15
ALMOST_FULL = 32767**2 // 2**14  # a component of 1.0 is kept as 32 767
ALONE = Query(SV, scoring.direction(EAST[None]), scoring.direction(EAST[None]), {})


def says(id: str, *directions: NDArray[np.int64], language: Language = SV, generality: int = 0) -> Candidate:
    pieces = Pieces(range(len(directions)), scoring.direction(np.stack(directions)))
    return Candidate(id, language, pieces, pieces, {}, generality)


def ranked(candidates: Sequence[Candidate], seed: bytes, actor: str | None = None) -> tuple[Hit, ...]:
    """Rank profiles for ALONE: all of one actor, or each of its own."""
    known = {c.profile_id: c for c in candidates}
    return scoring.rank(scoring.score(ALONE, candidates), known, {id: actor or id for id in known}, seed)


def only_parts(candidate: Candidate, query: Query = ALONE) -> Parts:
    return scoring.score(query, [candidate])[0].parts


def test_the_same_gets_full_points_twice_its_opposite_and_what_is_beside_it_none() -> None:
    assert ALMOST_FULL == FULL_POINTS - 4
    totals = [only_parts(says("p", towards)).total for towards in (EAST, -EAST, NORTH)]
    assert totals == [2 * ALMOST_FULL, 0, 0]


def test_another_language_counts_more_in_sentences_and_whole_and_nowhere_else() -> None:
    parts = only_parts(says("p", EAST + NORTH, language=EN, generality=1001))
    assert 1 < ACROSS[0] / ACROSS[1] < 2
    half = 23170 * 32767 // 2**14  # a component of √½ is kept as 23 170
    assert [pair.points for pair in (*parts.sentences, *parts.whole)] == [half * ACROSS[0] // ACROSS[1]] * 2
    assert parts.generality == -500


def test_the_whole_weighs_as_much_as_all_sentences_and_its_paragraphs_share_it() -> None:
    sentences, paragraphs = (scoring.direction(np.stack([EAST] * count)) for count in (5, 2))
    parts = only_parts(says("p", NORTH, EAST, generality=10_001), Query(SV, sentences, paragraphs, {}))
    assert [(pair.passage, pair.points) for pair in parts.sentences] == [(1, ALMOST_FULL)] * 5
    assert [(pair.passage, pair.points) for pair in parts.whole] == [(1, 5 * ALMOST_FULL // 2)] * 2
    assert parts.generality == -(5 * 10_001 // 2)


def test_of_equal_passages_the_earlier_is_named() -> None:
    twice = Pieces([7, 9, 8], scoring.direction(np.stack([NORTH, EAST, EAST])))
    candidate = Candidate("p", SV, twice, Pieces([3, 2], scoring.direction(np.stack([NORTH, UP]))), {}, 0)
    parts = only_parts(candidate)
    assert (parts.sentences[0].passage, parts.whole[0].passage) == (9, 3)


def test_terms_weigh_two_fifths_of_the_sentences_along_their_rarities() -> None:
    weights = scoring.term_weights({"hygien": 3000, "vård": 4000, "alla": 0}, 2)
    assert weights == {"hygien": 2 * 65536 * 2 * 3000 // (5 * 5000), "vård": 2 * 65536 * 2 * 4000 // (5 * 5000)}
    assert scoring.term_weights({"hygien": 17}, 1) == {"hygien": 26214}  # ⅖ of 65 536, whatever the rarity
    assert scoring.term_weights({}, 3) == scoring.term_weights({"alla": 0}, 3) == {}


def test_saturation_is_bm25s_frequency_part() -> None:
    # as long as the average: tf / (tf + 1.2); twice as long: tf / (tf + 1.2 · 1.75)
    assert scoring.saturations({"a": 1, "b": 3}, 4.0) == {"a": round(1024 / 2.2), "b": round(1024 * 3 / 4.2)}
    assert scoring.saturations({"a": 1, "b": 3}, 2.0) == {"a": round(1024 / 3.1), "b": round(1024 * 3 / 5.1)}
    assert scoring.saturations({"a": 10**6}, 10.0**6)["a"] == 1024
    assert scoring.saturations({}, 4.0) == {}


def test_terms_meet_by_name_and_those_without_a_point_are_not_told() -> None:
    candidate = replace(says("p", NORTH), terms={"kö": 512, "sår": 1, "larm": 1024})
    parts = only_parts(candidate, replace(ALONE, terms={"sår": 1023, "kö": 1001, "dos": 9}))
    assert [(term.term, term.points) for term in parts.terms] == [("kö", 500)]
    assert parts.total == 500


def about(id: str, subject: NDArray[np.int64], generality: int = 0) -> Candidate:
    """A profile with a sentence that answers ALONE in full, and a paragraph about a subject beside it."""
    sentence, paragraph = scoring.direction(EAST[None]), scoring.direction(subject[None])
    return Candidate(id, SV, Pieces([0], sentence), Pieces([1], paragraph), {}, generality)


def gains(*candidates: Candidate) -> list[int]:
    """What an actor's second and third profile add; the best has the lowest generality."""
    (hit,) = ranked(candidates, b"x", "a")
    assert hit.score == hit.scored.score + sum(gain for _, gain in hit.others)
    return [gain for _, gain in hit.others]


def test_a_second_and_a_third_profile_add_half_and_a_quarter_and_a_fourth_nothing() -> None:
    four = [about("p1", NORTH), about("p2", UP, 2), about("p3", -NORTH, 4), about("p4", -UP, 6)]
    both = [(ALMOST_FULL - 1) // 2, (ALMOST_FULL - 2) // 4]
    assert [gains(*four[:count]) for count in (1, 2, 3, 4)] == [[], both[:1], both, both]


def test_who_says_the_same_again_gains_nothing() -> None:
    assert gains(about("p1", NORTH), about("p2", NORTH, 2)) == []
    assert gains(about("p1", NORTH), about("p2", 2 * NORTH + UP, 2)) == []  # cosine 0.89
    third = gains(about("p1", NORTH), about("p2", UP, 2), about("p3", UP, 4))
    assert third == gains(about("p1", NORTH), about("p2", UP, 2))


def test_who_says_nearly_something_new_gains_in_proportion() -> None:
    found = gains(about("p1", NORTH), about("p2", NORTH + 3 * UP))
    assert found[0] == pytest.approx(ALMOST_FULL / 2 * (1 - 2 / math.sqrt(10)), rel=1e-3)


def test_a_profile_below_nothing_takes_nothing_from_its_actor() -> None:
    assert gains(about("p1", NORTH), about("p2", UP, 10 * FULL_POINTS)) == []


def test_equal_scores_share_a_rank_and_the_seed_orders_them() -> None:
    candidates = [says("p1", NORTH), says("p2", NORTH), says("p3", EAST), says("p4", NORTH), says("p5", UP - EAST)]
    candidates[-1] = replace(candidates[-1], generality=8)
    hits = ranked(candidates, b"x")
    assert [hit.rank for hit in hits] == [1, 2, 2, 2, 5]
    keys = [hashlib.sha256(b"x" + hit.scored.profile_id.encode()).digest() for hit in hits[1:4]]
    assert keys == sorted(keys)
    orders = {tuple(hit.actor_id for hit in ranked(candidates, bytes([seed]))[1:4]) for seed in range(50)}
    assert len(orders) == 6  # every order of three comes up


def test_nobody_to_score_is_no_error() -> None:
    assert scoring.score(ALONE, []) == ()
    assert scoring.rank([], {}, {}, b"x") == ()


def test_quantise_stays_inside_int16() -> None:
    assert scoring.quantise(np.array([[1.0, -1.0, 0.5, 0.0]], np.float32)).tolist() == [[32767, -32767, 16384, 0]]


def test_direction_has_length_one_and_nothing_stays_nothing() -> None:
    vectors = np.array([[3, 4, 0], [-300_000, 0, 400_000], [0, 0, 0], [0, -1, 0]], np.int64)
    expected = [[19661, 26214, 0], [-19661, 0, 26214], [0, 0, 0], [0, -32767, 0]]
    assert scoring.direction(vectors).tolist() == expected


def test_sums_are_exact_where_float32_would_not_be() -> None:
    need = scoring.quantise(random_units(1, 40, 384))
    passages = scoring.quantise(random_units(2, 400, 384))
    exact = need.astype(np.int64) @ passages.astype(np.int64).T
    assert np.array_equal(scoring.points(need, passages), np.maximum(exact // 2**14, 0))


@pytest.mark.parametrize("dimension", [384, 1024])
def test_sums_are_exact_at_the_largest_values(dimension: int) -> None:
    extreme = np.full((1, dimension), 32767, np.int16)
    assert scoring.points(extreme, extreme).tolist() == [[dimension * 32767**2 // 2**14]]
