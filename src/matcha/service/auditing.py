"""Audit of a whole database: the log against checkpoints, and every row that the log vouches for against the log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlmodel import Session, col, select

from matcha.errors import NotFound
from matcha.matchlog import merkle
from matcha.matchlog.audit import Audited, Fault, Row, audit
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.entry import Entry, Kind, Opening
from matcha.matchlog.note import PublicKey
from matcha.matchlog.roll import Roll
from matcha.records import (
    Decision,
    FrozenStatistics,
    LogEntry,
    LogObject,
    LogPayload,
    Need,
    NeedForm,
    Passage,
    ProfileEntry,
    ProfileVersion,
    VersionReading,
)
from matcha.service import entries, logbook
from matcha.service.auditing_accounts import account_faults
from matcha.service.auditing_acts import act_faults
from matcha.service.auditing_forums import forum_faults
from matcha.service.entries import ERASED
from matcha.store import log, queries, readings
from matcha.store.queries import CurrentProfile


def audit_all(session: Session, notes: Sequence[str], keys: Sequence[PublicKey]) -> Audited:
    """Audit a database against signed checkpoints. Raises Invalid for one that none of the keys has signed."""
    checkpoints = [Checkpoint.opened(note, keys) for note in notes]
    found = Audited(0, merkle.EMPTY_ROOT, ())
    try:
        found = audit(_rows(session), checkpoints)
        # each step compares with what the one before has found to be as it was logged
        for step in _STEPS:
            if found.faults:
                return found
            found = replace(found, faults=tuple(step(session)))
    except (AttributeError, LookupError, NotFound, TypeError, ValueError) as cause:  # an unknown word, text for bytes…
        sv = f"databasen innehåller något som matcha inte kan ha skrivit ({cause})"
        en = f"the database holds what matcha cannot have written ({cause})"
        return replace(found, faults=(Fault(None, sv, en),))
    return found


def _rows(session: Session) -> Iterator[Row]:
    beside = log.all_openings(session)
    pending = next(beside, None)
    for row in log.rows(session):
        own: dict[str, Opening] = {}
        while pending is not None and pending[0] <= row.leaf_index:
            own |= {pending[1]: pending[2]} if pending[0] == row.leaf_index else {}
            pending = next(beside, None)
        yield Row(row.leaf_index, row.kind, row.body, row.leaf_hash, row.frontier, own)


def _payload_faults(session: Session) -> Iterator[Fault]:
    for index in session.exec(
        select(LogPayload.leaf_index)
        .where(col(LogPayload.leaf_index).not_in(select(LogEntry.leaf_index)))
        .distinct()
        .order_by(col(LogPayload.leaf_index))
    ):
        yield _fault(index, f"underlaget till post {index} hör inte till någon post", f"no entry {index} to its values")


def _object_faults(session: Session) -> Iterator[Fault]:
    names = set()
    for kept in session.exec(select(LogObject).order_by(col(LogObject.name))):
        names.add(kept.name)
        kind, _, digest = kept.name.partition("/")
        if digest != (_roll_root(kept.content) if kind == "roll" else hashlib.sha256(kept.content).hexdigest()):
            yield _fault(None, f"underlaget {kept.name} är ändrat", f"the object {kept.name} has been altered")
    for name in sorted(_named(session) - names):
        yield _fault(None, f"underlaget {name} saknas", f"the object {name} is missing")
    for row in session.exec(select(FrozenStatistics)):
        if hashlib.sha256(row.content).hexdigest() != row.digest:
            yield _fault(None, f"den frysta statistiken {row.id} är ändrad", f"frozen statistics {row.id} were altered")
    yield from _statistics_faults(session)


def _statistics_faults(session: Session) -> Iterator[Fault]:
    """The newest statistics of the reader that was configured last are those that it was configured with."""
    configured = log.newest(session, Kind.CONFIG)
    if configured is None:
        return
    said = log.entry(session, configured).said["parts"]["pipeline"]
    newest = queries.newest_statistics(session, said["reader"])
    if newest is not None and queries.statistics(session, newest).digest != said["statistics"]:
        yield _fault(None, f"den frysta statistiken {newest} är inte loggad", f"frozen statistics {newest} not logged")


def _named(session: Session) -> set[str]:
    """The objects that entries name."""
    found = set()
    for kind in (Kind.MATCH, Kind.EXPLANATION):
        found |= {f"roll/{entry.said['roll']['root']}" for _, entry in logbook.entries(session, kind)}
    for _, entry in logbook.entries(session, Kind.CONFIG):
        parts = entry.said["parts"]
        found |= {f"statistics/{parts['pipeline']['statistics']}", f"reference/{parts['reference']}"}
    return found


def _profile_faults(session: Session) -> Iterator[Fault]:
    query = (
        select(ProfileEntry, ProfileVersion)
        .join(ProfileVersion, col(ProfileVersion.id) == col(ProfileEntry.version_id))
        .order_by(col(ProfileEntry.leaf_index))
    )
    told = {entry.leaf_index: version for entry, version in session.exec(query)}
    logged = dict(logbook.entries(session, Kind.PROFILE_VERSION))
    for index in sorted(logged.keys() ^ told.keys()):
        yield _fault(index, f"post {index} hör inte till någon profil", f"entry {index} belongs to no profile")
    for index, version in told.items():
        if not _as_logged(session, index, logged[index], version, told):
            yield _profile_fault(index, version.profile_id)
    newest = queries.profile_entries(session)
    for current in queries.current_profiles(session):
        index = newest.pop(current.profile.id, -1)
        same = index in logged and told[index].id == current.version.id
        if not same or not _as_it_stands(session, index, logged[index], current):
            yield _profile_fault(index, current.profile.id)
    for id, index in sorted(newest.items()):  # without its profile or its actor it would take no part
        yield _profile_fault(index, id)


def _as_logged(
    session: Session, index: int, entry: Entry, version: ProfileVersion, told: Mapping[int, ProfileVersion]
) -> bool:
    """Whether a version is what its entry says; a withdrawal is of the version before it, an erased one is blank."""
    if entry.said["withdrawn"]:
        before = told.get(entry.said["previous"])
        return before is not None and before.id == version.id
    value = _value(session, index, "profile")
    if value is None:
        return (version.title, version.text, version.masked, version.certificates) == (ERASED, "", [], [])
    return _said(version) == {name: value.get(name, []) for name in _said(version)}


def _as_it_stands(session: Session, index: int, entry: Entry, current: CurrentProfile) -> bool:
    opening = log.openings(session, index).get("profile")
    return (
        current.profile.out
        if opening is None
        else not current.profile.out and opening.value == entries.profile_value(current)
    )


def _said(version: ProfileVersion) -> dict[str, Any]:
    names = ("profile_id", "version", "kind", "title", "text", "language", "masked", "certificates")
    return {name: getattr(version, name) for name in names}


def _reading_faults(session: Session) -> Iterator[Fault]:
    kept = {(row.version_id, row.reader): row for row in session.exec(select(VersionReading))}
    read = set(session.exec(select(Passage.version_id, Passage.reader).distinct()))
    for key in sorted(kept.keys() | read):
        if key not in kept or readings.digest_now(session, *key, readings.pieces(session, *key)) != kept[key].digest:
            yield _fault(
                None, f"inläsningen av profilversion {key[0]} är ändrad", f"reading of version {key[0]} altered"
            )
    digests = {(row.version_id, row.digest) for row in kept.values()}
    versions = {e.leaf_index: e.version_id for e in session.exec(select(ProfileEntry))}
    gone = {e.leaf_index for e in session.exec(select(ProfileEntry)) if _erased(session, e)}
    lines = {line for o in _rolls(session) for line in Roll(o.content).lines if line.leaf_index not in gone}
    wrong = (line for line in lines if line.reading and (versions.get(line.leaf_index), line.reading) not in digests)
    for index in sorted({line.leaf_index for line in wrong}):
        yield _fault(index, f"post {index}: inläsningen är en annan än den matchade", f"entry {index}: read anew")


def _rolls(session: Session) -> Iterator[LogObject]:
    yield from session.exec(select(LogObject).where(col(LogObject.name).startswith("roll/")))


def _erased(session: Session, entry: ProfileEntry) -> bool:
    version = session.get(ProfileVersion, entry.version_id)
    return version is not None and version.title == ERASED


def _need_faults(session: Session) -> Iterator[Fault]:
    standing: dict[str, dict[str, Any]] = {}
    for kind, name in ((Kind.PURPOSE, "purpose"), (Kind.PHASE_LOCK, "locked")):
        for index, entry in logbook.entries(session, kind):
            if (told := _value(session, index, "decision")) is not None:
                standing.setdefault(told["need_id"], {})[name] = entry.said[name]
    known: set[int] = set()
    for need in queries.needs(session):
        chain = _chain(session, need.leaf_index)
        opening = log.openings(session, chain[0]).get("need") if chain else None
        same = _blank(need) if opening is None else opening.value == entries.need_value(need)
        now = {"purpose": need.purpose.value, "locked": need.locked}
        stands = {"purpose": "preparing", "locked": False, **standing.get(need.id, {})}
        if not chain or known & set(chain) or not same or stands != now:
            yield _fault(None, f"behovet {need.id} är ändrat", f"need {need.id} has been altered")
        known |= set(chain)
    for index, _ in logbook.entries(session, Kind.NEED):
        if index not in known:
            yield _fault(index, f"post {index} hör inte till något behov", f"entry {index} belongs to no need")


def _chain(session: Session, index: int | None) -> list[int]:
    """The entry and those before it of the same thing."""
    found = []
    while index is not None:
        found.append(index)
        index = log.entry(session, index, Kind.NEED).said["previous"]
    return found


def _blank(need: Need) -> bool:
    rest = NeedForm.model_fields.keys() - {"id", "title", "text", "language"}
    return (need.title, need.text) == (ERASED, "") and not any(getattr(need, name) for name in rest)


def _decision_faults(session: Session) -> Iterator[Fault]:
    logged = dict(logbook.entries(session, Kind.OVERRIDE))
    needs = {index: need.id for need in queries.needs(session) for index in _chain(session, need.leaf_index)}
    before = -1  # the newest decision of an actor stands, so their order is the log's
    for decision in queries.decisions(session):
        index = -1 if decision.leaf_index is None else decision.leaf_index
        entry = logged.pop(index, None)
        if entry is None or index < before or not _as_decided(session, decision, entry, needs):
            yield _fault(decision.leaf_index, f"beslut {decision.id} är ändrat", f"decision {decision.id} altered")
        before = index
    for index in sorted(logged):
        yield _fault(index, f"post {index} hör inte till något beslut", f"entry {index} belongs to no decision")


def _as_decided(session: Session, decision: Decision, entry: Entry, needs: Mapping[int, str]) -> bool:
    told = _value(session, decision.leaf_index, "decision")
    who = {name: getattr(decision, name) for name in ("need_id", "actor_id", "user", "reason")}
    same = who["user"] == who["reason"] == ERASED if told is None else told == who
    said = {"choice": decision.choice.value, "machine_rank": decision.machine_rank}
    need = entry.said["need"]
    return (
        same
        and {name: entry.said[name] for name in said} == said
        and (need is None or needs.get(need) == decision.need_id)
        and _ranked_by(session, entry) in (None, (decision.pipeline, decision.snapshot))
    )


def _ranked_by(session: Session, entry: Entry) -> tuple[str, str] | None:
    """The pipeline and snapshot of the standings that a decision was made beside, if it was made beside any."""
    if entry.said["standings"] is None:
        return None
    standings = log.entry(session, entry.said["standings"], Kind.EXPLANATION).said
    parts = log.entry(session, standings["config"], Kind.CONFIG).said["parts"]["pipeline"]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest(), standings["roll"]["root"]


def _roll_root(content: bytes) -> str:
    try:
        found = Roll(content)
        return found.root.hex() if Roll.of(found.lines) == found else ""
    except (ValueError, TypeError, KeyError):
        return ""


def _value(session: Session, index: int | None, field: str) -> Mapping[str, Any] | None:
    opening = None if index is None else log.openings(session, index).get(field)
    return None if opening is None else json.loads(opening.value)


def _profile_fault(index: int, id: str) -> Fault:
    return _fault(index, f"profilen {id} är inte som den loggades", f"profile {id} is not as it was logged")


def _fault(index: int | None, sv: str, en: str) -> Fault:
    return Fault(index, sv, en)


_STEPS = (
    _payload_faults,
    _object_faults,
    _profile_faults,
    _reading_faults,
    _need_faults,
    _decision_faults,
    act_faults,
    forum_faults,
    account_faults,
)
