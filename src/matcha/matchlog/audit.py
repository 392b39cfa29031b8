"""Audit: everything in a log worked out anew from the bodies, never from what is stored beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matcha.errors import Invalid
from matcha.matchlog import merkle
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.entry import Entry, Kind, Opening


@dataclass(frozen=True)
class Row:
    """A row of a log as it is stored, with what stands beside it."""

    index: int
    kind: str
    body: bytes
    leaf_hash: bytes
    frontier: bytes
    openings: Mapping[str, Opening]


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was logged; `leaf_index` is the entry's, if it is one entry's."""

    leaf_index: int | None
    sv: str
    en: str


@dataclass(frozen=True)
class Audited:
    """What an audit found: the log's size and root, and every fault in it."""

    size: int
    root: bytes
    faults: tuple[Fault, ...]


def audit(rows: Iterable[Row], checkpoints: Sequence[Checkpoint]) -> Audited:
    """Audit a log, given in the order of its index, against checkpoints that are trusted."""
    frontier: merkle.Frontier = ()
    faults: list[Fault] = []
    missing: set[tuple[int, str]] = set()
    erased: set[tuple[int, str]] = set()
    there: set[tuple[int, str]] = set()
    roots = {0: merkle.EMPTY_ROOT}
    key: str | None = None
    size = 0
    for row in rows:
        frontier = merkle.grown(frontier, size, merkle.leaf_hash(row.body))
        faults += _row_faults(row, size, frontier)
        size += 1
        roots |= {size: merkle.root_of(frontier)} if any(size == c.size for c in checkpoints) else {}
        try:
            entry = Entry.parse(row.body)
            erased |= _erased(entry)
        except Invalid as cause:
            faults.append(Fault(row.index, cause.sv, cause.en))
            continue
        faults += _opening_faults(row, entry)
        missing |= {(row.index, name) for name in entry.fields.keys() - row.openings.keys()}
        there |= {(row.index, name) for name in row.openings}
        if entry.kind is Kind.KEY:
            if entry.said.get("previous") != key:
                faults.append(_fault(row.index, "nyckeln följer inte på den förra", "the key does not follow the last"))
            key = entry.said.get("public")
    for index, name in sorted(missing - erased):
        faults.append(_fault(index, f"{name} saknas utan att vara utgallrat", f"{name} is missing but was not erased"))
    for index, name in sorted(erased & there):
        faults.append(_fault(index, f"{name} är utgallrat men finns kvar", f"{name} was erased but is still there"))
    for checkpoint in checkpoints:
        faults += _checkpoint_faults(checkpoint, size, roots)
    return Audited(size, merkle.root_of(frontier), tuple(faults))


def _erased(entry: Entry) -> set[tuple[int, str]]:
    """What an entry says is erased. Raises Invalid if that cannot be read."""
    if entry.kind is not Kind.ERASURE:
        return set()
    try:
        return {(leaf, name) for leaf, names in entry.said["of"] for name in names}
    except (TypeError, ValueError, KeyError) as cause:
        raise Invalid("Utgallringen säger inte vad den gäller.", "The erasure does not say what it is of.") from cause


def _row_faults(row: Row, place: int, frontier: merkle.Frontier) -> list[Fault]:
    faults = []
    if row.index != place:
        faults.append(_fault(row.index, f"står på plats {place}", f"stands at place {place}"))
    if row.leaf_hash != merkle.leaf_hash(row.body):
        faults.append(_fault(row.index, "posten är ändrad", "the entry has been altered"))
    if row.frontier != b"".join(frontier):
        faults.append(_fault(row.index, "trädet före posten är ändrat", "the tree before the entry has been altered"))
    return faults


def _opening_faults(row: Row, entry: Entry) -> list[Fault]:
    faults = []
    if row.kind != entry.kind:
        faults.append(_fault(row.index, f"är märkt {row.kind}", f"is marked {row.kind}"))
    for name, opening in row.openings.items():
        if entry.fields.get(name) != opening.commitment(name):
            faults.append(_fault(row.index, f"{name} är ändrat", f"{name} has been altered"))
    return faults


def _checkpoint_faults(checkpoint: Checkpoint, size: int, roots: Mapping[int, bytes]) -> list[Fault]:
    if checkpoint.size > size:
        said = f"loggen har {size} poster, kontrollpunkten {checkpoint.size}"
        return [Fault(None, said, f"the log has {size} entries, the checkpoint {checkpoint.size}")]
    if roots[checkpoint.size] != checkpoint.root:
        said = f"loggens {checkpoint.size} första poster är inte de som kontrollpunkten visar"
        return [Fault(None, said, f"the log's first {checkpoint.size} entries are not those the checkpoint shows")]
    return []


def _fault(index: int, sv: str, en: str) -> Fault:
    return Fault(index, f"post {index}: {sv}", f"entry {index}: {en}")
