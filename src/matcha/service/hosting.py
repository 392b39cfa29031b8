"""A forum held: invitations, replies, places given anew, changes on the day, follow-up meetings, what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from itertools import chain
from typing import Any

from sqlmodel import Session

from matcha.callers import Caller
from matcha.errors import Conflict, Forbidden
from matcha.forum.persons import persons
from matcha.forum.plan import Person, Problem
from matcha.forum.record import Forum
from matcha.forum.state import Standing, arrangement_content
from matcha.interchange.forum.record import record_bytes
from matcha.process import ActKind, Reply
from matcha.records import DecisionForm, Need
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
from matcha.service import acts, entries, forum_view, rules
from matcha.service.composing import Composing, seen
from matcha.service.deciding import keep
from matcha.service.forum_rules import (
    refuse_changed,
    refuse_far,
    refuse_many,
    refuse_strangers,
    refuse_trial,
    refuse_undrawn,
    refuse_unequal,
    refuse_uninvited,
    speaks_for_itself,
)
from matcha.service.logbook import Writing
from matcha.service.preparation import Ready
from matcha.store import queries
from matcha.values import Choice

_EFFORT = 20.0  # of the solver, for a timetable


class Hosting(Composing):
    """What is done from the invitations of a forum to its end."""

    def invite_forum(self, id: str, form: InvitingForm, caller: Caller) -> Forum:
        """Invite all who have a place and are not invited yet, as a named person decides (R13), and log the list.

        Each is a decision beside the machine's rank. Raises Conflict for a forum without a draw that counts.
        """
        ranks = self._ranks(id, caller)
        with self._of_forum(id, caller) as (writing, need, standing):
            refuse_trial(standing)
            for actor_id in (each for each in standing.places() if each not in standing.invited):
                _invite(writing, need, standing, actor_id, form, ranks, caller)
            writing.append(entries.invite_list(need, _decisions(writing.session, need)))
            return writing.done(seen(writing, id))

    def reply_forum(self, id: str, form: ReplyForm, caller: Caller) -> Forum:
        """Note what an invited actor answers, or whether it was there. Suppliers answer for their own actor."""
        own = speaks_for_itself(form.actor_id, caller)
        if own and form.reply not in (Reply.ACCEPTED, Reply.DECLINED):
            raise Forbidden("Värden noterar vilka som var där.", "The host notes who was there.")
        refuse_far(form.meeting_times)
        with self._of_forum(id, caller) as (writing, need, standing):
            refuse_uninvited(standing, form.actor_id)
            content = {"forum": id, **form.model_dump(mode="json", exclude={"actor_id"})}
            acts.append(writing, need, ActKind.FORUM_REPLIED, content, rules.who(caller), form.actor_id)
            return writing.done(seen(writing, id))

    def replace_forum(self, id: str, form: ReplacementForm, caller: Caller) -> Forum:
        """Give the place of an actor that does not come to the next reserve with whom all rules still hold.

        The reserve is invited at once, and sits where the other would have. Where no reserve fits, the place stays
        empty, and that is noted.
        """
        from matcha.forum.replacing import replacement

        ranks = self._ranks(id, caller)
        with self._of_forum(id, caller) as (writing, need, standing):
            refuse_trial(standing)
            refuse_uninvited(standing, form.actor_id)
            problem, composition = forum_view.kept(writing.session, standing)
            now = tuple(standing.places())
            found = replacement(
                problem, composition, now, form.actor_id, forum_view.reserves(standing), standing.gone()
            )
            new = found.id if found else None
            told = {"gone": form.actor_id, "passed": dict(found.passed_over) if found else {}, "reason": form.reason}
            _decide(writing, need, form.actor_id, Choice.DECLINED, form.user, form.reason, ranks)
            acts.append(writing, need, ActKind.FORUM_REPLACED, {"forum": id, **told}, rules.who(caller), new)
            if new is not None:
                invitation = InvitingForm(user=form.user, reason=form.reason, reply_by=writing.now.date())
                _invite(writing, need, standing, new, invitation, ranks, caller)
            _, after = forum_view.standing(writing.session, id)
            self._sit(writing, need, after, problem, DayForm(come=(new,) if new else ()), caller)
            return writing.done(seen(writing, id))

    def change_forum(self, id: str, form: DayForm, caller: Caller) -> Forum:
        """Seat people anew on the day, with the fewest moves: some do not come, others late, others after all."""
        with self._of_forum(id, caller) as (writing, need, standing):
            refuse_undrawn(standing)
            problem, _ = forum_view.kept(writing.session, standing)
            refuse_strangers(standing, form)
            if standing.arranged is None:
                raise Conflict(f"Placera först: matcha forum arrange {id}", f"Arrange first: matcha forum arrange {id}")
            self._sit(writing, need, standing, problem, form, caller)
            return writing.done(seen(writing, id))

    def schedule_forum(self, id: str, form: MeetingsForm, caller: Caller) -> Forum:
        """Make the timetable of the follow-up meetings: the same offer, length and questions to all (S33, R8)."""
        from matcha.forum.meetings import Offer, timetable

        refuse_far(chain(*(team.times for team in form.teams), *form.wishes.values()))
        before = self._standing(id)
        refuse_undrawn(before)
        wishes = {actor_id: _times(before, form, actor_id) for actor_id in before.coming()}
        offer = Offer(form.minutes, form.template, {team.name: team.times for team in form.teams})
        refuse_many(offer.teams.values(), wishes.values())
        found = timetable(offer, wishes, _EFFORT, bytes.fromhex(before.composed.content["composition"]))
        with self._of_forum(id, caller) as (writing, need, standing):
            refuse_changed(before, standing)
            if standing.met:
                raise Conflict(
                    "Möten har redan hållits; tiderna ligger fast.", "Meetings have been held already; the times stand."
                )
            placed = [[one.actor_id, one.team, one.starts.isoformat()] for one in found.meetings]
            told = {"minutes": form.minutes, "template": form.template, "meetings": placed}
            content = {"forum": id, **told, "unplaced": list(found.unplaced), "bound": found.certificate.bound}
            acts.append(writing, need, ActKind.FORUM_SCHEDULED, content, rules.who(caller))
            return writing.done(seen(writing, id))

    def note_meeting(self, id: str, form: NotesForm, caller: Caller) -> Forum:
        """File the notes of a follow-up meeting; it stands in the dossier (R9).

        Raises Conflict while the notes of an earlier meeting of the same team are not filed (R8).
        """
        from matcha.forum.meetings import blocked_by

        with self._of_forum(id, caller, ended=True) as (writing, need, standing):
            meetings = forum_view.view(writing.session, need, standing).meetings
            if (before := blocked_by(meetings, form.actor_id)) is not None:
                raise Conflict(
                    f"Lägg först in anteckningarna från mötet med {before.name} ({before.actor_id}).",
                    f"File the notes of the meeting with {before.name} ({before.actor_id}) first.",
                )
            told = {"actor_ids": [form.actor_id], "held": form.held.isoformat(), "digital": True}
            met = acts.append(
                writing, need, ActKind.MEETING, {**told, "exchanged": form.notes}, rules.who(caller), form.actor_id
            )
            content = {"forum": id, "held": form.held.isoformat(), "notes": form.notes, "meeting": met.id}
            acts.append(writing, need, ActKind.FORUM_MET, content, rules.who(caller), form.actor_id)
            return writing.done(seen(writing, id))

    def add_outcome(self, id: str, form: OutcomeForm, caller: Caller) -> Forum:
        """Note what came of a forum for the care (S41)."""
        return self._noted(id, ActKind.FORUM_OUTCOME, form.model_dump(mode="json"), caller)

    def value_forum(self, id: str, form: ValueForm, caller: Caller) -> Forum:
        """Note what a participant got out of a forum (S42), as it says itself or tells the host."""
        speaks_for_itself(form.actor_id, caller)
        content = form.model_dump(mode="json", exclude={"actor_id"})
        return self._noted(id, ActKind.FORUM_VALUED, content, caller, form.actor_id)

    def close_forum(self, id: str, form: ClosingForm, caller: Caller) -> Forum:
        """End a forum. Its record, as it stood just before, is vouched for by its digest (SHA-256) in the log.

        Raises Conflict while participants know different things (R1), or notes of meetings are missing.
        """
        with self._of_forum(id, caller) as (writing, need, standing):
            found = forum_view.view(writing.session, need, standing)
            refuse_unequal(writing.session, need, found)
            digest = hashlib.sha256(record_bytes(found)).hexdigest()
            content = {"forum": id, "text": form.text, "record": digest}
            acts.append(writing, need, ActKind.FORUM_CLOSED, content, rules.who(caller))
            return writing.done(seen(writing, id))

    def _noted(
        self, id: str, kind: ActKind, content: Mapping[str, Any], caller: Caller, actor_id: str | None = None
    ) -> Forum:
        with self._of_forum(id, caller, ended=True) as (writing, need, standing):
            refuse_undrawn(standing)
            if actor_id is not None:
                refuse_uninvited(standing, actor_id)
            acts.append(writing, need, kind, {"forum": id, **content}, rules.who(caller), actor_id)
            return writing.done(seen(writing, id))

    def _ranks(self, id: str, caller: Caller) -> tuple[Mapping[str, int], int, Ready]:
        with self._store.reading() as session:
            need, _ = forum_view.standing(session, id)
        return self._everyone(need.id, caller)

    def _sit(
        self, writing: Writing, need: Need, standing: Standing, problem: Problem, form: DayForm, caller: Caller
    ) -> None:
        from matcha.forum.changes import change

        before = standing.arrangement()
        if before is None:
            return
        new = _come(problem, form)
        coming = {p.id for p in (*forum_view.people(problem, standing), *new)}
        left = {p.id for p in before.persons if p.actor is not None} - coming
        after = change(before, left | set(form.gone), new, form.late, form.done, problem.rules.apart)
        content = {"forum": standing.id, **form.model_dump(mode="json"), **arrangement_content(after)}
        acts.append(writing, need, ActKind.FORUM_CHANGED, content, rules.who(caller))


def _come(problem: Problem, form: DayForm) -> tuple[Person, ...]:
    parts = {each.id: each.part for each in problem.candidates}
    return persons([(id, parts[id], problem.rules.each(parts[id])) for id in form.come], {})


def _invite(
    writing: Writing,
    need: Need,
    standing: Standing,
    actor_id: str,
    form: InvitingForm,
    ranks: tuple[Mapping[str, int], int, Ready],
    caller: Caller,
) -> None:
    decided = _decide(writing, need, actor_id, Choice.INVITED, form.user, form.reason, ranks)
    content = {"forum": standing.id, "reply_by": form.reply_by.isoformat(), "decision": decided}
    acts.append(writing, need, ActKind.FORUM_INVITED, content, rules.who(caller), actor_id)


def _decide(
    writing: Writing,
    need: Need,
    actor_id: str,
    choice: Choice,
    user: str,
    reason: str,
    ranks: tuple[Mapping[str, int], int, Ready],
) -> int | None:
    places, standings, ready = ranks
    form = DecisionForm(need_id=need.id, actor_id=actor_id, choice=choice, user=user, reason=reason)
    return keep(writing, form, ready, places, standings).leaf_index


def _decisions(session: Session, need: Need) -> list[Any]:
    return [decision for decision in queries.decisions(session) if decision.need_id == need.id]


def _times(standing: Standing, form: MeetingsForm, actor_id: str) -> tuple[datetime, ...]:
    """When an actor can: as it was told now, or else as the actor said itself."""
    if actor_id in form.wishes:
        return form.wishes[actor_id]
    replied = standing.replies.get(actor_id)
    return tuple(map(datetime.fromisoformat, replied.content["meeting_times"])) if replied else ()
