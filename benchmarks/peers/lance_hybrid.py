"""LanceDB's hybrid: vectors without an index, which it goes through exactly, and full text, by reciprocal ranks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lancedb
import pyarrow as pa
from lancedb.rerankers import RRFReranker

from benchmarks.peers.system import TEN, Read, Vector
from benchmarks.peers.texts import Texts

_BATCH = 10_000


class Lance:
    """LanceDB in a folder of its own, full text in Swedish."""

    def __init__(self, read: Read, folder: Path) -> None:
        self._read = read
        self._database: Any = lancedb.connect(str(folder))
        self._table: Any = None
        self._joined = RRFReranker()

    def build(self, texts: Texts, vectors: Vector) -> None:
        width = vectors.shape[1]
        schema = pa.schema([("id", pa.int64()), ("text", pa.string()), ("vector", pa.list_(pa.float32(), width))])
        self._table = self._database.create_table("texts", data=_batches(texts, vectors, schema), schema=schema)
        self._table.create_fts_index("text", language="Swedish")

    def ask(self, text: str) -> list[int]:
        query = self._table.search(query_type="hybrid").vector(self._read(text)).text(text)
        return _ids(query.distance_type("dot").rerank(self._joined))

    def search(self, vector: Vector) -> list[int]:
        return _ids(self._table.search(vector).distance_type("dot"))


def _ids(query: Any) -> list[int]:
    found: list[int] = query.select(["id"]).limit(TEN).to_arrow()["id"].to_pylist()
    return found


def _batches(texts: Texts, vectors: Vector, schema: Any) -> Iterator[Any]:
    for start in range(0, len(texts), _BATCH):
        some = vectors[start : start + _BATCH]
        flat = pa.FixedSizeListArray.from_arrays(pa.array(some.ravel()), some.shape[1])
        whole = [text.whole for text in texts[start : start + _BATCH]]
        yield pa.record_batch([pa.array(range(start, start + len(some))), pa.array(whole), flat], schema=schema)
