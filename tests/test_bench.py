"""`matcha bench`: a run of seconds, and what is registered stays as it is."""

import json
from pathlib import Path

import pytest

from matcha import Settings
from matcha.encoding.finding import find_encoder
from matcha.service import measuring
from matcha.service.measuring import Figure
from tests.conftest import MODEL, run_process

NAMES = ("encode_ms", "search_ms", "faiss_flat_ms", "answer_ms", "bulk_per_s", "encoder_per_s", "rss_mb")


def test_it_measures_in_a_place_of_its_own(tmp_path: Path) -> None:
    arguments = ("bench", "--profiles", "12", "--rounds", "3", "--sentences", "2", "--json")
    done = run_process(tmp_path, *arguments, MATCHA_MODEL=str(MODEL), TMPDIR=str(tmp_path))
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert {name: found[name] for name in ("profiles", "sentences", "rounds", "threads")} == {
        "profiles": 12,
        "sentences": 2,
        "rounds": 3,
        "threads": 1,
    }
    for name in NAMES:
        assert 0 < found[name]["low"] <= found[name]["median"] <= found[name]["high"]
    assert found["answer_ms"]["median"] > found["encode_ms"]["median"] > found["search_ms"]["median"]
    assert not (tmp_path / "data" / "matcha.db").exists()
    assert not list(tmp_path.glob("matcha-bench-*"))


def test_what_is_searched_is_what_was_invented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=tmp_path, model=str(MODEL))
    told: list[tuple[int, int]] = []
    measuring.invent(settings, tmp_path, 30, lambda done, total: told.append((done, total)))
    assert told[-1] == (30, 30)
    matcha = measuring._system(tmp_path, settings, find_encoder(settings))
    ready = measuring._ready(matcha)
    assert sorted(ready.catalogue.profile_ids) == sorted(f"p{number}" for number in range(30))
    vectors = {bytes(ready.catalogue.candidate(place).paragraphs.vectors) for place in range(30)}
    assert len(vectors) == 30  # no two are alike
    passages = sum(
        len(ready.catalogue.candidate(place).sentences.ids) + len(ready.catalogue.candidate(place).paragraphs.ids)
        for place in range(30)
    )
    assert measuring._flat(ready).ntotal == passages
    matcha.close()


def test_a_figure_is_the_median_and_the_quartiles() -> None:
    assert Figure.of([5.0, 1.0, 2.0, 4.0, 3.0]) == Figure(3.0, 2.0, 4.0)
