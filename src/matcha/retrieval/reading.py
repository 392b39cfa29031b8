"""Text into sentences, paragraphs and their vectors, as one encoder reads them. This is all that is slow.

What is read is kept as the encoder gave it; what the statistics of a pipeline make of it is worked out from there
(`pipeline`), so that new statistics never need a text to be read again.
"""

from __future__ import annotations

import hashlib
import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from matcha import scoring
from matcha.encoding.encoder import Encoder
from matcha.text import canonical, lexical, names, running, sentences
from matcha.text.lexical import Term
from matcha.values import Grain, Language, Piece, Role

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

    @property
    def said(self) -> str:
        """All sentences, a line each: what the terms are taken from."""
        return "\n".join(self.sentences.texts)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The terms of what is said (`lexical.terms`), worked out once: for a need, that asks for them again."""
        return lexical.terms(self.said, self.language)

    def passages(self, grain: Grain) -> Passages:
        """Give the pieces of one size."""
        return self.sentences if grain is Grain.SENTENCE else self.paragraphs


class Reader:
    """Reads needs and profiles with one encoder. Two readers with the same `digest` give the same bytes."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.encoder_digest = encoder.digest
        self.digest = _digest(encoder.digest)

    @property
    def dimension(self) -> int:
        """The length of every vector; loads the model."""
        return self.encoder.dimension

    def need(self, text: str, language: Language, masked: Sequence[str] = ()) -> Reading:
        """Read a need: each sentence alone, and all of them together. Raises Invalid as `canonical` does.

        `masked` holds names and numbers of actors, which are not read (`names`).
        """
        found = sentences.sentences(_masked(text, masked), language)
        whole = sentences.paragraphs(found, NEED_PARAGRAPH)
        return self._read(Role.NEED, language, zip(found, found, strict=True), zip(whole, whole, strict=True))

    def profile(
        self, title: str, text: str, language: Language, masked: Sequence[str] = (), known: Reading | None = None
    ) -> Reading:
        """Read a profile: its title, and each sentence and each paragraph together with the title.

        A sentence alone often does not say what it is about; with its title it does. Where there is no title, the
        first sentence serves as one. Of the text, what `running.said` gives is read, without the names and numbers in
        `masked`. Raises Invalid as `canonical` does. What stands in `known` under the same title is not encoded again.
        """
        first, body = profile_sentences(title, text, language, masked)
        heading = _heading(first, bool(title))
        same = known if known and known.sentences.texts[0] == first else None
        whole = sentences.paragraphs(body, PROFILE_PARAGRAPH)
        return self._read(
            Role.PROFILE,
            language,
            [(first, first), *((s, sentences.joined(heading, s)) for s in body)],
            [(p, sentences.joined(heading, p)) for p in whole] or [(first, first)],
            same,
        )

    def _read(
        self,
        role: Role,
        language: Language,
        short: Iterable[tuple[str, str]],
        long: Iterable[tuple[str, str]],
        known: Reading | None = None,
    ) -> Reading:
        encoded: dict[str, NDArray[np.int16]] = {}  # a text of one sentence is its own paragraph

        def passages(pieces: Iterable[tuple[str, str]], before: Passages | None) -> Passages:
            shown, read = zip(*pieces, strict=True)
            old = dict(zip(before.texts, before.vectors, strict=True)) if before else {}
            for piece, text in zip(shown, read, strict=True):
                if piece not in old and text not in encoded:
                    encoded[text] = scoring.quantise(self.encoder.encode(text, role))
            vectors = [old[p] if p in old else encoded[text] for p, text in zip(shown, read, strict=True)]
            return Passages(shown, np.stack(vectors))

        return Reading(
            language,
            passages(short, known.sentences if known else None),
            passages(long, known.paragraphs if known else None),
        )


def as_encoded(role: Role, reading: Reading, titled: bool = True) -> Iterator[tuple[str, NDArray[np.int16]]]:
    """Give the texts that were encoded for a reading, each with its vector, so that an encoder can remember them."""
    first, *_ = reading.sentences.texts
    for passages in (reading.sentences, reading.paragraphs):
        for text, vector in zip(passages.texts, passages.vectors, strict=True):
            alone = role is Role.NEED or text == first
            yield text if alone else sentences.joined(_heading(first, titled), text), vector


def as_pieces(reading: Reading) -> tuple[Piece, ...]:
    """Give what was read as the store keeps it: vectors as little-endian int16."""
    return tuple(
        (grain, ordinal, text, vector.astype("<i2").tobytes())
        for grain in Grain
        for passages in (reading.passages(grain),)
        for ordinal, (text, vector) in enumerate(zip(passages.texts, passages.vectors, strict=True))
    )


def as_reading(language: Language, pieces: Sequence[Piece]) -> Reading:
    """Give back what `as_pieces` was given; the pieces of each size stand in their order."""

    def passages(grain: Grain) -> Passages:
        own = [(text, vector) for size, _, text, vector in pieces if size is grain]
        vectors = np.frombuffer(b"".join(vector for _, vector in own), "<i2").reshape(len(own), -1)
        return Passages(tuple(text for text, _ in own), vectors.astype(np.int16))

    return Reading(language, passages(Grain.SENTENCE), passages(Grain.PARAGRAPH))


def profile_sentences(
    title: str, text: str, language: Language, masked: Sequence[str] = ()
) -> tuple[str, tuple[str, ...]]:
    """Give a profile's title (or first sentence), and the sentences of its text that are read."""
    found = all_sentences(text, language, masked)
    first = running.title(_masked(title, masked).replace("\n", " ")) if title else found[0]
    return first, running.said(first, found if title else found[1:])


def all_sentences(text: str, language: Language, masked: Sequence[str] = ()) -> tuple[str, ...]:
    """Give the sentences of a profile's text, those that do not count among them."""
    return _sentences(text, language, tuple(masked))


@lru_cache(maxsize=4096)  # a profile is cut several times while it is submitted and explained
def _sentences(text: str, language: Language, masked: tuple[str, ...]) -> tuple[str, ...]:
    readable = running.once(_masked(text, masked))
    return sentences.sentences(readable, language) if any(map(str.isalnum, readable)) else ()


def _heading(first: str, titled: bool) -> str:
    return first if titled else textwrap.wrap(first, LONGEST_HEADING)[0]


def _masked(text: str, phrases: Sequence[str]) -> str:
    return names.masked(canonical.canonical(text), phrases)


def _digest(encoder_digest: str) -> str:
    parts = {
        "encoder": encoder_digest,
        "canonical": canonical.VERSION,
        "sentences": sentences.VERSION,
        "running": running.VERSION,
        **names.digest_parts(),
        "spacy": version("spacy"),
        "form": ["title-with-sentence-and-paragraph-2", NEED_PARAGRAPH, PROFILE_PARAGRAPH, LONGEST_HEADING],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
