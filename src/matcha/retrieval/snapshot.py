"""Who is in the picture at the moment of a question: every registered profile, scored or excluded with a reason."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from sqlmodel import Session

from matcha.records import Actor
from matcha.store import queries
from matcha.store.queries import CurrentProfile
from matcha.text.canonical import canonical
from matcha.text.copies import groups_alike
from matcha.values import ActorKind, ActorRef, Considered, Excluded, Exclusion, Registered


@dataclass(frozen=True)
class Snapshot:
    """The registered profiles, by profile id, and which of them are excluded.

    `alike` groups profiles of one organisation number (or one actor) that say nearly the same, the first registered
    first; only that is scored.
    """

    registered: tuple[Registered, ...]
    alike: tuple[tuple[str, ...], ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of who is registered with what, who has withdrawn and what is alike, whatever the filter asks for."""
        versions = [[r.profile_id, r.version, r.digest, r.excluded is Exclusion.WITHDRAWN] for r in self.registered]
        return hashlib.sha256(json.dumps([versions, self.alike]).encode()).hexdigest()

    @cached_property
    def seed(self) -> bytes:
        """What orders ties: the digest's bytes. With the match log it becomes the log's previous root."""
        return bytes.fromhex(self.digest)

    @cached_property
    def eligible(self) -> Mapping[str, Registered]:
        """The profiles that are scored, by id."""
        return {r.profile_id: r for r in self.registered if r.excluded is None}

    @cached_property
    def actors(self) -> Mapping[str, ActorRef]:
        """The actors that have a profile, by id."""
        return {r.actor.id: r.actor for r in self.registered}

    @cached_property
    def excluded(self) -> frozenset[str]:
        """The profiles that are not scored, by id."""
        return frozenset(r.profile_id for r in self.registered if r.excluded is not None)

    @classmethod
    def take(cls, session: Session) -> Snapshot:
        """Read who is registered; only who has withdrawn and near-copies are excluded."""
        current = queries.current_profiles(session)
        alike = near_copies(current, queries.first_registered(session))
        copies = {id for _, *others in alike for id in others}
        return cls(tuple(_registered(each, each.profile.id in copies) for each in current), alike)

    def only(self, kind: ActorKind | None) -> Snapshot:
        """Give the snapshot with actors of other kinds excluded, for that reason."""
        if kind is None:
            return self
        return replace(self, registered=tuple(_excluding(r, kind) for r in self.registered))

    def considered(self) -> Considered:
        """registered = scored + excluded, with the reasons in alphabetical order."""
        reasons = Counter(r.excluded for r in self.registered if r.excluded is not None)
        excluded = tuple(Excluded(reason, reasons[reason]) for reason in sorted(reasons))
        return Considered(len(self.registered), len(self.eligible), excluded)


def _excluding(registered: Registered, kind: ActorKind) -> Registered:
    if registered.excluded is not None or registered.actor.kind is kind:
        return registered
    return replace(registered, excluded=Exclusion.OTHER_KIND)


def _registered(current: CurrentProfile, is_copy: bool) -> Registered:
    actor = ActorRef(current.actor.id, current.actor.name, current.actor.kind)
    version = current.version
    assert version.id is not None
    said = json.dumps([version.kind, version.title, version.text, version.language, version.masked]).encode()
    digest = hashlib.sha256(said).hexdigest()
    excluded = Exclusion.NEAR_COPY if is_copy else None
    if current.profile.withdrawn is not None:
        excluded = Exclusion.WITHDRAWN
    return Registered(
        current.profile.id, version.id, version.version, digest, version.title, version.language, actor, excluded
    )


def near_copies(current: Sequence[CurrentProfile], first: Mapping[str, datetime]) -> tuple[tuple[str, ...], ...]:
    """Give the profiles that say nearly the same as another of the same owner, in groups, the first registered first.

    Withdrawn profiles are left out. `first` holds the moment at which each profile was registered.
    """
    owned: dict[str, list[CurrentProfile]] = {}
    for each in current:
        if each.profile.withdrawn is None:
            owned.setdefault(owner(each.actor), []).append(each)
    found: list[tuple[str, ...]] = []
    for own in (own for own in owned.values() if len(own) > 1):
        own.sort(key=lambda each: (first[each.profile.id], each.profile.id))
        found += groups_alike([(c.profile.id, canonical(f"{c.version.title}\n{c.version.text}")) for c in own])
    return tuple(sorted(found))


def owner(actor: Actor) -> str:
    """Give whose profiles an actor's are: the organisation number however it is written, or else the actor's id."""
    number = "".join(filter(str.isalnum, actor.org_number or ""))
    return f"number {number}" if number else f"id {actor.id}"
