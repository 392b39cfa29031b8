"""How quick matcha is on this machine: its steps timed in turn, over invented profiles in a place of their own.

What is registered is neither read nor changed. The profiles are matcha's own reference text, their vectors moved by
noise so that no two are alike; needs, and the profiles that are taken in while time is kept, are read by the model.
"""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from matcha.config import Settings
from matcha.encoding.encoder import Encoder, HashingEncoder
from matcha.encoding.finding import find_encoder
from matcha.matchlog.keys import FolderKeeper
from matcha.retrieval.catalogue import Catalogue
from matcha.retrieval.crew import Alone
from matcha.retrieval.profile_index import use_threads
from matcha.retrieval.reading import Reader, as_encoded
from matcha.retrieval.reference import FolderReference, pairs
from matcha.retrieval.retriever import retrieve
from matcha.retrieval.shelf import FolderShelf
from matcha.service.matcha import Matcha
from matcha.service.preparation import Ready
from matcha.store import Store
from matcha.values import Grain, Language, Progress, Role

K = 10
_FIRST = 3  # questions before time is kept
_TURNS, _TAKEN_IN = 3, 100  # times that profiles are taken in, and how many at most
_BEYOND = 10**9  # the number of the first of these
_SENTENCES = 3  # of an invented profile, beside its title
_SYLLABLES = [consonant + vowel for consonant in "bdfgjklmnprstv" for vowel in "aiouyå"]
_SYLLABLES_EACH = 6  # of an invented name: enough for more than 10¹¹ numbers
_NOISE = 0.02  # of each component of a vector, whose length is 1


@dataclass(frozen=True)
class Figure:
    """The median of what was measured, and its quartiles."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, measured: Sequence[float]) -> Figure:
        """Sum up at least two measurements."""
        low, median, high = (round(value, 3) for value in statistics.quantiles(measured, n=4, method="inclusive"))
        return cls(median, low, high)


def invent(settings: Settings, home: Path, profiles: int, progress: Progress) -> None:
    """Register so many invented profiles in an empty folder."""
    matcha = _system(home, settings, _Noisy(find_encoder(settings)))
    matcha.submit_file(_written(home / "invented.jsonl", 0, profiles), Alone(matcha.reader), progress=progress)
    matcha.close()


def measure(settings: Settings, home: Path, sentences: int, rounds: int, progress: Progress) -> dict[str, Figure]:
    """Time what is done with the profiles in `home`, step by step in turn, `rounds` times.

    Gives by name: `encode_ms` reading a need of so many sentences, `search_ms` finding the first ten by its vectors,
    `faiss_flat_ms` FAISS's exact search over the same vectors for the first of them, `answer_ms` the whole answer,
    explained and logged; `bulk_per_s` profiles taken in, `encoder_per_s` profiles whose passages the model reads and
    nothing else is done with; `rss_mb` the memory held when questions have been answered.
    """
    use_threads(settings.threads)
    matcha = _system(home, settings, find_encoder(settings))
    matcha.warm_up()
    taken = _Stopwatch()
    needs = _needs(sentences)
    for text in islice(needs, _FIRST):
        _ask(matcha, text)
    taken.measured["rss_mb"] = [_resident(), _resident()]
    ready = _ready(matcha)
    flat = _flat(ready)
    for done, text in enumerate(islice(needs, rounds)):
        progress(done, rounds)
        with taken.time("encode_ms"):
            reading = matcha.reader.need(text, Language.SV)
        query = ready.pipeline.query(reading)
        with taken.time("search_ms"):
            retrieve(ready.catalogue, query, K, b"")
        with taken.time("faiss_flat_ms"):
            flat.search(query.sentences[:1].astype(np.float32), K)
        with taken.time("answer_ms"):
            _ask(matcha, text)
    some = min(_TAKEN_IN, len(ready.catalogue))
    for turn in range(_TURNS):
        first = _BEYOND + turn * some
        file, texts = _written(home / "new.jsonl", first, some), list(_passages(first, some))
        with taken.each_second("bulk_per_s", some):
            matcha.submit_file(file, Alone(matcha.reader))
        with taken.each_second("encoder_per_s", some):
            for text in texts:
                matcha.reader.encoder.encode(text, Role.PROFILE)
    progress(rounds, rounds)
    matcha.close()
    return {name: Figure.of(measured) for name, measured in taken.measured.items()}


@dataclass
class _Stopwatch:
    measured: dict[str, list[float]] = field(default_factory=dict)

    @contextmanager
    def time(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.measured.setdefault(name, []).append(1000 * (time.perf_counter() - started))

    @contextmanager
    def each_second(self, name: str, count: int) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.measured.setdefault(name, []).append(count / (time.perf_counter() - started))


class _Noisy:
    """Gives texts vectors of the reference text, moved by noise drawn from the text's hash: so fast that many fit."""

    def __init__(self, model: Encoder) -> None:
        self.digest, self.dimension = model.digest, model.dimension
        self._around = np.stack([model.encode(title, Role.PROFILE) for title, _ in pairs(Language.SV)[:40]])

    def encode(self, text: str, role: Role) -> NDArray[np.float32]:
        draw = np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]))
        moved = self._around[draw.integers(len(self._around))] + _NOISE * draw.normal(size=self.dimension)
        found: NDArray[np.float32] = (moved / np.linalg.norm(moved)).astype(np.float32)
        return found


def _system(home: Path, settings: Settings, encoder: Encoder) -> Matcha:
    store = Store.open(f"sqlite:///{home / 'matcha.db'}")
    shelf, keeper = FolderShelf(home / "profiles"), FolderKeeper(home / "matchlog")
    return Matcha(store, shelf, lambda: encoder, FolderReference(settings.indexes), keeper)


def _ready(matcha: Matcha) -> Ready:
    with matcha._store.reading() as session:
        return matcha._preparation.ready(session)


def _ask(matcha: Matcha, text: str) -> None:
    matcha.match(text, language=Language.SV, k=K)


def _flat(ready: Ready) -> Any:
    """FAISS's exact index of all vectors that are searched."""
    assert isinstance(ready.catalogue, Catalogue)
    blocks = [segment.blocks[grain].vectors for segment in ready.catalogue.segments for grain in Grain]
    index = faiss.IndexFlatIP(blocks[0].shape[1])
    for vectors in blocks:
        index.add(np.ascontiguousarray(vectors, np.float32))
    return index


def _needs(sentences: int) -> Iterator[str]:
    """Give needs of so many sentences of the reference text, without end."""
    said = [sentence for _, sentence in pairs(Language.SV)]
    place = 0
    while True:
        yield "\n".join(said[(place + 37 * each) % len(said)] for each in range(sentences))
        place += 1


def _profiles(first: int, count: int) -> Iterator[dict[str, str]]:
    said = pairs(Language.SV)
    for number in range(first, first + count):
        title = f"{said[number % len(said)][0]} {number}"
        text = " ".join(said[(number * 7 + each * 53) % len(said)][1] for each in range(_SENTENCES))
        yield {"id": f"p{number}", "actor_id": f"a{number}", "title": title, "text": text, "language": "sv"}


def _called(number: int) -> str:
    """A name that no other number has and no text mentions."""
    digits = [number // len(_SYLLABLES) ** place % len(_SYLLABLES) for place in range(_SYLLABLES_EACH)]
    return f"{''.join(map(_SYLLABLES.__getitem__, digits)).capitalize()} Påhitt AB"


def _passages(first: int, count: int) -> Iterator[str]:
    """What the model is given to read of invented profiles."""
    reader = Reader(HashingEncoder())
    for profile in _profiles(first, count):
        reading = reader.profile(profile["title"], profile["text"], Language.SV)
        yield from (text for text, _ in as_encoded(Role.PROFILE, reading))


def _written(path: Path, first: int, count: int) -> Path:
    """Write so many invented profiles, each of an actor of its own, as the lines that are taken in."""
    with path.open("w", encoding="utf-8") as file:
        for place, profile in enumerate(_profiles(first, count)):
            actor = {"id": profile["actor_id"], "name": _called(first + place), "kind": "company"}
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in (actor, profile))
    return path


def _resident() -> float:
    """Give the memory that this process holds, in MB; 0 where the system does not say (other than Linux)."""
    told = Path("/proc/self/statm")
    return int(told.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6 if told.exists() else 0.0
