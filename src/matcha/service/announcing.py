"""New needs, for those who follow them: which are public and since when, and what each subscriber is to be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from matcha.interchange.feeds import PublishedNeed, need_json
from matcha.needs import lifecycle
from matcha.process import ActKind, State
from matcha.records import Act, Need
from matcha.service.entries import ERASED
from matcha.store import accounts, process, queries
from matcha.values import Language


def published(session: Session) -> tuple[PublishedNeed, ...]:
    """Give the needs that are public, by id. One is updated when it is changed, and when it goes to another state."""
    steps: dict[str, list[Act]] = {}
    for act in process.acts(session, None, ActKind.STATE):
        steps.setdefault(act.need_id, []).append(act)
    shown = (n for n in queries.needs(session) if lifecycle.is_public(n.state, n.was) and n.title != ERASED)
    return tuple(_published(need, steps.get(need.id, ())) for need in shown)


def digest(session: Session, since: datetime, language: Language) -> Iterator[dict[str, Any]]:
    """Give what each subscriber is to be told: the needs published since, and since the subscription was made.

    One row a subscription, in the order in which they were made; none for whoever has no address or is closed, nor
    where there is nothing new. `language` is what they are written to in; accounts have none of their own.
    """
    needs = published(session)
    people = {account.id: account for account in accounts.accounts(session)}
    for row in process.subscriptions(session):
        account = people.get(row.account_id)
        new = [need for need in needs if need.published >= max(since, row.made) and need.has(row.words)]
        if account is not None and account.active and account.email and new:
            told = [need_json(need) for need in sorted(new, key=lambda need: (need.published, need.id))]
            yield {
                "subscription": row.id,
                "email": account.email,
                "language": language.value,
                "words": row.words,
                "needs": told,
            }


def _published(need: Need, steps: Sequence[Act]) -> PublishedNeed:
    """A need is published as it is imported, or else by the first step to that state."""
    first = next((act.made for act in steps if act.content.get("state") == State.PUBLISHED), need.created)
    return PublishedNeed(
        need.id,
        need.title,
        need.text,
        need.language,
        None if "care_setting" in need.secret else need.care_setting,
        first,
        max([first, need.changed, *(act.made for act in steps)]),
    )
