"""The open needs database (S1–S3, S10): found by words, state and care setting, and each need on a page of its own."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Response

from matcha.api.access import ANYONE
from matcha.api.address import base_url
from matcha.api.routes import dialogue, matching, outcomes
from matcha.api.routes import needs as operations
from matcha.api.routes.needs import NeedId
from matcha.api.shapes.needs import NeedShape
from matcha.api.views import OPEN
from matcha.callers import AccountRole
from matcha.errors import Forbidden, Unauthenticated
from matcha.interchange.open_data import need_uri
from matcha.process import State
from matcha.web.look import Look, Looking
from matcha.web.router import Routes

routes = Routes()
SHOWN = 20
STEPS = (State.PUBLISHED, State.IN_DIALOGUE, State.SOLUTION_CHOSEN, State.IMPLEMENTED, State.FOLLOWED_UP)
_ENDED = (State.PARKED, State.CLOSED)


@routes.page("/behov", ANYONE)
def needs(
    look: Looking,
    q: Annotated[str, Query(max_length=300)] = "",
    state: str = "",
    care_setting: Annotated[str, Query(max_length=300)] = "",
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Show the needs, twenty at a time; while somebody writes, only the list anew."""
    chosen = [State(state)] if state in set(State) else []
    found = look.ask(
        operations.needs, q=q or None, state=chosen, care_setting=care_setting or None, limit=SHOWN, cursor=cursor
    )
    asked = {"q": q, "state": chosen[0].value if chosen else "", "care_setting": care_setting}
    asked = {name: said for name, said in asked.items() if said}
    return look.show(
        "public/needs.html",
        part="public/_needs.html",
        found=found,
        asked=asked,
        given=look.with_start(asked),
        onward=cursor is not None,
        feed=_feed(q, care_setting),
        states=tuple(State) if look.at.staff else (*OPEN, *_ENDED),
        settings=_settings(look, care_setting),
        writes=look.may(operations.add_need),
    )


def _settings(look: Look, chosen: str) -> list[tuple[str, str]]:
    """Give what care settings to choose among, and the one that is chosen though few have it."""
    used = look.matcha.care_settings(look.at.staff)
    found = [(said, f"{said} ({count})") for said, count in used]
    return found if not chosen or chosen in dict(used) else [(chosen, chosen), *found]


def _feed(q: str, care_setting: str) -> str:
    asked = {name: said for name, said in (("q", q), ("care_setting", care_setting)) if said}
    return "/v1/feeds/needs.atom" + (f"?{urlencode(asked)}" if asked else "")


@routes.page("/behov/{id}", ANYONE)
def need(look: Looking, id: NeedId) -> Response:
    """Show a need: what is lacking, what must be abided by, where it stands, and how to take part."""
    found = look.ask(operations.need, id)
    return look.show(
        "public/need.html",
        need=found,
        attachments=look.ask(operations.attachments, id),
        came=look.ask(outcomes.get_outcomes, id),
        said=_said(look, found),
        uri=need_uri(base_url(look.request), id),
        steps=STEPS,
        open=found.state in (State.PUBLISHED, State.IN_DIALOGUE) and not found.locked,
        asks=look.may(matching.matches) and not found.locked,
        supplier=look.caller.is_any(AccountRole.SUPPLIER) and look.caller.actor_id is not None,
    )


def _said(look: Look, need: NeedShape) -> int | None:
    """Give how many contributions the dialogue has, as the visitor sees it; None for who takes no part in it."""
    try:
        return len(look.ask(dialogue.dialogue, need.id).contributions)
    except (Forbidden, Unauthenticated):
        return None
