"""The tables' version: every database is made and changed by the same migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from matcha.errors import Conflict, Unavailable

HEAD = "0009"


def ensure(engine: Engine) -> None:
    """Make the tables of an empty database; refuse one of another version."""
    with engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
        revision = (
            connection.scalar(text("SELECT version_num FROM alembic_version")) if "alembic_version" in tables else None
        )
    if not tables:
        upgrade(engine)
    elif revision != HEAD:
        raise Unavailable(
            f"Databasen har version {revision}, men detta matcha väntar sig {HEAD}. Säkerhetskopiera den och kör: "
            "matcha database upgrade",
            f"The database is of version {revision}, but this matcha expects {HEAD}. Back it up and run: "
            "matcha database upgrade",
        )


def upgrade(engine: Engine, version: str = HEAD) -> None:
    """Bring the tables to a version, in one transaction. Raises Conflict if rows would then point at nothing."""
    from alembic import command  # a quarter of a second that only a new or old database costs
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "matcha.store:migrations")
    with engine.connect() as plain:
        connection = plain.execution_options(matcha_writes=True)
        with _foreign_keys_last(connection), connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, version)
            _refuse_dangling(connection)


@contextmanager
def _foreign_keys_last(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew and dropping the old one, to which other tables' rows point.

    So their keys are not held meanwhile, as sqlite.org/lang_altertable.html §7 says; this can only be set between
    transactions.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    bare: Any = connection.connection.driver_connection
    (held,) = bare.execute("PRAGMA foreign_keys").fetchone()
    bare.execute("PRAGMA foreign_keys = 0")
    try:
        yield
    finally:
        bare.execute(f"PRAGMA foreign_keys = {held}")


def _refuse_dangling(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise Conflict(
            "Databasen har rader som pekar på sådant som saknas. Ingenting har ändrats; återställ en säkerhetskopia.",
            "The database has rows that point at what is missing. Nothing was changed; restore a backup.",
        )
