"""Files made to harm: each is refused in words, within 3 seconds and 300 MB, and harmless ones are taken in."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from matcha.errors import Invalid
from matcha.interchange.attachments import checked
from matcha.interchange.uploads import read_upload, uploaded_tables
from tests.conftest import ROOT
from tests.hostile import ATTACHMENTS, HARMLESS_ATTACHMENTS, HARMLESS_TABLES, TABLES

SECONDS, MEGABYTES = 3.0, 300
CASES = {f"table: {case}": case for case in TABLES} | {f"attachment: {case}": case for case in ATTACHMENTS}
_MEASURED = """
import json, resource, time
from tests.hostile import ATTACHMENTS, TABLES
from matcha.errors import Invalid
from matcha.interchange.attachments import checked
from matcha.interchange.confinement import told

def spent():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6

for kind, read, cases in (("table", lambda *a: told("tables", *a), TABLES), ("attachment", checked, ATTACHMENTS)):
    for case, (name, make, _) in cases.items():
        content, words = make(), None
        began, (cpu, _) = time.perf_counter(), spent()
        try:
            read(name, content)
        except Invalid as error:
            words = error.sv, error.en
        wall, (after, megabytes) = time.perf_counter() - began, spent()
        print(json.dumps((f"{kind}: {case}", words, wall, after - cpu, megabytes)), flush=True)
"""


@dataclass(frozen=True)
class Refusal:
    """What was said of a file, in Swedish and English, seconds by the clock and on the processor, most megabytes."""

    words: tuple[str, str] | None
    wall: float
    cpu: float
    megabytes: float


@pytest.fixture(scope="module")
def refusals() -> dict[str, Refusal]:
    """What is said of every hostile file by a small program that reads one after the other; seen from outside."""
    done = subprocess.run([sys.executable, "-c", _MEASURED], cwd=ROOT, capture_output=True, check=True)
    return {case: Refusal(*rest) for case, *rest in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_file_is_refused_in_both_languages(case: str, refusals: dict[str, Refusal]) -> None:
    _, _, expected = (TABLES if case.startswith("table") else ATTACHMENTS)[CASES[case]]
    said = refusals[case].words
    assert said is not None, "it was taken in"
    sv, en = said
    assert re.search(expected, en)
    assert sv != en
    assert "Save it again" not in en, "the process died of something unforeseen"
    assert all(words.replace("\N{NO-BREAK SPACE}", " ").isprintable() and len(words) < 400 for words in said)


def test_every_refusal_is_quick_and_takes_little_memory(refusals: dict[str, Refusal]) -> None:
    """On a busy machine, what counts is the time on the processor."""
    slow = {case: found for case, found in refusals.items() if min(found.wall, found.cpu) > SECONDS}
    large = {case: found for case, found in refusals.items() if found.megabytes > MEGABYTES}
    assert len(TABLES) >= 40
    assert list(refusals) == list(CASES)
    assert (slow, large) == ({}, {})


def test_a_file_is_read_by_the_server_as_it_was_measured() -> None:
    with pytest.raises(Invalid, match="sheet actors, cell B2"):
        read_upload(*_made("a formula"))
    with pytest.raises(Invalid, match="at most 20 MB"):
        read_upload(*_made("21 MB"))


def _made(case: str) -> tuple[str, bytes]:
    name, make, _ = TABLES[case]
    return name, make()


@pytest.mark.parametrize("case", HARMLESS_TABLES)
def test_a_harmless_file_is_taken_in(case: str) -> None:
    name, make, rows = HARMLESS_TABLES[case]
    assert [row for table in uploaded_tables(name, make()) for _, row in table.rows] == rows


@pytest.mark.parametrize("case", HARMLESS_ATTACHMENTS)
def test_a_harmless_attachment_is_taken_in(case: str) -> None:
    name, make, media_type = HARMLESS_ATTACHMENTS[case]
    found = checked(name, make())
    assert (found.media_type, found.name) == (media_type, name)


def test_the_bombs_are_what_they_say(tmp_path: Path) -> None:
    """The lying archive is one that another reader unpacks beyond what it declares."""
    (tmp_path / "x.xlsx").write_bytes(TABLES["a ZIP that states smaller parts"][1]())
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        assert sum(member.file_size for member in archive.infolist()) < 100_000
