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
    """Show the groups, the gaps, and the needs that stand alone."""
    with look.costly():
        found = look.ask(operations.groups)
    titles = {need.id: need.title for need in look.matcha.needs()}
    gaps = {gap.need_id: gap.best for gap in found.gaps}
    return look.show("needs/groups.html", groups=found.groups, alone=found.alone, gaps=gaps, titles=titles)
