"""The tables in PostgreSQL follow the store: whoever changes something brings them in step, in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text
from sqlmodel import Session

from matcha.retrieval.indexer import Indexer, wanted_of
from matcha.retrieval.pipeline import Pipeline
from matcha.retrieval.profile_index import Versions
from matcha.retrieval.shelf import Fit
from matcha.retrieval.snapshot import Snapshot
from matcha.retrieval.table_catalogue import FEW, MANY, TableCatalogue
from matcha.retrieval.vector_rows import Halves, sparse
from matcha.retrieval.vector_search import exact_row
from matcha.retrieval.vector_table import ALWAYS, VectorTable, make_proposals, measure
from matcha.scoring import Candidate
from matcha.store import registered
from matcha.values import ActorKind

_AT_ONCE = 200  # versions whose rows are in memory together
_SUPERSEDED = 4  # rows are removed when more than one in so many is no longer current
_ANOTHER = 10  # the planner is told anew when more than one in so many is another

Kinds = Mapping[int, ActorKind]


@dataclass(frozen=True)
class TableIndexer(Indexer):
    """Keeps the tables in step with the store they lie beside."""

    shelf: VectorTable  # type: ignore[assignment]  # it is locked as other shelves are, and has no segments

    def bring_in_step(self, session: Session, pipeline: Pipeline, anew: bool = False) -> int:
        """Bring the tables in step with what a session sees and give the number of passages that are searched."""
        current = registered.current_versions(session, self.reader.digest)
        kinds = registered.kinds(session)
        fit = self._fit(session, pipeline, current, kinds)
        with self.shelf.changing(fit, pipeline.dimension) as connection:
            passages = _passages(connection, fit)
            held = Held.read(connection)
            erased = np.setdiff1d(held.versions, registered.read_versions(session, self.reader.digest))
            if passages is not None and not anew and not len(erased):
                return passages  # somebody else has done it
            change = Change(connection, held, _last(connection) + 1)
            change.remove(held.versions if anew else held.useless(current, kinds, erased))
            change.end(current)
            missing = np.setdiff1d(current, change.left).tolist()
            change.add(self.candidates(session, pipeline, missing), kinds)
            if len(current) > MANY:
                make_proposals(connection)
            if change.size * _ANOTHER > len(current):
                measure(connection)
            return change.note(fit)

    def catalogue(self, session: Session, pipeline: Pipeline, snapshot: Snapshot) -> TableCatalogue:
        """Give the profiles of a snapshot. Raises Unavailable if one is not read, Lagging if the tables lack it."""
        current = snapshot.registered.to_be_held()
        everyone = snapshot.registered
        kinds = dict(zip(everyone.version_id.tolist(), everyone.actor_kinds(), strict=True))
        fit = self._fit(session, pipeline, current, kinds)
        self.shelf.check(fit)
        wanted = wanted_of(snapshot, current)
        return TableCatalogue(
            self.shelf,
            fit,
            *everyone.ids_taking_part(),
            wanted,
            [kinds[version] for version in wanted.tolist()],
            np.setdiff1d(current, wanted),
            FEW,
            MANY,
        )

    def _fit(self, session: Session, pipeline: Pipeline, current: Versions, kinds: Kinds) -> Fit:
        """As `fit`; the tables are divided by kind, so that they must agree in these, too."""
        found = self.fit(session, pipeline, current)
        told = " ".join([found.corpus, *(kinds[version] for version in current.tolist())])
        return replace(found, corpus=hashlib.sha256(told.encode()).hexdigest())


@dataclass(frozen=True)
class Held:
    """The versions that the tables have: ids in ascending order, kinds, and which are current."""

    versions: Versions
    kinds: NDArray[np.str_]
    current: NDArray[np.bool_]

    @classmethod
    def read(cls, connection: Connection) -> Held:
        query = "SELECT version_id, kind, until FROM matcha_vectors.version ORDER BY version_id"
        rows = connection.execute(text(query)).all()
        until = np.array([row[2] for row in rows], np.int64)
        return cls(np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows]), until == ALWAYS)

    def useless(self, current: Versions, kinds: Kinds, erased: Versions) -> Versions:
        """Give those that must go: erased, of another kind now, brought back; and the superseded when they are many."""
        wanted = np.isin(self.versions, current)
        moved = [kinds.get(version) != kind for version, kind in zip(self.versions.tolist(), self.kinds, strict=True)]
        gone = np.isin(self.versions, erased) | (wanted & (np.array(moved, bool) | ~self.current))
        if int((~wanted).sum()) * _SUPERSEDED > len(self.versions):
            gone |= ~wanted
        return self.versions[gone]


class Change:
    """A step of the tables: rows are valid from it on."""

    def __init__(self, connection: Connection, held: Held, step: int) -> None:
        self._connection, self._held, self._step = connection, held, step
        self.left, self.size = held.versions, 0

    def remove(self, versions: Versions) -> None:
        """Take rows out. Earlier steps need them, so nobody is answered from these any more."""
        if not len(versions):
            return
        for table in ("version", "passage"):
            self._run(f"DELETE FROM matcha_vectors.{table} WHERE version_id = ANY(:ids)", ids=versions.tolist())
        self._run("DELETE FROM matcha_vectors.moment")
        self.left = np.setdiff1d(self.left, versions)
        self.size += len(versions)

    def end(self, current: Versions) -> None:
        """Say that what is no longer current is valid until this step."""
        live = np.intersect1d(self._held.versions[self._held.current], self.left)
        if len(ended := np.setdiff1d(live, current)):
            for table in ("version", "passage"):
                update = (
                    f"UPDATE matcha_vectors.{table} SET until = :step WHERE version_id = ANY(:ids) AND until = :always"
                )
                self._run(update, ids=ended.tolist(), step=self._step, always=ALWAYS)

    def add(self, coming: Iterable[tuple[int, Candidate]], kinds: Kinds) -> None:
        """Add versions: the id of each, and what it is scored by."""
        each = iter(coming)
        while some := list(islice(each, _AT_ONCE)):
            self.size += len(some)
            valid = {id: (id, self._step, ALWAYS, kinds[id].value) for id, _ in some}
            self._copy("version", ((*valid[id], *exact_row(candidate)) for id, candidate in some))
            self._copy("passage", ((*valid[id], *row) for id, candidate in some for row in _passage_rows(candidate)))

    def note(self, fit: Fit) -> int:
        """Say what the tables agree with from this step on, and give the number of passages that are searched."""
        counted = "SELECT count(sentence) + count(paragraph) FROM matcha_vectors.passage WHERE until = :always"
        passages = int(self._connection.scalar(text(counted), {"always": ALWAYS}) or 0)
        columns = "step, store, pipeline, encoder, corpus, passages"
        values = ", ".join(f":{name}" for name in columns.split(", "))
        insert = f"INSERT INTO matcha_vectors.moment ({columns}) VALUES ({values})"
        self._run(insert, step=self._step, passages=passages, **vars(fit))
        return passages

    def _run(self, statement: str, **values: Any) -> None:
        self._connection.execute(text(statement), values)

    def _copy(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        bare: Any = self._connection.connection.driver_connection
        with (
            bare.cursor() as cursor,
            cursor.copy(f"COPY matcha_vectors.{table} ({_COLUMNS[table]}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)


_VALID = "version_id, since, until, kind"
_COLUMNS = {
    "version": f"{_VALID}, language, generality, short, short_ids, long, long_ids, words, reached",
    "passage": f"{_VALID}, sentence, paragraph, language, generality, loss, terms",
}


def _passage_rows(candidate: Candidate) -> Iterator[tuple[Any, ...]]:
    short, long = Halves.of(candidate.sentences.vectors), Halves.of(candidate.paragraphs.vectors)
    loss = max(*short.losses(), *long.losses())
    once: tuple[Any, ...] = (candidate.language.value, candidate.generality, loss, sparse(candidate.terms))
    for sentence, paragraph in zip_longest(short.texts(), long.texts()):
        yield sentence, paragraph, *once
        once = (None,) * len(once)


def _last(connection: Connection) -> int:
    """The last step that was noted, or that rows know of."""
    noted, known = "SELECT max(step) FROM matcha_vectors.moment", "SELECT max(since) FROM matcha_vectors.version"
    return int(connection.scalar(text(f"SELECT greatest(({noted}), ({known}))")) or 0)


def _passages(connection: Connection, fit: Fit) -> int | None:
    """The number of passages of the newest step, if it agrees with a fit."""
    newest = "SELECT passages, corpus FROM matcha_vectors.moment ORDER BY step DESC LIMIT 1"
    row = connection.execute(text(newest)).first()
    return int(row[0]) if row is not None and row[1] == fit.corpus else None
