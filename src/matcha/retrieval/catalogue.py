"""The profiles that may be found, side by side, so that all of them are scored in a few steps of arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcha import scoring
from matcha.scoring import Candidate, Pieces, Query
from matcha.values import Grain, Language

Numbers = NDArray[Any]


@dataclass(frozen=True)
class Entry:
    """A profile in a catalogue. `sentences` and `paragraphs` are pairs of passage id and row of the matrix."""

    profile_id: str
    actor_id: str
    language: Language
    generality: int
    terms: Mapping[str, int]
    sentences: tuple[tuple[int, int], ...]
    paragraphs: tuple[tuple[int, int], ...]

    def passages(self, grain: Grain) -> tuple[tuple[int, int], ...]:
        """Give the passages of one size."""
        return self.sentences if grain is Grain.SENTENCE else self.paragraphs


@dataclass(frozen=True)
class PartTotals:
    """The parts of the scores of all profiles of a catalogue, in points; `best`, for each need sentence, has the shape
    (sentences, profiles)."""

    best: Numbers
    whole: Numbers
    terms: Numbers
    generality: Numbers

    @property
    def sentences(self) -> NDArray[np.int64]:
        """What all need sentences give together."""
        found: NDArray[np.int64] = self.best.sum(axis=0)
        return found

    @property
    def total(self) -> NDArray[np.int64]:
        """The scores."""
        total: NDArray[np.int64] = self.sentences + self.whole + self.terms + self.generality
        return total


class Catalogue:
    """Profiles and the matrix of their vectors: float32, shape (passages, dimension), each an int16 vector / 2¹⁵."""

    def __init__(self, entries: Sequence[Entry], matrix: NDArray[np.float32], owner: object = None) -> None:
        self.entries = tuple(entries)
        self.matrix = matrix
        self._owner = owner  # of the matrix's memory, which must live as long
        self._rows = {g: np.array([row for e in self.entries for _, row in e.passages(g)], np.int64) for g in Grain}
        self._starts = {g: _starts([len(e.passages(g)) for e in self.entries]) for g in Grain}
        self._languages = np.array([e.language.value for e in self.entries])
        self._generality = np.array([e.generality for e in self.entries], np.int64)

    @classmethod
    def of(cls, candidates: Iterable[tuple[Candidate, str]]) -> Catalogue:
        """Make a catalogue of candidates, each with the id of its actor; passages are numbered anew."""
        entries, vectors, row = [], [], 0
        for c, actor in candidates:
            between, end = row + len(c.sentences.ids), row + len(c.sentences.ids) + len(c.paragraphs.ids)
            short, long = (tuple((i, i) for i in places) for places in (range(row, between), range(between, end)))
            entries.append(Entry(c.profile_id, actor, c.language, c.generality, c.terms, short, long))
            vectors += [c.sentences.vectors, c.paragraphs.vectors]
            row = end
        return cls(entries, np.concatenate(vectors).astype(np.float32) / np.float32(scoring.ONE))

    @classmethod
    def empty(cls) -> Catalogue:
        """A catalogue of nobody."""
        return cls((), np.zeros((0, 0), np.float32))

    def __len__(self) -> int:
        return len(self.entries)

    @cached_property
    def actors(self) -> Mapping[str, str]:
        """The actor of each profile."""
        return {entry.profile_id: entry.actor_id for entry in self.entries}

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each profile."""
        return {entry.profile_id: place for place, entry in enumerate(self.entries)}

    @cached_property
    def owned(self) -> Mapping[str, tuple[str, ...]]:
        """The profiles of each actor."""
        found: dict[str, tuple[str, ...]] = {}
        for entry in self.entries:
            found[entry.actor_id] = (*found.get(entry.actor_id, ()), entry.profile_id)
        return found

    def entry(self, profile_id: str) -> Entry:
        """Give a profile's entry."""
        return self.entries[self.places[profile_id]]

    @cached_property
    def actor_numbers(self) -> Numbers:
        """The actor of each profile as a number, from 0."""
        known: dict[str, int] = {}
        return np.array([known.setdefault(entry.actor_id, len(known)) for entry in self.entries], np.int64)

    def candidate(self, place: int) -> Candidate:
        """Give the profile at a place, ready to be scored."""
        e = self.entries[place]
        short, long = self._pieces(e.sentences), self._pieces(e.paragraphs)
        return Candidate(e.profile_id, e.language, short, long, e.terms, e.generality)

    def parts(self, query: Query, across: bool = True) -> PartTotals:
        """Give the parts of every profile's score, exactly as `scoring.score` does. For some thousand passages.

        Without `across`, a point between two languages counts as any other; only to measure what that is worth.
        """
        short, long = self._integers[Grain.SENTENCE], self._integers[Grain.PARAGRAPH]
        return self._parts(
            query, scoring.points(query.sentences, short), scoring.points(query.paragraphs, long), across
        )

    def totals(self, query: Query) -> NDArray[np.int64]:
        """Give the score of every profile exactly as `scoring.score` does. For some thousand passages."""
        return self.parts(query).total

    def estimates(self, query: Query) -> tuple[NDArray[np.int64], int]:
        """Give the score of every profile, and by how many points each can be wrong.

        A float32 sum of d products of unit vectors is off by d·2⁻²⁴ at most (Higham 2002, 3.1), and rounding adds
        a point; across languages that counts ACROSS times.
        """
        wrong = 2 + -(-self.matrix.shape[1] * scoring.FULL_POINTS // 2**24)
        wrong = 1 + wrong * scoring.ACROSS[0] // scoring.ACROSS[1]
        count = len(query.sentences)
        different, places = np.unique(np.concatenate([query.sentences, query.paragraphs]), axis=0, return_inverse=True)
        found = (
            different.astype(np.float32) / np.float32(scoring.ONE)
        ) @ self.matrix.T  # one sentence is also the whole
        found = np.maximum(found * np.float32(scoring.FULL_POINTS), 0).astype(np.int64)
        short = found[np.ix_(places[:count], self._rows[Grain.SENTENCE])]
        long = found[np.ix_(places[count:], self._rows[Grain.PARAGRAPH])]
        return self._parts(query, short, long).total, 2 * count * (wrong + 1)

    def _parts(self, query: Query, short: Numbers, long: Numbers, across: bool = True) -> PartTotals:
        sentences, paragraphs = len(query.sentences), len(query.paragraphs)
        other = (self._languages != query.language.value) & across
        best = _across(np.maximum.reduceat(short, self._starts[Grain.SENTENCE], axis=1), other)
        whole = _across(np.maximum.reduceat(long, self._starts[Grain.PARAGRAPH], axis=1), other)
        terms = np.zeros(len(self), np.int64)
        for term, weight in query.terms.items():
            if (held := self._postings.get(term)) is not None:
                terms[held[0]] += weight * held[1] // scoring.SATURATION
        return PartTotals(
            best,
            (sentences * whole // paragraphs).sum(axis=0),
            terms,
            -(sentences * self._generality // 2),
        )

    @cached_property
    def _postings(self) -> Mapping[str, tuple[Numbers, Numbers]]:
        """For each term, the places of the profiles that have it, and how far each reaches its weight."""
        found: dict[str, tuple[list[int], list[int]]] = {}
        for place, entry in enumerate(self.entries):
            for term, reached in entry.terms.items():
                places, values = found.setdefault(term, ([], []))
                places.append(place)
                values.append(reached)
        return {term: (np.array(p, np.int64), np.array(v, np.int64)) for term, (p, v) in found.items()}

    @cached_property
    def _integers(self) -> Mapping[Grain, NDArray[np.float64]]:
        return {g: self._vectors(rows).astype(np.float64) for g, rows in self._rows.items()}

    def _pieces(self, passages: Sequence[tuple[int, int]]) -> Pieces:
        return Pieces([id for id, _ in passages], self._vectors([row for _, row in passages]))

    def _vectors(self, rows: Sequence[int] | Numbers) -> NDArray[np.int16]:
        return (self.matrix[rows] * scoring.ONE).astype(np.int16)


def _across(points: Numbers, other: Numbers) -> Numbers:
    return np.where(other, points * scoring.ACROSS[0] // scoring.ACROSS[1], points)


def _starts(sizes: Sequence[int]) -> Numbers:
    return np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
