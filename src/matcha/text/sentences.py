"""Text into sentences, by rules alone, so that every machine cuts alike."""

from __future__ import annotations

import textwrap
from functools import cache
from typing import TYPE_CHECKING

from matcha.text.canonical import canonical
from matcha.values import Language

if TYPE_CHECKING:
    from spacy.language import Language as Rules

VERSION = "sentences-1"
LONGEST = 600  # characters; about 150 tokens, well inside the 512 an E5 encoder reads


def sentences(text: str, language: Language) -> tuple[str, ...]:
    """Give the sentences of `text` in order, each canonical, none longer than LONGEST characters.

    A line break always ends a sentence (headings, bullets); a longer sentence is cut between words,
    because an encoder would otherwise drop its end in silence. Raises Invalid as `canonical` does.
    """
    found: list[str] = []
    for line in canonical(text).split("\n"):
        for sentence in _rules(language)(line).sents:
            found += textwrap.wrap(sentence.text.strip(), LONGEST, break_on_hyphens=False)
    return tuple(s for s in found if any(c.isalnum() for c in s))


@cache
def _rules(language: Language) -> Rules:
    import spacy  # takes a second: only who cuts sentences waits for it

    rules = spacy.blank(language.value)
    rules.add_pipe("sentencizer")
    return rules
