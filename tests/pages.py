"""Every page of the site, with who may see it, and a place in the town of `tests.town` where there is much to see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi.routing import APIRoute, iter_route_contexts

from matcha.callers import AccountRole
from matcha.web.router import ROLES as WHO
from matcha.web.routes import AREAS
from tests.town import DONE, HOSTED, MINE, TALK, THEIRS, Town


@dataclass(frozen=True, order=True)
class Page:
    """A route of the site. One path may take several."""

    method: str
    path: str
    who: frozenset[AccountRole]

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return f"{self.method} {self.path}"


def pages(method: str = "GET") -> list[Page]:
    """Give every page that is shown (GET), or every form that is taken (POST), in order of path."""
    return sorted(page for page in _pages() if page.method == method)


def _pages() -> Iterator[Page]:
    for area in AREAS:
        for route in iter_route_contexts(area.routes):
            assert isinstance(route.original_route, APIRoute)
            who = frozenset(AccountRole(role) for role in (route.original_route.openapi_extra or {})[WHO])
            for one in sorted(route.methods or ()):
                yield Page(one, str(route.path), who)


def place(town: Town, template: str) -> str:
    """Give a path that a template stands for, with its query where the page needs one. Raises KeyError."""
    named = {**_names(town, template), **_OF.get(template, {})}
    path = re.sub(r"{(\w+)}", lambda found: quote(str(named[found[1]]), safe=""), template)
    return path + _queries(town).get(template, "")


def _names(town: Town, template: str) -> dict[str, Any]:
    """Give what the braces of a template stand for, by what the path begins with."""
    first, answer = template.strip("/").partition("/")[0], town.ids["match"]
    return {
        "admin": {"id": town.accounts["spare"], "number": town.ids["request"][0]},
        "aktorer": {"id": MINE},
        "behov": {"id": TALK},
        "forslag": {"number": town.ids["proposal"][1]},
        "forum": {"id": town.ids["forum"][1], "actor": MINE, "meeting": town.ids["meeting"][0]},
        "fragor": {"id": town.ids["job"][0]},
        "granskning": {"id": TALK},
        "loggen": {"leaf_index": answer[0]},
        "min": {"id": "p-mine", "forum": town.ids["forum"][1]},
        "profiler": {"id": "p-mine"},
        "svar": {"leaf": answer[0], "id": MINE, "post": answer[1]},
        "tack": {"kind": "accessibility"},
    }.get(first, {})


_OF: Mapping[str, Mapping[str, str]] = {
    "/behov/{id}/arbete/{what}": {"what": "syfte"},
    "/behov/{id}/dialog/{what}": {"what": "inlagg"},
    "/behov/{id}/forum": {"id": HOSTED},
    "/behov/{id}/forum/nytt": {"id": HOSTED},
    "/behov/{id}/resultat": {"id": DONE},
    "/behov/{id}/resultat/{what}": {"id": DONE, "what": "effekt"},
}


def _queries(town: Town) -> dict[str, str]:
    return {
        "/behov": "?q=handhygien",
        "/min/profil/{id}/rang": f"?behov={TALK}",
        "/svar/{leaf}/jamfor": f"?a={MINE}&a={THEIRS}",
    }
