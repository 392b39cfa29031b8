"""Who is registered, for anybody: actors by name and kind, and what each offers, as the API gives it (R28)."""

from __future__ import annotations

from fastapi import Response

from matcha.api.access import ANYONE
from matcha.api.routes import profiles as registered
from matcha.api.routes.profiles import ProfileId
from matcha.records.fields import Id
from matcha.values import ActorKind
from matcha.web.look import Looking
from matcha.web.router import Routes

routes = Routes()
SHOWN = 20


@routes.page("/aktorer", ANYONE)
def actors(look: Looking, q: str = "", slag: str = "", cursor: str | None = None) -> Response:
    """Show who is registered, found by the words of the name and by kind."""
    kind = ActorKind(slag) if slag in set(ActorKind) else None
    found = look.ask(registered.actors, q=q[:300], kind=kind, limit=SHOWN, cursor=cursor)
    return look.show(
        "supplier/actors.html",
        part="supplier/_actors.html",
        found=found.items,
        following=found.next,
        asked={name: said for name, said in (("q", q[:300]), ("slag", slag)) if said},
        kinds=list(ActorKind),
    )


@routes.page("/aktorer/{id}", ANYONE)
def actor(look: Looking, id: Id) -> Response:
    """Show an actor and what it offers."""
    found = look.ask(registered.profiles, actor_id=id, limit=100)
    return look.show("supplier/actor.html", actor=look.ask(registered.actor, id), profiles=found.items)


@routes.page("/profiler/{id}", ANYONE)
def profile(look: Looking, id: ProfileId) -> Response:
    """Show a profile: to anybody what it is called, to staff and its own actor what it says."""
    found = look.ask(registered.profile, id)
    return look.show("supplier/public_profile.html", profile=found, actor=look.ask(registered.actor, found.actor_id))
