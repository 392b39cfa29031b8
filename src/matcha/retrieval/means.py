"""Each language's mean vector: frozen for the default model, measured once for any other, and part of the pipeline."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from pathlib import Path
from typing import ClassVar, Protocol

from matcha.disk import write_atomically
from matcha.encoding.encoder import Encoder
from matcha.retrieval.pipeline import Means, measure_means, reference_digest


class MeansKeeper(Protocol):
    """Gives the means of an encoder, measuring them the first time."""

    def means(self, encoder: Encoder) -> Means: ...


class MemoryMeans:
    """Means that are measured once in a process for each encoder."""

    _kept: ClassVar[dict[str, Means]] = {}

    def means(self, encoder: Encoder) -> Means:
        if encoder.digest not in self._kept:
            self._kept[encoder.digest] = measure_means(encoder)
        return self._kept[encoder.digest]


class FolderMeans:
    """Means that matcha ships (for its default model) or keeps in a file for each encoder and reference text."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def means(self, encoder: Encoder) -> Means:
        name = file_name(encoder.digest)
        shipped, kept = files("matcha.retrieval") / "reference" / name, self._folder / name
        for place in (shipped, kept):
            if place.is_file():
                found: Means = json.loads(place.read_text())
                return found
        means = measure_means(encoder)
        write_atomically(kept, json.dumps(means).encode())
        return means


def file_name(encoder_digest: str) -> str:
    """Give the name of the file of an encoder's means over the present reference text."""
    return f"means-{hashlib.sha256(f'{encoder_digest} {reference_digest()}'.encode()).hexdigest()[:16]}.json"
