"""Who takes the place of an invited actor that declines: the next reserve with whom the rules hold. No solver."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from matcha.forum.limits import Limit, limits
from matcha.forum.plan import Composition, Peers, Problem
from matcha.forum.relaxation import RuleKind
from matcha.process import Part

DECLINED = "declined"
COVERAGE = "coverage"


@dataclass(frozen=True, slots=True)
class Replacement:
    """Who takes a place. `passed_over` are the reserves before it in order, with why.

    Why is `declined`, `never_together:ID` or `house:ID` with the actor in the way, `seats_most`, `quota_most:PART`,
    `quota_fewest:PART`, `one_sided`, or `coverage` if fewer would answer some aspect than with the one that is taken.
    `lacking` has the number of each aspect that too few answer now, with how many are missing.
    """

    id: str
    passed_over: tuple[tuple[str, str], ...]
    lacking: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Tried:
    id: str
    why_not: str | None
    lacking: tuple[tuple[int, int], ...]

    @property
    def missing(self) -> int:
        return sum(number for _, number in self.lacking)


def replacement(
    problem: Problem,
    composition: Composition,
    invited_now: Sequence[str],
    gone: str,
    reserves: Mapping[Part, Sequence[str]],
    also_gone: Collection[str] = (),
) -> Replacement | None:
    """Give who takes the place of the one that is `gone`, or None if no reserve can.

    The first of the reserves of its part with whom no rule is exceeded and every aspect is covered; if none covers
    every aspect, the first of those with whom the fewest answers are missing. If its part has none that can come, the
    same among those of other parts, in the order of parts, if its part keeps its fewest people without it. `also_gone`
    are no longer invited, nor can they be; reserves that are invited already are not looked at.
    """
    room = [id for id in invited_now if id != gone and id not in also_gone]
    equals = {id: replace(each, ids=(id,)) for each in composition.peers for id in each.ids}
    part = equals[gone].part
    waiting = {each: [id for id in reserves.get(each, ()) if id not in room] for each in Part}
    others = [id for each in Part if each is not part for id in waiting[each]]
    passed: list[tuple[str, str]] = []
    for queue in (waiting[part], others):
        tried = [
            _try(problem, [equals[each] for each in (*room, id)], part, id == gone or id in also_gone) for id in queue
        ]
        best = min((each for each in tried if each.why_not is None), key=lambda each: each.missing, default=None)
        before = tried if best is None else tried[: tried.index(best)]
        passed += [(each.id, each.why_not or COVERAGE) for each in before]
        if best is not None:
            return Replacement(best.id, tuple(passed), best.lacking)
    return None


def _try(problem: Problem, room: Sequence[Peers], part: Part, declined: bool) -> _Tried:
    """Say what stands in the way of the last one in a room, who would take the place of somebody of a part."""
    one, everybody = room[-1], [1] * len(room)
    if declined:
        return _Tried(one.ids[0], DECLINED, ())
    every = limits(problem, room)
    stops = (each for each in every if not each.holds(everybody) and _stops(each, one.part is not part, part))
    why_not = next((_code(problem, each, [peers.ids[0] for peers in room]) for each in stops), None)
    coverage = [limit for limit in every if limit.rule.kind is RuleKind.COVERAGE]
    short = ((number, (limit.least or 0) - limit.sum(everybody)) for number, limit in enumerate(coverage))
    return _Tried(one.ids[0], why_not, tuple((number, missing) for number, missing in short if missing > 0))


def _stops(limit: Limit, other: bool, part: Part) -> bool:
    """Whether a broken limit keeps one from coming: nobody can be too few to come, but for one of another part."""
    if limit.rule.kind is RuleKind.QUOTA_FEWEST:
        return other and limit.rule.subject is part
    return limit.most is not None


def _code(problem: Problem, limit: Limit, room: Sequence[str]) -> str:
    rule, one = limit.rule, room[-1]
    if rule.kind is RuleKind.HOUSE_SEATS:
        return f"house:{min(room[index] for index, _ in limit.terms if room[index] != one)}"
    if isinstance(rule.subject, tuple):
        first, second = rule.subject
        return f"never_together:{second if one == first else first}"
    return f"{rule.kind.value}:{rule.subject}" if rule.subject else rule.kind.value
