"""What can happen to a need: the steps of a forum, too."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BEFORE = (
    "state screening attachment secrecy interest contact question answer post meeting event declaration solution "
    "implementation feedback effect follow_up judgement"
)
_FORUM = (
    "forum_composed forum_drawn forum_arranged forum_planned forum_invited forum_replied forum_replaced forum_changed "
    "forum_scheduled forum_met forum_outcome forum_valued forum_closed"
)


def upgrade() -> None:
    with op.batch_alter_table("act", table_kwargs={"sqlite_autoincrement": True}) as act:
        act.alter_column("kind", existing_type=_kinds(_BEFORE), type_=_kinds(f"{_BEFORE} {_FORUM}"), nullable=False)


def _kinds(words: str) -> sa.Enum:
    return sa.Enum(*words.split(), name="actkind", native_enum=False, length=32, create_constraint=True)
