"""The pages where staff work with needs, in one router: those with a name of their own come before `/behov/{id}`."""

from __future__ import annotations

from matcha.web.router import Routes
from matcha.web.routes import (
    needs_acting,
    needs_desk,
    needs_dialogue,
    needs_groups,
    needs_outcomes,
    needs_screening,
    needs_writing,
)

routes = Routes()
for part in (
    needs_writing,
    needs_groups,
    needs_screening,
    needs_desk,
    needs_dialogue,
    needs_outcomes,
    needs_acting,
):
    routes.include_router(part.routes)
