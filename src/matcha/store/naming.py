"""Who is called what: the names and numbers of all actors and contact persons, kept up from one look to the next."""

from __future__ import annotations

from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from matcha.records import Actor, Contact
from matcha.records.batch import Batch
from matcha.store import changes, queries
from matcha.store.changes import Mark
from matcha.text.names import Names

_ACTORS = select_columns(col(Actor.id), col(Actor.name), col(Actor.org_number))
_PEOPLE = select_columns(col(Contact.id), col(Contact.name))


class Naming:
    """Remembers the registered names, so that only new ones are taken apart; what it gives never depends on that."""

    def __init__(self) -> None:
        self._known: tuple[Mark | None, Names] = None, Names()

    def names(self, session: Session, batch: Batch | None = None) -> Names:
        """Give the names and numbers of all actors and contact persons, those in `batch` among them."""
        found = self._registered(session)
        if batch is None or not (batch.actors or batch.contacts):
            return found
        actors = queries.rows_called(session, Actor, (form.id for form in batch.actors))
        people = queries.rows_called(session, Contact, (form.id for form in batch.contacts))
        if actors or people:  # who may be called otherwise now
            return found.now(*_said(session, batch))
        return found.with_(*_given(batch))

    def _registered(self, session: Session) -> Names:
        before, names = self._known
        now = changes.mark(session)
        touched = None if before is None else changes.since(session, before, now)
        if touched is None or touched.names:
            names = names.now(*_said(session))
        self._known = now, names
        return names


def _said(session: Session, batch: Batch | None = None) -> tuple[frozenset[str], frozenset[str]]:
    """The names and the numbers that are registered, and in a batch, in which some are called otherwise."""
    batch = batch or Batch()
    ours, theirs = {form.id for form in batch.actors}, {form.id for form in batch.contacts}
    names, numbers = map(set, _given(batch))
    for id, name, number in session.connection().execute(_ACTORS):
        if id not in ours:
            names.add(name)
            if number:
                numbers.add(number)
    names.update(name for id, name in session.connection().execute(_PEOPLE) if id not in theirs)
    return frozenset(names - {""}), frozenset(numbers)


def _given(batch: Batch) -> tuple[frozenset[str], frozenset[str]]:
    names = {form.name for form in batch.actors} | {form.name for form in batch.contacts}
    return frozenset(names), frozenset(form.org_number for form in batch.actors if form.org_number)
