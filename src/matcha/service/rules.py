"""What is asked of an act before it is done: the need's state, the caller, and what the act speaks of (R1, R11–R14)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from sqlmodel import Session

from matcha.callers import Caller
from matcha.errors import Conflict, Forbidden, Invalid, NotFound
from matcha.needs import lifecycle
from matcha.needs.effects import Quantity, effect
from matcha.process import ActKind, Criterion, State
from matcha.records import Need, NeedForm
from matcha.records.act import (
    AnswerForm,
    BrokeringForm,
    EffectForm,
    FeedbackForm,
    ImplementationForm,
    JudgementForm,
    MeetingForm,
    PostForm,
    ScreeningForm,
    SecrecyForm,
    SolutionForm,
    StateForm,
)
from matcha.service.entries import ERASED
from matcha.store import process, queries
from matcha.values import Choice

NOT_WHILE_LOCKED = frozenset(
    {ActKind.INTEREST, ActKind.CONTACT, ActKind.QUESTION, ActKind.ANSWER, ActKind.POST, ActKind.MEETING, ActKind.EVENT}
)
_BY_SUPPLIERS = frozenset({ActKind.INTEREST, ActKind.QUESTION, ActKind.POST})
_OF_THE_CONFLICTED = frozenset({ActKind.DECLARATION, ActKind.FEEDBACK})  # what somebody with an interest may do still
SECRET_FIELDS = frozenset(NeedForm.model_fields) - {"id", "title", "text", "language", "aspects"}


def who(caller: Caller) -> str:
    """Give the pseudonym of a caller. Raises Forbidden for the public."""
    if caller.account_id is None:
        raise Forbidden("Logga in först.", "Sign in first.")
    return caller.account_id


def check(session: Session, need: Need, kind: ActKind, caller: Caller, form: BaseModel | None = None) -> str | None:
    """Raise for an act that may not be done, and give the actor that it concerns, if one."""
    if need.title == ERASED:
        raise Conflict(f"Behovet {need.id} är utgallrat.", f"The need {need.id} has been erased.")
    if kind not in _OF_THE_CONFLICTED:
        refuse_conflicted(session, need, caller)
    if kind in _BY_SUPPLIERS and caller.actor_id is not None:
        _refuse_unseen(need, session)
        if kind is not ActKind.INTEREST and caller.actor_id not in participants(session, need.id):
            raise Forbidden(
                "Visa intresse för behovet först; då ser du samma frågor och svar som alla andra.",
                "Show interest in the need first; then you see the same questions and answers as everybody else.",
            )
        if kind is ActKind.INTEREST:
            _refuse_twice(session, need, caller.actor_id)
        return caller.actor_id
    rule = _RULES.get(type(form)) if form is not None else None
    return rule(session, need, caller, form) if rule else None


def check_edit(session: Session, need: Need, caller: Caller) -> None:
    """Raise for a need that the caller may not change now."""
    if need.title == ERASED:
        raise Conflict(f"Behovet {need.id} är utgallrat.", f"The need {need.id} has been erased.")
    if need.locked:
        raise Conflict(
            f"En upphandling pågår för behovet {need.id}; det ändras inte under tiden.",
            f"A procurement of need {need.id} is under way; it is not changed meanwhile.",
        )
    refuse_conflicted(session, need, caller)


def refuse_conflicted(session: Session, need: Need, caller: Caller) -> None:
    """Raise Forbidden for a caller who has declared an interest of their own in the need (R12)."""
    declared = [a for a in process.acts(session, need.id, ActKind.DECLARATION) if a.by == caller.account_id]
    if declared and declared[-1].content.get("conflicted"):
        raise Forbidden(
            f"Du har anmält jäv för behovet {need.id}; någon annan får ta hand om det.",
            f"You have declared an interest of your own in need {need.id}; somebody else must deal with it.",
        )


def under_procurement(need: Need) -> Conflict:
    """Give what is said of a need that nothing may be done with now (R11)."""
    return Conflict(
        f"En upphandling pågår för behovet {need.id}: under tiden matchas och bjuds ingen in. Att det prövades är "
        "loggat.",
        f"A procurement of need {need.id} is under way: meanwhile nothing is matched and nobody invited. That it "
        "was tried is logged.",
    )


def participants(session: Session, need_id: str) -> frozenset[str]:
    """Give the actors that are invited to, or have shown interest in, a need."""
    newest = {d.actor_id: d.choice for d in queries.decisions(session) if d.need_id == need_id}
    return interested(session, need_id) | {id for id, choice in newest.items() if choice is Choice.INVITED}


def interested(session: Session, need_id: str) -> frozenset[str]:
    """Give the actors that have shown interest in a need."""
    return frozenset(a.actor_id for a in process.acts(session, need_id, ActKind.INTEREST) if a.actor_id)


def facts(session: Session, need: Need, reason: str) -> lifecycle.Facts:
    """Give what a need has of what the next state requires."""
    done = process.acts(session, need.id)
    scored = {Criterion(a.content["criterion"]) for a in done if a.kind is ActKind.SCREENING and a.content}
    parked_from = need.was if need.state is State.PARKED else None
    filled = {name for name in type(need).model_fields if getattr(need, name)}
    return lifecycle.Facts(
        frozenset(filled),
        frozenset(a.kind for a in done),
        frozenset(scored),
        len(need.aspects),
        reason,
        parked_from,
    )


def _refuse_unseen(need: Need, session: Session) -> None:
    if need.state not in lifecycle.PUBLIC:
        raise NotFound(f"Behovet {need.id} finns inte.", f"The need {need.id} does not exist.")


def _refuse_twice(session: Session, need: Need, actor_id: str) -> None:
    if any(act.actor_id == actor_id for act in process.acts(session, need.id, ActKind.INTEREST)):
        raise Conflict(
            f"Ni har redan visat intresse för behovet {need.id}.", f"You have shown interest in need {need.id} already."
        )


def _state(session: Session, need: Need, caller: Caller, form: StateForm) -> None:
    missing = lifecycle.refused(need.state, form.state, caller.roles, facts(session, need, form.reason))
    if any(one.what == "role" for one in missing):
        raise Forbidden(" ".join(one.sv for one in missing), " ".join(one.en for one in missing))
    if missing:
        raise Conflict(" ".join(one.sv for one in missing), " ".join(one.en for one in missing))


def _screening(session: Session, need: Need, caller: Caller, form: ScreeningForm) -> None:
    if not process.weightings(session):
        raise Conflict(
            "Publicera en viktning av kriterierna innan behov bedöms (öppenhet).",
            "Publish a weighting of the criteria before needs are screened (openness).",
        )


def _secrecy(session: Session, need: Need, caller: Caller, form: SecrecyForm) -> None:
    kind, _, number = form.field.partition("/")
    if kind == "attachment" and number.isascii() and number.isdigit():
        process.attachment(session, need.id, int(number))
    elif form.field not in SECRET_FIELDS:
        raise Invalid(
            f"{form.field} kan inte vara hemligt. Välj bland: {', '.join(sorted(SECRET_FIELDS))}, attachment/nummer.",
            f"{form.field} cannot be secret. Choose among: {', '.join(sorted(SECRET_FIELDS))}, attachment/number.",
        )


def _answer(session: Session, need: Need, caller: Caller, form: AnswerForm) -> None:
    process.act(session, need.id, form.question, ActKind.QUESTION, ActKind.MEETING)


def _post(session: Session, need: Need, caller: Caller, form: PostForm) -> None:
    if form.thread is not None:
        process.act(session, need.id, form.thread, ActKind.POST, ActKind.EVENT, ActKind.MEETING)
    elif form.title is None:
        raise Invalid("Ge den nya tråden en rubrik.", "Give the new thread a title.")


def _brokering(session: Session, need: Need, caller: Caller, form: BrokeringForm) -> str:
    return queries.actor(session, form.actor_id).id


def _meeting(session: Session, need: Need, caller: Caller, form: MeetingForm) -> str | None:
    found = [queries.actor(session, id).id for id in form.actor_ids]
    return found[0] if len(found) == 1 else None


def _solution(session: Session, need: Need, caller: Caller, form: SolutionForm) -> str | None:
    return None if form.actor_id is None else queries.actor(session, form.actor_id).id


def _of_solution(session: Session, need: Need, caller: Caller, form: ImplementationForm | FeedbackForm) -> None:
    process.act(session, need.id, form.solution, ActKind.SOLUTION)


def _effect(session: Session, need: Need, caller: Caller, form: EffectForm) -> None:
    process.act(session, need.id, form.solution, ActKind.SOLUTION)
    before = quantity(need)
    if before is not None:
        effect(before, Quantity.of(form.number, form.unit, form.population, form.period))


def quantity(need: Need) -> Quantity | None:
    """Give how a need is quantified (S2), if it is."""
    if need.quantity_number is None or need.quantity_unit is None:
        return None
    return Quantity.of(need.quantity_number, need.quantity_unit, need.quantity_population, need.quantity_period)


def _judgement(session: Session, need: Need, caller: Caller, form: JudgementForm) -> str:
    return queries.profile(session, form.profile_id).actor.id


_RULES: Mapping[type[BaseModel], Any] = {
    StateForm: _state,
    ScreeningForm: _screening,
    SecrecyForm: _secrecy,
    AnswerForm: _answer,
    PostForm: _post,
    BrokeringForm: _brokering,
    MeetingForm: _meeting,
    SolutionForm: _solution,
    ImplementationForm: _of_solution,
    FeedbackForm: _of_solution,
    EffectForm: _effect,
    JudgementForm: _judgement,
}
