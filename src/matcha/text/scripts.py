"""Words that mix letters of look-alike scripts: hаndhygien with a Cyrillic а looks right and is found by nobody.

A simplification of Unicode's mixed-script detection (UTS 39, section 5) that lets Greek stand in a word the way
medicine writes it: TNFα, μmol, ΔF508.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

_LOOK_ALIKE = frozenset({"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC", "GEORGIAN", "LISU", "DESERET"})
_CAPITALS = frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
_SMALL = frozenset("αγεηικμνορσςτυχω")  # these pass for a letter in a Latin word; β δ ζ θ λ ξ π φ ψ do not
_TWINS = frozenset("ινορυ")  # of these, the ones that are i v o p u to any eye
_LONGEST_UNIT = 5  # letters: μmol, μgram
_LONGEST_SYMBOL = 3  # letters: αvβ3, Gαs, κc


def mixed_word(text: str) -> str | None:
    """Give the first word of a text in NFKC in which letters of look-alike scripts are mixed, or None.

    Words are runs of letters and combining marks. Greek in a Latin word counts only if it could be taken for Latin: a
    capital (Α in TNFΑ), or a small letter next to a small Latin one (hαnd), unless it is the μ of a unit (μg) or stands
    in a symbol of three letters (Gαs).
    """
    return next((word for word in _words(text) if odd_letters(word)), None)


def odd_letters(word: str) -> tuple[str, ...]:
    """Give the letters that do not belong in a word, in order, without repetition; none if it mixes no scripts."""
    if word.isascii():
        return ()
    letters = [(c, script) for c in word if (script := _script(c))]
    count = Counter(script for _, script in letters)
    if count.keys() == {"LATIN", "GREEK"}:
        return tuple(dict.fromkeys(_odd_greek([c for c, _ in letters])))
    if len(count) > 1 and ("LATIN" in count or len(count.keys() & _LOOK_ALIKE) > 1):
        main = max(count, key=lambda name: (count[name], name == "LATIN", name))
        return tuple(dict.fromkeys(c for c, script in letters if script != main))
    return ()


def _words(text: str) -> Iterator[str]:
    scripts = {_script(c) for c in set(text) if _is_in_word(c)}
    if scripts - {"", "LATIN"}:  # hardly ever, so that most texts cost nothing
        yield from ("".join(run) for within, run in groupby(text, _is_in_word) if within)


def _is_in_word(c: str) -> bool:
    return unicodedata.category(c)[0] in "LM"


def _odd_greek(letters: list[str]) -> Iterator[str]:
    for position, c in enumerate(letters):
        base = _base(c)
        beside = letters[max(0, position - 1) : position] + letters[position + 1 : position + 2]
        unit = base == "μ" and position == 0 and len(letters) <= _LONGEST_UNIT
        symbol = base not in _TWINS and len(letters) <= _LONGEST_SYMBOL
        small = base in _SMALL and not unit and not symbol and any(map(_is_small_latin, beside))
        if base in _CAPITALS or small:
            yield c


def _is_small_latin(c: str) -> bool:
    return c.islower() and _script(c) == "LATIN"


@lru_cache(maxsize=10_000)
def _script(c: str) -> str:
    """Give the script of a letter as Unicode's names begin with it; nothing for marks and modifier letters."""
    if unicodedata.category(c)[0] == "M" or unicodedata.category(c) == "Lm":
        return ""
    return unicodedata.name(_base(c), "").partition(" ")[0]


def _base(c: str) -> str:
    """Give a letter without accents and in its plain form (µ the micro sign is μ, ª is a)."""
    return unicodedata.normalize("NFKD", c)[0]
