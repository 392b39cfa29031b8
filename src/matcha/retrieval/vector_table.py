"""Profile versions in PostgreSQL with pgvector, when their vectors outgrow what each server can keep.

Two tables in a schema of their own, both partitioned by the kind of actor, so that a question to one kind reads no
other, and both with nothing but plain columns, so that whatever distributes them by version may:

- `version`: what a profile is scored by, exactly, one row each: int16 vectors, terms, generality;
- `passage`: what a search looks through: the vectors × 2¹⁵ in 16-bit floats, a sentence's and, while there are any, a
  paragraph's side by side in a row. A version's first row also has what it has once: its language, terms, generality
  and `loss`, how far its vectors lie from the exact ones at most.

A change is one transaction, a *step*: rows are valid from a step and until one. `moment` says what each step agrees
with, so that an answer is made from one moment of everything, here and on a standby.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import MappingProxyType

from sqlalchemy import Connection, text

from matcha.errors import Lagging, Unavailable
from matcha.retrieval.shelf import Fit
from matcha.retrieval.vector_rows import BUCKETS
from matcha.store import Store
from matcha.values import ActorKind

ALWAYS = (1 << 63) - 1  # until when a row is valid that nothing has superseded
_GRAINS = ("sentence", "paragraph")
_INLINE = "WITH (toast_tuple_target = 8160)"  # a row of up to a page lies in one place, and its vectors with it
_LOCK = 0x6D617463_76656374  # the advisory lock of whoever changes the tables
_OLDEST = (0, 8)  # pgvector that goes on searching when what it found is filtered away (hnsw.iterative_scan)


class VectorTable:
    """The tables of one database, which may not have been made yet."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._mine = threading.Lock()

    @classmethod
    def beside(cls, store: Store) -> VectorTable:
        """Give the tables in a store's database. Raises Unavailable, and closes the store, where it has no pgvector.

        They have connections of their own: whoever asks them looks at the store at the same time.
        """
        with ExitStack() as unless_usable:
            unless_usable.callback(store.close)
            _refuse_unusable(store)
            unless_usable.pop_all()
        return cls(store.another())

    def close(self) -> None:
        """Give back the connections."""
        self.store.close()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold off all others who would change the tables, here and on other machines. Raises Lagging on a standby."""
        with self._mine, self.store.reading() as session:
            connection = session.connection()
            if connection.scalar(text("SELECT pg_is_in_recovery()")):
                raise lagging()  # a standby gets the tables from its primary
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            yield

    def check(self, fit: Fit) -> None:
        """Raise Lagging where the tables are not, and have not just been, in step with a fit."""
        with self.store.reading() as session:
            connection = session.connection()
            if not has_tables(connection):
                raise lagging()
            step_of(connection, fit)

    def make(self, dimension: int) -> None:
        """Make the tables where there are none."""
        with self.store.beside() as connection:
            if not has_tables(connection):
                for statement in _statements(dimension):
                    connection.execute(text(statement))

    @contextmanager
    def changing(self, fit: Fit, dimension: int) -> Iterator[Connection]:
        """Give the one transaction in which the tables are changed; it makes them where there are none that fit."""
        self.make(dimension)
        with self.store.beside() as connection:
            # one who changes at a time; before the first query, which fixes what is seen
            connection.execute(text("LOCK TABLE matcha_vectors.moment IN EXCLUSIVE MODE"))
            if connection.scalar(text(f"SELECT count(*) FROM matcha_vectors.moment WHERE NOT ({_SAME})"), vars(fit)):
                _empty(connection, dimension)
            yield connection


_SAME = "store = :store AND pipeline = :pipeline AND encoder = :encoder"


def has_tables(connection: Connection) -> bool:
    """Say whether the tables have been made."""
    return connection.scalar(text("SELECT to_regclass(:name)"), {"name": "matcha_vectors.moment"}) is not None


def step_of(connection: Connection, fit: Fit, settings: Mapping[str, str] = MappingProxyType({})) -> int:
    """Give the newest step that agrees with a fit, and set what is to hold for the transaction, at once.

    Whatever agrees with a fit holds the same, so that it does not matter which of them it is. Raises Lagging where
    there is none, as on a standby that is behind.
    """
    also = "".join(f", set_config('{name}', '{value}', true)" for name, value in settings.items())
    query = f"SELECT max(step){also} FROM matcha_vectors.moment WHERE {_SAME} AND corpus = :corpus"
    (found, *_) = connection.execute(text(query), vars(fit)).one()
    if found is None:
        raise lagging()
    return int(found)


def lagging() -> Lagging:
    """Give the error for tables that do not have the moment that is asked for."""
    return Lagging(
        "Vektorerna i PostgreSQL är äldre än profilerna. Kör: matcha index rebuild",
        "The vectors in PostgreSQL are older than the profiles. Run: matcha index rebuild",
    )


def make_proposals(connection: Connection) -> None:
    """Make the approximate index (HNSW) of each kind's paragraphs where there is none; rows first, which is quicker."""
    index = "CREATE INDEX IF NOT EXISTS passage_paragraph ON matcha_vectors.passage USING hnsw"
    connection.execute(text(f"{index} (paragraph halfvec_ip_ops)"))


def measure(connection: Connection) -> None:
    """Tell PostgreSQL's planner how much there is; it does so by itself only where there are no partitions."""
    for table in ("version", "passage"):
        connection.execute(text(f"ANALYZE matcha_vectors.{table}"))


def _statements(dimension: int) -> Iterator[str]:
    """What makes the tables; those that are there already, as foreign ones of other servers, are left as they are."""
    word = 'text COLLATE "C"'
    valid = f"version_id bigint NOT NULL, since bigint NOT NULL, until bigint NOT NULL, kind {word} NOT NULL"
    exact = "short bytea, short_ids bigint[], long bytea, long_ids bigint[], words text[], reached smallint[]"
    vectors = [f"{grain} halfvec({dimension})" for grain in _GRAINS]
    rough = f"{', '.join(vectors)}, loss real, terms sparsevec({BUCKETS})"
    fit = "store text, pipeline text, encoder text, corpus text"
    yield "CREATE SCHEMA IF NOT EXISTS matcha_vectors"
    yield f"CREATE TABLE IF NOT EXISTS matcha_vectors.moment (step bigint PRIMARY KEY, {fit}, passages bigint)"
    for name, own in (("version", exact), ("passage", rough)):
        columns = f"{valid}, generality bigint, language {word}, {own}"
        table = f"matcha_vectors.{name}"
        yield f"CREATE TABLE IF NOT EXISTS {table} ({columns}) PARTITION BY LIST (kind)"
        for kind in ActorKind:
            part = f"CREATE TABLE IF NOT EXISTS {table}_{kind} PARTITION OF {table} FOR VALUES IN ('{kind}')"
            yield f"{part} {_INLINE}" if name == "passage" else part
        for column in (*_GRAINS, "terms") if name == "passage" else ("words", "reached"):
            yield f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0"  # nothing is sought by these
        yield f"CREATE INDEX IF NOT EXISTS {name}_by_id ON {table} (version_id)"


def _empty(connection: Connection, dimension: int) -> None:
    """Take everything out, for another pipeline; vectors of another dimension need another column."""
    for table in ("moment", "version", "passage"):
        connection.execute(text(f"DELETE FROM matcha_vectors.{table}"))
    held = "SELECT atttypmod FROM pg_attribute WHERE attrelid = CAST(:table AS regclass) AND attname = 'sentence'"
    if connection.scalar(text(held), {"table": "matcha_vectors.passage"}) != dimension:
        connection.execute(text("DROP INDEX IF EXISTS matcha_vectors.passage_paragraph"))
        columns = ", ".join(f"ALTER COLUMN {grain} TYPE halfvec({dimension})" for grain in _GRAINS)
        connection.execute(text(f"ALTER TABLE matcha_vectors.passage {columns}"))


def _refuse_unusable(store: Store) -> None:
    if store.engine.dialect.name != "postgresql":
        raise Unavailable(
            "MATCHA_VECTORS=postgres kräver PostgreSQL, men databasen är SQLite. Ange PostgreSQL i "
            "MATCHA_DATABASE_URL, eller ta bort MATCHA_VECTORS.",
            "MATCHA_VECTORS=postgres needs PostgreSQL, but the database is SQLite. Name PostgreSQL in "
            "MATCHA_DATABASE_URL, or unset MATCHA_VECTORS.",
        )
    with store.reading() as session:
        version = session.connection().scalar(text("SELECT extversion FROM pg_extension WHERE extname = 'vector'"))
    if version is None or tuple(map(int, version.split(".")[:2])) < _OLDEST:
        raise _no_pgvector(version)


def _no_pgvector(version: str | None) -> Unavailable:
    has = version or "–"
    return Unavailable(
        f"MATCHA_VECTORS=postgres kräver tillägget pgvector 0.8 eller senare i databasen (nu: {has}). Installera det "
        "på databasservern och kör där, som superuser: CREATE EXTENSION vector. Eller ta bort MATCHA_VECTORS.",
        f"MATCHA_VECTORS=postgres needs the extension pgvector 0.8 or later in the database (now: {has}). Install it "
        "on the database server and run there, as superuser: CREATE EXTENSION vector. Or unset MATCHA_VECTORS.",
    )
