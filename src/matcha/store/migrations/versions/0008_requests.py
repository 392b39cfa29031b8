"""What people ask of those who run matcha."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_KINDS = ("erasure", "accessibility", "privacy")


def upgrade() -> None:
    kind = sa.Enum(*_KINDS, name="requestkind", native_enum=False, length=32, create_constraint=True)
    op.create_table(
        "request",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", kind, nullable=False),
        sa.Column("text", sa.String),
        sa.Column("page", sa.String(300)),
        sa.Column("email", sa.String(254)),
        sa.Column("account_id", sa.String(64)),
        sa.Column("actor_id", sa.String(64)),
        _moment("made", nullable=False),
        _moment("done"),
        sa.Column("outcome", sa.String),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_request_account_id", "request", ["account_id"])


def _moment(name: str, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
