"""One form for every text before anything looks at it."""

from __future__ import annotations

import unicodedata

from matcha.errors import Invalid, spaced

VERSION = "canonical-1"
LONGEST = 20_000  # characters that may be submitted; about seven printed pages
MOST_STOPS = 1_000  # ends of sentences and lines in them; ordinary text of that length has 300


def canonical(text: str) -> str:
    """Give `text` in NFKC, without invisible characters, white space folded, lines kept (å ä ö untouched).

    Raises Invalid for text without a letter or digit, and text with control characters or broken code points, which
    is what a binary file looks like. C1 controls, what Windows' dashes and bullets become in a careless conversion,
    are read as white space.
    """
    _refuse_binary(text)
    normal = unicodedata.normalize("NFKC", text.replace("\r\n", "\n").replace("\r", "\n"))
    visible = "".join(" " if "\x7f" < c < "\xa0" else c for c in normal if unicodedata.category(c) != "Cf")
    lines = (" ".join(line.split()) for line in visible.split("\n"))
    result = "\n".join(line for line in lines if line)
    if not any(c.isalnum() for c in result):
        raise Invalid(
            "Texten är tom. Skriv minst en mening om behovet eller lösningen.",
            "The text is empty. Write at least one sentence about the need or the solution.",
        )
    return result


def refuse_unusable(text: str) -> None:
    """Raise Invalid for what somebody submits if it is too long, too chopped up, or has no canonical form."""
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
    canonical(text)


def _refuse_binary(text: str) -> None:
    for position, c in enumerate(text, start=1):
        if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t\r" and not "\x7f" < c < "\xa0":
            raise Invalid(
                f"Tecken {position} är inte läsbar text (U+{ord(c):04X}). Spara texten som UTF-8 och försök igen.",
                f"Character {position} is not readable text (U+{ord(c):04X}). Save the text as UTF-8 and try again.",
            )
