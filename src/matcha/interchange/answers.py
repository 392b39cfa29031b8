"""An answer as JSON, the same from the command line and over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from matcha.values import Answer, Match


def answer_json(answer: Answer) -> dict[str, Any]:
    """Give an answer as the JSON that `match --json` and the API promise."""
    return {
        "matches": [_match_json(found) for found in answer.matches],
        "considered": asdict(answer.considered),
        "need": {"language": answer.language, "sentences": list(answer.need_sentences)},
        "pipeline": answer.pipeline,
        "snapshot": answer.snapshot,
    }


def _match_json(found: Match) -> dict[str, Any]:
    return {
        "rank": found.rank,
        "actor": asdict(found.actor),
        "profile_id": found.profile_id,
        "profile_version": found.profile_version,
        "profile_title": found.profile_title,
        "score": found.score,
        "evidence": [asdict(pair) for pair in found.evidence],
    }
