"""The map of needs and solutions as a picture that can be clicked, and the same as text."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from matcha.api.access import READERS
from matcha.api.routes import matching
from matcha.process import State
from matcha.web import map_picture
from matcha.web.look import Looking
from matcha.web.router import Routes

routes = Routes()


@routes.page("/karta", READERS)
def chart(look: Looking, lage: Annotated[tuple[str, ...], Query()] = ()) -> Response:
    """Show the map of the needs in some states, all unless chosen. It is drawn meanwhile when it is not there yet."""
    chosen = [state for state in State if state.value in lage]
    drawn, fresh = look.matcha.chart_at_hand(chosen or tuple(State))
    if look.request.headers.get("hx-request"):
        return look.waited(drawn)
    gaps = [need for need in drawn.needs if need.gap] if drawn else []
    return look.show(
        "coordinator/map.html",
        drawn=drawn,
        fresh=fresh,
        picture=map_picture.picture(drawn) if drawn else None,
        table=map_picture.table(drawn) if drawn else (),
        shapes=map_picture.SHAPES,
        gaps=gaps,
        states=list(State),
        chosen=chosen,
        may_ask=look.may(matching.matches),
    )
