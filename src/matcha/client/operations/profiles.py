"""The operations of profiles. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from matcha.client.calls import Call, given, new_key, part
from matcha.client.models.common import ActorKind
from matcha.client.models.profiles import Actor, Consideration, FittingNeed, Profile
from matcha.client.replies import Page
from matcha.client.sending import Sender


class ProfilesOperations(Sender):
    """A method for each operation of profiles."""

    def list_actors(
        self, *, q: str | None = None, kind: ActorKind | None = None, limit: int = 100, cursor: str | None = None
    ) -> Page[Actor]:
        """Actors, by id.

        Everyone that is registered, or those with a name or of a kind.
        """
        return self._send(
            Call("GET", "/v1/actors", Page[Actor], query=given(q=q, kind=kind, limit=limit, cursor=cursor))
        )

    def get_actor(self, id: str) -> Actor:
        """An actor.

        One actor.
        """
        return self._send(Call("GET", f"/v1/actors/{part(id)}", Actor))

    def list_profiles(
        self, *, actor_id: str | None = None, limit: int = 100, cursor: str | None = None
    ) -> Page[Profile]:
        """Profiles, by id.

        Every registered profile in its newest version; those that take no part, too.
        """
        return self._send(
            Call("GET", "/v1/profiles", Page[Profile], query=given(actor_id=actor_id, limit=limit, cursor=cursor))
        )

    def get_profile(self, id: str) -> Profile:
        """A profile.

        One profile in its newest version.
        """
        return self._send(Call("GET", f"/v1/profiles/{part(id)}", Profile))

    def withdraw_profile(self, id: str, *, idempotency_key: str | None = None) -> Profile:
        """Withdraw a profile.

        Take a profile out of matching. Its versions stay in the log; proposing it again brings it back.
        """
        return self._send(Call("DELETE", f"/v1/profiles/{part(id)}", Profile, once=idempotency_key or new_key()))

    def renew_profile(self, id: str, *, idempotency_key: str | None = None) -> Profile:
        """Renew a profile.

        Let a profile take part for two years from now.
        """
        return self._send(Call("POST", f"/v1/profiles/{part(id)}/renewal", Profile, once=idempotency_key or new_key()))

    def list_considerations(self, id: str, *, limit: int = 100, cursor: str | None = None) -> Page[Consideration]:
        """Matches in which a profile took part.

        Every match since the profile was registered, in the log's order; ask for the receipt of any.
        """
        return self._send(
            Call(
                "GET",
                f"/v1/profiles/{part(id)}/considerations",
                Page[Consideration],
                query=given(limit=limit, cursor=cursor),
            )
        )

    def get_consideration_receipt(self, id: str, leaf_index: int) -> str:
        """The receipt that a profile was considered in a match.

        A text that proves off line that the profile was on the roll, with its rank, or why it was not scored.
        """
        return self._send(Call("GET", f"/v1/profiles/{part(id)}/receipts/{part(leaf_index)}", str))

    def list_fitting_needs(self, id: str) -> list[FittingNeed]:
        """Needs that a profile fits.

        Published needs that the profile's own score fits, strong ones first. Nobody is ranked here.
        """
        return self._send(Call("GET", f"/v1/profiles/{part(id)}/needs", list[FittingNeed]))
