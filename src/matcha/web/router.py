"""Routes of pages, each with who may see it: a page that does not say so cannot be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from matcha.callers import AccountRole, Caller
from matcha.errors import Forbidden, Unauthenticated
from matcha.web.visitor import TheVisitor

Page = TypeVar("Page", bound=Callable[..., Any])
ROLES = "roles"  # where a route keeps who may use it, for `openapi_extra`


class Routes(APIRouter):
    """The pages of one area."""

    def page(self, path: str, who: frozenset[AccountRole]) -> Callable[[Page], Page]:
        """Give a page at GET."""
        return self._at("GET", path, who)

    def form(self, path: str, who: frozenset[AccountRole]) -> Callable[[Page], Page]:
        """Take a form at POST."""
        return self._at("POST", path, who)

    def _at(self, method: str, path: str, who: frozenset[AccountRole]) -> Callable[[Page], Page]:
        def allowed(visitor: TheVisitor) -> None:
            refuse(visitor.caller, who)

        return self.api_route(
            path,
            methods=[method],
            dependencies=[Depends(allowed)],
            response_class=HTMLResponse,
            response_model=None,
            openapi_extra={ROLES: sorted(who)},
        )


def refuse(caller: Caller, who: frozenset[AccountRole]) -> None:
    """Raise Unauthenticated for anybody, Forbidden for somebody else, unless the caller is one of these."""
    if caller.is_any(*who):
        return
    if caller.account_id is None:
        raise Unauthenticated("Logga in för att se sidan.", "Sign in to see this page.")
    raise Forbidden(
        "Ditt konto har inte den roll som sidan kräver.", "Your account lacks the role that this page needs."
    )
