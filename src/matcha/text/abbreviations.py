"""What abbreviations of health care and everyday Swedish stand for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from matcha.values import Language


def expansion(word: str, language: Language) -> str | None:
    """Give what a lower-case word stands for in a language, or None if it is no abbreviation known here."""
    return _table().get((word, language)) or _table().get((f"{word}.", language))


def abbreviations() -> frozenset[str]:
    """Give every lower-case word that `expansion` knows in some language."""
    return frozenset(form for word, _ in _table() for form in (word, word.removesuffix(".")))


def is_dotted(word: str) -> bool:
    """Say whether a lower-case word with a full stop (avd., t.ex.) is an abbreviation and no end of a sentence."""
    return any((word, language) in _table() for language in Language)


@cache
def _table() -> Mapping[tuple[str, str], str]:
    content = (files("matcha.text") / "abbreviations.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in content.splitlines())
    return {(word, language): written_out for word, language, written_out in rows}
