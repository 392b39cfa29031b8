"""The default model without torch: a graph made by `graph_file`, run by ONNX Runtime."""

from __future__ import annotations

import hashlib
import json
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from matcha.encoding.folders import folder_digest
from matcha.encoding.graph_file import ABOUT, FORM, GRAPH
from matcha.encoding.pieces import Pieces
from matcha.encoding.sentence_model import PROMPTS
from matcha.values import Role

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


class FastModel:
    """A folder that `graph_file.write_graph` made, loaded on first use.

    Vectors agree with those of the model it was made from to a cosine of 0.999999 (`tests/test_fast_model.py`).
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self._folder = folder
        self._threads = threads
        self.digest = hashlib.sha256(f"fast-1 {folder_digest(folder)}".encode()).hexdigest()

    @cached_property
    def dimension(self) -> int:
        return int(self._about["dimension"])

    def encode(self, text: str, role: Role) -> NDArray[np.float32]:
        numbers = _pieces(self._folder, self.digest).numbers(self._prompt(role) + text, self._about["tokens"])
        ids = np.array([numbers], np.int64)
        (vectors,) = _session(self._folder, self.digest, self._threads).run(["vectors"], {"ids": ids})
        vector: NDArray[np.float32] = vectors[0]
        return vector

    @cached_property
    def _about(self) -> dict[str, Any]:
        about: dict[str, Any] = json.loads((self._folder / ABOUT).read_text("utf-8"))
        return about

    def _prompt(self, role: Role) -> str:
        return str(self._about["prompts"].get(PROMPTS[role], ""))


def is_made_from(folder: Path, model: Path) -> bool:
    """Say whether a folder holds the fast form of a model as it is now, in the form that is read now."""
    if not (folder / ABOUT).is_file():
        return False
    about = json.loads((folder / ABOUT).read_text("utf-8"))
    return (about.get("form"), about["source"]) == (FORM, folder_digest(model))


@cache
def _pieces(folder: Path, _digest: str) -> Pieces:
    """Load the pieces of a digest, once in a process."""
    return Pieces(folder)


@cache
def _session(folder: Path, _digest: str, threads: int) -> InferenceSession:
    """Load the graph of a digest, once in a process for a number of threads."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # others have work for the processor
    options.log_severity_level = 3
    return InferenceSession(str(folder / GRAPH), options, providers=["CPUExecutionProvider"])
