"""The operations of needs. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from collections.abc import Sequence

from matcha.client.calls import Call, Upload, given, new_key, part
from matcha.client.models.common import Act, ActKind, Language, Purpose, State
from matcha.client.models.needs import Analysis, Attachment, Need, NeedGroups, SimilarNeeds
from matcha.client.replies import Page
from matcha.client.sending import AsyncSender


class AsyncNeedsOperations(AsyncSender):
    """A method for each operation of needs."""

    async def list_needs(
        self,
        *,
        q: str | None = None,
        state: Sequence[State] | None = None,
        care_setting: str | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page[Need]:
        """Needs, by id.

        The open needs database. Staff see needs in every state, others those that are published.
        """
        return await self._send(
            Call(
                "GET",
                "/v1/needs",
                Page[Need],
                query=given(q=q, state=state, care_setting=care_setting, limit=limit, cursor=cursor),
            )
        )

    async def add_need(
        self,
        *,
        title: str,
        text: str,
        id: str | None = None,
        language: Language | str | None = None,
        quantity_number: float | str | None = None,
        quantity_unit: str | None = None,
        quantity_population: str | None = None,
        quantity_period: str | None = None,
        source: str | None = None,
        preconditions: str | None = None,
        patient_perspective: str | None = None,
        care_setting: str | None = None,
        goal: str | None = None,
        aspects: Sequence[str] | str = (),
        follows: str | None = None,
        idempotency_key: str | None = None,
    ) -> Need:
        """Register a need.

        Register a need as an idea. It goes on to draft, screened, prioritised and published by `states`.
        """
        return await self._send(
            Call(
                "POST",
                "/v1/needs",
                Need,
                body=given(
                    title=title,
                    text=text,
                    id=id,
                    language=language,
                    quantity_number=quantity_number,
                    quantity_unit=quantity_unit,
                    quantity_population=quantity_population,
                    quantity_period=quantity_period,
                    source=source,
                    preconditions=preconditions,
                    patient_perspective=patient_perspective,
                    care_setting=care_setting,
                    goal=goal,
                    aspects=aspects,
                    follows=follows,
                ),
                once=idempotency_key or new_key(),
            )
        )

    async def get_need(self, id: str) -> Need:
        """A need.

        One need, with its preconditions. Its ETag is for `If-Match` when it is changed.
        """
        return await self._send(Call("GET", f"/v1/needs/{part(id)}", Need))

    async def change_need(
        self,
        id: str,
        *,
        title: str,
        text: str,
        language: Language | str | None = None,
        quantity_number: float | str | None = None,
        quantity_unit: str | None = None,
        quantity_population: str | None = None,
        quantity_period: str | None = None,
        source: str | None = None,
        preconditions: str | None = None,
        patient_perspective: str | None = None,
        care_setting: str | None = None,
        goal: str | None = None,
        aspects: Sequence[str] | str = (),
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> Need:
        """Change what a need says.

        Change a need as a whole; the version before stays in the log. `If-Match` refuses what has changed since.
        """
        return await self._send(
            Call(
                "PUT",
                f"/v1/needs/{part(id)}",
                Need,
                body=given(
                    title=title,
                    text=text,
                    language=language,
                    quantity_number=quantity_number,
                    quantity_unit=quantity_unit,
                    quantity_population=quantity_population,
                    quantity_period=quantity_period,
                    source=source,
                    preconditions=preconditions,
                    patient_perspective=patient_perspective,
                    care_setting=care_setting,
                    goal=goal,
                    aspects=aspects,
                ),
                seen=if_match,
                once=idempotency_key or new_key(),
            )
        )

    async def move_need(
        self, id: str, *, state: State, reason: str, if_match: str | None = None, idempotency_key: str | None = None
    ) -> Act:
        """Take a need to another state.

        Take a need on, back, or aside, with the reason. 409 says what is still missing for that state.
        """
        return await self._send(
            Call(
                "POST",
                f"/v1/needs/{part(id)}/states",
                Act,
                body=given(state=state, reason=reason),
                seen=if_match,
                once=idempotency_key or new_key(),
            )
        )

    async def set_purpose(self, id: str, *, purpose: Purpose, reason: str, idempotency_key: str | None = None) -> Need:
        """Say what a need is matched for.

        Say what the need is matched for from now on: preparing a procurement, or informing the market (R6).
        """
        return await self._send(
            Call(
                "PUT",
                f"/v1/needs/{part(id)}/purpose",
                Need,
                body=given(purpose=purpose, reason=reason),
                once=idempotency_key or new_key(),
            )
        )

    async def lock_need(self, id: str, *, locked: bool, reason: str, idempotency_key: str | None = None) -> Need:
        """A procurement begins or has ended.

        While a need is locked, matching, invitations and meetings are refused with 409, and that is logged (R11).
        """
        return await self._send(
            Call(
                "PUT",
                f"/v1/needs/{part(id)}/lock",
                Need,
                body=given(locked=locked, reason=reason),
                once=idempotency_key or new_key(),
            )
        )

    async def set_secrecy(
        self,
        id: str,
        *,
        field: str,
        secret: bool,
        reason: str,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> Act:
        """Make a field secret, or not.

        Mask a field for all but staff, with the reason (R14). Everything else is presumed to be open.
        """
        return await self._send(
            Call(
                "POST",
                f"/v1/needs/{part(id)}/secrecy",
                Act,
                body=given(field=field, secret=secret, reason=reason),
                seen=if_match,
                once=idempotency_key or new_key(),
            )
        )

    async def list_acts(
        self, id: str, *, kind: Sequence[ActKind] | None = None, limit: int = 100, cursor: str | None = None
    ) -> Page[Act]:
        """What has happened to a need.

        Every act, in order, each with its entry in the log.
        """
        return await self._send(
            Call("GET", f"/v1/needs/{part(id)}/acts", Page[Act], query=given(kind=kind, limit=limit, cursor=cursor))
        )

    async def list_attachments(self, id: str) -> list[Attachment]:
        """The attachments of a need.

        Analyses and other files that belong to a need (S8). Secret ones are there for staff alone (R14).
        """
        return await self._send(Call("GET", f"/v1/needs/{part(id)}/attachments", list[Attachment]))

    async def attach(
        self, id: str, *, analysis: Analysis, file: Upload, idempotency_key: str | None = None
    ) -> Attachment:
        """Attach a file to a need.

        Attach a file. What it is is told by its content, and it is only ever given back as a download.
        """
        return await self._send(
            Call(
                "POST",
                f"/v1/needs/{part(id)}/attachments",
                Attachment,
                form=given(analysis=analysis, file=file),
                once=idempotency_key or new_key(),
            )
        )

    async def get_attachment(self, id: str, number: int) -> bytes:
        """An attachment.

        The file itself, as a download.
        """
        return await self._send(Call("GET", f"/v1/needs/{part(id)}/attachments/{part(number)}", bytes))

    async def similar_needs(self, *, text: str, k: int = 5, need_id: str | None = None) -> SimilarNeeds:
        """Needs that resemble a text.

        Ask while a need is written whether others have the same one. It only advises, and is not logged.
        """
        return await self._send(
            Call("POST", "/v1/similar-needs", SimilarNeeds, body=given(text=text, k=k, need_id=need_id))
        )

    async def need_groups(self) -> NeedGroups:
        """Groups of needs, and gaps.

        Which needs belong together, and which nobody registered answers well (S4).
        """
        return await self._send(Call("GET", "/v1/need-groups", NeedGroups))
