"""Where it is kept when callers are due: this process's memory, or a database that several processes share.

The database is small, has no part in the store's transactions and never waits for the disk; its loss is harmless. For
SQLite it is a file of its own; in a PostgreSQL server a schema of its own, where callers are in an unlogged table.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from filelock import FileLock
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from matcha.errors import Unavailable
from matcha.store.gcra import Bounds

_WAIT_SECONDS = 1
_SCHEMA = "matcha_limits"  # PostgreSQL: apart from the store's tables, which `schema.ensure` and backups look through
_MAKERS = 0x6D617463  # an advisory lock: IF NOT EXISTS alone can collide
_TAKE = """
    INSERT INTO {0}rate_cell AS kept (key, due, allowed) VALUES (:key, :first, 1)
    ON CONFLICT (key) DO UPDATE SET
        due = CASE WHEN kept.due <= :now OR kept.due > :forgotten THEN :first
                   WHEN kept.due <= :room THEN kept.due + :increment ELSE kept.due END,
        allowed = CASE WHEN kept.due <= :room OR kept.due > :forgotten THEN 1 ELSE 0 END
    RETURNING due, allowed
"""
_SWEEP = "DELETE FROM {0}rate_cell WHERE due <= :now"
_SALT = "SELECT salt FROM {0}rate_salt"
_ADD_SALT = "INSERT INTO {0}rate_salt (id, salt) VALUES (1, :salt) ON CONFLICT DO NOTHING"
_SQLITE_TABLES = (
    "CREATE TABLE IF NOT EXISTS rate_cell (key BLOB PRIMARY KEY, due INTEGER, allowed INTEGER) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS rate_salt (id INTEGER PRIMARY KEY, salt BLOB)",
)
_POSTGRES_TABLES = (
    f"CREATE SCHEMA {_SCHEMA}",
    f"CREATE UNLOGGED TABLE {_SCHEMA}.rate_cell (key BYTEA PRIMARY KEY, due BIGINT, allowed SMALLINT) "
    "WITH (fillfactor = 50)",
    f"CREATE TABLE {_SCHEMA}.rate_salt (id SMALLINT PRIMARY KEY, salt BYTEA)",
)
_ON_CONNECT = {
    "sqlite": (
        f"PRAGMA busy_timeout = {1000 * _WAIT_SECONDS}",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = OFF",
    ),
    "postgresql": (
        f"SET statement_timeout = {1000 * _WAIT_SECONDS}",
        "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED",
    ),
}


class Cells(Protocol):
    """When each caller is due, by the digest of its key. `waits`: whether asking may take a while."""

    waits: bool

    def take(self, key: bytes, bounds: Bounds) -> tuple[int, bool]:
        """Decide for one caller and keep it, atomically: when it is due afterwards, and whether it is let through."""
        ...

    def sweep(self, until: int) -> None:
        """Forget who was due by then: nothing distinguishes it from one who never asked."""
        ...

    def salt(self) -> bytes:
        """Give what keys are digested with, the same for all who share the cells."""
        ...

    def close(self) -> None:
        """Give back the connections."""
        ...


class LocalCells:
    """In this process's memory: the plain twin of the shared ones, and what takes their place when they fail."""

    waits = False

    def __init__(self) -> None:
        self._due: dict[bytes, int] = {}
        self._lock = Lock()

    def take(self, key: bytes, bounds: Bounds) -> tuple[int, bool]:
        with self._lock:
            self._due[key], allowed = bounds.decide(self._due.get(key, 0))
            return self._due[key], allowed

    def sweep(self, until: int) -> None:
        with self._lock:
            self._due = {key: due for key, due in self._due.items() if due > until}

    def salt(self) -> bytes:
        return secrets.token_bytes(32)

    def close(self) -> None:
        self._due.clear()


class SharedCells:
    """One row a caller, changed by one statement."""

    waits = True

    def __init__(self, engine: Engine, salt: bytes) -> None:
        self._engine, self._salt = engine, salt
        self._take, self._sweep = (text(_named(engine, statement)) for statement in (_TAKE, _SWEEP))

    @classmethod
    def open(cls, url: str) -> SharedCells:
        """Open the database at `url`, making the tables if there are none."""
        parsed = make_url(url)
        engine = _engine(parsed)
        if engine.dialect.name == "postgresql":
            return cls(engine, _made(engine))
        path = Path(parsed.database or "")
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=10 * _WAIT_SECONDS):
            _mend(path)
            return cls(engine, _made(engine))

    def take(self, key: bytes, bounds: Bounds) -> tuple[int, bool]:
        asked: dict[str, Any] = {"key": key, "now": bounds.now, "first": bounds.now + bounds.increment}
        asked |= {"increment": bounds.increment, "room": bounds.room, "forgotten": bounds.forgotten}
        with self._engine.connect() as connection:
            due, allowed = connection.execute(self._take, asked).one()
        return due, bool(allowed)

    def sweep(self, until: int) -> None:
        with self._engine.connect() as connection:
            connection.execute(self._sweep, {"now": until})

    def salt(self) -> bytes:
        return self._salt

    def close(self) -> None:
        self._engine.dispose()


def _engine(url: URL) -> Engine:
    postgres = url.get_backend_name() == "postgresql"
    waiting = {"connect_timeout": str(1 + _WAIT_SECONDS), **url.query} if postgres else url.query
    engine = create_engine(url.set(query=waiting), isolation_level="AUTOCOMMIT", pool_timeout=_WAIT_SECONDS)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        with closing(connection.cursor()) as cursor:
            for statement in _ON_CONNECT[engine.dialect.name]:
                cursor.execute(statement)

    return engine


def _made(engine: Engine) -> bytes:
    """Make the tables if there are none; give the salt that is kept there."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="READ COMMITTED")
        with connection.begin() if engine.dialect.name == "postgresql" else nullcontext():
            _make_tables(connection)
            connection.execute(text(_named(engine, _ADD_SALT)), {"salt": secrets.token_bytes(32)})
            return bytes(connection.execute(text(_named(engine, _SALT))).scalar_one())


def _make_tables(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MAKERS})")
        if connection.exec_driver_sql(f"SELECT to_regclass('{_SCHEMA}.rate_salt')").scalar() is not None:
            return
    for table in _POSTGRES_TABLES if connection.dialect.name == "postgresql" else _SQLITE_TABLES:
        connection.exec_driver_sql(table)


def _named(engine: Engine, statement: str) -> str:
    return statement.format(f"{_SCHEMA}." if engine.dialect.name == "postgresql" else "")


def _mend(path: Path) -> None:
    """Put away what a power cut may have left of a file that never waits for the disk; it is made anew."""
    if not path.exists():
        return
    with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS)) as connection:
        try:
            sound = connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
        except sqlite3.OperationalError:  # locked or out of reach: says nothing of what is in it
            return
        except sqlite3.DatabaseError:
            sound = False
    if not sound:
        for end in ("", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)


@contextmanager
def said_clearly() -> Iterator[None]:
    """Make the one error of a limits database that cannot be used."""
    try:
        yield
    except (SQLAlchemyError, ArgumentError, NoSuchModuleError, ModuleNotFoundError, OSError, sqlite3.Error) as error:
        cause = getattr(error, "orig", None) or error
        raise Unavailable(
            f"Databasen som räknar anrop kan inte användas: {cause}. Se till att det går att skriva där den ligger.",
            f"The database that counts requests cannot be used: {cause}. See that it can be written where it lies.",
        ) from error
