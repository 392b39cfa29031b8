"""Texts that are part of matcha, as one encoder reads them: what a pipeline knows before anything is registered.

The reference text holds 160 subjects of care, each as a title and a sentence, the same in both languages. The
unrelated texts hold 120 questions and needs from quite other fields, the same in both languages.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import ClassVar, Protocol, TypeVar

from matcha.disk import write_atomically
from matcha.retrieval import packing
from matcha.retrieval.reading import Reader, Reading
from matcha.values import Language, Progress

Given = TypeVar("Given")


@dataclass(frozen=True, eq=False)
class Reference:
    """The reference text as needs and as profiles, and the unrelated needs; Swedish first, then English."""

    needs: tuple[Reading, ...]
    profiles: tuple[Reading, ...]
    unrelated: tuple[Reading, ...]

    @cached_property
    def profiles_content(self) -> bytes:
        """The profiles as bytes: all that replay needs of the reference."""
        return packing.to_bytes(packing.pack_readings(self.profiles))

    @cached_property
    def profiles_digest(self) -> str:
        """SHA-256 of that."""
        return hashlib.sha256(self.profiles_content).hexdigest()


class ReferenceKeeper(Protocol):
    """Gives the reference as a reader reads it, reading it the first time."""

    def reference(self, reader: Reader, progress: Progress) -> Reference: ...


class MemoryReference:
    """A reference that is read once in a process for each reader."""

    _kept: ClassVar[dict[str, Reference]] = {}

    def reference(self, reader: Reader, progress: Progress) -> Reference:
        if reader.digest not in self._kept:
            self._kept[reader.digest] = read_reference(reader, progress)
        return self._kept[reader.digest]


class FolderReference:
    """A reference that matcha ships (for its default model) or keeps in files for each reader."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def reference(self, reader: Reader, progress: Progress) -> Reference:
        found = []
        for part, read in _PARTS.items():
            name = file_name(part, reader)
            shipped, kept = files("matcha.retrieval") / "reference" / name, self._folder / name
            place = shipped if shipped.is_file() else kept
            if not place.is_file():
                write_atomically(kept, packing.to_small_bytes(packing.pack_readings(read(reader, progress))))
            found.append(packing.unpack_readings(packing.from_bytes(place.read_bytes())))
        return Reference(*found)


class GivenReference:
    """A reference that has been read already."""

    def __init__(self, known: Reference) -> None:
        self._known = known

    def reference(self, reader: Reader, progress: Progress) -> Reference:
        return self._known


def read_reference(reader: Reader, progress: Progress) -> Reference:
    """Read all of it: some 1,300 texts of a sentence or two."""
    return Reference(*(read(reader, progress) for read in _PARTS.values()))


def pairs(language: Language) -> tuple[tuple[str, str], ...]:
    """Give the reference text: (title, sentence), the same in every language, in the same order."""
    return tuple((title, sentence) for _, title, sentence in _rows(f"reference.{language}.tsv"))


def unrelated(language: Language) -> tuple[str, ...]:
    """Give the unrelated texts, the same in every language, in the same order."""
    return tuple(text for _, text in _rows(f"unrelated.{language}.tsv"))


def file_name(part: str, reader: Reader) -> str:
    """Give the name of the file of one part of the reference as a reader reads it."""
    said = json.dumps([reader.digest, [[pairs(language), unrelated(language)] for language in Language]])
    return f"{part}-{hashlib.sha256(said.encode()).hexdigest()[:16]}.npz"


def _read_needs(reader: Reader, progress: Progress) -> tuple[Reading, ...]:
    texts = [(sentence, language) for language in Language for _, sentence in pairs(language)]
    return _each(texts, lambda given: reader.need(*given), progress)


def _read_profiles(reader: Reader, progress: Progress) -> tuple[Reading, ...]:
    texts = [(title, sentence, language) for language in Language for title, sentence in pairs(language)]
    return _each(texts, lambda given: reader.profile(*given), progress)


def _read_unrelated(reader: Reader, progress: Progress) -> tuple[Reading, ...]:
    texts = [(text, language) for language in Language for text in unrelated(language)]
    return _each(texts, lambda given: reader.need(*given), progress)


_PARTS = {"needs": _read_needs, "profiles": _read_profiles, "unrelated": _read_unrelated}


def _each(given: list[Given], read: Callable[[Given], Reading], progress: Progress) -> tuple[Reading, ...]:
    found: list[Reading] = []
    for one in given:
        progress(len(found), len(given))
        found.append(read(one))
    return tuple(found)


def _rows(name: str) -> list[list[str]]:
    content = (files("matcha.retrieval") / "reference" / name).read_text("utf-8")
    return [line.split("\t") for line in content.splitlines()]
