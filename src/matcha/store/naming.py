"""Who is called what: the names and numbers of all actors and contact persons, kept up from one look to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from matcha.records import Actor, Contact
from matcha.records.batch import Batch
from matcha.text.names import Names


class Naming:
    """Remembers the registered names, so that only new ones are taken apart; what it gives never depends on that."""

    def __init__(self) -> None:
        self._registered = Names()

    def names(self, session: Session, batch: Batch | None = None) -> Names:
        """Give the names and numbers of all actors and contact persons, those in `batch` among them."""
        actors = {id: said for id, *said in session.exec(select(col(Actor.id), col(Actor.name), col(Actor.org_number)))}
        people = dict(session.exec(select(col(Contact.id), col(Contact.name))).all())
        self._registered = found = self._registered.now(*_said(actors, people))
        if batch is None:
            return found
        actors |= {form.id: [form.name, form.org_number] for form in batch.actors}
        people |= {form.id: form.name for form in batch.contacts}
        return found.now(*_said(actors, people))


def _said(
    actors: Mapping[str, Sequence[str | None]], people: Mapping[str, str]
) -> tuple[frozenset[str], frozenset[str]]:
    """The names and the numbers."""
    names = {name for name, _ in actors.values() if name}
    return frozenset(names.union(people.values())), frozenset(number for _, number in actors.values() if number)
