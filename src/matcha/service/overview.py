"""Needs seen together and from idea to effect: screening, what is alike, gaps, dialogue, dossier, graph, judgements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from matcha import scoring
from matcha.callers import Caller
from matcha.errors import Conflict
from matcha.matchlog.entry import Draft, Kind, canonical, sealed
from matcha.needs import clusters, dialogue, effects, screening
from matcha.needs.clusters import Clusters, Gap
from matcha.needs.dialogue import Involvement, Way
from matcha.needs.likeness import Likeness, Similar
from matcha.process import ActKind, Criterion, Reply, State
from matcha.records import Act, Need, Weighting, WeightingForm
from matcha.retrieval.reading import Reading
from matcha.retrieval.retriever import retrieve
from matcha.service import rules
from matcha.service.entries import ERASED
from matcha.service.need_readings import readings
from matcha.service.preparation import Ready
from matcha.service.submitting import Submitting
from matcha.store import log, process, queries
from matcha.text.canonical import canonical as readable
from matcha.text.canonical import refuse_unusable
from matcha.text.language import detect
from matcha.values import Band, Choice

_SAID = (
    ActKind.QUESTION,
    ActKind.ANSWER,
    ActKind.POST,
    ActKind.EVENT,
    ActKind.MEETING,
    ActKind.CONTACT,
    ActKind.INTEREST,
)


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
        """Give the needs (in these states) in the order of the newest weighting. Raises Conflict before the first."""
        with self._store.reading() as session:
            published = process.weightings(session)
            chosen = {n.id for n in queries.needs(session) if (not states or n.state in states) and n.title != ERASED}
            scored = _scores(session, chosen)
        if not published:
            raise Conflict(
                "Ingen viktning av kriterierna är publicerad ännu.", "No weighting of the criteria is published yet."
            )
        weights = {Criterion(name): weight for name, weight in published[-1].weights.items()}
        order = screening.order(weights, scored)
        return Screened(published[-1], order, screening.sensitivity(weights, scored) if order.places else None)

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

    def grouped(self, ids: Sequence[str] | None = None) -> Grouped:
        """Give the groups that needs (these) fall into, and those that nobody registered answers well."""
        ready = self._looking(self._preparation.ready)
        read = readings(self._store, self.reader, ready.names)
        chosen = {id: read[id] for id in sorted(read) if ids is None or id in ids}
        best = {id: _best(ready, reading) for id, reading in chosen.items()}
        found = clusters.clusters(Likeness.of(chosen, ready.pipeline.statistics))
        lacking = {group.central: clusters.lacking(group, best) for group in found.groups}
        return Grouped(found, clusters.gaps(best), lacking)

    def fitting(self, profile_id: str, states: Sequence[State]) -> tuple[tuple[Need, Band], ...]:
        """Give the needs (in these states) that a profile's own score fits, strong ones first; nobody is ranked."""
        ready = self._looking(self._preparation.ready)
        with self._store.reading() as session:
            needs = {n.id: n for n in queries.needs(session) if n.state in states and not n.locked}
        read = readings(self._store, self.reader, ready.names)
        found = [(_own(ready, read[id], profile_id), need) for id, need in needs.items() if id in read]
        order = list(Band)
        kept = sorted(((band, need) for band, need in found if band), key=lambda one: (order.index(one[0]), one[1].id))
        return tuple((need, band) for band, need in kept)

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
            found = dialogue.dossier(said, dialogue.joined(said, _ever_invited(session, need_id)))
            each = (*found, *_attended(session, need_id))
        return tuple(sorted(each, key=lambda one: (one.moment, one.act, one.actor_id)))

    def graph(self, need_id: str, states: Sequence[State] = tuple(State)) -> effects.Graph:
        """Give the graph need → solution → effect → need of what a need comes from and leads to (S12, S13)."""
        with self._store.reading() as session:
            queries.need(session, need_id)
            needs = {n.id: n for n in queries.needs(session) if n.state in states}
            done = [a for a in process.acts(session) if a.content and a.need_id in needs]
        refs = [effects.NeedRef(need.id, need.title) for need in needs.values()]
        solutions = [effects.SolutionRef(_id(a), a.need_id, a.content["title"]) for a in _of(done, ActKind.SOLUTION)]
        measured = [
            effects.EffectRef(_id(a), a.content["solution"], f"{a.content['number']:g} {a.content['unit']}")
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
        return sorted(newest.values(), key=_id)


def _scores(session: Session, ids: set[str]) -> dict[str, dict[Criterion, int]]:
    """The newest score by each criterion of needs."""
    found: dict[str, dict[Criterion, int]] = {}
    for act in process.acts(session, None, ActKind.SCREENING):
        if act.need_id in ids and act.content:
            found.setdefault(act.need_id, {})[Criterion(act.content["criterion"])] = act.content["score"]
    return found


def _best(ready: Ready, reading: Reading) -> Band | None:
    if not len(ready.catalogue):
        return None
    query = ready.pipeline.query(reading)
    hits = retrieve(ready.catalogue, query, 1, b"", ready.snapshot.excluded)
    return ready.calibration.scale(query).bands([hits[0].score])[0] if hits else None


def _own(ready: Ready, reading: Reading, profile_id: str) -> Band | None:
    if profile_id not in ready.snapshot.eligible:
        return None
    query = ready.pipeline.query(reading)
    candidate = ready.catalogue.candidate(ready.catalogue.places[profile_id])
    (scored,) = scoring.score(query, (candidate,))
    (band,) = ready.calibration.scale(query).bands([scored.score])
    return None if band is Band.WEAK else band


def conversation(session: Session, need_id: str) -> tuple[dialogue.Said, ...]:
    """Give all that was said about a need, in order."""
    return tuple(_as_said(a) for a in process.acts(session, need_id, *_SAID) if a.content)


def _as_said(act: Act) -> dialogue.Said:
    told = act.content
    return dialogue.Said(
        _id(act),
        act.kind,
        act.by,
        act.actor_id if act.kind is not ActKind.MEETING else None,
        told.get("text") or told.get("exchanged") or "",
        act.made,
        told.get("thread"),
        told.get("question"),
        tuple(told.get("actor_ids", ())),
        told.get("title") or "",
    )


def invited_since(session: Session, need_id: str) -> dict[str, datetime]:
    """Give since when each actor is invited, of those that are so now."""
    newest = {d.actor_id: d for d in queries.decisions(session) if d.need_id == need_id}
    return {id: decision.made for id, decision in newest.items() if decision.choice is Choice.INVITED}


def _ever_invited(session: Session, need_id: str) -> dict[str, datetime]:
    """Since when each actor was invited, of all that ever were: what they were told then, they know."""
    own = [d for d in queries.decisions(session) if d.need_id == need_id and d.choice is Choice.INVITED]
    return {d.actor_id: d.made for d in reversed(own)}


def _attended(session: Session, need_id: str) -> Iterator[Involvement]:
    """Who was at a forum of the need."""
    for act in process.acts(session, need_id, ActKind.FORUM_REPLIED):
        if act.actor_id is not None and act.content.get("reply") == Reply.ATTENDED:
            forum = f"Perspektivforum {act.content['forum']}"
            yield Involvement(act.made, act.actor_id, Way.ATTENDED, _id(act), act.by, forum)


def _of(acts: Sequence[Act], kind: ActKind) -> list[Act]:
    return [act for act in acts if act.kind is kind]


def _id(act: Act) -> int:
    assert act.id is not None
    return act.id
