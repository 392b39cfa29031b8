"""Why a profile stands where it stands, what a sentence of it is worth, and what is missing.

All of it is asked of the functions that rank (`scoring.score`, `scoring.rank`), with the profile as it is or as it
would be; nothing is estimated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from matcha import scoring
from matcha.scoring import Candidate, Query
from matcha.values import Advice, Deletion, Hit, Scored

Reread = Callable[[Sequence[str]], Candidate | None]  # the profile if its text had these sentences, if one can say


@dataclass(frozen=True)
class Case:
    """One profile before one need.

    `hits` holds every ranked actor, best first, `own` the profiles that count for the actor, by id.
    """

    query: Query
    hits: tuple[Hit, ...]
    actor_id: str
    profile_id: str
    own: Mapping[str, Candidate]

    @cached_property
    def hit(self) -> Hit:
        """The actor as it is ranked."""
        return next(hit for hit in self.hits if hit.actor_id == self.actor_id)

    @cached_property
    def scored(self) -> Scored:
        """The profile's own score."""
        return scoring.score(self.query, [self.own[self.profile_id]])[0]

    def to_cut(self, k: int) -> int | None:
        """Give the actor's score less that of the actor at place k; None when fewer are ranked."""
        return self.hit.score - self.hits[k - 1].score if k <= len(self.hits) else None

    def actor_score(self, candidate: Candidate) -> int:
        """Give the actor's score if the profile were `candidate`."""
        own = {**self.own, self.profile_id: candidate}
        scored = scoring.score(self.query, tuple(own.values()))
        named = [Scored(id, each.score, each.parts) for id, each in zip(own, scored, strict=True)]
        return scoring.rank(named, own, dict.fromkeys(own, self.actor_id), b"")[0].score

    def rank(self, score: int) -> int:
        """Give the actor's rank if it had this score."""
        return 1 + sum(hit.score > score for hit in self.hits if hit.actor_id != self.actor_id)


def deletions(case: Case, cited: Sequence[str], sentences: Sequence[str], reread: Reread) -> tuple[Deletion, ...]:
    """Give, for each cited sentence of the profile's text, what the actor's score changes by when it is deleted.

    The last sentence that is left cannot be deleted: what remains would be no profile.
    """
    found = []
    for sentence in dict.fromkeys(cited):
        rest = [other for other in sentences if other != sentence]
        if rest and len(rest) < len(sentences) and (without := reread(rest)) is not None:
            found.append(Deletion(sentence, case.actor_score(without) - case.hit.score))
    return tuple(found)


def advice(case: Case, lacking: Sequence[str], sentences: Sequence[str], reread: Reread) -> tuple[Advice, ...]:
    """Give the rank that each sentence of the need that lacks support could bring, and all of them together.

    Everyone gets it in the same way: the profile is ranked as if it truthfully said the need's own sentence, too.
    """
    asked = [(sentence,) for sentence in lacking] + ([tuple(lacking)] if len(lacking) > 1 else [])
    read = ((said, reread([*sentences, *said])) for said in asked)
    return tuple(Advice(said, case.rank(case.actor_score(new))) for said, new in read if new is not None)
