"""`matcha explain`, `matcha decisions` and `matcha neutrality`, as a user runs them, with the real model."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from matcha.neutrality.report import Relation
from tests.conftest import Cli, run_cli


def test_explain_adds_up_and_names_what_has_no_support(demo_cli: Cli) -> None:
    done = demo_cli("explain", "--need", "behov-a01", "--profile", "profil-a01", "--k", "3", "--json")
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    parts = [*found["evidence"], *found["terms"], *found["other_points"]]
    assert sum(part["points"] for part in parts) == found["score"]
    assert sum(part["points"] for part in found["counted"]) == found["actor_score"]
    assert [pair["need_sentence"] for pair in found["evidence"]] == found["need_sentences"]
    lacking = {pair["need_sentence"] for pair in found["evidence"] if not pair["supported"]}
    assert {sentence for advice in found["advice"] for sentence in advice["need_sentences"]} == lacking
    assert found["deletions"]
    cited = {pair["profile_sentence"] for pair in found["evidence"]}
    assert {deletion["profile_sentence"] for deletion in found["deletions"]} <= cited


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "sv",
            ["Inget stöd funnet för:", "poäng under gränsen för de 10 första", "om en mening stryks", "Samma råd ges"],
        ),
        (
            "en",
            ["No support found for:", "points below the cut-off of the first 10", "if a sentence is", "Every supplier"],
        ),
    ],
)
def test_explain_for_people(demo_cli: Cli, language: str, told: list[str]) -> None:
    done = demo_cli("explain", "--need", "behov-a01", "--profile", "profil-c20", "--lang", language)
    assert done.returncode == 0, done.stderr.decode()
    text = " ".join(done.stdout.decode().split())
    for words in told:
        assert words in text


def test_explain_refuses_what_is_not_there(demo_cli: Cli) -> None:
    done = demo_cli("explain", "--need", "behov-a01", "--profile", "finns-inte")
    assert done.returncode == 3
    assert "Profilen finns-inte finns inte" in done.stderr.decode()


def test_a_decision_is_kept_beside_the_rank(demo_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(demo_home, home)
    given = ["--need", "behov-a01", "--actor", "aktor-a02", "--by", "Samordnaren (demo)", "--reason", "Egen metod."]
    made = run_cli(home, "decisions", "add", "invited", *given, "--json")
    assert made.returncode == 0, made.stderr.decode()
    (decision,) = json.loads(run_cli(home, "decisions", "list", "--json").stdout)
    assert json.loads(made.stdout) == [decision]
    assert (decision["choice"], decision["user"], decision["reason"]) == ("invited", *given[5::2])
    matches = json.loads(run_cli(home, "match", "--need", "behov-a01", "--k", "300", "--json").stdout)["matches"]
    assert decision["machine_rank"] == next(m["rank"] for m in matches if m["actor"]["id"] == "aktor-a02")
    for wrong in (["--by", " "], ["--reason", ""], ["--actor", "finns-inte"]):
        refused = run_cli(home, "decisions", "add", "declined", *given, *wrong)
        assert refused.returncode in (2, 3), (wrong, refused.stderr.decode())
    assert len(json.loads(run_cli(home, "decisions", "list", "--json").stdout)) == 1


def test_the_demo_is_ranked_neutrally(demo_cli: Cli, tmp_path: Path) -> None:
    page = tmp_path / "neutralitet.html"
    done = demo_cli("neutrality", "report", "--sample", "4", "--json", "--html", str(page))
    assert done.returncode == 0, done.stderr.decode()
    report = json.loads(done.stdout)
    found = {finding["relation"]: finding for finding in report["findings"]}
    assert list(found) == list(Relation)
    assert all(finding["tried"] for finding in found.values())
    exact = [r for r in Relation if r not in (Relation.KEYWORDS, Relation.LENGTH, Relation.LANGUAGE, Relation.SIZE)]
    assert {relation: found[relation]["figure"] for relation in exact} == dict.fromkeys(exact, 0)
    assert found[Relation.KEYWORDS]["holds"]
    assert report["exposure"]["never_shown"] <= 0.1
    assert {seen["considered"] for seen in report["exposure"]["actors"]} == {report["exposure"]["needs"]}
    assert "<h1" in page.read_text("utf-8")
