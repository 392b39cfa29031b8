"""What is logged of each thing, and how it is brought into the log. Everything of a person is in what can be erased."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlmodel import col, select

from matcha.interchange import record_json
from matcha.matchlog.entry import Draft, Json, Kind, Salt, canonical, sealed
from matcha.records import Decision, LockForm, Need, NeedForm, ProfileEntry, PurposeForm
from matcha.service.logbook import Writing
from matcha.store import log, queries
from matcha.store.queries import CurrentProfile
from matcha.values import Choice

_LATER = frozenset({"aspects"})  # what needs had no field for before; where it is empty, entries say nothing of it

ERASED = "[utgallrad / erased]"  # what stands where something was


def log_profiles(writing: Writing, profile_ids: Iterable[str] | None = None) -> None:
    """Log every registered profile (of these, if given) that the log does not have as it is now, by id."""
    session = writing.session
    wanted = None if profile_ids is None else sorted(set(profile_ids))
    logged = queries.profile_entries(session, wanted)
    current = queries.current_profiles(session) if wanted is None else queries.profiles_called(session, wanted)
    for one in current:
        if one.version.title != ERASED:
            _log_profile(writing, one, logged.get(one.profile.id))


def log_needs(writing: Writing, need_ids: Iterable[str] | None = None) -> None:
    """Log every need (of these, if given) that the log does not have as it is now, by id."""
    session = writing.session
    needs = queries.needs(session) if need_ids is None else [queries.need(session, id) for id in sorted(set(need_ids))]
    for need in needs:
        said = need_value(need)
        if need.title != ERASED and _value(writing, need.leaf_index, "need") != said:
            draft = Draft(Kind.NEED, {"previous": need.leaf_index}, sealed({"need": said}, writing.salt))
            need.leaf_index = need.touched = writing.append(draft)


def log_decisions(writing: Writing) -> None:
    """Log every decision that the log does not have: those made before there was a log."""
    session = writing.session
    for decision in session.exec(select(Decision).where(col(Decision.leaf_index).is_(None)).order_by(col(Decision.id))):
        need = queries.need(session, decision.need_id)
        decision.leaf_index = writing.append(override(decision, need, None, writing.salt))


def profile_value(current: CurrentProfile) -> bytes:
    """Give what is committed to of a profile version: what it says and whose it is."""
    version, actor = current.version, current.actor
    said = {name: getattr(version, name) for name in ("version", "title", "text", "masked")}
    later = {"certificates": version.certificates} if version.certificates else {}
    whose = {name: getattr(actor, name) for name in ("id", "name", "org_number", "country")}
    return canonical(
        {
            "profile_id": current.profile.id,
            "kind": version.kind.value,
            "language": version.language.value,
            "actor": {**whose, "kind": actor.kind.value},
            **said,
            **later,
        }
    )


def need_value(need: Need) -> bytes:
    """Give what is committed to of a need: all that was submitted. A number is kept as it is written."""
    told = record_json(need)
    number = told["quantity_number"]
    said = {name: told[name] for name in NeedForm.model_fields if name not in _LATER or told[name]}
    return canonical({**said, "quantity_number": None if number is None else repr(number)})


def override(decision: Decision, need: Need, standings: int | None, salt: Salt) -> Draft:
    """Give the entry of a person's decision, with the machine's rank and the entry of the standings it is from."""
    told = record_json(decision)
    said = {"choice": told["choice"], "machine_rank": decision.machine_rank, "standings": standings}
    who = {name: told[name] for name in ("need_id", "actor_id", "user", "reason")}
    return Draft(Kind.OVERRIDE, {**said, "need": need.leaf_index}, sealed({"decision": canonical(who)}, salt))


def invite_list(need: Need, decisions: Iterable[Decision]) -> Draft:
    """Give the entry of an invitation list: the entries of the decisions that stand, the newest of each actor."""
    newest = {decision.actor_id: decision for decision in decisions}
    invited = [d.leaf_index for d in newest.values() if d.choice is Choice.INVITED and d.leaf_index is not None]
    return Draft(Kind.INVITE_LIST, {"need": need.leaf_index, "invited": sorted(invited)})


def purpose(form: PurposeForm, need: Need, salt: Salt) -> Draft:
    """Give the entry of what a need is matched for from now on."""
    return _of_need(Kind.PURPOSE, need, {"purpose": form.purpose.value}, form, salt)


def phase_lock(form: LockForm, need: Need, salt: Salt) -> Draft:
    """Give the entry of a procurement that begins or has ended."""
    return _of_need(Kind.PHASE_LOCK, need, {"locked": form.locked}, form, salt)


def refused(need: Need, what: str = "match") -> Draft:
    """Give the entry of a question or an act that was refused because of a procurement under way."""
    return Draft(Kind.PHASE_LOCK, {"need": need.leaf_index, "locked": True, "refused": what})


def _of_need(kind: Kind, need: Need, said: Json, form: PurposeForm | LockForm, salt: Salt) -> Draft:
    who = {name: getattr(form, name) for name in ("need_id", "user", "reason")}
    return Draft(kind, {"need": need.leaf_index, **said}, sealed({"decision": canonical(who)}, salt))


def log_config(writing: Writing, parts: Mapping[str, Any]) -> int:
    """Give the index of the entry that says how matches are made now, appending it when that has changed."""
    newest, name = writing.newest(Kind.CONFIG), f"config/{canonical(parts).hex()}"
    if newest is None or writing.known.get(name) != newest:
        same = newest is not None and log.entry(writing.session, newest).said == {"parts": parts}
        newest = newest if same else writing.append(Draft(Kind.CONFIG, {"parts": dict(parts)}))
        assert newest is not None
        writing.known[name] = newest
    return newest


def _log_profile(writing: Writing, current: CurrentProfile, logged: int | None) -> None:
    withdrawn = current.profile.out
    before = None if logged is None else log.entry(writing.session, logged).said["withdrawn"]
    said = profile_value(current)
    if before == withdrawn and (withdrawn or _value(writing, logged, "profile") == said):
        return
    if withdrawn and logged is None:  # registered before there was a log
        logged = writing.append(_profile_version(None, False, {"profile": said}, writing.salt))
        _note(writing, logged, current)
    values = {} if withdrawn else {"profile": said}
    _note(writing, writing.append(_profile_version(logged, withdrawn, values, writing.salt)), current)


def _profile_version(previous: int | None, withdrawn: bool, values: Mapping[str, bytes], salt: Salt) -> Draft:
    return Draft(Kind.PROFILE_VERSION, {"previous": previous, "withdrawn": withdrawn}, sealed(values, salt))


def _note(writing: Writing, leaf_index: int, current: CurrentProfile) -> None:
    assert current.version.id is not None
    writing.session.add(ProfileEntry(leaf_index=leaf_index, version_id=current.version.id))


def _value(writing: Writing, index: int | None, field: str) -> bytes | None:
    opening = None if index is None else log.openings(writing.session, index).get(field)
    return None if opening is None else opening.value
