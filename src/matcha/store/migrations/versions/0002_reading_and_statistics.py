"""Passages as a reader gave them, in two sizes; frozen statistics; a count of the changes.

The passages go: they were read by a pipeline that is gone, and `matcha index rebuild` reads the profiles anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("storeidentity", sa.Column("revision", sa.Integer, nullable=False, server_default="0"))
    op.drop_table("passage")
    op.create_table(
        "passage",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("version_id", sa.Integer, sa.ForeignKey("profileversion.id"), nullable=False),
        sa.Column("reader", sa.String(64), nullable=False),
        sa.Column(
            "grain",
            sa.Enum("sentence", "paragraph", name="grain", native_enum=False, length=32, create_constraint=True),
            nullable=False,
        ),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("reader", "version_id", "grain", "ordinal"),
        sqlite_autoincrement=True,  # an id of an erased passage must never name another
    )
    op.create_index("ix_passage_version_id", "passage", ["version_id"])
    op.create_table(
        "frozenstatistics",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("reader", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("needs", sa.Integer, nullable=False),
        sa.Column("profiles", sa.Integer, nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )
