"""`/v1/log`: the match log, open to all, and what can be shown with it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import PlainTextResponse

from matcha.api.at import Asked
from matcha.api.shapes.log import AuditShape, Consistency, EntryPage, EntryShape, FaultShape, Keys, ReplayShape
from matcha.errors import NotFound
from matcha.matchlog.entry import Entry, Kind

router = APIRouter(prefix="/v1/log", tags=["log"])
LeafIndex = Annotated[int, Path(ge=0, lt=2**53, description="The entry's place in the log.")]
_TEXT: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}


@router.get(
    "/checkpoint",
    operation_id="get_checkpoint",
    summary="The log as it stands, signed",
    response_class=PlainTextResponse,
    responses=_TEXT,
)
def checkpoint(at: Asked) -> PlainTextResponse:
    """The signed checkpoint (c2sp.org/tlog-checkpoint). Keep it where the operator cannot change it."""
    return PlainTextResponse(at.matcha.logbook.checkpoint())


@router.get("/keys", operation_id="get_log_keys", summary="The log's public keys")
def keys(at: Asked) -> Keys:
    """What checkpoints and receipts are verified with."""
    return Keys(keys=[str(key.public) for key in at.matcha.logbook.signers()])


@router.get("/entries", operation_id="list_entries", summary="Entries of the log")
def entries(
    at: Asked,
    start: Annotated[int, Query(ge=0, lt=2**53, description="The first index.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="How many to give, at most.")] = 100,
    kind: Annotated[Kind | None, Query(description="Only entries of this kind.")] = None,
) -> EntryPage:
    """Entries from an index on. Whoever has them all can work out every checkpoint."""
    found = at.matcha.entries(start, limit + 1, kind)
    following = found[limit][0] if len(found) > limit else None
    return EntryPage(items=[_entry(index, entry) for index, entry in found[:limit]], next=following)


@router.get("/entries/{leaf_index}", operation_id="get_entry", summary="An entry of the log")
def entry(leaf_index: LeafIndex, at: Asked) -> EntryShape:
    """One entry."""
    found = at.matcha.entries(leaf_index, 1)
    if not found or found[0][0] != leaf_index:
        raise NotFound(f"Loggen har ingen post {leaf_index}.", f"The log has no entry {leaf_index}.")
    return _entry(*found[0])


def _entry(index: int, entry: Entry) -> EntryShape:
    fields = {name: value.hex() for name, value in entry.fields.items()}
    return EntryShape(
        leaf_index=index, kind=entry.kind, milliseconds=entry.milliseconds, said=dict(entry.said), fields=fields
    )


@router.get(
    "/entries/{leaf_index}/proof",
    operation_id="get_proof",
    summary="That an entry is in the log",
    response_class=PlainTextResponse,
    responses=_TEXT,
)
def proof(leaf_index: LeafIndex, at: Asked) -> PlainTextResponse:
    """The proof that an entry is in the log as it stands, with its body (c2sp.org/tlog-proof)."""
    return PlainTextResponse(at.matcha.proof(leaf_index))


@router.get(
    "/entries/{leaf_index}/receipt",
    operation_id="get_receipt",
    summary="The receipt of an answer",
    response_class=PlainTextResponse,
    responses=_TEXT,
)
def receipt(leaf_index: LeafIndex, at: Asked) -> PlainTextResponse:
    """The same with the salts beside the entry: who has the answer can show that it is the one logged."""
    return PlainTextResponse(at.matcha.proof(leaf_index, opening=True))


@router.get("/entries/{leaf_index}/replay", operation_id="replay", summary="Make a match again")
def replay(leaf_index: LeafIndex, at: Asked) -> ReplayShape:
    """Make a logged match or explanation again from what the log keeps, and compare it byte by byte."""
    with at.costly():
        (found,) = at.matcha.replay([leaf_index])
    return ReplayShape(
        leaf_index=leaf_index,
        same=found.identical,
        differs=list(found.differs),
        erased=list(found.erased),
        changed=[list(one) for one in found.changed],
    )


@router.get("/consistency", operation_id="get_consistency", summary="That the log has only grown")
def consistency(
    at: Asked,
    old: Annotated[int, Query(ge=0, lt=2**53, description="The size that a checkpoint of yours says.")],
    new: Annotated[int | None, Query(ge=0, lt=2**53, description="A later size; that of now unless given.")] = None,
) -> Consistency:
    """The proof that the log of size `old` is the beginning of the one of size `new`."""
    note, hashes = at.matcha.consistency(old, new)
    return Consistency(checkpoint=note, hashes=[one.hex() for one in hashes])


@router.get("/audit", operation_id="audit", summary="Work the whole log out anew")
def audit(at: Asked) -> AuditShape:
    """Work out the log anew and compare every row it vouches for with it. Takes time: seconds for 100,000 entries."""
    with at.costly():
        found = at.matcha.audit()
    faults = [FaultShape(leaf_index=one.leaf_index, sv=one.sv, en=one.en) for one in found.faults]
    return AuditShape(size=found.size, root=found.root.hex(), faults=faults)
