"""Text into sentences, paragraphs and their vectors, as one encoder reads them. This is all that is slow.

What is read is kept as the encoder gave it; what the statistics of a pipeline make of it is worked out from there
(`pipeline`), so that new statistics never need a text to be read again.
"""

from __future__ import annotations

import hashlib
import json
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from matcha import scoring
from matcha.encoding.encoder import Encoder
from matcha.text import canonical, sentences
from matcha.values import Grain, Language, Role

NEED_PARAGRAPH = 1500  # characters: nearly every need is one paragraph, and an E5 encoder reads it whole
PROFILE_PARAGRAPH = 500  # characters: measured against whole profiles, which lose on long pages
LONGEST_HEADING = 200  # characters of a first sentence that stands in for a missing title


@dataclass(frozen=True)
class Passages:
    """Pieces of a text and their vectors as the encoder gave them, int16, shape (pieces, dimension)."""

    texts: tuple[str, ...]
    vectors: NDArray[np.int16]


@dataclass(frozen=True)
class Reading:
    """A need or a profile as it was read. `sentences` holds a profile's title first."""

    language: Language
    sentences: Passages
    paragraphs: Passages

    def passages(self, grain: Grain) -> Passages:
        """Give the pieces of one size."""
        return self.sentences if grain is Grain.SENTENCE else self.paragraphs


class Reader:
    """Reads needs and profiles with one encoder. Two readers with the same `digest` give the same bytes."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.encoder_digest = encoder.digest
        self.digest = _digest(encoder.digest)

    @property
    def dimension(self) -> int:
        """The length of every vector; loads the model."""
        return self._encoder.dimension

    def need(self, text: str, language: Language) -> Reading:
        """Read a need: each sentence alone, and all of them together. Raises Invalid as `canonical` does."""
        found = sentences.sentences(text, language)
        whole = sentences.paragraphs(found, NEED_PARAGRAPH)
        return self._read(Role.NEED, language, zip(found, found, strict=True), zip(whole, whole, strict=True))

    def profile(self, title: str, text: str, language: Language) -> Reading:
        """Read a profile: its title, and each sentence and each paragraph together with the title.

        A sentence alone often does not say what it is about; with its title it does. Where there is no title, the
        first sentence serves as one. Raises Invalid as `canonical` does.
        """
        found = sentences.sentences(text, language)
        first = canonical.canonical(title).replace("\n", " ") if title else found[0]
        body = found if title else found[1:]
        heading = textwrap.wrap(first, LONGEST_HEADING)[0] if not title else first
        whole = sentences.paragraphs(body, PROFILE_PARAGRAPH)
        return self._read(
            Role.PROFILE,
            language,
            [(first, first), *((s, sentences.joined(heading, s)) for s in body)],
            [(p, sentences.joined(heading, p)) for p in whole] or [(first, first)],
        )

    def _read(
        self, role: Role, language: Language, short: Iterable[tuple[str, str]], long: Iterable[tuple[str, str]]
    ) -> Reading:
        known: dict[str, NDArray[np.int16]] = {}  # a text of one sentence is its own paragraph

        def passages(pieces: Iterable[tuple[str, str]]) -> Passages:
            shown, read = zip(*pieces, strict=True)
            for text in read:
                if text not in known:
                    known[text] = scoring.quantise(self._encoder.encode(text, role))
            return Passages(shown, np.stack([known[text] for text in read]))

        return Reading(language, passages(short), passages(long))


def _digest(encoder_digest: str) -> str:
    parts = {
        "encoder": encoder_digest,
        "canonical": canonical.VERSION,
        "sentences": sentences.VERSION,
        "spacy": version("spacy"),
        "form": ["title-with-sentence-and-paragraph-2", NEED_PARAGRAPH, PROFILE_PARAGRAPH, LONGEST_HEADING],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
