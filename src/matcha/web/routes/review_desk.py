"""The officer's desk: audit and replay of the log, needs under procurement, decisions beside ranks, interests."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Query, Response

from matcha.api.access import AUDITORS, LOCKERS, READERS
from matcha.api.paging import Cursor
from matcha.api.routes import log, matching, neutrality
from matcha.api.routes import needs as operations
from matcha.api.routes.needs import LockChange, NeedId
from matcha.api.shapes.log import AuditShape
from matcha.api.shapes.matches import DecisionShape
from matcha.errors import NotFound
from matcha.matchlog.entry import Kind
from matcha.process import ActKind
from matcha.service import overseeing
from matcha.service.replaying import Replay
from matcha.values import Choice
from matcha.web.filling import Fault
from matcha.web.look import Look, Looking
from matcha.web.names import actors, people
from matcha.web.router import Routes

routes = Routes()
SAMPLES = (5, 10, 25)  # matches that are replayed at a time
_SHOWN = 25
_NEEDS = 20


@dataclass(frozen=True)
class Ruled:
    """A decision, and whether people and ranking put the actors of its need in another order."""

    decision: DecisionShape
    differs: bool


@dataclass(frozen=True)
class Declared:
    """That somebody said whether they have an interest of their own in a need."""

    need_id: str
    by: str
    conflicted: bool
    reason: str
    leaf_index: int
    made: object


@routes.page("/granskning", READERS)
def desk(look: Looking) -> Response:
    """Show what can be reviewed, and what stands out."""
    ruled = _ruled(look)
    declared = _declared(look)
    return look.show(
        "review/desk.html",
        size=look.matcha.size(),
        locks=overseeing.locks(look.matcha),
        decided=len(ruled),
        differing=sum(one.differs for one in ruled),
        conflicted=sum(one.conflicted for one in declared),
        report=_made(look),
        audits=look.may(log.audit),
    )


@routes.page("/granskning/revision", AUDITORS)
def audit_page(look: Looking) -> Response:
    """Show the forms for auditing the log, and for replaying a sample of it."""
    return _audit(look)


@routes.form("/granskning/revision", AUDITORS)
def audit(look: Looking) -> Response:
    """Work the whole log out anew, and show what is not as it was logged."""
    began = time.perf_counter()
    found = look.ask(log.audit)
    return _audit(look, audited=found, seconds=time.perf_counter() - began)


@routes.form("/granskning/omspelning", AUDITORS)
def replay(look: Looking) -> Response:
    """Make the newest matches again, and show which came out the same."""
    given = look.given.get("count")
    count = int(given) if given.isascii() and given.isdigit() and int(given) in SAMPLES else SAMPLES[0]
    began = time.perf_counter()
    with look.costly():
        indexes = [index for index, _ in look.matcha.entries(None, count, Kind.MATCH)]
        found = tuple(look.matcha.replay(indexes))
    return _audit(look, replayed=found, seconds=time.perf_counter() - began)


def _audit(
    look: Look, audited: AuditShape | None = None, replayed: Sequence[Replay] | None = None, seconds: float = 0.0
) -> Response:
    return look.show(
        "review/audit.html",
        audited=audited,
        replayed=replayed,
        seconds=seconds,
        samples=SAMPLES,
        size=look.matcha.size(),
        matches=bool(look.matcha.entries(None, 1, Kind.MATCH)),
    )


@routes.page("/granskning/behov", READERS)
def needs(look: Looking, q: Annotated[str, Query(max_length=300)] = "", cursor: Cursor = None) -> Response:
    """Show needs by name, with the way to prior involvement and to the lock, and those that are locked."""
    found = look.ask(operations.needs, q=q or None, state=None, care_setting=None, limit=_NEEDS, cursor=cursor)
    return look.show(
        "review/needs.html",
        part="review/_needs.html",
        q=q,
        found=found.items,
        following=found.next,
        locks=overseeing.locks(look.matcha),
        people=people(look),
        locking=look.may(operations.lock),
    )


@routes.page("/granskning/behov/{id}/las", LOCKERS)
def lock_page(look: Looking, id: NeedId) -> Response:
    """Show the form for saying that a procurement of a need begins, or is over."""
    return _lock(look, id)


@routes.form("/granskning/behov/{id}/las", LOCKERS)
def lock(look: Looking, id: NeedId) -> Response:
    """Say that a procurement of a need begins, or is over."""

    def do() -> Response:
        found = look.ask(operations.lock, id, look.fill(LockChange))
        gettext = look.words.gettext
        said = gettext("Behovet är låst.") if found.locked else gettext("Behovet är öppet igen.")
        return look.go("/granskning/behov", said)

    return look.take(do, lambda fault: _lock(look, id, fault))


def _lock(look: Look, id: str, fault: Fault | None = None) -> Response:
    need = look.ask(operations.need, id)
    held = next((one for one in overseeing.locks(look.matcha) if one.need_id == id), None)
    status = 200 if fault is None else fault.status
    return look.show("review/lock.html", status, need=need, held=held, people=people(look), fault=fault)


@routes.page("/granskning/beslut", READERS)
def decisions(
    look: Looking,
    avviker: bool = False,
    fore: Annotated[int | None, Query(ge=0, lt=2**53)] = None,
) -> Response:
    """Show what people decided beside the machine's rank, the newest first; `avviker`: only where they differ."""
    ruled = [one for one in reversed(_ruled(look)) if one.differs or not avviker]
    page = [one for one in ruled if fore is None or one.decision.id < fore]
    shown = page[:_SHOWN]
    return look.show(
        "review/decisions.html",
        shown=shown,
        earlier=shown[-1].decision.id if len(page) > _SHOWN else None,
        differing=avviker,
        people=people(look),
        actors=actors(look, [one.decision.actor_id for one in shown]),
    )


@routes.page("/granskning/jav", READERS)
def interests(look: Looking) -> Response:
    """Show who has said that they have an interest of their own in a need, the newest first."""
    return look.show("review/interests.html", declared=_declared(look), people=people(look))


def _declared(look: Look) -> list[Declared]:
    found = look.matcha.acts(None, ActKind.DECLARATION)
    told = (
        Declared(act.need_id, act.by, act.content["conflicted"], act.content["reason"], act.leaf_index, act.made)
        for act in found
        if act.content
    )
    return list(reversed(list(told)))


def _ruled(look: Look) -> list[Ruled]:
    """Give every decision in order, with whether it and the ranking put the actors of the need in another order."""
    found: list[DecisionShape] = []
    cursor = None
    while True:
        page = look.ask(matching.decisions, need_id=None, limit=1000, cursor=cursor)
        found += page.items
        cursor = page.next
        if cursor is None:
            break
    by_need: dict[str, list[DecisionShape]] = {}
    for one in found:
        by_need.setdefault(one.need_id, []).append(one)
    return [Ruled(one, _differs(one, by_need[one.need_id])) for one in found]


def _differs(one: DecisionShape, others: Iterable[DecisionShape]) -> bool:
    """Whether somebody who is not ranked was chosen, or somebody was passed over by one with a worse rank."""
    newest = {other.actor_id: other for other in others}
    chosen = one.choice is not Choice.DECLINED
    if one.machine_rank is None:
        return chosen
    for other in newest.values():
        if other.machine_rank is None or (other.choice is not Choice.DECLINED) == chosen:
            continue
        passed_over = other.machine_rank < one.machine_rank if chosen else other.machine_rank > one.machine_rank
        if passed_over:
            return True
    return False


def _made(look: Look) -> object:
    """Give when the newest neutrality report was made, or None before the first."""
    try:
        return look.ask(neutrality.report).made
    except NotFound:
        return None
