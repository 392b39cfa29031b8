"""Which of matcha's two languages a text is written in."""

from __future__ import annotations

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from matcha.values import Language

CERTAIN = 15.0  # nats between the two languages: running text has 20 or more, a wrongly read name 13 at most


def detect(text: str, expected: Language | None = None) -> Language:
    """Give the likelier of Swedish and English (Lui and Baldwin 2012, langid.py); same text, same answer.

    A text among others in the `expected` language, such as a name of two words, is in that language too unless it
    says otherwise with certainty.
    """
    (first, likelihood), (_, other) = _identifier().rank(text)
    return expected if expected is not None and likelihood - other < CERTAIN else Language(first)


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages([language.value for language in Language])
    return identifier
