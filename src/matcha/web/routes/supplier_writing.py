"""Submitting a profile: few fields, how it is read while it is being written, and what was written never lost."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from fastapi import Response

from matcha.api.routes import proposals
from matcha.api.routes.profiles import ProfileId
from matcha.api.shapes.profiles import ActorShape, ProposalRequest, ProposalShape
from matcha.errors import Conflict, Invalid, NotFound
from matcha.process import Ruling
from matcha.records import ActorForm, ProfileForm
from matcha.service.previewing import Preview, Sketch
from matcha.service.process import new_id
from matcha.values import ActorKind, Language, ProfileKind
from matcha.web.filling import Fault, FieldFault, Given, Unfilled
from matcha.web.look import Look, Looking
from matcha.web.router import Routes
from matcha.web.routes.supplier import SUPPLIERS, own_actor, own_id, own_profile, own_proposals

routes = Routes()
_ACTOR = {"name": "name", "kind": "actor_kind", "org_number": "org_number", "country": "country", "website": "website"}


@routes.page("/min/profil/ny", SUPPLIERS)
def new(look: Looking) -> Response:
    """Show the form for a new profile, and for the actor if this is its first."""
    return _editor(look, look.with_start({"kind": ProfileKind.SOLUTION, **_actor_start(look)}))


@routes.form("/min/profil/ny", SUPPLIERS)
def propose_new(look: Looking) -> Response:
    """Submit a new profile for review, or show how it would be read."""
    return _take(look, None)


@routes.page("/min/profil/{id}/andra", SUPPLIERS)
def edit(look: Looking, id: ProfileId) -> Response:
    """Show the form for a new version of a profile, or for one that came back, beginning with what was said last."""
    return _editor(look, look.with_start(_profile_start(look, id) | _actor_start(look)), id)


@routes.form("/min/profil/{id}/andra", SUPPLIERS)
def propose(look: Looking, id: ProfileId) -> Response:
    """Submit a new version for review, or show how it would be read."""
    _profile_start(look, id)
    return _take(look, id)


@routes.form("/min/forhandsgranska", SUPPLIERS)
def read(look: Looking) -> Response:
    """Show, for htmx alone, how what is being written would be read."""
    shown, said = previewed(look, _sketch(look, look.given, look.given.get("profile_id")))
    return look.show("supplier/_preview.html", preview=shown, unreadable=said, still=look.given.get("text").strip())


def previewed(look: Look, sketch: Sketch) -> tuple[Preview | None, str]:
    """Give how a profile would be read, or why it cannot be."""
    try:
        return look.matcha.preview(sketch), ""
    except Invalid as error:
        return None, error.sv if look.language is Language.SV else error.en


def _take(look: Look, id: str | None) -> Response:
    if look.given.get("do") == "preview":
        return _editor(look, look.given, id)

    def do() -> Response:
        asked = _request(look, id)
        done = ProposalShape.model_validate(look.ask(proposals.propose, asked))
        return look.go(
            f"/forslag/{done.id}", look.words.gettext("Tack! Förslaget är inlämnat och väntar på granskning.")
        )

    return look.take(do, lambda fault: _editor(look, look.given, id, fault))


def _request(look: Look, id: str | None) -> ProposalRequest:
    """Give what is proposed. Raises Unfilled with every fault of both parts."""
    faults: list[FieldFault] = []
    held = "; ".join(line.strip() for line in look.given.get("certificates").splitlines() if line.strip())
    known = {"id": id or new_id("profil", secrets.token_bytes(10)), "actor_id": own_id(look)}
    profile = actor = None
    try:
        profile = look.fill(ProfileForm, **known, certificates=held)
    except Unfilled as wrong:
        faults += wrong.fields
    try:
        actor = _actor(look)
    except Unfilled as wrong:
        faults += [FieldFault(_ACTOR.get(one.name, "name"), one.sv, one.en) for one in wrong.fields]
    if faults or profile is None:
        raise Unfilled(tuple(faults))
    return ProposalRequest(profile=profile, actor=actor)


def _actor(look: Look) -> ActorForm | None:
    """Give the actor as it was filled in, or None if it says nothing new."""
    country = look.given.get("country").strip() or "SE"
    form = look.fill(ActorForm, id=own_id(look), kind=look.given.get("actor_kind"), country=country)
    registered = own_actor(look)
    if registered is None:
        return form
    same = all(getattr(form, name) == getattr(registered, name) for name in _ACTOR)
    return None if same else form


def _editor(look: Look, given: Given, id: str | None = None, fault: Fault | None = None) -> Response:
    shown, said = previewed(look, _sketch(look, given, id or ""))
    return look.show(
        "supplier/editor.html",
        fault.status if fault else 200,
        given=given,
        fault=fault,
        id=id,
        actor=own_actor(look),
        actor_kinds=list(ActorKind),
        kinds=list(ProfileKind),
        languages=list(Language),
        preview=shown,
        unreadable=said,
        still=given.get("text").strip(),
    )


def _sketch(look: Look, given: Given, id: str) -> Sketch:
    language = given.get("language")
    return Sketch(
        title=given.get("title").strip(),
        text=given.get("text"),
        language=Language(language) if language in set(Language) else None,
        actor_id=own_id(look),
        profile_id=id,
        name=given.get("name").strip(),
        number=given.get("org_number").strip(),
    )


def _profile_start(look: Look, id: str) -> dict[str, Any]:
    """Give what the newest proposal or version of one's own profile says. Raises NotFound, Conflict if it is erased."""
    for sent in own_proposals(look):
        if sent.profile_id == id and sent.ruling in (Ruling.AWAITING, Ruling.RETURNED):
            return _as_written(sent.content["profile"])
        if sent.profile_id == id:
            break
    try:
        profile = own_profile(look, id).profile
    except NotFound:
        for sent in own_proposals(look):
            if sent.profile_id == id:
                return _as_written(sent.content["profile"])
        raise
    if not profile.text:
        raise Conflict(f"Profilen {id} är utgallrad.", f"Profile {id} has been erased.")
    return _as_written(profile.model_dump(mode="json"))


def _as_written(profile: Mapping[str, Any]) -> dict[str, Any]:
    lines = [
        f"{one['name']}{' eller likvärdigt' if one['equivalent'] else ''} ({one['country']})"
        for one in profile["certificates"]
    ]
    return {name: profile[name] for name in ("kind", "title", "text", "language")} | {"certificates": "\n".join(lines)}


def _actor_start(look: Look) -> dict[str, Any]:
    """Give what is known of the actor: as it is registered, else as it was proposed last."""
    actor = own_actor(look)
    told: Mapping[str, Any] = actor.model_dump(mode="json") if isinstance(actor, ActorShape) else _proposed(look)
    return {field: told[name] for name, field in _ACTOR.items() if told.get(name)}


def _proposed(look: Look) -> Mapping[str, Any]:
    sent: list[ProposalShape] = own_proposals(look)
    return next((one.content["actor"] for one in sent if one.content.get("actor")), {"country": "SE"})
