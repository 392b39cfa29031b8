"""Uploads and attachments: the process that reads them, what it cannot do, and that importing it loads little."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from matcha import Batch
from matcha.errors import Invalid, InvalidRows, Unavailable
from matcha.interchange import confinement, read_batch
from matcha.interchange.attachments import checked
from matcha.interchange.inert import guarded, runs, shown, unguarded
from matcha.interchange.parsing import READY
from matcha.interchange.tables import tables_in
from matcha.interchange.uploads import read_upload, uploaded_tables
from tests.conftest import DEMO, ROOT
from tests.hostile import HARMLESS_ATTACHMENTS, HARMLESS_TABLES, PNG

_CONFINED = """
import os, socket, sys
from matcha.interchange.parsing import confine
confine()
def tried(what):
    try:
        what()
    except (OSError, MemoryError, ImportError) as error:
        return type(error).__name__
    return "done"
print([tried(lambda: open("/etc/passwd")), tried(lambda: open("/dev/null", "w")), tried(socket.socket),
       tried(lambda: bytearray(300_000_000)), tried(lambda: __import__("sqlite3")), tried(lambda: os.pipe())])
while True:
    pass
"""


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


def descriptors() -> list[str]:
    return [entry.name for entry in sorted(Path("/proc/self/fd").iterdir())]


def test_what_is_uploaded_is_what_is_imported() -> None:
    for file in sorted(DEMO.glob("*.json")):
        uploaded = read_upload(file.name, file.read_bytes())
        assert uploaded == read_batch([file])
        assert isinstance(uploaded, Batch)


@pytest.mark.parametrize("case", HARMLESS_TABLES)
def test_the_limited_process_tells_the_tables_as_they_are_read_here(case: str) -> None:
    name, make, _ = HARMLESS_TABLES[case]
    assert uploaded_tables(name, make()) == tables_in(name, make())


def test_faults_of_rows_are_told_and_not_without_end() -> None:
    rows = b"".join(b"a%d,,company\n" % i for i in range(5_000))
    with pytest.raises(InvalidRows) as raised:
        read_upload("x.csv", b"id,name,kind\n" + rows)
    assert [(fault.file, fault.row, fault.column) for fault in raised.value.rows[:2]] == [
        ("x.csv", 2, "name"),
        ("x.csv", 3, "name"),
    ]
    assert len(raised.value.rows) == 1_000


def test_names_and_values_in_messages_are_inert() -> None:
    with pytest.raises(Invalid) as wrong:
        read_upload("x\u202efsv.csv", "id,na\u202eme\n1,2\n".encode())
    with pytest.raises(InvalidRows) as row:
        read_upload("x\n.csv", "id,name,kind\na1,Bolag,\u202e\x1b[31mfirm\n".encode())
    said = [wrong.value.sv, wrong.value.en, row.value.rows[0].file, row.value.rows[0].sv, row.value.rows[0].en]
    assert all(words.isprintable() for words in said)
    assert "\\u202e" in wrong.value.sv
    assert "\\x1b[31mfirm" in row.value.rows[0].sv


def test_the_process_can_neither_open_anything_nor_go_on() -> None:
    began = time.process_time()
    done = python("-u", "-c", _CONFINED)
    assert done.stdout.strip() == str(["OSError", "OSError", "OSError", "MemoryError", "OSError", "OSError"]) or (
        done.stdout.strip() == str(["OSError", "OSError", "OSError", "MemoryError", "ModuleNotFoundError", "OSError"])
    )
    assert done.returncode < 0  # killed when its time on the processor was over
    assert time.process_time() - began < 3


def test_the_process_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment is bare: looked at from outside while it waits for the rest of a file."""
    monkeypatch.setenv("MATCHA_SECRET", "hemligt")
    environment = b"LC_ALL=C.UTF-8\0"
    with confinement.started("tables", "x.csv") as child:
        assert child.stdout is not None
        assert child.stdout.readline() == READY
        with suppress(PermissionError):  # only root may look at it
            environment = Path(f"/proc/{child.pid}/environ").read_bytes()
        child.kill()
    assert environment == b"LC_ALL=C.UTF-8\0"


def test_no_process_is_left_and_several_at_once_take_turns() -> None:
    open_before = descriptors()
    answers: list[int] = []

    def upload() -> None:
        answers.append(len(read_upload("x.csv", b"id,name,kind\na1,x,company\n").actors))

    threads = [threading.Thread(target=upload) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [1] * 6
    assert descriptors() == open_before


@pytest.mark.parametrize(
    ("code", "output", "words"),
    [
        (-9, READY, "takes too long"),
        (-27, READY, "takes too long"),
        (71, READY, "takes too much memory"),
        (-11, READY, "cannot be read"),
        (0, READY + b'{"told":', "cannot be read"),
        (0, READY + b"[]", "cannot be read"),
        (1, READY, "cannot be read"),
    ],
)
def test_whatever_the_process_dies_of_is_told(code: int, output: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        confinement.understood("x.csv", code, output)


def test_a_process_without_limits_reads_nothing() -> None:
    with pytest.raises(Unavailable, match="Linux"):
        confinement.understood("x.csv", 1, b"")


def test_nothing_is_written_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    checked("bild.png", PNG)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    ["../x.png", "a/b.png", "a\\b.png", "x\n.png", "x\u202egnp.png", ".png", "x.png ", 'a".png', "x" * 200 + ".png"],
)
def test_an_attachment_has_a_name_that_can_be_shown_and_saved(name: str) -> None:
    with pytest.raises(Invalid) as raised:
        checked(name, PNG)
    assert raised.value.sv.isprintable()


def test_an_attachment_is_at_most_ten_megabytes() -> None:
    with pytest.raises(Invalid, match="at most 10 MB"):
        checked("x.txt", b"x" * 10_000_001)


def test_an_attachment_is_what_its_content_is_whatever_it_is_called() -> None:
    files = list(HARMLESS_ATTACHMENTS.values())
    for (_, make, _), (other, _, _) in zip(files, files[1:6] + files[:1], strict=False):
        with pytest.raises(Invalid):
            checked(other, make())


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=1+1", True),
        ("@x", True),
        ("\tx", True),
        ("\rx", True),
        ("+x", True),
        ("-x", True),
        ("--1", True),
        ("-2+3+cmd|' /C calc'!A0", True),
        ("+46 70", False),
        ("+4670(0)", False),
        ("-5", False),
        ("-0,5", False),
        ("-,5", False),
        ("- punkt", False),
        ("-", False),
        ("", False),
        ("'=1+1", False),
        ("a=1", False),
        (" =1", False),
    ],
)
def test_what_looks_like_a_formula(cell: str, expected: bool) -> None:
    assert runs(cell) is expected
    assert not runs(guarded(cell))
    assert unguarded(guarded(cell)) == cell


def test_what_is_shown_is_one_short_line() -> None:
    assert shown("a\u202eb\n\x00") == "a\\u202eb\\n\\x00"
    assert len(shown("x" * 1_000)) == 80


def test_importing_the_reader_of_files_loads_neither_models_nor_database() -> None:
    heavy = ["torch", "faiss", "spacy", "sqlmodel", "sqlalchemy", "pydantic", "numpy", "openpyxl", "fastapi"]
    for module in ("tables", "parsing", "confinement", "judging", "attachments"):
        done = python("-c", f"import matcha.interchange.{module}, sys, json; print(json.dumps(sorted(sys.modules)))")
        assert not set(heavy) & set(json.loads(done.stdout)), module


def test_the_package_s_names_are_there_when_asked_for() -> None:
    done = python(
        "-c", "import matcha; assert 'Matcha' in dir(matcha); from matcha import Matcha; print(Matcha.__name__)"
    )
    assert done.stdout.strip() == "Matcha", done.stderr
    assert "has no attribute 'Nothing'" in python("-c", "import matcha; matcha.Nothing").stderr
    assert "has no attribute 'nothing'" in python("-c", "import matcha.interchange as i; i.nothing").stderr
    told = python("-c", "import matcha.interchange.exporting; from matcha.interchange import export; print(export)")
    assert told.stdout.startswith("<function export")


def test_every_home_of_a_name_is_where_it_is_defined() -> None:
    import matcha
    from matcha import interchange

    assert {name: getattr(matcha, name).__module__.startswith("matcha.") for name in matcha.__all__} == dict.fromkeys(
        matcha.__all__, True
    )
    assert all(callable(getattr(interchange, name)) for name in interchange.__all__)
