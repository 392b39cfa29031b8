"""Answers and records as JSON, the same from the command line and over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlmodel import SQLModel

from matcha.store.queries import CurrentProfile
from matcha.values import Answer, Explanation, Match


def answer_json(answer: Answer) -> dict[str, Any]:
    """Give an answer as the JSON that `match --json` and the API promise."""
    return {
        "matches": [match_json(found) for found in answer.matches],
        "considered": asdict(answer.considered),
        "need": {"language": answer.language, "sentences": list(answer.need_sentences)},
        "pipeline": answer.pipeline,
        "snapshot": answer.snapshot,
        "leaf_index": answer.leaf_index,
        "receipt": answer.receipt,
    }


def explanation_json(found: Explanation) -> dict[str, Any]:
    """Give an explanation as the JSON that `explain --json` promises."""
    return asdict(found)


def record_json(row: SQLModel) -> dict[str, Any]:
    """Give a record as plain JSON values, its fields in the order in which they are declared."""
    values = row.model_dump(mode="json")  # in the order in which the database happened to give them
    return {name: values[name] for name in type(row).model_fields}


def profile_json(current: CurrentProfile) -> dict[str, Any]:
    """Give a profile in its newest version as plain JSON values."""
    version = record_json(current.version)
    kept = {name: version[name] for name in ("version", "kind", "title", "text", "language", "certificates", "created")}
    thread = record_json(current.profile)
    left = {name: thread[name] for name in ("withdrawn", "expires", "expired")}
    return {"id": current.profile.id, "actor_id": current.actor.id, **kept, **left}


def match_json(found: Match) -> dict[str, Any]:
    """Give one match as an answer's JSON has it, and as the match log keeps it."""
    return {
        "rank": found.rank,
        "actor": _fields(found.actor),
        "profile_id": found.profile_id,
        "profile_version": found.profile_version,
        "profile_leaf_index": found.profile_leaf_index,
        "profile_title": found.profile_title,
        "score": found.score,
        "band": found.band,
        "evidence": list(map(_fields, found.evidence)),
        "terms": list(map(_fields, found.terms)),
        "other_points": list(map(_fields, found.other_points)),
        "unsupported": list(dict.fromkeys(pair.need_sentence for pair in found.evidence if not pair.supported)),
        "copied": list(found.copied),
        "alike": list(found.alike),
    }


def _fields(value: Any) -> dict[str, Any]:
    """As `dataclasses.asdict`, for values that hold no others."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__}
