"""What every page works with: who looks, in which language, what was sent; how it asks the API's own operations."""

from __future__ import annotations

import inspect
import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar
from urllib.parse import quote, unquote

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel

from matcha.api.access import ACCESS
from matcha.api.at import At
from matcha.api.caller import COOKIE, accounts_of, take_cookie
from matcha.api.failure import status_of
from matcha.api.trying import TRIAL
from matcha.callers import Caller
from matcha.config import Settings
from matcha.errors import MatchaError
from matcha.service import Matcha
from matcha.values import Language
from matcha.web import filling
from matcha.web.fields import FIELDS
from matcha.web.filling import Fault, Given
from matcha.web.languages import address
from matcha.web.menu import Item, menu
from matcha.web.rendering import render
from matcha.web.router import refuse
from matcha.web.saying import Words
from matcha.web.visitor import TheVisitor, Visitor

Told = TypeVar("Told")
Form = TypeVar("Form", bound=BaseModel)
TOLD = "matcha-told"  # the cookie of what the next page tells once
Operation = Callable[..., Told]


@dataclass(frozen=True)
class Look:
    """One visit to a page."""

    request: Request
    at: At
    visitor: Visitor
    language: Language
    given: Given = field(default_factory=Given)

    @property
    def matcha(self) -> Matcha:
        """The service."""
        return self.at.matcha

    @property
    def caller(self) -> Caller:
        """Who looks."""
        return self.at.caller

    @property
    def settings(self) -> Settings:
        """The settings of the app that serves the page."""
        settings: Settings = self.request.app.state.settings
        return settings

    @property
    def words(self) -> Words:
        """What pages say in the language of this one."""
        return Words(self.language)

    @property
    def path(self) -> str:
        """The page's address without its language."""
        return str(self.request.scope["path"])

    @property
    def english_path(self) -> str:
        """The page's address in English."""
        return address(self.path, Language.EN)

    @property
    def query(self) -> str:
        """The page's query, with its question mark; empty for a form that was sent."""
        said = self.request.url.query if self.request.method == "GET" else ""
        return f"?{said}" if said else ""

    @property
    def trying(self) -> bool:
        """Whether whoever looks is trying matcha on this machine, without an account."""
        return self.caller.account_id == TRIAL.account_id

    def menu(self) -> list[Item]:
        """Give the main menu for whoever looks."""
        return list(menu(self.caller, self.path, self.words.gettext))

    def field_name(self, name: str) -> str:
        """Give what a field of a form is called."""
        return self.words.gettext(FIELDS.get(name, "Fältet"))

    def ask(self, operation: Operation[Told], *args: Any, **named: Any) -> Told:
        """Ask an operation of the API, as whoever looks may. Raises what it raises, Forbidden, Unauthenticated."""
        refuse(self.caller, ACCESS[self._place(operation)])
        wanted = inspect.signature(operation).parameters
        ours = {"at": self.at, "response": Response(), "request": self.request, "caller": self.caller}
        ours["accounts"] = accounts_of(self.request)
        return operation(*args, **{name: ours[name] for name in wanted if name in ours and name not in named}, **named)

    def may(self, operation: Operation[Any]) -> bool:
        """Whether whoever looks may ask an operation: what they may not, is not shown to them."""
        return self.caller.is_any(*ACCESS[self._place(operation)])

    def _place(self, operation: Operation[Any]) -> tuple[str, str]:
        place: tuple[str, str] = self.request.app.state.operations[operation]
        return place

    def fill(self, form: type[Form], **also: Any) -> Form:
        """Make what an operation takes of the form that was sent. Raises Unfilled, with what is wrong by field."""
        return filling.fill(form, self.visitor.form, **also)

    def link(self, path: str) -> str:
        """Give a page's address in the language of this one."""
        return address(path, self.language)

    def show(self, template: str, status: int = 200, *, part: str | None = None, **values: Any) -> HTMLResponse:
        """Show a page, or for htmx only the part of it that is asked for."""
        asked = self.request.headers
        partly = part is not None and "hx-request" in asked and "hx-history-restore-request" not in asked
        named = {"look": self, "given": self.given, "fault": None, "link": self.link, "part": partly, **values}
        told = unquote(self.request.cookies.get(TOLD, "")) if not partly else ""
        text = render(part if partly and part else template, self.language, {**named, "told": told})
        response = HTMLResponse(text, status)
        response.headers["Vary"] = "HX-Request"
        if told:
            response.delete_cookie(TOLD, path="/")
        if self.visitor.outdated:
            take_cookie(response, COOKIE)
        return response

    def waited(self, found: object) -> Response:
        """Answer a page that asks whether what it waits for is there: it is to be shown anew, or to wait on."""
        return Response(status_code=204, headers={"HX-Refresh": "true"} if found is not None else {})

    def go(self, path: str, told: str = "") -> Response:
        """Send the visitor on to another page (303), which tells once what has been done."""
        where = self.link(path)
        if "hx-request" in self.request.headers:
            response: Response = Response(status_code=204, headers={"HX-Redirect": where})
        else:
            response = RedirectResponse(where, 303)
        if told:
            response.set_cookie(TOLD, quote(told[:600]), max_age=60, path="/", httponly=True, samesite="strict")
        return response

    def take(self, do: Callable[[], Response], again: Callable[[Fault], Response]) -> Response:
        """Take a form: what it does, or the page again with what is wrong and all that was written."""
        try:
            return do()
        except MatchaError as error:
            status = status_of(error)
            if status in (401, 404):
                raise
            return again(filling.fault_of(error, status))

    def costly(self) -> AbstractContextManager[None]:
        """Wait for a turn among what takes a processor to itself."""
        return self.at.costly()

    def once(self) -> str:
        """Give what makes a form be taken once, however often it is sent."""
        return secrets.token_hex(16)

    def with_start(self, start: Mapping[str, Any]) -> Given:
        """Give what a form shows: what was sent, else what it starts with."""
        return Given(self.visitor.form, start)


async def _look(request: Request, visitor: TheVisitor) -> Look:
    sent = "&".join(f"{name}={value}" for name, value in visitor.form.multi_items() if isinstance(value, str))
    seen = str(visitor.form.get("seen", ""))
    newest = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else None
    at = At.of(request, visitor.caller, sent.encode(), str(visitor.form.get("once", "")) or None, newest)
    return Look(request, at, visitor, request.state.language, Given(visitor.form))


Looking = Annotated[Look, Depends(_look)]
