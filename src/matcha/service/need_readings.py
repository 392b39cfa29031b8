"""How needs were read, kept beside the log: what is alike, and who could meet what, need not be read twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from sqlmodel import Session, select

from matcha.records import Need, NeedReading
from matcha.retrieval import packing
from matcha.retrieval.reading import Reader, Reading
from matcha.service.entries import ERASED
from matcha.store import Store, queries
from matcha.text.canonical import canonical
from matcha.text.names import Names


def readings(
    store: Store, reader: Reader, names: Names, stopped: Callable[[], bool] = lambda: False
) -> dict[str, Reading]:
    """Give how every need that has not been erased is read, by id; what is missing is read and kept now.

    Each need is kept as soon as it is read. Once `stopped` says so, no more are read.
    """
    with store.reading() as session:
        needs = [need for need in queries.needs(session) if need.title != ERASED]
        kept = _kept(session, reader.digest)
    found: dict[str, Reading] = {}
    for need in needs:
        said = f"{need.title}\n{need.text}"
        masked = names.found_in(canonical(said))
        digest = _digest(said, need, masked)
        row = kept.get(need.id)
        if row is not None and row.digest == digest:
            (found[need.id],) = packing.unpack_readings(packing.from_bytes(row.content))
        elif not stopped():
            found[need.id] = reader.need(said, need.language, masked)
            _keep(
                store,
                NeedReading(need_id=need.id, reader=reader.digest, digest=digest, content=_packed(found[need.id])),
            )
    return found


def _packed(reading: Reading) -> bytes:
    return packing.to_bytes(packing.pack_readings([reading]))


def _keep(store: Store, row: NeedReading) -> None:
    with store.transaction() as session:
        if queries.need(session, row.need_id).title != ERASED:  # it may have gone while it was read
            session.merge(row)


def _kept(session: Session, reader: str) -> dict[str, NeedReading]:
    rows = session.exec(select(NeedReading).where(NeedReading.reader == reader))
    return {row.need_id: row for row in rows}


def _digest(said: str, need: Need, masked: Sequence[str]) -> str:
    return hashlib.sha256("\x00".join((said, need.language, *masked)).encode()).hexdigest()
