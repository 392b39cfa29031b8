"""What of a profile counts as said: running text, and each thing once.

Repeating something, and strewing in words without saying anything about them, must not move anybody (Castillo and
Davison 2011, Adversarial Web Search). So a repetition is not read, and neither is an enumeration: more than a few
items of a word or two in a row, or more than a few words with hardly any of the small ones that make a sentence (i,
på, för, vi, som …).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from matcha.text.lexical import stop_words
from matcha.values import Language

VERSION = "running-4"
FEW = 8  # items in a row, or words that bare sentences may hold together: headings and a short list
PART = 10  # or one in so many of all words
BARE = ((30, 0.2), (10_000, 0.25))  # up to so many words a sentence with a smaller share of small ones is bare,
BARE_LESS = 2  # … less so many words
BREATHLESS = 40  # words without a pause (, ; : – or a parenthesis) are bare whatever they are
LONGEST_TITLE = 12  # words of a title without small words
_LONGEST_REPEATED = 10  # words
_MOST_TIMES = 10  # that a line is gone through; of 60,000 drawn to repeat themselves none needed more than six
_SHORT = 2  # words of an item in a list
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"[^\W_]+")
_GLUE = frozenset(["och", "eller", "samt", "plus", "and", "or"])  # these hold lists together, too
_PAUSE = re.compile(r"[,;:–()]")
_BETWEEN = re.compile(r"[,;/|•·&:.!?]|\s[-–]\s|\b(?:och|eller|samt|plus|and|or)\b", re.IGNORECASE)


def once(text: str) -> str:
    """Give canonical text with words that are repeated on the spot only once (handhygien, handhygien → handhygien).

    Up to ten words in a row are recognised; of a repetition the last stands. Numbers are left alone (400 000 000).
    """
    return "\n".join(_once(line) for line in text.split("\n"))


def title(text: str) -> str:
    """Give a title as it counts: words once, and of an enumeration the first LONGEST_TITLE words."""
    found = once(text)
    words = found.split(" ")
    return " ".join(words[:LONGEST_TITLE]) if _is_bare(found) and len(words) > LONGEST_TITLE else found


def said(heading: str, sentences: Sequence[str]) -> tuple[str, ...]:
    """Give those of a profile's sentences that count, in order: not what another or the heading says already in the
    same words, and no enumerations. Bare sentences alone are read: a short description may be one."""
    new = _without_lists(_without_repetitions(heading, sentences))
    bare = [sentence for sentence in new if _is_bare(sentence)]
    words = sum(len(_WORD.findall(sentence)) for sentence in new)
    if len(bare) < len(new) and sum(len(_WORD.findall(sentence)) for sentence in bare) > max(FEW, words // PART):
        return tuple(sentence for sentence in new if sentence not in bare)
    return new


def _once(line: str) -> str:
    words = line.split(" ")
    keys = ["".join(_TOKEN.findall(word.lower())) for word in words]
    for _ in range(_MOST_TIMES):  # what a long run leaves can be a short one that is repeated
        before = len(words)
        for size in range(1, min(_LONGEST_REPEATED, len(words) // 2) + 1):
            words, keys = _collapsed(words, keys, size)
        if len(words) == before:
            break
    return " ".join(words)


def _collapsed(words: list[str], found: list[str], size: int) -> tuple[list[str], list[str]]:
    kept: list[str] = []
    keys: list[str] = []
    for word, key in zip(words, found, strict=True):
        kept.append(word)
        keys.append(key)
        if len(keys) < 2 * size or key != keys[-size - 1]:
            continue
        if kept[-size - 1][-1] in ".!?" and kept[-size][0].isupper():
            continue  # a sentence that begins as the one before ended repeats nothing
        last = keys[-size:]
        if last == keys[-2 * size : -size] and any(map(str.isalpha, "".join(last))):
            del kept[-2 * size : -size], keys[-2 * size : -size]
    return kept, keys


def _without_repetitions(heading: str, sentences: Sequence[str]) -> tuple[str, ...]:
    keys = [_key(sentence) for sentence in sentences]
    everything = "\n".join([_key(heading), *dict.fromkeys(keys)])
    new: dict[str, str] = {}
    for key, sentence in zip(keys, sentences, strict=True):
        if everything.count(key) == 1:
            new.setdefault(key, sentence)
    return tuple(new.values())


def _without_lists(sentences: Sequence[str]) -> tuple[str, ...]:
    """Leave out what holds more than FEW short items in a row, and short lines that make such a list together."""
    listed: set[int] = set()
    lines: list[int] = []
    items = 0
    for place, sentence in enumerate(sentences):
        sizes = [len(_WORD.findall(item)) for item in _BETWEEN.split(sentence)]
        if max(sizes) > _SHORT:
            lines, items = [], 0
        else:
            lines, items = [*lines, place], items + sum(map(bool, sizes))
        if items > FEW:
            listed |= set(lines)
        elif _short_in_a_row(sizes) > FEW:
            listed.add(place)
    return tuple(sentence for place, sentence in enumerate(sentences) if place not in listed)


def _short_in_a_row(sizes: Sequence[int]) -> int:
    longest = row = 0
    for size in filter(None, sizes):
        row = row + 1 if size <= _SHORT else 0
        longest = max(longest, row)
    return longest


def _key(sentence: str) -> str:
    return f" {' '.join(_TOKEN.findall(sentence.lower()))} "


def _is_bare(sentence: str) -> bool:
    words = [word for word in _WORD.findall(sentence.lower()) if word not in _GLUE]
    small = sum(word in small_words() for word in words)
    if len(words) > BREATHLESS and not _PAUSE.search(sentence):
        return True
    share = next(share for most, share in BARE if len(words) <= most)
    return bool(words) and small < max(share * len(words) - BARE_LESS, 0.5)


@cache
def small_words() -> frozenset[str]:
    """Give the words that sentences are made with, of both languages: a Swedish text may quote an English one."""
    return stop_words(Language.SV) | stop_words(Language.EN)
