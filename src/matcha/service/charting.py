"""The map of needs and solutions (S4): drawn once for each moment of the store, and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from sqlmodel import Session, col, select

from matcha import scoring
from matcha.needs import chart
from matcha.needs.chart import Chart, Offer
from matcha.needs.layout import Directions
from matcha.process import State
from matcha.records import Actor, Need, Profile, ProfileVersion
from matcha.retrieval.packing import batches
from matcha.retrieval.reading import Reading
from matcha.retrieval.roster import Roster
from matcha.retrieval.statistics import Statistics
from matcha.service.entries import ERASED
from matcha.service.meanwhile import Meanwhile
from matcha.service.need_readings import readings
from matcha.service.overview import Overview
from matcha.store import queries
from matcha.values import ActorKind, ActorRef, Grain, Role

_AT_ONCE = 1000  # profiles whose vectors are in memory together


class Charting(Overview):
    """Needs and solutions as a map."""

    @cached_property
    def _charts(self) -> Meanwhile[frozenset[State], Chart]:
        return Meanwhile("the map", self._drawn, self._drawn_of)

    def chart(self, states: Sequence[State] = tuple(State)) -> Chart:
        """Give the map of the needs in these states and of all profiles that are scored, drawn now unless it is kept.

        It takes seconds, most of them to see which needs nobody answers; whoever asks meanwhile waits for the same.
        Raises Unavailable when the index is missing or does not fit.
        """
        return self._charts.now(frozenset(states))

    def chart_at_hand(self, states: Sequence[State] = tuple(State)) -> tuple[Chart | None, bool]:
        """Give the map that is kept, and whether it is of this moment, at once; None before the first.

        A map of another moment is given without what has changed since, and the new one is drawn meanwhile.
        """
        wanted = frozenset(states)
        kept, fresh = self._charts.at_hand(wanted)
        if kept is None or fresh:
            return kept, fresh
        with self._store.reading() as session:
            titles = queries.need_titles(session, wanted)
            there = {id: title for id, title in titles.items() if title != ERASED}
            return kept.still(there, _offers(session)), False

    def close(self) -> None:
        """Give back the database's connections, after a map that is being drawn."""
        self._charts.end()
        super().close()

    def _drawn_of(self, states: frozenset[State]) -> tuple[object, ...]:
        """What a map depends on: who is registered, how texts are read, and the needs."""
        with self._store.reading() as session:
            needs = session.exec(select(Need.id, Need.leaf_index, Need.title).where(col(Need.state).in_(states)))
            return self._preparation.moment(session), tuple(sorted(needs, key=lambda row: row[0]))

    def _drawn(self, states: frozenset[State]) -> Chart:
        ready = self._looking(self._preparation.ready)
        read = readings(self._store, self.reader, ready.names)
        with self._store.reading() as session:
            titles = {id: title for id, title in queries.need_titles(session, states).items() if id in read}
        found = self.grouped(tuple(titles))
        offers = [Offer(each.profile_id, each.title, each.actor) for each in ready.snapshot.eligible.values()]
        needs = need_directions({id: read[id] for id in titles}, ready.pipeline.statistics)
        return chart.chart(titles, needs, offers, profile_directions(ready.catalogue), found.clusters, found.gaps)


def need_directions(needs: Mapping[str, Reading], statistics: Statistics) -> Directions:
    """Give where each need points: the mean of its paragraphs, centred as when it is asked."""
    found = {}
    for id, reading in needs.items():
        vectors = reading.passages(Grain.PARAGRAPH).vectors.astype(np.int64)
        centred = scoring.direction(vectors - statistics.mean(Role.NEED, Grain.PARAGRAPH, reading.language))
        found[id] = scoring.direction(centred.astype(np.int64).sum(axis=0))
    return found


def profile_directions(catalogue: Roster) -> Directions:
    """Give where each profile points: the mean of its paragraphs, centred, as `scoring.likeness` compares them."""
    found = {}
    for some in batches(range(len(catalogue)), _AT_ONCE):
        for profile in catalogue.candidates(some):
            found[profile.profile_id] = scoring.direction(profile.paragraphs.vectors.astype(np.int64).sum(axis=0))
    return found


def _offers(session: Session) -> frozenset[Offer]:
    """What the registered profiles that take part say now, read without their texts."""
    versions = select(ProfileVersion.profile_id, ProfileVersion.version, ProfileVersion.title)
    newest = {id: title for id, _, title in sorted(session.exec(versions))}
    owned = select(Profile.id, Actor.id, Actor.name, Actor.kind)
    found = session.exec(
        owned.join(Actor, col(Actor.id) == col(Profile.actor_id)).where(
            col(Profile.withdrawn).is_(None), col(Profile.expired).is_(None)
        )
    )
    return frozenset(Offer(id, newest[id], ActorRef(actor, name, ActorKind(kind))) for id, actor, name, kind in found)
