"""From ranked hits to matches: the sentences, words and reasons that a person reads, with their points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from matcha.retrieval.snapshot import Snapshot
from matcha.store import queries
from matcha.values import Band, Evidence, Hit, Match, OtherPoints, TermPoints


@dataclass(frozen=True)
class Told:
    """What an answer is told with: the need's sentences, the words of its terms, and who is registered."""

    need: tuple[str, ...]
    words: Mapping[str, str]
    snapshot: Snapshot


def with_evidence(session: Session, hits: Sequence[Hit], bands: Sequence[Band], told: Told) -> tuple[Match, ...]:
    """Give the matches, each with what its score is made of."""
    ids = {pair.passage for hit in hits for pair in hit.scored.parts.sentences}
    texts = queries.passage_texts(session, sorted(ids))
    return tuple(_match(hit, band, texts, told) for hit, band in zip(hits, bands, strict=True))


def _match(hit: Hit, band: Band, texts: Mapping[int, str], told: Told) -> Match:
    profile, parts = told.snapshot.eligible[hit.scored.profile_id], hit.scored.parts
    others = [
        OtherPoints("whole", sum(pair.points for pair in parts.whole)),
        OtherPoints("generality", parts.generality),
    ]
    return Match(
        hit.rank,
        profile.actor,
        profile.profile_id,
        profile.version,
        profile.title,
        hit.score,
        band,
        tuple(Evidence(told.need[pair.need], texts[pair.passage], pair.points) for pair in parts.sentences),
        tuple(TermPoints(told.words[term.term], term.points) for term in parts.terms),
        (*others, *(OtherPoints(f"profile:{id}", gain) for id, gain in hit.others)),
    )
