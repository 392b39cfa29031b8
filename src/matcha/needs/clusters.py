"""Known and unknown needs (S4): groups of needs that are alike, and needs that nobody strongly answers.

Groups are made by average linkage (Sokal and Michener 1958) over `Likeness.points`: two groups are joined while the
mean of the points between them is at least TOGETHER.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcha import scoring
from matcha.needs.likeness import Likeness
from matcha.retrieval import pipeline
from matcha.values import Band

TOGETHER = scoring.FULL_POINTS // 10
WORDS = 5  # that name a group, at most


@dataclass(frozen=True, slots=True)
class Group:
    """Needs that are alike, by id; the one most like all the others; words that several of them share, best first."""

    central: str
    members: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clusters:
    """Groups of at least two needs, the largest first, then by their central need; and the needs in none, by id."""

    groups: tuple[Group, ...]
    alone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A need without a strong match, and the band of its best one; None where there is none at all."""

    need_id: str
    best: Band | None


_WORST_FIRST: Mapping[Band | None, int] = {None: 0, Band.WEAK: 1, Band.POSSIBLE: 2}


def clusters(likeness: Likeness) -> Clusters:
    """Group the needs. The same needs give the same groups, in whatever order they were given."""
    parts = _parted(likeness)
    words = _words(likeness)
    groups = [_group(likeness, words, members) for members in parts if len(members) > 1]
    groups.sort(key=lambda group: (-len(group.members), group.central))
    return Clusters(tuple(groups), tuple(likeness.ids[members[0]] for members in parts if len(members) == 1))


def gaps(best: Mapping[str, Band | None]) -> tuple[Gap, ...]:
    """Give the needs without a strong match: those without any first, then with weak ones only, then by id."""
    found = (Gap(need, band) for need, band in best.items() if band is not Band.STRONG)
    return tuple(sorted(found, key=lambda gap: (_WORST_FIRST[gap.best], gap.need_id)))


def lacking(group: Group, best: Mapping[str, Band | None]) -> int:
    """Give how many needs of a group have no strong match."""
    return sum(best.get(need) is not Band.STRONG for need in group.members)


def _parted(likeness: Likeness) -> list[list[int]]:
    """Give the places of the needs that belong together, each list in order, the lists by their first."""
    count = len(likeness.ids)
    if count < 2:
        return [[place] for place in range(count)]
    from scipy.cluster import hierarchy  # type: ignore[import-untyped]  # here, for it is slow to load

    farness = 2 * scoring.FULL_POINTS - likeness.points[np.triu_indices(count, 1)]
    tree = hierarchy.linkage(farness.astype(np.float64), "average")
    parts: dict[int, list[int]] = {}
    for place, part in enumerate(hierarchy.fcluster(tree, 2 * scoring.FULL_POINTS - TOGETHER, "distance").tolist()):
        parts.setdefault(part, []).append(place)
    return sorted(parts.values())


def _words(likeness: Likeness) -> tuple[Mapping[str, str], ...]:
    """Give, for each need, its terms and the words that stand for them: whole words that profiles use, too.

    The parts of compounds and words that only needs use say little by themselves.
    """
    return tuple(
        {
            term: word
            for term, word in pipeline.shown_terms(reading).items()
            if term in likeness.statistics.frequencies and word.isalpha() and word in _whole(reading.said)
        }
        for reading in likeness.readings.values()
    )


def _whole(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower()))


def _group(likeness: Likeness, words: Sequence[Mapping[str, str]], members: Sequence[int]) -> Group:
    within = likeness.points[np.ix_(members, members)]
    central = int(np.argmax(within.sum(axis=1) - within.diagonal()))  # the first of equals: the lowest id
    ids = tuple(likeness.ids[place] for place in members)
    own = [words[members[central]], *(words[place] for place in members)]
    titles = [_whole(likeness.readings[id].sentences.texts[0]) for id in ids]
    return Group(ids[central], ids, _named(own, words, titles))


def _named(
    own: Sequence[Mapping[str, str]], words: Sequence[Mapping[str, str]], titles: Sequence[frozenset[str]]
) -> tuple[str, ...]:
    """Give the words that say most of a group: in several of its needs and few others, in titles twice as much.

    A term is shown as the first of `own`, the central need's, has it. A word within another stands for nothing new.
    """
    counts = Counter(term for each in own[1:] for term in each)
    everywhere = Counter(term for each in words for term in each)
    weights = {
        term: (count + sum(_shown(own, term) in title for title in titles)) * _rarity(everywhere[term], len(words))
        for term, count in counts.items()
        if count > 1
    }
    found: list[str] = []
    for term in sorted(weights, key=lambda term: (-weights[term], term)):
        word = _shown(own, term)
        if not any(word in other or other in word for other in found):
            found.append(word)
    return tuple(found[:WORDS])


def _shown(own: Sequence[Mapping[str, str]], term: str) -> str:
    return next(each[term] for each in own if term in each)


def _rarity(found: int, needs: int) -> int:
    return round(1024 * math.log(1 + (needs - found + 0.5) / (found + 0.5)))
