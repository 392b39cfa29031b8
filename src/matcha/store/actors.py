"""Finding actors among many: by the words of their names and by kind, a few at a time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from matcha.records import Actor, ProfileVersion
from matcha.values import ActorKind


def find(session: Session, words: Sequence[str], kind: ActorKind | None, after: str, limit: int) -> list[Actor]:
    """Give the actors after an id, by id, whose name has all the (casefolded) words, in any case; all of a kind."""
    query = select(Actor.id, Actor.name)
    if kind is not None:
        query = query.where(col(Actor.kind) == kind)
    named = sorted((id, name) for id, name in session.exec(query) if all(word in name.casefold() for word in words))
    found = [id for id, _ in named if id > after][:limit]
    rows = {actor.id: actor for actor in session.exec(select(Actor).where(col(Actor.id).in_(found)))}
    return [rows[id] for id in found]


def versions(session: Session, profile_id: str) -> Sequence[ProfileVersion]:
    """Give all versions of a profile, the newest first."""
    query = select(ProfileVersion).where(col(ProfileVersion.profile_id) == profile_id)
    return session.exec(query.order_by(col(ProfileVersion.version).desc())).all()
