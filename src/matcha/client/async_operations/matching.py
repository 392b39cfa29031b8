"""The operations of matching. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from collections.abc import Sequence

from matcha.client.calls import Call, given, new_key, part
from matcha.client.models.common import ActorKind, Choice, Job, Language, Purpose
from matcha.client.models.matching import Answer, Decision, Explanation, InviteList, JobResult, MatchRequest
from matcha.client.replies import Page
from matcha.client.sending import AsyncSender


class AsyncMatchingOperations(AsyncSender):
    """A method for each operation of matching."""

    async def match(
        self,
        *,
        text: str | None = None,
        need_id: str | None = None,
        k: int = 10,
        kind: ActorKind | None = None,
        reason: str | None = None,
        language: Language | None = None,
        purpose: Purpose | None = None,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Rank the actors that could meet a need.

        Rank actors, each with what its score is made of. The answer is in the match log when it is given.
        """
        return await self._send(
            Call(
                "POST",
                "/v1/matches",
                Answer,
                body=given(
                    text=text, need_id=need_id, k=k, kind=kind, reason=reason, language=language, purpose=purpose
                ),
                once=idempotency_key or new_key(),
            )
        )

    async def explain(
        self,
        *,
        profile_id: str,
        text: str | None = None,
        need_id: str | None = None,
        k: int = 10,
        idempotency_key: str | None = None,
    ) -> Explanation:
        """Why a profile stands where it stands.

        Explain any profile's place, or with a supplier's account its own: rank, advice and what is missing.
        """
        return await self._send(
            Call(
                "POST",
                "/v1/explanations",
                Explanation,
                body=given(profile_id=profile_id, text=text, need_id=need_id, k=k),
                once=idempotency_key or new_key(),
            )
        )

    async def list_decisions(
        self, *, need_id: str | None = None, limit: int = 100, cursor: str | None = None
    ) -> Page[Decision]:
        """What people decided.

        Every decision, in order, beside the machine's rank (R13).
        """
        return await self._send(
            Call("GET", "/v1/decisions", Page[Decision], query=given(need_id=need_id, limit=limit, cursor=cursor))
        )

    async def decide(
        self, *, need_id: str, actor_id: str, choice: Choice, reason: str, idempotency_key: str | None = None
    ) -> Decision:
        """Decide about an actor.

        Invite, contact or decline an actor for a need. A named person decides, with a reason; nothing else invites.
        """
        return await self._send(
            Call(
                "POST",
                "/v1/decisions",
                Decision,
                body=given(need_id=need_id, actor_id=actor_id, choice=choice, reason=reason),
                once=idempotency_key or new_key(),
            )
        )

    async def close_invitations(self, id: str, *, idempotency_key: str | None = None) -> InviteList:
        """Close the list of those invited.

        Log who is invited to a need as decisions now stand.
        """
        return await self._send(
            Call("POST", f"/v1/needs/{part(id)}/invitation-lists", InviteList, once=idempotency_key or new_key())
        )

    async def list_jobs(self, *, limit: int = 100, cursor: str | None = None) -> Page[Job]:
        """Your jobs, the oldest first.

        The caller's own jobs. Those that ended more than 30 days ago are gone.
        """
        return await self._send(Call("GET", "/v1/jobs", Page[Job], query=given(limit=limit, cursor=cursor)))

    async def start_job(self, *, questions: Sequence[MatchRequest], idempotency_key: str | None = None) -> Job:
        """Ask up to 1,000 questions.

        Ask many questions. They are answered one after the other, also if the server is restarted meanwhile.

        `Location` says where to see how it goes. A question that cannot be answered, such as one about an unknown
        need, stops none of the others.
        """
        return await self._send(
            Call("POST", "/v1/jobs", Job, body=given(questions=questions), once=idempotency_key or new_key())
        )

    async def get_job(self, id: str) -> Job:
        """How a job goes.

        One of the caller's own jobs: its state, and how much is done.
        """
        return await self._send(Call("GET", f"/v1/jobs/{part(id)}", Job))

    async def cancel_job(self, id: str, *, idempotency_key: str | None = None) -> Job:
        """Cancel a job.

        Stop a job after the question that is being answered. What is answered stays, and stays in the match log.
        """
        return await self._send(Call("DELETE", f"/v1/jobs/{part(id)}", Job, once=idempotency_key or new_key()))

    async def list_results(self, id: str, *, limit: int = 100, cursor: str | None = None) -> Page[JobResult]:
        """What a job has found so far.

        The questions that are answered, in the order in which they were asked, while the job goes on and after.

        A neutrality job has no results here; its report is at `/v1/neutrality`.
        """
        return await self._send(
            Call("GET", f"/v1/jobs/{part(id)}/results", Page[JobResult], query=given(limit=limit, cursor=cursor))
        )
