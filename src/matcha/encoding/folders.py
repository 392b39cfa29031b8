"""Folders of models: where they are found, and what tells one from another."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from matcha.config import DEFAULT_MODEL, Settings
from matcha.errors import Unavailable


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
