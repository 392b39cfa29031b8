"""Who could come to a forum: everybody who is ranked for its need or has shown interest, with grades for every aspect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from sqlmodel import Session

from matcha.forum.plan import Candidate, Problem, rules_of
from matcha.process import Part
from matcha.records import Actor
from matcha.records.forum import ForumRulesForm
from matcha.retrieval.snapshot import owner
from matcha.store import queries
from matcha.values import ActorKind

PARTS: Mapping[ActorKind, Part] = {
    ActorKind.COMPANY: Part.COMPANY,
    ActorKind.ACADEMIA: Part.ACADEMIA,
    ActorKind.PATIENT_ORGANISATION: Part.PATIENT_ORGANISATION,
    ActorKind.CARE_UNIT: Part.NEED_OWNER,
    ActorKind.SUPPORT_FUNCTION: Part.SUPPORT,
    ActorKind.AUTHORITY: Part.AUTHORITY,
}
_OWN = frozenset({"aspects", "parts", "houses"})  # what of the form is not among the rules of composition


def problem(
    session: Session,
    form: ForumRulesForm,
    aspects: Sequence[str],
    closeness: Mapping[str, int],
    grades: Sequence[Mapping[str, int]],
    interested: Set[str],
) -> Problem:
    """Give what a forum is composed from. `closeness` and `grades` (one an aspect) are by actor id."""
    rules = rules_of(form.model_dump(mode="json", exclude=set(_OWN)))
    actors = {actor.id: actor for actor in queries.actors(session)}
    coming = sorted(id for id in {*closeness, *interested, *rules.must} if id in actors)
    houses = _houses([actors[id] for id in coming], form.houses)
    candidates = tuple(
        Candidate(
            id,
            form.parts.get(id, PARTS[actors[id].kind]),
            tuple(of.get(id, 0) for of in grades),
            max(1, closeness.get(id, 0)),
            houses[id],
            id in interested,
        )
        for id in coming
    )
    return Problem(tuple(aspects), candidates, rules)


def _houses(actors: Sequence[Actor], told: Sequence[Sequence[str]]) -> Mapping[str, str]:
    """The organisation of each actor, named by its least actor: one number, or what the rules put together."""
    groups = {actor.id: actor.id for actor in actors}
    first: dict[str, str] = {}
    for actor in actors:
        _join(groups, first.setdefault(owner(actor), actor.id), actor.id)
    for house in told:
        known = [id for id in house if id in groups]
        for id in known[1:]:
            _join(groups, known[0], id)
    return {actor.id: _head(groups, actor.id) for actor in actors}


def _head(groups: Mapping[str, str], id: str) -> str:
    while groups[id] != id:
        id = groups[id]
    return id


def _join(groups: dict[str, str], first: str, second: str) -> None:
    least, other = sorted((_head(groups, first), _head(groups, second)))
    groups[other] = least
