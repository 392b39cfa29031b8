"""The second verifier of receipts, in the documentation, agrees with matcha's on everything genuine and forged."""

import importlib.util
import random
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from matcha.errors import Invalid
from matcha.matchlog import receipt
from tests.forged import flipped, forgeries, put, told_in
from tests.paper_log import CONSIDERED, GENUINE, LOG, elsewhere
from tests.signers import signer
from tests.stress import scaled
from tests.test_receipt_forgeries import LIES

SCRIPT = Path(__file__).parents[1] / "docs" / "verify_receipt.py"
KEY = str(LOG.key.public)
ALL = 10**6


def loaded() -> Any:
    """The verifier, which remembers the signatures that it has found right: it takes its time over them."""
    spec = importlib.util.spec_from_file_location("verify_receipt", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.__dict__["signed"] = cache(module.__dict__["signed"])
    return module


SECOND = loaded()


def first_accepts(text: str) -> bool:
    try:
        receipt.verify(text, [LOG.key.public])
    except Invalid:
        return False
    return True


def second_accepts(text: str, key: str = KEY) -> bool:
    try:
        SECOND.verify(text, key)
    except Exception:  # noqa: BLE001 — it need not say in what way it fails
        return False
    return True


def test_it_needs_nothing_but_python_and_says_what_is_proven(tmp_path: Path) -> None:
    path = tmp_path / "receipt"
    path.write_text(CONSIDERED["shown"], "utf-8")
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(path)]
    done = subprocess.run([*command, KEY], capture_output=True, text=True, check=True)
    assert done.stdout == "OK: profile 0 was scored in match 8: rank 1, score 777001999\n"
    wrong = subprocess.run([*command, str(signer("log.example", 2).public)], capture_output=True, check=False)
    assert wrong.returncode != 0
    assert not re.search(r"^(from|import) +matcha", SCRIPT.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", GENUINE)
def test_it_says_of_everything_genuine_what_matcha_says(name: str) -> None:
    found, said = receipt.verify(GENUINE[name], [LOG.key.public]), SECOND.verify(GENUINE[name], KEY)
    if found.line is None:
        assert said == f"{found.entry.kind} {found.index} is in the log log.example of {len(LOG.bodies)} entries"
    elif found.standing is None:
        reason = "other kind" if found.excluded == "other_kind" else found.excluded
        assert said == f"profile {found.profile} was on the roll of match {found.index} and excluded: {reason}"
    else:
        standing = f"rank {found.standing.rank}, score {found.standing.score}"
        assert said == f"profile {found.profile} was scored in match {found.index}: {standing}"


@pytest.mark.parametrize("name", GENUINE)
def test_it_accepts_and_refuses_what_matcha_does(name: str) -> None:
    tried = list(forgeries(GENUINE[name], list(GENUINE.values()), scaled(4, ALL), scaled(100, ALL), seed=2))
    picked = random.Random(name).sample(tried, min(len(tried), scaled(350, ALL)))
    assert [forged for forged in picked if first_accepts(forged.text) != second_accepts(forged.text)] == []


@pytest.mark.parametrize("what", LIES)
def test_it_refuses_what_proves_nothing_however_well_it_is_signed(what: str) -> None:
    assert not second_accepts(LIES[what])


def test_it_refuses_a_value_moved_into_its_salt() -> None:
    profile = told_in(CONSIDERED["shown"])["profile"]
    value = profile["value"].encode()
    for cut in range(1, len(value) + 1):
        longer = {**profile, "salt": profile["salt"] + value[:cut].hex(), "value": value[cut:].decode()}
        assert not second_accepts(put(CONSIDERED["shown"], ("profile",), longer))


def test_it_refuses_a_bit_flipped_anywhere_in_a_consideration() -> None:
    tried = flipped(CONSIDERED["not among the first"], scaled(150, ALL), seed=11)
    assert [forged for forged in tried if second_accepts(forged.text)] == []


def test_it_refuses_the_key_and_the_checkpoint_of_another_log() -> None:
    other, text = elsewhere(), CONSIDERED["shown"]
    theirs = text.replace(LOG.note, other.note)
    assert SECOND.verify(theirs, str(other.key.public)) == SECOND.verify(text, KEY)
    assert not second_accepts(theirs)
    for key in (other.key, signer("log.example", 2)):
        assert not second_accepts(text, str(key.public))
