"""The operations of dialogue. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from matcha.client.calls import Call, given, new_key, part
from matcha.client.models.common import Act
from matcha.client.models.dialogue import Contact, Dialogue, Dossier, EventKind
from matcha.client.sending import AsyncSender


class AsyncDialogueOperations(AsyncSender):
    """A method for each operation of dialogue."""

    async def show_interest(
        self, id: str, *, text: str | None = None, if_match: str | None = None, idempotency_key: str | None = None
    ) -> Act:
        """Show interest.

        A supplier is interested in a published need, and takes part in its dialogue from then on (S19).
        """
        return await self._send(
            Call(
                "POST",
                f"/v1/needs/{part(id)}/interests",
                Act,
                body=given(text=text),
                seen=if_match,
                once=idempotency_key or new_key(),
            )
        )

    async def ask_question(
        self, id: str, *, text: str, if_match: str | None = None, idempotency_key: str | None = None
    ) -> Act:
        """Ask a question.

        Ask about a need. All participants see the question, and not who asked (R1).
        """
        return await self._send(
            Call(
                "POST",
                f"/v1/needs/{part(id)}/questions",
                Act,
                body=given(text=text),
                seen=if_match,
                once=idempotency_key or new_key(),
            )
        )

    async def answer_question(
        self, id: str, *, question: int, text: str, if_match: str | None = None, idempotency_key: str | None = None
    ) -> Act:
        """Answer a question.

        Answer a question, or tell everybody what was said in a meeting. All participants see it at once (R1).
        """
        return await self._send(
            Call(
                "POST",
                f"/v1/needs/{part(id)}/answers",
                Act,
                body=given(question=question, text=text),
                seen=if_match,
                once=idempotency_key or new_key(),
            )
        )

    async def post(
        self,
        id: str,
        *,
        text: str,
        thread: int | None = None,
        title: str | None = None,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> Act:
        """Contribute to a thread.

        Begin a thread, with a title, or contribute to one (S17).
        """
        return await self._send(
            Call(
                "POST",
                f"/v1/needs/{part(id)}/posts",
                Act,
                body=given(text=text, thread=thread, title=title),
                seen=if_match,
                once=idempotency_key or new_key(),
            )
        )

    async def broker_contact(
        self, id: str, *, actor_id: str, text: str, if_match: str | None = None, idempotency_key: str | None = None
    ) -> Act:
        """Put in touch.

        A named coordinator puts an actor in touch with the need's owner (S18). It stands in the dossier.
        """
        return await self._send(
            Call(
                "POST",
                f"/v1/needs/{part(id)}/contacts",
                Act,
                body=given(actor_id=actor_id, text=text),
                seen=if_match,
                once=idempotency_key or new_key(),
            )
        )

    async def list_contacts(self, id: str) -> list[Contact]:
        """Who was put in touch.

        Every contact with the named coordinator who brokered it; a supplier sees its own.
        """
        return await self._send(Call("GET", f"/v1/needs/{part(id)}/contacts", list[Contact]))

    async def record_meeting(
        self,
        id: str,
        *,
        actor_ids: Sequence[str],
        held: date,
        exchanged: str,
        digital: bool = True,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> Act:
        """Record a meeting.

        Record who met, when, and what was exchanged (R9). Tell the others by an answer that names the meeting.
        """
        return await self._send(
            Call(
                "POST",
                f"/v1/needs/{part(id)}/meetings",
                Act,
                body=given(actor_ids=actor_ids, held=held, exchanged=exchanged, digital=digital),
                seen=if_match,
                once=idempotency_key or new_key(),
            )
        )

    async def announce_event(
        self,
        id: str,
        *,
        kind: EventKind,
        title: str,
        starts: datetime,
        place: str,
        digital: bool = False,
        text: str | None = None,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> Act:
        """Announce an event.

        Announce a workshop, a competition or a presentation (S15, S16).
        """
        return await self._send(
            Call(
                "POST",
                f"/v1/needs/{part(id)}/events",
                Act,
                body=given(kind=kind, title=title, starts=starts, place=place, digital=digital, text=text),
                seen=if_match,
                once=idempotency_key or new_key(),
            )
        )

    async def declare_interest(
        self, id: str, *, conflicted: bool, reason: str, if_match: str | None = None, idempotency_key: str | None = None
    ) -> Act:
        """Declare an interest.

        Declare whether you have an interest of your own in a need. Who has may not run, edit or sign (R12).
        """
        return await self._send(
            Call(
                "POST",
                f"/v1/needs/{part(id)}/declarations",
                Act,
                body=given(conflicted=conflicted, reason=reason),
                seen=if_match,
                once=idempotency_key or new_key(),
            )
        )

    async def get_dialogue(self, id: str) -> Dialogue:
        """The dialogue about a need.

        Questions, answers and threads. All participants see the same; `differences` is the proof (R1).
        """
        return await self._send(Call("GET", f"/v1/needs/{part(id)}/dialogue", Dialogue))

    async def get_dossier(self, id: str) -> Dossier:
        """Prior involvement.

        Who met, asked or was told what, when and through whom, before any procurement (R9).
        """
        return await self._send(Call("GET", f"/v1/needs/{part(id)}/dossier", Dossier))
