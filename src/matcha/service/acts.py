"""What happens to a need: an act is a row, an entry of the match log, and what it changes, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from matcha.matchlog.entry import Draft, Kind, canonical, sealed
from matcha.process import ActKind
from matcha.records import Act, Need
from matcha.service.logbook import Writing


def append(
    writing: Writing,
    need: Need,
    kind: ActKind,
    content: dict[str, Any],
    by: str,
    actor_id: str | None = None,
    beside: Mapping[str, bytes] = MappingProxyType({}),
) -> Act:
    """Append an act of a need; `content` holds JSON values. What is long stands `beside` it in the log alone."""
    values = {"act": act_value(need.id, by, actor_id, content), **beside}
    said = {"act": kind.value, "need": need.leaf_index}
    leaf = writing.append(Draft(Kind.ACT, said, sealed(values, writing.salt)))
    row = Act(need_id=need.id, kind=kind, by=by, actor_id=actor_id, content=content, leaf_index=leaf, made=writing.now)
    writing.session.add(row)
    writing.session.flush()
    need.touched = leaf
    return row


def act_value(need_id: str, by: str, actor_id: str | None, content: dict[str, Any]) -> bytes:
    """Give what is committed to of an act."""
    return canonical({"need_id": need_id, "by": by, "actor_id": actor_id, "content": exact(content)})


def exact(value: Any) -> Any:
    """Give a JSON value with its floats as they are written, for entries hold none."""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dict):
        return {name: exact(each) for name, each in value.items()}
    return [exact(each) for each in value] if isinstance(value, list) else value
