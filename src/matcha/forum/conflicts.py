"""Which rules contradict each other, and the smallest change that mends it, by CP-SAT.

Actors that both have to be invited and have a conflict of interest count here as if they could come, so that either of
the two rules can be named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ortools.sat.python import cp_model

from matcha.forum.limits import Limit, limits, merged
from matcha.forum.peers import MOST, qualified
from matcha.forum.plan import Problem
from matcha.forum.relaxation import Impossible, Relaxation, Rule, RuleKind
from matcha.forum.solving import keep, solver, total

_EFFORT = 10.0
_DROPPABLE = (RuleKind.NEVER_TOGETHER, RuleKind.MUST, RuleKind.CONFLICT)
_LOWERED = (RuleKind.SEATS_FEWEST, RuleKind.QUOTA_FEWEST, RuleKind.COVERAGE)
_MILDEST = tuple(RuleKind)
_SHARE = (RuleKind.SEATS_MOST, RuleKind.ONE_SIDED)


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be mended: every limit, over how many there are of each kind of actors that could be invited."""

    limits: tuple[Limit, ...]
    sizes: tuple[int, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule once, in order."""
        return tuple(dict.fromkeys(limit.rule for limit in self.limits))

    def there(self, limit: Limit) -> int:
        """Give what a limit's sum would be if everybody were invited."""
        return sum(weight * self.sizes[index] for index, weight in limit.terms)


def impossible(problem: Problem) -> Impossible:
    """Give why no composition keeps all the rules, and what to change."""
    return Impossible(conflict(problem), relaxations(problem))


def conflict(problem: Problem) -> tuple[Rule, ...]:
    """Give rules that cannot hold together, of which each is needed for that; none if all rules can hold.

    Rules that come later in the order of `limits.limits` are left out rather than earlier ones (QuickXplain, Junker
    2004).
    """
    case = _case(problem)
    if _holds(case, case.rules):
        return ()
    found = set(_needed(case, (), (), case.rules))
    return tuple(rule for rule in case.rules if rule in found)


def relaxations(problem: Problem) -> tuple[Relaxation, ...]:
    """Give the fewest rules to change so that all can hold, and among those the least change (`Relaxation.size`)."""
    return _Mending(_case(problem)).relaxations()


def _case(problem: Problem) -> Case:
    rules = problem.rules
    out = {id: why for id, why in rules.conflicts.items() if id not in rules.must}
    peers = qualified(replace(problem, rules=replace(rules, conflicts=out)))[0]
    found, sizes = merged(limits(problem, peers), [len(each.ids) for each in peers])
    return Case(found, sizes)


def _needed(case: Case, held: tuple[Rule, ...], added: tuple[Rule, ...], rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Give those of the rules that cannot hold together with those that are held; `added` are what was held last."""
    if added and not _holds(case, held):
        return ()
    if len(rules) == 1:
        return rules
    first, second = rules[: len(rules) // 2], rules[len(rules) // 2 :]
    late = _needed(case, held + first, first, second)
    return _needed(case, held + late, late, first) + late


def _holds(case: Case, rules: Sequence[Rule]) -> bool:
    """Whether a composition keeps these rules, or might."""
    model, counts = _model(case)
    wanted = set(rules)
    for limit in case.limits:
        if limit.rule in wanted:
            keep(model, limit, counts)
    return solver(_EFFORT).solve(model) != cp_model.INFEASIBLE


class _Mending:
    """The limits with slack: for each rule, by how much it is changed."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._model, self._counts = _model(case)
        self._limits: dict[Rule, list[Limit]] = defaultdict(list)
        for limit in case.limits:
            every = replace(limit.rule, subject=None) if limit.rule.kind is RuleKind.COVERAGE else limit.rule
            self._limits[every].append(limit)
        self._slack = {
            rule: self._model.new_int_var(0, self._room(rule, softened), str(number))
            for number, (rule, softened) in enumerate(self._limits.items())
        }
        for rule, softened in self._limits.items():
            for limit in softened:
                self._soften(rule, limit)

    def relaxations(self) -> tuple[Relaxation, ...]:
        """Give the smallest change, in the order of the rules."""
        self._model.minimize(self._change())
        solved = solver(_EFFORT)
        if solved.solve(self._model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return ()
        changed = ((rule, solved.value(slack)) for rule, slack in self._slack.items())
        return tuple(self._relaxation(rule, by) for rule, by in changed if by)

    def _room(self, rule: Rule, softened: Sequence[Limit]) -> int:
        """Give how far a rule can be changed at most."""
        bound = rule.bound or 0
        if rule.kind in _DROPPABLE:
            return 1
        if rule.kind is RuleKind.ONE_SIDED:
            return 100 - bound
        if rule.kind in _LOWERED:
            return bound - 1 if rule.kind is RuleKind.SEATS_FEWEST else bound
        over = max(self._case.there(limit) - (limit.most or 0) for limit in softened)
        return max(0, min(over, MOST - bound))

    def _soften(self, rule: Rule, limit: Limit) -> None:
        slack = self._slack[rule]
        if rule.kind is RuleKind.ONE_SIDED:
            self._model.add(100 * total(limit, self._counts) <= self._allowed)
        else:
            keep(self._model, limit, self._counts, slack)

    @cached_property
    def _allowed(self) -> cp_model.IntVar:
        """A hundred times the seats that may go to actors that answer one aspect alone: a share of a number, and both
        can change."""
        seats, share = (next(r for r in self._limits if r.kind is kind) for kind in _SHARE)
        most = self._model.new_int_var(0, 100 * MOST, "allowed")
        factors = [self._slack[rule] + (rule.bound or 0) for rule in (seats, share)]
        self._model.add_multiplication_equality(most, factors)
        return most

    def _change(self) -> cp_model.LinearExpr:
        """Rules changed, then the size of the changes, then how mild they are: weighed so that each comes first."""
        mild = len(RuleKind) * (len(self._slack) + 1)
        rooms = {rule: self._room(rule, self._limits[rule]) for rule in self._slack}
        sizes = {rule: Relaxation(rule).size if rule.kind in _DROPPABLE else 1 for rule in self._slack}
        most = mild * (1 + sum(sizes[rule] * rooms[rule] for rule in self._slack))
        terms: list[tuple[cp_model.IntVar, int]] = []
        for rule, slack in self._slack.items():
            changed = self._model.new_bool_var(f"{slack.name} changed")
            self._model.add(slack <= rooms[rule] * changed)
            terms += [(changed, most + _MILDEST.index(rule.kind)), (slack, mild * sizes[rule])]
        return cp_model.LinearExpr.weighted_sum([each for each, _ in terms], [weight for _, weight in terms])

    def _relaxation(self, rule: Rule, by: int) -> Relaxation:
        if rule.kind in _DROPPABLE or rule.bound is None:
            return Relaxation(rule)
        if rule.kind not in _LOWERED:
            return Relaxation(rule, rule.bound, rule.bound + by)
        scarce = any((limit.least or 0) - by == self._case.there(limit) for limit in self._limits[rule])
        return Relaxation(rule, rule.bound, rule.bound - by, scarce)


def _model(case: Case) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    model = cp_model.CpModel()
    return model, [model.new_int_var(0, size, f"x{i}") for i, size in enumerate(case.sizes)]
