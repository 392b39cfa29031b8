"""`matcha forum invite|reply|replace|change|meetings|notes|outcome|value|close`: from the invitations to the end."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from matcha.cli.forum_asking import OPERATOR, ActorId, AsJson, By, Id, InLanguage, Reason, filled, read_form, read_prose
from matcha.cli.forum_letters import letters
from matcha.cli.forum_places import show_meetings, stations, ways
from matcha.cli.forum_showing import show_following
from matcha.cli.session import CommandLine, out, print_json
from matcha.disk import write_atomically
from matcha.errors import Invalid
from matcha.forum.record import Forum
from matcha.forum.words import OUTCOMES, REPLIES
from matcha.interchange.forum.naming import names
from matcha.interchange.forum.record import forum_json
from matcha.process import ActKind, OutcomeKind, Reply
from matcha.records.act import AnswerForm
from matcha.records.forum import (
    ClosingForm,
    DayForm,
    InvitingForm,
    MeetingsForm,
    NotesForm,
    OutcomeForm,
    ReplacementForm,
    ReplyForm,
    ValueForm,
)

Words = Annotated[str | None, typer.Option("--text", help="Med egna ord. / In own words.")]
_Grade = Annotated[int, typer.Option(min=1, max=5, help="1–5.")]


def invite(
    context: typer.Context,
    id: Id,
    by: By,
    reason: Reason,
    reply_by: Annotated[str, typer.Option(help="Svar senast, 2027-03-01. / Answers by.")],
    letters_to: Annotated[Path | None, typer.Option("--letters", help="Mapp för breven. / Folder for letters.")] = None,
    host: Annotated[str | None, typer.Option(help="Avsändare; annars --by. / Sender; else --by.")] = None,
    contact: Annotated[str | None, typer.Option(help="Vart man svarar; annars --by. / Where to answer.")] = None,
    language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """Bjud in dem som fick plats, och skriv breven. / Invite those who have a place, and write the letters."""
    line: CommandLine = context.obj
    form = filled(InvitingForm, user=by, reason=reason, reply_by=reply_by)
    written: Mapping[str, str] = {}
    if letters_to is not None:
        sender = (host or form.user, contact or form.user, form.reply_by)
        written = letters(line.matcha.forum(id), sender, language or line.settings.language)
    with line.loading_model():
        made = line.matcha.invite_forum(id, form, OPERATOR)
    for name, text in written.items():
        assert letters_to is not None
        write_atomically(letters_to / name, text.encode())
    if as_json:
        print_json(forum_json(made))
        return
    out.print(line.say("forum_invited", count=len(made.invitations)))
    if letters_to is not None:
        out.print(line.say("forum_letters", count=len(written), path=letters_to), markup=False, soft_wrap=True)
    show_following(line, made)


def reply(
    context: typer.Context,
    id: Id,
    actor: ActorId,
    answer: Annotated[Reply, typer.Argument(help="Svaret. / The answer.")],
    text: Words = None,
    time: Annotated[list[str] | None, typer.Option(help="Kan mötas: 2027-03-18T09:00. / Could meet at.")] = None,
) -> None:
    """Notera ett svar på inbjudan, eller vem som var där. / Note an answer to an invitation, or who was there."""
    line: CommandLine = context.obj
    form = filled(ReplyForm, actor_id=actor, reply=answer, text=text, meeting_times=time or ())
    made = line.matcha.reply_forum(id, form, OPERATOR)
    told = line.say("forum_replied", name=names(made)[actor], reply=REPLIES[line.settings.language][answer])
    out.print(told, markup=False)


def replace(context: typer.Context, id: Id, actor: ActorId, by: By, reason: Reason, as_json: AsJson = False) -> None:
    """Ge platsen till nästa reserv som reglerna tillåter. / Give the place to the next reserve that rules allow."""
    line: CommandLine = context.obj
    form = filled(ReplacementForm, actor_id=actor, user=by, reason=reason)
    before = line.matcha.forum(id)
    with line.loading_model():
        made = line.matcha.replace_forum(id, form, OPERATOR)
    if as_json:
        print_json(forum_json(made))
        return
    known = names(made)
    new = next((one for one in made.invitations if one.in_place_of == actor), None)
    word = "forum_replaced" if new else "forum_not_replaced"
    out.print(line.say(word, new=new and new.name, old=known[actor]), style="bold", markup=False)
    _show_passed(line, made, known)
    _show_moves(line, before, made)


def change(
    context: typer.Context,
    id: Id,
    gone: Annotated[list[str] | None, typer.Option(help="Plats som står tom: aktor-a01/1. / Empty seat.")] = None,
    late: Annotated[list[str] | None, typer.Option(help="Kommer sent: PLATS=RUNDA. / Late: SEAT=ROUND.")] = None,
    come: Annotated[list[str] | None, typer.Option(help="Aktör som kommer ändå. / Actor that comes after all.")] = None,
    done: Annotated[int, typer.Option(help="Rundor som är över. / Rounds that are over.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Ändra grupperna på dagen, med så få flyttar som möjligt. / Change groups on the day, with the fewest moves."""
    line: CommandLine = context.obj
    form = filled(DayForm, gone=gone or (), late=dict(map(_late, late or ())), come=come or (), done=done)
    before = line.matcha.forum(id)
    with line.working("forum_arranging"):
        made = line.matcha.change_forum(id, form, OPERATOR)
    if as_json:
        print_json(forum_json(made))
    else:
        _show_moves(line, before, made)


def meetings(
    context: typer.Context,
    id: Id,
    file: Annotated[Path, typer.Option(help="Mötena, som JSON. / The meetings, as JSON.")],
    as_json: AsJson = False,
) -> None:
    """Lägg uppföljande möten: samma erbjudande till alla. / Schedule follow-up meetings: the same offer to all."""
    line: CommandLine = context.obj
    form = read_form(file, MeetingsForm)
    with line.working("forum_working"):
        made = line.matcha.schedule_forum(id, form, OPERATOR)
    if as_json:
        print_json(forum_json(made))
    else:
        show_meetings(line, made)


def notes(
    context: typer.Context,
    id: Id,
    actor: ActorId,
    held: Annotated[str, typer.Option(help="Dag: 2027-03-18. / Day.")],
    text: Words = None,
    file: Annotated[Path | None, typer.Option(help="Anteckningarna i en fil. / The notes in a file.")] = None,
) -> None:
    """Lägg in anteckningar från ett uppföljande möte. / File the notes of a follow-up meeting."""
    line: CommandLine = context.obj
    if (text is None) == (file is None):
        raise Invalid("Ange --text eller --file.", "Give --text or --file.")
    said = text if file is None else read_prose(file)
    made = line.matcha.note_meeting(id, filled(NotesForm, actor_id=actor, held=held, notes=said), OPERATOR)
    out.print(line.say("forum_noted", name=names(made)[actor]), markup=False)


def tell(
    context: typer.Context,
    id: Id,
    meeting: Annotated[int, typer.Argument(metavar="MEETING", help="Mötets nummer. / The meeting's number.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Vad som sades. / What was said.")],
) -> None:
    """Berätta för alla deltagare vad som sades i ett möte. / Tell all participants what was said in a meeting."""
    line: CommandLine = context.obj
    form = filled(AnswerForm, question=meeting, text=text)
    line.matcha.act(line.matcha.forum(id).need_id, ActKind.ANSWER, form, OPERATOR)
    out.print(line.say("forum_told", meeting=meeting), markup=False)


def outcome(
    context: typer.Context,
    id: Id,
    kind: Annotated[OutcomeKind, typer.Argument(help="Vad det är. / What it is.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Med egna ord. / In own words.")],
    station: Annotated[int | None, typer.Option(help="Vid vilken station. / At which station.")] = None,
) -> None:
    """Notera vad forumet gav vården. / Note what came of a forum for the care."""
    line: CommandLine = context.obj
    line.matcha.add_outcome(id, filled(OutcomeForm, kind=kind, text=text, station=station), OPERATOR)
    out.print(line.say("forum_outcome", kind=OUTCOMES[line.settings.language][kind]), markup=False)


def value(
    context: typer.Context,
    id: Id,
    actor: ActorId,
    insight: _Grade,
    contacts: _Grade,
    again: _Grade,
    text: Words = None,
) -> None:
    """Notera vad en deltagare fick ut av forumet. / Note what a participant got out of a forum."""
    line: CommandLine = context.obj
    form = filled(ValueForm, actor_id=actor, insight=insight, contacts=contacts, again=again, text=text)
    made = line.matcha.value_forum(id, form, OPERATOR)
    out.print(line.say("forum_valued", name=names(made)[actor]), markup=False)


def close(context: typer.Context, id: Id, text: Words = None) -> None:
    """Avsluta ett forum, när alla vet detsamma. / End a forum, when everybody knows the same."""
    line: CommandLine = context.obj
    made = line.matcha.close_forum(id, filled(ClosingForm, text=text), OPERATOR)
    out.print(line.say("forum_closed", id=made.id), markup=False)
    show_following(line, made)


def _late(said: str) -> tuple[str, int]:
    seat, equals, number = said.rpartition("=")
    if not (equals and number.isascii() and number.isdigit() and len(number) < 3):
        raise Invalid(f"--late ska vara PLATS=RUNDA: {said}", f"--late must be SEAT=ROUND: {said}")
    return seat, int(number)


def _show_passed(line: CommandLine, made: Forum, known: Mapping[str, str]) -> None:
    """Who was passed over, and why: as the newest replacement says."""
    acts = line.matcha.acts(made.need_id, ActKind.FORUM_REPLACED)
    newest = next(act.content for act in reversed(acts) if act.content.get("forum") == made.id)
    for id, why in newest["passed"].items():
        code, _, said = why.partition(":")
        told = line.say(f"forum_passed_{code}", said=known.get(said, said))
        out.print(line.say("forum_passed", name=known.get(id, id), why=told), markup=False)


def _show_moves(line: CommandLine, before: Forum, after: Forum) -> None:
    """Who goes another way between the stations than before, who leaves and who joins."""
    old, new = ways(before), ways(after)
    moved = [seat for seat in old if seat in new and _elsewhere(old[seat], new[seat])]
    for seat in (seat for seat in old if seat not in new):
        out.print(line.say("forum_goes", seat=seat), markup=False)
    for seat in (seat for seat in new if seat not in old):
        out.print(line.say("forum_comes", seat=seat, after=stations(new[seat])), markup=False)
    if old:
        out.print(line.say("forum_moves" if moved else "forum_no_moves", count=len(moved)), style="bold")
    for seat in moved:
        told = line.say("forum_move", seat=seat, before=stations(old[seat]), after=stations(new[seat]))
        out.print(told, markup=False)


def _elsewhere(before: tuple[int, ...], after: tuple[int, ...]) -> bool:
    return any(a and b and a != b for a, b in zip(before, after, strict=True))
