"""Who takes part in the dialogue about a need, and who is meant by a name that somebody wrote."""

from __future__ import annotations

from collections.abc import Mapping

from matcha.api.routes import matching
from matcha.api.routes import needs as operations
from matcha.process import ActKind
from matcha.values import Choice
from matcha.web.filling import FieldFault, Unfilled
from matcha.web.look import Look
from matcha.web.names import actors


def participants(look: Look, need_id: str) -> Mapping[str, str]:
    """Give the names of those who take part in the dialogue about a need: interested or invited, by id."""
    interested = look.ask(operations.acts, need_id, kind=[ActKind.INTEREST], limit=1000).items
    decided = look.ask(matching.decisions, need_id=need_id, limit=1000).items
    newest = {one.actor_id: one.choice for one in decided}
    invited = [id for id, choice in newest.items() if choice == Choice.INVITED]
    return actors(look, [*(act.actor_id for act in interested), *invited])


def actor_called(look: Look, said: str, field: str) -> str:
    """Give the id of the actor that is called so, or has that id. Raises Unfilled for one that is not registered."""
    plain = said.strip().casefold()
    for actor in look.matcha.actors():
        if plain in (actor.id.casefold(), actor.name.casefold()):
            return actor.id
    fault = FieldFault(
        field, f"”{said.strip()}” finns inte bland aktörerna", f"“{said.strip()}” is not among the actors"
    )
    raise Unfilled((fault,))
