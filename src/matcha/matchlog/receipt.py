"""Receipts: a proof that a match is in the log, and for a supplier, that its profile was considered in it.

The text is a tlog-proof of the match's entry. Its `extra`, canonical JSON, carries what the proof needs: the entry's
body, and in a receipt of consideration the profile's own entry, its line of the roll, and its actor's standing. None of
it is believed until it is proven; what is not asked for is refused. All of it is under one signed checkpoint.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matcha.errors import Invalid
from matcha.matchlog import merkle, note, standings
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.entry import Entry, Kind, Opening, canonical, from_hex
from matcha.matchlog.note import PublicKey
from matcha.matchlog.opened import Opened
from matcha.matchlog.proof import Proof
from matcha.matchlog.roll import Line
from matcha.matchlog.standings import Standing


@dataclass(frozen=True)
class Logged:
    """An entry with its place in the log and the proof of it."""

    index: int
    body: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True)
class Placed:
    """A standing opened, and the entry it is in when that is not the match's own."""

    shown: Opened
    entry: Logged | None


@dataclass(frozen=True)
class Verified:
    """What a receipt proves. The last four are of a receipt of consideration; `standing` is None for who was excluded.

    `openings` holds salts by field: with them, whoever has an answer can show that it is the one logged.
    """

    index: int
    entry: Entry
    checkpoint: Checkpoint
    salts: Mapping[str, bytes]
    profile: int | None = None
    said: bytes | None = None
    line: Line | None = None
    standing: Standing | None = None

    @property
    def excluded(self) -> str | None:
        """Why the profile was not scored, if it was not."""
        if self.line is None:
            return None
        if self.line.excluded is not None:
            return self.line.excluded
        only = self.entry.said.get("only")
        return "other_kind" if only is not None and only != self.line.kind else None


def of_answer(index: int, proof: Sequence[bytes], checkpoint: str, body: bytes, openings: Mapping[str, Opening]) -> str:
    """Give the receipt of an answer: its entry, and the salts of what it commits to."""
    salts = {name: opening.salt.hex() for name, opening in openings.items()}
    return str(Proof(index, tuple(proof), checkpoint, canonical({"body": body.decode(), "salts": salts})))


def of_consideration(
    match: Logged, checkpoint: str, profile: Logged, opening: Opening | None, line: Opened, placed: Placed | None
) -> str:
    """Give the receipt that a profile was considered in a match; `placed` is None for one that was excluded."""
    extra: dict[str, Any] = {
        "body": match.body.decode(),
        "profile": {
            **_entry(profile),
            **({"salt": opening.salt.hex(), "value": opening.value.decode()} if opening else {}),
        },
        "line": _leaf(line),
    }
    if placed is not None:
        extra["standing"] = _leaf(placed.shown) | ({"entry": _entry(placed.entry)} if placed.entry else {})
    return str(Proof(match.index, match.proof, checkpoint, canonical(extra)))


def verify(text: str, keys: Sequence[PublicKey]) -> Verified:
    """Give what a receipt proves to whoever trusts one of the keys. Raises Invalid if it does not prove it."""
    proof = Proof.parse(text)
    try:
        told = json.loads(proof.extra)
        if canonical(told) != proof.extra:
            raise _broken()
        body = told["body"].encode()
        found = Verified(proof.index, Entry.parse(body), proof.verified(body, keys), {})
        if told.keys() == {"body", "salts"}:
            return _with_salts(found, told["salts"])
        if told.keys() - {"standing"} == {"body", "profile", "line"} and found.entry.kind is Kind.MATCH:
            return _considered(found, told)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as cause:
        raise _broken() from cause
    raise _broken()


def opens(found: Verified, name: str, value: bytes) -> bool:
    """Say whether a value is what the entry commits to in a field, by the receipt's salt."""
    salt, commitment = found.salts.get(name), found.entry.fields.get(name)
    return salt is not None and commitment is not None and Opening(salt, value).commitment(name) == commitment


def _with_salts(found: Verified, salts: Mapping[str, str]) -> Verified:
    if not salts.keys() <= found.entry.fields.keys():
        raise _broken()
    read = {name: from_hex(salt) for name, salt in salts.items()}
    return Verified(found.index, found.entry, found.checkpoint, read)


def _considered(found: Verified, told: Mapping[str, Any]) -> Verified:
    head, roll = found.checkpoint, found.entry.said["roll"]
    profile = _proven_entry(told["profile"], head, {"salt", "value"})
    index, said = told["profile"]["index"], None
    if profile.kind is not Kind.PROFILE_VERSION or not index < found.index:
        raise _broken()
    if "salt" in told["profile"]:
        said = told["profile"]["value"].encode()
        if Opening(from_hex(told["profile"]["salt"]), said).commitment("profile") != profile.fields["profile"]:
            raise _broken()
    line = Line.parse(_proven_leaf(told["line"], roll["size"], roll["root"]))
    if line.leaf_index != index:
        raise _broken()
    alone = Verified(found.index, found.entry, head, {}, index, said, line)
    if (alone.excluded is None) != ("standing" in told):
        raise _broken()
    if alone.excluded is not None:
        return alone
    standing = _standing(found, told["standing"])
    if index not in standing.profiles:
        raise _broken()
    return Verified(found.index, found.entry, head, {}, index, said, line, standing)


def _standing(found: Verified, told: Mapping[str, Any]) -> Standing:
    """The standing is of the match itself, or of an explanation that says it is of this match, over the same roll."""
    entry = found.entry
    if "entry" in told:
        entry = _proven_entry(told["entry"], found.checkpoint, set())
        shared = ("config", "roll", "tree", "only")  # as bytes: True is 1 to Python, and not to JSON
        same = all(canonical(entry.said[name]) == canonical(found.entry.said[name]) for name in shared)
        if entry.kind is not Kind.EXPLANATION or canonical(entry.said["of"]) != canonical(found.index) or not same:
            raise _broken()
    root = entry.said["standings"]
    plain = {name: value for name, value in told.items() if name != "entry"}
    return standings.parse(_proven_leaf(plain, root["size"], root["root"]))


def _proven_entry(told: Mapping[str, Any], head: Checkpoint, more: set[str]) -> Entry:
    if told.keys() not in ({"index", "body", "proof"}, {"index", "body", "proof", *more}):
        raise _broken()
    body = told["body"].encode()
    if not _proven(told["index"], head.size, body, told["proof"], head.root):
        raise _broken()
    return Entry.parse(body)


def _proven_leaf(told: Mapping[str, Any], size: int, root: str) -> bytes:
    leaf: bytes = told["leaf"].encode()
    if told.keys() != {"leaf", "place", "proof"} or not _proven(
        told["place"], size, leaf, told["proof"], from_hex(root)
    ):
        raise _broken()
    return leaf


def _proven(index: Any, size: int, leaf: bytes, proof: Sequence[str], root: bytes) -> bool:
    hashes = [note.from_base64(one) for one in proof]
    typed = type(index) is int and type(size) is int and type(proof) is list
    return typed and merkle.verify_inclusion(index, size, merkle.leaf_hash(leaf), hashes, root)


def _entry(logged: Logged) -> dict[str, Any]:
    return {"index": logged.index, "body": logged.body.decode(), "proof": _hashes(logged.proof)}


def _leaf(opened: Opened) -> dict[str, Any]:
    return {"leaf": opened.leaf.decode(), "place": opened.place, "proof": _hashes(opened.proof)}


def _hashes(proof: Sequence[bytes]) -> list[str]:
    return [note.to_base64(one) for one in proof]


def _broken() -> Invalid:
    return Invalid(
        "Intyget bevisar inte vad det säger: något i det är ändrat eller saknas.",
        "The receipt does not prove what it says: something in it is altered or missing.",
    )
