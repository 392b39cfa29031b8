"""The measurement beside other systems, small: systems in this process, and one over a pipe."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.peers import asking, measuring, texts, vectors
from benchmarks.peers.faiss_flat import FaissFlat
from benchmarks.peers.matcha_systems import SearchAlone
from benchmarks.peers.measuring import Asking, Case
from benchmarks.peers.registry import FLOOR, MATCHA_SEARCH
from benchmarks.peers.system import Answerer, Clock, Question, System, Vector
from benchmarks.peers.texts import Kind, Texts

from matcha.encoding.encoder import HashingEncoder
from matcha.values import Role

COUNT, ROUNDS = 1000, 4
HASHING = HashingEncoder()


def read(text: str) -> Vector:
    return HASHING.encode(text, Role.NEED)


class Here:
    """A system in this process."""

    def __init__(self, system: System) -> None:
        self._answerer = Answerer(system, Clock())

    def answer(self, question: Question, seconds: float) -> dict[str, Any]:
        return self._answerer.answer(question)

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return Case(Kind.SENTENCES, COUNT, prepared(tmp_path_factory.mktemp("peers"), COUNT))


def prepared(folder: Path, count: int) -> Path:
    encoder = vectors.DrawnEncoder(HASHING, folder)
    return vectors.prepare(Kind.SENTENCES, count, encoder, lambda said: None, folder)


@pytest.fixture(scope="module")
def askings() -> list[Asking]:
    return [Asking(text, read(text).tolist()) for text in texts.questions()[: measuring.WARM_UP + ROUNDS]]


def measured(case: Case, askings: list[Asking], systems: Mapping[str, System]) -> dict[str, measuring.Taken]:
    taken, out = measuring.measure_group(case, systems, lambda name: Here(systems[name]), askings, lambda said: None)
    assert not out
    return taken


def test_systems_are_asked_the_same_in_turn_and_find_what_going_through_all_finds(
    case: Case, askings: list[Asking]
) -> None:
    taken = measured(case, askings, {FLOOR: FaissFlat(read), MATCHA_SEARCH: SearchAlone()})
    matrix = np.load(case.vectors)[:COUNT].astype(np.float64)
    nearest = [np.argsort(-(matrix @ np.array(one.vector)))[:10].tolist() for one in askings[measuring.WARM_UP :]]
    assert [answer["ids"] for answer in taken[FLOOR].search] == nearest
    assert [answer["ids"] for answer in taken[FLOOR].ask] == nearest
    rows = measuring.told_of(taken)
    assert rows[FLOOR]["search"]["÷ FAISS"] == [1, 1, 1]
    assert rows[MATCHA_SEARCH]["search"]["same ten as FAISS"] == 1
    assert rows[MATCHA_SEARCH]["search"]["÷ FAISS"][1] == pytest.approx(
        np.median([a["ms"] / b["ms"] for a, b in zip(taken[MATCHA_SEARCH].search, taken[FLOOR].search, strict=True)]),
        rel=1e-3,
    )
    assert "query" not in rows[MATCHA_SEARCH]  # it was never asked with a text


def test_a_system_in_a_process_of_its_own_answers_as_it_does_here(case: Case, askings: list[Asking]) -> None:
    build = {"do": "build", "texts": case.kind.value, "count": COUNT, "vectors": str(case.vectors)}
    child, here = asking.started(MATCHA_SEARCH, sys.executable), Here(SearchAlone())
    try:
        for question in (build, *(one.of("search") for one in askings[:2])):
            assert child.answer(question, 60)["ids"] == here.answer(question, 60)["ids"]
        with pytest.raises(asking.Stopped, match="see WholeAnswer"):
            child.answer(askings[0].of("ask"), 60)  # it ends, and says why
    finally:
        child.close()


def test_a_system_that_takes_too_long_is_ended_and_said_so(case: Case, askings: list[Asking]) -> None:
    def start(name: str) -> asking.Asked:
        return Here(FaissFlat(read)) if name == FLOOR else asking.Child(MATCHA_SEARCH, sys.executable)

    taken, out = measuring.measure_group(
        case, (FLOOR, "slow"), start, askings[:1], lambda said: None, build_seconds=0.001
    )
    assert out == {"slow": "building 1,000 texts: not done in 0.001 s"}
    assert list(taken) == [FLOOR]


def test_a_text_has_the_same_vector_however_many_there_are(case: Case, tmp_path: Path) -> None:
    count = len(texts.drawn(Kind.SENTENCES)) + 10  # the last ten are copies
    many = np.load(prepared(tmp_path, count))
    assert np.array_equal(np.load(case.vectors), many[:COUNT])
    assert len(np.unique(many, axis=0)) == count
    assert np.allclose(np.linalg.norm(many, axis=1), 1, atol=1e-6)


def test_texts_differ_and_lose_their_number_again() -> None:
    for kind in Kind:
        different = len(texts.drawn(kind))
        some = Texts(kind, different + 3)
        assert len({text.whole for text in some}) == len(some)
        again, first = some[different], some[0]
        assert again.body == first.body
        assert texts.unnumbered(again.whole) == texts.unnumbered(first.whole) != first.whole


def test_as_near_within_a_step_is_the_same_and_further_off_is_not() -> None:
    floor = [0.9 - place / 1000 for place in range(10)]
    tenth, step = min(floor), measuring.STEP
    assert measuring.as_near(floor, floor) == 1
    assert measuring.as_near([*floor[:9], tenth - step / 2], floor) == 1
    assert measuring.as_near([*floor[:9], tenth - 2 * step], floor) == 0.9
    assert measuring.as_near(floor[:7], floor) == 0.7  # who gives fewer has fewer
