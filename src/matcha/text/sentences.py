"""Text into sentences, by rules alone, so that every machine cuts alike."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from matcha.text.abbreviations import is_dotted
from matcha.text.canonical import canonical
from matcha.text.spacy_alone import spacy_alone
from matcha.values import Language

if TYPE_CHECKING:
    from spacy.language import Language as Rules

VERSION = "sentences-2"
_MOST_WORDS = 50_000  # that spaCy may remember, at half a kilobyte each; by itself it forgets none
_WITHIN = frozenset(",;:'\"/&%#*@")  # marks of that kind that end nothing
LONGEST = 600  # characters; about 150 tokens, well inside the 512 an E5 encoder reads


def sentences(text: str, language: Language) -> tuple[str, ...]:
    """Give the sentences of `text` in order, each canonical, none longer than LONGEST characters.

    A line break always ends a sentence (headings, bullets), an abbreviation such as avd. or t.ex. never does before
    a small letter or a digit; a longer sentence is cut between words, because an encoder would otherwise drop its
    end in silence. Raises Invalid as `canonical` does.
    """
    found: list[str] = []
    for line in canonical(text).split("\n"):
        for sentence in _mended(_cut(line, language)) if _could_be_several(line) else [line]:
            found += textwrap.wrap(sentence, LONGEST, break_on_hyphens=False)
    return tuple(s for s in found if any(c.isalnum() for c in s))


def _could_be_several(line: str) -> bool:
    """Whether anything but the last character could end a sentence. To spaCy that is a mark of Unicode's kind Po.

    Most lines that people write are one sentence: then nobody waits until spaCy is loaded.
    """
    return any(c not in _WITHIN and unicodedata.category(c) == "Po" for c in line[:-1])


def _cut(line: str, language: Language) -> Iterator[str]:
    rules = _rules(language)
    if len(rules.vocab.strings) > _MOST_WORDS:
        _rules.cache_clear()
    return (span.text.strip() for span in rules(line).sents)


def _mended(cut: Iterable[str]) -> list[str]:
    """Put together again what was cut after an abbreviation."""
    found: list[str] = []
    for piece in cut:
        if found and piece and not piece[0].isupper() and piece[0].isalnum() and is_dotted(_last_word(found[-1])):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return found


def _last_word(sentence: str) -> str:
    return sentence.lower().rsplit(None, 1)[-1].lstrip("(") if sentence else ""


def joined(first: str, second: str) -> str:
    """Give two pieces of text as one, with a full stop between them unless the first has its own end."""
    return f"{first} {second}" if first[-1] in ".!?:…" else f"{first}. {second}"


def paragraphs(found: Iterable[str], size: int) -> tuple[str, ...]:
    """Give consecutive sentences put together, as many as fit in `size` characters and at least one."""
    packed: list[str] = []
    for sentence in found:
        if packed and len(packed[-1]) + len(sentence) <= size:
            packed[-1] = joined(packed[-1], sentence)
        else:
            packed.append(sentence)
    return tuple(packed)


@cache
def _rules(language: Language) -> Rules:
    with spacy_alone():
        import spacy  # takes half a second: only who cuts sentences waits for it

    rules = spacy.blank(language.value)
    rules.add_pipe("sentencizer")
    return rules
