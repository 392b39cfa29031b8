"""The systems, by name: who they are, what they can be asked, and how one is set up in a process of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.system import Clock, System, sentence_reader
from benchmarks.peers.texts import ROOT

FLOOR = "faiss-flat"
MATCHA, MATCHA_SEARCH = "matcha", "matcha-search"


@dataclass(frozen=True)
class Entry:
    """A system: what it is called, what it can be asked (ask, search), whether it is matcha's own process."""

    told: str
    make: Callable[[Clock, Path], System]
    does: tuple[str, ...] = ("ask", "search")
    ours: bool = False


def _faiss(clock: Clock, folder: Path) -> System:
    from benchmarks.peers.faiss_flat import FaissFlat

    return FaissFlat(sentence_reader(clock))


def _txtai(clock: Clock, folder: Path) -> System:
    from benchmarks.peers.txtai_hybrid import Txtai

    return Txtai(sentence_reader(clock))


def _txtai_flat(clock: Clock, folder: Path) -> System:
    from benchmarks.peers.txtai_hybrid import Txtai

    return Txtai(sentence_reader(clock), "IDMap,Flat")


def _haystack(clock: Clock, folder: Path) -> System:
    from benchmarks.peers.haystack_memory import Haystack

    return Haystack(sentence_reader(clock))


def _lance(clock: Clock, folder: Path) -> System:
    from benchmarks.peers.lance_hybrid import Lance

    return Lance(sentence_reader(clock), folder)


def _sqlite(clock: Clock, folder: Path) -> System:
    from benchmarks.peers.sqlite_hybrid import SqliteVec

    return SqliteVec(sentence_reader(clock), folder)


def _bm25s(clock: Clock, folder: Path) -> System:
    from benchmarks.peers.bm25s_words import Bm25s

    return Bm25s()


def _matcha(clock: Clock, folder: Path) -> System:
    from benchmarks.peers.matcha_systems import WholeAnswer

    return WholeAnswer(clock, folder)


def _matcha_search(clock: Clock, folder: Path) -> System:
    from benchmarks.peers.matcha_systems import SearchAlone

    return SearchAlone()


SYSTEMS = {
    FLOOR: Entry("FAISS flat", _faiss),
    MATCHA: Entry("matcha", _matcha, ("ask",), ours=True),
    MATCHA_SEARCH: Entry("matcha", _matcha_search, ("search",), ours=True),
    "txtai": Entry("txtai", _txtai),
    "txtai-flat": Entry("txtai, IDMap,Flat", _txtai_flat),
    "sqlite-vec": Entry("sqlite-vec + FTS5", _sqlite),
    "lancedb": Entry("LanceDB", _lance),
    "haystack": Entry("Haystack", _haystack),
    "bm25s": Entry("bm25s (words alone)", _bm25s, ("ask",)),
}


def versions() -> dict[str, str]:
    """Give the pinned versions of what the peers are installed from."""
    pins = (ROOT / "benchmarks" / "peers" / "requirements.txt").read_text()
    return dict(re.findall(r"^([\w-]+)==(.+)$", pins, re.M))
