"""Profile versions as read, side by side in arrays that never change and may lie on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcha.memory import give_back
from matcha.retrieval import packing
from matcha.retrieval.packing import Arrays
from matcha.retrieval.rough import Rough, coded, losses
from matcha.retrieval.term_lists import TermLists
from matcha.scoring import Candidate, Pieces
from matcha.values import Grain, Language

_LANGUAGES = tuple(Language)
Few = Callable[[slice], NDArray[np.int16]]


@dataclass(frozen=True)
class Block:
    """The pieces of one size: ids, vectors of shape (pieces, dimension), and where each version's pieces end.

    `few` gives some of the vectors where these lie on disk, without bringing what lies around them into memory.
    """

    ids: NDArray[np.int64]
    vectors: NDArray[np.int16]
    ends: NDArray[np.int64]
    few: Few | None = None

    @classmethod
    def of(cls, each: Sequence[Pieces]) -> Block:
        """Put pieces side by side."""
        ids = np.array([id for pieces in each for id in pieces.ids], np.int64)
        ends = np.cumsum([len(pieces.ids) for pieces in each], dtype=np.int64)
        return cls(ids, np.concatenate([pieces.vectors for pieces in each]), ends)

    @property
    def starts(self) -> NDArray[np.int64]:
        """Where each version's pieces begin."""
        return np.concatenate([[0], self.ends[:-1]]).astype(np.int64)

    def pieces(self, place: int) -> Pieces:
        """Give the pieces of the version at a place."""
        own = self._own(place)
        return Pieces(self.ids[own].tolist(), np.asarray(self.vectors[own]) if self.few is None else self.few(own))

    def own_ids(self, place: int) -> list[int]:
        """Give the ids of the pieces of the version at a place."""
        found: list[int] = self.ids[self._own(place)].tolist()
        return found

    def _own(self, place: int) -> slice:
        return slice(int(self.ends[place - 1]) if place else 0, int(self.ends[place]))


class Segment:
    """Some profile versions by place: their ids, languages, generality, pieces and terms.

    `coded` are FAISS indexes of the pieces of each size, made when first asked for unless they are given; once they are
    ready to be estimated by, their codes are held once.
    """

    def __init__(
        self,
        versions: NDArray[np.int64],
        languages: NDArray[np.int8],
        generality: NDArray[np.int64],
        blocks: dict[Grain, Block],
        terms: TermLists,
        losses: dict[Grain, NDArray[np.float32]] | None = None,
        coded: dict[Grain, Any] | None = None,
    ) -> None:
        self.versions, self.languages, self.generality = versions, languages, generality
        self.blocks, self.terms = blocks, terms
        self._losses, self._coded = losses, coded

    @classmethod
    def of(cls, each: Sequence[tuple[int, Candidate]]) -> Segment:
        """Put versions side by side: the id of each, and what it is scored by."""
        return cls(
            np.array([id for id, _ in each], np.int64),
            np.array([_LANGUAGES.index(c.language) for _, c in each], np.int8),
            np.array([c.generality for _, c in each], np.int64),
            {grain: Block.of([_pieces(c, grain) for _, c in each]) for grain in Grain},
            TermLists.of([c.terms for _, c in each]),
        )

    def __len__(self) -> int:
        return len(self.versions)

    def candidate(self, place: int, profile_id: str, among: Mapping[int, str] | None = None) -> Candidate:
        """Give the version at a place, ready to be scored, with the terms `among` some (`TermLists.numbers`)."""
        short, long = (self.blocks[grain].pieces(place) for grain in Grain)
        language, generality = _LANGUAGES[self.languages[place]], int(self.generality[place])
        return Candidate(profile_id, language, short, long, self.terms.terms(place, among), generality)

    def other_language(self, language: Language) -> NDArray[np.bool_]:
        """Say of each version whether it is in another language."""
        found: NDArray[np.bool_] = self.languages != _LANGUAGES.index(language)
        return found

    def only(self, places: Iterable[int]) -> list[tuple[int, Candidate]]:
        """Give some of the versions, as `of` takes them."""
        return [(int(self.versions[place]), self.candidate(place, "")) for place in places]

    @property
    def coded(self) -> dict[Grain, Any]:
        """The FAISS index of the pieces of each size."""
        if (found := self._coded) is None:
            self._coded = found = {grain: coded(block.vectors) for grain, block in self.blocks.items()}
        return found

    @cached_property
    def losses(self) -> dict[Grain, NDArray[np.float32]]:
        """How far each version's pieces of each size lie from their codes."""
        return self._losses or {g: losses(self.coded[g], block.vectors, block.ends) for g, block in self.blocks.items()}

    @cached_property
    def rough(self) -> dict[Grain, Rough]:
        """The pieces of each size, ready to be estimated."""
        losses, coded = self.losses, self.coded
        found = {grain: Rough(b.vectors, coded[grain], b.ends, losses[grain]) for grain, b in self.blocks.items()}
        self._coded = None
        del coded
        give_back()
        return found

    @cached_property
    def floats(self) -> dict[Grain, NDArray[np.float64]]:
        """The vectors of each size as the same integers in float64. For some thousand passages."""
        return {grain: block.vectors.astype(np.float64) for grain, block in self.blocks.items()}

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Give all but the codes, as `from_arrays` takes them."""
        found: dict[str, NDArray[Any]] = {
            "versions": self.versions,
            "languages": self.languages,
            "generality": self.generality,
        }
        for grain, block in self.blocks.items():
            own: Arrays = {"ids": block.ids, "vectors": block.vectors, "ends": block.ends, "losses": self.losses[grain]}
            found |= packing.under(grain, own)
        return {**found, **packing.under("terms", self.terms.arrays)}

    @classmethod
    def from_arrays(cls, arrays: Arrays, coded: dict[Grain, Any], few: Mapping[Grain, Few]) -> Segment:
        """Give back a segment, its arrays where they lie."""
        own = {grain: packing.within(grain, arrays) for grain in Grain}
        return cls(
            arrays["versions"],
            arrays["languages"],
            arrays["generality"],
            {grain: Block(each["ids"], each["vectors"], each["ends"], few.get(grain)) for grain, each in own.items()},
            TermLists(packing.within("terms", arrays)),
            {grain: found["losses"] for grain, found in own.items()},
            coded,
        )


def _pieces(candidate: Candidate, grain: Grain) -> Pieces:
    return candidate.sentences if grain is Grain.SENTENCE else candidate.paragraphs
