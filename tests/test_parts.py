"""The parts of the ranking beside the whole, and whether language decides."""

import json
from pathlib import Path

import pytest

from matcha import Language, evaluation
from matcha.evaluation import ReadCollection, Registered
from matcha.evaluation.ablation import BEST_ONLY, SHIPPED, VARIANTS
from matcha.retrieval.reference import MemoryReference, Reference
from tests.test_evaluation import QRELS, QUERIES, READER, collection, silent

ROWS = [
    ("d1", "a1", "Spritning av händer på avdelningen mäts varje vecka."),
    ("d2", "a1", "Kurs i handhygien för nya medarbetare."),
    ("d3", "a2", "Väntetider till barnpsykiatrin kortas."),
    ("d4", "a3", "Waiting times for child psychiatry are cut."),
]


@pytest.fixture(scope="module")
def known() -> Reference:
    return MemoryReference().reference(READER, silent)


def registered(folder: Path, known: Reference, actors: bool) -> Registered:
    documents = [{"_id": id, "title": "", "text": text} | ({"actor": a} if actors else {}) for id, a, text in ROWS]
    found = evaluation.read_collection(collection(folder / "c", documents, QUERIES, QRELS))
    return evaluation.register(evaluation.read_texts(found, READER, folder / "cache", silent), READER.digest, known)


@pytest.mark.parametrize("actors", [False, True])
def test_every_part_is_measured_and_the_whole_is_what_users_get(tmp_path: Path, known: Reference, actors: bool) -> None:
    collection = registered(tmp_path, known, actors)
    runs = dict(evaluation.ablate(collection, known, 10, silent))
    assert list(runs) == [*VARIANTS, *([BEST_ONLY] if actors else []), SHIPPED]
    assert runs["matcha"] == evaluation.run(collection, 10, silent)
    assert len({json.dumps(run) for run in runs.values()}) >= len(runs) - 1  # (nearly) each counts something else
    if actors:
        assert runs[BEST_ONLY]["q1"][0][1] < runs["matcha"]["q1"][0][1]  # the second document counted


def test_parts_add_up_and_terms_alone_are_blind_to_other_words(tmp_path: Path, known: Reference) -> None:
    collection = registered(tmp_path, known, actors=False)
    runs = dict(evaluation.ablate(collection, known, 10, silent))
    for query, ranked in runs["matcha"].items():
        without, alone = dict(runs["without terms"][query]), dict(runs["terms alone (BM25)"][query])
        assert {id: without[id] + alone[id] for id, _ in ranked} == dict(ranked)
    assert dict(runs["terms alone (BM25)"]["q2"])["d4"] == 0


def test_a_neighbour_with_the_same_queries_and_documents_is_parallel(tmp_path: Path) -> None:
    swedish = [{"_id": id, "title": "", "text": text} for id, _, text in ROWS]
    first = collection(tmp_path / "faq_sv", swedish, QUERIES, QRELS)
    collection(tmp_path / "other", swedish[:2], QUERIES, QRELS)  # other documents
    collection(tmp_path / "asked", swedish, {"q1": "annat"}, QRELS)  # other queries
    assert evaluation.find_parallel(evaluation.read_collection(first)) is None
    second = collection(tmp_path / "faq_en", swedish, QUERIES, QRELS)
    parallel = evaluation.find_parallel(evaluation.read_collection(first))
    assert parallel is not None
    assert parallel.folder == second


def test_parity_by_hand(tmp_path: Path, known: Reference) -> None:
    """Two needs: for one only the Swedish version has its words, for the other only the English one has."""
    swedish = {"d1": "Handsprit på avdelningen räknas automatiskt.", "d2": "En helt annan sak om bilar och vägar."}
    english = {"d1": "Quite another thing about roads and cars.", "d2": "Waiting times for psychiatry are measured."}
    queries = {"q1": "Handsprit på avdelningen räknas", "q2": "Waiting times for psychiatry"}
    reads: list[ReadCollection] = []
    for name, texts in (("sv", swedish), ("en", english)):
        documents = [{"_id": id, "title": "", "text": text} for id, text in texts.items()]
        folder = collection(tmp_path / name, documents, queries, "q1\td1\t1\nq2\td2\t1\n")
        reads.append(evaluation.read_texts(evaluation.read_collection(folder), READER, tmp_path / "cache", silent))
    both = evaluation.register(evaluation.together(*reads), READER.digest, known)
    assert list(both.catalogue.profile_ids) == ["d1", "d2", "d1 ‖", "d2 ‖"]
    assert {both.catalogue.candidate(place).language for place in range(4)} == set(Language)
    versions = {id: evaluation.mark(id) for id in swedish}
    parity = evaluation.measure_parity(both, versions, reads[0].collection.qrels)
    assert (parity.pairs, parity.swedish_first, parity.recall_ratio) == (2, 0.5, 1.0)
    only = evaluation.measure_parity(both, {"d1": evaluation.mark("d1")}, reads[0].collection.qrels)
    assert (only.pairs, only.swedish_first) == (1, 1.0)
    assert evaluation.measure_parity(both, versions, reads[0].collection.qrels, least_grade=2).pairs == 0
