"""The default model's fast form against the same model through sentence-transformers, and how it is found."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from matcha import Settings
from matcha.config import Engine
from matcha.encoding import bundled, graph_file
from matcha.encoding.fast_model import FastModel
from matcha.encoding.finding import fast_folder, find_encoder
from matcha.encoding.folders import folder_digest
from matcha.encoding.sentence_model import SentenceModel
from matcha.errors import Unavailable
from matcha.values import Role
from tests.conftest import DEMO, MODEL

FAST = fast_folder(MODEL)
ODD = ("a", "Å", "  mellanslag  före och efter  ", "😀 naïve café", "½ %", "ﬁ ligatur", "٣", "x" * 300, "Ord. " * 800)
_LOADS = """
import sys
from pathlib import Path
from matcha.encoding.fast_model import FastModel
from matcha.values import Role
FastModel(Path(sys.argv[1])).encode("Händerna spritas för sällan.", Role.NEED)
print([name for name in ("torch", "transformers", "sentence_transformers", "onnx") if name in sys.modules])
"""


@pytest.fixture(scope="module")
def slow() -> SentenceModel:
    return SentenceModel(MODEL)


@pytest.fixture(scope="module")
def fast() -> FastModel:
    return FastModel(FAST)


def sentences() -> list[str]:
    rows = [row for noun in ("needs", "profiles") for row in json.loads((DEMO / f"{noun}.json").read_text())[noun]]
    return [said for row in rows for said in (row["title"], *row["text"].split(". ")[:1])][::5] + list(ODD)


def test_vectors_are_those_of_sentence_transformers(slow: SentenceModel, fast: FastModel) -> None:
    assert fast.dimension == slow.dimension == 384
    texts = sentences()
    assert len(texts) > 100
    for place, text in enumerate(texts):
        role = tuple(Role)[place % 2]
        vector = fast.encode(text, role)
        assert vector.dtype == np.float32
        assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-5)
        assert float(vector @ slow.encode(text, role)) >= 0.999999, text


def test_the_weights_are_the_models_own_to_the_bit() -> None:
    rng = np.random.default_rng(9)
    scales = rng.choice([-0.02, 0.013, 0.0], (6, 4, 1)).astype(np.float16).astype(np.float32)
    scales[0, 0] = np.float16(-0.02)
    whole = rng.integers(-8, 8, (6, 4, 32)).astype(np.float32)
    whole[..., 0] = -8  # as Q4_0 makes them: the largest is -8 times its scale
    weights = (whole * scales).astype(np.float32).reshape(6, 128)
    found = graph_file._in_blocks(weights)
    assert found is not None
    assert np.array_equal(((found[0].astype(np.float32) - 8) * found[1][..., None]).reshape(6, 128), weights)
    weights[0, 1] += np.float32(1e-4)
    assert graph_file._in_blocks(weights) is None
    assert graph_file._in_blocks(weights[:, :100]) is None


def test_the_same_text_gives_the_same_bits_and_each_side_its_prompt(fast: FastModel) -> None:
    first = [fast.encode(text, Role.NEED) for text in ODD]
    again = [fast.encode(text, Role.NEED) for text in reversed(ODD)][::-1]
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(fast.encode("handhygien", Role.NEED), fast.encode("handhygien", Role.PROFILE))


def test_it_loads_no_torch() -> None:
    done = subprocess.run([sys.executable, "-c", _LOADS, str(FAST)], capture_output=True, check=True)
    assert done.stdout == b"[]\n"


def test_the_settings_name_an_encoder(tmp_path: Path) -> None:
    assert isinstance(find_encoder(Settings(model=str(MODEL))), FastModel)
    through = find_encoder(Settings(model=str(MODEL), engine=Engine.SENTENCE_TRANSFORMERS))
    assert isinstance(through, SentenceModel)
    assert through.digest != find_encoder(Settings(model=str(MODEL))).digest
    own = tmp_path / "models" / "own"
    own.mkdir(parents=True)
    (own / "modules.json").write_text("[]")
    assert isinstance(find_encoder(Settings(home=tmp_path, model="own")), SentenceModel)


def test_a_fast_form_that_is_missing_or_of_another_model_is_told_with_the_command(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "multilingual-e5-small"
    folder.mkdir(parents=True)
    (folder / "modules.json").write_text("[]")
    with pytest.raises(Unavailable, match="Run: matcha model prepare"):
        find_encoder(Settings(home=tmp_path))
    shutil.copytree(FAST, fast_folder(folder))
    with pytest.raises(Unavailable, match="of another model"):
        find_encoder(Settings(home=tmp_path))
    about = json.loads((FAST / graph_file.ABOUT).read_text())
    about |= {"form": 1, "source": folder_digest(folder)}
    (fast_folder(folder) / graph_file.ABOUT).write_text(json.dumps(about))
    with pytest.raises(Unavailable, match="Run: matcha model prepare"):  # of an older matcha
        find_encoder(Settings(home=tmp_path))
    (fast_folder(folder) / graph_file.ABOUT).write_text(json.dumps(about | {"form": graph_file.FORM}))
    assert isinstance(find_encoder(Settings(home=tmp_path)), FastModel)


def test_it_is_built_whole_or_not_at_all_and_the_same_again(tmp_path: Path) -> None:
    bundled.prepare_fast(MODEL, tmp_path / "again", lambda share: None)
    for made in FAST.iterdir():
        assert (tmp_path / "again" / made.name).read_bytes() == made.read_bytes()
        assert (tmp_path / "again" / made.name).stat().st_mode & 0o444 == 0o444  # for whoever runs the service
    assert {graph_file.GRAPH, graph_file.WEIGHTS, graph_file.ABOUT} < {made.name for made in FAST.iterdir()}

    def stopped(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bundled.prepare_fast(MODEL, tmp_path / "half", stopped)
    assert {path.name for path in tmp_path.iterdir()} == {"again"}


@pytest.mark.parametrize("wrong", ["model_type", "hidden_act"])
def test_another_sort_of_model_is_refused(tmp_path: Path, wrong: str) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for file in MODEL.rglob("*.json"):
        place = folder / file.relative_to(MODEL)
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(file.read_bytes())
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, wrong: "another"}))
    with pytest.raises(ValueError, match="not a BERT"):
        graph_file.write_graph(folder, tmp_path / "fast", "", lambda share: None)
    assert not (tmp_path / "fast").exists()
