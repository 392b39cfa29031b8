"""A person decides (R13): what is chosen about an actor is kept with a name and a reason, beside the machine's rank."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from matcha.records import Decision, DecisionForm
from matcha.service.preparation import Ready
from matcha.store import Store, queries


def keep(store: Store, form: DecisionForm, ready: Ready, ranks: Mapping[str, int], now: datetime) -> Decision:
    """Keep a decision. Raises NotFound for an unknown need or actor."""
    row = Decision(
        **dict(form),
        machine_rank=ranks.get(form.actor_id),
        pipeline=ready.pipeline.digest,
        snapshot=ready.snapshot.digest,
        made=now,
    )
    with store.transaction() as session:
        queries.need(session, form.need_id)
        queries.actor(session, form.actor_id)
        session.add(row)
    return row
