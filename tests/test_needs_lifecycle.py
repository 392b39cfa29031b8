"""Where a need may go: the table against a twin written from the words of the rules, and every path of it."""

import random
from dataclasses import replace
from itertools import chain, combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcha.callers import AccountRole
from matcha.needs import lifecycle
from matcha.needs.lifecycle import FORWARD, PUBLIC, STEPS, Facts, refused, requires
from matcha.process import ActKind, Criterion, State

COORDINATOR = frozenset({AccountRole.COORDINATOR})
ROLES = [frozenset(some) for size in range(3) for some in combinations(AccountRole, size)]
ALL = Facts(
    filled=frozenset({"goal", "purpose", "preconditions"}),
    acts=frozenset(ActKind),
    scored=frozenset(Criterion),
    aspects=2,
    reason="Nämnden beslutade så.",
)
NONE = Facts()


LINE = (
    "idea",
    "draft",
    "screened",
    "prioritised",
    "published",
    "in_dialogue",
    "solution_chosen",
    "implemented",
    "followed_up",
)


def naive(start: State, to: State, roles: frozenset[AccountRole], facts: Facts) -> set[str]:
    """What is missing, as somebody would write it who reads the rules from the top."""
    way = naive_way(start, to, facts.parked_from)
    if way == "none":
        return {"step"}
    organiser = "organiser" in roles and {start, to} == {"published", "in_dialogue"}
    if "coordinator" not in roles and not organiser:
        return {"role"}
    missing = naive_missing(LINE.index(to), facts) if way in ("forward", "resume") else set()
    return missing | ({"reason"} if way != "forward" and facts.reason.strip() == "" else set())


def naive_way(start: State, to: State, parked_from: State | None) -> str:
    if start in LINE and to in LINE and abs(LINE.index(to) - LINE.index(start)) == 1:
        return "forward" if LINE.index(to) > LINE.index(start) else "back"
    if to in ("parked", "closed") and start != to and start != "closed":
        return "leave"
    if start == "parked" and to == parked_from and to in LINE:
        return "resume"
    return "reopen" if start == "closed" and to == "draft" else "none"


def naive_missing(place: int, facts: Facts) -> set[str]:
    missing: set[str] = set()
    if place >= 2:
        missing |= {f"scores:{c.value}" for c in Criterion if c not in facts.scored}
    if place >= 3 and "goal" not in facts.filled:
        missing.add("goal")
    if place >= 4:
        missing |= {field for field in ("purpose", "preconditions") if field not in facts.filled}
        missing |= set() if facts.aspects in (2, 3, 4, 5, 6) else {"aspects"}
    acts = ((6, "solution"), (7, "implementation"), (8, "effect"))
    return missing | {act for least, act in acts if place >= least and act not in facts.acts}


some_facts = st.builds(
    Facts,
    filled=st.frozensets(st.sampled_from(("goal", "purpose", "preconditions", "aspects", "title"))),
    acts=st.frozensets(st.sampled_from(ActKind)),
    scored=st.frozensets(st.sampled_from(Criterion)),
    aspects=st.integers(0, 7),
    reason=st.sampled_from(("", "  ", "Tidsplanen ändrades.")),
    parked_from=st.none() | st.sampled_from(FORWARD),
)


def test_every_step_of_the_table_for_every_pair_of_roles_is_as_its_twin_says() -> None:
    parked = [Facts(parked_from=state) for state in FORWARD]
    full = [replace(ALL, parked_from=state) for state in (None, *FORWARD)]
    for start, to, roles, facts in product(State, State, ROLES, chain((NONE,), parked, full)):
        found = {missing.what for missing in refused(start, to, roles, facts)}
        assert found == naive(start, to, roles, facts), (start, to, roles, facts)


@given(st.sampled_from(State), st.sampled_from(State), st.frozensets(st.sampled_from(AccountRole)), some_facts)
def test_what_is_missing_is_as_the_twin_says_whatever_is_known(
    start: State, to: State, roles: frozenset[AccountRole], facts: Facts
) -> None:
    found = refused(start, to, roles, facts)
    assert {missing.what for missing in found} == naive(start, to, roles, facts)
    assert len({missing.what for missing in found}) == len(found)
    assert all(missing.sv.endswith(".") and missing.en.endswith(".") for missing in found)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_on_every_path_a_need_has_what_its_state_asks_for(seed: int) -> None:
    draw = random.Random(seed)
    state, parked_from, has = State.IDEA, None, Facts()
    for _ in range(60):
        if draw.random() < 0.5:
            has = draw.choice(
                (ALL, ALL, NONE, Facts(ALL.filled, aspects=3), Facts(scored=ALL.scored, reason="För lite."))
            )
        facts = replace(has, parked_from=parked_from)
        roles = frozenset(draw.sample(tuple(AccountRole), 2)) | (COORDINATOR if draw.random() < 0.6 else frozenset())
        to = draw.choice((*State, *STEPS[state]))
        if refused(state, to, roles, facts):
            continue
        assert to in lifecycle.next_states(state, roles, parked_from)
        way = naive_way(state, to, parked_from)
        assert way != "none"
        assert facts.reason or way == "forward"
        assert way not in ("forward", "resume") or naive_missing(LINE.index(to), facts) == set()
        parked_from = state if to is State.PARKED else None
        state = to


def test_suppliers_the_public_officers_and_administrators_take_no_step() -> None:
    for role in set(AccountRole) - {AccountRole.COORDINATOR, AccountRole.ORGANISER}:
        for start, parked_from in product(State, FORWARD):
            assert lifecycle.next_states(start, frozenset({role}), parked_from) == ()
    organiser = frozenset({AccountRole.ORGANISER})
    can = {start: lifecycle.next_states(start, organiser, State.PUBLISHED) for start in State}
    assert {start: to for start, to in can.items() if to} == {
        State.PUBLISHED: (State.IN_DIALOGUE,),
        State.IN_DIALOGUE: (State.PUBLISHED,),
    }


def test_every_state_can_be_reached_and_left() -> None:
    reached = {State.IDEA}
    for _ in State:
        reached |= {to for start in reached for to in STEPS[start]}
    assert reached == set(State)
    assert all(STEPS[state] for state in State)


@pytest.mark.parametrize("state", FORWARD)
def test_what_was_public_stays_so_when_it_is_parked_or_closed(state: State) -> None:
    later = ("published", "in_dialogue", "solution_chosen", "implemented", "followed_up")
    assert (state in PUBLIC) == lifecycle.is_public(state, None) == (state in later)
    assert lifecycle.is_public(State.PARKED, state) == lifecycle.is_public(State.CLOSED, state) == (state in later)
    assert not lifecycle.is_public(State.CLOSED, None)
    assert not lifecycle.is_public(State.DRAFT, State.PUBLISHED)  # taken back, or reopened


def test_a_refusal_says_what_to_do_in_both_languages() -> None:
    (no_step,) = refused(State.DRAFT, State.PUBLISHED, COORDINATOR, ALL)
    assert no_step.sv == (
        "Ett behov i läget utkast kan inte gå till publicerat. Det kan gå till: idé, granskat, parkerat, avslutat."
    )
    assert no_step.en.endswith("It can become: idea, screened, parked, closed.")
    found = refused(State.PRIORITISED, State.PUBLISHED, COORDINATOR, Facts(ALL.filled - {"purpose"}, aspects=1))
    assert [m.what for m in found[:2]] == ["purpose", "aspects"]
    assert [m.what for m in found[2:]] == [f"scores:{criterion}" for criterion in Criterion]
    assert found[1].sv == "Ange två till sex aspekter av behovet."


def test_everything_that_can_be_asked_for_has_words() -> None:
    asked = requires(State.FOLLOWED_UP)
    (*found,) = refused(State.PARKED, State.FOLLOWED_UP, COORDINATOR, Facts(parked_from=State.FOLLOWED_UP))
    assert {missing.what for missing in found} == asked | {"reason"}
    assert set(lifecycle.NAMES) == set(State)
