"""A logged answer as a coordinator reads it: what answers what, what nobody answers, and points that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from matcha.service.answers import LoggedAnswer
from matcha.values import Band, Evidence, Match

FIRST = 3  # pairs of sentences that are shown at once


@dataclass(frozen=True)
class Result:
    """A match and where it stands: its place in the list from 1, and whether others share its rank.

    `first` holds the pairs that are shown at once, the strongest first, `rest` the other supported ones, `lacking` the
    need's sentences without support with what comes nearest.
    """

    place: int
    match: Match
    shared: bool
    first: tuple[Evidence, ...]
    rest: tuple[Evidence, ...]
    lacking: tuple[Evidence, ...]

    @property
    def points(self) -> int:
        """The points of all pairs of sentences."""
        return sum(pair.points for pair in self.match.evidence)

    @property
    def words(self) -> int:
        """The points of all words in common."""
        return sum(term.points for term in self.match.terms)


@dataclass(frozen=True)
class NeedSentence:
    """A sentence of the need, and how many of those shown answer it."""

    text: str
    answered: int


@dataclass(frozen=True)
class Versus:
    """A sentence of the need with what two actors say to it."""

    text: str
    a: Evidence | None
    b: Evidence | None


def result(answer: LoggedAnswer, place: int) -> Result | None:
    """Give what is at a place of an answer, from 1; None for a match that has been erased."""
    match = answer.matches[place - 1]
    if match is None:
        return None
    ranks = Counter(one.rank for one in answer.shown)
    order = sorted((pair for pair in match.evidence if pair.supported), key=lambda pair: -pair.points)
    lacking = tuple(pair for pair in match.evidence if not pair.supported)
    return Result(place, match, ranks[match.rank] > 1, tuple(order[:FIRST]), tuple(order[FIRST:]), lacking)


def results(answer: LoggedAnswer, start: int, count: int) -> tuple[Result | None, ...]:
    """Give what is at `count` places from `start`, from 1."""
    last = min(len(answer.matches), start + count - 1)
    return tuple(result(answer, place) for place in range(start, last + 1))


def need_sentences(answer: LoggedAnswer) -> tuple[NeedSentence, ...]:
    """Give the need's sentences with how many of those shown answer each."""
    counts = Counter(text for one in answer.shown for text in {p.need_sentence for p in one.evidence if p.supported})
    return tuple(NeedSentence(text, counts[text]) for text in answer.need_sentences)


def is_weak(answer: LoggedAnswer) -> bool:
    """Whether nobody shown answers the need even possibly."""
    return all(match.band is Band.WEAK for match in answer.shown)


def of_actor(answer: LoggedAnswer, actor_id: str) -> Result | None:
    """Give an actor's match, if it is shown and still there."""
    for place, match in enumerate(answer.matches, 1):
        if match is not None and match.actor.id == actor_id:
            return result(answer, place)
    return None


def versus(answer: LoggedAnswer, a: Match, b: Match) -> tuple[Versus, ...]:
    """Give the need's sentences with what two actors say to each, in the need's order."""
    sides = [{pair.need_sentence: pair for pair in reversed(match.evidence)} for match in (a, b)]
    texts: Sequence[str] = tuple(dict.fromkeys(answer.need_sentences))
    return tuple(Versus(text, sides[0].get(text), sides[1].get(text)) for text in texts)
