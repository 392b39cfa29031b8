"""Who could come to a forum: all who are ranked for its need or have shown interest, with grades for every aspect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from sqlmodel import Session

from matcha.errors import NotFound
from matcha.forum.plan import GRADES, NEAR, Candidate, Problem, Rules, rules_of
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
    standings: Mapping[str, float],
    grades: Sequence[Mapping[str, int]],
    interested: Set[str],
) -> Problem:
    """Give what a forum is composed from; `standings` for the need and `grades` for each aspect are by actor id.

    Whoever stands less than NEAR above texts not chosen for the need touches no aspect of it: a sentence that happens
    to have support is not enough. Closeness is the standing in whole standard deviations, 1 to 3.
    Raises NotFound for rules that name an actor nobody has registered; what they say of actors that could not come
    anyway is left out.
    """
    rules = rules_of(form.model_dump(mode="json", exclude=set(_OWN)))
    actors = {actor.id: actor for actor in queries.actors(session)}
    _refuse_unknown(form, rules, actors)
    coming = sorted(id for id in {*standings, *interested, *rules.must} if id in actors)
    houses = _houses([actors[id] for id in coming], form.houses)
    candidates = tuple(
        Candidate(
            id,
            form.parts.get(id, PARTS[actors[id].kind]),
            tuple(_grade(of.get(id, 0), standings.get(id, 0.0)) for of in grades),
            min(max(int(standings.get(id, 0.0)), 1), GRADES),
            houses[id],
            id in interested,
        )
        for id in coming
    )
    return Problem(tuple(aspects), candidates, _among(rules, frozenset(coming)))


def _grade(grade: int, standing: float) -> int:
    return grade if grade > 1 or standing >= NEAR else 0


def _refuse_unknown(form: ForumRulesForm, rules: Rules, actors: Mapping[str, Actor]) -> None:
    pairs = (*rules.never_together, *rules.apart, *form.houses)
    named = {*form.parts, *rules.must, *rules.conflicts, *(id for each in pairs for id in each)}
    if unknown := sorted(named - actors.keys()):
        raise NotFound(
            f"Reglerna nämner aktörer som inte finns: {', '.join(unknown[:5])}. Se: matcha list actors",
            f"The rules name actors that do not exist: {', '.join(unknown[:5])}. See: matcha list actors",
        )


def _among(rules: Rules, coming: frozenset[str]) -> Rules:
    return replace(
        rules,
        conflicts={id: why for id, why in rules.conflicts.items() if id in coming},
        never_together=tuple(two for two in rules.never_together if coming.issuperset(two)),
        apart=tuple(two for two in rules.apart if coming.issuperset(two)),
    )


def _houses(actors: Sequence[Actor], told: Sequence[Sequence[str]]) -> Mapping[str, str]:
    """The organisation of each actor, named by its least actor: one number, or what the rules put together."""
    groups = {actor.id: actor.id for actor in actors}
    first: dict[str, str] = {}
    for actor in actors:
        _join(groups, first.setdefault(owner(actor.id, actor.org_number), actor.id), actor.id)
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
