"""A person decides (R13): what is chosen about an actor is kept with a name and a reason, beside the machine's rank."""

from __future__ import annotations

from collections.abc import Mapping

from matcha.records import Decision, DecisionForm
from matcha.service import entries
from matcha.service.logbook import Writing
from matcha.service.preparation import Ready
from matcha.store import queries


def keep(writing: Writing, form: DecisionForm, ready: Ready, ranks: Mapping[str, int], standings: int) -> Decision:
    """Keep and log a decision. `standings` is the log's entry of the ranks. Raises NotFound for an unknown need."""
    row = Decision(
        **dict(form),
        machine_rank=ranks.get(form.actor_id),
        pipeline=ready.pipeline.digest,
        snapshot=ready.snapshot.digest,
        made=writing.now,
    )
    need = queries.need(writing.session, form.need_id)
    queries.actor(writing.session, form.actor_id)
    row.leaf_index = writing.append(entries.override(row, need, standings, writing.salt))
    writing.session.add(row)
    writing.session.flush()
    return row
