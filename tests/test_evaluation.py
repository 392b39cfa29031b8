"""Measures that can be worked out by hand, and the collection they are measured on."""

import json
import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from matcha import HashingEncoder, Language, evaluation
from matcha.errors import Invalid
from matcha.evaluation import ReadCollection, Run
from matcha.retrieval.reading import Reader
from matcha.retrieval.reference import MemoryReference, Reference
from tests.conftest import ListeningEncoder

READER = Reader(HashingEncoder())
DOCUMENTS = (
    {"_id": "d1", "title": "Handhygien", "text": "Spritning av händer på avdelningen."},
    {"_id": "d2", "title": "", "text": "Väntetider till barnpsykiatrin."},
    {"_id": "d3", "title": "", "text": "  "},
    {"_id": "d4", "title": "Fallsensor vid sängen", "text": ""},
)
QUERIES = {"q1": "handhygien på avdelningen", "q2": "kö till barnpsykiatrin", "q9": "ej bedömd"}
QRELS = "q1\td1\t1\nq2\td2\t1\n"


def collection(folder: Path, documents: Sequence[dict[str, str]], queries: dict[str, str], qrels: str) -> Path:
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in documents))
    rows = ({"_id": id, "text": text} for id, text in queries.items())
    (folder / "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{qrels}")
    return folder


@pytest.fixture(scope="module")
def known() -> Reference:
    return MemoryReference().reference(READER, silent)


def silent(done: int, total: int) -> None:
    assert done <= total


def read(tmp_path: Path, documents: Sequence[dict[str, str]], queries: dict[str, str], qrels: str) -> ReadCollection:
    found = evaluation.read_collection(collection(tmp_path / "c", documents, queries, qrels))
    return evaluation.read_texts(found, READER, tmp_path / "cache", silent)


def run_of(tmp_path: Path, known: Reference, rows: Sequence[tuple[str, str, str]], query: str) -> Run:
    """Rank rows of id, actor and text for one query."""
    documents = [{"_id": id, "title": "", "text": text, "actor": actor} for id, actor, text in rows]
    found = read(tmp_path, documents, {"q": query}, f"q\t{rows[0][1]}\t1\n")
    return evaluation.run(evaluation.register(found, READER.digest, known), 10, silent)


def test_measures_by_hand() -> None:
    run = {"q1": (("d1", 9), ("d2", 8), ("d3", 7)), "q2": (("d9", 1),)}
    qrels = {"q1": {"d2": 2, "d3": 1, "d7": 1}, "q2": {"d4": 1}, "q3": {"d5": 1}}
    gain = 2 / math.log2(3) + 1 / math.log2(4)
    ideal = 2 + 1 / math.log2(3) + 1 / math.log2(4)
    first = {
        "nDCG@10": gain / ideal,
        "R@10": 2 / 3,
        "R@100": 2 / 3,
        "P@1": 0.0,
        "RR": 0.5,
        "AP": (1 / 2 + 2 / 3) / 3,
    }
    each = evaluation.measure_each(run, qrels)
    assert tuple(each) == evaluation.MEASURES
    assert {name: values[0] for name, values in each.items()} == pytest.approx(first)
    assert {tuple(values[1:]) for values in each.values()} == {(0.0, 0.0)}
    assert evaluation.measure(run, qrels) == pytest.approx({name: value / 3 for name, value in first.items()})


def test_each_measure_stands_in_the_order_of_the_judgements() -> None:
    run = {"a": (("d2", 1),), "b": (("d2", 1),), "c": (("d1", 1),)}
    qrels = {"c": {"d1": 1}, "b": {"d1": 1}, "a": {"d1": 1}, "d": {"d1": 1}}
    assert evaluation.measure_each(run, qrels)["P@1"] == [1.0, 0.0, 0.0, 0.0]


def test_an_interval_is_where_a_mean_would_fall_95_times_of_100() -> None:
    values = [0.0] * 50 + [1.0] * 50
    low, high = evaluation.interval(values)
    error = 1.96 * math.sqrt(0.25 / 100)  # of a mean of a hundred halves
    assert (low, high) == pytest.approx((0.5 - error, 0.5 + error), abs=0.015)
    uneven = [math.sqrt(i) for i in range(50)]
    assert evaluation.interval(uneven) == evaluation.interval(uneven)
    assert evaluation.interval([0.3, 0.3]) == pytest.approx((0.3, 0.3))
    wider = evaluation.interval(values[40:60])
    assert wider[1] - wider[0] > 1.8 * (high - low)


def test_a_collection_is_ranked(tmp_path: Path, known: Reference) -> None:
    found = read(tmp_path, DOCUMENTS, QUERIES, QRELS)
    assert [id for id, _ in found.queries] == ["q1", "q2"]
    assert [document.id for document, _ in found.documents] == ["d1", "d2", "d4"]
    first = evaluation.run(evaluation.register(found, READER.digest, known), 10, silent)
    assert {query: ranked[0][0] for query, ranked in first.items()} == {"q1": "d1", "q2": "d2"}
    assert evaluation.measure(first, found.collection.qrels)["P@1"] == 1.0
    lines = list(evaluation.trec(first))
    assert lines[0] == f"q1 Q0 d1 1 {first['q1'][0][1]} matcha"
    assert [line.split()[:4:2] for line in lines[:3]] == [["q1", id] for id, _ in first["q1"]]
    assert len(lines) == 6
    cut = evaluation.run(evaluation.register(found, READER.digest, known), 2, silent)
    assert cut == {query: ranked[:2] for query, ranked in first.items()}


def test_documents_are_read_as_profiles_and_queries_as_needs(tmp_path: Path) -> None:
    found = read(tmp_path, DOCUMENTS, QUERIES, QRELS)
    expected = [
        READER.profile("Handhygien", "Spritning av händer på avdelningen.", Language.SV),
        READER.profile("", "Väntetider till barnpsykiatrin.", Language.SV),
        READER.profile("", "Fallsensor vid sängen", Language.SV),
    ]
    for (_, reading), wanted in zip(found.documents, expected, strict=True):
        assert reading.sentences.texts == wanted.sentences.texts
        assert reading.sentences.vectors.tolist() == wanted.sentences.vectors.tolist()
        assert reading.paragraphs.vectors.tolist() == wanted.paragraphs.vectors.tolist()
    asked = dict(found.queries)["q1"]
    assert asked.said == QUERIES["q1"]
    assert asked.paragraphs.vectors.tolist() == READER.need(QUERIES["q1"], Language.SV).paragraphs.vectors.tolist()


def test_texts_are_read_once_and_again_when_they_change(tmp_path: Path) -> None:
    encoder, cache = ListeningEncoder(), tmp_path / "cache"
    reader = Reader(encoder)
    found = evaluation.read_collection(collection(tmp_path / "c", DOCUMENTS, QUERIES, QRELS))
    first = evaluation.read_texts(found, reader, cache, silent)
    assert "Handhygien. Spritning av händer på avdelningen." in encoder.heard
    encoder.heard.clear()
    again = evaluation.read_texts(found, reader, cache, silent)
    assert encoder.heard == []
    for one, two in ((first.documents, again.documents), (first.queries, again.queries)):
        assert [row[:-1] for row in one] == [row[:-1] for row in two]
    for kept, read in ((first.documents, again.documents), (first.queries, again.queries)):
        readings = [[row[-1].sentences.vectors.tolist() for row in rows] for rows in (kept, read)]
        assert readings[0] == readings[1]
    changed = [DOCUMENTS[0] | {"title": "Handsprit"}, *DOCUMENTS[1:]]
    other = evaluation.read_collection(collection(tmp_path / "changed", changed, QUERIES, QRELS))
    evaluation.read_texts(other, reader, cache, silent)
    assert "Handsprit. Spritning av händer på avdelningen." in encoder.heard


def test_rows_with_an_actor_rank_actors(tmp_path: Path, known: Reference) -> None:
    rows = [("d1", "a1", "handhygien"), ("d2", "a1", "handsprit"), ("d3", "a2", "köer")]
    run = run_of(tmp_path, known, rows, "handsprit")
    assert [actor for actor, _ in run["q"]] == ["a1", "a2"]


OTHER = ("d9", "a9", "Sittande sjukresor till dialysen varje vecka.")
HYGIENE = "Vi mäter handhygien på avdelningen. Händerna spritas oftare."
QUESTION = "Hur mäter vi handhygien på avdelningen? Larmet om fall på natten går till fel jour."


def scores(tmp_path: Path, known: Reference, second: str, of_one_actor: bool) -> dict[str, int]:
    """The scores when the same three texts are registered, two of them by one actor or each by its own."""
    rows = [("d1", "a1", HYGIENE), ("d2", "a1" if of_one_actor else "a2", second), OTHER]
    return dict(run_of(tmp_path / str(of_one_actor), known, rows, QUESTION)["q"])


def test_a_duplicate_adds_nothing_to_its_actor(tmp_path: Path, known: Reference) -> None:
    together, apart = (scores(tmp_path, known, HYGIENE, of_one_actor) for of_one_actor in (True, False))
    assert apart["a1"] == apart["a2"] == together["a1"] > together["a9"]


def test_a_second_document_about_something_else_that_is_sought_adds(tmp_path: Path, known: Reference) -> None:
    falls = "Larmet om fall på natten går till rätt jour."
    together, apart = (scores(tmp_path, known, falls, of_one_actor) for of_one_actor in (True, False))
    lower, higher = sorted((apart["a1"], apart["a2"]))
    assert 0 < lower // 4 < together["a1"] - higher <= lower // 2
    assert together["a9"] == apart["a9"]


def test_a_collection_without_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no document with text"):
        read(tmp_path, [{"_id": "d", "text": "…"}], {"q": "x"}, "q\td\t1\n")


@pytest.mark.parametrize("damage", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_what_is_no_collection_is_refused(tmp_path: Path, damage: str) -> None:
    folder = collection(tmp_path / "c", [{"_id": "d", "text": "x"}], {"q": "x"}, "q\td\t1\n")
    for content in (None, "id\tx\n{not json"):
        if content is None:
            (folder / damage).unlink()
        else:
            (folder / damage).write_text(content)
        with pytest.raises(Invalid, match="BEIR"):
            evaluation.read_collection(folder)
