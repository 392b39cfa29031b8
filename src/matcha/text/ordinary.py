"""Which words are ordinary Swedish or English, so that nobody can have them for a name."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from matcha.text.abbreviations import abbreviations
from matcha.text.kept import kept_words
from matcha.text.lexical import is_word, stop_words
from matcha.values import Language

if TYPE_CHECKING:
    from marisa_trie import Trie

_SWEDISH = (  # endings of nouns, verbs and adjectives
    "s a e n en ens na nas ns t et ets ts ar er or r ars ers ors rs arna erna orna are aste ast as ade ades at ats ad "
    "de des d da te nde ande ende dde tt"
)
_ENDINGS = frozenset(_SWEDISH.split())
_LONGEST_ENDING = max(map(len, _ENDINGS))
_STEM_ENDINGS = ("", "a", "e")  # veckan is of vecka, läkarna of läkare
_SHORTEST_STEM = 3  # letters: tid in tiden
_AMERICAN = {"our": "or", "is": "iz", "ys": "yz", "tre": "ter", "ae": "e", "oe": "e"}  # the list knows no other


@lru_cache(maxsize=20_000)
def is_ordinary(word: str) -> bool:
    """Say whether a lower-case word is Swedish, inflected or compound or both, or English, or an abbreviation."""
    return (
        is_word(word)
        or word in _english()
        or any(british in word and word.replace(british, other) in _english() for british, other in _AMERICAN.items())
        or word in _small()
        or any(is_word(base) for base in _bases(word))
    )


@cache
def _small() -> frozenset[str]:
    """Stop words, and abbreviations with and without their full stop."""
    return abbreviations().union(*map(stop_words, Language))


def _bases(word: str) -> set[str]:
    longest = min(_LONGEST_ENDING, len(word) - _SHORTEST_STEM)
    stems = [word[:-length] for length in range(1, longest + 1) if word[-length:] in _ENDINGS]
    return {stem + ending for stem in stems for ending in _STEM_ENDINGS}


@cache
def _english() -> Trie:
    return kept_words("english-1", ["pyspellchecker"], _read_english)


def _read_english() -> frozenset[str]:
    from spellchecker import SpellChecker  # takes a moment: only who looks for names waits for it

    return frozenset(SpellChecker(language="en").word_frequency.dictionary)
