"""What each of the latest changes touched."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("profile_ids", sa.JSON(none_as_null=True)),
        sa.Column("names", sa.Boolean, nullable=False),
    )
