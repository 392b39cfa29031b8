"""Try out mutants of the match log in a copy, and fail if one survives that `equivalents.toml` does not explain.

    .venv-mutants/bin/python tests/mutants/run.py .venv/bin/python [module …]

Runs where the mutation tool is installed; the Python it is given runs the tests.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TOOL = str(Path(sys.executable).with_name("cosmic-ray"))
CONFIG = tomllib.loads((HERE / "cosmic-ray.toml").read_text("utf-8"))
LARGEST_TREE = "17"  # leaves; enough for every mutant, and a second instead of ten


@dataclass(frozen=True)
class Mutant:
    """One line changed in one function."""

    module: str
    function: str
    was: str
    now: str


def main(python: str, modules: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        copy = Path(name)
        copy_project(copy)
        subprocess.run([python, "-m", "compileall", "-q", "tests"], cwd=copy, check=True)  # once, not for each mutant
        tried = [found for module in modules for found in outcomes(copy, module, python)]
    survivors = [mutant for mutant, survived in tried if survived]
    explained = set(equivalents())
    unexplained = [mutant for mutant in survivors if mutant not in explained]
    print(
        f"{len(tried)} mutants: {len(tried) - len(survivors)} killed, {len(survivors) - len(unexplained)} equivalent, "
        f"{len(unexplained)} survived"
    )
    for mutant in unexplained:
        print(f"\n{mutant.module}.py, {mutant.function}\n- {mutant.was}\n+ {mutant.now}")
    needless = [mutant for mutant in explained - set(survivors) if mutant.module in modules]
    for mutant in needless:
        print(f"\nnot among the survivors, though listed: {mutant}")
    return 1 if unexplained or needless or not tried else 0


def copy_project(copy: Path) -> None:
    """Copy sources and tests, without what would load the whole of matcha for each mutant."""
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    (copy / "src" / "matcha" / "__init__.py").write_text("", "utf-8")
    (copy / "tests").mkdir()
    for test in (ROOT / "tests").glob("*.py"):
        if test.name != "conftest.py":
            shutil.copy(test, copy / "tests")


def outcomes(copy: Path, module: str, python: str) -> Iterator[tuple[Mutant, bool]]:
    """Give each mutant of a module, and whether it survived."""
    config, session = f"{module}.toml", f"{module}.sqlite"
    command = CONFIG["cosmic-ray"]["test-command"].format(python=python, tests=" ".join(CONFIG["modules"][module]))
    (copy / config).write_text(
        f"[cosmic-ray]\nmodule-path = {json.dumps(f'src/matcha/matchlog/{module}.py')}\n"
        f"timeout = {CONFIG['cosmic-ray']['timeout']}\nexcluded-modules = []\ntest-command = {json.dumps(command)}\n"
        f"[cosmic-ray.distributor]\nname = {json.dumps(CONFIG['cosmic-ray']['distributor']['name'])}\n",
        "utf-8",
    )
    for step in (["init", config, session], ["baseline", config], ["exec", config, session]):
        asked(copy, step)
    for line in asked(copy, ["dump", session]).splitlines():
        work, result = json.loads(line)
        [mutation] = work["mutations"]
        rows = [row for row in result["diff"].splitlines() if row[:3] not in ("---", "+++")]
        was, now = (" ".join(row[1:].strip() for row in rows if row[:1] == sign) for sign in "-+")
        yield Mutant(module, mutation["definition_name"] or "", was, now), result["test_outcome"] == "survived"


def asked(copy: Path, step: Sequence[str]) -> str:
    environment = os.environ | {
        "MATCHA_LARGEST_TREE": LARGEST_TREE,
        "OMP_NUM_THREADS": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": "src",
    }
    return subprocess.run(
        [TOOL, *step], cwd=copy, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def equivalents() -> Iterator[Mutant]:
    """Give the mutants that nothing could tell from the original; each is listed with the reason."""
    for one in tomllib.loads((HERE / "equivalents.toml").read_text("utf-8")).get("equivalent", []):
        if not one.pop("why"):
            raise SystemExit(f"no reason for {one}")
        nows = one.pop("now")
        yield from (Mutant(now=now, **one) for now in ([nows] if isinstance(nows, str) else nows))


if __name__ == "__main__":
    raise SystemExit(main(str(Path(sys.argv[1]).absolute()), sys.argv[2:] or list(CONFIG["modules"])))
