"""Where a need stands and where it may go: who may take which step, and what must be there first.

Forward one step at a time, back one step with a reason. From anywhere a need can be parked or closed with a reason;
what is parked goes on where it was, what is closed is reopened as a draft. Coordinators take every step, organisers
those between published and in dialogue; suppliers, the public, procurement officers and administrators take none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from matcha.callers import AccountRole
from matcha.process import ActKind, Criterion, State

FORWARD = (
    State.IDEA,
    State.DRAFT,
    State.SCREENED,
    State.PRIORITISED,
    State.PUBLISHED,
    State.IN_DIALOGUE,
    State.SOLUTION_CHOSEN,
    State.IMPLEMENTED,
    State.FOLLOWED_UP,
)
PUBLIC = frozenset(FORWARD[FORWARD.index(State.PUBLISHED) :])
ASPECTS = (2, 6)  # fewest and most aspects of a published need (S27)

NAMES: Mapping[State, tuple[str, str]] = {  # Swedish, English
    State.IDEA: ("idé", "idea"),
    State.DRAFT: ("utkast", "draft"),
    State.SCREENED: ("granskat", "screened"),
    State.PRIORITISED: ("prioriterat", "prioritised"),
    State.PUBLISHED: ("publicerat", "published"),
    State.IN_DIALOGUE: ("i dialog", "in dialogue"),
    State.SOLUTION_CHOSEN: ("lösning vald", "solution chosen"),
    State.IMPLEMENTED: ("infört", "implemented"),
    State.FOLLOWED_UP: ("uppföljt", "followed up"),
    State.PARKED: ("parkerat", "parked"),
    State.CLOSED: ("avslutat", "closed"),
}


class Missing(NamedTuple):
    """What stands in the way of a step: `what` in one word, and a sentence in each language that says what to do."""

    what: str
    sv: str
    en: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a need when somebody wants to take it on.

    `filled` names its fields that hold something, `acts` the kinds of what has happened to it, `scored` the criteria
    it has a score by. `parked_from` is the state it was parked from.
    """

    filled: frozenset[str] = frozenset()
    acts: frozenset[ActKind] = frozenset()
    scored: frozenset[Criterion] = frozenset()
    aspects: int = 0
    reason: str = ""
    parked_from: State | None = None


_COORDINATORS = frozenset({AccountRole.COORDINATOR})
_ORGANISERS = frozenset({AccountRole.COORDINATOR, AccountRole.ORGANISER})
_DIALOGUE = frozenset({State.PUBLISHED, State.IN_DIALOGUE})
_OWN: Mapping[State, frozenset[str]] = {  # what each state asks for beyond those before it
    State.SCREENED: frozenset(f"scores:{criterion}" for criterion in Criterion),
    State.PRIORITISED: frozenset({"goal"}),
    State.PUBLISHED: frozenset({"purpose", "preconditions", "aspects"}),
    State.SOLUTION_CHOSEN: frozenset({ActKind.SOLUTION.value}),
    State.IMPLEMENTED: frozenset({ActKind.IMPLEMENTATION.value}),
    State.FOLLOWED_UP: frozenset({ActKind.EFFECT.value}),
}


def _steps() -> Iterator[tuple[State, State, frozenset[AccountRole]]]:
    for before, after in pairwise(FORWARD):
        who = _ORGANISERS if {before, after} == _DIALOGUE else _COORDINATORS
        yield before, after, who
        yield after, before, who
    for state in FORWARD:
        yield state, State.PARKED, _COORDINATORS
        yield state, State.CLOSED, _COORDINATORS
        yield State.PARKED, state, _COORDINATORS
    yield State.PARKED, State.CLOSED, _COORDINATORS
    yield State.CLOSED, State.DRAFT, _COORDINATORS


STEPS: Mapping[State, Mapping[State, frozenset[AccountRole]]] = {
    state: {to: who for start, to, who in _steps() if start is state} for state in State
}


def is_public(state: State, was: State | None) -> bool:
    """Say whether everybody may read a need.

    One that is parked or closed stays public, with the reason, if it had been published: `was` is the last state it
    was in that is neither.
    """
    return state in PUBLIC or (state not in FORWARD and was in PUBLIC)


def requires(state: State) -> frozenset[str]:
    """Give what must be there before a need goes forward to a state, or on from being parked.

    Names of fields, kinds of acts, `aspects`, `scores:` and a criterion; what earlier states ask for is among them.
    """
    before = FORWARD[: FORWARD.index(state) + 1] if state in FORWARD else ()
    return frozenset[str]().union(*(_OWN.get(each, frozenset()) for each in before))


def next_states(start: State, roles: frozenset[AccountRole], parked_from: State | None = None) -> tuple[State, ...]:
    """Give the states that somebody with these roles may try to take a need to, in the order of `State`."""
    return tuple(to for to in State if _possible(start, to, parked_from) and roles & STEPS[start][to])


def refused(start: State, to: State, roles: frozenset[AccountRole], facts: Facts) -> tuple[Missing, ...]:
    """Give what stands in the way of a step; nothing if it is allowed.

    A step that does not exist, or that the roles may not take, gives that alone. Otherwise all that is missing is
    given at once: what `requires` names in its order (fields, scores, acts), last the reason.
    """
    if not _possible(start, to, facts.parked_from):
        return (_no_step(start, to, facts.parked_from),)
    if not roles & STEPS[start][to]:
        return (_no_role(STEPS[start][to]),)
    forward = (start, to) in set(pairwise(FORWARD))
    wanted = requires(to) if forward or start is State.PARKED else frozenset[str]()
    missing = [missing for name, missing in _WORDS.items() if name in wanted - _there(facts)]
    if not forward and not facts.reason.strip():
        missing.append(_REASON)
    return tuple(missing)


def _possible(start: State, to: State, parked_from: State | None) -> bool:
    return to in STEPS[start] and (start is not State.PARKED or to in (parked_from, State.CLOSED))


def _there(facts: Facts) -> frozenset[str]:
    aspects = {"aspects"} if ASPECTS[0] <= facts.aspects <= ASPECTS[1] else set()
    return facts.filled - {"aspects"} | facts.acts | {f"scores:{criterion}" for criterion in facts.scored} | aspects


def _no_step(start: State, to: State, parked_from: State | None) -> Missing:
    can = [NAMES[state] for state in STEPS[start] if _possible(start, state, parked_from)]
    return Missing(
        "step",
        f"Ett behov i läget {NAMES[start][0]} kan inte gå till {NAMES[to][0]}. Det kan gå till: "
        f"{', '.join(sv for sv, _ in can)}.",
        f"A need that is {NAMES[start][1]} cannot become {NAMES[to][1]}. It can become: "
        f"{', '.join(en for _, en in can)}.",
    )


def _no_role(who: frozenset[AccountRole]) -> Missing:
    both = AccountRole.ORGANISER in who
    return Missing(
        "role",
        f"Bara {'samordnare och arrangörer' if both else 'samordnare'} får ta det steget. Be en av dem.",
        f"Only {'coordinators and organisers' if both else 'coordinators'} may take that step. Ask one of them.",
    )


_CRITERIA: Mapping[Criterion, tuple[str, str]] = {
    Criterion.ECONOMIC: ("ekonomi", "economy"),
    Criterion.POLITICAL: ("politik", "politics"),
    Criterion.TECHNOLOGICAL: ("teknik", "technology"),
    Criterion.LEGAL: ("juridik", "law"),
    Criterion.CLIMATE: ("klimat", "climate"),
}
_REASON = Missing("reason", "Skriv varför.", "Say why.")
_SENTENCES = (
    Missing("goal", "Målet saknas. Fyll i vad som ska uppnås.", "The goal is missing. Say what is to be achieved."),
    Missing("purpose", "Syftet saknas. Välj vad dialogen är till för.", "The purpose is missing. Choose one."),
    Missing(
        "preconditions",
        "Förutsättningarna saknas. Fyll i vad en lösning måste rätta sig efter.",
        "The preconditions are missing. Say what a solution must abide by.",
    ),
    Missing("aspects", "Ange två till sex aspekter av behovet.", "Give two to six aspects of the need."),
    *(
        Missing(
            f"scores:{criterion}",
            f"Poäng för {sv} saknas. Bedöm behovet från 1 till 5 och skriv varför.",
            f"A score for {en} is missing. Judge the need from 1 to 5 and say why.",
        )
        for criterion, (sv, en) in _CRITERIA.items()
    ),
    Missing("solution", "Ingen lösning är vald. Registrera den först.", "No solution is chosen. Record it first."),
    Missing(
        "implementation",
        "Inget införande är registrerat. Ange var och när lösningen togs i bruk.",
        "No implementation is recorded. Say where and when the solution was taken into use.",
    ),
    Missing("effect", "Ingen effekt är mätt. Registrera den först.", "No effect is measured. Record it first."),
)
_WORDS: Mapping[str, Missing] = {missing.what: missing for missing in _SENTENCES}
