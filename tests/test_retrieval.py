"""The index to the bit, the catalogue against `scoring.score`, and the quick search against scoring everybody."""

import random
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcha import scoring
from matcha.retrieval import profile_index, rough, segment_file
from matcha.retrieval.catalogue import Catalogue
from matcha.retrieval.profile_index import ProfileIndex
from matcha.retrieval.retriever import retrieve
from matcha.retrieval.segment import Segment
from matcha.scoring import Candidate, Pieces, Query
from matcha.values import Hit, Language
from tests.conftest import random_units
from tests.test_scoring import seeds, some_actors, some_candidates, some_query

SV, EN = Language.SV, Language.EN
C = TypeVar("C", bound=Catalogue)


def some_versions(seed: int, count: int = 50) -> list[tuple[int, Candidate]]:
    """Versions by their ids, which come in no order."""
    candidates = some_candidates(random.Random(seed), count)
    ids = random.Random(seed).sample(range(10 * count), count)
    return [(id, replace(candidate, profile_id="")) for id, candidate in zip(ids, candidates, strict=True)]


def held(index: ProfileIndex) -> dict[int, object]:
    """What an index holds, by version."""
    return {id: as_plain(c) for segment in index.segments for id, c in segment.only(range(len(segment)))}


def plain(each: Sequence[tuple[int, Candidate]]) -> dict[int, object]:
    return {id: as_plain(candidate) for id, candidate in each}


def numbers(ids: Iterable[int]) -> NDArray[np.int64]:
    return np.array(sorted(ids), np.int64)


# the index


@given(seed=seeds, count=st.integers(1, 40))
@settings(deadline=None, max_examples=30)
def test_what_is_added_comes_back_to_the_bit_also_from_disk(seed: int, count: int) -> None:
    each = some_versions(seed, count)
    index = ProfileIndex().adding(each)
    assert held(index) == plain(each)
    assert sorted(index.versions.tolist()) == sorted(id for id, _ in each)
    assert index.passages == sum(len(c.sentences.ids) + len(c.paragraphs.ids) for _, c in each)
    with TemporaryDirectory() as folder:
        again = [segment_file.read(Path(folder), segment_file.write(Path(folder), s)) for s in index.segments]
        assert held(ProfileIndex(tuple(again))) == plain(each)
        (segment,) = again
        assert {grain: rough.coded(block.vectors).ntotal for grain, block in segment.blocks.items()} == {
            grain: codes.ntotal for grain, codes in segment.coded.items()
        }


def test_codes_are_let_go_when_they_are_packed_and_made_again_where_they_are_asked_for(tmp_path: Path) -> None:
    (segment,) = ProfileIndex().adding(some_versions(1, 20)).segments
    before = {grain: rough.codes(codes).copy() for grain, codes in segment.coded.items()}
    mapped = segment_file.read(tmp_path, segment_file.write(tmp_path, segment))
    for each in (segment, mapped):
        held = [weakref.ref(index) for index in each.coded.values()]
        assert each.rough
        assert not any(index() for index in held)
        assert {grain: rough.codes(codes).tolist() for grain, codes in each.coded.items()} == {
            grain: codes.tolist() for grain, codes in before.items()
        }


def test_an_index_of_nothing_holds_nothing() -> None:
    assert (held(ProfileIndex()), ProfileIndex().passages, len(ProfileIndex().versions)) == ({}, 0, 0)


@pytest.mark.parametrize("seed", range(5))
def test_one_by_one_ends_as_all_at_once_in_few_segments(seed: int) -> None:
    each = some_versions(seed, 100)
    index = ProfileIndex()
    for one in each:
        index = index.adding([one])
        assert len(index.segments) <= 1 + np.log2(len(index.versions))
    assert held(index) == plain(each)


def test_large_segments_are_left_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile_index, "LARGEST", 16)
    monkeypatch.setattr(profile_index, "_PUT_TOGETHER", 24)
    each = some_versions(1, 60)
    index = ProfileIndex().adding(each[:40])
    assert [len(segment) for segment in index.segments] == [16, 16, 8]
    first = index.segments[0]
    index = index.adding(each[40:44]).adding(each[44:])
    assert index.segments[0] is first
    assert held(index) == plain(each)
    assert max(len(segment) for segment in index.segments) <= 24


@pytest.mark.parametrize("seed", range(5))
def test_what_is_erased_is_gone_at_once_and_what_is_superseded_when_it_is_much(seed: int) -> None:
    each = some_versions(seed, 60)
    index = ProfileIndex().adding(each)
    ids = [id for id, _ in each]
    draw = random.Random(seed)
    few, many, erased = draw.sample(ids, 5), draw.sample(ids, 30), draw.sample(ids, 1)
    nothing = numbers([])
    assert index.keeping(numbers(ids), nothing).segments == index.segments
    assert held(index.keeping(numbers(set(ids) - set(few)), nothing)) == plain(each)
    assert held(index.keeping(numbers(set(ids) - set(many)), nothing)) == plain([e for e in each if e[0] not in many])
    assert held(index.keeping(numbers(set(ids) - set(erased)), numbers(erased))) == plain(
        [e for e in each if e[0] not in erased]
    )
    assert index.keeping(nothing, numbers(erased)).segments == ()
    assert held(index) == plain(each)  # and is itself as it was


# the catalogue


def scattered(draw: random.Random, candidates: Sequence[Candidate], actors: Mapping[str, str]) -> Catalogue:
    """A catalogue as of an index that has seen much: several segments, out of order, strangers between."""
    strangers = some_candidates(draw, 5, candidates[0].sentences.vectors.shape[1])
    each = [*enumerate(candidates), *enumerate(strangers, start=len(candidates))]
    draw.shuffle(each)
    cut = sorted(draw.sample(range(1, len(each)), 2))
    segments = [Segment.of(part) for part in (each[: cut[0]], each[cut[0] : cut[1]], each[cut[1] :])]
    place = {id: where for where, (id, _) in enumerate(each)}
    where = np.array([place[id] for id in range(len(candidates))])
    return Catalogue(segments, [c.profile_id for c in candidates], [actors[c.profile_id] for c in candidates], where)


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
    assert made.actors(range(count)) == catalogue.actors(range(count)) == actors
    assert [catalogue.profile(c.profile_id).profile_id for c in candidates] == list(actors)
    assert [catalogue.profile_ids[catalogue.place(id)] for id in actors] == list(actors)
    owners = list(actors.values())
    assert catalogue.alone(range(count)) == [owners.count(owner) == 1 for owner in owners]
    owned = {actor: tuple(id for id in actors if actors[id] == actor) for actor in actors.values()}
    assert all(catalogue.owned_with(id) == owned[actor] for id, actor in actors.items())


def hard_vectors(draw: np.random.Generator, count: int, dimension: int) -> NDArray[np.int16]:
    """Unit vectors on which sums in float32 lose most: large components among small, signs that cancel, equal ones."""
    signs = draw.choice((-1.0, 1.0), (count, dimension))
    sizes = np.stack([np.ones(dimension), np.geomspace(1, 1e-4, dimension), np.geomspace(1e-4, 1, dimension)])
    sizes = np.concatenate([sizes, draw.random((3, dimension)), np.abs(draw.normal(size=(3, dimension))) ** 5])
    chosen = sizes[draw.integers(0, len(sizes), count)] * np.where(draw.random((count, 1)) < 0.5, signs, 1.0)
    units: NDArray[np.floating] = chosen / np.linalg.norm(chosen, axis=1, keepdims=True)
    return scoring.quantise(units)


@contextmanager
def packed(few: int) -> Iterator[None]:
    """Pack the codes of all but `few` passages, a few profiles at a time."""
    with mock.patch.object(rough, "_FEW", few), mock.patch.object(rough, "_AT_ONCE", 100):
        yield


@pytest.mark.parametrize("few", [0, 10**6])
@pytest.mark.parametrize("kind", ["as an encoder's", "hard"])
@pytest.mark.parametrize("language", [SV, EN])
@pytest.mark.parametrize("sentences", [1, 7, 40])
def test_estimates_are_as_near_as_they_say(kind: str, language: Language, sentences: int, few: int) -> None:
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
    with packed(few):
        estimates, wrong = catalogue.estimates(query)
    exact = np.array([scored.score for scored in scoring.score(query, candidates)])
    assert (np.abs(estimates - exact) <= wrong).all()
    assert kind == "hard" or wrong.max() <= sentences * scoring.FULL_POINTS / 20  # so near that it is of use


def test_what_is_multiplied_is_what_faiss_says_the_codes_stand_for() -> None:
    vectors, need = scoring.quantise(random_units(1, 300, 384)), scoring.quantise(random_units(2, 5, 384))
    ends = np.arange(3, 301, 3)
    index = rough.coded(vectors)
    products = (need / 2**15) @ index.reconstruct_n(0, 300).astype(np.float64).T
    expected = np.maximum(np.maximum.reduceat(products, ends - 3, axis=1), 0).sum(axis=0)
    with packed(0):
        found = rough.Rough(vectors, index, ends, rough.losses(index, vectors, ends)).nearness(need)
    assert np.abs(found.total - expected).max() < 1e-4  # two digits of 7 bits


# the search


def everybody(
    query: Query, candidates: Sequence[Candidate], actors: Mapping[str, str], excluded: frozenset[str]
) -> tuple[Hit, ...]:
    known = {c.profile_id: c for c in candidates if c.profile_id not in excluded}
    return scoring.rank(scoring.score(query, tuple(known.values())), known, actors, b"s")


@given(
    seed=seeds,
    count=st.integers(1, 40),
    k=st.integers(1, 12),
    dimension=st.sampled_from([3, 8, 24]),
    few=st.sampled_from([0, 10, 10**6]),
)
@settings(deadline=None, max_examples=200)
def test_retrieving_gives_what_scoring_everybody_gives(seed: int, count: int, k: int, dimension: int, few: int) -> None:
    draw = random.Random(seed)
    query, candidates = some_query(draw, dimension), some_candidates(draw, count, dimension)
    actors = some_actors(draw, candidates)
    excluded = frozenset(id for id in actors if draw.random() < draw.choice((0, 0.3)))
    catalogue = scattered(draw, candidates, actors)
    expected = everybody(query, candidates, actors, excluded)
    allowed = np.array([c.profile_id not in excluded for c in candidates])
    with packed(few):
        assert retrieve(catalogue, query, k, b"s", allowed) == expected[:k]


class DoubtfulCatalogue(Catalogue):
    """A catalogue whose estimates are as wrong as they may be, now too high, now too low."""

    draw: random.Random

    def estimates(self, query: Query) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        exact = self.totals(query).astype(np.float64)
        wrong = np.array([10.0 ** self.draw.randint(1, 4) for _ in exact])
        return exact + np.array([self.draw.choice((-each, 0, each)) for each in wrong]), wrong


def again(kind: type[C], catalogue: Catalogue) -> C:
    """The same catalogue, of another kind."""
    return kind(catalogue.segments, catalogue.profile_ids, catalogue.actor_ids, np.arange(len(catalogue)))


@given(seed=seeds, count=st.integers(2, 20), k=st.integers(1, 6))
@settings(deadline=None, max_examples=150)
def test_retrieving_is_exact_however_wrong_the_estimates_are(seed: int, count: int, k: int) -> None:
    draw = random.Random(seed)
    query, candidates = some_query(draw), some_candidates(draw, count)
    actors = some_actors(draw, candidates) if draw.random() < 0.5 else {c.profile_id: c.profile_id for c in candidates}
    plain = Catalogue.of((c, actors[c.profile_id]) for c in candidates)
    doubtful = again(DoubtfulCatalogue, plain)
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

    def candidates(self, places: Sequence[int], query: Query | None = None) -> list[Candidate]:
        self.asked += places
        return super().candidates(places, query)


def test_most_profiles_are_never_scored() -> None:
    """Else the tests above would say nothing."""
    draw = random.Random(1)
    candidates = some_candidates(draw, 400, 24)
    actors = {c.profile_id: c.profile_id for c in candidates}
    query = Query(SV, candidates[5].sentences.vectors, candidates[5].paragraphs.vectors, {})
    plain = Catalogue.of((c, c.profile_id) for c in candidates)
    counting = again(CountingCatalogue, plain)
    counting.asked = []
    hits = retrieve(counting, query, 5, b"s")
    assert [hit.score for hit in hits] == [hit.score for hit in everybody(query, candidates, actors, frozenset())[:5]]
    assert 5 <= len(set(counting.asked)) == len(counting.asked) <= 20


def test_nothing_to_find_is_no_error() -> None:
    draw = random.Random(2)
    query, candidates = some_query(draw), some_candidates(draw, 5)
    assert retrieve(Catalogue.empty(), query, 5, b"s") == ()
    catalogue = Catalogue.of((c, "a") for c in candidates)
    assert retrieve(catalogue, query, 5, b"s", np.zeros(5, bool)) == ()
    assert len(retrieve(catalogue, query, 5, b"s", np.array([True, False, False, False, False]))) == 1
