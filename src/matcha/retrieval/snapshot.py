"""Who is in the picture at the moment of a question: every registered profile, scored or excluded with a reason."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlmodel import Session

from matcha.store import queries
from matcha.store.queries import CurrentProfile
from matcha.text.copies import groups_alike
from matcha.values import ActorKind, ActorRef, Considered, Excluded, Exclusion, Registered


@dataclass(frozen=True)
class Snapshot:
    """The registered profiles, by profile id, and which of them are excluded.

    `alike` groups profiles of one organisation number that different actors have registered and that say nearly the
    same; they count as the first one's. The actor that was registered first stands first.
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
    def counted_for(self) -> Mapping[str, str]:
        """The actor that each profile counts for, by profile id."""
        own = {r.profile_id: r.actor.id for r in self.registered}
        return own | {id: own[group[0]] for group in self.alike for id in group}

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
        """Read who is registered; only who has withdrawn is excluded."""
        current = queries.current_profiles(session)
        return cls(tuple(_registered(each) for each in current), _alike(current))

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


def _registered(current: CurrentProfile) -> Registered:
    actor = ActorRef(current.actor.id, current.actor.name, current.actor.kind)
    version = current.version
    assert version.id is not None
    said = json.dumps([version.kind, version.title, version.text, version.language, version.masked]).encode()
    digest = hashlib.sha256(said).hexdigest()
    excluded = None if current.profile.withdrawn is None else Exclusion.WITHDRAWN
    return Registered(
        current.profile.id, version.id, version.version, digest, version.title, version.language, actor, excluded
    )


def _alike(current: Sequence[CurrentProfile]) -> tuple[tuple[str, ...], ...]:
    """Near-copies that several actors of one organisation number take part with."""
    owned: dict[str, list[CurrentProfile]] = {}
    for each in current:
        if each.actor.org_number is not None and each.profile.withdrawn is None:
            owned.setdefault("".join(filter(str.isalnum, each.actor.org_number)), []).append(each)
    found: list[tuple[str, ...]] = []
    for own in owned.values():
        if len({each.actor.id for each in own}) > 1:
            own.sort(key=lambda each: (each.actor.created, each.profile.id))
            found += groups_alike([(c.profile.id, f"{c.version.title}\n{c.version.text}") for c in own])
    return tuple(sorted(found))
