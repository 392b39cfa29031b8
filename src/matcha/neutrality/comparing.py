"""Ranks before and after, the moves between them, and what is judged of the moves. Knows no relation's change."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from matcha.neutrality.report import Finding, Relation

Ranks = Mapping[str, Mapping[str, int]]  # need id → actor id → rank, everyone who is ranked
Moves = Iterable[int]  # changes of rank; positive is further down


def shifts(before: Ranks, after: Ranks) -> Iterator[int]:
    """Give how far each who was ranked before has moved, for each need."""
    for need, ranks in before.items():
        for actor, old in ranks.items():
            yield rank(after[need], actor) - old


def rank(ranks: Mapping[str, int], actor: str) -> int:
    """Give an actor's rank; who is not ranked comes after everyone who is."""
    return ranks.get(actor, len(ranks) + 1)


def among(ranks: Ranks, left_out: Iterable[str]) -> Ranks:
    """Rank those who are left when some are left out; who shares a rank still shares one."""
    gone = frozenset(left_out)
    return {need: _ranked_anew({a: r for a, r in found.items() if a not in gone}) for need, found in ranks.items()}


def _ranked_anew(ranks: Mapping[str, int]) -> dict[str, int]:
    order = sorted(ranks.values())
    return {actor: bisect_left(order, old) + 1 for actor, old in ranks.items()}


def place(ranks: Mapping[str, int], actor: str, changed: frozenset[str]) -> int:
    """Give an actor's rank among those who were not changed, so that others who were do not blur what is seen."""
    own = rank(ranks, actor)
    return 1 + sum(theirs < own for other, theirs in ranks.items() if other not in changed)


def folded(ranks: Ranks, original: Mapping[str, str]) -> Ranks:
    """Let a copy stand for its original where the original is not ranked itself."""
    result = {}
    for need, found in ranks.items():
        result[need] = {actor: own for actor, own in found.items() if actor not in original}
        for copy, actor in original.items():
            if copy in found and actor not in found:
                result[need][actor] = min(found[copy], result[need].get(actor, found[copy]))
    return result


def place_moves(before: Ranks, after: Ranks, pairs: Iterable[tuple[str, str]], changed: frozenset[str]) -> Moves:
    """Give how far the place of each (need, actor) has moved among those who were not changed."""
    return [place(after[need], actor, changed) - place(before[need], actor, changed) for need, actor in pairs]


def _largest(moves: Sequence[int]) -> float:
    return float(max(map(abs, moves)))


def _gain(moves: Sequence[int]) -> float:
    return float(max(0, -min(moves)))


def _usual(moves: Sequence[int]) -> float:
    return float(median(map(abs, moves)))


def _share_ahead(moves: Sequence[int]) -> float:
    return sum(1.0 if move > 0 else 0.5 if move == 0 else 0.0 for move in moves) / len(moves)


def _middle(moves: Sequence[int]) -> float:
    return float(median(moves))


@dataclass(frozen=True)
class _Rule:
    """What is judged of the moves, and where it should lie."""

    figure: Callable[[Sequence[int]], float]
    least: float | None
    most: float | None


_NOTHING_MOVES = _Rule(_largest, None, 0.0)
_RULES = {
    Relation.KEYWORDS: _Rule(_gain, None, 1.0),
    Relation.LENGTH: _Rule(_usual, None, 1.0),
    Relation.LANGUAGE: _Rule(_share_ahead, 0.4, 0.6),
    Relation.SIZE: _Rule(_middle, None, None),
}


def finding(relation: Relation, moves: Moves) -> Finding:
    rule = _RULES.get(relation, _NOTHING_MOVES)
    seen = list(moves)
    counted = tuple(sorted(Counter(seen).items()))
    return Finding(relation, counted, rule.figure(seen) if seen else 0.0, rule.least, rule.most)
