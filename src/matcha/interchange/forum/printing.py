"""What the typesetter's own fonts can print. PDF/UA (ISO 14289-1, 7.21.7) has no letters without a glyph.

What cannot be printed, moves, hides or reorders the words around it stands as its escape (`\\u202e`), never as nothing.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import partial
from typing import Any

FONTS = ("Libertinus Serif", "DejaVu Sans Mono")  # both are in the typesetter itself
LONGEST_WORD = 24  # letters; longer ones may be broken anywhere

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BEYOND = 0x2E80  # from here on (Chinese, emoji …) the fonts have nothing
_KNOWN: dict[str, bool] = {chr(code): True for code in (0x0A, *range(0x20, 0x7F), *range(0xA0, 0x180)) if code != 0xAD}
_RUN = re.compile(rf"[^\s\N{{SOFT HYPHEN}}-]{{{LONGEST_WORD + 1},}}")
_STACKED = re.compile("(?<=[\u0300-\u036f]{3})[\u0300-\u036f]")  # marks on marks that would reach other lines
_TRIED = b"""#set document(title: "tried")
#set text(font: json(bytes(sys.inputs.fonts)))
#for one in json(bytes(sys.inputs.data)) [#one \\ ]
"""


def printable(data: Any) -> Any:
    """Give JSON values with every text so that it can be printed; names of fields stay as they are."""
    _learn(_characters(data))
    return _each(data, _shown)


def plainest(data: Any) -> Any:
    """Give JSON values with only Latin letters, which print in any company (a mark of another script may not)."""
    return _each(data, partial(_shown, latin=True))


def unhidden(text: str) -> str:
    """Give a text with line breaks, but with everything else that moves, hides or reorders words as its escape."""
    return "".join(_escape(c) if c != "\n" and unicodedata.category(c) in _HIDDEN else c for c in text)


def _each(value: Any, told: Any) -> Any:
    match value:
        case str():
            return _RUN.sub(_broken, told(value.replace("\r\n", "\n").replace("\t", " ")))
        case list() | tuple():
            return [_each(inner, told) for inner in value]
        case dict():
            return {name: _each(inner, told) for name, inner in value.items()}
    return value


def _shown(text: str, latin: bool = False) -> str:
    text = _STACKED.sub(lambda mark: _escape(mark[0]), text)
    return "".join(c if _KNOWN.get(c) and (c < "\u0180" or not latin) else _escape(c) for c in text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode()


def _broken(run: re.Match[str]) -> str:
    between = "\N{ZERO WIDTH SPACE}" if any(map(str.isdigit, run[0])) else "\N{SOFT HYPHEN}"  # no hyphen in a digest
    return between.join(run[0][i : i + 12] for i in range(0, len(run[0]), 12))


def _characters(value: Any) -> set[str]:
    match value:
        case str():
            return set(value)
        case list() | tuple():
            return set().union(*map(_characters, value))
        case dict():
            return set().union(*map(_characters, value.values()))
    return set()


def _learn(met: set[str]) -> None:
    """Find out which characters have a glyph, by setting them."""
    new = sorted(c for c in met if c not in _KNOWN)
    hopeful = [c for c in new if ord(c) < _BEYOND and unicodedata.category(c) not in _HIDDEN]
    _KNOWN.update(dict.fromkeys(new, False))
    _KNOWN.update(dict.fromkeys(_settable(hopeful), True))


def _settable(characters: list[str]) -> Iterable[str]:
    """Give those that can be set, by halving: a compilation each is dear, and most that are met are printable."""
    if not characters or _sets(characters):
        return characters
    if len(characters) == 1:
        return ()
    middle = len(characters) // 2
    return (*_settable(characters[:middle]), *_settable(characters[middle:]))


def _sets(characters: list[str]) -> bool:
    import typst

    inputs = {"data": json.dumps(characters), "fonts": json.dumps(FONTS)}
    try:
        typst.compile(
            _TRIED, format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"], ignore_system_fonts=True, timestamp=0
        )
    except typst.TypstError:
        return False
    return True
