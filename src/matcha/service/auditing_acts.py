"""Audit of what happened to needs: every act, proposal and weighting is as it was logged, and needs stand as told."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from matcha.matchlog.audit import Fault
from matcha.matchlog.entry import Entry, Kind, canonical
from matcha.process import ActKind, State
from matcha.records import Act, Attachment, Need, Proposal, Weighting
from matcha.service import logbook
from matcha.service.acts import act_value, exact
from matcha.store import log, queries


def act_faults(session: Session) -> Iterator[Fault]:
    """Compare acts, proposals and weightings with the log, and needs with their acts."""
    acts = session.exec(select(Act).order_by(col(Act.id))).all()
    logged = {i: e for i, e in logbook.entries(session, Kind.ACT) if "refused" not in e.said}
    for act in acts:
        entry = logged.pop(act.leaf_index, None)
        if entry is None or not _as_logged(session, act, entry):
            yield Fault(act.leaf_index, f"händelse {act.id} är ändrad", f"act {act.id} has been altered")
    for index in sorted(logged):
        yield Fault(index, f"post {index} hör inte till någon händelse", f"entry {index} belongs to no act")
    yield from _standing_faults(queries.needs(session), acts)
    yield from _attachment_faults(session, acts)
    yield from _proposal_faults(session)
    yield from _weighting_faults(session)


def _as_logged(session: Session, act: Act, entry: Entry) -> bool:
    opening = log.openings(session, act.leaf_index).get("act")
    if opening is None:
        return act.content == {} and entry.said["act"] == act.kind.value
    said = act_value(act.need_id, act.by, act.actor_id, act.content)
    return opening.value == said and entry.said["act"] == act.kind.value


def _standing_faults(needs: Iterable[Need], acts: Sequence[Act]) -> Iterator[Fault]:
    """A need is in the state that its newest act of state names, and has the secrets that its acts named."""
    states: dict[str, str] = {}
    was: dict[str, str | None] = {}
    secrets: dict[str, dict[str, str]] = {}
    for act in acts:
        if act.kind is ActKind.STATE and act.content:
            before, after = states.get(act.need_id, State.PUBLISHED.value), act.content["state"]
            was[act.need_id] = (was.get(act.need_id) or before) if after in _ASIDE else None
            states[act.need_id] = after
        if act.kind is ActKind.SECRECY and act.content:
            held = secrets.setdefault(act.need_id, {})
            held.pop(act.content["field"], None)
            if act.content["secret"]:
                held[act.content["field"]] = act.content["reason"]
    for need in needs:
        erased = need.text == "" and not need.secret
        told = (states.get(need.id, State.PUBLISHED.value), was.get(need.id), secrets.get(need.id, {}))
        if not erased and told != (need.state.value, need.was and need.was.value, need.secret):
            yield Fault(None, f"behovet {need.id} står fel", f"need {need.id} does not stand as told")


_ASIDE = (State.PARKED.value, State.CLOSED.value)


def _attachment_faults(session: Session, acts: Sequence[Act]) -> Iterator[Fault]:
    told = Counter(_attached(act) for act in acts if act.kind is ActKind.ATTACHMENT and act.content)
    for file in session.exec(select(Attachment).order_by(col(Attachment.id))):
        digest = hashlib.sha256(file.content).hexdigest()
        known = (file.need_id, file.analysis.value, file.name, digest)
        told[known] -= 1
        if digest != file.digest or told[known] < 0:
            yield Fault(None, f"bilagan {file.id} är ändrad", f"attachment {file.id} has been altered")
    for need_id, _, name, _ in sorted(known for known, left in told.items() if left > 0):
        yield Fault(None, f"bilagan {name} till {need_id} saknas", f"attachment {name} of {need_id} is missing")


def _attached(act: Act) -> tuple[str, str, str, str]:
    return act.need_id, act.content["analysis"], act.content["name"], act.content["digest"]


def proposal_value(proposal: Proposal) -> bytes:
    """Give what is committed to of a proposal as it stands."""
    names = ("actor_id", "profile_id", "by", "ruling", "reason", "ruled_by")
    return canonical({"content": exact(proposal.content), **{name: getattr(proposal, name) for name in names}})


def _proposal_faults(session: Session) -> Iterator[Fault]:
    logged = dict(logbook.entries(session, Kind.PROPOSAL))
    newest = set(logged) - {entry.said["previous"] for entry in logged.values()}
    for proposal in session.exec(select(Proposal).order_by(col(Proposal.id))):
        newest.discard(proposal.leaf_index)
        opening = log.openings(session, proposal.leaf_index).get("proposal")
        erased = opening is None and proposal.content == {}
        if not erased and (opening is None or opening.value != proposal_value(proposal)):
            yield Fault(proposal.leaf_index, f"förslag {proposal.id} är ändrat", f"proposal {proposal.id} altered")
    for index in sorted(newest):
        yield Fault(index, f"post {index} hör inte till något förslag", f"entry {index} belongs to no proposal")


def _weighting_faults(session: Session) -> Iterator[Fault]:
    logged = dict(logbook.entries(session, Kind.WEIGHTING))
    for row in session.exec(select(Weighting).order_by(col(Weighting.version))):
        entry = logged.pop(row.leaf_index, None)
        said: Mapping[str, Any] = {} if entry is None else entry.said
        if said.get("weights") != row.weights or said.get("version") != row.version:
            yield Fault(row.leaf_index, f"viktningen {row.version} är ändrad", f"weighting {row.version} altered")
    for index in sorted(logged):
        yield Fault(index, f"post {index} hör inte till någon viktning", f"entry {index} belongs to no weighting")
