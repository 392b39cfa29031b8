"""Words from strangers made harmless: names in messages, and cells that a spreadsheet would run."""

from __future__ import annotations

import re
import unicodedata

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet may run (OWASP ASVS 5.0, 1.2.10)
LONGEST_SHOWN = 80  # characters of a name in a message

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # what moves, hides or reorders the words around it
_SIGNED = re.compile(r"[+-](?![.,]?\d|\s|$)")  # a sign before something that is no number, phone number or bullet
_CONTINUED = re.compile(r"[+-].*(?:\||[^\W\d_]\d*\()", re.DOTALL)  # -2+3+cmd|' /C calc'!A0, -1+SUM(A1)
_KEPT = re.compile("'+[=+\\-@\t\r]")  # a text that begins with apostrophes of its own


def shown(text: str) -> str:
    """Give a stranger's name for a message: on one line, without control or direction marks, at most 80 characters.

    What is taken out is written as its escape (`\\n`, `\\u202e`).
    """
    cut = text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
    return "".join(c.encode("unicode_escape").decode() if unicodedata.category(c) in _HIDDEN else c for c in cut)


def runs(cell: str) -> bool:
    """Say whether a text cell looks like a formula. Numbers, phone numbers (+46 70 …) and dashes with a space do not.

    Neither does a text behind an apostrophe, which is how spreadsheets, and `guarded`, mark a text.
    """
    if cell.startswith(("=", "@", "\t", "\r")):
        return True
    return cell.startswith(("+", "-")) and (_SIGNED.match(cell) or _CONTINUED.match(cell)) is not None


def guarded(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet might run. `unguarded` gives back exactly `text`."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) or _KEPT.match(text) else text


def unguarded(cell: str) -> str:
    """Take away the apostrophe that `guarded` put there; any other text stays as it is."""
    return cell[1:] if _KEPT.match(cell) else cell
