"""Text into terms: words without endings, Swedish compounds in their parts, abbreviations written out.

Terms are what the lexical part of a score counts. They come from rules and word lists alone, so that every machine
finds the same: Snowball's stemmers (Porter 2001), spaCy's stop words, and the Swedish dictionary of the hunspell-sv
package for the parts of compounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.metadata import files, version
from typing import TYPE_CHECKING, NamedTuple

from matcha.text.abbreviations import expansion
from matcha.text.kept import kept_words
from matcha.text.spacy_alone import spacy_alone
from matcha.values import Language

if TYPE_CHECKING:
    from marisa_trie import Trie
    from Stemmer import Stemmer

VERSION = "lexical-1"
_WORD = re.compile(r"[^\W_]+")
_SHORTEST_PART = 4  # letters: shorter words fit inside too many others (en, al, het)
_LONGEST_COMPOUND = 40  # letters; what is longer is no word
_MOST_PARTS = 3
_MORE_STOP_WORDS = {  # common words that spaCy's lists lack
    Language.SV: "behov behöva behövde behöver behövs både den denna dessa det detta där därför ej eller flera flesta "
    "fått genom går göra hos ifrån innan inom ju kring kunde kunna mellan något några nog när om olika per redan samt "
    "samtidigt ska skulle som sådan sådana sådant under utan via vid ville väl vår våra vårt är även",
    Language.EN: "need needed needs shall",
}
_ENDINGS = frozenset(("ande", "ende", "arna", "erna", "orna", "else", "skap", "ning", "isk"))


class Term(NamedTuple):
    """A term, and the word of the text that it stands for."""

    term: str
    word: str


@cache
def digest_parts() -> dict[str, str]:
    """Give what decides the terms of a text."""
    return {"lexical": VERSION, **{name: version(name) for name in ("hunspell-sv", "PyStemmer", "spacy")}}


def terms(text: str, language: Language) -> tuple[Term, ...]:
    """Give the terms of canonical text in order, with repetitions.

    A compound gives itself and its parts, an abbreviation itself and what it stands for; stop words give nothing.
    """
    return tuple(term for word in _WORD.findall(text.lower()) for term in _of_word(word, language))


def unordered(text: str) -> str:
    """Give the words of a text in alphabetical order: the same terms, as often, and nothing to be read."""
    return " ".join(sorted(_WORD.findall(text.lower())))


@lru_cache(maxsize=20_000)  # most words of a text come again
def _of_word(word: str, language: Language) -> tuple[Term, ...]:
    written_out = expansion(word, language)
    each = (word, *(_WORD.findall(written_out) if written_out else ()))
    carrying = (one for one in each if one not in stop_words(language) and (len(one) > 1 or one.isdigit()))
    stem = _stemmer(language).stemWord
    return tuple(Term(stem(part), part) for one in carrying for part in _with_parts(one, language))


@lru_cache(maxsize=20_000)
def parts(word: str) -> tuple[str, ...]:
    """Give the parts of a Swedish compound (handhygienuppföljning → hand, hygien, uppföljning), or nothing.

    Of several ways to cut, the one with the fewest parts is taken, and of these the one whose shortest part is
    longest. An s between two parts belongs to neither.
    """
    if not 2 * _SHORTEST_PART <= len(word) <= _LONGEST_COMPOUND:
        return ()
    ways = [way for way in _cuts(word, _MOST_PARTS) if len(way) > 1]
    return min(ways, key=lambda way: (len(way), -min(map(len, way)), way), default=())


def is_word(word: str) -> bool:
    """Say whether a lower-case word is Swedish: one of the dictionary, an inflection of one, or a compound of them."""
    return word in _dictionary() or (_shortest(word) > 0 and (_is_part(word) or bool(parts(word))))


def _with_parts(word: str, language: Language) -> tuple[str, ...]:
    return (word, *parts(word)) if language is Language.SV else (word,)


def _cuts(rest: str, most: int) -> Iterator[tuple[str, ...]]:
    if not (shortest := _shortest(rest)):
        return
    if _is_part(rest):
        yield (rest,)
    if most > 1:
        for end in range(shortest, len(rest) - _SHORTEST_PART + 1):
            first = rest[:end]
            if _is_part(first):
                yield from ((first, *others) for others in _cuts(rest[end:], most - 1))
            if first[-1] == "s" and _is_part(first[:-1]):
                yield from ((first[:-1], *others) for others in _cuts(rest[end:], most - 1))


def _shortest(word: str) -> int:
    """How long the shortest part is that a word can begin with, at least; 0 if it can begin with none.

    Snowball's Swedish stemmer only takes endings away, so that whatever is a part begins with a word or with a stem.
    """
    found = _begins().prefixes(word)
    return len(found[0]) if found else 0


def _is_part(word: str) -> bool:
    """A word of the dictionary or an inflection of one (platser, of plats)."""
    if len(word) < _SHORTEST_PART or word in _ENDINGS:
        return False
    return word in _dictionary() or _stemmer(Language.SV).stemWord(word) in _stems()


@cache
def _dictionary() -> Trie:
    return kept_words("dictionary-1", ["hunspell-sv"], _read_dictionary)


def _read_dictionary() -> frozenset[str]:
    path = next(f for f in files("hunspell-sv") or () if f.name == "sv_SE_expanded.dic")
    lines = path.locate().read_text("utf-8").splitlines()[1:]  # type: ignore[attr-defined]  # the first is a count
    words = (line.partition("/")[0].strip().lower() for line in lines)
    return frozenset(word for word in words if word.isalpha())


@cache
def _stems() -> Trie:
    return kept_words("stems-1", ["hunspell-sv", "PyStemmer"], _read_stems)


def _read_stems() -> frozenset[str]:
    stem = _stemmer(Language.SV).stemWord
    return frozenset(found for word in _read_dictionary() if len(found := stem(word)) >= _SHORTEST_PART)


@cache
def _begins() -> Trie:
    return kept_words("beginnings-1", ["hunspell-sv", "PyStemmer"], _read_begins)


def _read_begins() -> frozenset[str]:
    """Words and stems as long as a part, without those that begin with another."""
    found: set[str] = set()
    for word in sorted(_read_dictionary() | _read_stems()):  # after those that it begins with
        if len(word) >= _SHORTEST_PART and not any(word[:end] in found for end in range(_SHORTEST_PART, len(word))):
            found.add(word)
    return frozenset(found)


@cache
def stop_words(language: Language) -> frozenset[str]:
    """Give the words of a language that say nothing by themselves."""
    spacys = kept_words(f"stop-words-1-{language}", ["spacy"], lambda: _read_stop_words(language))
    return frozenset(spacys) | frozenset(_MORE_STOP_WORDS[language].split())


def _read_stop_words(language: Language) -> frozenset[str]:
    with spacy_alone():
        if language is Language.SV:
            from spacy.lang.sv.stop_words import STOP_WORDS
        else:
            from spacy.lang.en.stop_words import STOP_WORDS
    return frozenset(STOP_WORDS)


@cache
def _stemmer(language: Language) -> Stemmer:
    import Stemmer

    return Stemmer.Stemmer({Language.SV: "swedish", Language.EN: "english"}[language])
