"""One form for every text before anything looks at it."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from matcha.errors import Invalid, spaced
from matcha.text.scripts import mixed_word, odd_letters

VERSION = "canonical-2"
LONGEST = 20_000  # characters that may be submitted; about seven printed pages
MOST_STOPS = 1_000  # ends of sentences and lines in them; ordinary text of that length has 300

_BLANK = (
    frozenset(  # drawn as nothing (Unicode's Default_Ignorable_Code_Point and an empty cell) but not of category Cf
        chr(code)
        for first, last in (
            (0x034F, 0x034F),  # combining grapheme joiner
            (0x115F, 0x1160),  # Hangul fillers
            (0x17B4, 0x17B5),  # inherent Khmer vowels
            (0x180B, 0x180F),  # Mongolian variation selectors
            (0x2065, 0x2065),
            (0x2800, 0x2800),  # braille blank
            (0x3164, 0x3164),  # Hangul filler
            (0xFE00, 0xFE0F),  # variation selectors
            (0xFFA0, 0xFFA0),  # halfwidth Hangul filler
            (0xFFF0, 0xFFF8),
            (0xE0000, 0xE0FFF),  # tags, and more variation selectors
        )
        for code in range(first, last + 1)
    )
)
_BINARY = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # categories Cc and Cs but tab, LF, CR and C1
_SPACE = dict.fromkeys((*range(0x80, 0xA0), 0x2581), " ")  # C1 controls; ▁, which SentencePiece reads as a space
_SETTLED = re.compile(
    r"[0-9A-Za-zÅÄÖåäö][0-9A-Za-zÅÄÖåäö&,.()/+-]*(?: [0-9A-Za-zÅÄÖåäö&,.()/+-]+)*"
)  # as most names are
_ODD = re.compile("[^\n -~ÅÄÖåäöÉéÜü–’”]")  # all others are visible, and in NFKC beside one another
_TOKENS = re.compile(r"</?s>|<(?:pad|unk|mask)>|\[(?:cls|sep|pad|unk|mask)\]", re.IGNORECASE)
_ROLES = re.compile(r"(?:\b(?:query|passage)\b[ :]*)+", re.IGNORECASE)


def canonical(text: str) -> str:
    """Give `text` in NFKC, without invisible characters, white space folded, lines kept (å ä ö untouched).

    What an encoder would take for its own marks (<s>, [SEP], <|…|>, query:, passage:) becomes white space, and so do
    C1 controls, what Windows' dashes and bullets become in a careless conversion. Canonical text stays as it is.

    Raises Invalid for text without a letter or digit, and text with control characters or broken code points, which
    is what a binary file looks like.
    """
    if _SETTLED.fullmatch(text):
        return text
    _refuse_binary(text)
    # Invisible characters go first: what they kept apart is then composed, and no visible one becomes invisible.
    visible = text.translate({ord(c): None for c in set(text) if _is_invisible(c)})
    normal = unicodedata.normalize("NFKC", visible.replace("\r\n", "\n").replace("\r", "\n").translate(_SPACE))
    lines = (" ".join(_without_marks(" ".join(line.split())).split()) for line in normal.split("\n"))
    result = "\n".join(line for line in lines if line)
    if not any(c.isalnum() for c in result):
        raise Invalid(
            "Texten är tom. Skriv minst en mening om behovet eller lösningen.",
            "The text is empty. Write at least one sentence about the need or the solution.",
        )
    return result


def is_settled(text: str) -> bool:
    """Say whether every word of `canonical(text)` stands in the text as it is, which it nearly always does."""
    if not _ODD.search(text):
        return True
    return unicodedata.is_normalized("NFKC", text) and not any(map(_is_invisible, set(text)))


def refuse_unusable(text: str) -> None:
    """Raise Invalid for what somebody submits or asks if it is too long, too chopped up, has no canonical form, or
    has a word of letters from several alphabets, which nobody would find."""
    if len(text) > LONGEST:
        raise Invalid(
            f"Texten är {spaced(len(text))} tecken; högst {spaced(LONGEST)} ryms. Korta den till det som gäller saken.",
            f"The text is {len(text):,} characters; at most {LONGEST:,} fit. Cut it to what matters.",
        )
    if sum(text.count(stop) for stop in ".!?\n") > MOST_STOPS:
        raise Invalid(
            f"Texten har fler än {spaced(MOST_STOPS)} meningar eller rader. Skriv den som löpande text.",
            f"The text has more than {MOST_STOPS:,} sentences or lines. Write it as running text.",
        )
    if (word := mixed_word(canonical(text))) is not None:
        _refuse_mixed(word)


@cache  # of single characters
def _is_invisible(c: str) -> bool:
    return c in _BLANK or unicodedata.category(c) == "Cf"


def _without_marks(line: str) -> str:
    """Put a space for each mark. A space joins nothing, so no new mark arises but for `query :`; thus roles go last."""
    return _ROLES.sub(_without_role, _TOKENS.sub(" ", _without_pipes(line)))


def _without_pipes(line: str) -> str:
    """Cut out <|…|>, from each opening to the next closing; a regex would look for it anew from every opening."""
    kept, position = [], 0
    while (start := line.find("<|", position)) >= 0 and (end := line.find("|>", start + 2)) >= 0:
        kept.append(line[position:start])
        position = end + 2
    return " ".join([*kept, line[position:]])


def _without_role(found: re.Match[str]) -> str:
    """Give a run of role names up whole if a colon makes one of them a prefix: `query query: :` holds one inside."""
    return " " if ":" in found[0] else found[0]


def _refuse_mixed(word: str) -> None:
    shown = word if len(word) <= 60 else f"{word[:60]}…"
    odd = [f"{c} {{}} U+{ord(c):04X}, {unicodedata.name(c, '?')}" for c in odd_letters(word)[:3]]
    raise Invalid(
        f"Ordet {shown} blandar bokstäver ur olika alfabet ({'; '.join(odd).replace('{}', 'är')}). "
        "Skriv det med vanliga bokstäver.",
        f"The word {shown} mixes letters of different alphabets ({'; '.join(odd).replace('{}', 'is')}). "
        "Write it with ordinary letters.",
    )


def _refuse_binary(text: str) -> None:
    if found := _BINARY.search(text):
        position, code = found.end(), f"U+{ord(found[0]):04X}"
        raise Invalid(
            f"Tecken {position} är inte läsbar text ({code}). Spara texten som UTF-8 och försök igen.",
            f"Character {position} is not readable text ({code}). Save the text as UTF-8 and try again.",
        )
