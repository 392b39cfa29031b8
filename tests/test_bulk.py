"""Bulk: a file of any size gives what an ordinary submission gives, whoever reads it and wherever it was stopped."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from matcha import HashingEncoder, Matcha, Settings
from matcha.encoding.encoder import Encoder
from matcha.encoding.finding import encoding_elsewhere
from matcha.errors import Conflict, Invalid, InvalidRows, Unavailable
from matcha.interchange import read_batch
from matcha.interchange.lines import LONGEST_LINE
from matcha.matchlog.keys import MemoryKeeper
from matcha.matchlog.note import PrivateKey
from matcha.records import (
    Actor,
    LogEntry,
    LogPayload,
    Passage,
    Profile,
    ProfileEntry,
    ProfileVersion,
    VersionReading,
)
from matcha.records.batch import Batch, Noun
from matcha.retrieval.crew import Alone, Crew, Processes, Text, read_apart
from matcha.retrieval.reading import Reader
from matcha.retrieval.reference import MemoryReference
from matcha.retrieval.shelf import MemoryShelf
from matcha.service.bulk import PORTION
from matcha.store import Store, queries
from matcha.store.submissions import Counts
from matcha.values import Language
from tests.bulk_reading import Meddling, Mortal, Slow, bulk_in, children, lives, rows, written
from tests.conftest import MODEL, ROOT, ListeningEncoder, actor, profile, run_cli
from tests.writers import started, system_in

TABLES = (Actor, Profile, ProfileVersion, Passage, VersionReading, LogEntry, LogPayload, ProfileEntry)
MANY = 2 * PORTION + 50
KEY = PrivateKey.made("test/log")


def system(encoder: Encoder | None = None) -> Matcha:
    """A system in memory whose log depends on nothing but what is submitted to it."""
    numbers, keeper, given = itertools.count(), MemoryKeeper(), encoder or HashingEncoder()
    keeper.keep((KEY,))
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    salt = lambda size: next(numbers).to_bytes(size)  # noqa: E731
    return Matcha(Store.in_memory(), MemoryShelf(), lambda: given, MemoryReference(), keeper, lambda: moment, salt)


def kept(matcha: Matcha, *without: str) -> dict[str, list[dict[str, Any]]]:
    """All rows of a system's tables, to the bit."""

    def table(session: Session, of: type[Any]) -> list[dict[str, Any]]:
        found = (row.model_dump() for row in session.exec(select(of)))
        return sorted(({k: v for k, v in row.items() if k not in without} for row in found), key=repr)

    with matcha._store.reading() as session:
        return {of.__name__: table(session, of) for of in TABLES}


def alone(matcha: Matcha) -> Crew:
    return Alone(matcha.reader)


def profiles_of(counted: dict[Noun, Counts]) -> Counts:
    return counted[Noun.PROFILES]


def faults(path: Path, matcha: Matcha | None = None) -> list[tuple[int, str | None, str]]:
    asked = matcha or system()
    before = kept(asked)
    with pytest.raises(InvalidRows) as raised:
        asked.submit_file(path, alone(asked))
    assert kept(asked) == before
    return [(fault.row, fault.column, fault.en) for fault in raised.value.rows]


def test_a_file_gives_what_an_ordinary_submission_gives_to_the_bit(tmp_path: Path) -> None:
    found = list(rows(50))
    one, other = system(), system()
    told = one.submit_file(written(tmp_path / "x.jsonl", *found), alone(one))
    assert told[Noun.ACTORS] == Counts(7, 0, 0)
    assert told[Noun.PROFILES] == Counts(50, 0, 0)
    ordinary = tmp_path / "x.json"
    ordinary.write_text(json.dumps({"actors": found[50:], "profiles": found[:50]}), "utf-8")
    batch = read_batch([ordinary])
    other.submit(Batch(actors=batch.actors))
    other.submit(Batch(profiles=batch.profiles))
    assert kept(one) == kept(other)
    assert one.profile("p8").version.masked == ["Bolaget Kvistberga1"]  # an actor that stands after it in the file
    question = "Vem har mätare 17?"
    assert one.match(question, k=50).matches == other.match(question, k=50).matches
    assert one.audit().faults == ()


def test_whoever_reads_and_however_many_the_rows_are_the_same_to_the_bit(tmp_path: Path) -> None:
    file = written(tmp_path / "x.jsonl", *rows(MANY))
    one, other = system(), system()
    one.submit_file(file, alone(one))
    with Processes(HashingEncoder, 2) as crew:
        other.submit_file(file, crew)
    assert kept(one) == kept(other)
    assert len(kept(one)["ProfileVersion"]) == MANY
    ids = [row["profile_id"] for row in sorted(kept(one)["ProfileVersion"], key=lambda row: row["id"])]
    assert ids == [f"p{i}" for i in range(MANY)]


def test_the_real_model_reads_the_same_bytes_in_two_processes(model: Encoder) -> None:
    texts = [
        Text(f"Mätare {i}", f"Vi mäter handhygien {i} gånger om dagen. Det går fort.", Language.SV, ())
        for i in range(6)
    ]
    with Processes(encoding_elsewhere(Settings(model=str(MODEL))), 2) as crew:
        parts = [crew.read(texts[start : start + 2]) for start in (0, 2, 4)]
        apart = tuple(pieces for fetch in parts for pieces in fetch())
    assert apart == Alone(Reader(model)).read(texts)()


def test_what_is_there_already_is_neither_read_nor_written(tmp_path: Path) -> None:
    encoder = ListeningEncoder()
    matcha = system(encoder)
    found = list(rows(30))
    matcha.submit_file(written(tmp_path / "x.jsonl", *found), alone(matcha))
    before, heard = (kept(matcha), _changes(matcha)), len(encoder.heard)
    assert profiles_of(matcha.submit_file(tmp_path / "x.jsonl", alone(matcha))) == Counts(0, 0, 30)
    assert ((kept(matcha), _changes(matcha)), len(encoder.heard)) == (before, heard)
    matcha.withdraw("p3")
    found[4] |= {"text": "Något annat."}
    told = matcha.submit_file(written(tmp_path / "y.jsonl", *found, {**found[0], "id": "p-ny"}), alone(matcha))
    assert profiles_of(told) == Counts(1, 2, 28)
    assert matcha.profile("p4").version.version == 2
    assert matcha.profile("p3").profile.withdrawn is None
    assert matcha.audit().faults == ()


def test_killed_twice_it_ends_with_the_same_rows(tmp_path: Path) -> None:
    file, home = written(tmp_path / "x.jsonl", *rows(PORTION + 100)), tmp_path / "home"
    calm, broken = system_in(tmp_path / "calm"), system_in(home)
    calm.submit_file(file, alone(calm))
    for there in (0, PORTION):  # a portion is there whole or not at all
        process = started(bulk_in, home, file, 0.003)
        reading = _until(lambda: children(process.pid or 0))  # noqa: B023
        _until(lambda: _versions(broken) >= there)  # noqa: B023
        process.kill()
        process.join()
        assert _versions(broken) == there
        _until(lambda: not any(map(lives, reading)))  # noqa: B023  # whoever read for it has left, too
    assert profiles_of(broken.submit_file(file, alone(broken))) == Counts(100, 0, PORTION)
    assert _plain(broken) == _plain(calm)
    assert broken.audit().faults == ()
    question = "Vem har mätare 17?"
    assert [m.profile_id for m in broken.match(question).matches] == [
        m.profile_id for m in calm.match(question).matches
    ]


def _changes(matcha: Matcha) -> int:
    with matcha._store.reading() as session:
        return queries.identity(session).revision


def _versions(matcha: Matcha) -> int:
    with matcha._store.reading() as session:
        return len(session.exec(select(ProfileVersion.id)).all())


def _plain(matcha: Matcha) -> dict[str, list[dict[str, Any]]]:
    """What does not depend on chance or time: rows, vectors, and what each entry of the log opens to."""
    found = kept(matcha, "created", "salt", "digest", "body", "leaf_hash", "frontier")
    return {name: [row for row in rows if row.get("kind") != "key"] for name, rows in found.items()}


def _until(so: Any, seconds: float = 60.0) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := so()):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return found


def test_a_process_that_is_killed_is_replaced_and_its_texts_are_read(tmp_path: Path) -> None:
    file = written(tmp_path / "x.jsonl", *rows(40))
    one, other = system(), system()
    one.submit_file(file, alone(one))
    with Processes(partial(Mortal, "mätare 17", tmp_path / "mark"), 2) as crew:
        other.submit_file(file, crew)
    assert (tmp_path / "mark").exists()
    assert kept(one) == kept(other)


def test_a_text_that_kills_whoever_reads_it_is_told_and_what_was_before_stays(tmp_path: Path) -> None:
    matcha = system()
    file = written(tmp_path / "x.jsonl", *rows(PORTION + 20))
    with pytest.raises(Unavailable, match="fewer --processes"), Processes(partial(Mortal, "nummer 207"), 2) as crew:
        matcha.submit_file(file, crew)
    assert _versions(matcha) == PORTION
    matcha.submit_file(file, alone(matcha))
    assert _versions(matcha) == PORTION + 20


def test_leaving_ends_the_processes_at_once(tmp_path: Path) -> None:
    begun, before = time.monotonic(), set(children(os.getpid()))
    with pytest.raises(KeyboardInterrupt), Processes(partial(Slow, 60.0, tmp_path / "mark"), 2) as crew:  # noqa: PT012
        crew.read([Text("Titel", "Text.", Language.SV, ())])
        _until((tmp_path / "mark").exists)
        reading = set(children(os.getpid())) - before
        assert reading
        raise KeyboardInterrupt
    assert time.monotonic() - begun < 10
    assert not any(map(lives, reading))


def test_ctrl_c_ends_it_and_the_next_run_goes_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    file = written(tmp_path / "x.jsonl", *rows(PORTION * 3))
    command = [str(Path(sys.executable).with_name("matcha")), "--home", str(home), "bulk", str(file)]
    environment = os.environ | {"MATCHA_MODEL": str(MODEL)}
    with subprocess.Popen(
        [*command, "--processes", "2"], stderr=subprocess.PIPE, env=environment, start_new_session=True
    ) as running:
        reading = _until(lambda: children(running.pid))
        time.sleep(1)
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to all of them
        pressed = time.monotonic()
        _, stderr = running.communicate(timeout=30)
    assert time.monotonic() - pressed < 10
    assert running.returncode == 130
    assert "Avbrutet." in stderr.decode()
    assert "Traceback" not in stderr.decode()
    _until(lambda: not any(map(lives, reading)))
    short = written(tmp_path / "y.jsonl", *rows(3, 1))
    done = run_cli(home, "bulk", str(short), "--json", "--processes", "2")
    assert done.returncode == 0, done.stderr.decode()
    told = json.loads(done.stdout)
    assert (told["profiles"]["new"] + told["profiles"]["unchanged"], told["dry_run"]) == (3, False)
    assert "3 av 3 profiler" in done.stderr.decode()
    assert json.loads(run_cli(home, "bulk", str(short), "--json", "--dry-run").stdout)["profiles"] == {"rows": 3}
    assert run_cli(home, "log", "audit").returncode == 0


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("{", (3, None, "the line is not valid JSON: Expecting property name")),
        ("[]", (3, None, "the line must be an object")),
        ('{"id": NaN}', (3, None, "the line is not valid JSON: NaN is not JSON")),
        ('{"id": "p1", "id": "p2"}', (3, None, "the line is not valid JSON: id occurs twice in an object")),
        ({"id": "p9", "actor_id": "a1", "title": "Titel"}, (3, "text", "is missing")),
        ({"id": "p9", "actor_id": "a1", "titel": "x", "text": "Text."}, (3, "titel", "is not a known column")),
        ({"id": "p 9", "actor_id": "a1", "title": "x", "text": "Text."}, (3, "id", "has the wrong form: p 9")),
        ({"id": "p9", "actor_id": "a9", "title": "x", "text": "Text."}, (3, "actor_id", "no actor a9")),
        ({"id": "p0", "actor_id": "a0", "title": "x", "text": "Text."}, (3, "id", "p0 is already in x.jsonl, row 1")),
        ({"id": "a0", "name": "Ett", "kind": "company"}, (3, "id", "a0 is already in x.jsonl, row 2")),
        ({"id": "k0", "actor_id": "a9", "name": "Ett"}, (3, "actor_id", "no actor a9")),
        ('{"id": "p9", "text": "' + "x" * LONGEST_LINE + '"}', (3, None, "the line is longer than 1,000,000 bytes")),
    ],
)
def test_a_row_that_cannot_be_used_is_told_and_nothing_is_written(
    tmp_path: Path, row: dict[str, Any] | str, fault: tuple[int, str | None, str]
) -> None:
    found = faults(written(tmp_path / "x.jsonl", *rows(1, 1), row))
    ((number, column, said),) = [one for one in found if one[1] in (fault[1], None)]
    assert (number, column) == fault[:2]
    assert said.startswith(fault[2])


def test_all_faults_are_told_with_their_rows_and_a_thousand_at_most(tmp_path: Path) -> None:
    bad: list[dict[str, Any] | str] = [{}, "x", {"id": "p1", "actor_id": "a", "title": "T", "text": "\u200b"}]
    found = faults(written(tmp_path / "x.jsonl", *bad, *rows(1, 1), ""))
    assert {row for row, _, _ in found} == {1, 2, 3}
    assert len(faults(written(tmp_path / "y.jsonl", *("x" for _ in range(1500))))) == 1000


def test_a_profile_of_another_actor_is_refused(tmp_path: Path) -> None:
    matcha = system()
    matcha.submit(Batch(actors=(actor("a-x"),), profiles=(profile("p0", "a-x", "Titel", "Text."),)))
    found = faults(written(tmp_path / "x.jsonl", *rows(2, 1)), matcha)
    assert found == [(1, "actor_id", "profile p0 belongs to another actor (a-x)")]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.csv", b"id\n", "reads JSON Lines"),
        ("x.jsonl.gz", b"\x1f\x8bnot", "broken or cut off"),
        ("x.jsonl.gz", gzip.compress(b"\n" * 1000, mtime=0)[:-9], "broken or cut off"),
        ("x.jsonl", None, "cannot be read: No such file"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    matcha = system()
    with pytest.raises(Invalid, match=said):
        matcha.submit_file(tmp_path / name, alone(matcha))


def test_gzip_a_byte_order_mark_and_empty_lines_are_read(tmp_path: Path) -> None:
    said = "\ufeff" + "\n\n".join(json.dumps(row) for row in rows(3))
    (tmp_path / "x.JSONL.gz").write_bytes(gzip.compress(said.encode(), mtime=0))
    matcha = system()
    shares: list[int] = []
    told = matcha.submit_file(tmp_path / "x.JSONL.gz", alone(matcha), lambda done, _: shares.append(done))
    assert (profiles_of(told), shares[-1]) == (Counts(3, 0, 0), 100)


def test_a_name_registered_meanwhile_is_masked_in_what_was_being_read(tmp_path: Path) -> None:
    def register() -> None:
        calm.submit(Batch(actors=(actor("a-ny").model_copy(update={"name": "Mossviken Teknik AB"}),)))

    meddling = Meddling()
    matcha = system(meddling)
    calm = Matcha(matcha._store, MemoryShelf(), HashingEncoder, MemoryReference(), matcha.logbook.keeper)
    meddling.happens = register
    row = {"id": "p-x", "actor_id": "a0", "title": "Titel", "text": "Vi gör som Mossviken Teknik AB. Det går bra."}
    matcha.submit_file(written(tmp_path / "x.jsonl", row, *rows(2, 1)), alone(matcha))
    assert matcha.profile("p-x").version.masked == ["Mossviken Teknik AB"]
    assert matcha.audit().faults == ()


def test_a_file_that_changes_under_way_is_told_and_what_was_before_stays(tmp_path: Path) -> None:
    file = written(tmp_path / "x.jsonl", *rows(2 * PORTION, 1))
    meddling = Meddling(lambda: written(file, *rows(2 * PORTION - 100, 1), *("x" for _ in range(1000))))
    matcha = system(meddling)
    with pytest.raises(Conflict, match=r"row \d+ can no longer be used"):
        matcha.submit_file(file, alone(matcha))
    assert _versions(matcha) == PORTION


def test_progress_goes_up_to_the_number_of_profiles(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    matcha = system()
    file = written(tmp_path / "x.jsonl", *rows(PORTION + 10))
    matcha.submit_file(file, alone(matcha), progress=lambda *far: told.append(far))
    assert told == sorted(told)
    assert (told[0], told[-1]) == ((4, PORTION + 10), (PORTION + 10, PORTION + 10))


def test_another_model_elsewhere_is_refused_and_errors_come_as_they_were() -> None:
    with pytest.raises(Unavailable, match="another model"):
        read_apart(HashingEncoder, "f" * 64, ())
    with Processes(HashingEncoder, 1) as crew:
        crew._said = pickle.dumps((HashingEncoder, "f" * 64))
        with pytest.raises(Unavailable, match="another model") as raised:
            crew.read(())()
    assert "annan språkmodell" in raised.value.sv


def test_what_bulk_costs_is_told_as_it_was_measured() -> None:
    measured = json.loads((ROOT / "benchmarks" / "speed" / "bulk.json").read_text("utf-8"))
    shares = [way["bulk ÷ encoder, processor time"] for way in measured["profiles a second"].values()]
    few, many = measured["memory"]["10000"], measured["memory"]["100000"]
    told = " ".join((ROOT / "docs" / "import.md").read_text("utf-8").split())
    assert "{:.1%} is the encoder's own with one process and {:.1%} with two".format(*shares).replace("%", " %") in told
    assert (
        f"{many['first']} MB at its first portion, {few['most']} MB after 10,000 profiles and {many['most']} MB" in told
    )
    assert min(shares) >= 0.9
    assert many["most"] < 1.2 * few["most"]


def test_either_processes_or_ray(tmp_path: Path) -> None:
    file = written(tmp_path / "x.jsonl", *rows(1))
    assert run_cli(tmp_path, "bulk", str(file), "--processes", "2", "--ray", "auto").returncode == 2
