"""What is loaded for a question, and what is not: a command that starts is one somebody waits for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import MODEL, copy_home

UNNEEDED = (
    *("torch", "transformers", "sentence_transformers", "onnx", "sklearn", "scipy", "huggingface_hub", "matplotlib"),
    *("ortools", "pandas", "openpyxl", "typst", "fastapi", "icalendar", "alembic", "spacy.cli"),
)
NOT_FOR_A_SENTENCE = (  # what spaCy has nothing to cut in, and what only answering does not touch
    *("spacy", "thinc", "argon2", "matcha.service.matcha", "matcha.service.intake", "matcha.service.accounts"),
    *("matcha.forum", "matcha.needs.chart", "matcha.neutrality.report", "matcha.interchange.forms", "matcha.api"),
    *("matcha.cli.failure", "matcha.cli.forum", "matcha.cli.files", "matcha.service.labels"),
)
NOT_FOR_SERVING = tuple(name for name in UNNEEDED if name not in ("fastapi", "icalendar"))
_MATCHES = """
import sys
from matcha.cli.app import main
unneeded = sys.argv[2:]
sys.argv = ["matcha", "--home", sys.argv[1], "match", *ASKED, "--k", "1", "--json"]
try:
    main()
finally:
    print([name for name in unneeded if name in sys.modules])
"""
_SERVES = """
import sys
from matcha import Matcha, Settings
from matcha.store.rates import Rates
from matcha.web import create_site
settings = Settings(home=sys.argv[1])
matcha = Matcha.open(settings)
matcha.warm_up()
create_site(matcha, settings, Rates.beside(settings.database), trial=False, working=True)
print([name for name in sys.argv[2:] if name in sys.modules])
matcha.close()
"""


def _lines(code: str, home: Path, names: tuple[str, ...]) -> list[bytes]:
    told = {**os.environ, "MATCHA_MODEL": str(MODEL)}
    done = subprocess.run([sys.executable, "-c", code, str(home), *names], capture_output=True, check=True, env=told)
    return done.stdout.splitlines()


def test_a_match_loads_only_what_it_needs(demo_home: Path, tmp_path: Path) -> None:
    _expect_none_of(UNNEEDED, copy_home(demo_home, tmp_path / "home"), "--need", "behov-a01")


def test_a_sentence_is_answered_without_spacy_and_without_what_else_matcha_can_do(
    demo_home: Path, tmp_path: Path
) -> None:
    home = copy_home(demo_home, tmp_path / "home")
    _expect_none_of((*UNNEEDED, *NOT_FOR_A_SENTENCE), home, "Vi behöver följa upp handhygienen.")


def _expect_none_of(names: tuple[str, ...], home: Path, *asked: str) -> None:
    lines = _lines(_MATCHES.replace("ASKED", repr(asked)), home, names)
    assert any(b'"matches"' in line for line in lines)
    assert lines[-1] == b"[]"


def test_a_server_that_waits_for_questions_has_no_solver_and_no_plots(demo_home: Path, tmp_path: Path) -> None:
    assert _lines(_SERVES, copy_home(demo_home, tmp_path / "home"), NOT_FOR_SERVING) == [b"[]"]
