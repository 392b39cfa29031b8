"""The supplier's own page: what to do next, profiles, proposals and forums; what to hear of; keys for programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Path, Response

from matcha.api import forum_views
from matcha.api.routes import accounts, proposals
from matcha.api.routes import profiles as registered
from matcha.api.routes.accounts import IssuedView, KeyId
from matcha.api.shapes.own_forums import OwnForumShape, Result
from matcha.api.shapes.profiles import ActorShape, ProfileShape, ProposalShape
from matcha.callers import AccountRole
from matcha.errors import NotFound, Unavailable
from matcha.process import Reply, Ruling
from matcha.records import KeyForm, SubscriptionForm
from matcha.values import Exclusion
from matcha.web.filling import Fault
from matcha.web.look import Look, Looking
from matcha.web.router import Routes

routes = Routes()
SUPPLIERS = frozenset({AccountRole.SUPPLIER})
SOON = timedelta(days=90)  # before a profile's time runs out, its owner is told
ALL = 1000
Number = Annotated[int, Path(ge=1, lt=2**31)]


@dataclass(frozen=True)
class Own:
    """A profile of the supplier's own, and whether it is really in what is searched."""

    profile: ProfileShape
    searchable: bool
    excluded: Exclusion | None
    soon: bool

    @property
    def taking_part(self) -> bool:
        """Whether it is scored when a need is matched."""
        return self.searchable and self.excluded is None


@routes.page("/min", SUPPLIERS)
def mine(look: Looking) -> Response:
    """Show what is the supplier's own, and what to do next."""
    profiles, sent = own_profiles(look), own_proposals(look)
    found = forums(look)
    return look.show(
        "supplier/mine.html",
        actor=own_actor(look),
        profiles=profiles,
        awaiting=[one for one in sent if one.ruling is Ruling.AWAITING],
        returned=unanswered(sent),
        forums=found,
        asked=[one for one in found if to_answer(one)],
        expiring=[one for one in profiles if one.soon],
    )


def own_id(look: Look) -> str:
    """Give the actor that whoever looks speaks for."""
    return look.caller.actor_id or "-"


def own_actor(look: Look) -> ActorShape | None:
    """Give the supplier's own actor, or None before its first profile is accepted."""
    try:
        return look.ask(registered.actor, own_id(look))
    except NotFound:
        return None


def own_proposals(look: Look) -> list[ProposalShape]:
    """Give what the supplier has proposed, the newest first; what is erased is left out."""
    found = look.ask(proposals.proposals, limit=ALL).items
    return [one for one in reversed(found) if one.actor_id == own_id(look) and one.content]


def own_profiles(look: Look) -> list[Own]:
    """Give the supplier's own profiles, those that take part first."""
    found = look.ask(registered.profiles, actor_id=own_id(look), limit=ALL).items
    try:
        known = look.matcha.taking_part(own_id(look)) if found else {}
    except Unavailable:
        known = {}
    return sorted((_own(one, dict(known), look.matcha.now()) for one in found), key=lambda own: not own.taking_part)


def own_profile(look: Look, id: str) -> Own:
    """Give one of the supplier's own profiles. Raises NotFound for another's."""
    for one in own_profiles(look):
        if one.profile.id == id:
            return one
    raise NotFound(f"Ni har ingen profil {id}.", f"You have no profile {id}.")


def _own(profile: ProfileShape, known: dict[str, Exclusion | None], now: datetime) -> Own:
    ends = profile.expires
    soon = ends is not None and profile.withdrawn is None and ends - now < SOON
    return Own(profile, profile.id in known, known.get(profile.id), soon)


def unanswered(sent: list[ProposalShape]) -> list[ProposalShape]:
    """Give the proposals that came back and that nothing newer about the same profile has followed."""
    newest: dict[str, ProposalShape] = {}
    for one in sent:
        newest.setdefault(one.profile_id, one)
    return [one for one in newest.values() if one.ruling is Ruling.RETURNED]


def forums(look: Look) -> list[OwnForumShape]:
    """Give the forums that the supplier's own actor could have come to, as it may see them, the newest first."""
    own = own_id(look)
    found = [forum_views.own(one, own) for one in look.matcha.forums() if forum_views.considered(one, own)]
    return sorted(found, key=lambda one: (one.made, one.id), reverse=True)


def to_answer(forum: OwnForumShape) -> bool:
    """Whether an invitation waits for an answer."""
    return forum.result is Result.INVITED and forum.reply not in (Reply.ACCEPTED, Reply.DECLINED, Reply.ATTENDED)


@routes.page("/min/bevakningar", SUPPLIERS)
def subscriptions(look: Looking) -> Response:
    """Show what the supplier wants to hear of."""
    return _subscriptions(look)


@routes.form("/min/bevakningar", SUPPLIERS)
def subscribe(look: Looking) -> Response:
    """Hear of new needs."""

    def do() -> Response:
        look.ask(proposals.subscribe, look.fill(SubscriptionForm))
        return look.go("/min/bevakningar", look.words.gettext("Bevakningen är sparad."))

    return look.take(do, lambda fault: _subscriptions(look, fault))


@routes.form("/min/bevakningar/{number}/avsluta", SUPPLIERS)
def unsubscribe(look: Looking, number: Number) -> Response:
    """Hear no more."""
    look.ask(proposals.unsubscribe, number)
    return look.go("/min/bevakningar", look.words.gettext("Bevakningen är avslutad."))


def _subscriptions(look: Look, fault: Fault | None = None) -> Response:
    found = look.ask(proposals.subscriptions)
    return look.show("supplier/subscriptions.html", fault.status if fault else 200, found=found, fault=fault)


@routes.page("/min/nycklar", SUPPLIERS)
def keys(look: Looking) -> Response:
    """Show the keys for programs that speak for the supplier."""
    return _keys(look)


@routes.form("/min/nycklar", SUPPLIERS)
def issue(look: Looking) -> Response:
    """Make a key. Its text is in this answer and nowhere else."""

    def do() -> Response:
        made = IssuedView.model_validate(look.ask(accounts.issue_key, look.fill(KeyForm)))
        return _keys(look, made=made.text, again=made.text is None)

    return look.take(do, lambda fault: _keys(look, fault))


@routes.form("/min/nycklar/{id}/aterkalla", SUPPLIERS)
def revoke(look: Looking, id: KeyId) -> Response:
    """Revoke a key."""
    look.ask(accounts.revoke_key, id)
    return look.go("/min/nycklar", look.words.gettext("Nyckeln är återkallad och går inte att använda längre."))


def _keys(look: Look, fault: Fault | None = None, made: str | None = None, again: bool = False) -> Response:
    found = sorted(look.ask(accounts.list_keys, limit=ALL).items, key=lambda key: key.made, reverse=True)
    shown = look.show(
        "supplier/keys.html",
        fault.status if fault else 200,
        found=found,
        fault=fault,
        made=made,
        again=again,
        now=look.matcha.now(),
    )
    shown.headers["Cache-Control"] = "no-store"
    return shown
