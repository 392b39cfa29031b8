"""SQLite with sqlite-vec and FTS5 in one file, joined by reciprocal ranks in SQL, as sqlite-vec's authors show it."""

from __future__ import annotations

import re
from pathlib import Path

import pysqlite3
import sqlite_vec

from benchmarks.peers.system import TEN, Read, Vector
from benchmarks.peers.texts import Texts

_NEAREST = "select rowid from vectors where embedding match :vector and k = :k order by distance"
_HYBRID = """
with nearest as (
  select rowid as id, row_number() over (order by distance) as place from vectors
  where embedding match :vector and k = :k
), words as (
  select rowid as id, row_number() over (order by rank) as place from said where said match :words limit :k
)
select id from (select * from nearest union all select * from words)
group by id order by sum(1.0 / (60 + place)) desc, id limit :k
"""


class SqliteVec:
    """sqlite-vec and FTS5. Python's own sqlite3 cannot always load extensions, so pysqlite3 is used."""

    def __init__(self, read: Read, folder: Path) -> None:
        self._read = read
        self._database = pysqlite3.connect(folder / "texts.db")
        self._database.enable_load_extension(True)
        sqlite_vec.load(self._database)
        self._database.enable_load_extension(False)

    def build(self, texts: Texts, vectors: Vector) -> None:
        column = f"embedding float[{vectors.shape[1]}] distance_metric=cosine"
        with self._database as database:
            database.execute(f"create virtual table vectors using vec0({column})")
            database.execute("create virtual table said using fts5(text)")
            rows = ((number, vector.tobytes()) for number, vector in enumerate(vectors))
            database.executemany("insert into vectors(rowid, embedding) values (?, ?)", rows)
            said = ((number, text.whole) for number, text in enumerate(texts))
            database.executemany("insert into said(rowid, text) values (?, ?)", said)

    def ask(self, text: str) -> list[int]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", text))
        return self._rows(_HYBRID, {"vector": self._read(text).tobytes(), "words": words, "k": TEN})

    def search(self, vector: Vector) -> list[int]:
        return self._rows(_NEAREST, {"vector": vector.tobytes(), "k": TEN})

    def _rows(self, query: str, values: dict[str, object]) -> list[int]:
        return [id for (id,) in self._database.execute(query, values)]
