"""How Alembic reaches the database: over the connection that `schema.upgrade` hands it."""

from alembic import context
from sqlmodel import SQLModel

import matcha.records  # noqa: F401  (registers the tables)

context.configure(connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata)
with context.begin_transaction():
    context.run_migrations()
