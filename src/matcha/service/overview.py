"""Needs seen together and from idea to effect: screening, what is alike, gaps, dialogue, dossier, graph, judgements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from sqlmodel import Session

from matcha import scoring
from matcha.callers import Caller
from matcha.errors import Conflict
from matcha.matchlog.entry import Draft, Kind, canonical, sealed
from matcha.needs import clusters, dialogue, effects, screening
from matcha.needs.clusters import Clusters, Gap
from matcha.needs.dialogue import Involvement
from matcha.needs.likeness import Likeness, Similar
from matcha.process import ActKind, Criterion, State
from matcha.records import Act, Need, Weighting, WeightingForm
from matcha.retrieval.reading import Reading
from matcha.retrieval.retriever import retrieve
from matcha.service import rules
from matcha.service.conversation import attended, conversation, ever_invited, id_of, invited_since
from matcha.service.entries import ERASED
from matcha.service.meanwhile import Meanwhile
from matcha.service.need_readings import readings
from matcha.service.preparation import Ready
from matcha.service.submitting import Submitting
from matcha.store import log, process, queries
from matcha.text.canonical import canonical as readable
from matcha.text.canonical import refuse_unusable
from matcha.text.language import detect
from matcha.values import Band

_LED_TO = (ActKind.SOLUTION, ActKind.EFFECT, ActKind.FOLLOW_UP)
_FITTED = 100  # profiles whose needs are kept


@dataclass(frozen=True)
class Screened:
    """Needs in order by the published weighting, and how much that depends on the weights."""

    weighting: Weighting
    order: screening.Order
    sensitivity: screening.Sensitivity | None


@dataclass(frozen=True)
class Grouped:
    """Groups of needs, those alone, and needs without any strong match (S4)."""

    clusters: Clusters
    gaps: tuple[Gap, ...]
    lacking: Mapping[str, int]


@dataclass(frozen=True)
class Talk:
    """What a caller sees of the dialogue about a need, and whether all participants see the same (R1)."""

    shown: tuple[dialogue.Shown, ...]
    threads: tuple[dialogue.Thread, ...]
    differences: tuple[dialogue.Difference, ...]
    untold: tuple[int, ...]


class Overview(Submitting):
    """What is seen of needs as they go from idea to effect."""

    _kept_likeness: tuple[object, Likeness | None] = None, None
    _kept_screening: tuple[object, Screened] | None = None
    _kept_fits: Mapping[tuple[object, ...], Mapping[str, Band]] = MappingProxyType({})  # never changed, only replaced

    # screening (S6, S7): criteria, weights published before use, scores with reasons

    def publish_weighting(self, form: WeightingForm, caller: Caller) -> Weighting:
        """Publish how much each criterion counts from now on (R3). Raises Invalid unless the weights sum to 100."""
        screening.check(form.weights)
        weights = {criterion.value: form.weights[criterion] for criterion in Criterion}
        with self.logbook.writing() as writing:
            version = len(process.weightings(writing.session)) + 1
            who = sealed({"decision": canonical({"by": rules.who(caller), "reason": form.reason})}, writing.salt)
            leaf = writing.append(Draft(Kind.WEIGHTING, {"version": version, "weights": weights}, who))
            row = Weighting(
                version=version,
                weights=weights,
                by=rules.who(caller),
                reason=form.reason,
                leaf_index=leaf,
                published=writing.now,
            )
            writing.session.add(row)
            writing.session.flush()
            return writing.done(row)

    def weightings(self) -> Sequence[Weighting]:
        """Give all published weightings, the first one first."""
        with self._store.reading() as session:
            return process.weightings(session)

    def screened(self, states: Sequence[State] = ()) -> Screened:
        """Give the needs (in these states) in the order of the newest weighting. Raises Conflict before the first.

        The latest answer is kept until an act, a need or a weighting is logged.
        """
        with self._store.reading() as session:
            kinds = (Kind.ACT, Kind.WEIGHTING, Kind.NEED, Kind.ERASURE)
            key = (frozenset(states), tuple(log.newest(session, kind) for kind in kinds))
            if (kept := self._kept_screening) is not None and kept[0] == key:
                return kept[1]
            published = process.weightings(session)
            scored = _scores(session)
            needs = queries.needs_called(session, scored)
            chosen = {n.id for n in needs if (not states or n.state in states) and n.title != ERASED}
            scored = {id: scores for id, scores in scored.items() if id in chosen}
        if not published:
            raise Conflict(
                "Ingen viktning av kriterierna är publicerad ännu.", "No weighting of the criteria is published yet."
            )
        weights = {Criterion(name): weight for name, weight in published[-1].weights.items()}
        order = screening.order(weights, scored)
        found = Screened(published[-1], order, screening.sensitivity(weights, scored) if order.places else None)
        self._kept_screening = key, found
        return found

    # needs side by side (S4)

    def similar(self, text: str, k: int = 5, without: Sequence[str] = ()) -> tuple[Similar, ...]:
        """Give the registered needs that a text resembles, best first; it is only advice."""
        refuse_unusable(text)
        ready, newest = self._looking(lambda s: (self._preparation.ready(s), log.newest(s, Kind.NEED)))
        likeness = self._likeness(ready, newest)
        masked = ready.names.found_in(readable(text))
        return likeness.similar(self.reader.need(text, detect(text), masked), k, without)

    def read_needs(self, stopped: Callable[[], bool]) -> None:
        """Read what needs have not been read yet, so that nobody waits for it; `stopped` ends it."""
        ready = self._looking(self._preparation.ready)
        readings(self._store, self.reader, ready.names, stopped)

    def newest_need(self) -> int | None:
        """Give the log's newest entry of a need."""
        with self._store.reading() as session:
            return log.newest(session, Kind.NEED)

    def _likeness(self, ready: Ready, newest: int | None) -> Likeness:
        """The likeness of all needs, kept until a need changes (`newest` is its entry) or how texts are read."""
        key, kept = self._kept_likeness
        if kept is None or key != (ready.key, newest):
            kept = Likeness.of(readings(self._store, self.reader, ready.names), ready.pipeline.statistics)
            self._kept_likeness = (ready.key, newest), kept
        return kept

    @cached_property
    def _groups(self) -> Meanwhile[frozenset[str] | None, Grouped]:
        return Meanwhile("the groups", self._group, self._grouped_of)

    def grouped(self, ids: Sequence[str] | None = None) -> Grouped:
        """Give the groups that needs (these) fall into, and those that nobody registered answers well.

        It takes about as long as to match each of them; the latest answers are kept until a need or a profile changes.
        """
        return self._groups.now(None if ids is None else frozenset(ids))

    def grouped_at_hand(self, ids: Sequence[str]) -> tuple[Grouped | None, bool]:
        """Give the groups that are kept, and whether they are of this moment, at once; None before the first."""
        return self._groups.at_hand(frozenset(ids))

    def _grouped_of(self, _: frozenset[str] | None) -> tuple[object, ...]:
        """What groups depend on: who is registered, how texts are read, and the needs."""
        with self._store.reading() as session:
            needs = (log.newest(session, kind) for kind in (Kind.NEED, Kind.ERASURE))
            return self._preparation.moment(session), *needs

    def _group(self, ids: frozenset[str] | None) -> Grouped:
        ready = self._looking(self._preparation.ready)
        read = readings(self._store, self.reader, ready.names)
        chosen = {id: read[id] for id in sorted(read) if ids is None or id in ids}
        best = {id: _best(ready, reading) for id, reading in chosen.items()}
        found = clusters.clusters(Likeness.of(chosen, ready.pipeline.statistics))
        lacking = {group.central: clusters.lacking(group, best) for group in found.groups}
        return Grouped(found, clusters.gaps(best), lacking)

    def close(self) -> None:
        """Give back the database's connections, after groups that are being worked out."""
        self._groups.end()
        super().close()

    def fitting(self, profile_id: str, states: Sequence[State]) -> tuple[tuple[Need, Band], ...]:
        """Give the needs (in these states) that a profile's own score fits, strong ones first; nobody is ranked."""
        ready, newest = self._looking(lambda s: (self._preparation.ready(s), log.newest(s, Kind.NEED)))
        bands = self._fits(ready, newest, profile_id)
        with self._store.reading() as session:
            needs = (
                n
                for n in queries.needs_called(session, bands)
                if n.state in states and not n.locked and n.title != ERASED
            )
            found = [(bands[need.id], need) for need in needs]
        order = list(Band)
        found.sort(key=lambda one: (order.index(one[0]), one[1].id))
        return tuple((need, band) for band, need in found)

    def _fits(self, ready: Ready, newest: int | None, profile_id: str) -> Mapping[str, Band]:
        """How well a profile's own score fits each need, weak ones left out; kept until a need or a profile changes."""
        key = (ready.key, newest, profile_id)
        if key not in self._kept_fits:
            latest = {known: kept for known, kept in self._kept_fits.items() if known[:2] == key[:2]}
            read = readings(self._store, self.reader, ready.names)
            own = {id: _own(ready, reading, profile_id) for id, reading in read.items()}
            fits = {id: band for id, band in own.items() if band}
            self._kept_fits = {**dict([*latest.items()][1 - _FITTED :]), key: fits}
        return self._kept_fits[key]

    # dialogue and effect

    def dialogue(self, need_id: str, caller: Caller) -> Talk:
        """Give what a caller sees of the questions, answers and threads of a need."""
        with self._store.reading() as session:
            queries.need(session, need_id)
            said = conversation(session, need_id)
            joined = dialogue.joined(said, invited_since(session, need_id))
        shown = dialogue.shown(said, caller, joined)
        return Talk(shown, dialogue.threads(shown), dialogue.parity(said, joined), dialogue.untold(said))

    def dossier(self, need_id: str) -> tuple[Involvement, ...]:
        """Give who was involved in a need before any procurement: who met, asked or was told what, and when (R9)."""
        with self._store.reading() as session:
            queries.need(session, need_id)
            said = conversation(session, need_id)
            found = dialogue.dossier(said, dialogue.joined(said, ever_invited(session, need_id)))
            each = (*found, *attended(session, need_id))
        return tuple(sorted(each, key=lambda one: (one.moment, one.act, one.actor_id)))

    def graph(self, need_id: str, states: Sequence[State] = tuple(State)) -> effects.Graph:
        """Give the graph need → solution → effect → need of what a need comes from and leads to (S12, S13)."""
        with self._store.reading() as session:
            queries.need(session, need_id)
            told = [a for a in process.acts(session, None, *_LED_TO) if a.content]
            named = {need_id, *(a.need_id for a in told)}
            named |= {a.content["need_id"] for a in _of(told, ActKind.FOLLOW_UP)}
            needs = {n.id: n for n in queries.needs_called(session, named) if n.state in states}
            done = [a for a in told if a.need_id in needs]
        refs = [effects.NeedRef(need.id, need.title) for need in needs.values()]
        solutions = [effects.SolutionRef(id_of(a), a.need_id, a.content["title"]) for a in _of(done, ActKind.SOLUTION)]
        measured = [
            effects.EffectRef(id_of(a), a.content["solution"], f"{a.content['number']:g} {a.content['unit']}")
            for a in _of(done, ActKind.EFFECT)
        ]
        links = [
            effects.Link(a.need_id, a.content["need_id"], a.content["effect"])
            for a in _of(done, ActKind.FOLLOW_UP)
            if a.content["need_id"] in needs
        ]
        return effects.graph(refs, solutions, measured, links).around(f"need:{need_id}")

    def judgements(self) -> Sequence[Act]:
        """Give the judgements that stand: the newest of each judge about each need and profile."""
        with self._store.reading() as session:
            done = process.acts(session, None, ActKind.JUDGEMENT)
        newest = {(a.need_id, a.content["profile_id"], a.by): a for a in done if a.content}
        return sorted(newest.values(), key=id_of)


def _scores(session: Session) -> dict[str, dict[Criterion, int]]:
    """The newest score by each criterion of the needs that have been scored."""
    found: dict[str, dict[Criterion, int]] = {}
    for act in process.acts(session, None, ActKind.SCREENING):
        if act.content:
            found.setdefault(act.need_id, {})[Criterion(act.content["criterion"])] = act.content["score"]
    return found


def _best(ready: Ready, reading: Reading) -> Band | None:
    if not len(ready.catalogue):
        return None
    query = ready.pipeline.query(reading)
    hits = retrieve(ready.catalogue, query, 1, b"")
    return ready.calibration.scale(query).bands([hits[0].score])[0] if hits else None


def _own(ready: Ready, reading: Reading, profile_id: str) -> Band | None:
    if profile_id not in ready.snapshot.eligible:
        return None
    query = ready.pipeline.query(reading)
    candidate = ready.catalogue.profile(profile_id)
    (scored,) = scoring.score(query, (candidate,))
    (band,) = ready.calibration.scale(query).bands([scored.score])
    return None if band is Band.WEAK else band


def _of(acts: Sequence[Act], kind: ActKind) -> list[Act]:
    return [act for act in acts if act.kind is kind]
