"""Accounts, who is signed in, and API keys."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("password_hash", sa.String(300)),
        sa.Column("oidc_issuer", sa.String(300)),
        sa.Column("oidc_subject", sa.String(255)),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("actor_id", sa.String(64)),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("invitation", sa.String(64)),
        _moment("invited_until"),
        sa.Column("leaf_index", sa.BigInteger),
        _moment("created", nullable=False),
        _moment("changed", nullable=False),
        sa.UniqueConstraint("email"),
        sa.UniqueConstraint("invitation"),
        sa.UniqueConstraint("oidc_issuer", "oidc_subject"),
    )
    op.create_table(
        "account_session",
        sa.Column("id", sa.String(64), primary_key=True),
        _account(),
        sa.Column("state", sa.String(64)),
        _moment("made", nullable=False),
        _moment("seen", nullable=False),
        _moment("closed"),
        sa.UniqueConstraint("state"),
    )
    op.create_index("ix_account_session_account_id", "account_session", ["account_id"])
    op.create_index("ix_account_session_made", "account_session", ["made"])
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(16), primary_key=True),
        _account(),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        _moment("made", nullable=False),
        _moment("expires", nullable=False),
        _moment("last_used"),
        _moment("revoked"),
    )
    op.create_index("ix_api_key_account_id", "api_key", ["account_id"])


def _account() -> sa.Column[str]:
    return sa.Column("account_id", sa.String(64), sa.ForeignKey("account.id"), nullable=False)


def _moment(name: str, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
