"""Rank the documents of a collection for its queries, as a service that had them registered would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from matcha import calibration
from matcha.evaluation.collection import ReadCollection
from matcha.retrieval.catalogue import Catalogue
from matcha.retrieval.pipeline import Pipeline
from matcha.retrieval.reference import Reference
from matcha.retrieval.retriever import retrieve
from matcha.values import Progress

SEED = b"evaluation"  # orders ties; a collection has no log
Run = Mapping[str, tuple[tuple[str, int], ...]]  # query → (document or actor, score), best first


@dataclass(frozen=True)
class Registered:
    """A collection whose documents are registered: the pipeline with frozen statistics, and the catalogue."""

    read: ReadCollection
    pipeline: Pipeline
    catalogue: Catalogue


def register(read: ReadCollection, reader_digest: str, known: Reference) -> Registered:
    """Freeze statistics of a collection's queries and documents (no judgements), as an operator would; register all."""
    profiles = [reading for _, reading in read.documents]
    needs = [reading for _, reading in read.queries]
    return register_with(Pipeline(reader_digest, calibration.freeze(reader_digest, known, needs, profiles)), read)


def register_with(pipeline: Pipeline, read: ReadCollection) -> Registered:
    """Register all documents of a collection with a pipeline as it is."""
    found = pipeline.candidates([(document.id, reading) for document, reading in read.documents])
    actors = (document.actor for document, _ in read.documents)
    return Registered(read, pipeline, Catalogue.of(zip(found, actors, strict=True)))


def run(registered: Registered, depth: int, progress: Progress) -> Run:
    """Rank, for each judged query, the first `depth` documents (or actors), as `Matcha.match` would."""
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    queries = registered.read.queries
    for done, (id, reading) in enumerate(queries):
        progress(done, len(queries))
        hits = retrieve(registered.catalogue, registered.pipeline.query(reading), depth, SEED)
        found[id] = tuple((hit.actor_id, hit.score) for hit in hits)
    progress(len(queries), len(queries))
    return found


def trec(run: Run, tag: str = "matcha") -> Iterator[str]:
    """Give the lines of a TREC run file."""
    for query, ranked in run.items():
        for rank, (document, score) in enumerate(ranked, start=1):
            yield f"{query} Q0 {document} {rank} {score} {tag}"
