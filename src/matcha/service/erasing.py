"""Erasure (R16, R18): values and their salts go, on a recorded ground; entries, roots and proofs stay as they were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sqlalchemy import delete
from sqlmodel import Session, col, select

from matcha.errors import Conflict, NotFound
from matcha.matchlog.entry import Draft, Kind, canonical, sealed
from matcha.records import (
    Act,
    Answered,
    Attachment,
    Contact,
    ErasureForm,
    Job,
    JobItem,
    Need,
    NeedForm,
    NeedReading,
    Passage,
    ProfileEntry,
    ProfileVersion,
    VersionReading,
)
from matcha.records.erasure import Erased
from matcha.service.entries import ERASED
from matcha.service.logbook import Writing
from matcha.store import changes, log, process, queries

Place = tuple[int, str]  # an entry and a field beside it


def erase(writing: Writing, form: ErasureForm) -> int:
    """Erase what a form names, log that, and give the erasure's place in the log.

    Raises NotFound for what does not exist, Conflict when there is nothing left to erase.
    """
    session = writing.session
    places = sorted(set(_BY_WHAT[form.what](writing, form.id)))
    fields = defaultdict(list)
    for index, name in places:
        fields[index].append(name)
    for index, names in fields.items():
        log.erase(session, index, names)
    owned = queries.profiles_of(session, [form.id]) if form.what is Erased.ACTOR else ()
    own = [form.id] if form.what is Erased.PROFILE else owned
    changes.note(session, own, names=form.what is Erased.ACTOR)
    for kept in (Answered, JobItem):  # what was answered may hold what is erased; jobs under way answer anew
        session.execute(delete(kept))
    session.execute(delete(Job).where(col(Job.ended).is_not(None)))
    who = canonical({"reference": form.reference, "user": form.user})
    said = {"ground": form.ground.value, "of": [[index, names] for index, names in sorted(fields.items())]}
    return writing.append(Draft(Kind.ERASURE, said, sealed({"decision": who}, writing.salt)))


def _actor(writing: Writing, id: str) -> Iterator[Place]:
    """The actor's name, numbers and contact persons, all its profiles, and what was decided about it."""
    session = writing.session
    actor = queries.actor(session, id)
    _refuse_twice(id, actor.name == ERASED)
    for current in queries.current_profiles(session, id):
        if current.version.title != ERASED:
            yield from _profile(writing, current.profile.id)
    said = log.mentioning(session, _member("actor_id", id))
    yield from ((i, name) for i, name in said if name in ("decision", "act", "proposal"))
    _forget_acts(act for act in process.acts(session) if act.actor_id == id)
    for proposal in process.proposals(session, id):
        proposal.content, proposal.reason = {}, None
    actor.name, actor.org_number, actor.website = ERASED, None, None
    session.execute(delete(Contact).where(col(Contact.actor_id) == id))
    for decision in queries.decisions(session):
        if decision.actor_id == id:
            decision.user = decision.reason = ERASED


def _profile(writing: Writing, id: str) -> Iterator[Place]:
    """All versions of the profile with their vectors, and the matches and explanations that show its sentences."""
    session = writing.session
    current = queries.profile(session, id)
    _refuse_twice(id, current.version.title == ERASED)
    versions = list(session.exec(select(ProfileVersion).where(col(ProfileVersion.profile_id) == id)))
    numbers = [version.id for version in versions if version.id is not None]
    own = session.exec(select(ProfileEntry.leaf_index).where(col(ProfileEntry.version_id).in_(numbers)))
    yield from _beside(session, own)
    shown = log.mentioning(session, _member("profile_id", id))
    yield from ((i, name) for i, name in shown if name == "explanation" or name.startswith("match/"))
    for version in versions:
        version.title, version.text, version.masked, version.certificates = ERASED, "", [], []
    for table in (Passage, VersionReading):
        session.execute(delete(table).where(col(table.version_id).in_(numbers)))
    current.profile.withdrawn = current.profile.withdrawn or writing.now


def _need(writing: Writing, id: str) -> Iterator[Place]:
    """All versions of the need, and what was asked and answered for it."""
    session = writing.session
    need = queries.need(session, id)
    _refuse_twice(id, need.title == ERASED)
    index = need.leaf_index
    while index is not None:
        yield from _beside(session, [index])
        index = log.entry(session, index).said["previous"]
    asked = (i for i, name in log.mentioning(session, _member("need_id", id)) if name == "asked")
    yield from _beside(session, asked)
    done = process.acts(session, id)
    yield from _beside(session, [act.leaf_index for act in done])
    _forget_acts(done)
    for table in (Attachment, NeedReading):
        session.execute(delete(table).where(col(table.need_id) == id))
    _blank(need)


def _forget_acts(acts: Iterable[Act]) -> None:
    for act in acts:
        act.content = {}


def _match(writing: Writing, id: str) -> Iterator[Place]:
    """What was asked and answered in a match or an explanation."""
    if not id.isdigit():
        raise NotFound(
            f"{id} är inget nummer på en post. Se: matcha log entries",
            f"{id} is no number of an entry. See: matcha log entries",
        )
    log.entry(writing.session, int(id), Kind.MATCH, Kind.EXPLANATION)
    places = tuple(_beside(writing.session, [int(id)]))
    _refuse_twice(id, not places)
    return iter(places)


def _refuse_twice(id: str, gone: bool) -> None:
    if gone:
        raise Conflict(f"{id} är redan utgallrat.", f"{id} has been erased already.")


def _beside(session: Session, indexes: Iterable[int]) -> Iterator[Place]:
    for index in list(indexes):
        for name in log.openings(session, index):
            yield index, name


def _blank(need: Need) -> None:
    for name in NeedForm.model_fields.keys() - {"id", "language"}:
        setattr(need, name, None)
    need.title, need.text, need.aspects, need.secret = ERASED, "", [], {}


def _member(name: str, value: str) -> bytes:
    """How canonical JSON writes a member of an object."""
    return canonical({name: value})[1:-1]


_BY_WHAT = {Erased.ACTOR: _actor, Erased.PROFILE: _profile, Erased.NEED: _need, Erased.MATCH: _match}
