"""Problems of forums that make no sense in themselves are refused before anything is solved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from matcha.errors import Invalid
from matcha.forum.peers import refuse
from matcha.forum.plan import Candidate, Problem, Rules
from matcha.process import Inviting, Part
from tests.forum_making import ASPECTS, candidate, named

RULES = Rules(seats=(4, 20), coverage=1, one_sided=100, house_seats=9)
PEOPLE = tuple(candidate(number, (1, 2, 3)) for number in range(12))

HUGE = 10**30
WRONG: Mapping[str, Callable[[Rules], Rules]] = {
    "unknown must": lambda rules: replace(rules, must={"aktor-okänd": "x"}),
    "unknown never": lambda rules: replace(rules, never_together=((named(0), "okänd"),)),
    "unknown apart": lambda rules: replace(rules, apart=((named(0), "x" * 10_000),)),
    "itself": lambda rules: replace(rules, never_together=((named(0), named(0)),)),
    "apart from itself": lambda rules: replace(rules, apart=((named(0), named(0)),)),
    "a pair twice": lambda rules: replace(rules, never_together=((named(0), named(1)), (named(1), named(0)))),
    "too many pairs": lambda rules: replace(rules, apart=((named(0), named(1)),) * 10_001),
    "seats reversed": lambda rules: replace(rules, seats=(9, 8)),
    "no seats": lambda rules: replace(rules, seats=(0, 8)),
    "huge seats": lambda rules: replace(rules, seats=(1, HUGE)),
    "quota reversed": lambda rules: replace(rules, quotas={Part.IT: (3, 2)}),
    "quota below nothing": lambda rules: replace(rules, quotas={Part.IT: (-1, 2)}),
    "huge quota": lambda rules: replace(rules, quotas={Part.IT: (1, HUGE)}),
    "hosts below nothing": lambda rules: replace(rules, host={Part.IT: -1}),
    "huge host": lambda rules: replace(rules, host={Part.IT: HUGE}),
    "many hosts": lambda rules: replace(rules, host={Part.IT: 900, Part.COMPANY: 900}),
    "nobody each": lambda rules: replace(rules, seats_each={Part.IT: 0}),
    "more each than a house has": lambda rules: replace(rules, seats_each={Part.IT: 10}),
    "no house seats": lambda rules: replace(rules, house_seats=0),
    "huge house": lambda rules: replace(rules, house_seats=HUGE),
    "coverage below nothing": lambda rules: replace(rules, coverage=-1),
    "huge coverage": lambda rules: replace(rules, coverage=HUGE),
    "no grade": lambda rules: replace(rules, qualify=0),
    "no such grade": lambda rules: replace(rules, qualify=4),
    "nobody one-sided": lambda rules: replace(rules, one_sided=0),
    "more than all": lambda rules: replace(rules, one_sided=101),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_rules_that_make_no_sense_are_refused(wrong: str) -> None:
    refuse(Problem(ASPECTS[:3], PEOPLE, RULES))
    with pytest.raises(Invalid) as refused:
        refuse(Problem(ASPECTS[:3], PEOPLE, WRONG[wrong](RULES)))
    assert len(refused.value.sv) < 300
    assert refused.value.sv != refused.value.en


@pytest.mark.parametrize(
    ("aspects", "people"),
    [
        (("en",), ()),
        (("en", "två", "tre", "fyra", "fem", "sex", "sju"), ()),
        (("en", " "), ()),
        (("en", "en"), ()),
        (("en", "två"), (candidate(1, (1, 1)), candidate(1, (1, 1)))),
        (("en", "två"), (candidate(1, (1,)),)),
        (("en", "två"), (candidate(1, (1, 4)),)),
        (("en", "två"), (candidate(1, (1, -1)),)),
        (("en", "två"), (candidate(1, (1, 1), closeness=4),)),
        (("en", "två"), (candidate(1, (1, 1)),) * 100_001),
    ],
)
def test_problems_that_make_no_sense_are_refused(aspects: tuple[str, ...], people: tuple[Candidate, ...]) -> None:
    with pytest.raises(Invalid):
        refuse(Problem(aspects, people, RULES))


def test_rules_that_cannot_hold_are_not_refused_here() -> None:
    both = {named(1): "ägare"}
    for rules in (
        replace(RULES, must=both, conflicts=both),
        replace(RULES, conflicts={"nobody": "okänd"}),
        replace(RULES, inviting=Inviting.OPEN, seats=(900, 1_000)),
        replace(RULES, host={Part.IT: 50}),
    ):
        refuse(Problem(ASPECTS[:3], PEOPLE, rules))
