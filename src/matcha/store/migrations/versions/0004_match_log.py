"""The match log; what needs are matched for and whether a procurement is under way; digests of what was read."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_REFUSED = "the match log is only added to"


def upgrade() -> None:
    op.create_table(
        "log_entry",
        sa.Column("leaf_index", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary, nullable=False),
        sa.Column("frontier", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_log_entry_kind", "log_entry", ["kind"])
    op.create_table(
        "log_payload",
        sa.Column("leaf_index", sa.BigInteger, sa.ForeignKey("log_entry.leaf_index"), primary_key=True),
        sa.Column("field", sa.String(64), primary_key=True),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "log_object",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "profile_entry",
        sa.Column("leaf_index", sa.BigInteger, sa.ForeignKey("log_entry.leaf_index"), primary_key=True),
        sa.Column("version_id", sa.Integer, sa.ForeignKey("profileversion.id"), nullable=False),
    )
    op.create_index("ix_profile_entry_version_id", "profile_entry", ["version_id"])
    op.create_table(
        "version_reading",
        sa.Column("version_id", sa.Integer, sa.ForeignKey("profileversion.id"), primary_key=True),
        sa.Column("reader", sa.String(64), primary_key=True),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    purpose = sa.Enum("preparing", "informing", name="purpose", native_enum=False, length=32, create_constraint=True)
    with op.batch_alter_table("need") as need:
        need.add_column(sa.Column("purpose", purpose, nullable=False, server_default="preparing"))
        need.add_column(sa.Column("locked", sa.Boolean, nullable=False, server_default=sa.false()))
        need.add_column(sa.Column("leaf_index", sa.BigInteger))
    op.add_column("decision", sa.Column("leaf_index", sa.BigInteger))
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


_SQLITE = (
    *(
        f"CREATE TRIGGER log_entry_no_{event.lower()} BEFORE {event} ON log_entry "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        for event in ("UPDATE", "DELETE")
    ),
    "CREATE TRIGGER log_entry_no_gap BEFORE INSERT ON log_entry "
    "WHEN NEW.leaf_index <> (SELECT coalesce(max(leaf_index), -1) + 1 FROM log_entry) "
    "BEGIN SELECT RAISE(ABORT, 'the match log has no gaps'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION log_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$",
    "CREATE TRIGGER log_entry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON log_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION log_entry_refuse()",
    "CREATE FUNCTION log_entry_next() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF NEW.leaf_index <> (SELECT coalesce(max(leaf_index), -1) + 1 FROM log_entry) THEN "
    "RAISE EXCEPTION 'the match log has no gaps'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER log_entry_no_gap BEFORE INSERT ON log_entry FOR EACH ROW EXECUTE FUNCTION log_entry_next()",
)
