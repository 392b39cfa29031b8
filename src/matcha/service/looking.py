"""Looking at what is registered."""

from __future__ import annotations

from collections.abc import Sequence

from matcha.records import Actor, Answered, Contact, Decision, Need
from matcha.store import Store, queries
from matcha.store.queries import CurrentProfile


class Register:
    """Needs, actors, profiles, contact persons and decisions, as they are kept in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def needs(self) -> Sequence[Need]:
        """Give all needs, by id."""
        with self._store.reading() as session:
            return queries.needs(session)

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
