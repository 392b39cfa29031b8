"""Actors and profiles: who is registered, and what owners can see and do with their own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import PlainTextResponse

from matcha.api.at import Asked, At
from matcha.api.paging import Cursor, Limit, Page, after, by_number, number_after, page
from matcha.api.shapes.profiles import (
    ActorShape,
    ConsiderationShape,
    FittingNeed,
    ProfileShape,
)
from matcha.api.views import OPEN
from matcha.errors import Forbidden
from matcha.interchange import profile_json
from matcha.records import Actor
from matcha.records.fields import Id
from matcha.store.queries import CurrentProfile
from matcha.values import ActorKind

router = APIRouter(prefix="/v1", tags=["profiles"])
ProfileId = Annotated[Id, Path(description="The profile's id.")]
ActorOnly = Annotated[Id | None, Query(description="Only this actor's.")]


@router.get(
    "/actors",
    operation_id="list_actors",
    summary="Actors, by id",
)
def actors(
    at: Asked,
    q: Annotated[str | None, Query(max_length=300, description="Words that all occur in the name.")] = None,
    kind: Annotated[ActorKind | None, Query(description="Only of this kind.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[ActorShape]:
    """Everyone that is registered, or those with a name or of a kind."""
    found = at.matcha.find_actors(q or "", kind, after(cursor), limit + 1)
    items, following = page(found, lambda actor: actor.id, limit, cursor)
    return Page[ActorShape](items=[_actor(actor, at) for actor in items], next=following)


@router.get(
    "/actors/{id}",
    operation_id="get_actor",
    summary="An actor",
)
def actor(id: Annotated[Id, Path(description="The actor's id.")], at: Asked) -> ActorShape:
    """One actor."""
    return _actor(at.matcha.actor(id), at)


def _actor(found: Actor, at: At) -> ActorShape:
    shape = ActorShape.model_validate(found)
    own = at.staff or at.caller.actor_id == found.id
    return shape if own else shape.model_copy(update={"org_number": None})


@router.get(
    "/profiles",
    operation_id="list_profiles",
    summary="Profiles, by id",
)
def profiles(at: Asked, actor_id: ActorOnly = None, limit: Limit = 100, cursor: Cursor = None) -> Page[ProfileShape]:
    """Every registered profile in its newest version; those that take no part, too."""
    items, following = page(at.matcha.profiles(actor_id), lambda found: found.profile.id, limit, cursor)
    return Page[ProfileShape](items=[_shape(found, at) for found in items], next=following)


@router.get(
    "/profiles/{id}",
    operation_id="get_profile",
    summary="A profile",
)
def profile(id: ProfileId, at: Asked) -> ProfileShape:
    """One profile in its newest version."""
    return _shape(at.matcha.profile(id), at)


@router.delete(
    "/profiles/{id}",
    operation_id="withdraw_profile",
    summary="Withdraw a profile",
)
def withdraw(id: ProfileId, at: Asked) -> ProfileShape:
    """Take a profile out of matching. Its versions stay in the log; proposing it again brings it back."""
    found = at.once(lambda: at.matcha.withdraw_own(id, at.caller), lambda done: _shape(done, at))
    return ProfileShape.model_validate(found)


@router.post(
    "/profiles/{id}/renewal",
    operation_id="renew_profile",
    summary="Renew a profile",
)
def renew(id: ProfileId, at: Asked) -> ProfileShape:
    """Let a profile take part for two years from now."""
    found = at.once(lambda: at.matcha.renew(id, at.caller), lambda done: _shape(done, at))
    return ProfileShape.model_validate(found)


def _shape(found: CurrentProfile, at: At) -> ProfileShape:
    told = profile_json(found)
    own = at.staff or (at.caller.actor_id is not None and found.actor.id == at.caller.actor_id)
    return ProfileShape.model_validate(told if own else {**told, "text": None})


@router.get(
    "/profiles/{id}/considerations",
    operation_id="list_considerations",
    summary="Matches in which a profile took part",
)
def considerations(id: ProfileId, at: Asked, limit: Limit = 100, cursor: Cursor = None) -> Page[ConsiderationShape]:
    """Every match since the profile was registered, in the log's order; ask for the receipt of any."""
    _refuse_others(id, at)
    with at.costly():
        found = at.matcha.considerations(id, number_after(cursor), limit + 1)
    items, following = page(found, lambda one: by_number(one.leaf_index), limit, cursor)
    return Page[ConsiderationShape](items=[ConsiderationShape.model_validate(one) for one in items], next=following)


@router.get(
    "/profiles/{id}/receipts/{leaf_index}",
    operation_id="get_consideration_receipt",
    summary="The receipt that a profile was considered in a match",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def receipt(
    id: ProfileId, leaf_index: Annotated[int, Path(ge=0, lt=2**53, description="The match's entry.")], at: Asked
) -> PlainTextResponse:
    """A text that proves off line that the profile was on the roll, with its rank, or why it was not scored."""
    _refuse_others(id, at)
    with at.costly():
        return PlainTextResponse(at.matcha.receipt(leaf_index, id))


@router.get(
    "/profiles/{id}/needs",
    operation_id="list_fitting_needs",
    summary="Needs that a profile fits",
)
def fitting(id: ProfileId, at: Asked) -> list[FittingNeed]:
    """Published needs that the profile's own score fits, strong ones first. Nobody is ranked here."""
    _refuse_others(id, at)
    with at.costly():
        found = at.matcha.fitting(id, OPEN)
    return [FittingNeed(need_id=need.id, title=need.title, band=band) for need, band in found]


def _refuse_others(id: str, at: At) -> None:
    if at.matcha.profile(id).actor.id != at.caller.actor_id and not at.staff:
        raise Forbidden("Det är inte din profil.", "It is not your profile.")
