"""Looking at what is registered."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from matcha.needs import care, lifecycle
from matcha.process import State
from matcha.records import Actor, Answered, Contact, Decision, Need
from matcha.service.entries import ERASED
from matcha.store import Store, queries
from matcha.store import needs as finding
from matcha.store.needs import Shown, Wordings
from matcha.store.queries import CurrentProfile
from matcha.text.canonical import canonical


class Register:
    """Needs, actors, profiles, contact persons and decisions, as they are kept in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._wordings = Wordings()

    def revision(self) -> int:
        """Give how often what answers questions has changed."""
        with self._store.reading() as session:
            return queries.revision(session)

    def needs(self) -> Sequence[Need]:
        """Give all needs, by id."""
        with self._store.reading() as session:
            return queries.needs(session)

    def needs_called(self, ids: Collection[str]) -> Sequence[Need]:
        """Give the needs with these ids that there are, by id."""
        with self._store.reading() as session:
            return queries.needs_called(session, ids)

    def needs_in(self, states: Collection[State]) -> Sequence[Need]:
        """Give the needs in these states, by id."""
        with self._store.reading() as session:
            return queries.needs_in(session, states)

    def need_titles(self, states: Collection[State]) -> dict[str, str]:
        """Give what the needs in these states are called, by id."""
        with self._store.reading() as session:
            return queries.need_titles(session, states)

    def find_needs(
        self,
        staff: bool,
        words: str = "",
        states: Collection[State] = (),
        care_setting: str | None = None,
        after: str = "",
        limit: int = 100,
    ) -> list[Need]:
        """Give the needs that somebody may see after an id, by id: with all the words in title or text, in any case.

        `states` are all unless some are given; `care_setting` is one or a part of one (`care`). Raises Invalid for
        words that cannot be read.
        """
        wanted = canonical(words).casefold().split() if words.strip() else ()
        shown = _shown(staff, states)
        with self._store.reading() as session:
            settings = None
            if care_setting is not None:
                used = finding.care_settings(session, shown)
                settings = [said for said in used if care.is_of(said, care_setting)]
            self._wordings = wordings = self._wordings.fresh(session)
            return finding.find(session, shown, wordings, wanted, settings, after, limit)

    def newest_needs(self, limit: int, states: Collection[State] = ()) -> list[Need]:
        """Give the public needs that something happened to last, the newest first."""
        with self._store.reading() as session:
            return finding.newest(session, _shown(False, states), limit)

    def care_settings(self, staff: bool, most: int = 40) -> list[tuple[str, int]]:
        """Give the parts of care settings that most needs have, and how many have each, by the alphabet."""
        with self._store.reading() as session:
            return care.most_used(finding.care_settings(session, _shown(staff, ())), most)

    def need(self, id: str) -> Need:
        """Give one need, or raise NotFound."""
        with self._store.reading() as session:
            return queries.need(session, id)

    def actors(self) -> Sequence[Actor]:
        """Give all actors, by id."""
        with self._store.reading() as session:
            return queries.actors(session)

    def actor(self, id: str) -> Actor:
        """Give one actor, or raise NotFound."""
        with self._store.reading() as session:
            return queries.actor(session, id)

    def profiles(self, actor_id: str | None = None) -> tuple[CurrentProfile, ...]:
        """Give the profiles (of one actor) in their newest version, withdrawn ones too, by id."""
        with self._store.reading() as session:
            return queries.current_profiles(session, actor_id)

    def profile(self, id: str) -> CurrentProfile:
        """Give one profile in its newest version, or raise NotFound."""
        with self._store.reading() as session:
            return queries.profile(session, id)

    def contacts(self) -> Sequence[Contact]:
        """Give all contact persons, by id."""
        with self._store.reading() as session:
            return queries.contacts(session)

    def answered(self, caller: str, key: str) -> Answered | None:
        """Give what a request with an idempotency key was answered with, if it was."""
        with self._store.reading() as session:
            return session.get(Answered, (caller, key))

    def decisions(self) -> Sequence[Decision]:
        """Give all decisions, in the order in which they were made."""
        with self._store.reading() as session:
            return queries.decisions(session)


def _shown(staff: bool, states: Collection[State]) -> Shown:
    """Give which needs staff or others may see (`lifecycle.is_public`), of these states if any are given."""
    asked = frozenset(states or State)
    if staff:
        return Shown(asked, frozenset(), frozenset(), ERASED, secrets=True)
    ended = asked - frozenset(lifecycle.FORWARD)
    return Shown(asked & lifecycle.PUBLIC, ended, lifecycle.PUBLIC, ERASED, secrets=False)
