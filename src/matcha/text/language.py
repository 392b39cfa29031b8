"""Which of matcha's two languages a text is written in."""

from __future__ import annotations

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from matcha.values import Language


def detect(text: str) -> Language:
    """Give the likelier of Swedish and English (Lui and Baldwin 2012, langid.py); same text, same answer."""
    language, _ = _identifier().classify(text)
    return Language(language)


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages([language.value for language in Language])
    return identifier
