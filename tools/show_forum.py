"""Hold one whole forum for a need of the demo, from its composition to its closing, and draw its papers.

    python -m tools.show_forum [DIR]

The real model, the demo data, an invented course of events. The log's key is made anew, so the lot falls anew, too.
Writes its report, its record and pictures of its papers to DIR (`docs/forum` unless told).
"""

from __future__ import annotations

import hashlib
import itertools
import json
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from matcha import Matcha, Settings
from matcha.callers import AccountRole, Caller
from matcha.encoding.finding import find_encoder
from matcha.forum.record import Forum
from matcha.interchange import read_batch
from matcha.interchange.forum.files import ForumFile, file
from matcha.interchange.forum.paper import Paper, pages
from matcha.matchlog.keys import MemoryKeeper
from matcha.process import ActKind, OutcomeKind, Part, Reply
from matcha.records import act, forum
from matcha.retrieval.reference import FolderReference
from matcha.retrieval.shelf import MemoryShelf
from matcha.store import Store
from matcha.values import Language

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "data" / "demo"
NEED = "behov-a01"
PICTURES = {Paper.REPORT: (1,), Paper.SEATING: (1, 2), Paper.BADGES: (1,), Paper.STATIONS: (1,)}  # which pages
HOST = Caller("operator", frozenset({AccountRole.COORDINATOR, AccountRole.ORGANISER}))
STARTS = datetime(2027, 3, 11, 12, 30, tzinfo=UTC)
WHO, WHY = "Kim Prov (demo)", "De lottades in enligt de publicerade reglerna."


def main() -> None:
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "forum"
    where.mkdir(parents=True, exist_ok=True)
    held = hold(demo())
    for name in (ForumFile.REPORT, ForumFile.RECORD):
        (where / name.value).write_bytes(file(held, name, Language.SV))
    for paper, shown in PICTURES.items():
        drawn = pages(held, paper, Language.SV, ppi=80)
        for number in shown:
            (where / f"{paper.value}-{number}.png").write_bytes(drawn[number - 1])


def demo() -> Matcha:
    """Give the demo in memory, read by the real model."""
    settings, ticks, salts = Settings(), itertools.count(), itertools.count()
    matcha = Matcha(
        Store.in_memory(),
        MemoryShelf(),
        lambda: find_encoder(settings),
        FolderReference(settings.indexes),
        MemoryKeeper(),
        lambda: datetime(2027, 1, 11, 8, tzinfo=UTC) + timedelta(minutes=next(ticks)),
        lambda size: hashlib.shake_256(f"demo {next(salts)}".encode()).digest(size),
    )
    matcha.submit(read_batch([DEMO / f"{noun}.json" for noun in ("actors", "contacts", "profiles", "needs")]))
    matcha.freeze_first()
    return matcha


def hold(matcha: Matcha) -> Forum:
    """Hold the forum, and give it as it stands when it is over."""
    rules = forum.ForumRulesForm.model_validate(json.loads((DEMO / "forum" / "rules.json").read_text("utf-8")))
    found = matcha.compose_forum(NEED, forum.ComposeForm(rules=rules), HOST)
    found = matcha.draw_forum(found.id, forum.DrawForm(), HOST)
    found = matcha.arrange_forum(found.id, forum.ArrangeForm(), HOST)
    found = matcha.plan_forum(found.id, _programme(), HOST)
    found = matcha.invite_forum(found.id, forum.InvitingForm(user=WHO, reason=WHY, reply_by=date(2027, 2, 12)), HOST)
    found = _replies(matcha, found)
    found = _day(matcha, found)
    found = _meetings(matcha, found)
    return matcha.close_forum(found.id, forum.ClosingForm(text="Alla har fått veta detsamma."), HOST)


def _programme() -> forum.ProgrammeForm:
    rooms = ("Björksalen", "Linden", "Rönnen", "Eken")
    stations = tuple(
        forum.StationForm(
            room=room, facilitator=f"Samtalsledare {number} (demo)", note_taker=f"Antecknare {number} (demo)"
        )
        for number, room in enumerate(rooms, 1)
    )
    return forum.ProgrammeForm(
        starts=STARTS.astimezone(ZoneInfo("Europe/Stockholm")),
        place="Kunskapscentrum Sundåker (demo)",
        stations=stations,
    )


def _replies(matcha: Matcha, found: Forum) -> Forum:
    """All but one accept; a reserve takes its place, and accepts."""
    invited = [one.actor_id for one in found.invitations]
    declines = next(one.actor_id for one in found.invitations if one.reason == "drawn" and one.part is Part.COMPANY)
    for actor_id in invited:
        reply = Reply.DECLINED if actor_id == declines else Reply.ACCEPTED
        found = matcha.reply_forum(found.id, _reply(actor_id, reply), HOST)
    given = forum.ReplacementForm(actor_id=declines, user=WHO, reason="Tackade nej; nästa reserv får platsen.")
    found = matcha.replace_forum(found.id, given, HOST)
    new = next(one.actor_id for one in found.invitations if one.in_place_of == declines)
    return matcha.reply_forum(found.id, _reply(new, Reply.ACCEPTED), HOST)


def _reply(actor_id: str, reply: Reply) -> forum.ReplyForm:
    """Everybody could meet at every other of the times that the host offers."""
    return forum.ReplyForm(actor_id=actor_id, reply=reply, meeting_times=_times()[len(actor_id) % 2 :: 2])


def _times() -> tuple[datetime, ...]:
    days = (STARTS + timedelta(days=7 + day) for day in range(4))
    return tuple(day.replace(hour=8, minute=0) + timedelta(minutes=40 * slot) for day in days for slot in range(6))


def _day(matcha: Matcha, found: Forum) -> Forum:
    """One does not come, one comes to the second round; the others were there."""
    places = [seat for group in found.groups for seat in group.seats if seat.actor_id]
    gone, late = places[0], places[7]
    change = forum.DayForm(gone=(gone.id,), late={late.id: 2})
    found = matcha.change_forum(found.id, change, HOST)
    for one in found.invitations:
        was_there = Reply.ABSENT if one.actor_id == gone.actor_id else Reply.ATTENDED
        found = matcha.reply_forum(found.id, _reply(one.actor_id, was_there), HOST)
    said = (
        (
            OutcomeKind.KNOWLEDGE,
            "Sensorer i dispensrar räknar tillfällen, men inte om det var före eller efter patienten.",
            1,
        ),
        (OutcomeKind.PERSPECTIVE, "Patienter vågar fråga om de har fått höra att de får.", 3),
        (
            OutcomeKind.PROPOSAL,
            "Pröva återkoppling till arbetslaget efter varje pass på två avdelningar i tre månader.",
            2,
        ),
    )
    for kind, text, station in said:
        found = matcha.add_outcome(found.id, forum.OutcomeForm(kind=kind, text=text, station=station), HOST)
    for place, one in enumerate(found.invitations[:6]):
        value = forum.ValueForm(actor_id=one.actor_id, insight=5 - place % 2, contacts=3 + place % 3, again=5)
        found = matcha.value_forum(found.id, value, HOST)
    return found


def _meetings(matcha: Matcha, found: Forum) -> Forum:
    """All are offered a meeting; after each, its notes are filed, and what was said is told to everybody."""
    teams = tuple(forum.TeamForm(name=name, times=_times()) for name in ("Vårdhygien (demo)", "Medicinkliniken (demo)"))
    offer = "1. Vad vill ni berätta mer om? 2. Vad skulle ni behöva veta av oss? 3. Vad vore ett första steg?"
    found = matcha.schedule_forum(found.id, forum.MeetingsForm(minutes=30, template=offer, teams=teams), HOST)
    for meeting in found.meetings:
        notes = forum.NotesForm(
            actor_id=meeting.actor_id, held=meeting.starts.date(), notes="Gick igenom de tre frågorna."
        )
        found = matcha.note_meeting(found.id, notes, HOST)
    for untold in found.untold:
        told = act.AnswerForm(
            question=untold, text="I mötet gick vi igenom de tre frågor som alla har fått; inget nytt sades."
        )
        matcha.act(NEED, ActKind.ANSWER, told, HOST)
    return found


if __name__ == "__main__":
    main()
