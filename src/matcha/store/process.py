"""What is read from the store of the process of needs: acts, attachments, proposals, weightings, subscriptions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select

from matcha.errors import NotFound
from matcha.process import ActKind, Ruling
from matcha.records import Act, Attachment, Profile, Proposal, Subscription, Weighting

Row = TypeVar("Row", bound=SQLModel)

_PROFILES = SQLModel.metadata.tables["profile"].c
_DUE = select_columns(_PROFILES.id).where(_PROFILES.expires <= bindparam("now"), _PROFILES.expired.is_(None)).limit(1)


def acts(session: Session, need_id: str | None = None, *kinds: ActKind) -> Sequence[Act]:
    """Give acts (of one need, of these kinds), in the order in which they were done."""
    query = select(Act).order_by(col(Act.id))
    if need_id is not None:
        query = query.where(col(Act.need_id) == need_id)
    if kinds:
        query = query.where(col(Act.kind).in_(kinds))
    return session.exec(query).all()


def act(session: Session, need_id: str, id: int, *kinds: ActKind) -> Act:
    """Give an act of a need, of one of these kinds, or raise NotFound."""
    found = session.get(Act, id) if id < 2**31 else None
    if found is None or found.need_id != need_id or (kinds and found.kind not in kinds):
        wanted = ", ".join(kinds) or "act"
        raise NotFound(
            f"Behovet {need_id} har ingen händelse {id} av slaget {wanted}.", f"Need {need_id} has no {wanted} {id}."
        )
    return found


def attachments(session: Session, need_id: str) -> Sequence[Attachment]:
    """Give the attachments of a need, in the order in which they came."""
    return session.exec(select(Attachment).where(col(Attachment.need_id) == need_id).order_by(col(Attachment.id))).all()


def attachment(session: Session, need_id: str, id: int) -> Attachment:
    """Give an attachment of a need, or raise NotFound."""
    found = session.get(Attachment, id) if id < 2**31 else None
    if found is None or found.need_id != need_id:
        raise _missing("Bilagan", "Attachment", id)
    return found


def weightings(session: Session) -> Sequence[Weighting]:
    """Give all published weightings of the criteria, the first one first."""
    return session.exec(select(Weighting).order_by(col(Weighting.version))).all()


def proposals(session: Session, actor_id: str | None = None, ruling: Ruling | None = None) -> Sequence[Proposal]:
    """Give proposals (of an actor, with a ruling), in the order in which they came."""
    query = select(Proposal).order_by(col(Proposal.id))
    if actor_id is not None:
        query = query.where(col(Proposal.actor_id) == actor_id)
    if ruling is not None:
        query = query.where(col(Proposal.ruling) == ruling)
    return session.exec(query).all()


def proposal(session: Session, id: int) -> Proposal:
    """Give a proposal, or raise NotFound."""
    found = session.get(Proposal, id) if id < 2**31 else None
    if found is None:
        raise _missing("Förslaget", "Proposal", id)
    return found


def subscriptions(session: Session, account_id: str | None = None) -> Sequence[Subscription]:
    """Give subscriptions (of an account), in the order in which they came."""
    query = select(Subscription).order_by(col(Subscription.id))
    if account_id is not None:
        query = query.where(col(Subscription.account_id) == account_id)
    return session.exec(query).all()


def due(session: Session, now: datetime) -> Sequence[Profile]:
    """Give the profiles whose time has run out without that having been noted, by id."""
    query = select(Profile).where(col(Profile.expires) <= now, col(Profile.expired).is_(None))
    return sorted(session.exec(query), key=lambda profile: profile.id)


def is_due(session: Session, now: datetime) -> bool:
    """Say whether there is any such profile."""
    return session.connection().execute(_DUE, {"now": now}).first() is not None


def _missing(sv: str, en: str, id: int) -> NotFound:
    return NotFound(f"{sv} {id} finns inte.", f"{en} {id} does not exist.")
