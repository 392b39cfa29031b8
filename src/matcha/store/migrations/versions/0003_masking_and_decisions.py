"""Which names a profile version is read without; what people decided."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("profileversion", sa.Column("masked", sa.JSON, nullable=False, server_default="[]"))
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("need_id", sa.String(64), sa.ForeignKey("need.id"), nullable=False),
        sa.Column("actor_id", sa.String(64), sa.ForeignKey("actor.id"), nullable=False),
        sa.Column(
            "choice",
            sa.Enum(
                "invited", "contacted", "declined", name="choice", native_enum=False, length=32, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column("user", sa.String(300), nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("machine_rank", sa.Integer),
        sa.Column("pipeline", sa.String(64), nullable=False),
        sa.Column("snapshot", sa.String(64), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_decision_need_id", "decision", ["need_id"])
