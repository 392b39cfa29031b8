"""The tables' version: every database is made and changed by the same migrations."""

from __future__ import annotations

from sqlalchemy import Engine, inspect, text

from matcha.errors import Unavailable

HEAD = "0006"


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
    """Bring the tables to a version, in one transaction."""
    from alembic import command  # a quarter of a second that only a new or old database costs
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "matcha.store:migrations")
    with engine.connect().execution_options(matcha_writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, version)
