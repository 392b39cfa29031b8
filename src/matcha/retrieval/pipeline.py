"""Text into integer vectors: canonical text, sentences, encoder, centring by language, quantisation.

An encoder places the languages apart, so that a Swedish need meets Swedish text too easily. Subtracting each
language's mean vector takes most of that away. The means come from a reference text that is part of matcha and the
same for both languages; they are therefore frozen: no profile, and nobody who submits one, can move them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from matcha import scoring
from matcha.encoding.encoder import Encoder
from matcha.text import canonical, sentences
from matcha.values import Language, Role

Means = dict[str, list[int]]  # "need/sv" → mean vector × 2¹⁵


@dataclass(frozen=True)
class Encoded:
    """The sentences of a text and their vectors, int16, shape (sentences, dimension)."""

    sentences: tuple[str, ...]
    vectors: NDArray[np.int16]


class Pipeline:
    """One way from text to vectors. Two pipelines with the same `digest` give the same bytes."""

    def __init__(self, encoder: Encoder, means: Means) -> None:
        self._encoder = encoder
        self._means = {key: np.array(mean, np.float64) / scoring.ONE for key, mean in means.items()}
        self.encoder_digest = encoder.digest
        self.dimension = len(next(iter(means.values())))
        self.digest = _digest(encoder.digest, means)

    def warm_up(self) -> None:
        """Load the model now, rather than with the first text."""
        assert self._encoder.dimension == self.dimension

    def read_need(self, text: str, language: Language) -> Encoded:
        """Cut a need into sentences and encode each alone. Raises Invalid as `canonical` does."""
        found = sentences.sentences(text, language)
        return self._encode(found, found, Role.NEED, language)

    def read_profile(self, title: str, text: str, language: Language) -> Encoded:
        """Cut a profile into its title and sentences; each sentence is encoded together with the title.

        A sentence alone often does not say what it is about; with its title it does. An empty title is left out.
        Raises Invalid as `canonical` does.
        """
        found = sentences.sentences(text, language)
        if not title:
            return self._encode(found, found, Role.PROFILE, language)
        heading = canonical.canonical(title).replace("\n", " ")
        return self._encode((heading, *found), (heading, *(titled(heading, s) for s in found)), Role.PROFILE, language)

    def _encode(self, shown: tuple[str, ...], read: tuple[str, ...], role: Role, language: Language) -> Encoded:
        mean = self._means[_key(role, language)]
        return Encoded(shown, np.stack([_centred(self._encoder.encode(text, role), mean) for text in read]))


def titled(title: str, sentence: str) -> str:
    """Give the text that is encoded for a sentence under a title."""
    return f"{title}. {sentence}"


def measure_means(encoder: Encoder) -> Means:
    """Encode the reference text and give the mean vector of each role and language, quantised."""
    return {_key(role, language): _mean(encoder, role, language) for role in Role for language in Language}


def reference(language: Language) -> tuple[tuple[str, str], ...]:
    """Give the reference text: (title, sentence) pairs, the same in every language, in the same order."""
    content = (files("matcha.retrieval") / "reference" / f"reference.{language}.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in content.splitlines())
    return tuple((title, sentence) for _, title, sentence in rows)


def reference_digest() -> str:
    """Give the SHA-256 of the reference text in all languages."""
    return hashlib.sha256(json.dumps([reference(language) for language in Language]).encode()).hexdigest()


def _mean(encoder: Encoder, role: Role, language: Language) -> list[int]:
    total = np.zeros(encoder.dimension, np.float64)
    pairs = reference(language)
    for title, sentence in pairs:
        total += encoder.encode(sentence if role is Role.NEED else titled(title, sentence), role)
    return [int(x) for x in np.rint(total / len(pairs) * scoring.ONE)]


def _centred(vector: NDArray[np.float32], mean: NDArray[np.float64]) -> NDArray[np.int16]:
    moved = vector.astype(np.float64) - mean
    length = float(np.linalg.norm(moved))
    return scoring.quantise((moved / length if length else moved).astype(np.float32))


def _key(role: Role, language: Language) -> str:
    return f"{role}/{language}"


def _digest(encoder_digest: str, means: Means) -> str:
    parts = {
        "encoder": encoder_digest,
        "means": means,
        "canonical": canonical.VERSION,
        "sentences": sentences.VERSION,
        "spacy": version("spacy"),
        "form": "title-with-sentence-1",
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
