"""The first tables: actors, contacts, profiles with versions and passages, needs."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _choice(name: str, *options: str) -> sa.Enum:
    return sa.Enum(*options, name=name, native_enum=False, length=32, create_constraint=True)


def upgrade() -> None:
    identity = op.create_table("storeidentity", sa.Column("id", sa.String(36), primary_key=True))
    op.bulk_insert(identity, [{"id": str(uuid4())}])
    op.create_table(
        "actor",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column(
            "kind",
            _choice(
                "actorkind", "company", "academia", "patient_organisation", "care_unit", "support_function", "authority"
            ),
            nullable=False,
        ),
        sa.Column("org_number", sa.String(300)),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("website", sa.String(300)),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_actor_kind", "actor", ["kind"])
    op.create_table(
        "contact",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("actor_id", sa.String(64), sa.ForeignKey("actor.id"), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("role", sa.String(300)),
        sa.Column("email", sa.String(254)),
        sa.Column("phone", sa.String(300)),
    )
    op.create_index("ix_contact_actor_id", "contact", ["actor_id"])
    op.create_table(
        "profile",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("actor_id", sa.String(64), sa.ForeignKey("actor.id"), nullable=False),
        sa.Column("withdrawn", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_profile_actor_id", "profile", ["actor_id"])
    op.create_table(
        "profileversion",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("profile_id", sa.String(64), sa.ForeignKey("profile.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", _choice("profilekind", "solution", "expertise"), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("language", _choice("language", "sv", "en"), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("profile_id", "version"),
    )
    op.create_index("ix_profileversion_profile_id", "profileversion", ["profile_id"])
    op.create_table(
        "passage",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("version_id", sa.Integer, sa.ForeignKey("profileversion.id"), nullable=False),
        sa.Column("pipeline", sa.String(64), nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("pipeline", "version_id", "ordinal"),
        sqlite_autoincrement=True,  # an id of an erased passage must never name another
    )
    op.create_index("ix_passage_version_id", "passage", ["version_id"])
    op.create_table(
        "need",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("language", _choice("language", "sv", "en"), nullable=False),
        sa.Column("quantity_number", sa.Float),
        sa.Column("quantity_unit", sa.String(300)),
        sa.Column("quantity_population", sa.String(300)),
        sa.Column("quantity_period", sa.String(300)),
        sa.Column("source", sa.String(300)),
        sa.Column("preconditions", sa.String),
        sa.Column("patient_perspective", sa.String),
        sa.Column("care_setting", sa.String(300)),
        sa.Column("goal", sa.String),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
    )
