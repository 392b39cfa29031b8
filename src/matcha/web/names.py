"""Who is who: the names behind the ids of accounts and of actors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from matcha.api.routes import accounts, profiles
from matcha.errors import NotFound
from matcha.web.look import Look


def people(look: Look) -> Mapping[str, str]:
    """Give the names of staff by account; whoever looks is among them."""
    found = {person.id: person.name for person in look.ask(accounts.list_people)}
    own = look.caller.account_id
    return {**found, own: look.caller.name or own} if own is not None else found


def actors(look: Look, ids: Iterable[str | None]) -> Mapping[str, str]:
    """Give the names of actors by id; one that is no longer registered is called by its id."""
    return {id: actor_name(look, id) for id in sorted({id for id in ids if id})}


def actor_name(look: Look, id: str) -> str:
    """Give the name of an actor; one that is no longer registered is called by its id."""
    try:
        return look.ask(profiles.actor, id).name
    except NotFound:
        return id
