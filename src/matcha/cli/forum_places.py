"""A forum's groups, stations, rotation, programme and meetings in the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.table import Table
from rich.text import Text

from matcha.cli.session import CommandLine, out
from matcha.forum import telling
from matcha.forum.record import Forum, Group
from matcha.forum.words import item, part
from matcha.interchange.forum.moments import day, span, stamp

_ACROSS = 4
_NAMED = 4  # of those without a meeting
_FEW = 8  # groups that are shown side by side; more are shown one a line


def show(line: CommandLine, forum: Forum) -> None:
    """Show groups, where they go, how many pairs of people meet, and the programme."""
    if forum.groups:
        out.print(Text(line.say("forum_groups"), "bold"))
        _show_stations(line, forum)
        if len(forum.groups) <= _FEW:
            _show_groups(line, forum.groups)
            _show_rotation(line, forum)
        else:
            _show_ways(line, forum)
        if forum.pairs is not None:
            out.print(Text(telling.pairs(forum.pairs, forum.possible, line.settings.language)))
        out.print()
    if forum.programme:
        show_programme(line, forum)
        out.print()


def show_programme(line: CommandLine, forum: Forum) -> None:
    """Show when and where a forum is, and its programme."""
    language = line.settings.language
    when = span(forum.programme[0].starts, forum.programme[-1].ends, language)
    told = line.say("forum_when", day=day(forum.programme[0].starts, language), when=when, place=forum.place)
    out.print(Text(told, "bold"))
    grid = Table.grid(padding=(0, 2, 0, 0))
    for one in forum.programme:
        added = f" ({one.text})" if one.text else ""
        grid.add_row(span(one.starts, one.ends, language), Text(f"{item(one, language)}{added}"))
    out.print(grid)


def show_meetings(line: CommandLine, forum: Forum) -> None:
    """Show the timetable of the follow-up meetings."""
    noted = sum(meeting.notes is not None for meeting in forum.meetings)
    known = {one.actor_id: one.name for one in forum.invitations}
    some = ", ".join(known.get(id, id) for id in forum.unplaced[:_NAMED]) + (" …" if forum.unplaced[_NAMED:] else "")
    counts = {"count": len(forum.meetings), "noted": noted, "without": len(forum.unplaced)}
    told = line.say("forum_meetings", **counts, unplaced=some and f" ({some})")
    out.print(Text(told, "bold"))
    table = Table(box=None, header_style="bold", pad_edge=False)
    for word in ("meeting_when", "name", "meeting_team", "meeting_notes"):
        table.add_column(line.say(f"forum_{word}"))
    for one in forum.meetings:
        held = "" if one.held is None else one.held.isoformat()
        cells = (stamp(one.starts, line.settings.language), one.name, one.team, held)
        table.add_row(*(Text(cell) for cell in cells))
    out.print(table)
    out.print()


def stations(ways: Sequence[int]) -> str:
    """Tell the stations of somebody, round by round: 2, 3, –, 1."""
    return ", ".join(str(at) if at else "–" for at in ways)


def ways(forum: Forum) -> dict[str, tuple[int, ...]]:
    """Give the stations of each seat, round by round; 0 is nowhere."""
    each = zip(*forum.rotation, strict=True) if forum.rotation else iter(())
    found = {seat.id: way for group, way in zip(forum.groups, each, strict=True) for seat in group.seats}
    return dict(sorted(found.items()))


def _show_stations(line: CommandLine, forum: Forum) -> None:
    for station in forum.stations:
        told = line.say("forum_station", number=station.number, theme=station.theme)
        people = [name for name in (station.room, station.facilitator, station.note_taker) if name]
        out.print(Text(told + (f" ({', '.join(people)})" if people else "")))
    out.print()


def _show_groups(line: CommandLine, groups: Sequence[Group]) -> None:
    for first in range(0, len(groups), _ACROSS):
        across = groups[first : first + _ACROSS]
        table = Table(box=None, header_style="bold", pad_edge=False)
        for group in across:
            table.add_column(f"{line.say('forum_group', number=group.number)} ({len(group.seats)})", ratio=1)
        for members in zip_longest(*(_members(line, group) for group in across), fillvalue=""):
            table.add_row(*map(Text, members))
        out.print(table)
        out.print()


def _members(line: CommandLine, group: Group) -> Iterator[str]:
    """Tell who is in a group, in order; several people of one actor on one line."""
    language = line.settings.language
    host = {seat.id: line.say("forum_of_host", part=part(seat.part, language)) for seat in group.seats}
    counted = Counter(seat.name or host[seat.id] for seat in group.seats)
    for name, count in counted.items():
        yield f"{name} ×{count}" if count > 1 else name


def _show_rotation(line: CommandLine, forum: Forum) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("")
    for group in forum.groups:
        table.add_column(line.say("forum_group", number=group.number), justify="right")
    for number, stations_of in enumerate(forum.rotation, 1):
        table.add_row(line.say("forum_round", number=number), *(stations([at]) for at in stations_of))
    out.print(table)


def _show_ways(line: CommandLine, forum: Forum) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("")
    for number in range(1, len(forum.rotation) + 1):
        table.add_column(line.say("forum_rounds", number=number), justify="right")
    table.add_column(line.say("forum_who"), ratio=1)
    for group, way in zip(forum.groups, zip(*forum.rotation, strict=True), strict=True):
        people = Text(", ".join(_members(line, group)))
        table.add_row(line.say("forum_group", number=group.number), *(stations([at]) for at in way), people)
    out.print(table)
