"""Who is called what: the names and numbers of all actors and contact persons, kept up from one look to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from matcha.records import Actor, Contact
from matcha.records.batch import Batch
from matcha.store import changes
from matcha.store.changes import Mark
from matcha.text.names import Names

Called = Mapping[str, Sequence[str | None]]  # name and number, by id


class Naming:
    """Remembers the registered names, so that only new ones are taken apart; what it gives never depends on that."""

    def __init__(self) -> None:
        self._known: tuple[Mark | None, Names] = None, Names()

    def names(self, session: Session, batch: Batch | None = None) -> Names:
        """Give the names and numbers of all actors and contact persons, those in `batch` among them."""
        found = self._registered(session)
        if batch is None or not (batch.actors or batch.contacts):
            return found
        actors, people = _called(session)
        actors |= {form.id: (form.name, form.org_number) for form in batch.actors}
        people |= {form.id: (form.name, None) for form in batch.contacts}
        return found.now(*_said(actors, people))

    def _registered(self, session: Session) -> Names:
        before, names = self._known
        now = changes.mark(session)
        touched = None if before is None else changes.since(session, before, now)
        if touched is None or touched.names:
            names = names.now(*_said(*_called(session)))
        self._known = now, names
        return names


def _called(session: Session) -> tuple[dict[str, Sequence[str | None]], dict[str, Sequence[str | None]]]:
    """What actors and contact persons are called."""
    actors = session.execute(select(col(Actor.id), col(Actor.name), col(Actor.org_number)))
    people = session.execute(select(col(Contact.id), col(Contact.name)))
    return {id: said for id, *said in actors}, {id: (name, None) for id, name in people}


def _said(actors: Called, people: Called) -> tuple[frozenset[str], frozenset[str]]:
    """The names and the numbers."""
    each = (*actors.values(), *people.values())
    return frozenset(name for name, _ in each if name), frozenset(number for _, number in each if number)
