"""What happens to needs, from idea to effect; proposals, attachments, subscriptions, weightings; jobs and requests."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATES = "idea draft screened prioritised published in_dialogue solution_chosen implemented followed_up parked closed"
_ACTS = (
    "state screening attachment secrecy interest contact question answer post meeting event declaration solution "
    "implementation feedback effect follow_up judgement"
)


def upgrade() -> None:
    with op.batch_alter_table("need") as need:
        need.add_column(sa.Column("aspects", sa.JSON, nullable=False, server_default="[]"))
        need.add_column(sa.Column("state", _choice("state", _STATES), nullable=False, server_default="published"))
        need.add_column(sa.Column("was", _choice("was", _STATES)))
        need.add_column(sa.Column("secret", sa.JSON, nullable=False, server_default="{}"))
        need.add_column(sa.Column("touched", sa.BigInteger))
    op.execute("UPDATE need SET touched = leaf_index")
    op.create_index("ix_need_state", "need", ["state"])
    with op.batch_alter_table("profile") as profile:
        profile.add_column(_moment("expires"))
        profile.add_column(_moment("expired"))
    op.create_index("ix_profile_expires", "profile", ["expires"])
    op.add_column("profileversion", sa.Column("certificates", sa.JSON, nullable=False, server_default="[]"))
    _process()
    _requests()


def _process() -> None:
    op.create_table(
        "act",
        sa.Column("id", sa.Integer, primary_key=True),
        _need(),
        sa.Column("kind", _choice("actkind", _ACTS), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("actor_id", sa.String(64), sa.ForeignKey("actor.id")),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("leaf_index", sa.BigInteger, nullable=False),
        _moment("made", nullable=False),
        sqlite_autoincrement=True,
    )
    for column in ("need_id", "kind", "actor_id"):
        op.create_index(f"ix_act_{column}", "act", [column])
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer, primary_key=True),
        _need(),
        sa.Column("analysis", _choice("analysis", "socioeconomic life_cycle other"), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_attachment_need_id", "attachment", ["need_id"])
    op.create_table(
        "weighting",
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("weights", sa.JSON, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("leaf_index", sa.BigInteger, nullable=False),
        _moment("published", nullable=False),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("actor_id", sa.String(64), nullable=False),
        sa.Column("profile_id", sa.String(64), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("ruling", _choice("ruling", "awaiting accepted returned taken_back"), nullable=False),
        sa.Column("reason", sa.String),
        sa.Column("ruled_by", sa.String(64)),
        sa.Column("leaf_index", sa.BigInteger, nullable=False),
        _moment("made", nullable=False),
        _moment("ruled"),
        sqlite_autoincrement=True,
    )
    for column in ("actor_id", "profile_id", "ruling"):
        op.create_index(f"ix_proposal_{column}", "proposal", [column])
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("words", sa.String(300)),
        _moment("made", nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subscription_account_id", "subscription", ["account_id"])


def _requests() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", _choice("jobkind", "matches neutrality"), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("asked", sa.JSON, nullable=False),
        sa.Column("state", _choice("jobstate", "queued running done cancelled failed"), nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("worker", sa.String(64)),
        _moment("lease"),
        _moment("made", nullable=False),
        _moment("ended"),
    )
    op.create_index("ix_job_by", "job", ["by"])
    op.create_index("ix_job_state", "job", ["state"])
    op.create_table(
        "job_item",
        sa.Column("job_id", sa.String(64), sa.ForeignKey("job.id"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("found", sa.Boolean, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "answered",
        sa.Column("caller", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        _moment("made", nullable=False),
    )
    op.create_table(
        "need_reading",
        sa.Column("need_id", sa.String(64), sa.ForeignKey("need.id"), primary_key=True),
        sa.Column("reader", sa.String(64), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def _need() -> sa.Column[str]:
    return sa.Column("need_id", sa.String(64), sa.ForeignKey("need.id"), nullable=False)


def _moment(name: str, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _choice(name: str, words: str) -> sa.Enum:
    return sa.Enum(*words.split(), name=name, native_enum=False, length=32, create_constraint=True)
