"""A question: what is asked, what is found, and what the match log keeps of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any

from matcha.errors import Invalid
from matcha.interchange import match_json
from matcha.matchlog.entry import Draft, Kind, Opening, Salt, canonical, sealed
from matcha.matchlog.standings import Standing, Standings
from matcha.records.need import Purpose
from matcha.retrieval import packing
from matcha.retrieval.pipeline import Pipeline
from matcha.retrieval.reading import Reading
from matcha.retrieval.reference import Reference
from matcha.retrieval.retriever import retrieve
from matcha.retrieval.snapshot import Snapshot
from matcha.service.entries import log_config
from matcha.service.logbook import Writing
from matcha.service.preparation import Ready
from matcha.service.telling import Texts, Told, matches
from matcha.store.log import Head
from matcha.values import ActorKind, Considered, Hit, Language, Match

LARGEST_K = 1000
_LIBRARIES = (
    *("faiss-cpu", "hunspell-sv", "numpy", "onnxruntime", "PyStemmer", "sentence-transformers", "spacy"),
    *("tokenizers", "torch"),
)


def refuse_k(k: int) -> None:
    """Raise Invalid for a number of actors that nobody is given."""
    if not 1 <= k <= LARGEST_K:
        raise Invalid(
            f"k är {k}; välj ett tal från 1 till {LARGEST_K}.", f"k is {k}; choose a number from 1 to {LARGEST_K}."
        )


@dataclass(frozen=True)
class Question:
    """A need as it is asked of everyone; `need` is the log's entry of a registered one.

    `by` is the account that asks, `reason` why only some kind of actor is asked.
    """

    text: str
    language: Language
    k: int
    purpose: Purpose = Purpose.PREPARING
    only: ActorKind | None = None
    need_id: str | None = None
    need: int | None = None
    by: str | None = None
    reason: str | None = None

    def said(self, config: int, snapshot: Snapshot, head: Head) -> dict[str, Any]:
        """Give what an entry says of the question in the open: how, over whom, and the log that orders ties."""
        return {
            "config": config,
            "roll": {"root": snapshot.digest, "size": snapshot.roll.size},
            "tree": {"root": head.root.hex(), "size": head.size},
            "k": self.k,
            "only": self.only and self.only.value,
            "language": self.language.value,
            "purpose": self.purpose.value,
            "need": self.need,
        }

    def values(self, reading: Reading) -> dict[str, bytes]:
        """Give what an entry commits to of the question: its words, and how they were read."""
        asked = canonical({"text": self.text, "need_id": self.need_id})
        whose = {"caller": canonical({"by": self.by, "reason": self.reason})} if self.by or self.reason else {}
        return {"asked": asked, "reading": packing.to_bytes(packing.pack_readings([reading])), **whose}


@dataclass(frozen=True)
class Found:
    """What a question is answered with."""

    hits: tuple[Hit, ...]
    matches: tuple[Match, ...]
    considered: Considered


def find(ready: Ready, reading: Reading, k: int, only: ActorKind | None, seed: bytes, texts: Texts) -> Found:
    """Rank everyone that may be found, and tell why the first k stand where they stand."""
    snapshot, allowed = ready.among(only)
    query = ready.pipeline.query(reading)
    hits = retrieve(ready.catalogue, query, k, seed, allowed)
    told = Told(reading, ready.calibration.scale(query), snapshot)
    return Found(hits, matches(hits, texts, told), snapshot.considered)


def match_draft(
    question: Question, reading: Reading, found: Found, ready: Ready, said: Mapping[str, Any], salt: Salt
) -> Draft:
    """Give the entry of a match. Each match shown is committed to by itself, and can be erased by itself."""
    standings = standings_of(found.hits, ready, salt(32))
    shown = {f"match/{place}": canonical(match_json(match)) for place, match in enumerate(found.matches, 1)}
    values = {**question.values(reading), "standings": standings.to_bytes(), **shown}
    told = {**said, **outcome(found, standings)}
    return Draft(Kind.MATCH, told, sealed(values, salt))


def outcome(found: Found, standings: Standings) -> dict[str, Any]:
    """Give what an entry says in the open of what was found."""
    considered = found.considered
    return {
        "considered": {
            "registered": considered.registered,
            "scored": considered.scored,
            "excluded": {one.reason.value: one.count for one in considered.excluded},
        },
        "standings": told_standings(standings),
    }


def told_standings(standings: Standings) -> dict[str, Any]:
    """Give what an entry says of standings."""
    return {"root": standings.root.hex(), "size": len(standings.each)}


def standings_of(hits: Sequence[Hit], ready: Ready, secret: bytes) -> Standings:
    """Give the standings of ranked actors, with the log's entries of their profiles."""
    owned, everyone = ready.catalogue.owned_with, ready.snapshot.registered

    def entries(hit: Hit) -> tuple[int, ...]:
        own = (everyone.place(id) for id in owned(hit.scored.profile_id))
        return tuple(sorted(int(everyone.leaf_index[place]) for place in own))

    return Standings(secret, tuple(Standing(entries(hit), hit.rank, hit.score) for hit in hits))


def secret_in(openings: Mapping[str, Opening]) -> bytes:
    """Give what the standings of an entry are salted from; an explanation keeps no more of them (`secret`)."""
    if "secret" in openings:
        return openings["secret"].value
    return Standings.from_bytes(openings["standings"].value).secret


@cache
def _libraries() -> dict[str, str]:
    return {name: version(name) for name in ("matcha", *_LIBRARIES)}


def reading_in(openings: Mapping[str, Opening]) -> Reading:
    """Give how a logged question was read."""
    (reading,) = packing.unpack_readings(packing.from_bytes(openings["reading"].value))
    return reading


def config(writing: Writing, pipeline: Pipeline, known: Reference) -> int:
    """Log what a match depends on beside what was asked and who is registered, unless it is as last; give its entry.

    What that names by digest is kept for replay.
    """
    statistics, reference = pipeline.statistics, known.profiles_digest
    writing.keep(f"statistics/{statistics.digest}", statistics.to_bytes)
    writing.keep(f"reference/{reference}", lambda: known.profiles_content)
    return log_config(writing, {"pipeline": dict(pipeline.parts), "reference": reference, "libraries": _libraries()})
