"""Each language's mean vector, measured once for an encoder and then kept: it belongs to the pipeline's version."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import ClassVar, Protocol

from matcha.encoding.encoder import Encoder
from matcha.retrieval.pipeline import Means, measure_means, reference_digest
from matcha.retrieval.shelf import write_atomically, writing


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
    """Means in a file of their own for each encoder and reference text."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def means(self, encoder: Encoder) -> Means:
        name = hashlib.sha256(f"{encoder.digest} {reference_digest()}".encode()).hexdigest()[:16]
        path = self._folder / f"means-{name}.json"
        if path.is_file():
            kept: Means = json.loads(path.read_bytes())
            return kept
        means = measure_means(encoder)
        with writing(self._folder):
            write_atomically(path, json.dumps(means).encode())
        return means
