"""What a batch would change, worked out first and then done in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from matcha.errors import InvalidRows, RowFault
from matcha.records import (
    Actor,
    Certificate,
    Contact,
    Need,
    NeedForm,
    Profile,
    ProfileForm,
    ProfileVersion,
)
from matcha.records.batch import Batch, Noun
from matcha.store import queries, revision
from matcha.store.readings import Piece, add_passages
from matcha.text.canonical import canonical
from matcha.text.language import detect
from matcha.text.names import Names
from matcha.values import Language

Row = Actor | Contact | Need


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


def plan(session: Session, batch: Batch) -> Plan:
    """Say what the batch changes. Raises InvalidRows if a row names an actor that does not exist or fits no more."""
    _refuse_strangers(session, batch)
    names = registered_names(session, batch)
    current = {form.id: _current(session, form.id) for form in batch.profiles}
    submitted = [_next_version(form, current[form.id], names) for form in batch.profiles]
    versions = tuple(new for new in submitted if _differs(new, current[new.form.id]))
    if _renames(session, batch):
        versions += tuple(new for new in masked_anew(session, names) if new.form.id not in current)
    counts = (
        (Noun.ACTORS, _counts(session, Actor, ((a.id, dict(a)) for a in batch.actors))),
        (Noun.CONTACTS, _counts(session, Contact, ((c.id, dict(c)) for c in batch.contacts))),
        (Noun.PROFILES, _profile_counts(session, batch, versions)),
        (Noun.NEEDS, _counts(session, Need, ((n.id, _need_values(n)) for n in batch.needs))),
    )
    return Plan(counts, versions)


def apply(session: Session, batch: Batch, read: tuple[Read, ...], now: datetime) -> None:
    """Write the batch. `read` holds every new version of its plan."""
    for actor in batch.actors:
        _replace(session, Actor, actor.id, dict(actor), {"created": now})
    session.flush()
    for contact in batch.contacts:
        _replace(session, Contact, contact.id, dict(contact), {})
    for profile in batch.profiles:
        thread = session.get(Profile, profile.id) or Profile(id=profile.id, actor_id=profile.actor_id)
        thread.withdrawn = thread.expired = None
        session.add(thread)
    for need in batch.needs:
        _replace(session, Need, need.id, _need_values(need), {"created": now, "changed": now})
    session.flush()
    add_versions(session, read, now)


def touched(session: Session, batch: Batch, plan: Plan) -> set[str]:
    """Give the ids of the registered profiles that a batch, planned so, may have changed, or whose actor it names."""
    actors = {form.id for form in batch.actors}
    owned = session.exec(select(Profile)) if actors else ()
    named = {new.form.id for new in plan.versions} | {form.id for form in batch.profiles}
    return named | {profile.id for profile in owned if profile.actor_id in actors}


def _replace(session: Session, table: type[Row], id: str, values: dict[str, Any], stamps: dict[str, Any]) -> None:
    """What is submitted replaces what stands, field by field; a row that says the same is left alone."""
    row: Any = session.get(table, id)
    if row is None:
        session.add(table(**(values | stamps)))
    elif _changes(row, values):
        changed = {name: stamp for name, stamp in stamps.items() if name == "changed"}
        for name, value in (values | changed).items():
            setattr(row, name, value)


def _need_values(need: NeedForm) -> dict[str, Any]:
    language = need.language or detect(f"{need.title}\n{need.text}")
    return dict(need) | {"language": language, "aspects": list(need.aspects)}


def _changes(row: Any, values: dict[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items())


def note_change(session: Session) -> None:
    """Count a change, so that whoever remembers what was read before knows to read again; others are told of it."""
    identity = queries.identity(session)
    identity.revision += 1
    revision.announce(session, identity.revision)


def _add_version(session: Session, new: NewVersion, now: datetime) -> int:
    form = new.form
    row = ProfileVersion(
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
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def _refuse_strangers(session: Session, batch: Batch) -> None:
    known = {form.id for form in batch.actors} | set(session.exec(select(Actor.id)))
    owners = {p.id: p.actor_id for p in session.exec(select(Profile))}
    faults: list[RowFault] = []
    for noun, forms in ((Noun.CONTACTS, batch.contacts), (Noun.PROFILES, batch.profiles)):
        for form in forms:
            if form.actor_id not in known:
                faults.append(
                    _fault(batch, noun, form.id, f"aktören {form.actor_id} finns inte", f"no actor {form.actor_id}")
                )
            elif noun is Noun.PROFILES and owners.get(form.id, form.actor_id) != form.actor_id:
                faults.append(
                    _fault(
                        batch,
                        noun,
                        form.id,
                        f"profilen {form.id} tillhör en annan aktör ({owners[form.id]})",
                        f"profile {form.id} belongs to another actor ({owners[form.id]})",
                    )
                )
    if faults:
        raise InvalidRows(tuple(faults))


def _fault(batch: Batch, noun: Noun, id: str, sv: str, en: str) -> RowFault:
    origin = batch.origin(noun, id)
    return RowFault(origin.file, origin.row, "actor_id", sv, en)


def _current(session: Session, profile_id: str) -> ProfileVersion | None:
    query = select(ProfileVersion).where(col(ProfileVersion.profile_id) == profile_id)
    return session.exec(query.order_by(col(ProfileVersion.version).desc()).limit(1)).first()


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


def registered_names(session: Session, batch: Batch | None = None) -> Names:
    """Give the names and numbers of all actors and contact persons, those in `batch` among them."""
    actors = {actor.id: (actor.name, actor.org_number) for actor in queries.actors(session)}
    people = {contact.id: contact.name for contact in queries.contacts(session)}
    if batch is not None:
        actors |= {form.id: (form.name, form.org_number) for form in batch.actors}
        people |= {form.id: form.name for form in batch.contacts}
    names = [name for name, _ in actors.values()]
    return Names([*names, *people.values()], [number for _, number in actors.values() if number])


def masked_anew(session: Session, names: Names) -> tuple[NewVersion, ...]:
    """Give, for each profile taking part whose text mentions a name that it is not read without, its next version."""
    current = (c for c in queries.current_profiles(session) if not c.profile.out)
    found = ((c.version, _next_version(as_form(c), c.version, names)) for c in current)
    return tuple(new for version, new in found if _differs(new, version))


def add_versions(session: Session, read: tuple[Read, ...], now: datetime) -> None:
    """Add versions of registered profiles."""
    note_change(session)
    for one in read:
        add_passages(session, _add_version(session, one.new, now), one.reader, one.passages, one.salt)


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


def _renames(session: Session, batch: Batch) -> bool:
    actors = {actor.id: (actor.name, actor.org_number) for actor in queries.actors(session)}
    people = {contact.id: contact.name for contact in queries.contacts(session)}
    return any(actors.get(form.id) != (form.name, form.org_number) for form in batch.actors) or any(
        people.get(form.id) != form.name for form in batch.contacts
    )


def _profile_counts(session: Session, batch: Batch, versions: tuple[NewVersion, ...]) -> Counts:
    submitted = {p.id for p in batch.profiles}
    new = sum(v.version == 1 for v in versions)
    returned = set(
        session.exec(select(Profile.id).where(col(Profile.withdrawn).is_not(None) | col(Profile.expired).is_not(None)))
    )
    edited = len(
        {v.form.id for v in versions if v.version > 1 and v.form.id in submitted}
        | {p.id for p in batch.profiles if p.id in returned}
    )
    return Counts(new, edited, len(batch.profiles) - new - edited)


def _counts(session: Session, table: type[Row], rows: Iterable[tuple[str, dict[str, Any]]]) -> Counts:
    new = edited = total = 0
    for key, values in rows:
        row: Any = session.get(table, key)
        new += row is None
        edited += row is not None and _changes(row, values)
        total += 1
    return Counts(new, edited, total - new - edited)
