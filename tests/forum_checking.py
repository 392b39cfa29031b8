"""A second opinion on compositions: every rule and every point counted anew, over actors by name, and every composition
of a small problem tried. It knows only the values of `matcha.forum.plan`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations

from matcha.forum.plan import Candidate, Problem
from matcha.process import Inviting


def broken(problem: Problem, invited: Collection[str]) -> list[str]:
    """Give the rules that inviting exactly these actors breaks, in words, in any order."""
    return [said for said, by in breaches(problem, invited).items() if by]


def breaches(problem: Problem, invited: Collection[str]) -> dict[str, int]:
    """Give every rule with by how much inviting exactly these actors breaks it: people, actors or percent."""
    rules = problem.rules
    chosen = [each for each in problem.candidates if each.id in invited]
    assert len(chosen) == len(invited)
    room = people(problem, chosen) + sum(rules.host.values())
    found = {
        "seats fewest": max(0, rules.seats[0] - room),
        "seats most": max(0, room - rules.seats[1]),
        "house": max(0, _fullest_house(problem, chosen) - rules.house_seats),
        "one-sided": _one_sided(problem, chosen, rules.seats[1]),
    }
    for aspect, answers in zip(problem.aspects, _answers(problem, chosen), strict=True):
        found[f"coverage {aspect}"] = max(0, rules.coverage - answers)
    for part, (fewest, most) in rules.quotas.items():
        of_part = people(problem, [each for each in chosen if each.part is part]) + rules.host.get(part, 0)
        found |= {f"fewest {part}": max(0, fewest - of_part), f"most {part}": max(0, of_part - most)}
    for first, second in rules.never_together:
        found[f"never {first} {second}"] = int(first in invited and second in invited)
    for actor in rules.must:
        found[f"must {actor}"] = int(actor not in invited)
    for each in chosen:
        found[f"conflict {each.id}"] = int(each.id in rules.conflicts)
        found[f"unqualified {each.id}"] = int(not qualifies(problem, each))
    return found


def qualifies(problem: Problem, candidate: Candidate, must: bool = True) -> bool:
    """Whether an actor may be invited at all, conflicts of interest aside."""
    rules = problem.rules
    if candidate.interested or (must and candidate.id in rules.must):
        return True
    strong = max(candidate.grades) >= rules.qualify or candidate.closeness >= max(2, rules.qualify)
    return strong and rules.inviting is Inviting.TARGETED


def points(problem: Problem, invited: Collection[str]) -> int:
    """Give what inviting exactly these actors is worth."""
    chosen = [each for each in problem.candidates if each.id in invited]
    total = 0
    for aspect in range(len(problem.aspects)):
        for level in (1, 2, 3):
            reached = len([each for each in chosen if each.grades[aspect] >= level])
            total += (0, 80, 120, 140, 150)[min(reached, 4)]
    return total + sum(each.closeness or 1 for each in chosen)


def allowed(problem: Problem) -> Iterator[frozenset[str]]:
    """Give every composition that breaks no rule."""
    for invited in subsets(each.id for each in problem.candidates if qualifies(problem, each)):
        if not broken(problem, invited):
            yield invited


def subsets(ids: Iterator[str]) -> Iterator[frozenset[str]]:
    """Give every set of some of these."""
    every = list(ids)
    for size in range(len(every) + 1):
        yield from map(frozenset, combinations(every, size))


def people(problem: Problem, chosen: Collection[Candidate]) -> int:
    """Give how many people these are."""
    return sum(problem.rules.seats_each.get(each.part, 1) for each in chosen)


def coming(problem: Problem) -> list[Candidate]:
    """Give everybody who could be invited, were it not that those who must are in conflict."""
    rules = problem.rules
    return [
        c for c in problem.candidates if c.id in rules.must or (qualifies(problem, c) and c.id not in rules.conflicts)
    ]


def least_change(problem: Problem) -> tuple[int, int] | None:
    """Give the fewest rules to change so that some composition breaks none, and the least change then; None if no
    change suffices. An actor whose invitation is no longer a must has to qualify by itself.
    """
    costs = [cost for invited in subsets(each.id for each in coming(problem)) for cost in _changes(problem, invited)]
    return min(costs, default=None)


def _changes(problem: Problem, invited: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Give numbers of rules to change, and the change, so that inviting exactly these breaks none."""
    found = breaches(problem, invited)
    if problem.rules.seats[0] - found["seats fewest"] < 1:
        return
    coverage = max(by for said, by in found.items() if said.startswith("coverage"))
    others = ("one-sided", "seats most", "coverage")
    sizes = [by * _weight(said) for said, by in found.items() if by and not said.startswith(others)]
    sizes += [coverage] if coverage else []
    for seats, share in _more_room(problem, invited, found["seats most"]):
        yield len(sizes) + bool(seats) + bool(share), sum(sizes) + seats + share


def _weight(said: str) -> int:
    return {"never": 10, "must": 10, "conflict": 20}.get(said.split()[0], 1)


def _more_room(problem: Problem, invited: frozenset[str], least: int) -> Iterator[tuple[int, int]]:
    """Give how many more seats with how many more percent leave room for those that answer one aspect alone."""
    everybody = people(problem, coming(problem)) + sum(problem.rules.host.values())
    chosen = [each for each in problem.candidates if each.id in invited]
    for seats in range(least, max(least, everybody - problem.rules.seats[1]) + 1):
        share = _one_sided(problem, chosen, problem.rules.seats[1] + seats)
        if share + problem.rules.one_sided <= 100:
            yield seats, share


def _one_sided(problem: Problem, chosen: Collection[Candidate], seats: int) -> int:
    """Give by how many percent more seats have to be allowed to those that answer the same aspect alone."""
    rules = problem.rules
    crowd = 0
    for aspect in range(len(problem.aspects)):
        alone = [
            each
            for each in chosen
            if each.grades[aspect] >= rules.qualify and sum(grade >= rules.qualify for grade in each.grades) == 1
        ]
        crowd = max(crowd, people(problem, alone))
    share = rules.one_sided
    while share * seats // 100 < crowd and share < 1_000:
        share += 1
    return share - rules.one_sided


def _fullest_house(problem: Problem, chosen: Collection[Candidate]) -> int:
    houses = {each.house for each in chosen}
    return max((people(problem, [each for each in chosen if each.house == home]) for home in houses), default=0)


def _answers(problem: Problem, chosen: Collection[Candidate]) -> list[int]:
    return [
        len([each for each in chosen if each.grades[aspect] >= problem.rules.qualify])
        for aspect in range(len(problem.aspects))
    ]
