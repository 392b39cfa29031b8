"""Faults at every system call of one append that touches a file: a kill, a broken disk, a full disk.

After each, the database opens as always, the log is whole, and what was acknowledged is in it.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from matcha.matchlog.checkpoint import Checkpoint
from tests.stress import scaled
from tests.test_log_storm import a_home, gaps, lost
from tests.writers import QUESTION, Ack, append_once, started, system_in

STRACE = shutil.which("strace") or ""


def _may_trace() -> bool:
    command = [STRACE, "-o", os.devnull, "-e", "trace=none", "true"]
    return bool(STRACE) and subprocess.run(command, capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not _may_trace(), reason="strace puts the faults in: it is missing or may not trace")

READS = ("pread64", "read", "fcntl", "flock", "close")
WRITES = ("pwrite64", "write", "fdatasync", "fsync", "ftruncate", "openat", "unlink", "rename", "renameat", "mkdir")
SAID = {"Conflict", "Unavailable"}  # matcha's own errors for what a disk does


@dataclass(frozen=True)
class Fault:
    """What happens at the nth call of a kind (from 1) since the append began."""

    call: str
    n: int
    what: str

    @property
    def injected(self) -> str:
        return f"inject={self.call}:{self.what}:when={self.n}"


@dataclass(frozen=True)
class Outcome:
    """What came of an append: what was acknowledged (None), or how it failed, and how many entries the log has then."""

    said: Ack | None
    before: int
    after: int
    wrong: tuple[str, ...]


def appended(home: Path, notes: Path, *options: str) -> Ack | None:
    """Append once under strace, which counts from the start of the append; None if the process was killed."""
    ours, theirs = socket.socketpair()
    ours.settimeout(60)
    process = started(append_once, home, theirs)
    theirs.close()
    assert ours.recv(5) == b"ready"
    every = ",".join(READS + WRITES)
    command = [STRACE, "-p", str(process.pid), "-o", str(notes), "-e", f"trace={every}", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        assert "attached" in tracer.stderr.readline()
        ours.sendall(b"go")
        said = b"".join(iter(lambda: ours.recv(65536), b""))
        process.join()
        tracer.wait(60)
    ours.close()
    return json.loads(said) if said else None


def counted(home: Path, notes: Path) -> Counter[str]:
    """Count the system calls of an append."""
    assert appended(home, notes) is not None
    return Counter(line.partition("(")[0] for line in notes.read_text().splitlines() if "(" in line)


def faults(counts: Counter[str]) -> Iterator[Fault]:
    """Give every fault that an append with these calls can meet."""
    for call, count in sorted(counts.items()):
        for n in range(1, count + 1):
            yield Fault(call, n, "signal=KILL")
            if call != "close":  # after an error of close, Linux has closed the file all the same
                yield Fault(call, n, "error=EIO")
            if call in WRITES:
                yield Fault(call, n, "error=ENOSPC")


def tried(home: Path, before: int, fault: Fault) -> Outcome:
    """Append with a fault to a home with so many entries, and look at what is left of it."""
    said = appended(home, home / "trace", "-e", fault.injected)
    system = system_in(home)
    audited = system.audit()
    wrong = [f.en for f in audited.faults] + [f"gap at {place}" for place in gaps(system)]
    if said is not None and "leaf" in said:
        wrong += ["lost"] if lost(system, [said]) else []
    published = system.logbook.keeper.published()
    assert published is not None
    wrong += ["published too much"] if Checkpoint.unverified(published).size > audited.size else []
    wrong += [] if system.match(QUESTION).leaf_index >= audited.size else ["not appended after"]
    wrong += [f.en for f in system.audit([published]).faults]
    system.close()
    return Outcome(said, before, audited.size, tuple(wrong))


def a_matched_home(path: Path) -> int:
    """Make a home in which an append is of a match alone, not of how matches are made as well; give its entries."""
    system = system_in(a_home(path))
    size = system.match(QUESTION).leaf_index + 1
    system.close()
    return size


def test_no_fault_at_any_call_of_an_append_breaks_the_log_or_loses_what_was_acknowledged(tmp_path: Path) -> None:
    template = tmp_path / "template"
    before = a_matched_home(template)
    shutil.copytree(template, tmp_path / "counted")
    every = list(faults(counted(tmp_path / "counted", tmp_path / "trace")))
    chosen: Sequence[Fault] = random.Random(3).sample(every, min(len(every), scaled(16, 10**6)))
    tally: Counter[tuple[str, str, str]] = Counter()
    wrong: list[tuple[Fault, object]] = []
    for fault in chosen:
        home = tmp_path / "tried"
        shutil.copytree(template, home)
        outcome = tried(home, before, fault)
        shutil.rmtree(home)
        how = _how(outcome)
        tally[fault.call, fault.what, how] += 1
        if outcome.wrong:
            wrong.append((fault, outcome))
    for row in sorted(tally.items()):
        print(*row, file=sys.stderr)
    assert wrong == []


def _how(outcome: Outcome) -> str:
    """How an append ended: acknowledged, or not; then whether it is in the log all the same.

    What is refused with an error of Python's own ("unclear") was not acknowledged either.
    """
    committed = "committed" if outcome.after > outcome.before else "not committed"
    if outcome.said is None:
        return f"killed, {committed}"
    if "leaf" in outcome.said:
        return "acknowledged"
    return f"{'refused' if outcome.said['error'] in SAID else 'unclear'}, {committed}"


def test_a_checkpoint_is_whole_on_disk_before_it_has_its_name_and_the_entry_before_that(tmp_path: Path) -> None:
    """What a power cut leaves: no checkpoint of an entry that the database lacks, and none but whole ones."""
    home, notes = tmp_path / "home", tmp_path / "trace"
    a_matched_home(home)
    assert appended(home, notes, "-y") is not None
    calls = notes.read_text().splitlines()

    def places(call: str, file: str) -> list[int]:
        return [place for place, line in enumerate(calls) if line.startswith(call) and file in line]

    stored = places("fdatasync", "matcha.db-wal") + places("fsync", "matcha.db-wal")
    written, synced = (places(call, "/.checkpoint.") for call in ("write", "fsync"))
    (named,) = places("rename", "/checkpoint")
    assert max(places("pwrite64", "matcha.db-wal")) < max(stored) < min(written) <= max(written) < synced[0] < named
    assert places("fsync", "/matchlog>") == []  # the name can wait: what comes back is the checkpoint before, whole
