"""Who qualifies for a forum, gathered into equals; and rules that make no sense in themselves.

Nobody's name, size or place is looked at: part, grades, house and what the rules say of an actor are all that counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from types import MappingProxyType

from matcha.forum.plan import Candidate, Peers, Problem
from matcha.process import Inviting, Part

CONFLICT = "conflict"
NOT_QUALIFIED = "not_qualified"
NOT_INTERESTED = "not_interested"
_CLOSE = 2  # the closeness that qualifies without a grade for any aspect
_ORDER = {part: number for number, part in enumerate(Part)}


def qualified(problem: Problem) -> tuple[tuple[Peers, ...], Mapping[str, str]]:
    """Give everybody who qualifies, as peers, and everybody else by id with why.

    Peers come in the order of part, strongest grades, greatest closeness, least id. An actor that is to be invited,
    that is not to meet another that qualifies, or of whose house another qualifies, is alone among its peers.
    """
    left = {each.id: why for each in problem.candidates if (why := _why_not(each, problem))}
    inside = [each for each in problem.candidates if each.id not in left]
    alone = _alone(inside, problem)
    equals: dict[object, list[Candidate]] = defaultdict(list)
    for each in inside:
        equals[(each.part, each.grades, each.closeness, each.id if each.id in alone else "")].append(each)
    peers = (_peers(members, problem) for members in equals.values())
    return tuple(sorted(peers, key=_place)), MappingProxyType(dict(sorted(left.items())))


def _why_not(candidate: Candidate, problem: Problem) -> str | None:
    rules = problem.rules
    if candidate.id in rules.conflicts:
        return CONFLICT
    if candidate.interested or candidate.id in rules.must:
        return None
    if rules.inviting is Inviting.OPEN:
        return NOT_INTERESTED
    answers = any(grade >= rules.qualify for grade in candidate.grades)
    return None if answers or candidate.closeness >= max(_CLOSE, rules.qualify) else NOT_QUALIFIED


def _alone(inside: list[Candidate], problem: Problem) -> frozenset[str]:
    """Give the ids of those whom a rule tells from their equals."""
    ids = {each.id for each in inside}
    houses = Counter(each.house for each in inside)
    kept_apart = {id for pair in problem.rules.never_together if ids.issuperset(pair) for id in pair}
    shared = {each.id for each in inside if houses[each.house] > 1}
    return frozenset(ids & problem.rules.must.keys() | kept_apart | shared)


def _peers(members: list[Candidate], problem: Problem) -> Peers:
    one = members[0]
    ids = tuple(sorted(each.id for each in members))
    return Peers(ids, one.part, one.grades, one.closeness, problem.rules.each(one.part))


def _place(peers: Peers) -> tuple[int, tuple[int, ...], int, tuple[str, ...]]:
    return _ORDER[peers.part], tuple(-grade for grade in peers.grades), -peers.closeness, peers.ids
