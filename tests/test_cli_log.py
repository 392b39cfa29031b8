"""The match log at the command line: from an answer to its receipt, replay, audit, erasure and backup."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from matcha.matchlog import merkle, note, receipt
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.keys import public_keys
from matcha.values import ActorKind
from tests.conftest import HYGIENE, NEED, QUEUE, ROOT, actor, run_cli, run_process


@pytest.fixture(scope="module")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two actors, two profiles and a need, read with the real model. Treat as read-only."""
    home = tmp_path_factory.mktemp("small") / "home"
    rows = {
        "actors": [dict(actor("a-hygien")), dict(actor("a-ko", ActorKind.ACADEMIA))],
        "profiles": [dict(HYGIENE), dict(QUEUE)],
        "needs": [dict(NEED)],
    }
    file = home.parent / "in.json"
    file.write_text(json.dumps(rows), "utf-8")
    done = run_cli(home, "import", str(file))
    assert done.returncode == 0, done.stderr.decode()
    return home


class Home:
    """A copy of that home, to be changed."""

    def __init__(self, source: Path, folder: Path) -> None:
        self.path = folder / "home"
        self.folder = folder
        shutil.copytree(source, self.path)

    def fails(self, *arguments: str) -> tuple[int, str]:
        done = run_cli(self.path, *arguments)
        return done.returncode, done.stderr.decode()

    def says(self, *arguments: str, **environment: Any) -> str:
        done = run_cli(self.path, *arguments, **environment)
        assert done.returncode == 0, done.stderr.decode()
        return " ".join(done.stdout.decode().split())

    def text(self, *arguments: str) -> str:
        done = run_cli(self.path, *arguments)
        assert done.returncode == 0, done.stderr.decode()
        found: str = done.stdout.decode()
        return found

    def told(self, *arguments: str) -> Any:
        return json.loads(self.text(*arguments, "--json"))

    def match(self, *arguments: str) -> Any:
        return self.told("match", "Händerna spritas för sällan.", *arguments)


@pytest.fixture
def home(small_home: Path, tmp_path: Path) -> Home:
    return Home(small_home, tmp_path)


def test_an_answer_is_verified_with_nothing_but_its_receipt_and_the_public_key(home: Home) -> None:
    answer = home.match("--receipt", str(home.folder / "r.tlog-proof"))
    (home.folder / "answer.json").write_text(json.dumps(answer), "utf-8")
    file = home.folder / "r.tlog-proof"
    assert file.read_text("utf-8") == answer["receipt"]
    key = home.text("log", "key").strip()
    verify = ("log", "verify-receipt", str(file), "--key", key)
    elsewhere = home.folder / "empty"
    done = run_process(elsewhere, *verify, "--answer", str(home.folder / "answer.json"))
    assert done.returncode == 0, done.stderr.decode()
    assert "Svaret är det som loggades." in done.stdout.decode()
    assert not elsewhere.exists(), "a verifier leaves nothing behind"
    told = json.loads(run_cli(elsewhere, *verify, "--json").stdout)
    assert (told["leaf_index"], told["kind"]) == (answer["leaf_index"], "match")
    answer["matches"][0]["score"] += 1
    (home.folder / "answer.json").write_text(json.dumps(answer), "utf-8")
    code, words = home.fails(*verify, "--answer", str(home.folder / "answer.json"))
    assert (code, "not the one that the receipt is of" in words) == (2, True)
    file.write_text(file.read_text("utf-8").replace("index", "indxe"), "utf-8")
    assert home.fails(*verify)[0] == 2


def test_a_supplier_gets_a_receipt_of_consideration_that_two_verifiers_read_alike(home: Home) -> None:
    answer = home.match("--k", "1")
    (shown,) = answer["matches"]
    (listed,) = home.told("log", "considered", QUEUE.id)
    assert (listed["leaf_index"], listed["excluded"]) == (answer["leaf_index"], None)
    file = home.folder / "c.tlog-proof"
    home.says("log", "receipt", str(answer["leaf_index"]), "--profile", QUEUE.id, "--out", str(file))
    told = home.told("log", "verify-receipt", str(file))
    assert told["standing"]["rank"] == 2
    assert told["standing"]["score"] < shown["score"]
    assert told["said"]["title"] == QUEUE.title
    assert str(shown["score"]) not in file.read_text("utf-8")
    words = home.says("log", "verify-receipt", str(file), MATCHA_LANGUAGE="en")
    assert f"came to place 2 with {told['standing']['score']} points" in words
    key = home.text("log", "key").strip()
    command = [sys.executable, str(ROOT / "docs" / "verify_receipt.py"), str(file), key]
    second = subprocess.run(command, capture_output=True, text=True, check=True)
    assert f"rank 2, score {told['standing']['score']}" in second.stdout
    excluded = home.match("--kind", "company")["leaf_index"]
    home.says("log", "receipt", str(excluded), "--profile", QUEUE.id, "--out", str(file))
    assert "frågan gällde en annan sorts aktör" in home.says("log", "verify-receipt", str(file))


def test_the_receipt_of_an_answer_can_be_had_again(home: Home) -> None:
    leaf = home.match()["leaf_index"]
    home.match()
    (home.folder / "r").write_text(home.text("log", "receipt", str(leaf)), "utf-8")
    assert home.told("log", "verify-receipt", str(home.folder / "r"))["leaf_index"] == leaf


def test_entries_proofs_and_growth_can_be_looked_at_and_hold_personal_data_of_nobody(home: Home) -> None:
    old = home.text("log", "checkpoint")
    home.match()
    keys = public_keys(home.text("log", "key"))
    first = Checkpoint.opened(old, keys)
    entries = home.told("log", "entries", "--from", "0", "--count", "100")
    assert [entry["leaf_index"] for entry in entries] == list(range(len(entries)))
    assert {"key", "profile_version", "need", "config", "match"} <= {entry["kind"] for entry in entries}
    everything = home.text("log", "entries", "--from", "0", "--count", "100", "--json")
    for personal in ("Bolaget", "a-hygien", "p-hygien", "Händerna", "spritas"):
        assert personal not in everything
    assert home.told("log", "entries", "--count", "2") == entries[-2:]
    assert [e["kind"] for e in home.told("log", "entries", "--kind", "need")] == ["need"]
    assert "matchning" in home.says("log", "entries")
    found = receipt.verify(home.text("log", "proof", "1"), keys)
    assert (found.index, found.entry.kind, found.checkpoint.size) == (1, "profile_version", len(entries))
    assert found.salts == {}
    hashes, _, signed = home.text("log", "consistency", str(first.size)).partition("\n\n")
    new = Checkpoint.opened(signed, keys)
    steps = [note.from_base64(line) for line in hashes.split("\n")]
    assert merkle.verify_consistency(first.size, new.size, first.root, new.root, steps)
    assert home.fails("log", "proof", "999")[0] == 3
    assert home.fails("log", "consistency", "999")[0] == 3


def test_replay_and_audit_say_that_all_is_well_or_leave_with_an_error(home: Home) -> None:
    leaf = home.match()["leaf_index"]
    checkpoint = home.folder / "checkpoint"
    home.says("log", "checkpoint", "--out", str(checkpoint))
    assert "byte för byte" in home.says("log", "replay", str(leaf))
    assert home.told("log", "replay", "--all")[-1]["identical"] is True
    assert "stämmer" in home.says("log", "audit", "--checkpoint", str(checkpoint))
    key = home.text("log", "key").strip()
    assert home.told("log", "audit", "--checkpoint", str(checkpoint), "--key", key)["faults"] == []
    import sqlite3

    with sqlite3.connect(home.path / "data" / "matcha.db") as connection:
        connection.execute("UPDATE passage SET text = 'x' WHERE id = 1")
    code, words = home.fails("log", "audit")
    assert (code, "faults in log or database" in words) == (4, True)
    code, words = home.fails("log", "replay", "--all")
    assert (code, f"did not come out the same: {leaf}" in words) == (4, True)
    assert home.fails("log", "replay")[0] == 2
    assert home.fails("log", "audit", "--checkpoint", str(home.folder / "none"))[0] == 2


def test_a_person_decides_with_a_name_and_a_reason_and_a_procurement_locks_the_need(home: Home) -> None:
    who = ("--by", "Kim", "--reason", "Upphandling 2026-17")
    home.says("decisions", "add", "invited", "--need", NEED.id, "--actor", "a-ko", *who)
    (decision,) = home.told("decisions", "list")
    assert decision["machine_rank"] == 2
    assert f"post {decision['leaf_index'] + 1}" in home.says("decisions", "close", "--need", NEED.id)
    assert home.told("log", "entries", "--kind", "invite_list")[0]["invited"] == [decision["leaf_index"]]
    assert "informera marknaden" in home.says("needs", "purpose", NEED.id, "informing", *who)
    assert home.told("needs", "show", NEED.id)["purpose"] == "informing"
    leaf = home.told("match", "--need", NEED.id)["leaf_index"]
    (entry,) = home.told("log", "entries", "--from", str(leaf))
    assert entry["purpose"] == "informing"
    home.says("needs", "lock", NEED.id, *who)
    for command in (
        ("match", "--need", NEED.id),
        ("explain", "--need", NEED.id, "--profile", QUEUE.id),
        ("decisions", "add", "invited", "--need", NEED.id, "--actor", "a-ko", *who),
    ):
        code, words = home.fails(*command)
        assert (code, "is under way" in words) == (4, True), command
    refused = [entry.get("refused") for entry in home.told("log", "entries", "--kind", "phase_lock")]
    assert refused == [None, "match", "match", "match"]
    home.says("needs", "unlock", NEED.id, *who)
    assert home.told("match", "--need", NEED.id)["matches"]
    assert home.told("log", "audit")["faults"] == []
    assert home.fails("needs", "lock", NEED.id, "--by", " ", "--reason", "x")[0] == 2
    assert home.fails("needs", "lock", "finns-inte", *who)[0] == 3


def test_erasure_backup_and_restore(home: Home) -> None:
    home.match()
    ground = ("--ground", "gdpr-17", "--reference", "dnr 1", "--by", "Kim")
    assert "Alla bevis gäller" in home.says("log", "erase", "profile", QUEUE.id, *ground)
    assert home.fails("log", "erase", "profile", QUEUE.id, *ground)[0] == 4
    assert home.fails("log", "erase", "profile", " ", *ground)[0] == 2
    assert "borta" in home.says("database", "purge")
    backup = home.folder / "backup.zip"
    assert "granskad" in home.says("backup", str(backup), "--with-key")
    assert home.fails("restore", str(backup))[0] == 4
    other = Home(home.path, home.folder / "other")
    shutil.rmtree(other.path)
    assert "Återställt" in other.says("restore", str(backup))
    other.says("index", "rebuild")
    assert other.told("log", "replay", "--all")[0]["identical"] is True
    assert other.match()["considered"]["registered"] == 2


def test_a_new_key_is_logged_and_old_receipts_hold_by_the_old_key(home: Home) -> None:
    home.match("--receipt", str(home.folder / "old"))
    old = home.text("log", "key").strip()
    assert "Ny nyckel" in home.says("log", "rotate-key")
    home.match("--receipt", str(home.folder / "new"))
    both = home.text("log", "key").split()
    assert both[0] == old
    for key in both:
        assert home.told("log", "verify-receipt", str(home.folder / "new"), "--key", key)
    assert home.fails("log", "verify-receipt", str(home.folder / "old"), "--key", both[1])[0] == 2
    home.says("log", "rotate-key")
    home.match("--receipt", str(home.folder / "newest"))
    assert home.fails("log", "verify-receipt", str(home.folder / "newest"), "--key", old)[0] == 2
    assert home.told("log", "audit")["faults"] == []


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_the_key_is_its_owners_alone_and_a_lost_or_open_one_is_told(home: Home) -> None:
    key = home.path / "data" / "matchlog" / "key"
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o644)
    code, words = home.fails("match", "Händer")
    assert (code, "chmod 600" in words) == (5, True)
    key.unlink()
    code, words = home.fails("match", "Händer")
    assert (code, "from a backup" in words) == (5, True)
