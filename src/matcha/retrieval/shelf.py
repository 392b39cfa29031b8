"""Where an index is kept between questions, and whether it still fits. It is a cache: the store is the truth."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from filelock import FileLock

from matcha.disk import read_bytes, write_atomically, writing
from matcha.errors import Lagging, Unavailable
from matcha.retrieval import segment_file
from matcha.retrieval.profile_index import ProfileIndex
from matcha.retrieval.segment import Segment

FORMAT = 3
MANIFEST = "manifest.json"
_SEGMENT = "[0-9a-f]" * 32  # nothing else in the folder is ours to remove


@dataclass(frozen=True)
class Fit:
    """What an index must agree with: the database, the pipeline and its encoder, and the passages to be found."""

    store: str
    pipeline: str
    encoder: str
    corpus: str


@dataclass(frozen=True)
class _Manifest:
    segments: tuple[str, ...]  # their names, which are digests of what they hold
    fit: Fit


class Shelf(Protocol):
    """Keeps one index."""

    def load(self, fit: Fit) -> ProfileIndex:
        """Give the index, or raise Unavailable with the command that mends it when it does not fit."""

    def load_for_update(self, fit: Fit) -> ProfileIndex | None:
        """Give the index if it only lags behind in its corpus; None if it is missing or of another kind."""

    def save(self, index: ProfileIndex, fit: Fit) -> None:
        """Put the index in place of the one before, at once."""

    def locked(self) -> AbstractContextManager[None]:
        """Hold all other writers of this shelf off."""


class MemoryShelf:
    """A shelf that lasts as long as the object."""

    def __init__(self) -> None:
        self._kept: tuple[ProfileIndex, Fit] | None = None

    def load(self, fit: Fit) -> ProfileIndex:
        if self._kept is None:
            raise _missing("minnet / memory")
        _refuse_unfit(self._kept[1], fit)
        return self._kept[0]

    def load_for_update(self, fit: Fit) -> ProfileIndex | None:
        return self._kept[0] if self._kept and _same_kind(self._kept[1], fit) else None

    def save(self, index: ProfileIndex, fit: Fit) -> None:
        self._kept = (index, fit)

    def locked(self) -> AbstractContextManager[None]:
        return nullcontext()


class FolderShelf:
    """A shelf on disk: a folder for each segment, named by the digest of what it holds, and a manifest that names them.

    The manifest is replaced last and at once, so that a power cut leaves either the old index or the new one. A segment
    is read once by each process, when it is first needed, and stays where it lies.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loaded: Mapping[str, Segment] = {}

    def load(self, fit: Fit) -> ProfileIndex:
        manifest = self._manifest()
        if manifest is None:
            raise _missing(str(self._folder))
        _refuse_unfit(manifest.fit, fit)
        return self._read(manifest)

    def load_for_update(self, fit: Fit) -> ProfileIndex | None:
        manifest = self._manifest()
        if manifest is None or not _same_kind(manifest.fit, fit):
            return None
        return self._read(manifest)

    @contextmanager
    def locked(self) -> Iterator[None]:
        with writing(self._folder), FileLock(self._folder / ".lock"):
            yield

    def save(self, index: ProfileIndex, fit: Fit) -> None:
        known = {id(segment): name for name, segment in self._loaded.items()}
        names = [known.get(id(segment)) or segment_file.write(self._folder, segment) for segment in index.segments]
        manifest = {"format": FORMAT, "passages": index.passages, "segments": names, "fit": asdict(fit)}
        write_atomically(self._folder / MANIFEST, json.dumps(manifest, indent=2).encode() + b"\n")
        loaded = self._loaded  # what was written is read where it lies from now on, and no longer held
        self._loaded = {name: loaded.get(name) or segment_file.mapped(self._folder / name) for name in names}
        for old in self._folder.glob(_SEGMENT):
            if old.name not in names:
                shutil.rmtree(old, ignore_errors=True)  # a reader on Windows may hold it; the next save tries again
        for earlier in (*self._folder.glob("profiles-*.npz"), *self._folder.glob("passages-*.faiss")):
            earlier.unlink(missing_ok=True)

    def _manifest(self) -> _Manifest | None:
        try:
            read = json.loads(read_bytes(self._folder / MANIFEST))
            if read["format"] != FORMAT:
                raise ValueError(read["format"])
            return _Manifest(tuple(map(str, read["segments"])), Fit(**read["fit"]))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as cause:
            raise _broken(self._folder) from cause

    def _read(self, manifest: _Manifest) -> ProfileIndex:
        loaded = self._loaded  # other threads read other indexes meanwhile
        try:
            found = {name: loaded.get(name) or segment_file.read(self._folder, name) for name in manifest.segments}
        except FileNotFoundError as cause:
            if self._manifest() != manifest:
                raise _lagging() from cause  # another one has just been saved
            raise _broken(self._folder) from cause
        except ValueError as cause:
            raise _broken(self._folder) from cause
        self._loaded = found
        return ProfileIndex(tuple(found.values()))


def _same_kind(held: Fit, wanted: Fit) -> bool:
    return (held.store, held.pipeline) == (wanted.store, wanted.pipeline)


def _refuse_unfit(held: Fit, wanted: Fit) -> None:
    if held == wanted:
        return
    if held.store != wanted.store:
        sv, en = "Indexet hör till en annan databas", "The index belongs to another database"
    elif held.encoder != wanted.encoder:
        sv, en = "Indexet är gjort med en annan språkmodell", "The index was made with another model"
    elif held.pipeline != wanted.pipeline:
        sv = "Indexet är gjort med en annan version av matcha eller med annan statistik"
        en = "The index was made with another version of matcha or with other statistics"
    else:
        raise _lagging()
    raise Unavailable(f"{sv}. Kör: matcha index rebuild", f"{en}. Run: matcha index rebuild")


def _lagging() -> Lagging:
    return Lagging(
        "Indexet är äldre än profilerna. Kör: matcha index rebuild",
        "The index is older than the profiles. Run: matcha index rebuild",
    )


def _missing(place: str) -> Unavailable:
    return Unavailable(
        f"Det finns inget index i {place}. Kör: matcha index rebuild",
        f"There is no index in {place}. Run: matcha index rebuild",
    )


def _broken(folder: Path) -> Unavailable:
    return Unavailable(
        f"Indexet i {folder} är skadat. Kör: matcha index rebuild",
        f"The index in {folder} is damaged. Run: matcha index rebuild",
    )
