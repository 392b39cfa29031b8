"""A forum as it is shown: its steps, what was committed to in the log, and the names that its actors have now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any

from sqlmodel import Session

from matcha.errors import Conflict, NotFound
from matcha.forum import record
from matcha.forum.drawing import draw
from matcha.forum.persons import persons
from matcha.forum.plan import Arrangement, Candidate, Composition, Drawn, Person, Problem, Seed
from matcha.forum.programme import Plan, programme
from matcha.forum.state import FORUM_STEPS, Standing, Taken, itineraries, standings
from matcha.needs import dialogue
from matcha.process import ActKind, OutcomeKind, Part
from matcha.records import Act, Need
from matcha.service.conversation import conversation
from matcha.store import log, process, queries

AWAITING = "awaiting"  # not drawn yet
_MILLION = 1_000_000


def standings_of(session: Session, need_id: str | None = None) -> Iterator[tuple[Need, Standing]]:
    """Give the forums (of a need) by need, the first composed first."""
    by_need: dict[str, list[Taken]] = {}
    for act in process.acts(session, need_id, *FORUM_STEPS):
        by_need.setdefault(act.need_id, []).append(_taken(act))
    for id in sorted(by_need):
        for found in standings(by_need[id]).values():
            yield queries.need(session, id), found


def standing(session: Session, id: str) -> tuple[Need, Standing]:
    """Give a forum's need and where it stands, or raise NotFound."""
    for act in process.acts(session, None, ActKind.FORUM_COMPOSED):
        if act.content.get("forum") == id:
            taken = [_taken(each) for each in process.acts(session, act.need_id, *FORUM_STEPS)]
            return queries.need(session, act.need_id), standings(taken)[id]
    raise NotFound(
        f"Forumet {id} finns inte. Se: matcha forum list", f"The forum {id} does not exist. See: matcha forum list"
    )


def kept(session: Session, standing: Standing) -> tuple[Problem, Composition]:
    """Give what a forum was composed from, and its lottery, as the log keeps them."""
    return _read(*_bytes(session, standing))


def _bytes(session: Session, standing: Standing) -> tuple[bytes, bytes]:
    found = log.openings(session, standing.composed.leaf_index)
    if "problem" not in found or "composition" not in found:
        raise Conflict(
            f"Underlaget till forumet {standing.id} är utgallrat.", f"What forum {standing.id} was made from is erased."
        )
    return found["problem"].value, found["composition"].value


@lru_cache(maxsize=8)
def _read(problem: bytes, composition: bytes) -> tuple[Problem, Composition]:
    return Problem.from_bytes(problem), Composition.from_bytes(composition)


@lru_cache(maxsize=8)
def _drawn(problem: bytes, composition: bytes, seed: Seed) -> Drawn:
    """Of ten thousand candidates it takes seconds, and whoever looks at a forum asks for it."""
    return draw(*_read(problem, composition), seed)


def people(problem: Problem, standing: Standing) -> tuple[Person, ...]:
    """Give a person for each seat of those who are coming, and of the host's own."""
    parts = {each.id: each.part for each in problem.candidates}
    invited = [(id, parts[id], problem.rules.each(parts[id])) for id in standing.coming()]
    return persons(invited, problem.rules.host)


def reserves(standing: Standing) -> Mapping[Part, tuple[str, ...]]:
    """Give the reserves as they were drawn, by part, in their order."""
    told = standing.drawn.content["reserves"] if standing.drawn else {}
    return {Part(part): tuple(ids) for part, ids in told.items()}


def view(session: Session, need: Need, standing: Standing) -> record.Forum:
    """Give a forum as it stands."""
    made_of = _bytes(session, standing)
    problem, composition = _read(*made_of)
    names = queries.actor_names(session, [candidate.id for candidate in problem.candidates])
    ranks = json.loads(log.openings(session, standing.composed.leaf_index)["ranks"].value)
    drawn = None if standing.seed is None else _drawn(*made_of, standing.seed)
    people_of = _People(problem, composition, standing, names, ranks, drawn)
    arranged = standing.arrangement()
    groups = [(seen, own) for seen, own in itineraries(arranged) if max(seen) >= 0] if arranged else []
    planned = standing.planned.content if standing.planned else {}
    scheduled = standing.scheduled.content if standing.scheduled else {}
    count = sum(len(own) for _, own in groups)  # whoever is there in some round
    return record.Forum(
        id=standing.id,
        need_id=need.id,
        title=need.title,
        text=need.text,
        aspects=problem.aspects,
        made=standing.composed.made,
        leaf_index=standing.composed.leaf_index,
        digest=hashlib.sha256(made_of[1]).hexdigest(),
        composed=standing.nth,
        rules=problem.rules,
        candidates=len(problem.candidates),
        certificate=composition.certificate,
        chance=composition.chance,
        seed=standing.seed,
        invitations=tuple(people_of.invitations()),
        reserves=tuple(people_of.reserves()),
        not_selected=tuple(people_of.not_selected()),
        stations=_stations(problem, arranged, planned),
        groups=tuple(
            record.Group(number, tuple(_seat(person, names) for person in own))
            for number, (_, own) in enumerate(groups, 1)
        ),
        mixing=arranged.mixing if arranged else None,
        rotation=tuple(zip(*(tuple(at + 1 for at in seen) for seen, _ in groups), strict=True)),
        pairs=arranged.certificate if arranged else None,
        possible=count * (count - 1) // 2,
        uneven=arranged.uneven if arranged else 0,
        place=planned.get("place"),
        programme=_programme(planned, arranged.rounds if arranged else len(problem.aspects)),
        meetings=_meetings(session, need, standing, names),
        offer=scheduled.get("template"),
        unplaced=tuple(scheduled.get("unplaced", ())),
        outcomes=tuple(_outcome(taken) for taken in standing.outcomes),
        values=tuple(_value(taken, names) for _, taken in sorted(standing.values.items())),
        untold=dialogue.untold(conversation(session, need.id)),
        steps=tuple(record.Step(t.kind, t.made, t.by, t.leaf_index) for t in standing.steps),
        closed=standing.closed.made if standing.closed else None,
    )


class _People:
    """Who is invited, in reserve or not selected, told with names, chances and reasons."""

    def __init__(
        self,
        problem: Problem,
        composition: Composition,
        standing: Standing,
        names: Mapping[str, str],
        ranks: Mapping[str, int],
        drawn: Drawn | None,
    ) -> None:
        chances = zip(composition.peers, composition.chances(), strict=True)
        self._chances = {id: chance for peers, chance in chances for id in peers.ids}
        self._candidates = {each.id: each for each in problem.candidates}
        self._problem, self._composition, self._standing = problem, composition, standing
        self._names, self._ranks, self._drawn = names, ranks, drawn
        self._places = standing.places()

    def invitations(self) -> Iterator[record.Invited]:
        """Give those who have a place, by id."""
        for id, before in self._places.items():
            who, invited = self._candidates[id], self._standing.invited.get(id)
            yield record.Invited(
                id,
                self._names[id],
                who.part,
                self._problem.rules.each(who.part),
                self._why(id, before),
                self._chance(id),
                who.grades,
                who.closeness,
                self._ranks.get(id),
                invited.made if invited else None,
                self._standing.reply(id),
                before,
            )

    def reserves(self) -> Iterator[record.Waiting]:
        """Give those who wait for a place, by part, in their order."""
        gone = self._standing.gone()
        for own in (self._drawn.reserves if self._drawn else {}).values():
            yield from (self._waiting(id, "lot") for id in own if id not in self._places and id not in gone)

    def not_selected(self) -> Iterator[record.Waiting]:
        """Give everybody else, by id, with why (R7)."""
        gone = dict.fromkeys(self._standing.gone() - self._places.keys(), "gave_up")
        why = dict(self._drawn.not_selected) if self._drawn else self._undrawn()
        yield from (self._waiting(id, why) for id, why in sorted((why | gone).items()))

    def _undrawn(self) -> dict[str, str]:
        return dict(self._composition.left) | dict.fromkeys(self._chances, AWAITING)

    def _why(self, id: str, before: str | None) -> str:
        if before is not None:
            return f"reserve:{before}"
        if id in self._problem.rules.must:
            return f"must:{self._problem.rules.must[id]}"
        return "certain" if self._chances[id] == 1 else "drawn"

    def _waiting(self, id: str, why: str) -> record.Waiting:
        who: Candidate = self._candidates[id]
        return record.Waiting(id, self._names[id], who.part, why, self._chance(id), self._ranks.get(id))

    def _chance(self, id: str) -> int:
        return int(self._chances.get(id, Fraction()) * _MILLION)


def _stations(problem: Problem, arranged: Arrangement | None, planned: Mapping[str, Any]) -> tuple[record.Station, ...]:
    """The stations with their themes: the aspects in order, from the first again where there are more stations."""
    count = arranged.stations if arranged else len(problem.aspects)
    told = [*planned.get("stations", ()), *({} for _ in range(count))]
    return tuple(
        record.Station(number, problem.aspects[(number - 1) % len(problem.aspects)], **dict(told[number - 1]))
        for number in range(1, count + 1)
    )


def _seat(person: Person, names: Mapping[str, str]) -> record.Seat:
    return record.Seat(person.id, person.actor, names[person.actor] if person.actor else "", person.part)


def _programme(planned: Mapping[str, Any], rounds: int) -> tuple[record.ProgrammeItem, ...]:
    if not planned:
        return ()
    minutes = {name: planned[name] for name in _MINUTES}
    return programme(Plan(datetime.fromisoformat(planned["starts"]), rounds, **minutes))


_MINUTES = ("arrival", "briefing", "round", "change", "pause", "mingle", "tour", "demo", "closing")


def _meetings(
    session: Session, need: Need, standing: Standing, names: Mapping[str, str]
) -> tuple[record.FollowUpMeeting, ...]:
    if standing.scheduled is None:
        return ()
    told = standing.scheduled.content
    return tuple(
        record.FollowUpMeeting(
            id, names[id], team, datetime.fromisoformat(starts), told["minutes"], *_notes(standing.met.get(id))
        )
        for id, team, starts in told["meetings"]
    )


def _notes(met: Taken | None) -> tuple[date | None, str | None]:
    return (None, None) if met is None else (date.fromisoformat(met.content["held"]), met.content["notes"])


def _outcome(taken: Taken) -> record.Outcome:
    told = taken.content
    return record.Outcome(OutcomeKind(told["kind"]), told["text"], told["station"], taken.made)


def _value(taken: Taken, names: Mapping[str, str]) -> record.Value:
    told, id = taken.content, taken.actor_id or ""
    return record.Value(id, names[id], told["insight"], told["contacts"], told["again"], told["text"], taken.made)


def _taken(act: Act) -> Taken:
    assert act.id is not None
    return Taken(act.id, act.kind, act.by, act.actor_id, act.content, act.made, act.leaf_index)
