"""What is asked of a step of a forum before it is taken (S24, R1, R7, R11, R13)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import MAXYEAR, MINYEAR, datetime

from sqlmodel import Session

from matcha.callers import AccountRole, Caller
from matcha.errors import Conflict, Forbidden, Invalid, NotFound
from matcha.forum.record import Forum
from matcha.forum.state import Standing
from matcha.needs import dialogue
from matcha.process import State
from matcha.records import Need
from matcha.records.forum import ComposeForm, DayForm
from matcha.service import forum_view
from matcha.service.conversation import conversation, invited_since

MOST_MEETINGS = 8_000  # that are possible, of which the timetable chooses
EARLY = (State.PUBLISHED, State.IN_DIALOGUE)  # forums are held in the exploring phases only (S24)


def refuse_undrawn(standing: Standing) -> None:
    """Raise Conflict for a forum that nobody has been drawn for."""
    if standing.drawn is None:
        raise Conflict(
            f"Dra först vilka som får plats: matcha forum draw {standing.id}",
            f"Draw first who has a place: matcha forum draw {standing.id}",
        )


def refuse_unfit(session: Session, need: Need, aspects: Sequence[str], form: ComposeForm) -> None:
    """Raise for a need that no forum can be composed for now."""
    if need.state not in EARLY:
        raise Conflict(
            f"Behovet {need.id} är inte publicerat eller i dialog. Forum hålls i de tidiga, utforskande faserna.",
            f"The need {need.id} is not published or in dialogue. Forums are held in the early, exploring phases.",
        )
    if not 2 <= len(aspects) <= 6:
        raise Invalid(
            f"Behovet {need.id} har {len(aspects)} aspekter. Ange två till sex, i behovet eller i reglerna (aspects): "
            "de blir stationernas teman.",
            f"The need {need.id} has {len(aspects)} aspects. Give two to six, in the need or in the rules (aspects): "
            "they become the themes of the stations.",
        )
    under_way = [s for _, s in forum_view.standings_of(session, need.id) if s.invited and s.closed is None]
    if under_way and form.reason is None:
        raise Conflict(
            f"Till forumet {under_way[-1].id} är aktörer redan inbjudna. Ange varför ett till ska sättas samman.",
            f"Actors have been invited to forum {under_way[-1].id} already. Say why one more is to be composed.",
        )


def refuse_trial(standing: Standing) -> None:
    """Raise Conflict for a forum without a draw that counts."""
    refuse_undrawn(standing)
    if not standing.binding:
        raise Conflict(
            f"Dragningen är gjord på prov och gäller inte. Dra på riktigt: matcha forum draw {standing.id}",
            f"The draw was made on trial and does not count. Draw in earnest: matcha forum draw {standing.id}",
        )


def refuse_uninvited(standing: Standing, actor_id: str) -> None:
    """Raise NotFound for an actor that is not invited to a forum."""
    if actor_id not in standing.places() or actor_id not in standing.invited:
        raise NotFound(
            f"Aktören {actor_id} är inte inbjuden till forumet {standing.id}.",
            f"The actor {actor_id} is not invited to forum {standing.id}.",
        )


def refuse_strangers(standing: Standing, form: DayForm) -> None:
    """Raise NotFound for a change on the day that speaks of people nobody knows."""
    for actor_id in form.come:
        refuse_uninvited(standing, actor_id)
    seated = standing.arrangement()
    known = {person.id for person in seated.persons} if seated else frozenset[str]()
    unknown = sorted({*form.gone, *form.late} - known)
    if unknown:
        raise NotFound(
            f"Ingen sitter på {', '.join(unknown[:5])}. Platser heter som aktor-a01/1.",
            f"Nobody sits at {', '.join(unknown[:5])}. Seats are called like aktor-a01/1.",
        )


def refuse_far(times: Iterable[datetime]) -> None:
    """Raise Invalid for a time at the ends of the calendar, where nothing can be counted from it."""
    if any(not MINYEAR < each.year < MAXYEAR for each in times):
        raise Invalid("Ange en tid i vår tid.", "Give a time in our time.")


def refuse_many(teams: Iterable[Sequence[datetime]], wishes: Iterable[Sequence[datetime]]) -> None:
    """Raise Invalid for more possible meetings than can be weighed against each other in some seconds."""
    offered = Counter(each for times in teams for each in set(times))
    if sum(offered[each] for times in wishes for each in set(times)) > MOST_MEETINGS:
        raise Invalid(
            "Det är för många möjliga mötestider att väga mot varandra. Ange färre tider för era team.",
            "There are too many possible times of meetings to weigh. Give fewer times for your teams.",
        )


def refuse_changed(seen: Standing, now: Standing) -> None:
    """Raise Conflict for a forum with which a step has been taken since it was looked at."""
    if len(seen.steps) != len(now.steps):
        raise Conflict(
            f"Forumet {now.id} ändrades under tiden. Gör om.", f"Forum {now.id} was changed meanwhile. Do it again."
        )


def refuse_unequal(session: Session, need: Need, forum: Forum) -> None:
    """Raise Conflict for a forum whose participants know different things (R1), or of which notes are missing."""
    said = conversation(session, need.id)
    unequal = dialogue.parity(said, dialogue.joined(said, invited_since(session, need.id)))
    waiting = [meeting.name for meeting in forum.meetings if meeting.notes is None]
    if unequal or forum.untold:
        raise Conflict(
            f"Deltagarna har inte fått veta detsamma. Berätta för alla vad som sades i möten {list(forum.untold)}.",
            f"Participants have not been told the same. Tell everybody what was said in meetings {list(forum.untold)}.",
        )
    if waiting:
        raise Conflict(
            f"Anteckningar saknas från mötena med {', '.join(waiting[:5])}.",
            f"Notes are missing of the meetings with {', '.join(waiting[:5])}.",
        )


def speaks_for_itself(actor_id: str, caller: Caller) -> bool:
    """Whether a supplier speaks for itself (True) or the host for it. Raises Forbidden for speaking for another."""
    staff = caller.is_any(AccountRole.COORDINATOR, AccountRole.ORGANISER)
    if not staff and caller.actor_id != actor_id:
        raise Forbidden(f"Du företräder inte aktören {actor_id}.", f"You do not speak for the actor {actor_id}.")
    return not staff
