"""The database: opened safely, and changed in whole transactions only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, StaticPool, create_engine, event, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlmodel import Session

from matcha.errors import Conflict, Unavailable
from matcha.store import schema

# Set and asserted on every connection: a commit has reached the disk, a deleted value is overwritten.
_PRAGMAS = {"foreign_keys": 1, "synchronous": 2, "secure_delete": 1, "busy_timeout": 30_000}
_COLLISIONS = ("40001", "40P01")  # PostgreSQL: serialization failure, deadlock
# PostgreSQL, unless the URL says otherwise: a machine that vanishes is noticed within half a minute, not in hours.
_REACHING = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "25000",
}


class Store:
    """Transactions over one database. Only `transaction` commits, and `beside`, of what can be made again."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._postgres = engine.dialect.name == "postgresql"
        self._reader = engine.execution_options(postgresql_readonly=True) if self._postgres else engine

    @classmethod
    def open(cls, url: str) -> Store:
        """Open the database at `url`, making its tables if it is empty.

        Raises Unavailable if it cannot be reached or written, or is of another version.
        """
        with _opening(url), _said_clearly(url), ExitStack() as unless_opened:
            engine = _engine(url)
            unless_opened.callback(engine.dispose)
            schema.ensure(engine)
            unless_opened.pop_all()
        return cls(engine)

    @classmethod
    def in_memory(cls) -> Store:
        """Give an empty database that lives as long as this object."""
        engine = _memory()
        with engine.connect() as connection:
            bare: Any = connection.connection.driver_connection
            bare.deserialize(_empty())
        with engine.connect().execution_options(matcha_writes=True) as connection, connection.begin():
            connection.execute(text("UPDATE storeidentity SET id = :id"), {"id": str(uuid4())})
        return cls(engine)

    @staticmethod
    def upgrade(url: str) -> None:
        """Bring the tables of the database at `url` to this matcha's version, in one transaction."""
        with _opening(url), _said_clearly(url), ExitStack() as afterwards:
            engine = _engine(url)
            afterwards.callback(engine.dispose)
            schema.upgrade(engine)

    def another(self) -> Store:
        """Give the same database with connections of its own, so that who has one here need not wait for a second."""
        return Store(_engine(self.engine.url.render_as_string(hide_password=False)))

    def close(self) -> None:
        """Give back the connections."""
        self.engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Give a session whose changes all become durable at the end, or none if anything is raised."""
        with _said_clearly(str(self.engine.url)), self.engine.connect() as connection:
            writer = connection.execution_options(matcha_writes=True)
            if self._postgres:
                writer = writer.execution_options(isolation_level="SERIALIZABLE")
            with Session(writer, expire_on_commit=False) as session, session.begin():
                if self._postgres:
                    # one writer at a time, as in SQLite; before the first query, which fixes what is seen
                    session.connection().exec_driver_sql("LOCK TABLE log_entry IN EXCLUSIVE MODE")
                yield session

    @contextmanager
    def beside(self) -> Iterator[Connection]:
        """Give a transaction of PostgreSQL for an index that lies in the database; whoever writes the log goes on."""
        with _said_clearly(str(self.engine.url)), self.engine.begin() as connection:
            yield connection

    def purge(self) -> None:
        """Take what has been deleted out of the files too. Raises Unavailable while another process reads.

        SQLite overwrites what is deleted (`secure_delete`), but the write-ahead log keeps copies until it is emptied.
        PostgreSQL keeps dead rows until they are vacuumed; its own log and its backups are the operator's.
        """
        with _said_clearly(str(self.engine.url)), self.engine.connect() as connection:
            plain = connection.execution_options(isolation_level="AUTOCOMMIT")
            if self.engine.dialect.name == "sqlite":
                (busy, _, _) = plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
                if busy:
                    raise _not_purged()
            else:
                plain.exec_driver_sql("VACUUM")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one moment of the database and changes nothing.

        A snapshot is enough, as there is one writer at a time; a standby of PostgreSQL gives no more.
        """
        with _said_clearly(str(self.engine.url)), Session(self._reader, expire_on_commit=False) as session:
            yield session


def _memory() -> Engine:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    _listen(engine, wal=False)
    return engine


@cache
def _empty() -> bytes:
    """Give what an empty database holds in memory: the migrations are run once in a process."""
    engine = _memory()
    schema.ensure(engine)
    with engine.connect() as connection:
        bare: Any = connection.connection.driver_connection
        image: bytes = bare.serialize()
    engine.dispose()
    return image


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        reached = parsed.set(query={**_REACHING, **parsed.query}) if parsed.get_driver_name() == "psycopg" else parsed
        return create_engine(reached, isolation_level="REPEATABLE READ", pool_pre_ping=True)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed)
    _listen(engine, wal=True)
    return engine


def _listen(engine: Engine, wal: bool) -> None:
    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # sqlite3 would otherwise begin late and commit on its own
        if wal:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
            assert mode == "wal", mode
        for name, value in _PRAGMAS.items():
            connection.execute(f"PRAGMA {name} = {value}")
            (held,) = connection.execute(f"PRAGMA {name}").fetchone()
            assert held == value, (name, held)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("matcha_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _said_clearly(url: str) -> Iterator[None]:
    try:
        yield
    except NoConnectionFree as error:
        raise Unavailable(
            "Många använder databasen samtidigt. Försök igen om en stund.",
            "Many use the database at the same time. Try again in a while.",
        ) from error
    except (IntegrityError, OperationalError) as error:
        if isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) not in _COLLISIONS:
            raise (_broken_off() if error.connection_invalidated else _unusable(url, error.orig)) from error
        raise Conflict(
            "Någon annan ändrade samma sak samtidigt. Ingenting har sparats; försök igen.",
            "Someone else changed the same thing at the same time. Nothing was saved; try again.",
        ) from error
    except DBAPIError as error:
        raise _unusable(url, error.orig) from error


@contextmanager
def _opening(url: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise _unusable(url, error) from error


def _not_purged() -> Unavailable:
    return Unavailable(
        "Det är utgallrat och loggat, men ligger kvar i databasens arbetsfil medan andra läser. Stoppa dem och kör: "
        "matcha database purge",
        "It is erased and logged, but stays in the database's working file while others read. Stop them and run: "
        "matcha database purge",
    )


def _broken_off() -> Unavailable:
    return Unavailable(
        "Förbindelsen med databasen bröts. Försök igen. Skulle något sparas är det ovisst om det hann bli det; med "
        "samma Idempotency-Key görs ett anrop bara en gång.",
        "The connection to the database broke. Try again. If something was to be saved, it is not known whether it "
        "was; with the same Idempotency-Key a request is done only once.",
    )


def _unusable(url: str, cause: BaseException | None) -> Unavailable:
    place = make_url(url).render_as_string(hide_password=True) if "://" in url else url
    return Unavailable(
        f"Databasen {place} kan inte användas: {cause}. Välj en annan plats med --home eller MATCHA_DATABASE_URL.",
        f"The database {place} cannot be used: {cause}. Choose another place with --home or MATCHA_DATABASE_URL.",
    )
