"""Audit of a whole database: the log against checkpoints, and every row that the log vouches for against the log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlmodel import Session, col, select

from matcha.matchlog.audit import Audited, Fault, Row, audit
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.entry import Kind, Opening
from matcha.matchlog.note import PublicKey
from matcha.matchlog.roll import Roll
from matcha.records import FrozenStatistics, LogObject, Passage, ProfileEntry, ProfileVersion, VersionReading
from matcha.service import entries, logbook
from matcha.service.entries import ERASED
from matcha.store import log, queries, readings


def audit_all(session: Session, notes: Sequence[str], keys: Sequence[PublicKey]) -> Audited:
    """Audit a database against signed checkpoints. Raises Invalid for one that none of the keys has signed."""
    checkpoints = [Checkpoint.opened(note, keys) for note in notes]
    found = audit(_rows(session), checkpoints)
    # each step compares with what the one before has found to be as it was logged
    for step in (_object_faults, _profile_faults, _reading_faults, _need_faults, _decision_faults):
        if found.faults:
            return found
        found = replace(found, faults=tuple(step(session)))
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
        value = _value(session, index, "profile")
        if value is not None and _said(version) != {name: value[name] for name in _said(version)}:
            yield _profile_fault(index, version.profile_id)
    newest = queries.profile_entries(session)
    for current in queries.current_profiles(session):
        index = newest.get(current.profile.id, -1)
        opening = log.openings(session, index).get("profile")
        if current.version.title == ERASED:
            continue
        withdrawn = index in logged and logged[index].said["withdrawn"]
        same = withdrawn or (opening is not None and opening.value == entries.profile_value(current))
        if not same or withdrawn != (current.profile.withdrawn is not None):
            yield _profile_fault(index, current.profile.id)


def _said(version: ProfileVersion) -> dict[str, Any]:
    names = ("profile_id", "version", "kind", "title", "text", "language", "masked")
    return {name: getattr(version, name) for name in names}


def _reading_faults(session: Session) -> Iterator[Fault]:
    kept = {(row.version_id, row.reader): row for row in session.exec(select(VersionReading))}
    read = set(session.exec(select(Passage.version_id, Passage.reader).distinct()))
    for key in sorted(kept.keys() | read):
        if key not in kept or readings.digest_now(session, *key, readings.pieces(session, *key)) != kept[key].digest:
            yield _fault(
                None, f"inläsningen av profilversion {key[0]} är ändrad", f"reading of version {key[0]} altered"
            )
    digests = {row.digest for row in kept.values()}
    gone = {e.leaf_index for e in session.exec(select(ProfileEntry)) if _erased(session, e)}
    lines = {line for o in _rolls(session) for line in Roll.from_bytes(o.content).lines if line.leaf_index not in gone}
    for index in sorted({line.leaf_index for line in lines if line.reading and line.reading not in digests}):
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
    known = set()
    for need in queries.needs(session):
        chain = _chain(session, need.leaf_index)
        known |= set(chain)
        opening = log.openings(session, chain[0]).get("need") if chain else None
        same = need.title == ERASED or (opening is not None and opening.value == entries.need_value(need))
        now = {"purpose": need.purpose.value, "locked": need.locked}
        if not same or {**now, **standing.get(need.id, {"purpose": "preparing", "locked": False})} != now:
            yield _fault(None, f"behovet {need.id} är ändrat", f"need {need.id} has been altered")
    for index, _ in logbook.entries(session, Kind.NEED):
        if index not in known:
            yield _fault(index, f"post {index} hör inte till något behov", f"entry {index} belongs to no need")


def _chain(session: Session, index: int | None) -> list[int]:
    """The entry and those before it of the same thing."""
    found = []
    while index is not None:
        found.append(index)
        index = log.entry(session, index).said["previous"]
    return found


def _decision_faults(session: Session) -> Iterator[Fault]:
    logged = dict(logbook.entries(session, Kind.OVERRIDE))
    for decision in queries.decisions(session):
        entry = logged.pop(decision.leaf_index, None) if decision.leaf_index is not None else None
        told = None if entry is None else _value(session, decision.leaf_index, "decision")
        who = {name: getattr(decision, name) for name in ("need_id", "actor_id", "user", "reason")}
        said = {"choice": decision.choice.value, "machine_rank": decision.machine_rank}
        same = entry is not None and {name: entry.said[name] for name in said} == said
        if not same or (told != who and decision.reason != ERASED):
            yield _fault(decision.leaf_index, f"beslut {decision.id} är ändrat", f"decision {decision.id} altered")
    for index in sorted(logged):
        yield _fault(index, f"post {index} hör inte till något beslut", f"entry {index} belongs to no decision")


def _roll_root(content: bytes) -> str:
    try:
        found = Roll.from_bytes(content)
        return found.root.hex() if found.to_bytes() == content else ""
    except (ValueError, TypeError, KeyError):
        return ""


def _value(session: Session, index: int | None, field: str) -> Mapping[str, Any] | None:
    opening = None if index is None else log.openings(session, index).get(field)
    return None if opening is None else json.loads(opening.value)


def _profile_fault(index: int, id: str) -> Fault:
    return _fault(index, f"profilen {id} är inte som den loggades", f"profile {id} is not as it was logged")


def _fault(index: int | None, sv: str, en: str) -> Fault:
    return Fault(index, sv, en)
