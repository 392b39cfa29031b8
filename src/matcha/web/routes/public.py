"""The pages that anybody may look at, in one router. It comes last: `/behov/{id}` would take names of other pages."""

from __future__ import annotations

from matcha.web.router import Routes
from matcha.web.routes import (
    public_about,
    public_data,
    public_needs,
    public_ranking,
    public_start,
    public_verify,
)

routes = Routes()
for part in (public_start, public_needs, public_data, public_verify, public_ranking, public_about):
    routes.include_router(part.routes)
