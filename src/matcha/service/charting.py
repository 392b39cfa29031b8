"""The map of needs and solutions (S4): drawn once for each moment of the store, and kept."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from sqlmodel import Session, col, select

from matcha import scoring
from matcha.errors import MatchaError
from matcha.needs import chart
from matcha.needs.chart import Chart, Offer
from matcha.needs.layout import Directions
from matcha.process import State
from matcha.records import Actor, Need, Profile, ProfileVersion
from matcha.retrieval.catalogue import Catalogue
from matcha.retrieval.reading import Reading
from matcha.retrieval.statistics import Statistics
from matcha.service.entries import ERASED
from matcha.service.need_readings import readings
from matcha.service.overview import Overview
from matcha.store import queries
from matcha.values import ActorKind, ActorRef, Grain, Role

logger = logging.getLogger(__name__)

_KEPT = 8  # maps, each of other states
_PATIENCE = 10.0  # seconds that closing waits for a map that is being drawn
Key = tuple[object, ...]
States = frozenset[State]


@dataclass
class _Charts:
    """The maps that are kept, by the states of their needs, and who draws."""

    drawing: threading.Lock = field(default_factory=threading.Lock)
    beginning: threading.Lock = field(default_factory=threading.Lock)
    thread: threading.Thread | None = None
    kept: Mapping[States, tuple[Key, Chart]] = field(default_factory=dict)  # never changed, only replaced

    def keep(self, states: States, key: Key, drawn: Chart) -> None:
        others = [each for each in self.kept.items() if each[0] != states]
        self.kept = dict([*others[1 - _KEPT :], (states, (key, drawn))])

    def begin(self, draw: Callable[[], object]) -> None:
        """Draw beside whoever asks, unless somebody does so already."""
        with self.beginning:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=draw, name="matcha-chart", daemon=True)
                self.thread.start()


class Charting(Overview):
    """Needs and solutions as a map."""

    @cached_property
    def _charts(self) -> _Charts:
        return _Charts()

    def chart(self, states: Sequence[State] = tuple(State)) -> Chart:
        """Give the map of the needs in these states and of all profiles that are scored, drawn now unless it is kept.

        It takes seconds, most of them to see which needs nobody answers; whoever asks meanwhile waits for the same.
        Raises Unavailable when the index is missing or does not fit.
        """
        wanted = frozenset(states)
        key = self._chart_key(wanted)
        if (kept := self._charts.kept.get(wanted)) and kept[0] == key:
            return kept[1]
        with self._charts.drawing:
            key = self._chart_key(wanted)
            if (kept := self._charts.kept.get(wanted)) and kept[0] == key:
                return kept[1]
            drawn = self._drawn(wanted)
            if self._chart_key(wanted) == key:
                self._charts.keep(wanted, key, drawn)
            return drawn

    def chart_at_hand(self, states: Sequence[State] = tuple(State)) -> tuple[Chart | None, bool]:
        """Give the map that is kept, and whether it is of this moment, at once; None before the first.

        A map of another moment is given without what has changed since, and the new one is drawn meanwhile.
        """
        wanted = frozenset(states)
        kept = self._charts.kept.get(wanted)
        if kept and kept[0] == self._chart_key(wanted):
            return kept[1], True
        self._charts.begin(lambda: self._draw(wanted))
        if kept is None:
            return None, False
        with self._store.reading() as session:
            return kept[1].still(_titles(session, wanted), _offers(session)), False

    def close(self) -> None:
        """Give back the database's connections, after a map that is being drawn."""
        if self._charts.thread is not None:
            self._charts.thread.join(_PATIENCE)
        super().close()

    def _draw(self, states: States) -> None:
        try:
            self.chart(tuple(states))
        except MatchaError as error:
            logger.warning("the map has to wait: %s", error.en)

    def _chart_key(self, states: States) -> Key:
        """What a map depends on: who is registered, how texts are read, and the needs."""
        with self._store.reading() as session:
            identity, pipeline = queries.identity(session), self._preparation.pipeline(session)
            needs = session.exec(select(Need.id, Need.leaf_index, Need.title).where(col(Need.state).in_(states)))
            return identity.id, identity.revision, pipeline.digest, tuple(sorted(needs, key=lambda row: row[0]))

    def _drawn(self, states: States) -> Chart:
        ready = self._looking(self._preparation.ready)
        read = readings(self._store, self.reader, ready.names)
        with self._store.reading() as session:
            titles = {id: title for id, title in _titles(session, states).items() if id in read}
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


def profile_directions(catalogue: Catalogue) -> Directions:
    """Give where each profile points: the mean of its paragraphs, centred, as `scoring.likeness` compares them."""
    found = {}
    for entry in catalogue.entries:
        vectors = catalogue.matrix[[row for _, row in entry.paragraphs]] * np.float32(scoring.ONE)
        found[entry.profile_id] = scoring.direction(vectors.astype(np.int64).sum(axis=0))
    return found


def _titles(session: Session, states: States) -> dict[str, str]:
    """The titles of the needs in these states that have not been erased."""
    rows = session.exec(select(Need.id, Need.title).where(col(Need.state).in_(states), col(Need.title) != ERASED))
    return dict(sorted(rows))


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
