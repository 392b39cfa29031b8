"""The operations of screening. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcha.client.calls import Call, given, new_key, part
from matcha.client.models.common import Act, State
from matcha.client.models.screening import Criterion, Screening, Weighting
from matcha.client.sending import AsyncSender


class AsyncScreeningOperations(AsyncSender):
    """A method for each operation of screening."""

    async def list_weightings(self) -> list[Weighting]:
        """How much each criterion counts.

        Every published weighting, the first one first; the newest holds (R3).
        """
        return await self._send(Call("GET", "/v1/weightings", list[Weighting]))

    async def publish_weighting(
        self, *, weights: Mapping[Criterion, int], reason: str, idempotency_key: str | None = None
    ) -> Weighting:
        """Publish a weighting.

        Publish how much each criterion counts, before it is used. All five weights, in percent, sum to 100.
        """
        return await self._send(
            Call(
                "POST",
                "/v1/weightings",
                Weighting,
                body=given(weights=weights, reason=reason),
                once=idempotency_key or new_key(),
            )
        )

    async def score_need(
        self,
        id: str,
        *,
        criterion: Criterion,
        score: int,
        reason: str,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> Act:
        """Score a need.

        Score a need by one criterion, 1 to 5, with the reason in writing. The newest score of each holds (S7).
        """
        return await self._send(
            Call(
                "POST",
                f"/v1/needs/{part(id)}/scores",
                Act,
                body=given(criterion=criterion, score=score, reason=reason),
                seen=if_match,
                once=idempotency_key or new_key(),
            )
        )

    async def get_screening(self, *, state: Sequence[State] | None = None) -> Screening:
        """Needs in order of the weighting.

        The order by the newest weighting, and how much it depends on the weights: 10,626 others are tried.
        """
        return await self._send(Call("GET", "/v1/screening", Screening, query=given(state=state)))
