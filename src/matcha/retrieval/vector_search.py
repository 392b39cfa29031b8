"""What is asked of the tables of `vector_table`: plain SQL, that only reads, so that a standby answers it, too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from matcha import scoring
from matcha.retrieval.shelf import Fit
from matcha.retrieval.vector_rows import Asked, sparse, sparse_share
from matcha.retrieval.vector_table import VectorTable, lagging, step_of
from matcha.scoring import Candidate, Pieces, Query
from matcha.values import ActorKind, Language

_POINTS = scoring.FULL_POINTS / scoring.ONE / scoring.ONE  # of a product
_SETTINGS = {
    "hnsw.iterative_scan": "strict_order",  # or else what is filtered away is missing, in silence
    "enable_partitionwise_aggregate": "on",  # each partition by itself, on the server where it lies
    "plan_cache_mode": "force_custom_plan",  # a plan for any list of versions goes through it anew for each row
    "jit": "off",
}


@dataclass(frozen=True)
class Among:
    """Who is looked at: actors of these kinds in what was valid at a step, without some versions or only some."""

    step: int
    kinds: Set[ActorKind]
    versions: Sequence[int] = ()
    only: bool = False

    @property
    def condition(self) -> str:
        """Say it in SQL."""
        kinds = ", ".join(f"'{kind.value}'" for kind in sorted(self.kinds))
        some = "version_id = ANY(CAST(:versions AS bigint[]))"
        which = f" AND {some}" if self.only else f" AND NOT {some}" if self.versions else ""
        return f"kind IN ({kinds}) AND since <= :step AND until > :step{which}"

    @property
    def values(self) -> dict[str, Any]:
        """Give the values that the condition names."""
        some = {"versions": list(self.versions)} if self.only or self.versions else {}
        return {"step": self.step} | some


class Search:
    """A need as SQL: every profile's score from above, or who lies near."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self._asked = {"sentence": Asked.of(query.sentences), "paragraph": Asked.of(query.paragraphs)}

    def reaching(self, among: Among, bar: float) -> tuple[str, dict[str, Any]]:
        """Give the statement that gives each version whose score could reach a bar, and what that is at most."""
        statement = (
            f"SELECT version_id, {self._most} AS most FROM matcha_vectors.passage WHERE {among.condition} "
            f"GROUP BY kind, version_id HAVING {self._most} >= :bar"
        )
        return statement, {**self._values, **among.values, "bar": max(bar, -1e300)}

    def near(self, among: Among, count: int) -> tuple[str, dict[str, Any]]:
        """Give the statement that gives so many versions, about, whose wholes lie nearest to each whole of the need."""
        asked = {f"paragraph{i}": whole for i, whole in enumerate(self._asked["paragraph"].texts)}
        each = (
            f"(SELECT version_id FROM matcha_vectors.passage WHERE {among.condition} "
            f"ORDER BY paragraph <#> CAST(:{whole} AS halfvec) LIMIT :count)"
            for whole in asked
        )
        return " UNION ".join(each), {**asked, **among.values, "count": count}

    @cached_property
    def _values(self) -> dict[str, Any]:
        sentences, paragraphs = len(self._query.sentences), len(self._query.paragraphs)
        vectors: dict[str, Any] = {
            f"{grain}{i}{name}": value
            for grain, asked in self._asked.items()
            for name, each in (("", asked.texts), ("_far", asked.far), ("_slack", asked.slack))
            for i, value in enumerate(each)
        }
        upper, lower = scoring.ACROSS
        parts = {"share": sentences / paragraphs, "half": sentences / 2, "across": upper / lower - 1}
        terms = {"terms": sparse(self._query.terms), "reach": sparse_share(len(self._query.terms)) / scoring.SATURATION}
        language = {"language": self._query.language.value}
        return {**vectors, **parts, **language, **(terms if self._query.terms else {})}

    @cached_property
    def _most(self) -> str:
        """The most points that a version can have, as one expression over its rows."""
        across = "1 + :across * max(CAST(language <> :language AS integer))"
        near = f"{self._near('sentence')} + :share * ({self._near('paragraph')})"
        terms = " + :reach * max(inner_product(terms, CAST(:terms AS sparsevec)))" if self._query.terms else ""
        beside = f"{terms} - :half * max(generality) + 2"  # rounded down when points are counted
        return f"({_POINTS!r} * ({across}) * ({near}){beside})"

    def _near(self, grain: str) -> str:
        """The sum over the need's vectors of the nearest passage's product, from 0 up."""
        found = []
        for one in (f"{grain}{i}" for i in range(len(self._asked[grain].texts))):
            best = f"max(inner_product({grain}, CAST(:{one} AS halfvec))) + max(loss) * :{one}_far + :{one}_slack"
            found.append(f"CASE WHEN {best} > 0 THEN {best} ELSE 0 END")
        return " + ".join(found)


def exact(connection: Connection, versions: Sequence[int]) -> dict[int, Candidate]:
    """Give versions, ready to be scored, by id; they are called nothing. Raises Lagging when one is gone."""
    query = f"SELECT version_id, {_EXACT} FROM matcha_vectors.version WHERE version_id = ANY(:ids)"
    found = {row[0]: _candidate(row) for row in connection.execute(text(query), {"ids": list(versions)})}
    if len(found) < len(set(versions)):
        raise lagging()
    return found


class Looking:
    """The tables as they are seen in one moment, of which they were in step with a fit at `step`."""

    def __init__(self, connection: Connection, step: int) -> None:
        self.connection, self.step = connection, step

    def reaching(self, search: Search, among: Among, bar: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Give the versions whose score could reach a bar, and what each has at most."""
        rows = self.connection.execute(*_stated(search.reaching(among, bar))).all()
        return np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows], np.float64)

    def near(self, search: Search, among: Among, count: int) -> list[int]:
        """Give some versions that lie near a need, in no order. An approximate index may have found them."""
        return list(self.connection.scalars(*_stated(search.near(among, count))))


@contextmanager
def looking(table: VectorTable, fit: Fit) -> Iterator[Looking]:
    """Look at the tables as they were in step with a fit. Raises Lagging when they have not that, or no more."""
    with table.store.reading() as session:
        connection = session.connection()
        yield Looking(connection, step_of(connection, fit, _SETTINGS))


_EXACT = "language, generality, short, short_ids, long, long_ids, words, reached"


def exact_row(candidate: Candidate) -> tuple[Any, ...]:
    """Give what a candidate is made of, in the columns that `Looking.candidates` reads."""
    pieces = [
        part
        for each in (candidate.sentences, candidate.paragraphs)
        for part in (each.vectors.astype("<i2").tobytes(), list(each.ids))
    ]
    words, reached = list(candidate.terms), list(candidate.terms.values())
    return candidate.language.value, candidate.generality, *pieces, words, reached


def _candidate(row: Any) -> Candidate:
    _, language, generality, short, short_ids, long, long_ids, words, reached = row
    pieces = (_pieces(short, short_ids), _pieces(long, long_ids))
    return Candidate("", Language(language), *pieces, dict(zip(words, reached, strict=True)), generality)


def _pieces(vectors: bytes, ids: list[int]) -> Pieces:
    return Pieces(ids, np.frombuffer(vectors, "<i2").reshape(len(ids), -1).astype(np.int16))


def _stated(asked: tuple[str, dict[str, Any]]) -> tuple[Any, dict[str, Any]]:
    statement, values = asked
    return text(statement), values
