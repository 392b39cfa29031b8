"""The profiles that may be found, when their vectors lie in PostgreSQL: only who could have a place comes over."""

from __future__ import annotations

import math
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

FEW = 5_000  # profiles that are all looked at, without a bar
MANY = 100_000  # profiles that HNSW is made for, and asked among (decision 20)
_KINDS = list(ActorKind)
_LOWEST = -1e18  # what a profile has at least of which nothing is known

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class TableCatalogue(Roster):
    """Profiles by place, and their versions in the tables, as these were when they were in step with a fit.

    Some are scored in integers first, and what the k-th of their actors has is a bar; one exact scan then gives
    everybody whose score could reach it. Among many an approximate index (HNSW) says who these are, so that whom it
    overlooks costs time and nothing else; among fewer the best of some that are spread evenly; among few nobody.
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
        many: int = MANY,
    ) -> None:
        super().__init__(profile_ids, actor_ids)
        self._table, self._fit, self._few, self._many = table, fit, few, many
        self._versions, self._without = versions, without
        self._kinds = np.array([_KINDS.index(kind) for kind in kinds], np.int64)
        self._order = np.argsort(versions)

    def candidates(self, places: Sequence[int], query: Query | None = None) -> list[Candidate]:
        with self._table.store.reading() as session:
            return self._candidates(session.connection(), places)

    def possible(self, query: Query, k: int, allowed: NDArray[np.bool_] | None) -> list[int]:
        wanted = np.ones(len(self), np.bool_) if allowed is None else allowed
        order, starts = self.by_actor
        if k >= np.count_nonzero(np.logical_or.reduceat(wanted[order], starts)):
            return np.flatnonzero(wanted).tolist()
        search = Search(query)
        least = np.where(wanted, _LOWEST, -np.inf)
        with looking(self._table, self._fit) as look:
            self._score(look, query, self._first(look, search, wanted, k), least)
            most = self._look(look, search, wanted, self._bar(least, k))
            self._score(look, query, self._hopeful(most, k), least)  # so that the bar is near what it will be
        least[~np.isfinite(most)] = -np.inf
        return bounds.possible(self.by_actor, least, most, k)

    def _first(self, look: Looking, search: Search, wanted: Mask, k: int) -> Numbers:
        """Those that are scored for a bar.

        When √(k · n) of n profiles are spread evenly, about as many can reach what the k-th of these has.
        """
        places = np.flatnonzero(wanted)
        if len(places) > self._many:
            return self._places(np.array(look.near(search, self._among(look.step, wanted), k + 20), np.int64))
        if len(places) > self._few:
            spread = np.zeros(len(self), np.bool_)
            spread[places[:: math.isqrt(len(places) // k)]] = True
            return self._hopeful(self._look(look, search, spread, _LOWEST), k)
        return places[:0]

    def _look(self, look: Looking, search: Search, wanted: Mask, bar: float) -> Floats:
        """Give what each profile has at most, if it could help its actor to the bar; −∞ for others.

        What is not given lies below it. It counts all the same when another profile of its actor is given.
        """
        order, starts = self.by_actor
        asked = bar / (1 + SECOND + THIRD) if len(starts) < len(self) and bar > 0 else bar
        versions, found = look.reaching(search, self._among(look.step, wanted), asked)
        most = np.full(len(self), -np.inf)
        most[self._places(versions)] = found
        there = np.repeat(np.maximum.reduceat(most[order], starts) > -np.inf, np.diff(starts, append=len(order)))
        beside = order[there & wanted[order]]
        most[beside] = np.maximum(most[beside], asked)
        return most

    def _score(self, look: Looking, query: Query, places: Numbers, least: Floats) -> None:
        """Score profiles in integers: then it is known what they have at least."""
        if not len(places):
            return
        scored = scoring.score(query, self._candidates(look.connection, places.tolist()))
        least[places] = [one.score for one in scored]

    def _bar(self, least: Floats, k: int) -> float:
        order, starts = self.by_actor
        return bounds.bar(np.maximum.reduceat(least[order], starts), k)

    def _hopeful(self, most: Floats, k: int) -> Numbers:
        """The most hopeful profile of each of the k most hopeful actors, or of all of whom something is known."""
        order = np.argsort(-most, kind="stable")
        first: dict[str, int] = {}
        for place in order[: int(np.isfinite(most).sum())].tolist():
            if len(first) == k:
                break
            first.setdefault(self.actor_ids[place], place)
        return np.array(sorted(first.values()), np.int64)

    def _among(self, step: int, wanted: Mask) -> Among:
        asked = np.bincount(self._kinds[wanted], minlength=len(_KINDS)) > 0
        kinds = {kind for kind, there in zip(_KINDS, asked, strict=True) if there}
        only = self._versions[wanted]
        without = np.concatenate([self._without, self._versions[asked[self._kinds] & ~wanted]])
        if len(only) < len(without):
            return Among(step, kinds, only.tolist(), only=True)
        return Among(step, kinds, without.tolist())

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
