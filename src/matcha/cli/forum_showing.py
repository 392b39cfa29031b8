"""`matcha forum list|show|report`: a forum in the terminal, as JSON, and as files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from matcha.cli import forum_places
from matcha.cli.forum_asking import AsJson, Id, InLanguage
from matcha.cli.matching import in_language
from matcha.cli.session import CommandLine, out, print_json
from matcha.disk import write_atomically
from matcha.forum import telling
from matcha.forum.record import Forum, Waiting
from matcha.forum.words import GRADE_WORDS, REPLIES, chance, number, part, reason
from matcha.interchange.forum.moments import stamp
from matcha.interchange.forum.naming import names, told_reason
from matcha.interchange.forum.record import forum_json
from matcha.process import Part, SeedSource

_GRADES = ("·", "○", "◐", "●")  # told apart by shape, not by colour
_MOST_WAITING = 40


def list_forums(
    context: typer.Context,
    need: Annotated[str | None, typer.Option(help="Bara ett behovs. / Of one need only.")] = None,
    as_json: AsJson = False,
) -> None:
    """Alla forum och hur långt de har kommit. / All forums, and how far they have come."""
    line: CommandLine = context.obj
    found = line.matcha.forums(need)
    if as_json:
        print_json([forum_json(forum) for forum in found])
    elif not found:
        out.print(line.say("forum_none"))
    else:
        table = _table(*(line.say(f"forum_{word}") for word in ("id", "need", "made", "stands")))
        for forum in found:
            made = stamp(forum.made, line.settings.language)
            table.add_row(*(Text(cell) for cell in (forum.id, forum.need_id, made, _state(line, forum))))
        out.print(table)


def show_forum(context: typer.Context, id: Id, as_json: AsJson = False) -> None:
    """Ett forum: vem som är inbjuden och varför, grupper och stationer. / A forum: who is invited and why, groups."""
    line: CommandLine = context.obj
    show(line, line.matcha.forum(id), as_json)


def report(
    context: typer.Context,
    id: Id,
    out_folder: Annotated[Path | None, typer.Option("--out", help="Mapp för filerna. / Folder for the files.")] = None,
    language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """Skriv forumets alla filer: listor, kalender, skyltar, placering, rapport. / Write all files of a forum."""
    line = in_language(context.obj, language)
    forum = line.matcha.forum(id)
    if as_json:
        print_json(forum_json(forum))
    if out_folder is not None or not as_json:
        _write(line, forum, out_folder or Path(forum.id), quiet=as_json)


def _write(line: CommandLine, forum: Forum, folder: Path, quiet: bool) -> None:
    from matcha.interchange.forum.files import files

    with line.working("forum_writing"):
        made = files(forum, line.settings.language)
    for name, content in made.items():
        write_atomically(folder / name, content)
        if not quiet:
            out.print(line.say("written", path=folder / name), markup=False, soft_wrap=True)


def show(line: CommandLine, forum: Forum, as_json: bool, seconds: float | None = None) -> None:
    """Show a whole forum; `seconds` is how long it took to compose, if that was measured now."""
    if as_json:
        print_json(forum_json(forum, seconds))
        return
    _show_heading(line, forum)
    _show_certificate(line, forum, seconds)
    if forum.drawn:
        _show_invitations(line, forum)
    else:
        _show_waiting(line, [one for one in forum.not_selected if one.chance])
    _show_rest(line, forum)
    forum_places.show(line, forum)
    _show_afterwards(line, forum)
    out.print(line.say("forum_log", index=forum.leaf_index, digest=forum.digest), style="dim", soft_wrap=True)
    show_following(line, forum)


def show_following(line: CommandLine, forum: Forum) -> None:
    """Say which command comes next."""
    if command := following(forum):
        out.print(line.say("forum_next", command=command), style="dim", markup=False, soft_wrap=True)


def following(forum: Forum) -> str:
    """Give the command that comes next, or nothing for a forum that is closed."""
    if forum.seed is None or forum.seed.source is SeedSource.TRIAL:
        return f"matcha forum draw {forum.id}"
    if not forum.groups:
        return f"matcha forum arrange {forum.id}"
    if not forum.programme:
        return f"matcha forum plan {forum.id} --starts 2027-03-11T13:00 --place …"
    if any(one.said is None for one in forum.invitations):
        return f"matcha forum invite {forum.id} --by … --reason … --reply-by … --letters …"
    if any(one.reply is None for one in forum.invitations):
        return f"matcha forum reply {forum.id} ACTOR accepted"
    return f"matcha forum report {forum.id} --out …"


def _state(line: CommandLine, forum: Forum) -> str:
    trial = forum.seed is not None and forum.seed.source is SeedSource.TRIAL
    states = {
        "closed": forum.closed,
        "met": forum.meetings,
        "invited": any(one.said for one in forum.invitations),
        "trial": trial,
        "planned": forum.drawn and forum.programme,
        "arranged": forum.groups,
        "drawn": forum.drawn,
        "composed": True,
    }
    return line.say(f"forum_state_{next(name for name, reached in states.items() if reached)}")


def _show_heading(line: CommandLine, forum: Forum) -> None:
    made = stamp(forum.made, line.settings.language)
    out.print(Text(line.say("forum_heading", title=forum.title), "bold"))
    under = line.say("forum_under", id=forum.id, need=forum.need_id, composed=forum.composed, made=made)
    out.print(Text(f"{under}: {_state(line, forum)}"))
    out.print()


def _show_certificate(line: CommandLine, forum: Forum, seconds: float | None) -> None:
    language = line.settings.language
    told = [telling.points(forum.certificate, language), telling.smallest_chance(forum.chance, language)]
    if forum.seed is not None:
        told.append(telling.seed(forum.seed, language))
    if seconds is not None:
        figure = f"{seconds:.1f}".replace(".", "," if language == "sv" else ".")
        told.append(line.say("forum_seconds", seconds=figure))
    for sentence in told:
        out.print(Text(sentence))
    out.print()


def _show_invitations(line: CommandLine, forum: Forum) -> None:
    language, known = line.settings.language, names(forum)
    seats, hosted = sum(one.seats for one in forum.invitations), forum.rules.hosted
    counts = {"actors": len(forum.invitations), "seats": seats, "host": hosted, "all": seats + hosted}
    out.print(Text(line.say("forum_invitations", **counts), "bold"))
    replied = any(one.reply for one in forum.invitations)
    numbers = " ".join(str(place) for place, _ in enumerate(forum.aspects, 1))
    words = ("name", "as", "seats", "chance", "why", *(("reply",) if replied else ()))
    table = _table(*(line.say(f"forum_{word}") for word in words), numbers, right={2, 3})
    for one in sorted(forum.invitations, key=lambda invited: list(Part).index(invited.part)):
        why = told_reason(one, known, language)
        cells = [one.name, part(one.part, language), str(one.seats), chance(one.chance, language), why]
        if replied:
            cells.append(REPLIES[language][one.reply] if one.reply else "")
        table.add_row(*(Text(cell) for cell in (*cells, " ".join(_GRADES[grade] for grade in one.grades))))
    out.print(table)
    legend = zip(reversed(_GRADES), reversed(GRADE_WORDS[language]), strict=True)
    out.print(Text("   ".join(f"{sign} {word}" for sign, word in legend), "dim"))
    for place, aspect in enumerate(forum.aspects, 1):
        out.print(Text(f"{place}  {aspect}", "dim"))
    out.print()


def _show_waiting(line: CommandLine, waiting: list[Waiting]) -> None:
    language = line.settings.language
    out.print(Text(line.say("forum_waiting", count=number(len(waiting), language)), "bold"))
    table = _table(*(line.say(f"forum_{word}") for word in ("name", "as", "chance")), right={2})
    for one in sorted(waiting, key=lambda w: (-w.chance, w.actor_id))[:_MOST_WAITING]:
        table.add_row(Text(one.name), part(one.part, language), chance(one.chance, language))
    out.print(table)
    if waiting[_MOST_WAITING:]:
        out.print(line.say("forum_more", count=number(len(waiting) - _MOST_WAITING, language)), style="dim")
    out.print()


def _show_rest(line: CommandLine, forum: Forum) -> None:
    """How many wait in reserve, and how many were not selected, by reason."""
    language = line.settings.language
    parts = Counter(one.part for one in forum.reserves)
    told = ", ".join(f"{part(each, language, parts[each])} {parts[each]}" for each in Part if parts[each])
    if forum.drawn:
        word = "forum_reserves" if parts else "forum_no_reserves"
        out.print(line.say(word, count=number(len(forum.reserves), language), parts=told))
    left = [one for one in forum.not_selected if forum.drawn or not one.chance]
    if left:
        out.print(line.say("forum_left", count=number(len(left), language)))
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(justify="right", min_width=6)
        for code, count in Counter(one.reason.partition(":")[0] for one in left).most_common():
            grid.add_row(number(count, language), Text(reason(code, language)))
        out.print(grid)
    out.print()


def _show_afterwards(line: CommandLine, forum: Forum) -> None:
    if forum.meetings or forum.unplaced:
        forum_places.show_meetings(line, forum)
    if forum.outcomes or forum.values:
        out.print(line.say("forum_outcomes", count=len(forum.outcomes), values=len(forum.values)))
    if forum.untold:
        acts = ", ".join(map(str, forum.untold))
        out.print(line.say("forum_untold", acts=acts), style="bold", markup=False)
        out.print(line.say("forum_tell", id=forum.id), style="dim", markup=False, soft_wrap=True)


def _table(*columns: str, right: set[int] = frozenset()) -> Table:  # type: ignore[assignment]
    table = Table(box=None, header_style="bold", pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place in right else "left")
    return table
