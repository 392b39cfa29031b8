"""Whoever owns the database file and not the key: edits of what the match log holds or vouches for, by chance."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from matcha.matchlog import merkle
from matcha.matchlog.entry import canonical
from matcha.service.entries import ERASED

Edit = Callable[["Intruder"], None]

# What a flip may hit. Contacts, dates, websites, and actors without a standing profile are not vouched for.
_STANDING = "SELECT id FROM profile WHERE withdrawn IS NULL"
FLIPS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "log_entry": (("leaf_index", "kind", "body", "leaf_hash", "frontier"), "1"),
    "log_payload": (("leaf_index", "field", "salt", "value"), "1"),
    "log_object": (("name", "content"), "1"),
    "profile_entry": (("leaf_index", "version_id"), "1"),
    "profileversion": (
        ("profile_id", "version", "kind", "title", "text", "language", "masked"),
        f"title <> '{ERASED}'",
    ),
    "version_reading": (("version_id", "reader", "salt", "digest"), "1"),
    "passage": (("version_id", "reader", "grain", "ordinal", "text", "vector"), "1"),
    "profile": (("id", "actor_id", "withdrawn"), f"id IN ({_STANDING})"),
    "actor": (
        ("id", "name", "kind", "org_number", "country"),
        f"id IN (SELECT actor_id FROM profile WHERE id IN ({_STANDING}))",
    ),
    "need": (
        (
            *("id", "title", "text", "language", "quantity_number", "quantity_unit", "quantity_population"),
            *("quantity_period", "source", "preconditions", "patient_perspective", "care_setting", "goal"),
            *("purpose", "locked", "leaf_index"),
        ),
        f"title <> '{ERASED}'",
    ),
    "decision": (
        ("need_id", "actor_id", "choice", "user", "reason", "machine_rank", "leaf_index", "pipeline", "snapshot"),
        f"reason <> '{ERASED}'",
    ),
    "frozenstatistics": (("digest", "content"), "1"),
}
_WORDS = {
    ("profileversion", "kind"): ("solution", "expertise"),
    ("profileversion", "language"): ("sv", "en"),
    ("passage", "grain"): ("sentence", "paragraph"),
    ("actor", "kind"): ("company", "academia", "authority"),
    ("need", "language"): ("sv", "en"),
    ("need", "purpose"): ("preparing", "informing"),
    ("decision", "choice"): ("invited", "contacted", "declined"),
    ("need", "locked"): (0, 1),
}


@dataclass
class Intruder:
    """Edits one database through plain SQL, with triggers and every check gone."""

    db: sqlite3.Connection
    chance: random.Random

    def open_up(self) -> None:
        """Take away what guards the tables."""
        for name in ("foreign_keys = OFF", "ignore_check_constraints = ON"):
            self.db.execute(f"PRAGMA {name}")
        for (name,) in self.all("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            self.db.execute(f"DROP TRIGGER {name}")

    def all(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.db.execute(query, values).fetchall()

    def run(self, query: str, *values: Any) -> None:
        """Change something; what changes nothing is no edit."""
        assert self.db.execute(query, values).rowcount > 0, query

    def pick(self, query: str, count: int = 1) -> list[Any]:
        """Choose rows that a query gives, or their only column."""
        found = [row[0] if len(row) == 1 else row for row in self.all(query)]
        return self.chance.sample(found, count)

    def flip(self, table: str) -> None:
        """Change one value of one row a little."""
        columns, where = FLIPS[table]
        column = self.chance.choice(columns)
        (row,) = self.pick(f"SELECT rowid FROM {table} WHERE {where}")
        ((value,),) = self.all(f'SELECT "{column}" FROM {table} WHERE rowid = ?', row)
        changed = self._changed(value, _WORDS.get((table, column)))
        self.db.execute(f'UPDATE OR REPLACE {table} SET "{column}" = ? WHERE rowid = ?', (changed, row))

    def entries(self) -> list[list[Any]]:
        return [list(row) for row in self.all("SELECT leaf_index, kind, body FROM log_entry ORDER BY leaf_index")]

    def rewrite(self, entries: list[list[Any]]) -> None:
        """Put entries in place of all there are, with every hash worked out anew: a log that is whole by itself."""
        self.db.execute("DELETE FROM log_entry")
        frontier: merkle.Frontier = ()
        for size, (_, kind, body) in enumerate(entries):
            leaf = merkle.leaf_hash(body)
            frontier = merkle.grown(frontier, size, leaf)
            packed = b"".join(frontier)
            self.run("INSERT INTO log_entry VALUES (?, ?, ?, ?, ?)", size, kind, body, leaf, packed)

    def renumber(self, start: int, by: int) -> None:
        """Move whatever points at entries from `start` on."""
        for table in ("log_payload", "profile_entry", "need", "decision"):
            for sign in (-1, 1):  # by way of negative numbers, past the keys that are still taken
                shifted = f"-(leaf_index + {by}) - 1" if sign < 0 else "-(leaf_index + 1)"
                chosen = f"leaf_index >= {start}" if sign < 0 else "leaf_index < 0"
                self.db.execute(f"UPDATE {table} SET leaf_index = {shifted} WHERE {chosen}")

    def _changed(self, value: Any, words: tuple[Any, ...] | None) -> Any:
        if words is not None:
            return self.chance.choice([word for word in words if word != value])
        if isinstance(value, bytes):
            return _flipped(value, self.chance)
        if isinstance(value, str):
            return _misspelt(value, self.chance)
        if value is None:
            return "2026-01-01 00:00:00.000000"
        return self.chance.choice([value + 1, value + self.chance.randrange(2, 99), value - 1])


def _flipped(value: bytes, chance: random.Random) -> bytes:
    if not value:
        return b"\x00"
    changed = bytearray(value)
    changed[chance.randrange(len(value))] ^= 1 << chance.randrange(8)
    return chance.choice([bytes(changed), bytes(changed), value[:-1], value + b"\x00"])


def _misspelt(value: str, chance: random.Random) -> str:
    place = chance.randrange(len(value) + 1)  # no space: a list in JSON would say the same with it
    return value[:place] + chance.choice("abcåäö0123") + value[place:]


def edited_body(body: bytes, chance: random.Random) -> bytes:
    """Give an entry's body that says something else, and is canonical still."""
    told = json.loads(body)
    name = chance.choice(sorted(told.keys() - {"v", "kind"}))
    told[name] = told[name] + 1 if isinstance(told[name], int) else [told[name]]
    return canonical(told)
