"""A forum afterwards: meetings and their notes, what came of it for the care, what it gave, its files and its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Path, Response

from matcha.api.access import READERS, STAFF
from matcha.api.routes import dialogue, forums
from matcha.api.routes.forums import ForumId
from matcha.forum.record import Forum
from matcha.interchange.forum.files import ForumFile
from matcha.process import ActKind, OutcomeKind
from matcha.records.act import AnswerForm
from matcha.records.fields import Id
from matcha.records.forum import ClosingForm, MeetingsForm, NotesForm, OutcomeForm, ValueForm
from matcha.web.filling import Fault, FieldFault, Unfilled
from matcha.web.forum_desk import found, in_sweden, shown
from matcha.web.look import Look, Looking
from matcha.web.router import Routes

routes = Routes()
TEAMS = 4
_TIMES = re.compile(r"(\d{4}-\d{2}-\d{2})[T ,:]+(.+)")
_CLOCK = re.compile(r"\d{1,2}[.:]\d{2}")
_ARRANGED = (ForumFile.GROUPS, ForumFile.BADGES, ForumFile.STATIONS, ForumFile.SEATING)
MeetingId = Annotated[int, Path(ge=1, lt=2**31)]


@routes.page("/forum/{id}/moten", READERS)
def meetings(look: Looking, id: ForumId) -> Response:
    """Show the follow-up meetings, which notes are missing, and what all have not been told."""
    from matcha.forum.meetings import blocked_by  # with it comes the solver: 80 MB that few need

    forum = found(look, id)
    ordered = sorted(forum.meetings, key=lambda one: (one.starts, one.team))
    free = [one for one in ordered if one.notes is None and blocked_by(forum.meetings, one.actor_id) is None]
    return shown(look, "meetings.html", forum, meetings=ordered, free=free, untold=_untold(look, forum))


@routes.page("/forum/{id}/moten/tider", STAFF)
def schedule_page(look: Looking, id: ForumId) -> Response:
    """Show the form for timing the meetings."""
    return _schedule(look, found(look, id))


@routes.form("/forum/{id}/moten/tider", STAFF)
def schedule(look: Looking, id: ForumId) -> Response:
    """Make the timetable of the meetings."""

    def do() -> Response:
        form = _meetings(look, found(look, id))
        made = look.ask(forums.schedule, id, form)
        told = look.words.gettext("%(count)s möten har fått tid; %(without)s aktörer är utan.")
        values = {"count": len(made.meetings), "without": len(made.unplaced)}
        return look.go(f"/forum/{id}/moten", told % values)

    return look.take(do, lambda fault: _schedule(look, found(look, id), fault))


def _schedule(look: Look, forum: Forum, fault: Fault | None = None) -> Response:
    start = {"minutes": 30, "template": forum.offer or "", "everyone": "true"}
    teams = sorted({one.team for one in forum.meetings})
    start |= {f"team-{number}": name for number, name in enumerate(teams, 1)}
    status = fault.status if fault else 200
    return shown(look, "schedule.html", forum, status, fault=fault, given=look.with_start(start), teams=TEAMS)


def _meetings(look: Look, forum: Forum) -> MeetingsForm:
    teams = [{"name": name, "times": times} for name, times in _teams(look)]
    if not teams:
        raise Unfilled((FieldFault("team-1", "saknas", "is missing"),))
    wishes = {}
    if look.given.get("everyone"):
        every = sorted({time for team in teams for time in team["times"]})
        acts = look.matcha.acts(forum.need_id, ActKind.FORUM_REPLIED)
        said = {act.actor_id: act.content["meeting_times"] for act in acts if act.content.get("forum") == forum.id}
        wishes = {one.actor_id: every for one in forum.invitations if not said.get(one.actor_id)}
    return look.fill(MeetingsForm, teams=teams, wishes=wishes)


def _teams(look: Look) -> Iterator[tuple[str, list[str]]]:
    for number in range(1, TEAMS + 1):
        name, said = look.given.get(f"team-{number}").strip(), look.given.get(f"times-{number}")
        times = [time for line in said.splitlines() if line.strip() for time in _on_a_day(line, f"times-{number}")]
        if name and not times:
            raise Unfilled((FieldFault(f"times-{number}", "saknas", "is missing"),))
        if times:
            yield name or str(number), times


def _on_a_day(line: str, name: str) -> list[str]:
    """Give the moments of a line: `2027-03-18 09.00, 09.40, 10.20`."""
    matched = _TIMES.fullmatch(line.strip())
    clocks = _CLOCK.findall(matched[2]) if matched else []
    if not matched or not clocks:
        told = line.strip()[:40]
        raise Unfilled((FieldFault(name, f"”{told}” är ingen dag med tider", f"”{told}” is no day with times"),))
    return [in_sweden(f"{matched[1]}T{clock.replace('.', ':').zfill(5)}") for clock in clocks]


@routes.page("/forum/{id}/moten/{actor}", STAFF)
def notes_page(look: Looking, id: ForumId, actor: Id) -> Response:
    """Show the form for the notes of a meeting."""
    return _notes(look, found(look, id), actor)


@routes.form("/forum/{id}/moten/{actor}", STAFF)
def note(look: Looking, id: ForumId, actor: Id) -> Response:
    """File the notes of a meeting."""

    def do() -> Response:
        look.ask(forums.note, id, look.fill(NotesForm, actor_id=actor))
        return look.go(f"/forum/{id}/moten", look.words.gettext("Anteckningarna är sparade och står i akten."))

    return look.take(do, lambda fault: _notes(look, found(look, id), actor, fault))


def _notes(look: Look, forum: Forum, actor: str, fault: Fault | None = None) -> Response:
    from matcha.forum.meetings import blocked_by

    before = blocked_by(forum.meetings, actor)
    mine = next(one for one in forum.meetings if one.actor_id == actor)
    given = look.with_start({"held": mine.starts.date().isoformat()})
    status = fault.status if fault else 200
    return shown(look, "notes.html", forum, status, fault=fault, mine=mine, before=before, given=given)


@routes.page("/forum/{id}/beratta/{meeting}", STAFF)
def telling_page(look: Looking, id: ForumId, meeting: MeetingId) -> Response:
    """Show the form for telling all what was said in a meeting."""
    return _telling(look, found(look, id), meeting)


@routes.form("/forum/{id}/beratta/{meeting}", STAFF)
def tell(look: Looking, id: ForumId, meeting: MeetingId) -> Response:
    """Tell all participants what was said in a meeting (R1)."""
    forum = found(look, id)

    def do() -> Response:
        look.ask(dialogue.answer, forum.need_id, look.fill(AnswerForm, question=meeting))
        return look.go(f"/forum/{id}/moten", look.words.gettext("Alla deltagare har nu fått veta detsamma."))

    return look.take(do, lambda fault: _telling(look, forum, meeting, fault))


def _telling(look: Look, forum: Forum, meeting: int, fault: Fault | None = None) -> Response:
    about = dict(_untold(look, forum)).get(meeting)
    status = fault.status if fault else 200
    return shown(look, "telling.html", forum, status, fault=fault, meeting=meeting, about=about)


def _untold(look: Look, forum: Forum) -> list[tuple[int, Any]]:
    """Give the meetings that all have not been told of, as acts, each with the meeting if it is of this forum."""
    if not forum.untold:
        return []
    acts = look.matcha.acts(forum.need_id, ActKind.FORUM_MET)
    actors = {act.content["meeting"]: act.actor_id for act in acts if act.content.get("forum") == forum.id}
    known = {one.actor_id: one for one in forum.meetings}
    return [(number, known.get(str(actors.get(number)))) for number in forum.untold]


@routes.page("/forum/{id}/resultat", READERS)
def outcomes(look: Looking, id: ForumId) -> Response:
    """Show what came of a forum, its files, and the form for one more outcome."""
    return _outcomes(look, found(look, id))


@routes.form("/forum/{id}/resultat", STAFF)
def add_outcome(look: Looking, id: ForumId) -> Response:
    """Note what came of a forum for the care."""

    def do() -> Response:
        look.ask(forums.outcome, id, look.fill(OutcomeForm))
        return look.go(f"/forum/{id}/resultat", look.words.gettext("Resultatet är noterat."))

    return look.take(do, lambda fault: _outcomes(look, found(look, id), fault))


def _outcomes(look: Look, forum: Forum, fault: Fault | None = None) -> Response:
    status = fault.status if fault else 200
    return shown(
        look,
        "outcomes.html",
        forum,
        status,
        fault=fault,
        OutcomeKind=OutcomeKind,
        files=_files(forum),
        hosts=look.may(forums.outcome),
    )


def _files(forum: Forum) -> dict[str, bool]:
    """Give the files of a forum, by name, with whether each can be made yet."""
    timed = bool(forum.programme or forum.meetings)
    ready = {name: bool(forum.groups) for name in _ARRANGED} | {ForumFile.PROGRAMME: timed}
    return {name.value: ready.get(name, True) for name in ForumFile}


@routes.page("/forum/{id}/varde", STAFF)
def value_page(look: Looking, id: ForumId) -> Response:
    """Show the form for what a participant got out of it."""
    return _value(look, found(look, id))


@routes.form("/forum/{id}/varde", STAFF)
def value(look: Looking, id: ForumId) -> Response:
    """Note what a participant got out of it."""

    def do() -> Response:
        look.ask(forums.value, id, look.fill(ValueForm))
        return look.go(f"/forum/{id}/resultat", look.words.gettext("Deltagarens värde är noterat."))

    return look.take(do, lambda fault: _value(look, found(look, id), fault))


def _value(look: Look, forum: Forum, fault: Fault | None = None) -> Response:
    invited = sorted((one.name, one.actor_id) for one in forum.invitations if one.said)
    return shown(look, "value.html", forum, fault.status if fault else 200, fault=fault, invited=invited)


@routes.page("/forum/{id}/avsluta", STAFF)
def closing_page(look: Looking, id: ForumId) -> Response:
    """Show what stands in the way of ending a forum, and the form for it."""
    return _closing(look, found(look, id))


@routes.form("/forum/{id}/avsluta", STAFF)
def close(look: Looking, id: ForumId) -> Response:
    """End a forum."""

    def do() -> Response:
        look.ask(forums.close, id, look.fill(ClosingForm))
        return look.go(f"/forum/{id}", look.words.gettext("Forumet är avslutat, och dess akt är i loggen."))

    return look.take(do, lambda fault: _closing(look, found(look, id), fault))


def _closing(look: Look, forum: Forum, fault: Fault | None = None) -> Response:
    waiting = [one for one in forum.meetings if one.notes is None]
    return shown(look, "closing.html", forum, fault.status if fault else 200, fault=fault, waiting=waiting)
