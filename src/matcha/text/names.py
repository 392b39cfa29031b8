"""Who is named in a text: actors' names and numbers, and contact data, so that a text can be read without them.

A name is looked for in everybody's texts only if it can be nothing but a name. Otherwise an actor that calls itself
Handhygien would blank that word out of all its competitors' profiles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from functools import cached_property
from importlib.metadata import version

from stdnum.se import orgnr

from matcha.errors import Invalid
from matcha.text.canonical import canonical, is_settled
from matcha.text.contact import contact_spans
from matcha.text.ordinary import is_ordinary
from matcha.text.phrases import MARKS, MASK, Phrases, beginnings_in, tokens_of

VERSION = "names-1"
_SHORTEST_NAME = 5  # letters: shorter words that no dictionary knows are mostly abbreviations (LVEF, eGFR)
_FEW_WORDS = 150  # that are looked for one by one; to take a text apart takes as long
_FEWEST_DIGITS = 7  # of a number that is no Swedish one; 400 000 and 2026 are quantities and years
_WORD = re.compile(r"[^\W_]+")

_LONG_FORMS = ("aktiebolag", "aktiebolaget", "handelsbolag", "handelsbolaget", "kommanditbolag", "kommanditbolaget")
_SHORT_FORMS = """AB Ab (publ) HB KB ek.för. Ltd Ltd. Limited LLC Inc Inc. plc GmbH AG BV B.V. NV N.V. SA S.A. SAS SARL
    Srl S.r.l. Oy Oyj OÜ AS A/S ASA ApS SE"""
_TWO_WORDS = ("ek. för.", "ekonomisk förening")
_LEGAL_FORMS = frozenset(  # as they are written, for the words as, sa, se and limited are none
    written
    for form in (*_LONG_FORMS, *map(str.capitalize, _LONG_FORMS), *_SHORT_FORMS.split(), *_TWO_WORDS)
    for written in (form, form.upper())
)
_IN_ANY_CASE = frozenset(map(str.casefold, _LEGAL_FORMS))
_FIRST = frozenset(form.partition(" ")[0] for form in _IN_ANY_CASE)
_LAST = frozenset(form.rpartition(" ")[2] for form in _IN_ANY_CASE)
_LEGAL_WORDS = frozenset(word for form in _LEGAL_FORMS for word in _WORD.findall(form))


def digest_parts() -> dict[str, str]:
    """Give what decides which phrases are found and masked."""
    return {"names": VERSION, **{name: version(name) for name in ("hunspell-sv", "pyspellchecker", "python-stdnum")}}


def forms(name: str) -> tuple[str, ...]:
    """Give the ways a registered name is written in running text, the fullest first, in canonical form.

    That is without a remark in parentheses at the end, with and without its legal form. Of a name with a comma, the
    part before it stands alone only if it has a legal form: it names a company, while a university or a region alone
    names none of the many groups that belong to it.
    """
    try:
        whole = _without_remark(canonical(name).replace("\n", " "))
    except Invalid:
        return ()  # nothing readable names nobody
    first = whole.partition(",")[0]
    found = [*_barer(whole), *(_barer(first) if whole != first != _without_legal_form(first) else ())]
    return tuple(dict.fromkeys(found))


class Names:
    """The names and numbers of the registered actors, ready to be found in texts."""

    def __init__(self, names: Iterable[str] = (), numbers: Iterable[str] = ()) -> None:
        self._names, self._given_numbers = frozenset(names), frozenset(numbers)
        self._any_case = Phrases(str.casefold)
        self._legal = Phrases(lambda word: word if word in _LEGAL_WORDS else word.casefold())
        self._exact = Phrases(str)
        self._numbers = Phrases(str.casefold)
        self._add(self._names, self._given_numbers)

    def now(self, names: Set[str], numbers: Set[str]) -> Names:
        """Give `Names(names, numbers)`; only those that are new or gone are taken apart."""
        if names == self._names and numbers == self._given_numbers:
            return self
        found = Names()
        found._any_case, found._legal = self._any_case.copy(), self._legal.copy()
        found._exact, found._numbers = self._exact.copy(), self._numbers.copy()
        found._names, found._given_numbers = frozenset(names), frozenset(numbers)
        for phrases, phrase in found._phrases(self._names - names, self._given_numbers - numbers):
            phrases.remove(phrase)
        found._add(names - self._names, numbers - self._given_numbers)
        return found

    def with_(self, names: Set[str], numbers: Set[str]) -> Names:
        """Give these and more."""
        return self.now(self._names | names, self._given_numbers | numbers)

    def found_in(self, text: str) -> tuple[str, ...]:
        """Give the phrases of canonical text that are names or numbers, as written there, with their genitive ending.

        They come without repetition, sorted by code points. A name may run on into the next line; because title and
        text are also read apart, each line is looked through by itself as well.
        """
        lines = text.split("\n") if "\n" in text else []
        return tuple(sorted({part[start:end] for part in (text, *lines) for start, end in self._spans(part)}))

    def could_be_in(self, text: str) -> bool:
        """Say quickly whether `found_in` could find anything in the canonical form of a text; if not, it does not."""
        seen = text if is_settled(text) else canonical(text)
        words, marked = self._first_words
        if marked and any(mark in seen for mark in MARKS):
            return True
        if len(words) > _FEW_WORDS:
            return not words.isdisjoint(beginnings_in(seen))
        folded = seen.casefold()
        return any(word in folded for word in words)

    @cached_property
    def _first_words(self) -> tuple[frozenset[str], bool]:
        """What phrases begin with, and whether any begins with a mark that is written in several ways."""
        phrases = (self._any_case, self._legal, self._exact, self._numbers)
        words = frozenset(word.casefold() for each in phrases for word in each.first_words())
        return words - MARKS, not words.isdisjoint(MARKS)

    def _add(self, names: Set[str], numbers: Set[str]) -> None:
        for phrases, phrase in self._phrases(names, numbers):
            phrases.add(phrase)
        for phrases in (self._any_case, self._legal, self._exact, self._numbers):
            phrases.settle()

    def _phrases(self, names: Set[str], numbers: Set[str]) -> Iterator[tuple[Phrases, str]]:
        """Give what is looked for of names and numbers, and where it is held."""
        for form in (form for name in names for form in forms(name)):
            if _has_name(form):
                yield self._any_case, form
            elif _is_legal(form):
                yield self._legal, form
            elif form != form.lower() and sum(any(map(str.isalpha, word)) for word in form.split(" ")) > 1:
                yield self._exact, form
        for written in (written for number in numbers for written in _written_numbers(number)):
            yield self._numbers, written

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Give what is not within another, in order."""
        tokens = tokens_of(text)
        found = [span for phrases in (self._legal, self._exact) for span in phrases.spans(tokens, inflected=True)]
        found += self._numbers.spans(tokens)
        for start, end in self._any_case.spans(tokens, inflected=True):
            if _has_name(text[start:end]):  # the genitive of Diabete is an illness
                found.append((start, end))
        covered = 0
        for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
            if end > covered:
                covered = end
                yield start, end


def masked(text: str, phrases: Iterable[str]) -> str:
    """Give canonical text with MASK in place of contact data and of every occurrence of the phrases as whole words.

    Contact data are e-mail addresses, links, telephone numbers, and valid Swedish organisation and personal numbers.
    What overlaps becomes one MASK. What is masked already stays as it is.
    """
    sought = Phrases(str)
    for phrase in phrases:
        sought.add(phrase)
    kept, position = [], 0
    for start, end in _merged(sorted([*contact_spans(text), *sought.spans(tokens_of(text))])):
        kept += [text[position:start], MASK]
        position = end
    return "".join([*kept, text[position:]])


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _without_remark(name: str) -> str:
    while name.endswith(")") and not name.endswith(" (publ)") and " (" in name:
        name = name.rpartition(" (")[0]
    return name


def _barer(name: str) -> Iterator[str]:
    while True:
        yield name
        if (bare := _without_legal_form(name)) == name:
            return
        name = bare


def _without_legal_form(name: str) -> str:
    """Give a name without one legal form before or after it, in whatever case; what is nothing else stays."""
    words = name.split(" ")
    if words[-1].casefold() not in _LAST and words[0].casefold() not in _FIRST:
        return name  # most names have been made bare already
    for count in (2, 1):
        if len(words) > count and " ".join(words[-count:]).casefold() in _IN_ANY_CASE:
            return " ".join(words[:-count]).rstrip(",")
        if len(words) > count and " ".join(words[:count]).casefold() in _IN_ANY_CASE:
            return " ".join(words[count:])
    return name


def _is_legal(form: str) -> bool:
    """Say whether a form has something before or after its legal form, which is written as such."""
    bare = _without_legal_form(form)
    return bare != form and any(map(str.isalpha, bare)) and form.replace(bare, "", 1).strip(" ,") in _LEGAL_FORMS


def _written_numbers(number: str) -> Iterator[str]:
    try:
        plain = canonical(number).replace("\n", " ")
    except Invalid:
        return
    if orgnr.is_valid(plain):
        digits = orgnr.compact(plain)
        yield from (plain, orgnr.format(digits), digits, f"SE{digits}01")
    elif sum(map(str.isdigit, plain)) >= _FEWEST_DIGITS:
        yield plain


def _has_name(phrase: str) -> bool:
    """Say whether a word of a phrase can be nothing but a name."""
    for word in _WORD.findall(phrase):
        if len(word) >= _SHORTEST_NAME and word.isalpha() and not is_ordinary(word.lower()):
            return True
    return False
