"""What a batch would change, worked out first and then done in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import Session

from matcha.errors import InvalidRows, RowFault
from matcha.records import (
    Actor,
    ActorForm,
    Certificate,
    Contact,
    Need,
    NeedForm,
    Profile,
    ProfileForm,
    ProfileVersion,
)
from matcha.records.batch import Batch, Noun, Origin
from matcha.store import changes, queries, registered
from matcha.store.readings import add_passages
from matcha.text.canonical import canonical
from matcha.text.language import detect
from matcha.text.names import Names
from matcha.values import Language, Piece

Row = TypeVar("Row", Actor, Contact, Need)
Values = Mapping[str, dict[str, Any]]  # what rows are to say, by id


@dataclass(frozen=True)
class NewVersion:
    """A profile version to be added."""

    form: ProfileForm
    language: Language
    version: int
    masked: tuple[str, ...]


@dataclass(frozen=True)
class Counts:
    """How many rows of one noun are new, edited and unchanged."""

    new: int
    edited: int
    unchanged: int

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.new + other.new, self.edited + other.edited, self.unchanged + other.unchanged)


@dataclass(frozen=True)
class Plan:
    """All that a batch changes. Two equal plans change the same."""

    counts: tuple[tuple[Noun, Counts], ...]
    versions: tuple[NewVersion, ...]


@dataclass(frozen=True)
class Read:
    """A new version as `reader` read it, with the salt of its digest."""

    new: NewVersion
    reader: str
    passages: tuple[Piece, ...]
    salt: bytes


def plan(session: Session, batch: Batch, names: Names) -> Plan:
    """Say what the batch changes. Raises InvalidRows if a row names an actor that does not exist or fits no more.

    `names` are the registered names, those in the batch among them (`naming`).
    """
    if faults := strangers(session, batch):
        raise InvalidRows(tuple(faults))
    current = queries.newest_versions(session, (form.id for form in batch.profiles))
    submitted = [_next_version(form, current.get(form.id), names) for form in batch.profiles]
    versions = tuple(new for new in submitted if _differs(new, current.get(new.form.id)))
    if new := _new_names(session, batch):
        given = {form.id for form in batch.profiles}
        versions += tuple(found for found in masked_anew(session, names, new) if found.form.id not in given)
    counts = (
        (Noun.ACTORS, _counts(session, Actor, {a.id: dict(a) for a in batch.actors})),
        (Noun.CONTACTS, _counts(session, Contact, {c.id: dict(c) for c in batch.contacts})),
        (Noun.PROFILES, _profile_counts(session, batch, versions)),
        (Noun.NEEDS, _counts(session, Need, {n.id: _need_values(n) for n in batch.needs})),
    )
    return Plan(counts, versions)


def apply(session: Session, batch: Batch, read: tuple[Read, ...], now: datetime) -> set[str]:
    """Write the batch; gives the ids of the registered profiles that it may have changed, or whose actor it names.

    `read` holds every new version of its plan.
    """
    _replace(session, Actor, {a.id: dict(a) for a in batch.actors}, {"created": now})
    session.flush()
    _replace(session, Contact, {c.id: dict(c) for c in batch.contacts}, {})
    threads = queries.rows_called(session, Profile, (form.id for form in batch.profiles))
    for form in batch.profiles:
        thread = threads.get(form.id) or Profile(id=form.id, actor_id=form.actor_id)
        thread.withdrawn = thread.expired = None
        session.add(thread)
    _replace(session, Need, {n.id: _need_values(n) for n in batch.needs}, {"created": now, "changed": now})
    session.flush()
    touched = {one.new.form.id for one in read} | {form.id for form in batch.profiles}
    touched |= queries.profiles_of(session, (form.id for form in batch.actors))
    _add_versions(session, read, now)
    changes.note(session, touched, names=bool(batch.actors or batch.contacts))
    return touched


def _replace(session: Session, table: type[Row], given: Values, stamps: dict[str, Any]) -> None:
    """What is submitted replaces what stands, field by field; a row that says the same is left alone."""
    known = queries.rows_called(session, table, given)
    changed = {name: stamp for name, stamp in stamps.items() if name == "changed"}
    for id, values in given.items():
        row = known.get(id)
        if row is None:
            session.add(table(**(values | stamps)))
        elif _changes(row, values):
            for name, value in (values | changed).items():
                setattr(row, name, value)


def _need_values(need: NeedForm) -> dict[str, Any]:
    language = need.language or detect(f"{need.title}\n{need.text}")
    return dict(need) | {"language": language, "aspects": list(need.aspects)}


def _changes(row: Any, values: dict[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items())


def _version(new: NewVersion, now: datetime) -> ProfileVersion:
    form = new.form
    return ProfileVersion(
        profile_id=form.id,
        version=new.version,
        kind=form.kind,
        title=form.title,
        text=form.text,
        language=new.language,
        masked=list(new.masked),
        certificates=[certificate.model_dump() for certificate in form.certificates],
        created=now,
    )


def strangers(session: Session, batch: Batch, actors: Set[str] = frozenset()) -> list[RowFault]:
    """Give the faults of rows that name an actor neither registered, nor in the batch, nor among these ids, and of
    profiles that another actor has."""
    named = {form.actor_id for form in batch.contacts} | {form.actor_id for form in batch.profiles}
    named -= {form.id for form in batch.actors} | actors
    strange = named - queries.rows_called(session, Actor, named).keys()
    owners = queries.rows_called(session, Profile, (form.id for form in batch.profiles))
    faults: list[RowFault] = []
    for noun, forms in ((Noun.CONTACTS, batch.contacts), (Noun.PROFILES, batch.profiles)):
        for form in forms:
            if form.actor_id in strange:
                faults.append(no_actor(batch.origin(noun, form.id), form.actor_id))
            elif noun is Noun.PROFILES and form.id in owners and owners[form.id].actor_id != form.actor_id:
                owner = owners[form.id].actor_id
                sv = f"profilen {form.id} tillhör en annan aktör ({owner})"
                en = f"profile {form.id} belongs to another actor ({owner})"
                faults.append(_fault(batch.origin(noun, form.id), sv, en))
    return faults


def no_actor(origin: Origin, id: str) -> RowFault:
    """Give the fault of a row that names an actor that does not exist."""
    return _fault(origin, f"aktören {id} finns inte", f"no actor {id}")


def _fault(origin: Origin, sv: str, en: str) -> RowFault:
    return RowFault(origin.file, origin.row, "actor_id", sv, en)


def _differs(new: NewVersion, current: ProfileVersion | None) -> bool:
    if current is None:
        return True
    held = [certificate.model_dump() for certificate in new.form.certificates]
    said = (new.form.kind, new.form.title, new.form.text, new.language, held)
    same = said == (current.kind, current.title, current.text, current.language, current.certificates)
    return not same or not set(new.masked) <= set(current.masked)


def _next_version(form: ProfileForm, current: ProfileVersion | None, names: Names) -> NewVersion:
    said = f"{form.title}\n{form.text}"
    found = names.found_in(canonical(said))
    if current is None:
        return NewVersion(form, form.language or detect(said), 1, found)
    same = (form.title, form.text) == (current.title, current.text)
    masked = sorted({*found, *(current.masked if same else ())})
    language = form.language or (current.language if same else detect(said))
    return NewVersion(form, language, current.version + 1, tuple(masked))


def masked_anew(session: Session, names: Names, new: Names | None = None) -> tuple[NewVersion, ...]:
    """Give, for each profile taking part whose text mentions a name that it is not read without, its next version.

    If only some names are `new`, the texts that these cannot be in are passed over.
    """
    if new is None:
        current = queries.current_profiles(session)
    else:
        mentioning = [id for id, *said in registered.texts(session) if new.could_be_in("\n".join(said))]
        current = queries.profiles_called(session, mentioning)
    taking_part = (c for c in current if not c.profile.out)
    found = ((c.version, _next_version(as_form(c), c.version, names)) for c in taking_part)
    return tuple(new for version, new in found if _differs(new, version))


def add_versions(session: Session, read: tuple[Read, ...], now: datetime) -> None:
    """Add versions of registered profiles."""
    changes.note(session, [one.new.form.id for one in read])
    _add_versions(session, read, now)


def _add_versions(session: Session, read: tuple[Read, ...], now: datetime) -> None:
    rows = [_version(one.new, now) for one in read]
    session.add_all(rows)
    session.flush()
    ids = (row.id for row in rows if row.id is not None)
    add_passages(session, [(id, o.reader, o.passages, o.salt) for id, o in zip(ids, read, strict=True)])


def as_form(current: queries.CurrentProfile) -> ProfileForm:
    """Give a registered profile as it could be submitted; what was once accepted is not judged again by new rules."""
    version = current.version
    return ProfileForm.model_construct(
        None,
        id=current.profile.id,
        actor_id=current.actor.id,
        kind=version.kind,
        title=version.title,
        text=version.text,
        language=version.language,
        certificates=tuple(Certificate(**certificate) for certificate in version.certificates),
    )


def _new_names(session: Session, batch: Batch) -> Names | None:
    """The names and numbers in a batch that are not registered for their actor or person yet; None if all are."""
    actors = queries.rows_called(session, Actor, (form.id for form in batch.actors))
    people = queries.rows_called(session, Contact, (form.id for form in batch.contacts))
    renamed = [f for f in batch.actors if f.id not in actors or _called(actors[f.id]) != _called(f)]
    named = [f for f in batch.contacts if f.id not in people or people[f.id].name != f.name]
    if not renamed and not named:
        return None
    names = [*(f.name for f in renamed), *(f.name for f in named)]
    return Names(names, [f.org_number for f in renamed if f.org_number])


def _called(actor: Actor | ActorForm) -> tuple[str, str | None]:
    return actor.name, actor.org_number


def _profile_counts(session: Session, batch: Batch, versions: tuple[NewVersion, ...]) -> Counts:
    submitted = {p.id for p in batch.profiles}
    new = sum(v.version == 1 for v in versions)
    threads = queries.rows_called(session, Profile, submitted)
    returned = {id for id, thread in threads.items() if thread.out}
    edited = len({v.form.id for v in versions if v.version > 1 and v.form.id in submitted} | returned)
    return Counts(new, edited, len(batch.profiles) - new - edited)


def _counts(session: Session, table: type[Row], given: Values) -> Counts:
    known = queries.rows_called(session, table, given)
    new = len(given) - len(known)
    edited = sum(_changes(row, given[id]) for id, row in known.items())
    return Counts(new, edited, len(given) - new - edited)
