"""`matcha forum`: from a need to a ready half day, in which every choice can be shown to be fair."""

from __future__ import annotations

from collections.abc import Callable

import typer

from matcha.cli import forum_composing, forum_hosting, forum_showing

forum = typer.Typer(help="Perspektivforum: sätt samman, lotta, bjud in. / Forums.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(forum, name="forum")


_COMMANDS: dict[str, Callable[..., None]] = {
    "compose": forum_composing.compose,
    "list": forum_showing.list_forums,
    "show": forum_showing.show_forum,
    "draw": forum_composing.draw,
    "verify": forum_composing.verify,
    "arrange": forum_composing.arrange,
    "plan": forum_composing.plan,
    "invite": forum_hosting.invite,
    "reply": forum_hosting.reply,
    "replace": forum_hosting.replace,
    "change": forum_hosting.change,
    "meetings": forum_hosting.meetings,
    "notes": forum_hosting.notes,
    "tell": forum_hosting.tell,
    "outcome": forum_hosting.outcome,
    "value": forum_hosting.value,
    "close": forum_hosting.close,
    "report": forum_showing.report,
}
for name, command in _COMMANDS.items():
    forum.command(name)(command)
