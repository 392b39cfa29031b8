"""What was said about a need and who took part in it, as its acts tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from matcha.needs import dialogue
from matcha.needs.dialogue import Involvement, Way
from matcha.process import ActKind, Reply
from matcha.records import Act
from matcha.store import process, queries
from matcha.values import Choice

_SAID = (
    ActKind.QUESTION,
    ActKind.ANSWER,
    ActKind.POST,
    ActKind.EVENT,
    ActKind.MEETING,
    ActKind.CONTACT,
    ActKind.INTEREST,
)


def conversation(session: Session, need_id: str) -> tuple[dialogue.Said, ...]:
    """Give all that was said about a need, in order."""
    return tuple(_as_said(a) for a in process.acts(session, need_id, *_SAID) if a.content)


def _as_said(act: Act) -> dialogue.Said:
    told = act.content
    return dialogue.Said(
        id_of(act),
        act.kind,
        act.by,
        act.actor_id if act.kind is not ActKind.MEETING else None,
        told.get("text") or told.get("exchanged") or "",
        act.made,
        told.get("thread"),
        told.get("question"),
        tuple(told.get("actor_ids", ())),
        told.get("title") or "",
    )


def invited_since(session: Session, need_id: str) -> dict[str, datetime]:
    """Give since when each actor is invited, of those that are so now."""
    newest = {d.actor_id: d for d in queries.decisions(session) if d.need_id == need_id}
    return {id: decision.made for id, decision in newest.items() if decision.choice is Choice.INVITED}


def ever_invited(session: Session, need_id: str) -> dict[str, datetime]:
    """Since when each actor was invited, of all that ever were: what they were told then, they know."""
    own = [d for d in queries.decisions(session) if d.need_id == need_id and d.choice is Choice.INVITED]
    return {d.actor_id: d.made for d in reversed(own)}


def attended(session: Session, need_id: str) -> Iterator[Involvement]:
    """Who was at a forum of the need."""
    for act in process.acts(session, need_id, ActKind.FORUM_REPLIED):
        if act.actor_id is not None and act.content.get("reply") == Reply.ATTENDED:
            forum = f"Perspektivforum {act.content['forum']}"
            yield Involvement(act.made, act.actor_id, Way.ATTENDED, id_of(act), act.by, forum)


def id_of(act: Act) -> int:
    """Give the number of an act that is kept."""
    assert act.id is not None
    return act.id
