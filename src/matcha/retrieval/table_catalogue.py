"""The profiles that may be found, when their vectors lie in PostgreSQL: only who could have a place comes over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from matcha import scoring
from matcha.retrieval import bounds
from matcha.retrieval.bounds import SECOND, THIRD
from matcha.retrieval.roster import Numbers, Roster
from matcha.retrieval.shelf import Fit
from matcha.retrieval.vector_search import Among, Looking, Search, exact, looking
from matcha.retrieval.vector_table import VectorTable
from matcha.scoring import Candidate, Query
from matcha.values import ActorKind

FEW = 100_000  # profiles that are all looked at: to ask first who lies near took longer (decision 20)
_LOWEST = -1e18  # what a profile has at least of which nothing is known

Floats = NDArray[np.float64]


class TableCatalogue(Roster):
    """Profiles by place, and their versions in the tables, as these were when they were in step with a fit.

    An approximate index (HNSW) says who may lie near; these are scored in integers, and what the k-th of their actors
    has is a bar. One exact scan then gives everybody whose score could reach it. So whom the approximate index
    overlooks costs time and nothing else. Among few it is not asked: those that could have most are scored.
    """

    def __init__(
        self,
        table: VectorTable,
        fit: Fit,
        profile_ids: Sequence[str],
        actor_ids: Sequence[str],
        versions: NDArray[np.int64],
        kinds: Sequence[ActorKind],
        without: NDArray[np.int64],
        few: int = FEW,
    ) -> None:
        super().__init__(profile_ids, actor_ids)
        self._table, self._fit, self._few = table, fit, few
        self._versions, self._kinds, self._without = versions, np.array([kind.value for kind in kinds]), without
        self._order = np.argsort(versions)

    def candidates(self, places: Sequence[int], query: Query | None = None) -> list[Candidate]:
        with self._table.store.reading() as session:
            return self._candidates(session.connection(), places)

    def possible(self, query: Query, k: int, allowed: NDArray[np.bool_] | None) -> list[int]:
        wanted = np.arange(len(self)) if allowed is None else np.flatnonzero(allowed)
        if k >= len({self.actor_ids[place] for place in wanted.tolist()}):
            return [int(place) for place in wanted]
        search = Search(query)
        least, most = np.full(len(self), -np.inf), np.full(len(self), -np.inf)
        least[wanted] = _LOWEST
        with looking(self._table, self._fit) as look:
            among = self._among(look, wanted)
            if len(wanted) > self._few:
                near = self._places(np.array(look.near(search, among, k + 20), np.int64))
                self._score(look, query, near, least)
            self._look(look, search, among, self._bar(least, k), wanted, most)
            self._score(look, query, self._hopeful(most, k), least)  # so that the bar is near what it will be
        least[~np.isfinite(most)] = -np.inf
        return bounds.possible(self.by_actor, least, most, k)

    def _look(self, look: Looking, search: Search, among: Among, bar: float, wanted: Numbers, most: Floats) -> None:
        """Say of each profile what it has at most, if it could help its actor to the bar.

        What is not given stays below it. It counts all the same when another profile of its actor is given.
        """
        several = len(self.by_actor[1]) < len(self)
        asked = bar / (1 + SECOND + THIRD) if several and bar > 0 else bar
        versions, found = look.reaching(search, among, asked)
        places = self._places(versions)
        most[places] = found
        order, starts = self.by_actor
        there = np.repeat(np.maximum.reduceat(most[order], starts) > -np.inf, np.diff(starts, append=len(order)))
        beside = np.intersect1d(order[there], wanted)
        most[beside] = np.maximum(most[beside], asked)

    def _score(self, look: Looking, query: Query, places: Numbers, least: Floats) -> None:
        """Score profiles in integers: then it is known what they have at least."""
        scored = scoring.score(query, self._candidates(look.connection, places.tolist()))
        least[places] = [one.score for one in scored]

    def _bar(self, least: Floats, k: int) -> float:
        order, starts = self.by_actor
        return bounds.bar(np.maximum.reduceat(least[order], starts), k)

    def _hopeful(self, most: Floats, k: int) -> Numbers:
        """The most hopeful profile of each of the k most hopeful actors."""
        order = np.argsort(-most, kind="stable")
        first: dict[str, int] = {}
        for place in order.tolist():
            if len(first) == k:
                break
            first.setdefault(self.actor_ids[place], place)
        return np.array(sorted(first.values()), np.int64)

    def _among(self, look: Looking, wanted: Numbers) -> Among:
        kinds = np.unique(self._kinds[wanted])
        passed = np.isin(self._kinds, kinds)
        passed[wanted] = False
        without = [*self._without.tolist(), *self._versions[passed].tolist()]
        return Among(look.step, {ActorKind(kind) for kind in kinds.tolist()}, without)

    def _places(self, versions: NDArray[np.int64]) -> Numbers:
        found: Numbers = self._order[np.searchsorted(self._versions, versions, sorter=self._order)]
        assert np.array_equal(self._versions[found], versions)
        return found

    def _candidates(self, connection: Connection, places: Sequence[int]) -> list[Candidate]:
        versions = self._versions[list(places)].tolist()
        found = exact(connection, versions)
        return [
            replace(found[version], profile_id=self.profile_ids[place])
            for place, version in zip(places, versions, strict=True)
        ]
