"""Which of matcha's two languages a text is written in."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from matcha.text.kept import kept_bytes
from matcha.values import Language

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_COUNT = 8  # bytes of a number
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
    """Give the identifier for the two languages: its automaton, 39 MB, is mapped, what other languages need is left."""
    from py3langid.langid import LanguageIdentifier

    whole = memoryview(kept_bytes("language-1", ["py3langid"], _read_tables))
    end = _COUNT + int.from_bytes(whole[:_COUNT], "little")
    steps = whole[_COUNT:end].cast("I")
    with np.load(io.BytesIO(whole[end:])) as rest:
        output, rows = memoryview(rest["output"]), memoryview(rest["rows"])  # they give Python's own numbers
        tables = [rest["features"], rest["priors"], rest["languages"].tolist(), steps, output]
        return LanguageIdentifier(*tables, tk_row=rows)


def _read_tables() -> bytes:
    """Give how many bytes the automaton's steps take, the steps, and the other tables as npz."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_model_file(MODEL_FILE)
    found.set_languages([language.value for language in Language])
    steps, rest = np.asarray(found.tk_nextmove, np.uint32).tobytes(), io.BytesIO()
    tables = {"features": found.nb_ptc, "priors": found.nb_pc, "languages": np.array(found.nb_classes)}
    np.savez(rest, **tables, rows=np.asarray(found.tk_row), output=np.asarray(found.tk_output))
    return len(steps).to_bytes(_COUNT, "little") + steps + rest.getvalue()
