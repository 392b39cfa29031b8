"""A segment on disk: its arrays in one file, the codes of each size in a FAISS index; read where they lie.

The arrays are a safetensors file (a header of JSON, then the arrays as they are), so that nothing in it is executed.
"""

from __future__ import annotations

import hashlib
import json
import os
import weakref
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from matcha.disk import write_atomically
from matcha.retrieval.segment import Segment
from matcha.values import Grain

_ARRAYS = "profiles.safetensors"
_TYPES = {"I64": np.int64, "I32": np.int32, "I16": np.int16, "I8": np.int8, "U8": np.uint8, "F32": np.float32}


def write(folder: Path, segment: Segment) -> str:
    """Put a segment in a folder of its own, durable when this returns, and give its name: a digest of its files."""
    contents = {_ARRAYS: save({name: np.ascontiguousarray(array) for name, array in segment.arrays().items()})}
    contents |= {_codes(grain): faiss.serialize_index(segment.coded[grain]).tobytes() for grain in Grain}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    name = _name(digests)
    for file, content in contents.items():
        write_atomically(folder / name / file, content)
    return name


def read(folder: Path, name: str) -> Segment:
    """Give a segment, its files mapped into memory. Raises FileNotFoundError, ValueError if it is not what was written.

    What has been read stays whole when the files are deleted (POSIX).
    """
    own = folder / name
    files = (_ARRAYS, *map(_codes, Grain))
    if name != _name({file: _digest(own / file) for file in files}):
        raise ValueError(name)
    return mapped(own)


def mapped(own: Path) -> Segment:
    """Give the segment in a folder of its own as `read` does, unchecked: for who has just written it.

    Raises FileNotFoundError.
    """
    coded = {grain: _coded(own / _codes(grain)) for grain in Grain}
    arrays, places = _mapped(own / _ARRAYS)
    vectors = {grain: f"{grain}/vectors" for grain in Grain}  # as `packing.under` calls them
    few = {grain: _Few(own / _ARRAYS, places[name], arrays[name].shape[1]) for grain, name in vectors.items()}
    return Segment.from_arrays(arrays, coded, few if hasattr(os, "pread") else {})  # Windows has none


def _coded(path: Path) -> Any:
    """The FAISS index of a file, mapped. Raises FileNotFoundError."""
    try:
        return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as cause:
        if path.exists():
            raise
        raise FileNotFoundError(path) from cause  # gone since its digest was made: another index has been saved


def _mapped(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, int]]:
    """The arrays of a file, and the byte at which each begins."""
    content = np.asarray(np.memmap(path, np.uint8, "r"))
    start = 8 + int(content[:8].view("<u8")[0])
    header = json.loads(content[8:start].tobytes())
    found, places = {}, {}
    for name, told in header.items():
        first, last = (start + offset for offset in told["data_offsets"])
        found[name] = content[first:last].view(_TYPES[told["dtype"]]).reshape(told["shape"])
        places[name] = first
    return found, places


class _Few:
    """Reads some vectors from a file. Of mapped ones the sixteen pages around each come into memory, too, and stay."""

    def __init__(self, path: Path, place: int, dimension: int) -> None:
        self._place, self._dimension = place, dimension
        self._file = path.open("rb", buffering=0)
        weakref.finalize(self, self._file.close)

    def __call__(self, rows: slice) -> NDArray[np.int16]:
        size = 2 * self._dimension
        content = os.pread(self._file.fileno(), (rows.stop - rows.start) * size, self._place + rows.start * size)
        return np.frombuffer(content, "<i2").reshape(-1, self._dimension)


def _codes(grain: Grain) -> str:
    return f"{grain}.faiss"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _name(digests: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()[:32]
