"""The index to the bit, the catalogue against `scoring.score`, and the quick search against scoring everybody."""

import random
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcha import scoring
from matcha.retrieval.catalogue import Catalogue, Entry
from matcha.retrieval.profile_index import ProfileIndex, Version
from matcha.retrieval.retriever import retrieve
from matcha.scoring import Candidate, Pieces, Query
from matcha.values import Hit, Language
from tests.conftest import random_units
from tests.test_scoring import seeds, some_actors, some_candidates, some_query

SV, EN = Language.SV, Language.EN
VERSIONS = {9: Version(-7, {"hygien": 1024, "åldring": 3}), 4: Version(81_000, {}), 70: Version(0, {"hygien": 465})}


def filled(seed: int, count: int = 50, dimension: int = 32) -> tuple[ProfileIndex, NDArray[np.int16]]:
    vectors = scoring.quantise(random_units(seed, count, dimension) * np.float32(-1 if seed % 2 else 1))
    index = ProfileIndex(dimension)
    index.add(range(100, 100 + count), vectors)
    index.versions = dict(VERSIONS)
    return index, vectors


def held(index: ProfileIndex) -> dict[int, list[int]]:
    """The vectors of an index by passage id, as the integers they were."""
    return dict(zip(index.ids, (index.matrix.astype(np.float64) * 2**15).tolist(), strict=True))


# the index


def test_vectors_and_versions_come_back_to_the_bit_also_from_disk() -> None:
    index, vectors = filled(1, 500)
    again = ProfileIndex.from_bytes(index.to_bytes())
    for each in (index, again):
        assert held(each) == dict(zip(range(100, 600), vectors.tolist(), strict=True))
        assert each.versions == VERSIONS
        assert len(each) == 500
    assert again.to_bytes() == index.to_bytes() == filled(1, 500)[0].to_bytes()


def test_an_empty_index_comes_back_too_and_can_be_filled() -> None:
    empty = ProfileIndex.from_bytes(ProfileIndex(32).to_bytes())
    assert (len(empty), empty.ids, empty.matrix.shape, empty.versions) == (0, (), (0, 32), {})
    index, vectors = filled(2)
    empty.add(range(100, 150), vectors)
    assert held(empty) == held(index)


@pytest.mark.parametrize("seed", range(5))
def test_what_is_removed_is_gone_and_all_else_keeps_its_vector(seed: int) -> None:
    index, vectors = filled(seed)
    gone = random.Random(seed).sample(range(100, 150), 20)
    index.remove(gone)
    index.add([7, 900], vectors[:2])
    expected = {id: vector for id, vector in zip(range(100, 150), vectors.tolist(), strict=True) if id not in gone}
    expected |= {7: vectors[0].tolist(), 900: vectors[1].tolist()}
    assert held(index) == expected == held(ProfileIndex.from_bytes(index.to_bytes()))


@pytest.mark.parametrize("missing", [[], [999]])
def test_removing_nothing_or_a_stranger_and_adding_nothing_is_no_error(missing: list[int]) -> None:
    index, vectors = filled(3, 10)
    index.remove(missing)
    index.add([], vectors[:0])
    assert held(index) == held(filled(3, 10)[0])


def test_a_copy_is_an_index_of_its_own() -> None:
    index, vectors = filled(4)
    copy = index.copy()
    assert (held(copy), copy.versions) == (held(index), index.versions)
    copy.remove([100])
    copy.add([5], vectors[:1])
    copy.versions.pop(9)
    assert (held(index), index.versions) == (held(filled(4)[0]), VERSIONS)


def test_the_matrix_is_faiss_own_memory_and_no_copy() -> None:
    index, _ = filled(5)
    assert np.shares_memory(index.matrix, index.matrix)


# the catalogue


def scattered(draw: random.Random, candidates: Sequence[Candidate], actors: Mapping[str, str]) -> Catalogue:
    """A catalogue whose rows lie in the matrix as in an index that has seen much: out of order, strangers between."""
    pieces = [(c.profile_id, grain) for c in candidates for grain in ("short", "long")]
    owned = {
        (c.profile_id, grain): p for c in candidates for grain, p in (("short", c.sentences), ("long", c.paragraphs))
    }
    dimension = candidates[0].sentences.vectors.shape[1]
    needed = sum(len(owned[piece].ids) for piece in pieces)
    free = draw.sample(range(needed + 20), needed)
    matrix = np.full((needed + 20, dimension), np.float32(0.9))
    rows: dict[tuple[str, str], tuple[tuple[int, int], ...]] = {}
    for piece in pieces:
        places = [free.pop() for _ in owned[piece].ids]
        matrix[places] = owned[piece].vectors.astype(np.float32) / np.float32(2**15)
        rows[piece] = tuple(zip(owned[piece].ids, places, strict=True))
    entries = [
        Entry(
            c.profile_id,
            actors[c.profile_id],
            c.language,
            c.generality,
            c.terms,
            rows[c.profile_id, "short"],
            rows[c.profile_id, "long"],
        )
        for c in candidates
    ]
    return Catalogue(entries, matrix)


def as_plain(candidate: Candidate) -> object:
    pieces = [(list(p.ids), p.vectors.tolist()) for p in (candidate.sentences, candidate.paragraphs)]
    return candidate.profile_id, candidate.language, pieces, candidate.terms, candidate.generality


@given(seed=seeds, count=st.integers(1, 30))
@settings(deadline=None, max_examples=60)
def test_totals_are_those_of_scoring_and_candidates_come_back(seed: int, count: int) -> None:
    draw = random.Random(seed)
    query, candidates = some_query(draw), some_candidates(draw, count)
    actors = some_actors(draw, candidates)
    scored = scoring.score(query, candidates)
    totals = [one.score for one in scored]
    catalogue = scattered(draw, candidates, actors)
    assert catalogue.totals(query).tolist() == totals
    parts = catalogue.parts(query)
    assert parts.best.T.tolist() == [[pair.points for pair in one.parts.sentences] for one in scored]
    assert parts.sentences.tolist() == [sum(pair.points for pair in one.parts.sentences) for one in scored]
    assert [as_plain(catalogue.candidate(i)) for i in range(count)] == [as_plain(c) for c in candidates]
    made = Catalogue.of((c, actors[c.profile_id]) for c in candidates)
    assert made.totals(query).tolist() == totals
    assert made.actors == catalogue.actors == actors
    assert [catalogue.entry(c.profile_id).profile_id for c in candidates] == list(actors)
    assert {id: catalogue.entries[place].profile_id for id, place in catalogue.places.items()} == {i: i for i in actors}
    owned = {actor: tuple(id for id in actors if actors[id] == actor) for actor in actors.values()}
    assert catalogue.owned == owned


def hard_vectors(draw: np.random.Generator, count: int, dimension: int) -> NDArray[np.int16]:
    """Unit vectors on which sums in float32 lose most: large components among small, signs that cancel, equal ones."""
    signs = draw.choice((-1.0, 1.0), (count, dimension))
    sizes = np.stack([np.ones(dimension), np.geomspace(1, 1e-4, dimension), np.geomspace(1e-4, 1, dimension)])
    sizes = np.concatenate([sizes, draw.random((3, dimension)), np.abs(draw.normal(size=(3, dimension))) ** 5])
    chosen = sizes[draw.integers(0, len(sizes), count)] * np.where(draw.random((count, 1)) < 0.5, signs, 1.0)
    units: NDArray[np.floating] = chosen / np.linalg.norm(chosen, axis=1, keepdims=True)
    return scoring.quantise(units)


@pytest.mark.parametrize("kind", ["as an encoder's", "hard"])
@pytest.mark.parametrize("language", [SV, EN])
@pytest.mark.parametrize("sentences", [1, 7, 40])
def test_estimates_are_as_near_as_they_say(kind: str, language: Language, sentences: int) -> None:
    draw = np.random.default_rng(sentences)

    def vectors(count: int) -> NDArray[np.int16]:
        if kind == "hard":
            return hard_vectors(draw, count, 384)
        return scoring.quantise(random_units(int(draw.integers(10**6)), count, 384))

    shared = vectors(20)  # some meet themselves
    query = Query(
        language, np.concatenate([shared[:sentences], vectors(sentences)])[:sentences], vectors(1), {"kö": 99}
    )
    candidates = [
        Candidate(
            f"p{i}",
            (SV, EN)[i % 2],
            Pieces([0, 1, 2], np.concatenate([vectors(2), shared[i % 20 : i % 20 + 1]])),
            Pieces([3], vectors(1)),
            {"kö": i},
            i * 11,
        )
        for i in range(400)
    ]
    catalogue = Catalogue.of((c, c.profile_id) for c in candidates)
    estimates, wrong = catalogue.estimates(query)
    exact = np.array([scored.score for scored in scoring.score(query, candidates)])
    assert np.abs(estimates - exact).max() <= wrong
    assert wrong <= sentences * scoring.FULL_POINTS // 1000  # so near that it is of use


# the search


def everybody(
    query: Query, candidates: Sequence[Candidate], actors: Mapping[str, str], excluded: frozenset[str]
) -> tuple[Hit, ...]:
    known = {c.profile_id: c for c in candidates if c.profile_id not in excluded}
    return scoring.rank(scoring.score(query, tuple(known.values())), known, actors, b"s")


@given(seed=seeds, count=st.integers(1, 40), k=st.integers(1, 12), dimension=st.sampled_from([3, 8, 24]))
@settings(deadline=None, max_examples=150)
def test_retrieving_gives_what_scoring_everybody_gives(seed: int, count: int, k: int, dimension: int) -> None:
    draw = random.Random(seed)
    query, candidates = some_query(draw, dimension), some_candidates(draw, count, dimension)
    actors = some_actors(draw, candidates)
    excluded = frozenset(id for id in actors if draw.random() < draw.choice((0, 0.3)))
    catalogue = scattered(draw, candidates, actors)
    expected = everybody(query, candidates, actors, excluded)
    assert retrieve(catalogue, query, k, b"s", excluded) == expected[:k]


class DoubtfulCatalogue(Catalogue):
    """A catalogue whose estimates are as wrong as they may be, now too high, now too low."""

    draw: random.Random

    def estimates(self, query: Query) -> tuple[NDArray[np.int64], int]:
        exact, wrong = self.totals(query), 10 ** self.draw.randint(1, 4)
        return exact + np.array([self.draw.choice((-wrong, 0, wrong)) for _ in exact]), wrong


@given(seed=seeds, count=st.integers(2, 20), k=st.integers(1, 6))
@settings(deadline=None, max_examples=150)
def test_retrieving_is_exact_however_wrong_the_estimates_are(seed: int, count: int, k: int) -> None:
    draw = random.Random(seed)
    query, candidates = some_query(draw), some_candidates(draw, count)
    actors = some_actors(draw, candidates) if draw.random() < 0.5 else {c.profile_id: c.profile_id for c in candidates}
    plain = Catalogue.of((c, actors[c.profile_id]) for c in candidates)
    doubtful = DoubtfulCatalogue(plain.entries, plain.matrix)
    doubtful.draw = draw
    found, expected = retrieve(doubtful, query, k, b"s"), everybody(query, candidates, actors, frozenset())[:k]
    assert [(hit.rank, hit.actor_id, hit.score, hit.others) for hit in found] == [
        (hit.rank, hit.actor_id, hit.score, hit.others) for hit in expected
    ]


@pytest.mark.parametrize("k", [1, 2, 5])
def test_who_stands_first_by_the_sum_of_three_is_found(k: int) -> None:
    """Actors whose best profiles stand far down, and who come up by their second and third."""
    draw = random.Random(k)
    axes = scoring.quantise(np.eye(8, dtype=np.float32))
    query = Query(SV, axes[:1], axes[:1], {})

    def near(id: str, part: float, subject: int) -> Candidate:
        sentence = np.zeros((1, 8), np.float32)
        sentence[0, 0], sentence[0, 1] = part, np.sqrt(1 - part * part)
        pieces = Pieces([0], scoring.quantise(sentence))
        return Candidate(id, SV, pieces, Pieces([1], axes[subject : subject + 1]), {}, 0)

    alone = [near(f"ensam{i}", 0.95 + i / 1000, 2) for i in range(10)]
    many = [near(f"flera{i}-{j}", 0.60 + i / 1000, 3 + j) for i in range(3) for j in range(4)]
    candidates = draw.sample(alone + many, 22)
    actors = {c.profile_id: c.profile_id.partition("-")[0] for c in candidates}
    expected = everybody(query, candidates, actors, frozenset())
    assert [hit.actor_id for hit in expected[:3]] == ["flera2", "flera1", "flera0"]
    assert retrieve(scattered(draw, candidates, actors), query, k, b"s") == expected[:k]


class CountingCatalogue(Catalogue):
    """A catalogue that knows which profiles were asked for to be scored."""

    asked: list[int]

    def candidate(self, place: int) -> Candidate:
        self.asked.append(place)
        return super().candidate(place)


def test_most_profiles_are_never_scored() -> None:
    """Else the tests above would say nothing."""
    draw = random.Random(1)
    candidates = some_candidates(draw, 400, 24)
    actors = {c.profile_id: c.profile_id for c in candidates}
    query = Query(SV, candidates[5].sentences.vectors, candidates[5].paragraphs.vectors, {})
    plain = Catalogue.of((c, c.profile_id) for c in candidates)
    counting = CountingCatalogue(plain.entries, plain.matrix)
    counting.asked = []
    hits = retrieve(counting, query, 5, b"s")
    assert [hit.score for hit in hits] == [hit.score for hit in everybody(query, candidates, actors, frozenset())[:5]]
    assert 5 <= len(set(counting.asked)) == len(counting.asked) <= 20


def test_nothing_to_find_is_no_error() -> None:
    draw = random.Random(2)
    query, candidates = some_query(draw), some_candidates(draw, 5)
    assert retrieve(Catalogue.empty(), query, 5, b"s") == ()
    catalogue = Catalogue.of((c, "a") for c in candidates)
    assert retrieve(catalogue, query, 5, b"s", {c.profile_id for c in candidates}) == ()
    assert len(retrieve(catalogue, query, 5, b"s", {c.profile_id for c in candidates[1:]})) == 1
