"""What a reader read in a profile version, kept with a salted digest that the match log's rolls name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from sqlalchemy import insert
from sqlmodel import Session, select

from matcha.matchlog.entry import Salt
from matcha.records import Passage, VersionReading
from matcha.store import queries
from matcha.values import Piece


def add_passages(session: Session, read: Sequence[tuple[int, str, tuple[Piece, ...], bytes]]) -> None:
    """Keep what was read: of each version its id, the reader, its pieces and the salt of their digest."""
    if not read:
        return
    digests = [
        {"version_id": version_id, "reader": reader, "salt": salt, "digest": reading_digest(salt, pieces)}
        for version_id, reader, pieces, salt in read
    ]
    rows = [
        {"version_id": version_id, "reader": reader, "grain": grain, "ordinal": ordinal, "text": text, "vector": vector}
        for version_id, reader, pieces, _ in read
        for grain, ordinal, text, vector in pieces
    ]
    session.execute(insert(VersionReading), digests)
    session.execute(insert(Passage), rows)


def add_digests(session: Session, salt: Salt) -> None:
    """Add the digests that readings of an older version of matcha lack."""
    has = select(VersionReading.version_id, VersionReading.reader)
    read = select(Passage.version_id, Passage.reader).distinct()
    for version_id, reader in sorted(set(session.exec(read)) - set(session.exec(has))):
        own, found = salt(32), pieces(session, version_id, reader)
        digest = reading_digest(own, found)
        session.add(VersionReading(version_id=version_id, reader=reader, salt=own, digest=digest))


def pieces(session: Session, version_id: int, reader: str) -> tuple[Piece, ...]:
    """Give what a reader read in a version, by size and place."""
    return as_pieces(queries.read_passages(session, reader, [version_id]).get(version_id, ()))


def as_pieces(passages: Iterable[Passage]) -> tuple[Piece, ...]:
    """Give rows as the pieces that they keep."""
    return tuple((p.grain, p.ordinal, p.text, p.vector) for p in passages)


def reading_digest(salt: bytes, passages: Iterable[Piece]) -> str:
    """Give the salted SHA-256 of what was read, by size and place: texts and vectors."""
    digest = hashlib.sha256(b"matcha/reading/v1" + salt)
    for grain, ordinal, text, vector in sorted(passages):
        said = text.encode()
        digest.update(f"{grain} {ordinal} {len(said)} {len(vector)}\n".encode() + said + vector)
    return digest.hexdigest()


def digest_now(session: Session, version_id: int, reader: str, passages: Iterable[Piece]) -> str:
    """Give the digest that passages have now, with the salt that was kept; empty if that is gone."""
    kept = session.get(VersionReading, (version_id, reader))
    return reading_digest(kept.salt, passages) if kept else ""
