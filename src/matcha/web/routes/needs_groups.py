"""Groups of needs that are about the same, and needs that nobody registered answers well."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from matcha.api.access import READERS
from matcha.api.routes import needs as operations
from matcha.web.look import Looking
from matcha.web.router import Routes

routes = Routes()
AT_ONCE = 50  # groups, gaps and needs that stand alone
MEMBERS = 10  # of a group, among others
Place = Annotated[int, Query(ge=0, le=10**6)]


@routes.page("/behov/grupper", READERS)
def groups(look: Looking, grupp: str = "", grupper: Place = 0, luckor: Place = 0, ensamma: Place = 0) -> Response:
    """Show the groups, the gaps, and the needs that stand alone. They are found meanwhile when they are not kept.

    `grupp` is the central need of a group that is to be shown whole and alone; the others leave the first ones out.
    """
    titles = look.matcha.need_titles(operations.WORKED_ON)
    found, fresh = look.matcha.grouped_at_hand(tuple(titles))
    if look.request.headers.get("hx-request"):
        return look.waited(found)
    return look.show(
        "needs/groups.html",
        found=found,
        fresh=fresh,
        lacking={gap.need_id for gap in found.gaps} if found else set(),
        titles=titles,
        whole=grupp,
        start={"grupper": grupper, "luckor": luckor, "ensamma": ensamma},
        at_once=AT_ONCE,
        most=1000 if grupp else MEMBERS,
    )
