"""Profiles as their owners submit them: proposed, reviewed by a coordinator with reasons, taken in, renewed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from matcha.callers import AccountRole, Caller
from matcha.errors import Conflict, Forbidden, Invalid, NotFound
from matcha.matchlog.entry import Draft, Kind, sealed
from matcha.process import Ruling
from matcha.records import (
    Actor,
    ActorForm,
    ProfileForm,
    ProfileVersion,
    Proposal,
    RulingForm,
    Subscription,
    SubscriptionForm,
)
from matcha.records.batch import Batch
from matcha.service import entries, rules
from matcha.service.auditing_acts import proposal_value
from matcha.service.logbook import Writing
from matcha.service.previewing import Preview, Sketch, preview
from matcha.service.process import Process
from matcha.service.system import silent
from matcha.store import actors, changes, process, queries
from matcha.store.queries import CurrentProfile
from matcha.text.canonical import canonical
from matcha.values import ActorKind, Exclusion

LIFETIME = timedelta(days=730)  # of a profile that was reviewed; its owner renews it


class Submitting(Process):
    """What suppliers and researchers do with their profiles, and what coordinators rule about them."""

    def preview(self, sketch: Sketch) -> Preview | None:
        """Give how a profile would be read as it stands (None while it says nothing); nothing is kept or logged.

        Raises Invalid for what cannot be submitted.
        """
        return self._looking(lambda session: preview(session, self._preparation.ready(session), sketch))

    def propose(self, profile: ProfileForm, caller: Caller, actor: ActorForm | None = None) -> Proposal:
        """Submit a profile (and its actor, if that is new or changed) for review; nothing is matched before it.

        A proposal for the same profile that still awaits review is taken back by the new one. Raises Forbidden for
        another actor's profile, NotFound for an unknown actor.
        """
        _refuse_others(profile.actor_id, caller)
        if actor is not None and actor.id != profile.actor_id:
            raise Invalid("Profilen ska tillhöra aktören.", "The profile must belong to the actor.")
        with self.logbook.writing() as writing:
            if actor is None:
                queries.actor(writing.session, profile.actor_id)
            self._refuse_foreign(writing, profile)
            for before in process.proposals(writing.session, profile.actor_id, Ruling.AWAITING):
                if before.profile_id == profile.id:
                    _rule(writing, before, Ruling.TAKEN_BACK, "Ersatt av ett nytt. / Replaced by a new one.", caller)
            content = {"profile": profile.model_dump(mode="json"), "actor": actor and actor.model_dump(mode="json")}
            row = Proposal(
                actor_id=profile.actor_id,
                profile_id=profile.id,
                by=rules.who(caller),
                content=content,
                leaf_index=-1,
                made=writing.now,
            )
            row.leaf_index = _log(writing, row)
            writing.session.add(row)
            writing.session.flush()
            return writing.done(row)

    def rule(self, id: int, form: RulingForm, caller: Caller) -> Proposal:
        """Accept a proposal, which takes its profile in, or return it with the reason; its owner may take it back.

        Raises Conflict for one that has been ruled about, Forbidden for whoever may not.
        """
        with self._store.reading() as session:
            proposal = process.proposal(session, id)
        _refuse_ruling(proposal, form.ruling, caller)
        if form.ruling is Ruling.ACCEPTED:
            return self._accept(proposal, form, caller)
        with self.logbook.writing() as writing:
            proposal = process.proposal(writing.session, id)
            _refuse_ruling(proposal, form.ruling, caller)
            return writing.done(_rule(writing, proposal, form.ruling, form.reason, caller))

    def _accept(self, proposal: Proposal, form: RulingForm, caller: Caller) -> Proposal:
        with self._taking_in(_batch(proposal), silent) as (writing, _):
            assert proposal.id is not None
            row = process.proposal(writing.session, proposal.id)
            _refuse_ruling(row, form.ruling, caller)
            queries.profile(writing.session, row.profile_id).profile.expires = writing.now + LIFETIME
            return writing.done(_rule(writing, row, form.ruling, form.reason, caller))

    def proposal(self, id: int) -> Proposal:
        """Give one proposal, or raise NotFound."""
        with self._store.reading() as session:
            return process.proposal(session, id)

    def proposals(self, actor_id: str | None = None, ruling: Ruling | None = None) -> Sequence[Proposal]:
        """Give proposals (of an actor, with a ruling), in the order in which they came."""
        with self._store.reading() as session:
            return process.proposals(session, actor_id, ruling)

    def taking_part(self, actor_id: str) -> Mapping[str, Exclusion | None]:
        """Give which of an actor's profiles are in the index, by id: None for one that is scored, else why not.

        Raises Unavailable when the index is missing or lags behind.
        """
        everyone = self._looking(self._preparation.ready).snapshot.registered
        return {one.profile_id: one.excluded for one in everyone.of_actor(actor_id)}

    def versions(self, profile_id: str, caller: Caller) -> Sequence[ProfileVersion]:
        """Give all versions of one's own profile, the newest first. Raises NotFound, Forbidden."""
        with self._store.reading() as session:
            _refuse_others(queries.profile(session, profile_id).actor.id, caller)
            return actors.versions(session, profile_id)

    def find_actors(
        self, words: str = "", kind: ActorKind | None = None, after: str = "", limit: int = 100
    ) -> list[Actor]:
        """Give the actors (of a kind) after an id, by id, whose name has all the words."""
        wanted = canonical(words).casefold().split() if any(map(str.isalnum, words)) else []
        with self._store.reading() as session:
            return actors.find(session, wanted, kind, after, limit)

    def renew(self, profile_id: str, caller: Caller) -> CurrentProfile:
        """Let a profile hold for two years from now; one that had expired takes part again.

        Raises Conflict for a withdrawn one, which is submitted anew.
        """
        with self.logbook.writing() as writing:
            current = queries.profile(writing.session, profile_id)
            _refuse_others(current.actor.id, caller)
            if current.profile.withdrawn is not None:
                raise Conflict(
                    f"Profilen {profile_id} är tillbakadragen. Lämna in den igen.",
                    f"Profile {profile_id} is withdrawn. Submit it again.",
                )
            current.profile.expires, current.profile.expired = writing.now + LIFETIME, None
            changes.note(writing.session, [profile_id])
            entries.log_profiles(writing, [profile_id])
            return writing.done(current)

    def withdraw_own(self, profile_id: str, caller: Caller) -> CurrentProfile:
        """Take one's own profile out of matching. Its versions stay; submitting it again brings it back."""
        with self._store.reading() as session:
            _refuse_others(queries.profile(session, profile_id).actor.id, caller)
        return self.withdraw(profile_id)

    def subscribe(self, form: SubscriptionForm, caller: Caller) -> Subscription:
        """Tell the caller of new needs from now on (`interchange.feeds`)."""
        with self.logbook.writing() as writing:
            row = Subscription(account_id=rules.who(caller), words=form.words, made=writing.now)
            writing.session.add(row)
            writing.session.flush()
            return writing.done(row)

    def unsubscribe(self, id: int, caller: Caller) -> Subscription:
        """Tell the caller no more. Raises NotFound for a subscription that is not the caller's."""
        with self.logbook.writing() as writing:
            for row in process.subscriptions(writing.session, rules.who(caller)):
                if row.id == id:
                    writing.session.delete(row)
                    return writing.done(row)
        raise NotFound(f"Prenumerationen {id} finns inte.", f"Subscription {id} does not exist.")

    def subscriptions(self, account_id: str | None = None) -> Sequence[Subscription]:
        """Give subscriptions (of an account)."""
        with self._store.reading() as session:
            return process.subscriptions(session, account_id)

    def _refuse_foreign(self, writing: Writing, profile: ProfileForm) -> None:
        for current in queries.profiles_called(writing.session, [profile.id]):
            if current.actor.id != profile.actor_id:
                raise Conflict(
                    f"Id:t {profile.id} är upptaget. Välj ett annat.", f"The id {profile.id} is taken. Choose another."
                )


def may_speak_for(actor_id: str, caller: Caller) -> bool:
    """Whether a caller may see and change what belongs to an actor."""
    return caller.actor_id == actor_id or caller.is_any(AccountRole.COORDINATOR)


def _refuse_others(actor_id: str, caller: Caller) -> None:
    if not may_speak_for(actor_id, caller):
        raise Forbidden(f"Du företräder inte aktören {actor_id}.", f"You do not speak for the actor {actor_id}.")


def _refuse_ruling(proposal: Proposal, ruling: Ruling, caller: Caller) -> None:
    if ruling is Ruling.AWAITING:
        raise Invalid("Välj accepted, returned eller taken_back.", "Choose accepted, returned or taken_back.")
    _refuse_others(proposal.actor_id, caller)
    if ruling is not Ruling.TAKEN_BACK and not caller.is_any(AccountRole.COORDINATOR):
        raise Forbidden("Förslag granskas av en koordinator.", "Proposals are reviewed by a coordinator.")
    if ruling is not Ruling.TAKEN_BACK and proposal.by == caller.account_id:
        raise Forbidden("Någon annan än du får granska ditt förslag.", "Somebody else must review your proposal.")
    if proposal.ruling is not Ruling.AWAITING:
        raise Conflict(
            f"Förslag {proposal.id} är redan avgjort ({proposal.ruling}).",
            f"Proposal {proposal.id} has been ruled about already ({proposal.ruling}).",
        )


def _rule(writing: Writing, proposal: Proposal, ruling: Ruling, reason: str, caller: Caller) -> Proposal:
    proposal.ruling, proposal.reason, proposal.ruled = ruling, reason, writing.now
    proposal.ruled_by = rules.who(caller)
    proposal.leaf_index = _log(writing, proposal)
    return proposal


def _log(writing: Writing, proposal: Proposal) -> int:
    previous = None if proposal.leaf_index < 0 else proposal.leaf_index
    said = {"ruling": proposal.ruling.value, "previous": previous}
    values = {"proposal": proposal_value(proposal)}
    return writing.append(Draft(Kind.PROPOSAL, said, sealed(values, writing.salt)))


def _batch(proposal: Proposal) -> Batch:
    actor = proposal.content["actor"]
    return Batch(
        actors=(ActorForm.model_validate(actor),) if actor else (),
        profiles=(ProfileForm.model_validate(proposal.content["profile"]),),
    )
