"""A forum at the command line: the real commands and the real model, for a need of the demo, from compose to report."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from matcha.values import Language
from tests.conftest import DEMO, ROOT, copy_home, run_cli

NEED, RULES = "behov-a01", DEMO / "forum" / "rules.json"
BY = ("--by", "Vera Värd", "--reason", "Som lotten föll.")
TOLD = {
    "invitations": {"actor_id", "name", "kind", "seats", "reason", "chance"},
    "reserves": {"actor_id", "name", "kind", "reason", "chance", "order"},
    "not_selected": {"actor_id", "name", "kind", "reason", "chance"},
    "stations": {"number", "theme", "room", "facilitator", "note_taker"},
    "groups": {"number", "members"},
}


@dataclass
class Home:
    """A home of the demo with forums in it, and what was said at each step of one of them."""

    path: Path
    id: str = ""
    said: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, **environment: str) -> tuple[int, str, str]:
        done = run_cli(self.path, "forum", *arguments, stdin=b"", **environment)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def says(self, *arguments: str, **environment: str) -> str:
        code, stdout, stderr = self.run(*arguments, **environment)
        assert code == 0, stderr
        return stdout

    def told(self, *arguments: str) -> Any:
        return json.loads(self.says(*arguments, "--json"))

    def fails(self, *arguments: str) -> tuple[int, str]:
        code, stdout, stderr = self.run(*arguments)
        assert stdout == ""
        return code, stderr


@pytest.fixture(scope="module")
def home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demo with one forum, composed by the rules of the demo, drawn and arranged."""
    home = Home(copy_home(demo_home, tmp_path_factory.mktemp("forum") / "home"))
    home.said["compose"] = home.says("compose", "--need", NEED, "--rules", str(RULES), "--json")
    home.id = json.loads(home.said["compose"])["id"]
    return home


def test_compose_gives_everything_as_json(home: Home) -> None:
    forum = json.loads(home.said["compose"])
    for name, keys in TOLD.items():
        assert forum[name], name
        assert all(keys <= one.keys() for one in forum[name]), name
    assert forum["certificate"].keys() == {"objective", "bound", "gap", "seconds"}
    assert forum["certificate"]["seconds"] > 0
    assert forum["certificate"]["objective"] <= forum["certificate"]["bound"]
    assert isinstance(forum["leaf_index"], int)
    assert forum["seed"]["source"] == "checkpoint"


def test_seats_groups_and_rotation_add_up(home: Home) -> None:
    forum, rules = home.told("show", home.id), json.loads(RULES.read_text("utf-8"))
    people = sum(one["seats"] for one in forum["invitations"]) + sum(rules["host"].values())
    assert rules["seats"][0] <= people <= rules["seats"][1]
    assert sum(len(group["members"]) for group in forum["groups"]) == people
    rounds, groups = len(forum["rotation"]), len(forum["groups"])
    assert (rounds, groups) == (4, 4)
    assert all(
        sorted(stations) == [1, 2, 3, 4] for stations in (*forum["rotation"], *zip(*forum["rotation"], strict=True))
    )
    ids = {one["actor_id"] for name in ("invitations", "reserves", "not_selected") for one in forum[name]}
    assert len(ids) == sum(len(forum[name]) for name in ("invitations", "reserves", "not_selected"))
    assert rules["must"].keys() <= {one["actor_id"] for one in forum["invitations"]}
    assert {one["actor_id"]: one["reason"] for one in forum["not_selected"]}["aktor-a03"].startswith("conflict")
    assert forum["certificate"]["seconds"] is None
    assert {name: forum[name] for name in TOLD} == {name: json.loads(home.said["compose"])[name] for name in TOLD}


@pytest.mark.parametrize("language", Language)
def test_show_fits_the_terminal_and_says_it_without_colours(home: Home, language: Language) -> None:
    text = home.says("show", home.id, MATCHA_LANGUAGE=language)
    digest = json.loads(home.said["compose"])["digest"]
    wide = [line for line in text.splitlines() if len(line.rstrip()) > 100 and digest not in line]
    assert wide == []
    words = {
        Language.SV: ("Perspektivforum: ", "ingen kan ha fler", "Platser", "● svarar starkt", "Runda 4", "Sedan: "),
        Language.EN: ("Forum: ", "none can have more", "Seats", "● answers strongly", "Round 4", "Next: "),
    }
    assert all(word in text for word in words[language]), text
    assert "\x1b" not in text


def test_the_draw_is_verified_here_and_by_a_tool_that_knows_nothing_of_matcha(home: Home, tmp_path: Path) -> None:
    text = home.says("verify", home.id, "--out", str(tmp_path))
    assert "Samma lottning" in text
    assert home.told("verify", home.id)["identical"] is True
    seed = json.loads((tmp_path / "seed.json").read_text("utf-8"))
    tool = (sys.executable, str(ROOT / "tools" / "verify_draw.py"), str(tmp_path / "composition.json"))
    done = subprocess.run([*tool, seed["source"], seed["said"]], capture_output=True, text=True, check=True)
    forum = json.loads(home.said["compose"])
    digest, _, _, *invited = done.stdout.splitlines()
    assert digest == f"digest {forum['digest']}"
    assert invited == [one["actor_id"] for one in forum["invitations"]]


def test_a_forum_is_composed_first_and_drawn_later(home: Home) -> None:
    asked = ("compose", "--need", NEED, "--seats", "20-30", "--aspect", "Mäta", "--aspect", "Träna på handhygien")
    forum = home.told(*asked, "--later")
    assert (forum["invitations"], forum["seed"], forum["rules"]["seats"]) == ([], None, [20, 30])
    assert forum["need"]["aspects"] == ["Mäta", "Träna på handhygien"]
    assert "Väntar på lotten" in home.says("show", forum["id"])
    assert home.fails("verify", forum["id"])[0] == 4
    assert home.told("draw", forum["id"], "--seed", "på prov")["seed"]["source"] == "trial"
    dice = ("--dice", "4 2 6 1 3 5 2 2 6 1")
    assert home.fails("draw", forum["id"], *dice)[0] == 2
    assert home.told("draw", forum["id"], *dice, "--witness", "Vera Vittne")["seed"]["witnesses"] == ["Vera Vittne"]
    assert "Samma lottning" in home.says("verify", forum["id"])
    arranged = home.told("arrange", forum["id"], "--mixing", "remixed", "--stations", "4")
    assert len(arranged["stations"]) == len(arranged["rotation"]) == 4
    assert arranged["pairs"]["met"] <= arranged["pairs"]["bound"]
    assert "  R4  " in home.says("show", forum["id"])
    assert [one["id"] for one in home.told("list", "--need", NEED)] == [home.id, forum["id"]]
    assert home.id in home.says("list")


def test_what_goes_wrong_has_its_exit_code_and_says_nothing_on_stdout(home: Home, tmp_path: Path) -> None:
    def rules(content: str) -> tuple[str, ...]:
        file = tmp_path / "rules.json"
        file.write_text(content, "utf-8")
        return "compose", "--need", NEED, "--rules", str(file), "--json"

    code, words = home.fails(*rules('{"quotas": {"authority": [40, 41]}}'))
    assert code == 4
    assert "  • minst 40 platser till myndigheter" in words
    assert "  • at least 40 seats for authorities" in words
    code, words = home.fails(*rules('{"seats": [30], "kvot": 3, "one_sided": 0}'))
    assert code == 2
    assert all(name in words for name in ("rules.json: ", "seats.1 saknas", "kvot är inget känt fält", "one_sided "))
    assert home.fails(*rules("{"))[0] == home.fails(*rules("[]"))[0] == 2
    assert home.fails(*rules('{"seats": [1, 2], "seats": [3, 4]}'))[0] == 2
    assert home.fails("compose", "--need", NEED, "--rules", str(tmp_path / "nothing.json"))[0] == 3
    assert home.fails("compose", "--need", NEED, "--seats", "många")[0] == 2
    assert home.fails("compose", "--need", NEED, "--later", "--seed", "ord")[0] == 2
    assert home.fails("compose", "--need", "behov-finns-inte")[0] == 3
    assert home.fails("show", "forum-finns-inte")[0] == home.fails("verify", "forum-finns-inte")[0] == 3
    assert home.fails("draw", home.id)[0] == 4
    assert home.fails("draw", home.id, "--dice", "1", "--seed", "x")[0] == 2
    assert home.fails("plan", home.id)[0] == 2


def test_one_number_of_seats_is_the_most(home: Home, tmp_path: Path) -> None:
    from matcha.cli.forum_composing import _range

    assert [_range(said, fewest) for said, fewest in (("40", 30), ("20", 30), ("35", 20), ("25-28", 30))] == [
        (30, 40),
        (20, 20),
        (20, 35),
        (25, 28),
    ]


def test_a_forum_is_held_from_the_programme_to_its_files(home: Home, tmp_path: Path) -> None:
    _invite(home, tmp_path)
    _hold(home)
    _meet(home, tmp_path)
    _close(home, tmp_path)


def _invite(home: Home, folder: Path) -> None:
    early = home.fails("invite", home.id, *BY, "--reply-by", "2027-02-01", "--letters", str(folder / "letters"))
    assert early[0] == 2
    planned = home.says("plan", home.id, "--starts", "2027-03-11T13:00", "--place", "Demohuset")
    assert "torsdag 11 mars 2027 kl. 13.00–" in planned
    assert "Station 1 saknar en lokal." in planned
    assert home.told("show", home.id)["programme"][0]["starts"] == "2027-03-11T13:00:00+01:00"
    invite = ("invite", home.id, *BY, "--reply-by", "2027-02-01", "--letters", str(folder / "letters"))
    text = home.says(*invite, "--language", "en")
    forum = home.told("show", home.id)
    assert f"{len(forum['invitations'])} aktörer" in text
    written = {path.stem: path.read_text("utf-8") for path in (folder / "letters" / "invited").glob("*.txt")}
    assert written.keys() == {one["actor_id"] for one in forum["invitations"]}
    for one in forum["invitations"]:
        assert one["name"] in written[one["actor_id"]]
    assert all("Demohuset" in letter and "Vera Värd" in letter for letter in written.values())


def _hold(home: Home) -> None:
    first, second, third = (one["actor_id"] for one in home.told("show", home.id)["invitations"][:3])
    times = ("--time", "2027-03-18T09:00", "--time", "2027-03-18T10:00")
    assert "tackat ja" in home.says("reply", home.id, second, "accepted", *times)
    home.says("reply", home.id, third, "accepted", *times)
    home.says("reply", home.id, first, "declined", "--text", "Vi kan inte.")
    text = home.says("replace", home.id, first, *BY)
    forum = home.told("show", home.id)
    (new,) = (one for one in forum["invitations"] if one["in_place_of"] == first)
    assert f"{new['name']} får platsen" in text
    assert f"{first}/1 går" in text
    assert f"{new['actor_id']}/1 kommer till: " in text
    assert f"{second}/1 går" in home.says("change", home.id, "--gone", f"{second}/1", "--late", f"{third}/1=2")
    assert f"{second}/1 kommer till: –, " in home.says("change", home.id, "--come", second, "--done", "1")
    assert home.fails("change", home.id, "--gone", "ingen/1")[0] == 3
    assert home.fails("change", home.id, "--late", "ingen/1")[0] == 2


def _meet(home: Home, folder: Path) -> None:
    team = {"name": "Lag A", "times": ["2027-03-18T09:00", "2027-03-18T10:00"]}
    file = folder / "meetings.json"
    file.write_text(json.dumps({"template": "Vad behöver vården veta?", "teams": [team]}), "utf-8")
    assert "2027-03-18 09.00" in home.says("meetings", home.id, "--file", str(file))
    one, other = (meeting["actor_id"] for meeting in home.told("show", home.id)["meetings"])
    said = ("--held", "2027-03-18", "--text", "De frågade om sängplatserna.")
    assert home.fails("notes", home.id, other, *said)[0] == 4
    home.says("notes", home.id, one, *said)
    home.says("notes", home.id, other, *said)
    home.says("outcome", home.id, "knowledge", "Sprit vid varje säng räcker långt.", "--station", "1")
    home.says("value", home.id, one, "--insight", "5", "--contacts", "3", "--again", "4")


def _close(home: Home, folder: Path) -> None:
    code, words = home.fails("close", home.id)
    assert code == 4
    assert "inte fått veta detsamma" in words
    assert "matcha forum tell" in home.says("show", home.id)
    for meeting in home.told("show", home.id)["untold"]:
        home.says("tell", home.id, str(meeting), "De frågade om sängplatserna.")
    assert "är avslutat" in home.says("close", home.id)
    assert home.fails("close", home.id)[0] == 4
    home.says("report", home.id, "--out", str(folder / "out"))
    forum = json.loads((folder / "out" / "forum.json").read_text("utf-8"))
    assert forum == home.told("report", home.id)
    assert forum["closed"] is not None
    names = {path.name for path in (folder / "out").iterdir()}
    assert {"forum.pdf", "namnskyltar.pdf", "program.ics", "inbjudningar.xlsx", "ej-utvalda.csv"} <= names
    audited = run_cli(home.path, "log", "audit")
    assert audited.returncode == 0, audited.stderr.decode()
