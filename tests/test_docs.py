"""What the documents say is so."""

import json
import re
import subprocess
from pathlib import Path

from benchmarks.measure_api import with_table as with_load
from benchmarks.measure_forum import with_table as with_forum
from benchmarks.measure_neutrality import with_table
from benchmarks.measure_pages import with_table as with_pages
from benchmarks.measure_peers import RESULT as PEERS
from benchmarks.measure_peers import with_table as with_peers
from benchmarks.measure_quality import RESULTS, with_tables
from benchmarks.peers.plots import PICTURE, drawn

import matcha
from matcha import Settings
from matcha.neutrality.newcomers import invented_parallels
from matcha.records.batch import FORMS, Noun
from tests.conftest import DEMO, ROOT, Cli, demo

GROUPS = {"database", "index", "log", "model", "statistics"}  # named in prose

README = (ROOT / "README.md").read_text("utf-8")


def section(text: str, name: str) -> str:
    return text.split(f"<!-- {name} -->\n")[1].split(f"<!-- /{name} -->")[0]


def test_every_setting_stands_in_the_readme_with_its_default_and_help() -> None:
    rows = [line.strip("| ").split(" | ") for line in section(README, "settings").splitlines()[2:]]
    expected = {}
    for name, field in Settings.model_fields.items():
        default = {"home": "the checkout, or the user's data folder"}.get(name, None if field.default else "none")
        expected[f"`MATCHA_{name.upper()}`"] = (default or f"`{field.default}`", field.description)
    assert {name: (default, meaning) for name, default, meaning in rows} == expected


def test_every_command_in_the_readme_exists_and_every_command_stands_there(cli: Cli) -> None:
    told = set(re.findall(r"`matcha ([a-z]+(?: [a-z][a-z-]+)?)", README)) - GROUPS
    exist: set[str] = set()
    for line in commands(cli):
        inner = commands(cli, line)
        exist |= {f"{line} {name}" for name in inner} or {line}
    assert told == exist


def commands(cli: Cli, *of: str) -> list[str]:
    text = cli(*of, "--help").stdout.decode()
    return re.findall(r"^  ([a-z-]+)  ", text.split("Commands:")[1], re.M) if "Commands:" in text else []


def test_python_in_the_readme_runs() -> None:
    for code in re.findall(r"```python\n(.*?)```", README, re.S):
        exec(compile(code, "README.md", "exec"), {})


def test_the_quality_tables_are_made_from_the_results() -> None:
    assert len(list(RESULTS.glob("*.json"))) == 9
    assert with_tables(README) == README


def test_how_quick_an_answer_is_in_the_readme_is_what_was_measured() -> None:
    columns = ("encode_ms", "search_ms", "faiss_flat_ms", "answer_ms")
    runs = json.loads((ROOT / "benchmarks" / "speed" / "bench.json").read_text())["runs"]
    told = re.search(
        r"one sentence the whole takes ([\d.]+) times the reading, of two ([\d.]+), of eight\n.* ([\d.]+)\.", README
    )
    assert told
    assert [float(each) for each in told.groups()] == [
        round(run["answer_ms"]["median"] / run["encode_ms"]["median"], 2) for run in runs if run["profiles"] == 10_000
    ]
    for run in runs:
        times = " | ".join(f"{run[name]['median']:.1f}" for name in columns)
        row = f"| {run['profiles']:,}, {run['sentences']} | {times} | {run['rss_mb']['median']:,.0f} |"
        assert row in README
    sizes = {
        row["vectors"]: row for row in json.loads((ROOT / "benchmarks" / "speed" / "search.json").read_text())["sizes"]
    }
    told = re.search(r"takes ([\d.]+) of FAISS's time over\n100,000 vectors and ([\d.]+) over a million", README)
    assert told
    assert [float(each) for each in told.groups()] == [
        round(sizes[size]["ratio, quartiles"][1], 2) for size in (100_000, 1_000_000)
    ]
    assert f"Of {sizes[1_000_000]['questions checked']:,} answers" in README
    assert sizes[1_000_000]["missed"] == 0


def test_the_cost_of_logging_in_the_readme_is_the_measured_one() -> None:
    measured = json.loads((ROOT / "benchmarks" / "speed" / "answer.json").read_text())
    told = re.search(r"Logging takes ([\d.]+) % of the time", README)
    assert told
    share = measured["medians"]["needs of the demo (8 sentences)"]["logging ÷ answer"]
    assert float(told[1]) == round(100 * share, 1) <= 10


def test_the_cost_of_explaining_in_the_readme_is_the_measured_one() -> None:
    medians = json.loads((ROOT / "benchmarks" / "speed" / "explanation.json").read_text())["medians"]
    told = re.search(r"Explaining an actor takes ([\d.]+) ms.*?or ([\d.]+) of the time", README, re.S)
    assert told
    exact = medians["explaining an actor"]
    assert (float(told[1]), float(told[2])) == (exact["ms"], exact["÷ reading"])
    assert exact["ms"] <= 20


def test_the_neutrality_table_is_made_from_the_result() -> None:
    assert with_table(README) == README


def test_the_table_of_load_is_made_from_the_result() -> None:
    assert with_load(README) == README


def test_the_table_of_the_composer_is_made_from_the_result() -> None:
    assert with_forum(README) == README


def test_the_table_of_pages_is_made_from_the_result() -> None:
    assert with_pages(README) == README


def test_the_table_and_the_picture_of_other_systems_are_made_from_the_result() -> None:
    assert with_peers(README) == README
    assert drawn(json.loads(PEERS.read_text("utf-8"))) == PICTURE.read_text("utf-8")


def test_the_parallel_profiles_in_the_package_are_the_demo_s() -> None:
    rows = json.loads((DEMO / "judgements" / "parallels.json").read_text("utf-8"))
    written = {row["id"]: row for row in demo("profiles")}
    said = [{r["language"]: (r["title"], r["text"]) for r in (row, written[row["profile_id"]])} for row in rows]
    assert [{"sv": p.swedish, "en": p.english} for p in invented_parallels()] == said


def test_the_import_columns_are_those_of_the_forms() -> None:
    rows = section((ROOT / "docs" / "import.md").read_text("utf-8"), "columns").splitlines()[2:]
    told = {noun: (must.split(", "), may.split(", ")) for noun, must, may in (r.strip("| ").split(" | ") for r in rows)}
    assert told == {
        noun.value: (
            [name for name, field in FORMS[noun].model_fields.items() if field.is_required()],
            [name for name, field in FORMS[noun].model_fields.items() if not field.is_required()],
        )
        for noun in Noun
    }


def test_links_between_our_pages_lead_somewhere() -> None:
    tracked = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
    for page in (ROOT / name for name in tracked.stdout.splitlines()):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), (page, target)


def test_the_public_surface_is_small_sorted_and_there() -> None:
    assert matcha.__all__ == sorted(matcha.__all__, key=str)
    assert len(matcha.__all__) <= 12
    assert all(hasattr(matcha, name) for name in matcha.__all__)


def test_figures_about_the_demo_data_are_true() -> None:
    judgements = len((DEMO / "judgements" / "qrels.tsv").read_text().splitlines()) - 1
    for page in (ROOT / "CHANGELOG.md", DEMO / "README.md"):
        assert f"{judgements:,}" in page.read_text("utf-8"), page


def test_no_file_is_too_long_to_be_a_step() -> None:
    for path in Path(matcha.__file__).parent.rglob("*.py"):
        lines = path.read_text("utf-8").splitlines()
        assert len(lines) <= 300 or "Written by tools.generate_client" in lines[0], path
