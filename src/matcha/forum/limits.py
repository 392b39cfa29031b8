"""The rules of a forum as limits: sums of how many are invited of each peers that are to be no less or no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from matcha.forum.plan import Peers, Problem, pair
from matcha.forum.relaxation import Rule, RuleKind

Terms = tuple[tuple[int, int], ...]  # the number of peers, and what each invited one of them counts


@dataclass(frozen=True, slots=True)
class Limit:
    """What a rule asks: the sum of `terms` is at least `least` and at most `most`; the host's people are taken off."""

    rule: Rule
    terms: Terms
    least: int | None = None
    most: int | None = None

    def sum(self, counts: Sequence[int]) -> int:
        """Give the sum for a composition."""
        return sum(weight * counts[index] for index, weight in self.terms)

    def holds(self, counts: Sequence[int]) -> bool:
        """Whether a composition keeps it."""
        total = self.sum(counts)
        return (self.least is None or total >= self.least) and (self.most is None or total <= self.most)


def limits(problem: Problem, peers: Sequence[Peers]) -> tuple[Limit, ...]:
    """Give every limit, in a fixed order. A rule can have several: that of houses has one for each house."""
    return tuple(
        limit
        for limits in (_seats, _quotas, _coverage, _one_sided, _houses, _never, _must)
        for limit in limits(problem, peers)
    )


def merged(limits: Sequence[Limit], sizes: Sequence[int]) -> tuple[tuple[Limit, ...], tuple[int, ...]]:
    """Give the same limits over fewer: those whom no limit tells apart are counted together.

    `sizes` are how many there are of each; whoever counts nowhere is left out.
    """
    columns: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row, limit in enumerate(limits):
        for index, weight in limit.terms:
            columns[index].append((row, weight))
    alike: dict[tuple[tuple[int, int], ...], int] = defaultdict(int)
    for index in sorted(columns):
        alike[tuple(columns[index])] += sizes[index]
    rows: list[list[tuple[int, int]]] = [[] for _ in limits]
    for number, column in enumerate(alike):
        for row, weight in column:
            rows[row].append((number, weight))
    kept = tuple(replace(limit, terms=tuple(terms)) for limit, terms in zip(limits, rows, strict=True))
    return kept, tuple(alike.values())


def alone(peers: Peers, qualify: int) -> int | None:
    """Give the only aspect that peers answer, or None if they answer none or several."""
    answered = [aspect for aspect, grade in enumerate(peers.grades) if grade >= qualify]
    return answered[0] if len(answered) == 1 else None


def _people(peers: Iterable[tuple[int, Peers]]) -> Terms:
    return tuple((index, each.seats) for index, each in peers)


def _seats(problem: Problem, peers: Sequence[Peers]) -> Iterator[Limit]:
    fewest, most = problem.rules.seats
    terms = _people(enumerate(peers))
    yield Limit(Rule(RuleKind.SEATS_FEWEST, None, fewest), terms, least=fewest - problem.rules.hosted)
    yield Limit(Rule(RuleKind.SEATS_MOST, None, most), terms, most=most - problem.rules.hosted)


def _quotas(problem: Problem, peers: Sequence[Peers]) -> Iterator[Limit]:
    for part in sorted(problem.rules.quotas):
        fewest, most = problem.rules.quotas[part]
        host = problem.rules.host.get(part, 0)
        terms = _people((index, each) for index, each in enumerate(peers) if each.part is part)
        yield Limit(Rule(RuleKind.QUOTA_FEWEST, part, fewest), terms, least=fewest - host)
        yield Limit(Rule(RuleKind.QUOTA_MOST, part, most), terms, most=most - host)


def _coverage(problem: Problem, peers: Sequence[Peers]) -> Iterator[Limit]:
    rules = problem.rules
    for number, aspect in enumerate(problem.aspects):
        terms = tuple((index, 1) for index, each in enumerate(peers) if each.grades[number] >= rules.qualify)
        yield Limit(Rule(RuleKind.COVERAGE, aspect, rules.coverage), terms, least=rules.coverage)


def _one_sided(problem: Problem, peers: Sequence[Peers]) -> Iterator[Limit]:
    rules = problem.rules
    only = [alone(each, rules.qualify) for each in peers]
    for number in range(len(problem.aspects)):
        terms = _people((index, each) for index, each in enumerate(peers) if only[index] == number)
        yield Limit(
            Rule(RuleKind.ONE_SIDED, None, rules.one_sided), terms, most=rules.one_sided * rules.seats[1] // 100
        )


def _houses(problem: Problem, peers: Sequence[Peers]) -> Iterator[Limit]:
    house = {each.id: each.house for each in problem.candidates}
    homes: dict[str, list[tuple[int, Peers]]] = defaultdict(list)
    for index, each in enumerate(peers):
        if len(each.ids) == 1:
            homes[house[each.ids[0]]].append((index, each))
    for name in sorted(name for name, members in homes.items() if len(members) > 1):
        most = problem.rules.house_seats
        yield Limit(Rule(RuleKind.HOUSE_SEATS, None, most), _people(homes[name]), most=most)


def _never(problem: Problem, peers: Sequence[Peers]) -> Iterator[Limit]:
    single = _single(peers)
    for first, second in sorted(pair(*both) for both in problem.rules.never_together):
        if first in single and second in single:
            terms = ((single[first], 1), (single[second], 1))
            yield Limit(Rule(RuleKind.NEVER_TOGETHER, (first, second)), terms, most=1)


def _must(problem: Problem, peers: Sequence[Peers]) -> Iterator[Limit]:
    single = _single(peers)
    for id in sorted(problem.rules.must):
        terms = ((single[id], 1),) if id in single else ()
        yield Limit(Rule(RuleKind.MUST, id), terms, least=1)
        if id in problem.rules.conflicts:
            yield Limit(Rule(RuleKind.CONFLICT, id), terms, most=0)


def _single(peers: Sequence[Peers]) -> dict[str, int]:
    return {each.ids[0]: index for index, each in enumerate(peers) if len(each.ids) == 1}
