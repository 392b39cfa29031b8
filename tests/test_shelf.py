"""The index on disk: whole or not at all, and refused with the mending command when it does not fit."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from matcha import scoring
from matcha.errors import Unavailable
from matcha.retrieval.profile_index import ProfileIndex, Version
from matcha.retrieval.shelf import MANIFEST, Fit, FolderShelf, MemoryShelf
from tests.conftest import random_units

FIT = Fit(store="s", pipeline="p", encoder="e", corpus="c")


def an_index(seed: int = 1) -> ProfileIndex:
    index = ProfileIndex(16)
    index.add(range(10), scoring.quantise(random_units(seed, 10, 16)))
    index.versions = {7: Version(seed, {"handhygien": 465})}
    return index


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    FolderShelf(tmp_path / "profiles").save(an_index(), FIT)
    return tmp_path / "profiles"


def test_what_is_saved_is_loaded(folder: Path) -> None:
    assert FolderShelf(folder).load(FIT).to_bytes() == an_index().to_bytes()


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("store", "another database"),
        ("encoder", "another model"),
        ("pipeline", "another version of matcha or with other statistics"),
        ("corpus", "older than the profiles"),
    ],
)
def test_an_index_that_does_not_fit_is_refused(folder: Path, part: str, told: str) -> None:
    with pytest.raises(Unavailable, match=rf"{told}\. Run: matcha index rebuild"):
        FolderShelf(folder).load(replace(FIT, **{part: "other"}))


def test_only_an_index_of_the_same_kind_is_updated(folder: Path) -> None:
    shelf = FolderShelf(folder)
    assert shelf.load_for_update(replace(FIT, corpus="other")) is not None
    assert shelf.load_for_update(replace(FIT, store="other")) is None
    assert shelf.load_for_update(replace(FIT, pipeline="other")) is None
    assert FolderShelf(folder / "none").load_for_update(FIT) is None


@pytest.mark.parametrize("kind", ["folder", "memory"])
def test_an_update_that_is_never_saved_changes_nothing(tmp_path: Path, kind: str) -> None:
    shelf = FolderShelf(tmp_path) if kind == "folder" else MemoryShelf()
    shelf.save(an_index(), FIT)
    shelf.load(FIT)  # as a server that holds it in memory
    working = shelf.load_for_update(replace(FIT, corpus="newer"))
    assert working is not None
    working.remove([3])
    working.versions.clear()
    assert shelf.load(FIT).to_bytes() == an_index().to_bytes()


def test_no_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="no index"):
        FolderShelf(tmp_path).load(FIT)


@pytest.mark.parametrize("damage", ["flip", "cut", "gone", "manifest", "format", "fit", "list"])
def test_a_damaged_index_is_refused(folder: Path, damage: str) -> None:
    (vectors,) = folder.glob("profiles-*.npz")
    manifest = folder / MANIFEST
    content = bytearray(vectors.read_bytes())
    if damage == "flip":
        content[200] ^= 1
        vectors.write_bytes(content)
    elif damage == "cut":
        vectors.write_bytes(content[:-50])
    elif damage == "gone":
        vectors.unlink()
    elif damage == "manifest":
        manifest.write_text(manifest.read_text()[:-20])
    elif damage == "format":
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 99}))
    elif damage == "fit":
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"fit": {"store": "s"}}))
    else:
        manifest.write_text("[]")
    with pytest.raises(Unavailable, match=r"damaged\. Run: matcha index rebuild"):
        FolderShelf(folder).load(FIT)


def test_leftovers_of_a_power_cut_do_no_harm_and_the_next_save_clears_them(folder: Path) -> None:
    (folder / ".manifest.json.123").write_bytes(b"half")
    (folder / "profiles-0123456789abcdef.npz").write_bytes(b"written before the manifest was replaced")
    (folder / "passages-0123456789abcdef.faiss").write_bytes(b"an earlier version's")
    shelf = FolderShelf(folder)
    assert shelf.load(FIT).to_bytes() == an_index().to_bytes()
    shelf.save(an_index(2), FIT)
    assert FolderShelf(folder).load(FIT).to_bytes() == an_index(2).to_bytes()
    assert {file.suffix for file in folder.iterdir() if not file.name.startswith(".")} == {".json", ".npz"}
    assert len(list(folder.glob("profiles-*.npz"))) == 1
