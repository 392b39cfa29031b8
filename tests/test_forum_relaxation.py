"""Rules of a forum that cannot all hold, or make no sense: what is named, what is to be changed, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

import pytest

from matcha.errors import Conflict
from matcha.forum.conflicts import conflict, impossible, relaxations
from matcha.forum.panels import Panels
from matcha.forum.peers import qualified, refuse
from matcha.forum.plan import Candidate, Problem, Rules
from matcha.forum.relaxation import Impossible, Relaxation, Rule, RuleKind, relaxed
from matcha.process import Part
from matcha.values import Language
from tests import forum_checking as checking
from tests.forum_making import ASPECTS, candidate, large, named, small, tangled

ROOMY = Rules(seats=(4, 20), coverage=1, one_sided=100, house_seats=9)
PLENTY = tuple(
    candidate(n, (1 + n % 3, 1 + n % 2, 2), (Part.COMPANY, Part.ACADEMIA, Part.IT)[n % 3]) for n in range(12)
)


def of(kind: RuleKind, subject: str | tuple[str, str] | None = None, bound: int | None = None) -> Rule:
    """Give a rule."""
    return Rule(kind, subject, bound)


def planted(number: int) -> tuple[Problem, set[Rule]]:
    """Give a problem whose rules can hold but for those planted in it, which contradict each other."""
    sorts = (
        _scarce_part, _scarce_aspect, _small_room, _few_people, _full_house, _rivals, _jav, _crowded_part, _own_people,
        _one_sided, _musts_over_quota, _quotas_over_room, _quota_of_musts,
    )  # fmt: skip
    sort, size = sorts[number % len(sorts)], number // len(sorts)
    return sort(size)


def _problem(rules: Rules, more: tuple[Candidate, ...] = ()) -> Problem:
    return Problem(ASPECTS[:3], PLENTY + more, rules)


def _scarce_part(size: int) -> tuple[Problem, set[Rule]]:
    scarce = tuple(candidate(100 + n, (2, 0, 1), Part.AUTHORITY) for n in range(size))
    rules = replace(ROOMY, quotas={Part.AUTHORITY: (size + 2, 9)})
    return _problem(rules, scarce), {of(RuleKind.QUOTA_FEWEST, Part.AUTHORITY, size + 2)}


def _scarce_aspect(size: int) -> tuple[Problem, set[Rule]]:
    strong = tuple(candidate(100 + n, (3, 0, 0)) for n in range(size))
    rules = replace(ROOMY, coverage=size + 5, qualify=3)
    weak = tuple(replace(each, grades=(0, 3, 3)) for each in PLENTY)
    return Problem(ASPECTS[:3], weak + strong, rules), {of(RuleKind.COVERAGE, ASPECTS[0], size + 5)}


def _small_room(size: int) -> tuple[Problem, set[Rule]]:
    rules = replace(ROOMY, seats=(1, size + 2), must={named(n): "ägare" for n in range(size + 3)})
    return _problem(rules), {of(RuleKind.SEATS_MOST, None, size + 2), *(of(RuleKind.MUST, id) for id in rules.must)}


def _few_people(size: int) -> tuple[Problem, set[Rule]]:
    rules = replace(ROOMY, seats=(13 + size, 40))
    return _problem(rules), {of(RuleKind.SEATS_FEWEST, None, 13 + size)}


def _full_house(size: int) -> tuple[Problem, set[Rule]]:
    home = tuple(candidate(100 + n, (1, 1, 1), house=100) for n in range(size + 3))
    must = {each.id: "ägare" for each in home[: size + 2]}
    rules = replace(ROOMY, house_seats=size + 1, must=must)
    return _problem(rules, home), {of(RuleKind.HOUSE_SEATS, None, size + 1), *(of(RuleKind.MUST, id) for id in must)}


def _rivals(size: int) -> tuple[Problem, set[Rule]]:
    both = (named(size), named(size + 5))
    rules = replace(ROOMY, must=dict.fromkeys(both, "ägare"), never_together=(both, (named(0), named(11))))
    return _problem(rules), {of(RuleKind.NEVER_TOGETHER, both), *(of(RuleKind.MUST, id) for id in both)}


def _jav(size: int) -> tuple[Problem, set[Rule]]:
    id = named(size)
    rules = replace(ROOMY, must={id: "ägare"}, conflicts={id: "styrelsepost", named(11): "ägarskap"})
    return _problem(rules), {of(RuleKind.MUST, id), of(RuleKind.CONFLICT, id)}


def _crowded_part(size: int) -> tuple[Problem, set[Rule]]:
    quotas = {Part.COMPANY: (0, 1), Part.ACADEMIA: (0, 2), Part.IT: (0, 1 + size)}
    rules = replace(ROOMY, seats=(5 + size, 20), quotas=quotas)
    most = {
        of(RuleKind.QUOTA_MOST, part, most) for part, (_, most) in quotas.items() if part is not Part.IT or size < 3
    }
    return _problem(rules), {of(RuleKind.SEATS_FEWEST, None, 5 + size), *most}


def _own_people(size: int) -> tuple[Problem, set[Rule]]:
    rules = replace(ROOMY, host={Part.PROCUREMENT: size + 3}, quotas={Part.PROCUREMENT: (0, size + 1)})
    return _problem(rules), {of(RuleKind.QUOTA_MOST, Part.PROCUREMENT, size + 1)}


def _one_sided(size: int) -> tuple[Problem, set[Rule]]:
    alone = tuple(candidate(100 + n, (0, 3, 0), Part.SUPPORT) for n in range(size + 5))
    rules = replace(ROOMY, quotas={Part.SUPPORT: (3 + size, 9)}, one_sided=10)
    wrong = {of(RuleKind.QUOTA_FEWEST, Part.SUPPORT, 3 + size), of(RuleKind.ONE_SIDED, None, 10)}
    return _problem(rules, alone), wrong


def _musts_over_quota(size: int) -> tuple[Problem, set[Rule]]:
    home = tuple(candidate(100 + n, (1, 1, 1), Part.PATIENT_ORGANISATION) for n in range(size + 2))
    must = {each.id: "ägare" for each in home}
    rules = replace(ROOMY, must=must, quotas={Part.PATIENT_ORGANISATION: (0, size + 1)})
    quota = of(RuleKind.QUOTA_MOST, Part.PATIENT_ORGANISATION, size + 1)
    return _problem(rules, home), {quota, *(of(RuleKind.MUST, id) for id in must)}


def _quotas_over_room(size: int) -> tuple[Problem, set[Rule]]:
    quotas = {Part.COMPANY: (3, 9), Part.ACADEMIA: (3, 9), Part.IT: (2, 9)}
    rules = replace(ROOMY, seats=(3, 7 + size), quotas=quotas, host={Part.SUPPORT: size})
    fewest = {of(RuleKind.QUOTA_FEWEST, part, fewest) for part, (fewest, _) in quotas.items()}
    return _problem(rules), {of(RuleKind.SEATS_MOST, None, 7 + size), *fewest}


def _quota_of_musts(size: int) -> tuple[Problem, set[Rule]]:
    rivals = tuple(candidate(100 + n, (1, 1, 1), Part.AUTHORITY) for n in range(2))
    both = (named(100), named(101))
    rules = replace(ROOMY, quotas={Part.AUTHORITY: (2, 3 + size)}, never_together=(both,))
    return _problem(rules, rivals), {of(RuleKind.QUOTA_FEWEST, Part.AUTHORITY, 2), of(RuleKind.NEVER_TOGETHER, both)}


@pytest.mark.parametrize("number", range(52))
def test_the_planted_conflict_is_named_and_mended(number: int) -> None:
    problem, wrong = planted(number)
    refuse(problem)
    with pytest.raises(Impossible) as refused:
        Panels(problem, qualified(problem)[0]).best()
    assert set(refused.value.conflict) == wrong
    assert len(refused.value.relaxations) == 1
    mended = replace(problem, rules=relaxed(problem.rules, refused.value.relaxations))
    refuse(mended)
    assert Panels(mended, qualified(mended)[0]).best().certificate.objective > 0


@cache
def refusal(making: Callable[[int], Problem], seed: int) -> Impossible:
    """Give why a problem cannot be solved; of one that can, no conflict and no change."""
    return impossible(making(seed))


@pytest.mark.parametrize("first", range(0, 100, 20))
@pytest.mark.parametrize("making", [small, tangled])
def test_conflicts_are_minimal_and_relaxations_the_smallest(making: Callable[[int], Problem], first: int) -> None:
    for seed in range(first, first + 20):
        problem = making(seed)
        if not any(True for _ in checking.allowed(problem)):
            found = refusal(making, seed)
            is_minimal(problem, found.conflict)
            is_smallest(problem, found.relaxations)
        else:
            assert not conflict(problem)
            assert not relaxations(problem)


def is_minimal(problem: Problem, found: tuple[Rule, ...]) -> None:
    """Check that every composition breaks one of these rules, and for each rule that some breaks that one alone."""
    names = {_name(rule) for rule in found}
    alone = set()
    for invited in checking.subsets(each.id for each in checking.coming(problem)):
        broken = names.intersection(checking.broken(problem, invited))
        assert broken
        alone |= broken if len(broken) == 1 else set()
    assert alone == names


def _name(rule: Rule) -> str:
    first, _, second = rule.kind.value.partition("_")
    if rule.kind in (RuleKind.SEATS_FEWEST, RuleKind.SEATS_MOST):
        return f"{first} {second}"
    if rule.kind in (RuleKind.QUOTA_FEWEST, RuleKind.QUOTA_MOST):
        return f"{second} {rule.subject}"
    if isinstance(rule.subject, tuple):
        return f"never {' '.join(rule.subject)}"
    others = {RuleKind.HOUSE_SEATS: "house", RuleKind.ONE_SIDED: "one-sided"}
    return others.get(rule.kind) or f"{rule.kind} {rule.subject}"


def is_smallest(problem: Problem, found: tuple[Relaxation, ...]) -> None:
    """Check that no smaller change suffices, and that this one does; where none does, that none is given."""
    least = checking.least_change(problem)
    assert ((len(found), sum(each.size for each in found)) if found else None) == least
    if found:
        mended = replace(problem, rules=relaxed(problem.rules, found))
        assert any(True for _ in checking.allowed(mended))
        refuse(mended)


def test_those_small_problems_have_conflicts_of_every_kind() -> None:
    found = [refusal(tangled, seed) for seed in range(100)]
    assert {rule.kind for each in found for rule in each.conflict} == set(RuleKind)
    assert {one.rule.kind for each in found for one in each.relaxations} >= set(RuleKind) - {RuleKind.CONFLICT}


def test_neither_order_nor_repetition_changes_what_is_named() -> None:
    problem = large(3, 400)
    tight = replace(problem, rules=replace(problem.rules, quotas=dict.fromkeys(problem.rules.quotas, (7, 12))))
    turned = Problem(
        tight.aspects, tight.candidates[::-1], replace(tight.rules, must=dict([*tight.rules.must.items()][::-1]))
    )
    told = [(found.conflict, found.relaxations, found.sv) for found in map(impossible, (tight, tight, turned))]
    assert told[0] == told[1] == told[2]
    assert [each.rule.kind for each in told[0][1]] == [RuleKind.SEATS_MOST]


def test_a_conflict_of_interest_goes_before_a_must() -> None:
    problem, wrong = planted(6)
    assert relaxations(problem) == (Relaxation(of(RuleKind.MUST, named(0))),)
    assert wrong == {of(RuleKind.MUST, named(0)), of(RuleKind.CONFLICT, named(0))}


def test_where_nobody_can_come_nothing_is_proposed() -> None:
    nobody = Problem(ASPECTS[:2], (candidate(1, (0, 0)),), replace(ROOMY, coverage=0))
    found = impossible(nobody)
    assert (found.conflict, found.relaxations) == ((of(RuleKind.SEATS_FEWEST, None, 4),), ())
    assert found.sv.endswith("Ingen kvalificerar sig. Sänk kravet, bjud in brett eller ta med fler aktörer.")
    assert found.en.endswith("Nobody qualifies. Ask for less, invite more widely or bring in more actors.")


def test_it_is_told_in_both_languages_what_to_change() -> None:
    found = impossible(planted(0)[0])
    assert isinstance(found, Conflict)
    assert found.sv == (
        "Reglerna går inte att förena: minst 2 platser till myndigheter. Minsta ändring som räcker: "
        "minst 2 platser till myndigheter: sänk till 0 (fler än så finns inte bland dem som kvalificerar sig)."
    )
    assert found.en == (
        "The rules cannot all hold: at least 2 seats for authorities. The smallest change that is enough: "
        "at least 2 seats for authorities: lower it to 0 (there are no more than that among those who qualify)."
    )
    many = impossible(planted(2 + 13 * 3)[0])
    assert many.sv.startswith("Reglerna går inte att förena: högst 5 platser i rummet; aktor-00000 ska bjudas in;")
    assert many.relaxations[0].told(Language.SV) == "högst 5 platser i rummet: höj till 6"


@pytest.mark.parametrize("kind", RuleKind)
@pytest.mark.parametrize("language", Language)
def test_every_rule_has_words(kind: RuleKind, language: Language) -> None:
    subjects: Mapping[RuleKind, str | tuple[str, str]] = {RuleKind.NEVER_TOGETHER: ("a", "b"), RuleKind.MUST: "a"}
    rule = Rule(kind, subjects.get(kind, Part.IT if "quota" in kind else "b"), 1)
    assert "{" not in rule.told(language)
    dropped, changed = Relaxation(rule).told(language), Relaxation(rule, 1, 2).told(language)
    assert dropped.endswith({Language.SV: "stryk", Language.EN: "drop it"}[language])
    assert changed.endswith({Language.SV: "höj till 2", Language.EN: "raise it to 2"}[language])
    assert {"a och b", "a and b"} & {" ".join(dropped.split()[:3])} or kind is not RuleKind.NEVER_TOGETHER


def test_a_long_list_is_cut_short_in_the_sentence() -> None:
    musts = tuple(of(RuleKind.MUST, named(number)) for number in range(30))
    told = Impossible(musts, ())
    assert told.sv.count("ska bjudas in") == 12
    assert "och 18 till" in told.sv
    assert "and 18 more" in told.en
    assert len(told.conflict) == 30
