"""What came of a need: solution, use, what people say, effect, and the next need, as a picture and in words."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from matcha.api.access import ANYONE
from matcha.api.routes import needs as needs_operations
from matcha.api.routes import outcomes as operations
from matcha.api.routes.needs import NeedId
from matcha.api.shapes.outcomes import EffectShape
from matcha.errors import NotFound
from matcha.web.look import Look, Looking
from matcha.web.loop_picture import picture
from matcha.web.names import actors
from matcha.web.router import Routes

routes = Routes()


@routes.page("/behov/{id}/resultat", ANYONE)
def outcomes(look: Looking, id: NeedId) -> Response:
    """Show what came of a need."""
    need, found = look.ask(needs_operations.need, id), look.ask(operations.get_outcomes, id)
    graph = look.ask(operations.graph, id)
    names = actors(look, [one.actor_id for one in found.solutions])
    titles = _titles(look, found.follow_ups)
    may = {op.__name__: look.may(op) for op in _DOINGS}
    pictures: dict[str, Any] = {"wide": picture(graph, f"need:{id}"), "tall": picture(graph, f"need:{id}", tall=True)}
    values: dict[str, Any] = {
        "need": need,
        "solutions": found.solutions,
        "graph": graph,
        "names": names,
        "follow_ups": titles,
    }
    compared = {effect.id: _compared(look, effect) for one in found.solutions for effect in one.effects}
    return look.show("needs/outcomes.html", **values, may=may, compared=compared, **pictures)


_DOINGS = (operations.solution, operations.implementation, operations.feedback, operations.effect)


def _titles(look: Look, ids: list[str]) -> dict[str, str]:
    """Give the titles of those of these needs that whoever looks may see."""
    found = {}
    for id in ids:
        try:
            found[id] = look.ask(needs_operations.need, id).title
        except NotFound:  # not published
            continue
    return found


def _compared(look: Look, effect: EffectShape) -> str:
    """Say how what was measured differs from how the need was quantified; empty if it was not."""
    if effect.before is None or effect.difference is None:
        return ""
    _, number = look.words.gettext, look.words.number
    told = {"before": number(effect.before), "after": number(effect.number), "unit": effect.unit}
    difference = float(effect.difference)
    if difference == 0:
        return _("Oförändrat: %(after)s %(unit)s.") % told
    share = f"{abs(difference) / abs(effect.before):.0%}".replace("%", "") if effect.before else ""
    told["share"] = share
    if not share:
        return _("Från %(before)s till %(after)s %(unit)s.") % told
    if difference < 0:
        return _("Från %(before)s till %(after)s %(unit)s: %(share)s procent mindre.") % told
    return _("Från %(before)s till %(after)s %(unit)s: %(share)s procent mer.") % told
