"""The match log for everybody: what it is, its entries, one entry, replay, and whether it has only grown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Query, Response

from matcha.api.access import ANYONE, AUDITORS, READERS
from matcha.api.routes import log
from matcha.api.routes.log import LeafIndex
from matcha.api.shapes.log import EntryShape, ReplayShape
from matcha.errors import Invalid, NotFound, Unavailable
from matcha.matchlog import merkle
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.entry import Kind
from matcha.matchlog.note import PublicKey
from matcha.service.replaying import REPLAYED
from matcha.web.filling import FieldFault, Unfilled
from matcha.web.look import Look, Looking
from matcha.web.router import Routes
from matcha.web.routes.review_entries import commitment, sentence

routes = Routes()
SHOWN = 25  # entries a page


@dataclass(frozen=True)
class Told:
    """An entry, and what it says in a sentence."""

    entry: EntryShape
    said: str


@dataclass(frozen=True)
class Grown:
    """What came of comparing a kept checkpoint with the log: whether it has only grown, from how many to how many."""

    holds: bool
    old: Checkpoint
    new: Checkpoint


@routes.page("/loggen", ANYONE)
def log_page(
    look: Looking,
    slag: Annotated[Kind | Literal[""] | None, Query()] = None,
    fore: Annotated[int | None, Query(ge=0, lt=2**53)] = None,
) -> Response:
    """Show the log: its checkpoint and keys, and its entries (of a kind) before an index, the newest first."""
    kind = slag or None
    values: dict[str, Any] = {"kinds": list(Kind), "kind": kind, "before": fore}
    try:
        note = bytes(look.ask(log.checkpoint).body).decode()
    except Unavailable:
        return look.show("review/log.html", note=None, **values)
    found = Checkpoint.unverified(note)
    shown, earlier = _newest(look, kind, found.size if fore is None else fore)
    return look.show(
        "review/log.html",
        part="review/_entries.html",
        note=note,
        size=found.size,
        root=found.root.hex(),
        origin=found.origin,
        keys=look.ask(log.keys).keys,
        shown=[Told(one, sentence(one, look.words)) for one in shown],
        earlier=earlier,
        **values,
    )


def _newest(look: Look, kind: Kind | None, before: int) -> tuple[Sequence[EntryShape], int | None]:
    """Give the entries of a page, the newest first, and before which index the next page begins, if there is one."""
    if kind is None:
        start = max(0, before - SHOWN)
        found = look.ask(log.entries, start=start, limit=SHOWN, kind=None).items if before else []
        return [one for one in reversed(found) if one.leaf_index < before], start or None
    indexes = [index for index, _ in look.matcha.entries(0, None, kind) if index < before][-SHOWN - 1 :]
    page = indexes[-SHOWN:]
    found = look.ask(log.entries, start=page[0], limit=len(page), kind=kind).items if page else []
    return list(reversed(found)), page[0] if len(indexes) > SHOWN else None


@routes.page("/loggen/jamfor", ANYONE)
def compare_page(look: Looking) -> Response:
    """Show the form for comparing a checkpoint kept before with the log."""
    return look.show("review/compare.html", grown=None)


@routes.form("/loggen/jamfor", ANYONE)
def compare(look: Looking) -> Response:
    """Say whether the log has only grown since a checkpoint that somebody kept."""

    def do() -> Response:
        return look.show("review/compare.html", grown=_grown(look))

    return look.take(do, lambda fault: look.show("review/compare.html", fault.status, fault=fault, grown=None))


def _grown(look: Look) -> Grown:
    keys = [PublicKey.parse(key) for key in look.ask(log.keys).keys]
    written = look.given.get("checkpoint").replace("\r\n", "\n").strip() + "\n"
    try:
        old = Checkpoint.opened(written, keys)
    except Invalid as wrong:
        raise Unfilled((FieldFault("checkpoint", wrong.sv, wrong.en),)) from wrong
    try:
        proof = look.ask(log.consistency, old=old.size, new=None)
    except NotFound:
        note = bytes(look.ask(log.checkpoint).body).decode()
        return Grown(False, old, Checkpoint.opened(note, keys))
    new = Checkpoint.opened(proof.checkpoint, keys)
    hashes = [bytes.fromhex(one) for one in proof.hashes]
    return Grown(merkle.verify_consistency(old.size, new.size, old.root, new.root, hashes), old, new)


@routes.page("/loggen/{leaf_index}", ANYONE)
def entry_page(look: Looking, leaf_index: LeafIndex) -> Response:
    """Show one entry."""
    return _entry(look, leaf_index)


@routes.form("/loggen/{leaf_index}/spela-upp", AUDITORS)
def replay(look: Looking, leaf_index: LeafIndex) -> Response:
    """Make a logged match or explanation again, and show whether it came out the same."""
    return _entry(look, leaf_index, look.ask(log.replay, leaf_index))


def _entry(look: Look, leaf_index: int, replayed: ReplayShape | None = None) -> Response:
    found = look.ask(log.entry, leaf_index)
    size = Checkpoint.unverified(bytes(look.ask(log.checkpoint).body).decode()).size
    readers = look.caller.is_any(*READERS)
    return look.show(
        "review/entry.html",
        entry=found,
        said=sentence(found, look.words),
        raw=json.dumps({"kind": found.kind, "t": found.milliseconds, **found.said}, ensure_ascii=False, indent=2),
        fields=[(name, commitment(name, look.words), digest) for name, digest in found.fields.items()],
        size=size,
        replayed=replayed,
        replays=found.kind in REPLAYED and look.may(log.replay),
        receipt=readers and bool(found.fields),
        answer=readers and found.kind is Kind.MATCH,
        links=_links(found),
    )


def _links(entry: EntryShape) -> list[int]:
    """Give the other entries that an entry names."""
    named = [entry.said.get(name) for name in ("need", "previous", "of", "profile", "config", "standings")]
    return sorted({index for index in named if isinstance(index, int)})
