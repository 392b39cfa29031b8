"""Readings as arrays and back, for files and for the database."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcha.retrieval.reading import Passages, Reading
from matcha.values import Grain, Language

Arrays = Mapping[str, NDArray[Any]]


def pack_readings(readings: Sequence[Reading]) -> dict[str, NDArray[Any]]:
    """Give readings as arrays that `unpack_readings` takes."""
    pieces = [reading.passages(grain) for reading in readings for grain in Grain]
    return {
        "texts": packed_text([[reading.language for reading in readings], [list(p.texts) for p in pieces]]),
        "vectors": np.concatenate([p.vectors for p in pieces]) if pieces else np.zeros((0, 0), np.int16),
    }


def unpack_readings(arrays: Arrays) -> tuple[Reading, ...]:
    """Give back what `pack_readings` was given."""
    languages, texts = unpacked_text(arrays["texts"])
    passages, start = [], 0
    for pieces in texts:
        passages.append(Passages(tuple(pieces), arrays["vectors"][start : start + len(pieces)]))
        start += len(pieces)
    pairs = zip(languages, passages[::2], passages[1::2], strict=True)
    return tuple(Reading(Language(language), short, long) for language, short, long in pairs)


def packed_text(value: Any) -> NDArray[np.uint8]:
    """Give any JSON value as an array."""
    return np.frombuffer(json.dumps(value, ensure_ascii=False, sort_keys=True).encode(), np.uint8)


def unpacked_text(array: NDArray[Any]) -> Any:
    """Give back what `packed_text` was given."""
    return json.loads(array.tobytes())


def to_bytes(arrays: Arrays) -> bytes:
    """Give arrays as the bytes of an .npz file: the same arrays, the same bytes."""
    content = io.BytesIO()
    np.savez(content, **dict(arrays))  # type: ignore[arg-type]  # its stubs take the names for its options
    return content.getvalue()


def to_small_bytes(arrays: Arrays) -> bytes:
    """Give arrays as the bytes of a compressed .npz file, for files that travel."""
    content = io.BytesIO()
    np.savez_compressed(content, **dict(arrays))  # type: ignore[arg-type]  # as above
    return content.getvalue()


def from_bytes(content: bytes) -> dict[str, NDArray[Any]]:
    """Give back what `to_bytes` or `to_small_bytes` was given."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return dict(file)


def under(name: str, arrays: Arrays) -> dict[str, NDArray[Any]]:
    """Give arrays with a name put before each key, so that several sets fit in one file."""
    return {f"{name}/{key}": array for key, array in arrays.items()}


def within(name: str, arrays: Arrays) -> dict[str, NDArray[Any]]:
    """Give the arrays that `under` put there."""
    return {key.removeprefix(f"{name}/"): array for key, array in arrays.items() if key.startswith(f"{name}/")}


def batches(items: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    """Give `items` in their order, `size` at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))
