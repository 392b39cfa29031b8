"""`matcha explain`, `matcha decisions` and what `matcha neutrality` tries, with the real model."""

import json
from pathlib import Path
from typing import Any

import pytest

from matcha import Batch, Matcha
from matcha.neutrality.relations import Ranks, check
from matcha.neutrality.report import Relation
from tests.conftest import Cli, copy_home, run_cli, run_process
from tests.test_neutrality import part_of_demo

LONGEST_HERE = 4000  # characters; only what is padded to try length is longer


def test_explain_adds_up_and_names_what_has_no_support(demo_process: Cli) -> None:
    done = demo_process("explain", "--need", "behov-a01", "--profile", "profil-a01", "--k", "3", "--json")
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
    home = copy_home(demo_home, tmp_path / "home")
    given = ["--need", "behov-a01", "--actor", "aktor-a02", "--by", "Samordnaren (demo)", "--reason", "Egen metod."]
    made = run_process(home, "decisions", "add", "invited", *given, "--json")
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


def test_part_of_the_demo_is_ranked_neutrally(demo_system: Matcha) -> None:
    """The real model and the real flows; README has the whole demo (benchmarks/measure_neutrality.py).

    Nothing is said here of length and language, so no padded text and no parallel version is read.
    """
    part = part_of_demo(8, 40)
    with demo_system._store.reading() as session:
        ready = demo_system._preparation.ready(session)

    def rank(batch: Batch) -> Ranks:
        if any(len(form.text) > LONGEST_HERE for form in batch.profiles):
            return rank(part)
        twin = demo_system._twin(ready, demo_system.reader.encoder)
        twin.submit(batch)
        return {need.id: twin.everyone(need.id) for need in batch.needs}

    findings = check(part, rank, (), 4, lambda done, total: None)
    found = {finding.relation: finding for finding in findings}
    not_exact = (Relation.KEYWORDS, Relation.LENGTH, Relation.LANGUAGE, Relation.SIZE)
    exact = [relation for relation in Relation if relation not in not_exact]
    assert all(found[relation].tried for relation in exact)
    assert {relation: found[relation].figure for relation in exact} == dict.fromkeys(exact, 0)
    assert found[Relation.KEYWORDS].holds
