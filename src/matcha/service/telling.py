"""From ranked hits to matches: the sentences, words and reasons that a person reads, with their points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlmodel import Session

from matcha.calibration import Scale
from matcha.retrieval.pipeline import shown_terms
from matcha.retrieval.reading import Reading
from matcha.retrieval.roster import Roster
from matcha.retrieval.snapshot import Snapshot
from matcha.store import queries
from matcha.text.copies import Copied
from matcha.values import Evidence, Hit, Match, OtherPoints, Parts, TermPoints

# profile ids → by profile id and passage id, the sentences in their order (the title first)
Texts = Callable[[Sequence[str]], Mapping[str, Mapping[int, str]]]


@dataclass(frozen=True)
class Told:
    """What an answer is told with: the need as it was read, what its points are compared with, who is registered."""

    need: Reading
    scale: Scale
    snapshot: Snapshot

    @cached_property
    def words(self) -> Mapping[str, str]:
        """The word of the need that each of its terms stands for."""
        return shown_terms(self.need)

    @cached_property
    def copied(self) -> Copied:
        """The sentences that are the need's own words."""
        return Copied(self.need.said)

    def evidence(self, parts: Parts, texts: Mapping[int, str]) -> tuple[Evidence, ...]:
        """Give the pairs of sentences, in the need's order; `texts` holds the profile's by passage id."""
        return tuple(
            Evidence(
                self.need.sentences.texts[pair.need],
                texts[pair.passage],
                pair.points,
                pair.points > self.scale.support[pair.need],
                texts[pair.passage] in self.copied,
            )
            for pair in parts.sentences
        )

    def terms(self, parts: Parts) -> tuple[TermPoints, ...]:
        """Give the words in common with their points."""
        return tuple(TermPoints(self.words[term.term], term.points) for term in parts.terms)


def other_points(parts: Parts) -> tuple[OtherPoints, ...]:
    """Give the points that no single sentence and no word gives."""
    whole = OtherPoints("whole", sum(pair.points for pair in parts.whole))
    return whole, OtherPoints("generality", parts.generality)


def texts_in(session: Session, catalogue: Roster) -> Texts:
    """Read the sentences of profiles in the store."""

    def texts(profile_ids: Sequence[str]) -> Mapping[str, Mapping[int, str]]:
        ids = catalogue.sentences(profile_ids)
        found = queries.passage_texts(session, [passage for own in ids.values() for passage in own])
        return {id: {passage: found[passage] for passage in own} for id, own in ids.items()}

    return texts


def matches(hits: Sequence[Hit], texts: Texts, told: Told) -> tuple[Match, ...]:
    """Give the matches, each with what its score is made of."""
    found = texts([hit.scored.profile_id for hit in hits])
    return tuple(_match(hit, found[hit.scored.profile_id], told) for hit in hits)


def _match(hit: Hit, texts: Mapping[int, str], told: Told) -> Match:
    profile, parts = told.snapshot.eligible[hit.scored.profile_id], hit.scored.parts
    (band,) = told.scale.bands([hit.scored.score])
    return Match(
        hit.rank,
        profile.actor,
        profile.profile_id,
        profile.version,
        profile.leaf_index,
        profile.title,
        hit.score,
        band,
        told.evidence(parts, texts),
        told.terms(parts),
        (*other_points(parts), *(OtherPoints(f"profile:{id}", gain) for id, gain in hit.others)),
        tuple(text for text in texts.values() if text in told.copied),
        tuple(id for group in told.snapshot.alike if profile.profile_id in group for id in group),
    )
