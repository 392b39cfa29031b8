"""Vectors in PostgreSQL beside vectors in files: how long it takes to find who could have a place, asked in turn.

    python -m benchmarks.measure_vectors 10000 100000

Invented profiles of four sentences and a paragraph (384 dimensions, directions at random) and 40 terms; needs of eight
sentences near some of them. The bar is made by nobody, by some spread evenly, or by those that HNSW proposes. An
embedded PostgreSQL on the same machine, with maintenance_work_mem = 1 GB. Ratios of wall time, since
the server is another process.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import make_url, text
from tests.pgvector import administer, database, embedded

from matcha import scoring
from matcha.retrieval.catalogue import Catalogue
from matcha.retrieval.retriever import retrieve
from matcha.retrieval.roster import Roster
from matcha.retrieval.shelf import Fit
from matcha.retrieval.table_catalogue import TableCatalogue
from matcha.retrieval.table_indexer import Change, Held
from matcha.retrieval.vector_table import VectorTable, make_proposals, measure
from matcha.scoring import Candidate, Pieces, Query
from matcha.store import Store
from matcha.values import ActorKind, Hit, Language

DIMENSION, SENTENCES, TERMS = 384, 4, 40
K, QUESTIONS = 10, 12
FIT = Fit("benchmark", "benchmark", "benchmark", "benchmark")


def invented(count: int) -> Iterator[tuple[int, Candidate]]:
    """Give profiles, with ids from 1."""
    chance = np.random.default_rng(1)
    for id in range(1, count + 1):
        found = _directions(chance, SENTENCES + 1)
        short, long = Pieces(range(SENTENCES), found[1:]), Pieces([SENTENCES], found[:1])
        terms = {f"t{int(n)}": int(chance.integers(300, 900)) for n in np.unique(chance.zipf(1.3, TERMS) % 50_000)}
        yield id, Candidate(str(id), Language.SV, short, long, terms, int(chance.integers(0, 8000)))


def needs(near: list[Candidate]) -> Iterator[Query]:
    """Give needs of eight sentences, each some way from the sentences of profiles."""
    chance = np.random.default_rng(2)
    for _ in range(QUESTIONS):
        chosen = [near[int(i)] for i in chance.integers(0, len(near), 8)]
        sentences = np.concatenate([c.sentences.vectors[:1] for c in chosen]).astype(np.float64)
        away = _directions(chance, 8).astype(np.float64)
        mixed = scoring.direction(np.rint(sentences + 1.2 * away).astype(np.int64))
        terms = scoring.term_weights({term: 5000 for c in chosen for term in list(c.terms)[:4]}, 8)
        yield Query(Language.SV, mixed, chosen[0].paragraphs.vectors, terms)


def _directions(chance: np.random.Generator, count: int) -> NDArray[np.int16]:
    return scoring.direction((chance.standard_normal((count, DIMENSION)) * 10_000).astype(np.int64))


def asked(catalogue: Roster, query: Query) -> tuple[float, tuple[Hit, ...]]:
    begun = time.perf_counter()
    hits = retrieve(catalogue, query, K, b"a seed")
    return time.perf_counter() - begun, hits


def filled(table: VectorTable, candidates: list[tuple[int, Candidate]]) -> dict[str, float]:
    """Fill the tables; give the seconds of each part."""
    kinds = {id: list(ActorKind)[id % 3] for id, _ in candidates}
    seconds = {}
    with table.changing(FIT, DIMENSION) as connection:
        change = Change(connection, Held.read(connection), 1)
        for name, do in (
            ("rows", lambda: change.add(candidates, kinds)),
            ("HNSW", lambda: make_proposals(connection)),
            ("ANALYZE", lambda: measure(connection)),
            ("moment", lambda: change.note(FIT)),
        ):
            begun = time.perf_counter()
            do()
            seconds[name] = round(time.perf_counter() - begun, 1)
    return seconds


def measured(count: int) -> None:
    """Print how one size fared."""
    candidates = list(invented(count))
    files = Catalogue.of((candidate, candidate.profile_id) for _, candidate in candidates)
    queries = list(needs([candidate for _, candidate in candidates[:1000]]))
    asked(files, queries[0])  # codes are made when first asked for
    with embedded() as server, database(server) as url:
        administer(url, f"ALTER DATABASE {make_url(url).database} SET maintenance_work_mem = '1GB'")
        table = VectorTable(Store.open(url))
        print(count, "profiles, filled in seconds:", filled(table, candidates), flush=True)
        kinds = [list(ActorKind)[id % 3] for id, _ in candidates]
        ids, versions = [str(id) for id, _ in candidates], np.arange(1, count + 1)
        bars = {"the scan alone": (count, count), "some first": (0, count), "HNSW first": (0, 0)}
        variants = {name: _catalogue(table, ids, versions, kinds, *bar) for name, bar in bars.items()}
        times: dict[str, list[float]] = {name: [] for name in ("files", *variants)}
        same = 0
        for query in queries:
            seconds, expected = asked(files, query)
            times["files"].append(seconds)
            for name, catalogue in variants.items():
                seconds, hits = asked(catalogue, query)
                times[name].append(seconds)
                same += hits == expected
        for name, each in times.items():
            ratio = statistics.median(a / b for a, b in zip(each, times["files"], strict=True))
            print(f"  {name}: median {statistics.median(each) * 1000:.0f} ms, {ratio:.1f} of files", flush=True)
        print(f"  equal to the bit: {same} of {len(queries) * len(variants)}")
        only = ActorKind.COMPANY
        allowed = np.array([kind is only for kind in kinds])
        begun = time.perf_counter()
        retrieve(variants["some first"], queries[0], K, b"a seed", allowed)
        print(f"  one kind of three: {(time.perf_counter() - begun) * 1000:.0f} ms")
        with table.store.reading() as session:
            for name in ("passage", "version"):
                size = f"SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('matcha_vectors.{name}')"
                tables = size.replace("total_relation", "table")
                connection = session.connection()
                mb = [round(int(connection.scalar(text(q)) or 0) / 1e6) for q in (tables, size)]
                print(f"  {name}: {mb[0]} MB, with indexes {mb[1]} MB")
        table.close()


def _catalogue(
    table: VectorTable, ids: list[str], versions: NDArray[Any], kinds: list[ActorKind], few: int, many: int
) -> TableCatalogue:
    return TableCatalogue(table, FIT, ids, ids, versions, kinds, np.zeros(0, np.int64), few, many)


if __name__ == "__main__":
    for size in sys.argv[1:]:
        measured(int(size))
