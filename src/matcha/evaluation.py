"""How good the ranking is, measured on a test collection in BEIR form with the pipeline that serves users.

A collection is a folder with `corpus.jsonl` (_id, title, text, sometimes actor), `queries.jsonl` (_id, text) and
`qrels/test.tsv` (query, corpus id or actor, grade). Where rows have an actor, actors are ranked.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcha.disk import write_atomically
from matcha.errors import Invalid
from matcha.retrieval.pipeline import Encoded, Pipeline
from matcha.retrieval.retriever import Catalogue, retrieve
from matcha.retrieval.vector_index import VectorIndex
from matcha.text.language import detect
from matcha.values import Progress

MEASURES = ("nDCG@10", "R@10", "R@100", "P@1", "RR", "AP")
SEED = b"evaluation"  # orders ties; the collection has no log
Run = Mapping[str, tuple[tuple[str, int], ...]]  # query → (document or actor, score), best first


@dataclass(frozen=True)
class Document:
    """One row of a corpus."""

    id: str
    title: str
    text: str
    actor: str


@dataclass(frozen=True)
class Collection:
    """A test collection: queries, documents, and the grade of each judged pair."""

    folder: Path
    queries: Mapping[str, str]
    documents: tuple[Document, ...]
    qrels: Mapping[str, Mapping[str, int]]


def read_collection(folder: Path) -> Collection:
    """Read a folder in BEIR form. Raises Invalid, naming the file, if it is not that."""
    try:
        queries = {str(row["_id"]): str(row["text"]) for row in _rows(folder / "queries.jsonl")}
        documents = tuple(_document(row) for row in _rows(folder / "corpus.jsonl"))
        qrels: dict[str, dict[str, int]] = {}
        for line in (folder / "qrels" / "test.tsv").read_text("utf-8").splitlines()[1:]:
            query, document, grade = line.split("\t")
            qrels.setdefault(query, {})[document] = int(grade)
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise Invalid(
            f"{folder} är ingen samling i BEIR-form ({cause!r}). Den ska ha corpus.jsonl, queries.jsonl, "
            "qrels/test.tsv.",
            f"{folder} is no collection in BEIR form ({cause!r}). It must have corpus.jsonl, queries.jsonl, "
            "qrels/test.tsv.",
        ) from cause
    return Collection(folder, queries, documents, qrels)


def run(collection: Collection, pipeline: Pipeline, depth: int, cache: Path, progress: Progress) -> Run:
    """Rank, for each judged query, the first `depth` documents (or actors), as `Matcha.match` would.

    The documents' vectors are kept under `cache`, so that a second run of the same collection is quick.
    """
    owners, vectors = _read_documents(collection, pipeline, cache, progress)
    index = VectorIndex(pipeline.dimension)
    ids = tuple(range(len(owners)))
    index.add(ids, vectors)
    catalogue = Catalogue(ids, owners, {document.id: document.actor for document in collection.documents})
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for done, (query, text) in enumerate(collection.queries.items()):
        progress(done, len(collection.queries))
        if query in collection.qrels and _has_words(text):
            need = pipeline.read_need(text, detect(text))
            hits = retrieve(index, catalogue, need.vectors, depth, SEED)
            found[query] = tuple((hit.actor_id, hit.scored.score) for hit in hits)
    progress(len(collection.queries), len(collection.queries))
    return found


def measure(run: Run, qrels: Mapping[str, Mapping[str, int]]) -> dict[str, float]:
    """Give MEASURES by name: means over all judged queries, a query without an answer counting as 0 (trec_eval)."""
    import ir_measures

    wanted = [ir_measures.parse_measure(name) for name in MEASURES]
    scores = {query: {document: float(score) for document, score in ranked} for query, ranked in run.items()}
    found = ir_measures.calc_aggregate(wanted, {query: dict(grades) for query, grades in qrels.items()}, scores)
    return {str(name): float(found[name]) for name in wanted}


def trec(run: Run, tag: str = "matcha") -> Iterator[str]:
    """Give the lines of a TREC run file."""
    for query, ranked in run.items():
        for rank, (document, score) in enumerate(ranked, start=1):
            yield f"{query} Q0 {document} {rank} {score} {tag}"


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def _document(row: dict[str, Any]) -> Document:
    id = str(row["_id"])
    return Document(id, str(row.get("title") or ""), str(row["text"]), str(row.get("actor") or id))


def _has_words(text: str) -> bool:
    return any(c.isalnum() for c in text)


def _read_documents(
    collection: Collection, pipeline: Pipeline, cache: Path, progress: Progress
) -> tuple[tuple[str, ...], NDArray[np.int16]]:
    corpus = hashlib.sha256((collection.folder / "corpus.jsonl").read_bytes()).hexdigest()
    path = cache / f"{hashlib.sha256(f'{pipeline.digest} {corpus}'.encode()).hexdigest()[:24]}.npz"
    if path.is_file():
        with np.load(path) as kept:
            return tuple(kept["owners"].tolist()), kept["vectors"]
    owners: list[str] = []
    parts: list[NDArray[np.int16]] = []
    for done, document in enumerate(collection.documents):
        progress(done, len(collection.documents))
        encoded = _read_document(document, pipeline)
        if encoded is not None:
            owners += [document.id] * len(encoded.sentences)
            parts.append(encoded.vectors)
    if not parts:
        raise Invalid(
            f"{collection.folder} har inget dokument med text.", f"{collection.folder} has no document with text."
        )
    vectors = np.concatenate(parts)
    write_atomically(path, _packed(owners, vectors))
    return tuple(owners), vectors


def _read_document(document: Document, pipeline: Pipeline) -> Encoded | None:
    title = document.title if _has_words(document.title) else ""
    if _has_words(document.text):
        return pipeline.read_profile(title, document.text, detect(f"{title}\n{document.text}"))
    return pipeline.read_profile("", title, detect(title)) if title else None


def _packed(owners: list[str], vectors: NDArray[np.int16]) -> bytes:
    content = io.BytesIO()
    np.savez(content, owners=np.array(owners), vectors=vectors)
    return content.getvalue()
