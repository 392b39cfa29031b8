"""The command with the real model, a real database and real files, as an operator meets it.

Each group of commands runs at least once as installed, in a process of its own (`run_process`).
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from matcha.cli import failure
from matcha.errors import MatchaError
from tests.conftest import DEMO, MODEL, Cli, demo_qrels, run_cli, run_process, unlogged

QUESTION = "Vi behöver minska vårdrelaterade infektioner genom bättre handhygien på våra vårdavdelningar"


def told(done: Any) -> str:
    """What a person reads of a failure, on one line: both languages, no traceback."""
    text = re.sub(" *\n", " ", done.stderr.decode())
    assert "Fel: " in text
    assert "Error: " in text
    assert "Traceback" not in text
    return text


def test_the_answer_to_the_first_need(demo_cli: Cli, demo_process: Cli) -> None:
    done = demo_process("match", QUESTION, "--json")
    answer = json.loads(done.stdout)
    first = answer["matches"][:5]
    told_of = {"rank", "actor", "profile_id", "profile_version", "profile_title", "score", "band"}
    told_of |= {"profile_leaf_index"}
    for match in first:
        assert set(match) == told_of | {"evidence", "terms", "other_points", "unsupported", "copied", "alike"}
        assert match["unsupported"] == [p["need_sentence"] for p in match["evidence"] if not p["supported"]]
        parts = (*match["evidence"], *match["terms"], *match["other_points"])
        assert sum(part["points"] for part in parts) == match["score"]
    assert first[0]["band"] == "strong"
    judged = demo_qrels()["behov-a01"]  # the demo need that this question is close to
    grades = [judged.get(match["profile_id"], 0) for match in first]
    assert grades[0] == 3
    assert sum(grade >= 1 for grade in grades) >= 4, grades
    assert set(first[0]["actor"]) == {"id", "name", "kind"}
    pair_of = {"need_sentence", "profile_sentence", "points", "supported", "copied"}
    assert all(set(pair) == pair_of for pair in first[0]["evidence"])
    languages = {row["id"]: row["language"] for row in json.loads(demo_cli("profiles", "list", "--json").stdout)}
    assert {languages[match["profile_id"]] for match in first} == {"sv", "en"}
    considered = answer["considered"]
    assert considered["registered"] == considered["scored"] + sum(e["count"] for e in considered["excluded"]) == 310
    again = json.loads(demo_cli("match", QUESTION, "--json").stdout)
    assert again["leaf_index"] > answer["leaf_index"]
    assert unlogged(again) == unlogged(answer)


def test_a_need_by_id_a_kind_and_k(demo_cli: Cli) -> None:
    answer = json.loads(demo_cli("match", "--need", "behov-b01", "--kind", "academia", "--k", "3", "--json").stdout)
    assert [match["actor"]["kind"] for match in answer["matches"]] == ["academia"] * 3
    assert answer["considered"]["excluded"] == [{"reason": "other_kind", "count": 310 - answer["considered"]["scored"]}]


def test_statistics_are_frozen_by_the_first_import_and_then_only_on_request(demo_process: Cli) -> None:
    shown = demo_process("statistics", "show").stdout.decode()
    assert "65 behov, 310 profiler" in shown


def test_a_need_that_nobody_could_meet_is_told_so(demo_cli: Cli) -> None:
    shown = demo_cli("match", "Hur lagar jag en rostig båtmotor?", "--k", "2").stdout.decode()
    assert shown.startswith("Ingen god träff")
    assert shown.count("svag träff") == 2


def test_the_answer_for_people_in_both_languages(demo_cli: Cli) -> None:
    swedish = demo_cli("match", QUESTION, "--k", "3", "--kind", "company").stdout.decode()
    english = demo_cli("match", QUESTION, "--k", "3", "--kind", "company", "--lang", "en").stdout.decode()
    assert "Registrerade profiler 310 = bedömda 155 + undantagna 155 (annan sorts aktör 155)" in swedish
    assert "Registered profiles 310 = scored 155 + excluded 155 (other kind of actor 155)" in english
    assert "företag" in swedish
    assert "company" in english


def test_looking_at_needs_actors_and_profiles(demo_cli: Cli, demo_process: Cli) -> None:
    assert demo_process("needs", "list").stdout == demo_cli("needs", "list").stdout
    for noun, count in (("needs", 65), ("actors", 260), ("profiles", 310)):
        rows = json.loads(demo_cli(noun, "list", "--json").stdout)
        assert len(rows) == len({row["id"] for row in rows}) == count
        one = json.loads(demo_cli(noun, "show", rows[0]["id"], "--json").stdout)
        assert one["id"] == rows[0]["id"]
        listed = demo_cli(noun, "list").stdout.decode()
        assert all(row["id"] in listed for row in rows)
        assert demo_cli(noun, "show", "finns-inte").returncode == 3


def test_a_home_of_its_own_keeps_everything_there(tmp_path: Path) -> None:
    home = tmp_path / "hem"
    assert run_cli(home, "import", str(DEMO / "needs.json")).returncode == 0
    assert {path.name for path in (home / "data").iterdir()} >= {"matcha.db"}
    again = json.loads(run_cli(home, "import", str(DEMO / "needs.json"), "--json").stdout)
    assert again["needs"] == {"new": 0, "edited": 0, "unchanged": 65}
    by_variable = run_cli(tmp_path / "other", "needs", "list", "--json", MATCHA_HOME=str(home))
    assert json.loads(by_variable.stdout) == []  # --home wins over MATCHA_HOME
    environment = os.environ | {"MATCHA_HOME": str(home)}
    command = [str(Path(sys.executable).with_name("matcha")), "needs", "list", "--json"]
    listed = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert len(json.loads(listed.stdout)) == 65


def test_a_dry_run_saves_nothing(cli: Cli) -> None:
    done = cli("import", str(DEMO / "actors.json"), str(DEMO / "profiles.json"), "--dry-run")
    assert "310 nya" in done.stdout.decode()
    assert "ingenting har sparats" in done.stdout.decode()
    assert json.loads(cli("actors", "list", "--json").stdout) == []


def test_export_and_import_into_another_home(demo_cli: Cli, demo_process: Cli, cli: Cli, tmp_path: Path) -> None:
    assert demo_process("export", str(tmp_path / "allt.xlsx")).returncode == 0
    assert b"Testperson" not in (tmp_path / "allt.xlsx").read_bytes()
    plan = json.loads(cli("import", str(tmp_path / "allt.xlsx"), "--dry-run", "--json").stdout)
    assert [plan[noun]["new"] for noun in ("actors", "contacts", "profiles", "needs")] == [260, 0, 310, 65]
    assert demo_cli("export", str(tmp_path / "med"), "--with-contacts").returncode == 0
    assert "Testperson Alfa" in (tmp_path / "med" / "contacts.csv").read_text("utf-8-sig")
    files = [str(file) for file in sorted((tmp_path / "med").iterdir())]
    same = json.loads(demo_cli("import", *files, "--dry-run", "--json").stdout)
    assert {noun: (c["new"], c["edited"]) for noun, c in same.items() if noun != "dry_run"} == dict.fromkeys(
        ("actors", "contacts", "profiles", "needs"), (0, 0)
    )


def test_evaluate_writes_a_run_that_others_can_read(demo_cli: Cli, demo_process: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "liten"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text(
        '{"_id": "d1", "title": "", "text": "Sensorer mäter handhygien."}\n'
        '{"_id": "d2", "title": "", "text": "Taxi."}\n'
    )
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "Who measures hand hygiene?"}\n')
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n")
    done = demo_process("evaluate", str(folder), "--run", str(tmp_path / "run.txt"), "--depth", "1", "--json")
    names = ("nDCG@10", "R@10", "R@100", "P@1", "RR", "AP")
    result = json.loads(done.stdout)
    assert re.fullmatch("[0-9a-f]{64}", result.pop("pipeline"))
    assert result == {
        "collection": "liten",
        "queries": 1,
        "depth": 1,
        "measures": dict.fromkeys(names, 1.0),
        "intervals": {name: [1.0, 1.0] for name in names},
        "parity": None,
    }
    shown = demo_cli("evaluate", str(folder), "--ablate").stdout.decode()
    for part in ("nDCG@10  1.0000  [1.0000, 1.0000]", "Språkparitet: ingen samling", "without terms", "BM25"):
        assert part in shown
    (row,) = (tmp_path / "run.txt").read_text().splitlines()
    assert row.split()[:4] == ["q1", "Q0", "d1", "1"]
    assert demo_cli("evaluate", str(tmp_path)).returncode == 2
    blocked = demo_cli("evaluate", str(folder), "--run", str(tmp_path / "run.txt" / "x"))
    assert blocked.returncode == 5
    assert "Kan inte skriva" in told(blocked)


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "words"),
    [
        (["match", ""], b"", 2, "Texten är tom"),
        (["match", "…"], b"", 2, "Texten är tom"),
        (["match", "-"], b"a" * 1_000_000, 2, "högst 20\u00a0000"),
        (["match", "-"], "å".encode() * 500_000, 2, "högst 20\u00a0000"),
        (["match", "-"], b"\x7fELF\x00\x01", 2, "inte läsbar text"),
        (["match", "-"], b"\xff\xfe\x00", 2, "inte UTF-8"),
        (["match", "--k", "0", "x y"], b"", 2, "från 1 till 1000"),
        (["match"], b"", 2, "inte båda"),
        (["match", "--need", "saknas"], b"", 3, "matcha needs list"),
        (["profiles", "withdraw", "saknas"], b"", 3, "matcha profiles list"),
        (["import", "saknas.csv"], b"", 2, "kan inte läsas"),
        (["evaluate", "saknas"], b"", 2, "BEIR"),
    ],
)
def test_bad_input_gets_a_clear_message(cli: Cli, arguments: list[str], stdin: bytes, code: int, words: str) -> None:
    done = cli(*arguments, stdin=stdin)
    assert done.returncode == code
    assert words in told(done)


def test_faulty_rows_are_all_told_and_nothing_is_saved(cli: Cli, process: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,name,kind\na1,Ett,company\na1,Två,company\na3,Tre,firma\n")
    done = process("import", str(tmp_path / "a.csv"))
    assert done.returncode == 2
    assert "a.csv, rad 3, id: a1 finns redan i a.csv, rad 2" in told(done)
    assert "a.csv, rad 4, kind: firma är inget av: company, academia," in told(done)
    assert json.loads(cli("actors", "list", "--json").stdout) == []


def test_a_missing_model_is_told_before_anything_is_saved(cli: Cli) -> None:
    files = [str(DEMO / name) for name in ("actors.json", "profiles.json")]
    for arguments in (["match", QUESTION], ["import", *files], ["index", "rebuild"]):
        done = cli(*arguments, MATCHA_MODEL="multilingual-e5-small")
        assert done.returncode == 5
        assert "matcha model prepare" in told(done)
        assert "samma --home" in told(done)
    assert json.loads(cli("actors", "list", "--json").stdout) == []


def test_a_foreign_index_is_refused_and_rebuild_mends_it(tmp_path: Path) -> None:
    row = {"id": "a1", "name": "Ett (demo)", "kind": "company"}
    for name, text in (("one", "Vi mäter handhygien."), ("two", "Vi kör taxi.")):
        profile = {"id": "p1", "actor_id": "a1", "title": "Profil", "text": text}
        (tmp_path / f"{name}.json").write_text(json.dumps({"actors": [row], "profiles": [profile]}))
        assert run_cli(tmp_path / name, "import", str(tmp_path / f"{name}.json")).returncode == 0
    (tmp_path / "one" / "indexes" / "profiles").rename(tmp_path / "kept")
    (tmp_path / "two" / "indexes" / "profiles").rename(tmp_path / "one" / "indexes" / "profiles")
    done = run_cli(tmp_path / "one", "match", QUESTION)
    assert done.returncode == 5
    assert "Indexet hör till en annan databas. Kör: matcha index rebuild" in told(done)
    assert run_process(tmp_path / "one", "index", "rebuild").returncode == 0
    assert "Vi mäter handhygien." in run_cli(tmp_path / "one", "match", QUESTION).stdout.decode()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        home = Path("/proc/matcha")  # where even root may not make a folder
    else:
        home = tmp_path / "locked"
        home.mkdir(mode=0o500)
    for arguments in (["needs", "list"], ["import", str(DEMO / "needs.json")], ["model", "prepare"]):
        done = run_cli(home, *arguments)
        assert done.returncode == 5, arguments
        assert "--home" in told(done)


def test_a_setting_that_cannot_be_used_is_named(cli: Cli) -> None:
    done = cli("needs", "list", MATCHA_THREADS="många")
    assert done.returncode == 2
    assert "MATCHA_THREADS" in told(done)


def test_an_unknown_option_is_told(process: Cli) -> None:
    done = process("match", "--colour", "x")
    assert done.returncode == 2
    assert "--colour" in done.stderr.decode()


def test_ctrl_c_in_the_middle_of_import_saves_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run_cli(home, "needs", "list").returncode == 0  # the tables are there; only rows can be missing
    command = [str(Path(sys.executable).with_name("matcha")), "--home", str(home), "import"]
    command += [str(DEMO / name) for name in ("actors.json", "profiles.json")]
    environment = os.environ | {"MATCHA_MODEL": str(MODEL)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment) as running:
        time.sleep(20)  # it loads the model for some seconds, then reads profiles for a minute or more
        stderr = b""
        for _ in range(10):  # a library that is being loaded may swallow the signal; a person presses again
            running.send_signal(signal.SIGINT)
            try:
                _, stderr = running.communicate(timeout=15)
                break
            except subprocess.TimeoutExpired:
                continue
    assert running.returncode == 130
    assert "Avbrutet." in stderr.decode()
    assert "Traceback" not in stderr.decode()
    assert json.loads(run_cli(home, "actors", "list", "--json").stdout) == []
    assert not (home / "indexes" / "profiles").exists()


def test_a_hub_out_of_reach_is_told(process: Cli) -> None:
    for arguments, variables in (
        (["model", "prepare", "--from-hub"], {}),
        (["match", QUESTION], {"MATCHA_MODEL": "no/x"}),
    ):
        done = process(*arguments, HF_HUB_OFFLINE="1", **variables)  # read when a process begins
        assert done.returncode == 5
        assert "hub" in told(done)


def test_the_api_is_served(demo_home: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("matcha")), "--home", str(demo_home), "serve", "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=os.environ | {"MATCHA_MODEL": str(MODEL)}) as server:
        try:
            answer = _post(f"http://127.0.0.1:{port}/v1/matches", {"text": QUESTION, "k": 3})
        finally:
            server.send_signal(signal.SIGINT)
    again = json.loads(run_cli(demo_home, "match", QUESTION, "--k", "3", "--json").stdout)
    assert unlogged(answer) == unlogged(again)


def _post(url: str, asked: dict[str, Any]) -> Any:
    """Ask as soon as the server answers, for at most two minutes."""
    deadline = time.monotonic() + 120
    while True:
        try:
            return httpx.post(url, json=asked, timeout=60).raise_for_status().json()
        except httpx.ConnectError:
            assert time.monotonic() < deadline
            time.sleep(0.5)


def test_every_error_has_an_exit_code() -> None:
    def leaves(error: type[MatchaError]) -> set[type[MatchaError]]:
        return {error}.union(*(leaves(child) for child in error.__subclasses__()))

    found = {error for error in leaves(MatchaError) if not error.__module__.startswith("matcha.web")}  # forms' own
    assert found - {MatchaError} == set(failure.EXIT_CODES)
    assert 0 not in failure.EXIT_CODES.values()
