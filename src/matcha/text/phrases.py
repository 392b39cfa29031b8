"""Phrases, ready to be found in texts as whole words: however many there are, a text is gone through once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from marisa_trie import Trie

MASK = "[–]"
_TOKEN = re.compile(r"\[-\]|[^\W_]+|\S")  # a mask, a word, or a single other character
_KEY = re.compile(r" ?(?:\[-\]|[^\W_]+|\S)")  # with the space before it
_ALIKE = str.maketrans("‐‑‒–—’", "-----'")
_MARKED = re.compile("[‐‑‒–—’]")
MARKS = frozenset("‐‑‒–—’-'")  # that are written in several ways
_MASK = MASK.translate(_ALIKE)
_MANY = 10_000  # beginnings that are held one by one; more of them take a tenth of the room in a trie
_WHOLE = "\n"  # after a beginning in the trie that is a phrase; no token has it


class Token(NamedTuple):
    """A piece of a text with plain hyphens and apostrophes, its place, and whether white space precedes it."""

    text: str
    start: int
    end: int
    apart: bool


class Phrases:
    """Phrases by all their beginnings, so that a text is gone through once however many there are."""

    def __init__(self, fold: Callable[[str], str]) -> None:
        self._fold = fold
        self._whole = _Beginnings()

    def copy(self) -> Phrases:
        """Give the same phrases, to be added to."""
        found = Phrases(self._fold)
        found._whole = self._whole.copy()
        return found

    def settle(self) -> None:
        """Take less room, when many have been added."""
        self._whole.settle()

    def add(self, phrase: str) -> None:
        """Add a phrase; what holds a MASK is none, because it was not written by the author."""
        if beginnings := self._beginnings(phrase):
            self._whole.add(*beginnings)

    def remove(self, phrase: str) -> None:
        """Take out a phrase that was added; of one that was added several times, one is left less."""
        if beginnings := self._beginnings(phrase):
            self._whole.remove(beginnings[-1])

    def first_words(self) -> Iterator[str]:
        """Give what the phrases begin with; it stands within every occurrence."""
        return (tokens_of(beginning)[0].text for beginning in self._whole)

    def spans(self, tokens: Sequence[Token], inflected: bool = False) -> Iterator[tuple[int, int]]:
        """Give start and end of the longest phrase at each token, in order, with a genitive ending if `inflected`."""
        keys = self._keys(tokens)
        for first, key in enumerate(keys):
            start = key.removeprefix(" ")
            if start in self._whole or (inflected and start[:-1] in self._whole):  # which hardly any token is
                end = self._end(tokens, keys, first, inflected)
                if end is not None:
                    yield tokens[first].start, end

    def _end(self, tokens: Sequence[Token], keys: Sequence[str], first: int, inflected: bool) -> int | None:
        beginning, end = "", None
        for last in range(first, len(tokens)):
            key = keys[last] if beginning else keys[last].removeprefix(" ")
            if inflected and key[-1] in "sS" and self._whole.get(beginning + key[:-1]):
                end = tokens[last].end
            beginning += key
            whole = self._whole.get(beginning)
            if whole is None:
                break
            if whole:
                end = _genitive_end(tokens, last) if inflected else tokens[last].end
        return end

    def _beginnings(self, phrase: str) -> list[str]:
        """What a phrase begins with, all of it last; nothing if it is none."""
        words = _KEY.findall(" ".join(_plain(phrase).split()))
        if _MASK in words or f" {_MASK}" in words:
            return []
        keys = (f" {self._fold(word[1:])}" if word[0] == " " else self._fold(word) for word in words)
        return list(accumulate(keys))

    def _keys(self, tokens: Sequence[Token]) -> list[str]:
        return [f" {self._fold(token.text)}" if token.apart else self._fold(token.text) for token in tokens]


class _Beginnings:
    """What phrases begin with, and which of these are phrases: the latest in a dict, many in a trie.

    Of a phrase that has been removed, beginnings may be left: where no phrase goes on, nothing is found.
    """

    def __init__(self) -> None:
        self._latest: dict[str, bool] = {}
        self._many: Trie | None = None
        self._gone: set[str] = set()  # phrases in the trie that have been removed
        self._again: dict[str, int] = {}  # how often more than once a phrase was added

    def copy(self) -> _Beginnings:
        found = _Beginnings()
        found._latest, found._many = self._latest.copy(), self._many
        found._gone, found._again = self._gone.copy(), self._again.copy()
        return found

    def add(self, *beginnings: str) -> None:
        """Add the beginnings of a phrase, of which the last is all of it."""
        *others, whole = beginnings
        for beginning in others:
            self._latest.setdefault(beginning, False)
        if self.get(whole):
            self._again[whole] = self._again.get(whole, 0) + 1
        else:
            self._latest[whole] = True

    def remove(self, whole: str) -> None:
        if again := self._again.pop(whole, 0):
            self._again |= {whole: again - 1} if again > 1 else {}
        elif self._latest.get(whole):
            self._latest[whole] = False
        else:
            self._gone.add(whole)

    def get(self, beginning: str) -> bool | None:
        """Say whether it is a phrase; None if none begins so."""
        found = self._latest.get(beginning)
        if found or self._many is None:
            return found
        if f"{beginning}{_WHOLE}" in self._many and beginning not in self._gone:
            return True
        return False if beginning in self._many else found

    def __contains__(self, beginning: str) -> bool:
        return beginning in self._latest or (self._many is not None and beginning in self._many)

    def __iter__(self) -> Iterator[str]:
        yield from self._latest
        if self._many is not None:
            yield from (key for key in self._many.iterkeys() if not key.endswith(_WHOLE))

    def settle(self) -> None:
        if len(self._latest) + len(self._gone) > max(_MANY, len(self._many or ()) // 4):
            from marisa_trie import Trie

            gone = {f"{beginning}{_WHOLE}" for beginning in self._gone}
            kept = (key for key in (self._many or Trie()).iterkeys() if key not in gone)
            wholes = (f"{beginning}{_WHOLE}" for beginning, whole in self._latest.items() if whole)
            self._many = Trie([*kept, *self._latest, *wholes])
            self._latest, self._gone = {}, set()


def beginnings_in(text: str) -> set[str]:
    """Give, casefolded, every word and other character that a phrase in a text could begin with, but MARKS.

    A word stands there without the s of a genitive, too. What folding takes apart (İ) is there in its pieces.
    """
    folded = _TOKEN.findall(" ".join({token.casefold() for token in _TOKEN.findall(text)}))
    return {*folded, *(piece[:-1] for piece in folded if piece[-1] == "s")}


def tokens_of(text: str) -> list[Token]:
    """Give the words, masks and other characters of a text, in order."""
    found: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(_plain(text)):
        before, (start, end) = end, match.span()
        found.append(Token(match[0], start, end, start > before))
    return found


def _plain(text: str) -> str:
    return text.translate(_ALIKE) if _MARKED.search(text) else text  # to translate takes longer than to look


def _genitive_end(tokens: Sequence[Token], last: int) -> int:
    """Give where a phrase ends with 's or :s after its last token, or with ' after a name in s, x or z."""
    mark, ending, *_ = [*("" if t.apart else t.text for t in tokens[last + 1 : last + 3]), "", ""]
    if mark in ("'", ":") and ending in ("s", "S"):
        return tokens[last + 2].end
    return tokens[last + 1 if mark == "'" and tokens[last].text[-1] in "sxzSXZ" else last].end
