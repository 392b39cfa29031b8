"""The operations of forums. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from matcha.client.calls import Call, given, new_key, part
from matcha.client.models.common import Language
from matcha.client.models.forums import (
    Committed,
    Forum,
    ForumFile,
    ForumLine,
    ForumRulesForm,
    Letter,
    Mixing,
    OutcomeKind,
    OwnForum,
    Reply,
    SeedSource,
    StationForm,
    TeamForm,
)
from matcha.client.replies import Page
from matcha.client.sending import Sender


class ForumsOperations(Sender):
    """A method for each operation of forums."""

    def compose_forum(
        self,
        id: str,
        *,
        rules: ForumRulesForm | None = None,
        reason: str | None = None,
        idempotency_key: str | None = None,
    ) -> Forum:
        """Compose a forum.

        Compose a forum for a need: a lottery over the best compositions that the rules allow, committed to in the
        log.

        Nobody is drawn yet. 409 for rules that cannot all hold: `conflict` says which contradict each other,
        `relaxations` the smallest change that mends it.
        """
        return self._send(
            Call(
                "POST",
                f"/v1/needs/{part(id)}/forums",
                Forum,
                body=given(rules=rules, reason=reason),
                once=idempotency_key or new_key(),
            )
        )

    def list_forums(self, id: str, *, limit: int = 100, cursor: str | None = None) -> Page[ForumLine]:
        """The forums of a need.

        Every forum composed for a need, in order. A supplier sees those that its own actor could have come to.
        """
        return self._send(
            Call("GET", f"/v1/needs/{part(id)}/forums", Page[ForumLine], query=given(limit=limit, cursor=cursor))
        )

    def get_forum(self, forum: str) -> Forum:
        """A forum.

        A forum as it stands: who is invited, waits or was not selected and why, who sits where, and what came of
        it.
        """
        return self._send(Call("GET", f"/v1/forums/{part(forum)}", Forum))

    def get_own_forum(self, forum: str) -> OwnForum:
        """A forum, as it concerns you.

        What a supplier is to know of a forum: its own place, chance, reason, seats and meetings, and what holds for
        all.

        Nothing is in it of any other actor (R28). The seed and the digest are for checking the draw.
        """
        return self._send(Call("GET", f"/v1/forums/{part(forum)}/own", OwnForum))

    def draw_forum(
        self,
        forum: str,
        *,
        source: SeedSource = SeedSource.CHECKPOINT,
        said: str | None = None,
        witnesses: Sequence[str] = (),
        idempotency_key: str | None = None,
    ) -> Forum:
        """Draw who is invited.

        Draw by the root of the checkpoint that first covered the composition, or by dice before witnesses.

        It is done once; a draw on trial decides nothing.
        """
        return self._send(
            Call(
                "POST",
                f"/v1/forums/{part(forum)}/draw",
                Forum,
                body=given(source=source, said=said, witnesses=witnesses),
                once=idempotency_key or new_key(),
            )
        )

    def arrange_forum(
        self,
        forum: str,
        *,
        mixing: Mixing = Mixing.WHOLE,
        stations: int | None = None,
        idempotency_key: str | None = None,
    ) -> Forum:
        """Say who sits where.

        Put people into groups, and say how they go between the stations, with the bound of pairs that can meet.
        """
        return self._send(
            Call(
                "POST",
                f"/v1/forums/{part(forum)}/arrangement",
                Forum,
                body=given(mixing=mixing, stations=stations),
                once=idempotency_key or new_key(),
            )
        )

    def plan_forum(
        self,
        forum: str,
        *,
        starts: datetime,
        place: str,
        stations: Sequence[StationForm] = (),
        arrival: int = 15,
        briefing: int = 20,
        round: int = 25,
        change: int = 5,
        pause: int = 15,
        mingle: int = 30,
        tour: int = 0,
        demo: int = 0,
        closing: int = 10,
        idempotency_key: str | None = None,
    ) -> Forum:
        """Say when and where.

        Say when and where a forum is held, how long each part is, and who leads the stations.
        """
        return self._send(
            Call(
                "POST",
                f"/v1/forums/{part(forum)}/programme",
                Forum,
                body=given(
                    starts=starts,
                    place=place,
                    stations=stations,
                    arrival=arrival,
                    briefing=briefing,
                    round=round,
                    change=change,
                    pause=pause,
                    mingle=mingle,
                    tour=tour,
                    demo=demo,
                    closing=closing,
                ),
                once=idempotency_key or new_key(),
            )
        )

    def invite_to_forum(self, forum: str, *, reason: str, reply_by: date, idempotency_key: str | None = None) -> Forum:
        """Invite those who were drawn.

        Invite all who have a place and are not invited yet, as the caller decides (R13), and log the list.
        """
        return self._send(
            Call(
                "POST",
                f"/v1/forums/{part(forum)}/invitations",
                Forum,
                body=given(reason=reason, reply_by=reply_by),
                once=idempotency_key or new_key(),
            )
        )

    def reply_to_forum(
        self,
        forum: str,
        *,
        actor_id: str,
        reply: Reply,
        text: str | None = None,
        meeting_times: Sequence[datetime] = (),
        idempotency_key: str | None = None,
    ) -> OwnForum:
        """Answer an invitation.

        Answer an invitation, and say when a follow-up meeting could be. The answer is the forum as the actor sees
        it.

        A supplier answers for its own actor; the host notes the answers of others, and who was there.
        """
        return self._send(
            Call(
                "POST",
                f"/v1/forums/{part(forum)}/replies",
                OwnForum,
                body=given(actor_id=actor_id, reply=reply, text=text, meeting_times=meeting_times),
                once=idempotency_key or new_key(),
            )
        )

    def replace_in_forum(self, forum: str, *, actor_id: str, reason: str, idempotency_key: str | None = None) -> Forum:
        """Give a place to a reserve.

        Give the place of an actor that does not come to the next reserve with whom all rules still hold.

        The reserve is invited at once. Where no reserve fits, the place stays empty.
        """
        return self._send(
            Call(
                "POST",
                f"/v1/forums/{part(forum)}/replacements",
                Forum,
                body=given(actor_id=actor_id, reason=reason),
                once=idempotency_key or new_key(),
            )
        )

    def change_forum(
        self,
        forum: str,
        *,
        gone: Sequence[str] = (),
        late: Mapping[str, int] | None = None,
        come: Sequence[str] = (),
        done: int = 0,
        idempotency_key: str | None = None,
    ) -> Forum:
        """Change it on the day.

        Seat people anew with the fewest moves: some do not come, others late, others after all.
        """
        return self._send(
            Call(
                "POST",
                f"/v1/forums/{part(forum)}/changes",
                Forum,
                body=given(gone=gone, late=late, come=come, done=done),
                once=idempotency_key or new_key(),
            )
        )

    def schedule_meetings(
        self,
        forum: str,
        *,
        template: str,
        teams: Sequence[TeamForm],
        minutes: int = 30,
        wishes: Mapping[str, list[datetime]] | None = None,
        idempotency_key: str | None = None,
    ) -> Forum:
        """Time the follow-up meetings.

        Make the timetable of the follow-up meetings: the same offer, length and questions to all (S33, R8).
        """
        return self._send(
            Call(
                "POST",
                f"/v1/forums/{part(forum)}/meetings",
                Forum,
                body=given(template=template, teams=teams, minutes=minutes, wishes=wishes),
                once=idempotency_key or new_key(),
            )
        )

    def file_notes(
        self, forum: str, *, actor_id: str, held: date, notes: str, idempotency_key: str | None = None
    ) -> Forum:
        """File a meeting's notes.

        File the notes of a follow-up meeting; it stands in the dossier (R9). The team's next waits for them (R8).
        """
        return self._send(
            Call(
                "POST",
                f"/v1/forums/{part(forum)}/notes",
                Forum,
                body=given(actor_id=actor_id, held=held, notes=notes),
                once=idempotency_key or new_key(),
            )
        )

    def add_outcome(
        self,
        forum: str,
        *,
        kind: OutcomeKind,
        text: str,
        station: int | None = None,
        idempotency_key: str | None = None,
    ) -> Forum:
        """Note what came of it.

        Note what came of a forum for the care (S41): knowledge, a perspective, or a proposal.
        """
        return self._send(
            Call(
                "POST",
                f"/v1/forums/{part(forum)}/outcomes",
                Forum,
                body=given(kind=kind, text=text, station=station),
                once=idempotency_key or new_key(),
            )
        )

    def value_forum(
        self,
        forum: str,
        *,
        actor_id: str,
        insight: int,
        contacts: int,
        again: int,
        text: str | None = None,
        idempotency_key: str | None = None,
    ) -> OwnForum:
        """Say what it gave.

        Say what a participant got out of a forum (S42). The answer is the forum as the actor sees it.

        A supplier speaks for its own actor; the host notes what others told it.
        """
        return self._send(
            Call(
                "POST",
                f"/v1/forums/{part(forum)}/values",
                OwnForum,
                body=given(actor_id=actor_id, insight=insight, contacts=contacts, again=again, text=text),
                once=idempotency_key or new_key(),
            )
        )

    def close_forum(self, forum: str, *, text: str | None = None, idempotency_key: str | None = None) -> Forum:
        """End a forum.

        End a forum. 409 while participants know different things (R1), or notes of meetings are missing.
        """
        return self._send(
            Call(
                "POST",
                f"/v1/forums/{part(forum)}/closing",
                Forum,
                body=given(text=text),
                once=idempotency_key or new_key(),
            )
        )

    def get_composition(self, forum: str, *, what: Committed = Committed.COMPOSITION) -> dict[str, Any]:
        """What was committed to before the draw.

        The very bytes that the log committed to before anybody was drawn, so that the draw can be run again.

        The SHA-256 of the composition is the forum's `digest`; it names that of the problem.
        """
        return self._send(Call("GET", f"/v1/forums/{part(forum)}/composition", dict[str, Any], query=given(what=what)))

    def get_forum_file(self, forum: str, name: ForumFile, *, language: Language = Language.SV) -> bytes:
        """A file of a forum.

        Lists, papers to print, calendar and record. 409 for one that needs a step which has not been taken yet.
        """
        return self._send(
            Call("GET", f"/v1/forums/{part(forum)}/files/{part(name)}", bytes, query=given(language=language))
        )

    def get_forum_letter(
        self,
        forum: str,
        *,
        actor: str,
        language: Language = Language.SV,
        sender: str | None = None,
        contact: str | None = None,
        reply_by: date | None = None,
    ) -> Letter:
        """A letter to an actor.

        Write an invitation, or a letter to a reserve or to somebody who was not selected. It is not sent.
        """
        return self._send(
            Call(
                "GET",
                f"/v1/forums/{part(forum)}/letters",
                Letter,
                query=given(actor=actor, language=language, sender=sender, contact=contact, reply_by=reply_by),
            )
        )
