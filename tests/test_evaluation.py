"""Measures that can be worked out by hand, and the collection they are measured on."""

import json
import math
from pathlib import Path

import pytest

from matcha import HashingEncoder, evaluation
from matcha.errors import Invalid
from matcha.retrieval.means import MemoryMeans
from matcha.retrieval.pipeline import Pipeline


def collection(folder: Path, documents: list[dict[str, str]], queries: dict[str, str], qrels: str) -> Path:
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in documents))
    rows = ({"_id": id, "text": text} for id, text in queries.items())
    (folder / "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{qrels}")
    return folder


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline(HashingEncoder(), MemoryMeans().means(HashingEncoder()))


def silent(done: int, total: int) -> None:
    assert done <= total


def test_measures_by_hand() -> None:
    run = {"q1": (("d1", 9), ("d2", 8), ("d3", 7)), "q2": (("d9", 1),)}
    qrels = {"q1": {"d2": 2, "d3": 1, "d7": 1}, "q2": {"d4": 1}, "q3": {"d5": 1}}
    found = evaluation.measure(run, qrels)
    gain = 2 / math.log2(3) + 1 / math.log2(4)
    ideal = 2 + 1 / math.log2(3) + 1 / math.log2(4)
    assert found == pytest.approx(
        {
            "nDCG@10": gain / ideal / 3,
            "R@10": (2 / 3) / 3,
            "R@100": (2 / 3) / 3,
            "P@1": 0.0,
            "RR": 0.5 / 3,
            "AP": (1 / 2 + 2 / 3) / 3 / 3,
        }
    )


def test_a_collection_is_ranked_and_the_second_run_reads_from_the_cache(tmp_path: Path, pipeline: Pipeline) -> None:
    folder = collection(
        tmp_path / "c",
        [
            {"_id": "d1", "title": "Handhygien", "text": "Spritning av händer på avdelningen."},
            {"_id": "d2", "title": "", "text": "Väntetider till barnpsykiatrin."},
            {"_id": "d3", "title": "", "text": "  "},
        ],
        {"q1": "handhygien på avdelningen", "q2": "kö till barnpsykiatrin", "q9": "ej bedömd"},
        "q1\td1\t1\nq2\td2\t1\n",
    )
    read = evaluation.read_collection(folder)
    first = evaluation.run(read, pipeline, 10, tmp_path / "cache", silent)
    again = evaluation.run(read, pipeline, 10, tmp_path / "cache", silent)
    assert first == again
    assert {query: ranked[0][0] for query, ranked in first.items()} == {"q1": "d1", "q2": "d2"}
    assert evaluation.measure(first, read.qrels)["P@1"] == 1.0
    lines = list(evaluation.trec(first))
    assert lines[0] == f"q1 Q0 d1 1 {first['q1'][0][1]} matcha"
    assert len(lines) == 4


def test_rows_with_an_actor_rank_actors(tmp_path: Path, pipeline: Pipeline) -> None:
    rows = [("d1", "a1", "handhygien"), ("d2", "a1", "handsprit"), ("d3", "a2", "köer")]
    documents = [{"_id": id, "title": "", "text": text, "actor": actor} for id, actor, text in rows]
    read = evaluation.read_collection(collection(tmp_path / "c", documents, {"q": "handsprit"}, "q\ta1\t1\n"))
    run = evaluation.run(read, pipeline, 10, tmp_path / "cache", silent)
    assert [actor for actor, _ in run["q"]] == ["a1", "a2"]


def test_a_collection_without_text_is_refused(tmp_path: Path, pipeline: Pipeline) -> None:
    read = evaluation.read_collection(collection(tmp_path / "c", [{"_id": "d", "text": "…"}], {"q": "x"}, "q\td\t1\n"))
    with pytest.raises(Invalid, match="no document with text"):
        evaluation.run(read, pipeline, 10, tmp_path / "cache", silent)


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
