"""Groups of needs that are about the same, and needs that nobody registered answers well."""

from __future__ import annotations

from fastapi import Response

from matcha.api.access import READERS
from matcha.api.routes import needs as operations
from matcha.web.look import Looking
from matcha.web.router import Routes

routes = Routes()


@routes.page("/behov/grupper", READERS)
def groups(look: Looking) -> Response:
    """Show the groups, the gaps, and the needs that stand alone. They are found meanwhile when they are not kept."""
    titles = look.matcha.need_titles(operations.WORKED_ON)
    found, fresh = look.matcha.grouped_at_hand(tuple(titles))
    if look.request.headers.get("hx-request"):
        return look.waited(found)
    gaps = {gap.need_id: gap.best for gap in found.gaps} if found else {}
    return look.show("needs/groups.html", found=found, fresh=fresh, gaps=gaps, titles=titles)
