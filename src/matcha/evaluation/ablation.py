"""The parts of the ranking, one by one and left out one by one, beside the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matcha import calibration, scoring
from matcha.evaluation.collection import ReadCollection
from matcha.evaluation.run import SEED, Registered, Run, register_with
from matcha.retrieval.catalogue import Catalogue, PartTotals
from matcha.retrieval.pipeline import Pipeline
from matcha.retrieval.reference import Reference
from matcha.scoring import Query
from matcha.values import Parts, Progress, Scored

Scores = NDArray[np.int64]
Ranking = Callable[[Catalogue, Query], Scores]

_MOST = 1000  # documents that are looked at in a variant
_RRF = 60  # the usual constant of reciprocal rank fusion (Cormack et al. 2009)


def _dense(parts: PartTotals) -> Scores:
    total: Scores = parts.sentences + parts.whole
    return total


def _reciprocal_ranks(scores: Scores) -> Scores:
    ranks = np.empty(len(scores), np.int64)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    found: Scores = (10**9 // (_RRF + ranks)).astype(np.int64)
    return found


def _fused(parts: PartTotals) -> Scores:
    return _reciprocal_ranks(_dense(parts)) + _reciprocal_ranks(parts.terms)


def _of(part: Callable[[PartTotals], Scores]) -> Ranking:
    return lambda catalogue, query: part(catalogue.parts(query))


VARIANTS: Mapping[str, Ranking] = {
    "matcha": _of(lambda p: p.total),
    "terms alone (BM25)": _of(lambda p: p.terms),
    "sentences alone": _of(lambda p: p.sentences),
    "whole alone": _of(lambda p: p.whole),
    "sentences + whole (dense)": _of(_dense),
    "dense and BM25, reciprocal ranks": _of(_fused),
    "without terms": _of(lambda p: p.total - p.terms),
    "without sentences": _of(lambda p: p.total - p.sentences),
    "without whole": _of(lambda p: p.total - p.whole),
    "without generality": _of(lambda p: p.total - p.generality),
    "without language factor": lambda catalogue, query: catalogue.parts(query, across=False).total,
}
BEST_ONLY = "best profile of an actor only"
SHIPPED = "statistics of the reference text"


def ablate(registered: Registered, known: Reference, depth: int, progress: Progress) -> Iterator[tuple[str, Run]]:
    """Give each variant's name and its run."""
    for name, ranking in VARIANTS.items():
        yield name, _run(registered, ranking, depth, progress)
    if any(document.actor != document.id for document, _ in registered.read.documents):
        yield BEST_ONLY, _run(registered, VARIANTS["matcha"], depth, progress, own=1)
    yield (
        SHIPPED,
        _run(
            as_shipped(registered.read, registered.pipeline.reader_digest, known), VARIANTS["matcha"], depth, progress
        ),
    )


def as_shipped(read: ReadCollection, reader_digest: str, known: Reference) -> Registered:
    """Register a collection without freezing statistics of it."""
    return register_with(Pipeline(reader_digest, calibration.before_freezing(reader_digest, known)), read)


def _run(registered: Registered, ranking: Ranking, depth: int, progress: Progress, own: int = 3) -> Run:
    catalogue, queries = registered.catalogue, registered.read.queries
    found = {}
    for done, (id, reading) in enumerate(queries):
        progress(done, len(queries))
        scores = ranking(catalogue, registered.pipeline.query(reading))
        found[id] = _ranked(catalogue, scores, depth, own)
    progress(len(queries), len(queries))
    return found


def _ranked(catalogue: Catalogue, scores: Scores, depth: int, own: int) -> tuple[tuple[str, int], ...]:
    order = np.argsort(-scores, kind="stable")[: max(_MOST, depth)].tolist()
    several = len(set(catalogue.actor_ids)) < len(catalogue)
    candidates = {c.profile_id: c for c in map(catalogue.candidate, order)} if several else {}
    none = Parts((), (), (), 0)
    scored = [Scored(catalogue.profile_ids[i], int(scores[i]), none) for i in order]
    hits = scoring.rank(scored, candidates, catalogue.actors(order), SEED)
    kept = (replace(hit, others=hit.others[: own - 1]) for hit in hits) if own < 3 else hits
    ranked = sorted(((hit.actor_id, hit.score) for hit in kept), key=lambda pair: -pair[1])
    return tuple(ranked[:depth])
