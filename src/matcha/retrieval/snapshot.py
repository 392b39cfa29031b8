"""Who is in the picture at the moment of a question: every registered profile, scored or excluded with a reason."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlmodel import Session

from matcha.store import queries
from matcha.store.queries import CurrentProfile
from matcha.values import ActorKind, ActorRef, Considered, Excluded, Exclusion, Registered


@dataclass(frozen=True)
class Snapshot:
    """The registered profiles, by profile id, with the kind filter's verdict on each."""

    registered: tuple[Registered, ...]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of who is registered with what and who has withdrawn, whatever the filter asks for."""
        versions = [[r.profile_id, r.version, r.digest, r.excluded is Exclusion.WITHDRAWN] for r in self.registered]
        return hashlib.sha256(json.dumps(versions).encode()).hexdigest()

    @cached_property
    def seed(self) -> bytes:
        """What orders ties: the digest's bytes. With the match log it becomes the log's previous root."""
        return bytes.fromhex(self.digest)

    @cached_property
    def eligible(self) -> Mapping[str, Registered]:
        """The profiles that are scored, by id."""
        return {r.profile_id: r for r in self.registered if r.excluded is None}

    @cached_property
    def actors(self) -> Mapping[str, str]:
        """The actor of each scored profile."""
        return {r.profile_id: r.actor.id for r in self.registered if r.excluded is None}

    @classmethod
    def take(cls, session: Session, kind: ActorKind | None = None) -> Snapshot:
        """Read who is registered; with `kind`, actors of other kinds are excluded for that reason."""
        return cls(tuple(_registered(current, kind) for current in queries.current_profiles(session)))

    def considered(self) -> Considered:
        """registered = scored + excluded, with the reasons in alphabetical order."""
        reasons = Counter(r.excluded for r in self.registered if r.excluded is not None)
        excluded = tuple(Excluded(reason, reasons[reason]) for reason in sorted(reasons))
        return Considered(len(self.registered), len(self.eligible), excluded)


def _registered(current: CurrentProfile, kind: ActorKind | None) -> Registered:
    excluded = None
    if current.profile.withdrawn is not None:
        excluded = Exclusion.WITHDRAWN
    elif kind is not None and current.actor.kind is not kind:
        excluded = Exclusion.OTHER_KIND
    actor = ActorRef(current.actor.id, current.actor.name, current.actor.kind)
    version = current.version
    said = json.dumps([version.kind, version.title, version.text, version.language]).encode()
    digest = hashlib.sha256(said).hexdigest()
    return Registered(current.profile.id, version.version, digest, version.title, actor, excluded)
