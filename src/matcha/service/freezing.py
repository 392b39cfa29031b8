"""Freezing what a pipeline knows of texts at large, a deliberate step of the operator."""

from __future__ import annotations

from datetime import datetime

from matcha import calibration
from matcha.errors import Conflict
from matcha.records import FrozenStatistics
from matcha.retrieval.indexer import Indexer
from matcha.retrieval.pipeline import Pipeline
from matcha.retrieval.reference import Reference
from matcha.retrieval.statistics import Statistics
from matcha.service import asking
from matcha.service.logbook import Logbook
from matcha.store import changes, queries
from matcha.store.naming import Naming
from matcha.text.canonical import canonical
from matcha.values import Progress


def freeze(book: Logbook, indexer: Indexer, known: Reference, naming: Naming, progress: Progress) -> FrozenStatistics:
    """Freeze, keep and log the statistics of what is registered. Raises Conflict when something changed meanwhile."""
    reader = indexer.reader
    with book.store.reading() as session:
        revision = queries.identity(session).revision
        needs, profiles = queries.needs(session), indexer.registered(session)
        names = naming.names(session)
    read = []
    for done, need in enumerate(needs):
        progress(done, len(needs))
        said = f"{need.title}\n{need.text}"
        read.append(reader.need(said, need.language, names.found_in(canonical(said))))
    frozen = calibration.freeze(reader.digest, known, read, profiles)
    with book.writing() as writing:
        if queries.identity(writing.session).revision != revision:
            raise changed_meanwhile()
        row = frozen_row(reader.digest, frozen, len(read), len(profiles), writing.now)
        writing.session.add(row)
        changes.note(writing.session, ())
        asking.config(writing, Pipeline(reader.digest, frozen), known)
    progress(len(needs), len(needs))
    return row


def frozen_row(reader: str, frozen: Statistics, needs: int, profiles: int, now: datetime) -> FrozenStatistics:
    """Give the row that keeps statistics, and of how many needs and profiles they were made."""
    return FrozenStatistics(
        reader=reader, digest=frozen.digest, content=frozen.to_bytes(), needs=needs, profiles=profiles, made=now
    )


def changed_meanwhile() -> Conflict:
    """Give the error for a row that somebody else changed between two looks at it."""
    return Conflict(
        "Någon annan ändrade samma rader samtidigt. Ingenting har sparats; försök igen.",
        "Someone else changed the same rows at the same time. Nothing was saved; try again.",
    )
