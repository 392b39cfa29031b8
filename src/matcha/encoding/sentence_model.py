"""Any sentence-transformers model as an encoder."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matcha.encoding.folders import folder_digest
from matcha.values import Role

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PROMPTS = {Role.NEED: "query", Role.PROFILE: "document"}  # sentence-transformers' own names for the two sides


class SentenceModel:
    """A sentence-transformers folder, loaded on first use. The model's own prompts are put before each text."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self._folder = folder
        self._threads = threads
        self._loaded: SentenceTransformer | None = None
        self.digest = folder_digest(folder)

    @property
    def dimension(self) -> int:
        dimension = self._model.get_embedding_dimension()
        assert dimension is not None
        return dimension

    def encode(self, text: str, role: Role) -> NDArray[np.float32]:
        vector = self._model.encode(
            [text],
            batch_size=1,
            prompt=self._model.prompts.get(PROMPTS[role], ""),
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return np.asarray(vector[0], dtype=np.float32)

    @property
    def _model(self) -> SentenceTransformer:
        if self._loaded is None:
            self._loaded = _load(self._folder, self.digest)
            _use(self._threads)
        return self._loaded


def _use(threads: int) -> None:
    import torch  # seconds: only who encodes waits for it

    torch.set_num_threads(threads)


@cache
def _load(folder: Path, _digest: str) -> SentenceTransformer:
    """Load a model of a digest, once in a process: it takes seconds, and nothing that reads with it changes it."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]  # loading is quick; its bar would stand in the way of ours
    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)
