"""Any sentence-transformers model as an encoder."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matcha.config import DEFAULT_MODEL, Settings
from matcha.errors import Unavailable
from matcha.values import Role

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_PROMPTS = {Role.NEED: "query", Role.PROFILE: "document"}  # sentence-transformers' own names for the two sides


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
            prompt=self._model.prompts.get(_PROMPTS[role], ""),
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


def find_model(settings: Settings) -> Path:
    """Give the folder of the model that the settings name: under models/, a path, or from the hub by name.

    Raises Unavailable with the command that mends it.
    """
    for folder in (settings.models / settings.model, Path(settings.model)):
        if (folder / "modules.json").is_file():
            return folder.resolve()
    if settings.model == DEFAULT_MODEL or Path(settings.model).is_absolute():
        raise Unavailable(
            f"Språkmodellen saknas i {settings.models / settings.model}. Kör: matcha model prepare",
            f"The model is missing from {settings.models / settings.model}. Run: matcha model prepare",
        )
    return _from_hub(settings.model)


def folder_digest(folder: Path) -> str:
    """Give the SHA-256 of all files in a model folder (but for its README): JSON of their names and SHA-256.

    Reading half a gigabyte takes a second, so the answer is kept in `.digest.json` beside the folder and used
    again while no file's size or time of change differs.
    """
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "README.md")
    seen = [[str(p.relative_to(folder)), p.stat().st_size, p.stat().st_mtime_ns] for p in files]
    kept = folder.with_name(f"{folder.name}.digest.json")
    if kept.is_file():
        remembered = json.loads(kept.read_text())
        if remembered["files"] == seen:
            return str(remembered["digest"])
    digest = _digest(folder, files)
    try:
        kept.write_text(json.dumps({"files": seen, "digest": digest}))
    except OSError:
        return digest  # a read-only model folder only costs the second
    return digest


def _digest(folder: Path, files: list[Path]) -> str:
    names = {str(p.relative_to(folder)): _file_digest(p) for p in files}
    return hashlib.sha256(json.dumps(names, sort_keys=True).encode()).hexdigest()


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as cause:
        raise Unavailable(
            f"Modellen {name} finns varken under models/, som mapp eller på hubben ({cause}).",
            f"The model {name} is neither under models/, nor a folder, nor on the hub ({cause}).",
        ) from cause
