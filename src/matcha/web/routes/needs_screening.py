"""Screening: the matrix of needs and criteria, the order by published weights, and how much it hangs on the weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from fastapi import Response
from starlette.datastructures import FormData

from matcha.api.access import COORDINATORS, READERS
from matcha.api.routes import needs
from matcha.api.routes import screening as operations
from matcha.api.routes.needs import NeedId
from matcha.api.shapes.needs import ActShape, PlaceShape, ScreeningShape
from matcha.errors import Conflict
from matcha.needs.criteria import NAMES
from matcha.process import ActKind, Criterion, State
from matcha.records.act import ScreeningForm, WeightingForm
from matcha.values import Language
from matcha.web import filling
from matcha.web.filling import Fault, FieldFault, Unfilled
from matcha.web.look import Look, Looking
from matcha.web.names import people
from matcha.web.router import Routes

routes = Routes()
SHOWN = 50  # needs a page
BEFORE = (State.IDEA, State.DRAFT, State.SCREENED, State.PRIORITISED)  # while a need waits for being published
Scores = Mapping[Criterion, int]


@dataclass(frozen=True)
class Row:
    """A need in the matrix: its place, if it has one, and its scores so far."""

    id: str
    title: str
    scores: Scores
    place: PlaceShape | None


@dataclass(frozen=True)
class Between:
    """Between which weights of a criterion, in whole percent, the first places stay as they are."""

    criterion: Criterion
    weight: int
    low: int
    high: int


@routes.page("/screening", READERS)
def matrix(look: Looking, vilka: str = "", fran: int = 0) -> Response:
    """Show the matrix; `vilka` chooses needs in a state, or those before publication; `fran` leaves the first out."""
    states = list(BEFORE) if vilka == "fore" else [State(vilka)] if vilka in [*State] else []
    scores = _scores(look)
    early = look.matcha.needs_in([state for state in BEFORE if not states or state in states])
    waiting = [need for need in early if len(scores.get(need.id, {})) < len(Criterion)]
    found = _screened(look, states)
    places = found.places if found else []
    rows = [Row(one.need_id, one.title, scores[one.need_id], one) for one in places]
    partly = (found.incomplete if found else [])[:SHOWN]
    part = [Row(need.id, need.title, scores[need.id], None) for need in look.matcha.needs_called(partly)]
    values: dict[str, Any] = {
        "found": found,
        "rows": rows[fran : fran + SHOWN],
        "incomplete": part,
        "waiting": waiting[:SHOWN],
    }
    more = fran + SHOWN if len(rows) > fran + SHOWN else None
    said = _said(look, found) if found else []
    return look.show(
        "needs/screening.html",
        **values,
        more=more,
        count=len(rows),
        which=vilka,
        states=[state for state in State if state not in BEFORE],
        criteria=list(Criterion),
        between=_between(found) if found else [],
        said=said,
        may=look.may(operations.publish),
        people=people(look),
    )


def _scores(look: Look) -> dict[str, dict[Criterion, int]]:
    """Give the newest score of every need by each criterion."""
    found: dict[str, dict[Criterion, int]] = {}
    for act in look.matcha.acts(None, ActKind.SCREENING):
        if act.content:
            found.setdefault(act.need_id, {})[Criterion(act.content["criterion"])] = act.content["score"]
    return found


def _screened(look: Look, states: list[State]) -> ScreeningShape | None:
    """Give the order; None before the first weighting is published."""
    try:
        return look.ask(operations.screening, state=states)
    except Conflict:
        return None


def _between(found: ScreeningShape) -> list[Between]:
    return [
        Between(one.criterion, one.weight, -int(-Fraction(one.low) // 1), int(Fraction(one.high)))
        for one in found.intervals
    ]


def _said(look: Look, found: ScreeningShape) -> list[str]:
    return [one.sv if look.language is Language.SV else one.en for one in found.told]


@routes.page("/screening/viktning", READERS)
def weighting_page(look: Looking) -> Response:
    """Show every published weighting, and the form for the next."""
    return _weighting(look)


@routes.form("/screening/viktning", COORDINATORS)
def publish(look: Looking) -> Response:
    """Publish a weighting."""

    def do() -> Response:
        weights = {criterion.value: _weight(look, criterion) for criterion in Criterion}
        made = look.ask(operations.publish, look.fill(WeightingForm, weights=weights))
        said = look.words.gettext("Viktning %(version)s är publicerad och gäller från nu.")
        return look.go("/screening", said % {"version": made.version})

    return look.take(do, lambda fault: _weighting(look, fault))


def _weight(look: Look, criterion: Criterion) -> int:
    said = look.given.get(f"weight_{criterion}").strip().removesuffix("%").strip()
    if not (said.isascii() and said.isdigit() and len(said) < 4):
        raise Unfilled((FieldFault(f"weight_{criterion}", "ska vara hela procent", "must be a whole percentage"),))
    return int(said)


def _weighting(look: Look, fault: Fault | None = None) -> Response:
    published = look.ask(operations.weightings)
    start = {f"weight_{name}": weight for name, weight in (published[-1].weights if published else {}).items()}
    given = look.given if look.visitor.form else look.with_start(start)
    status = fault.status if fault else 200
    values: dict[str, Any] = {"given": given, "fault": fault, "published": published[::-1], "criteria": _criteria(look)}
    return look.show("needs/weighting.html", status, **values, people=people(look), may=look.may(operations.publish))


def _criteria(look: Look) -> list[tuple[Criterion, str, str]]:
    """Give the criteria with their names and what to think of."""
    if look.language is Language.SV:
        return [(one, named.sv, named.guidance_sv) for one, named in NAMES.items()]
    return [(one, named.en, named.guidance_en) for one, named in NAMES.items()]


@routes.page("/behov/{id}/bedom", READERS)
def score_page(look: Looking, id: NeedId) -> Response:
    """Show a need's scores, and the form for changing them."""
    return _score(look, id)


@routes.form("/behov/{id}/bedom", COORDINATORS)
def score(look: Looking, id: NeedId) -> Response:
    """Score a need: an act for each criterion whose score or reason is new."""

    def do() -> Response:
        known = _newest(look, id)
        forms = [form for criterion in Criterion if (form := _filled(look, criterion)) is not None]
        for form in forms:
            before = known.get(form.criterion)
            if before is None or (before.content["score"], before.content["reason"]) != (form.score, form.reason):
                at = replace(look.at, key=f"{look.at.key}.{form.criterion}" if look.at.key else None)
                look.ask(operations.score, id, form, at=at)
        return look.go(f"/behov/{id}/arbete", look.words.gettext("Bedömningen är sparad."))

    return look.take(do, lambda fault: _score(look, id, fault))


def _filled(look: Look, criterion: Criterion) -> ScreeningForm | None:
    """Give what was filled in about a criterion; None for one that is left for later. Raises Unfilled."""
    said = {name: look.given.get(f"{name}_{criterion}") for name in ("score", "reason")}
    if not any(one.strip() for one in said.values()):
        return None
    try:
        return filling.fill(ScreeningForm, FormData({**said, "criterion": criterion.value}))
    except Unfilled as wrong:
        raise Unfilled(tuple(replace(one, name=f"{one.name}_{criterion}") for one in wrong.fields)) from wrong


def _newest(look: Look, id: str) -> dict[Criterion, ActShape]:
    acts = look.ask(needs.acts, id, kind=[ActKind.SCREENING], limit=1000).items
    return {Criterion(act.content["criterion"]): act for act in acts if act.content}


def _score(look: Look, id: str, fault: Fault | None = None) -> Response:
    need, known = look.ask(needs.need, id), _newest(look, id)
    start = {f"{name}_{one}": act.content[name] for one, act in known.items() for name in ("score", "reason")}
    given = look.given if look.visitor.form else look.with_start(start)
    published = bool(look.ask(operations.weightings))
    status = fault.status if fault else 200
    values: dict[str, Any] = {
        "need": need,
        "given": given,
        "fault": fault,
        "criteria": _criteria(look),
        "published": published,
    }
    return look.show("needs/score.html", status, **values, known=known, may=look.may(operations.score))
