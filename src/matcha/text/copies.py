"""Texts that say the same in nearly the same words."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from matcha.text.running import small_words

SHINGLE = 3  # words
ALIKE = 0.5  # of all shingles of two texts, how many both have (Broder 1997); one word in nine may differ
FEWEST = 5  # words of a sentence that can be a copy
COPIED = 0.75  # of its words; of 14,000 sentences judged for the demo's needs one says so much of a need by itself
_WORD = re.compile(r"[^\W_]+")


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Give the runs of SHINGLE words in canonical text, without regard to case; of a shorter text, all of it."""
    words = _WORD.findall(text.lower())
    return frozenset(zip(*(words[i:] for i in range(SHINGLE)), strict=False)) or frozenset([tuple(words)])


def resemblance(first: Set[tuple[str, ...]], second: Set[tuple[str, ...]]) -> float:
    """Give the share of shingles that two texts have in common (Jaccard)."""
    return len(first & second) / len(first | second)


def groups_alike(texts: Sequence[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """Give the ids of (id, text) that are alike, grouped: each with at least two, ids and groups in the order given.

    A text joins the first group that has one text like it.
    """
    groups: list[list[tuple[str, frozenset[tuple[str, ...]]]]] = []
    for id, text in texts:
        found = shingles(text)
        for group in groups:
            if any(resemblance(found, other) >= ALIKE for _, other in group):
                group.append((id, found))
                break
        else:
            groups.append([(id, found)])
    return tuple(tuple(id for id, _ in group) for group in groups if len(group) > 1)


class Copied:
    """Tells the sentences that are a need's own words: its text copied, put in another order, or made a list of."""

    def __init__(self, need: str) -> None:
        self._words = frozenset(_WORD.findall(need.lower()))
        self._shingles = shingles(need)

    def __contains__(self, sentence: object) -> bool:
        """Whether of at least FEWEST words that carry meaning COPIED stand in the need, or half the runs of words."""
        words = dict.fromkeys(_WORD.findall(str(sentence).lower()))
        if len(self._words.intersection(words)) < 2:  # less than any copy has
            return False
        small = small_words()
        carrying = [word for word in words if len(word) > 1 and word not in small]
        known = sum(word in self._words for word in carrying)
        if len(carrying) >= FEWEST and known >= COPIED * len(carrying):
            return True
        found = shingles(str(sentence))
        return len(found) >= FEWEST - SHINGLE + 1 and len(found & self._shingles) >= ALIKE * len(found)
