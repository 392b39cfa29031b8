"""How good a ranking is, in the usual measures, and how sure the figure is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from matcha.evaluation.run import Run

MEASURES = ("nDCG@10", "R@10", "R@100", "P@1", "RR", "AP")
RESAMPLES = 2000
Qrels = Mapping[str, Mapping[str, int]]


def measure(run: Run, qrels: Qrels) -> dict[str, float]:
    """Give MEASURES by name: means over all judged queries, a query without an answer counting as 0 (trec_eval)."""
    return {name: float(np.mean(values)) for name, values in measure_each(run, qrels).items()}


def measure_each(run: Run, qrels: Qrels) -> dict[str, list[float]]:
    """Give MEASURES by name for each judged query, in the order of the judgements."""
    import ir_measures

    wanted = {ir_measures.parse_measure(name): name for name in MEASURES}
    scores = {query: {document: float(score) for document, score in ranked} for query, ranked in run.items()}
    judged = {query: dict(grades) for query, grades in qrels.items()}
    found = {name: dict.fromkeys(qrels, 0.0) for name in MEASURES}
    for metric in ir_measures.iter_calc(list(wanted), judged, scores):
        found[wanted[metric.measure]][metric.query_id] = float(metric.value)
    return {name: list(values.values()) for name, values in found.items()}


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Give the 95 % interval of a mean over queries: the bootstrap's percentiles (Efron 1979), always the same draw."""
    drawn = np.random.default_rng(0).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile(np.asarray(values)[drawn].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)
