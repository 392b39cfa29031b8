"""From rows to what a caller is shown of them: needs nobody has published are not there, secret fields are masked."""

from __future__ import annotations

import hashlib
from typing import Any

from fastapi import Response

from matcha.api.at import At
from matcha.api.shapes.needs import ActShape, NeedShape
from matcha.api.shapes.outcomes import EffectShape, Outcomes, SolutionShape
from matcha.errors import NotFound
from matcha.needs import lifecycle
from matcha.needs.effects import Quantity, effect
from matcha.process import ActKind, State
from matcha.records import Act, Need
from matcha.service import rules

OPEN = tuple(state for state in State if state in lifecycle.PUBLIC)


def visible(need: Need, at: At) -> bool:
    """Whether a caller may know that a need exists."""
    return at.staff or lifecycle.is_public(need.state, need.was)


def seen_need(at: At, id: str) -> Need:
    """Give a need that the caller may see, or raise NotFound."""
    need = at.matcha.need(id)
    if not visible(need, at):
        raise NotFound(f"Behovet {id} finns inte.", f"The need {id} does not exist.")
    return need


def need_shape(need: Need, at: At) -> NeedShape:
    """Show a need to a caller."""
    told = {name: getattr(need, name) for name in NeedShape.model_fields if hasattr(need, name)}
    for name in () if at.staff else need.secret.keys() & told.keys():
        told[name] = None
    parked_from = need.was if need.state is State.PARKED else None
    steps = lifecycle.next_states(need.state, at.caller.roles, parked_from)
    return NeedShape(**told, masked=need.secret, next_states=list(steps))


def tagged(response: Response, shape: NeedShape) -> NeedShape:
    """Say the ETag of a need: its newest entry, and what is shown of it to whom."""
    seen = hashlib.sha256(shape.model_dump_json().encode()).hexdigest()[:12]
    response.headers["ETag"] = f'"{shape.touched or 0}-{seen}"'
    return shape


def act_shape(act: Act) -> ActShape:
    """Show an act."""
    return ActShape.model_validate(act)


def outcomes(need: Need, acts: list[Act]) -> Outcomes:
    """Show what came of a need."""
    done = {kind: [act for act in acts if act.kind is kind and act.content] for kind in ActKind}
    return Outcomes(
        need_id=need.id,
        solutions=[_solution(need, act, done) for act in done[ActKind.SOLUTION]],
        follow_ups=[act.content["need_id"] for act in done[ActKind.FOLLOW_UP]],
    )


def _solution(need: Need, solution: Act, done: dict[ActKind, list[Act]]) -> SolutionShape:
    def of(kind: ActKind) -> list[dict[str, Any]]:
        return [{"id": act.id, **act.content} for act in done[kind] if act.content["solution"] == solution.id]

    told = {"id": solution.id, "made": solution.made, **solution.content}
    return SolutionShape(
        **told,
        implementations=of(ActKind.IMPLEMENTATION),
        feedback=of(ActKind.FEEDBACK),
        effects=[_effect(need, told) for told in of(ActKind.EFFECT)],
    )


def _effect(need: Need, told: dict[str, Any]) -> EffectShape:
    before = rules.quantity(need)
    if before is None:
        return EffectShape(**told, before=None, difference=None, ratio=None)
    found = effect(before, Quantity.of(told["number"], told["unit"], told["population"], told["period"]))
    ratio = None if found.ratio is None else str(found.ratio)
    return EffectShape(**told, before=need.quantity_number, difference=f"{found.difference.normalize():f}", ratio=ratio)
