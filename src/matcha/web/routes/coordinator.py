"""The pages of the matching side: asking, answers, decisions, shortlists, many questions, the map."""

from __future__ import annotations

from matcha.web.router import Routes
from matcha.web.routes import (
    coordinator_acts,
    coordinator_answer,
    coordinator_map,
    coordinator_questions,
    coordinator_search,
    coordinator_shortlist,
)

routes = Routes()
for _part in (
    coordinator_search,
    coordinator_answer,
    coordinator_acts,
    coordinator_shortlist,
    coordinator_questions,
    coordinator_map,
):
    routes.include_router(_part.routes)
