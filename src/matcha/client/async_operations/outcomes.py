"""The operations of outcomes. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import date

from matcha.client.calls import Call, given, new_key, part
from matcha.client.models.common import Act
from matcha.client.models.outcomes import Graph, Outcomes, Party
from matcha.client.sending import AsyncSender


class AsyncOutcomesOperations(AsyncSender):
    """A method for each operation of outcomes."""

    async def record_solution(
        self,
        id: str,
        *,
        title: str,
        text: str,
        decision: str,
        actor_id: str | None = None,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> Act:
        """Record the solution.

        Record the solution that was chosen, by a decision outside matcha (S20).
        """
        return await self._send(
            Call(
                "POST",
                f"/v1/needs/{part(id)}/solutions",
                Act,
                body=given(title=title, text=text, decision=decision, actor_id=actor_id),
                seen=if_match,
                once=idempotency_key or new_key(),
            )
        )

    async def record_implementation(
        self,
        id: str,
        *,
        solution: int,
        unit: str,
        started: date,
        text: str | None = None,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> Act:
        """Record where it is used.

        Record where and when a solution was taken into use.
        """
        return await self._send(
            Call(
                "POST",
                f"/v1/needs/{part(id)}/implementations",
                Act,
                body=given(solution=solution, unit=unit, started=started, text=text),
                seen=if_match,
                once=idempotency_key or new_key(),
            )
        )

    async def record_feedback(
        self,
        id: str,
        *,
        solution: int,
        party: Party,
        grade: int,
        text: str,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> Act:
        """Record feedback.

        Record what staff or patients say of a solution (S12, S14).
        """
        return await self._send(
            Call(
                "POST",
                f"/v1/needs/{part(id)}/feedback",
                Act,
                body=given(solution=solution, party=party, grade=grade, text=text),
                seen=if_match,
                once=idempotency_key or new_key(),
            )
        )

    async def record_effect(
        self,
        id: str,
        *,
        solution: int,
        number: float,
        unit: str,
        text: str,
        population: str | None = None,
        period: str | None = None,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> Act:
        """Record the effect.

        Record what was measured, in the unit in which the need was quantified (S2, S12).
        """
        return await self._send(
            Call(
                "POST",
                f"/v1/needs/{part(id)}/effects",
                Act,
                body=given(
                    solution=solution, number=number, unit=unit, text=text, population=population, period=period
                ),
                seen=if_match,
                once=idempotency_key or new_key(),
            )
        )

    async def get_outcomes(self, id: str) -> Outcomes:
        """What came of a need.

        Solutions, where they are used, what people say, and the effect against the quantification.
        """
        return await self._send(Call("GET", f"/v1/needs/{part(id)}/outcomes", Outcomes))

    async def get_graph(self, id: str) -> Graph:
        """need → solution → effect → need.

        What a need comes from and leads to (S12, S13).
        """
        return await self._send(Call("GET", f"/v1/needs/{part(id)}/graph", Graph))

    async def judge(
        self,
        id: str,
        *,
        profile_id: str,
        relevant: bool,
        reason: str | None = None,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> Act:
        """Judge relevance.

        Judge whether a profile is relevant for a need, by its text alone. It trains nothing by itself.
        """
        return await self._send(
            Call(
                "POST",
                f"/v1/needs/{part(id)}/judgements",
                Act,
                body=given(profile_id=profile_id, relevant=relevant, reason=reason),
                seen=if_match,
                once=idempotency_key or new_key(),
            )
        )
