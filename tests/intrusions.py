"""Edits of whole rows and of the whole log, by name; each is something that an audit must find."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from matcha.matchlog.entry import canonical
from matcha.matchlog.note import PrivateKey
from matcha.records import Passage
from matcha.service.entries import ERASED
from matcha.store.readings import reading_digest
from matcha.values import Grain
from tests.intruder import FLIPS, Edit, Intruder, edited_body

SALT = b"\x07" * 32


def _swap(table: str, *columns: str, where: str = "1") -> Edit:
    def swap(by: Intruder) -> None:
        names = ", ".join(columns)
        distinct = f"SELECT min(rowid) FROM {table} WHERE {where} GROUP BY {names}"
        rows = by.pick(distinct, 2)
        old = {row: by.all(f"SELECT {names} FROM {table} WHERE rowid = ?", row)[0] for row in rows}
        for column in columns:  # a key may not be there twice, even for a moment
            by.db.execute(f"UPDATE {table} SET {column} = {column} || '-' WHERE rowid = ?", (rows[0],))
        for row, values in zip(rows[::-1], old.values(), strict=True):
            by.run(f"UPDATE {table} SET {', '.join(f'{c} = ?' for c in columns)} WHERE rowid = ?", *values, row)

    return swap


def _delete(table: str, where: str = "1") -> Edit:
    def delete(by: Intruder) -> None:
        (row,) = by.pick(f"SELECT rowid FROM {table} WHERE {where}")
        by.run(f"DELETE FROM {table} WHERE rowid = ?", row)

    return delete


def _set(table: str, values: str, where: str) -> Edit:
    def change(by: Intruder) -> None:
        (row,) = by.pick(f"SELECT rowid FROM {table} WHERE {where}")
        by.run(f"UPDATE {table} SET {values} WHERE rowid = ?", row)

    return change


def _drop_tail(by: Intruder) -> None:
    entries = by.entries()
    kept = by.chance.randrange(len(entries))
    for table in ("log_entry", "log_payload", "profile_entry"):
        by.db.execute(f"DELETE FROM {table} WHERE leaf_index >= ?", (kept,))
    by.db.execute("DELETE FROM decision WHERE leaf_index >= ?", (kept,))


def _drop_middle(by: Intruder) -> None:
    entries = by.entries()
    place = by.chance.randrange(1, len(entries) - 1)
    for table in ("log_payload", "profile_entry", "decision"):
        by.db.execute(f"DELETE FROM {table} WHERE leaf_index = ?", (place,))
    by.renumber(place + 1, -1)
    by.rewrite(entries[:place] + entries[place + 1 :])


def _drop_one(by: Intruder) -> None:
    (place,) = by.pick("SELECT leaf_index FROM log_entry")
    by.run("DELETE FROM log_entry WHERE leaf_index = ?", place)


def _insert(by: Intruder) -> None:
    entries = by.entries()
    place = by.chance.randrange(len(entries))
    by.renumber(place, 1)
    by.rewrite([*entries[:place], entries[by.chance.randrange(len(entries))], *entries[place:]])


def _insert_odd(by: Intruder) -> None:
    """An erasure that erases what cannot be."""
    entries = by.entries()
    of = by.chance.choice(([["x", ["profile"]]], 5, [[0]], [[[0], ["profile"]]], {"a": 1}, [[0, 7]], None))
    said = {"v": 1, "kind": "erasure", "t": 0, "fields": {}, "ground": "gdpr-17", "of": of}
    by.renumber(1, 1)
    by.rewrite([entries[0], [1, "erasure", canonical(said)], *entries[1:]])


def _swap_entries(by: Intruder) -> None:
    entries = by.entries()
    one, other = by.chance.sample(range(len(entries)), 2)
    entries[one], entries[other] = entries[other], entries[one]
    by.rewrite(entries)


def _swap_bodies(by: Intruder) -> None:
    one, other = by.pick("SELECT leaf_index, body, leaf_hash FROM log_entry", 2)
    by.run("UPDATE log_entry SET body = ?, leaf_hash = ? WHERE leaf_index = ?", one[1], one[2], other[0])
    by.run("UPDATE log_entry SET body = ?, leaf_hash = ? WHERE leaf_index = ?", other[1], other[2], one[0])


def _rewrite_from(by: Intruder) -> None:
    """An entry that says something else, and every hash after it fits."""
    entries = by.entries()
    chosen = by.chance.choice(entries)
    chosen[2] = edited_body(chosen[2], by.chance)
    by.rewrite(entries)


def _rewrite_value(by: Intruder) -> None:
    """Another value with its commitment, and every hash after it fits."""
    entries = by.entries()
    index, field = by.pick("SELECT leaf_index, field FROM log_payload")[0]
    told = json.loads(entries[index][2])
    named = field.encode()
    said = hashlib.sha256(b"matcha/commit/v1" + len(named).to_bytes(4) + named + SALT + b"other").hexdigest()
    entries[index][2] = canonical(told | {"fields": told["fields"] | {field: said}})
    by.run(
        "UPDATE log_payload SET salt = ?, value = ? WHERE leaf_index = ? AND field = ?", SALT, b"other", index, field
    )
    by.rewrite(entries)


def _another_key(by: Intruder) -> None:
    """Everything rewritten under a key of the intruder's own."""
    entries = by.entries()
    public = str(PrivateKey.made("matcha-log/another").public)
    place = next(place for place, entry in enumerate(entries) if entry[1] == "key")
    entries[place][2] = canonical(json.loads(entries[place][2]) | {"public": public})
    by.rewrite(entries)


def _orphan_payload(by: Intruder) -> None:
    beyond = by.chance.choice((-1, 10**6, len(by.entries())))
    by.run("INSERT INTO log_payload VALUES (?, 'decision', ?, ?)", beyond, SALT, b"{}")


def _more_payload(by: Intruder) -> None:
    by.run("INSERT INTO log_payload VALUES (?, 'more', ?, ?)", by.chance.choice(by.entries())[0], SALT, b"{}")


def _payload_back(by: Intruder) -> None:
    """Something erased stands there again."""
    erased = [json.loads(body)["of"] for _, kind, body in by.entries() if kind == "erasure"]
    index, fields = by.chance.choice([each for of in erased for each in of])
    by.run("INSERT INTO log_payload VALUES (?, ?, ?, ?)", index, fields[0], SALT, b"{}")


def _roll_groups(by: Intruder) -> None:
    """Which profiles a roll calls near-copies of each other."""
    name, content = by.pick("SELECT name, content FROM log_object WHERE name LIKE 'roll/%'")[0]
    told = json.loads(content)
    line = by.chance.choice(told)
    line[-1] = None if line[-1] is not None else told[0][0]
    by.run("UPDATE log_object SET content = ? WHERE name = ?", canonical(told), name)


def _object_and_name(by: Intruder) -> None:
    name, content = by.pick("SELECT name, content FROM log_object WHERE name NOT LIKE 'roll/%'")[0]
    other = f"{name.partition('/')[0]}/{hashlib.sha256(content + b' ').hexdigest()}"
    by.run("UPDATE log_object SET name = ?, content = ? WHERE name = ?", other, content + b" ", name)


def _statistics(by: Intruder) -> None:
    """Frozen statistics with the digest that fits."""
    row, content = by.pick("SELECT id, content FROM frozenstatistics")[0]
    digest = hashlib.sha256(content + b" ").hexdigest()
    by.run("UPDATE frozenstatistics SET content = ?, digest = ? WHERE id = ?", content + b" ", digest, row)


def _read_anew(by: Intruder) -> None:
    """Other vectors of a matched profile with the digest that fits."""
    matched = "SELECT version_id FROM profile_entry WHERE leaf_index IN (SELECT leaf_index FROM log_payload)"
    newest = "SELECT max(id) FROM profileversion GROUP BY profile_id"
    query = f"SELECT version_id, reader FROM version_reading WHERE version_id IN ({matched} INTERSECT {newest})"
    version, reader = by.pick(query)[0]
    by.run("UPDATE passage SET vector = zeroblob(length(vector)) WHERE version_id = ? AND reader = ?", version, reader)
    rows = by.all(
        "SELECT grain, ordinal, text, vector FROM passage WHERE version_id = ? AND reader = ?", version, reader
    )
    digest = reading_digest(SALT, [(Grain(grain), *rest) for grain, *rest in rows])
    said = "UPDATE version_reading SET salt = ?, digest = ? WHERE version_id = ? AND reader = ?"
    by.run(said, SALT, digest, version, reader)


def _swap_readings(by: Intruder) -> None:
    """Two profiles change what was read in them."""
    one, other = by.pick("SELECT version_id FROM version_reading", 2)
    for table in ("passage", Passage.metadata.tables["version_reading"].name):
        for old, new in ((one, -1), (other, one), (-1, other)):
            by.run(f"UPDATE {table} SET version_id = ? WHERE version_id = ?", new, old)


def _new_profile(title: str, text: str) -> Edit:
    def insert(by: Intruder) -> None:
        (owner,) = by.pick("SELECT actor_id FROM profile WHERE withdrawn IS NULL")
        by.run("INSERT INTO profile (id, actor_id) VALUES ('p-smuggled', ?)", owner)
        _version(by, "p-smuggled", 1, title, text)

    return insert


def _new_version(title: str, number: int = 99) -> Edit:
    def insert(by: Intruder) -> None:
        (id,) = by.pick("SELECT id FROM profile WHERE withdrawn IS NULL")
        _version(by, id, number, title, "Vi gör allt, bättre än alla.")

    return insert


def _version(by: Intruder, id: str, number: int, title: str, text: str) -> None:
    said = "INSERT INTO profileversion (profile_id, version, kind, title, text, language, masked, created)"
    by.run(f"{said} VALUES (?, ?, 'solution', ?, ?, 'sv', '[]', '2020-01-01 00:00:00')", id, number, title, text)


def _copied(table: str, **changed: str) -> Edit:
    """A row like another one."""

    def copy(by: Intruder) -> None:
        (row,) = by.pick(f"SELECT rowid FROM {table}")
        names = [name for _, name, *_ in by.all(f"PRAGMA table_info({table})") if changed.get(name) != ""]
        values = ", ".join(changed.get(name) or name for name in names)
        by.run(f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} WHERE rowid = ?", row)

    return copy


def _swap_order(by: Intruder) -> None:
    """Two decisions of one actor change places, so that the other one stands."""
    one, other = by.all("SELECT id FROM decision WHERE actor_id = 'a-ko' ORDER BY id")[:2]
    for old, new in ((one[0], -1), (other[0], one[0]), (-1, other[0])):
        by.run("UPDATE decision SET id = ? WHERE id = ?", new, old)


_STAND = f"title <> '{ERASED}'"
_GONE = f"title = '{ERASED}'"
_READ = f"version_id IN (SELECT id FROM profileversion WHERE {_STAND})"  # erased ones are all alike
_NEWEST = "rowid IN (SELECT max(id) FROM profileversion GROUP BY profile_id)"

EDITS: Mapping[str, Edit] = {
    **{f"a flip in {table}": (lambda by, table=table: by.flip(table)) for table in FLIPS},  # type: ignore[misc]
    "bodies swapped": _swap_bodies,
    "entries swapped, hashes fitted": _swap_entries,
    "payloads swapped": _swap("log_payload", "salt", "value"),
    "objects swapped": _swap("log_object", "content"),
    "entries of profiles swapped": _swap("profile_entry", "version_id", where=_READ),
    "readings swapped": _swap_readings,
    "texts of profiles swapped": _swap("profileversion", "text", where=_STAND),
    "decisions out of order": _swap_order,
    "the tail dropped": _drop_tail,
    "the middle dropped, hashes fitted": _drop_middle,
    "an entry dropped": _drop_one,
    "an entry inserted, hashes fitted": _insert,
    "an odd erasure inserted, hashes fitted": _insert_odd,
    "an entry rewritten, hashes fitted": _rewrite_from,
    "a value rewritten, hashes fitted": _rewrite_value,
    "everything under another key": _another_key,
    "a payload of no entry": _orphan_payload,
    "a payload too many": _more_payload,
    "an erased payload back": _payload_back,
    "groups in a roll": _roll_groups,
    "an object with its name": _object_and_name,
    "statistics with their digest": _statistics,
    "read anew, digest fitted": _read_anew,
    "a profile smuggled in": _new_profile("Allt", "Vi gör allt."),
    "a profile smuggled in as erased": _new_profile(ERASED, "Vi gör allt."),
    "a version smuggled in": _new_version("Allt"),
    "a version smuggled in as erased": _new_version(ERASED),
    "a need smuggled in": _copied("need", id="'n-smuggled'", leaf_index="NULL"),
    "a need twice": _copied("need", id="'n-smuggled'"),
    "a decision smuggled in": _copied("decision", id="", leaf_index="NULL"),
    "a decision twice": _copied("decision", id=""),
    **{f"a row of {t} dropped": _delete(t) for t in ("log_payload", "log_object", "profile_entry", "version_reading")},
    **{f"a row of {t} dropped": _delete(t) for t in ("passage", "profileversion", "profile", "need", "decision")},
    "an actor dropped": _delete("actor", "id IN (SELECT actor_id FROM profile)"),
    "a need that looks erased": _set("need", f"title = '{ERASED}', text = 'Annat.'", _STAND),
    "a decision that looks erased": _set("decision", f"reason = '{ERASED}', user = 'X'", f"reason <> '{ERASED}'"),
    "a profile that looks erased": _set("profileversion", f"title = '{ERASED}', text = ''", f"{_STAND} AND {_NEWEST}"),
    "an erased need refilled": _set("need", "text = 'Annat.'", _GONE),
    "an erased need retitled": _set("need", "title = 'Annat', text = 'Annat.'", _GONE),
    "an erased profile refilled": _set("profileversion", "text = 'Annat.'", _GONE),
    "an erased profile retitled": _set("profileversion", "title = 'Annat'", _GONE),
    "an erased decision refilled": _set("decision", "user = 'X'", f"reason = '{ERASED}'"),
    "an erased decision moved": _set("decision", "need_id = 'n-ko'", f"reason = '{ERASED}'"),
    "a withdrawn profile back": _set("profile", "withdrawn = NULL", "withdrawn IS NOT NULL"),
    "a need without its entry": _set("need", "leaf_index = NULL", "1"),
    "a need of a strange entry": _set("need", "leaf_index = 0", "1"),
    "a need of a match": _set("need", "leaf_index = (SELECT max(leaf_index) FROM log_entry WHERE kind = 'match')", "1"),
    "words for bytes": _set("log_entry", "body = CAST(body AS TEXT)", "1"),
    "words for a salt": _set("log_payload", "salt = 'salt'", "1"),
    "words for a vector": _set("passage", "vector = 'vector'", "1"),
    "words for a number": _set("log_entry", "leaf_index = 'x'", "leaf_index > 0"),
    "an unknown kind": _set("actor", "kind = 'bank'", "1"),
    "an unknown language": _set("profileversion", "language = 'no'", "1"),
    "an unknown choice": _set("decision", "choice = 'won'", "1"),
    "a broken list": _set("profileversion", "masked = '[', text = 'x'", _STAND),
    "a broken moment": _set("profile", "withdrawn = 'now'", "1"),
    "broken words": _set("profileversion", "title = CAST(x'ff41' AS TEXT)", "1"),
    "broken words in the log": _set("log_payload", "field = CAST(x'ff41' AS TEXT)", "1"),
}
