"""The index on disk: whole or not at all, and refused with the mending command when it does not fit."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from matcha.errors import Lagging, Unavailable
from matcha.retrieval import segment_file
from matcha.retrieval.profile_index import ProfileIndex
from matcha.retrieval.shelf import MANIFEST, Fit, FolderShelf, MemoryShelf
from tests.test_retrieval import held, some_versions

FIT = Fit(store="s", pipeline="p", encoder="e", corpus="c")


def an_index(seed: int = 1) -> ProfileIndex:
    return ProfileIndex().adding(some_versions(seed, 10))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    FolderShelf(tmp_path / "profiles").save(an_index(), FIT)
    return tmp_path / "profiles"


def test_what_is_saved_is_loaded(folder: Path) -> None:
    assert held(FolderShelf(folder).load(FIT)) == held(an_index())


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
def test_a_change_writes_what_is_new_and_the_rest_stays_where_it_lies(tmp_path: Path, kind: str) -> None:
    shelf = FolderShelf(tmp_path) if kind == "folder" else MemoryShelf()
    shelf.save(an_index(), FIT)
    before = shelf.load(FIT)  # as a server that holds it in memory
    newer = replace(FIT, corpus="newer")
    kept = shelf.load_for_update(newer)
    assert kept is not None
    after = kept.adding([(1000, some_versions(2, 1)[0][1])])
    assert held(shelf.load(FIT)) == held(an_index())  # not before it is saved
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.safetensors")}
    shelf.save(after, newer)
    assert shelf.load(newer).segments[0] is before.segments[0]
    assert held(shelf.load(newer)) == held(after)
    for path, written in files.items():
        assert path.stat().st_mtime_ns == written
    if kind == "folder":
        assert held(FolderShelf(tmp_path).load(newer)) == held(after)


def test_what_has_been_read_stays_whole_when_another_index_is_saved(folder: Path) -> None:
    reader = FolderShelf(folder).load(FIT)
    FolderShelf(folder).save(an_index(2), FIT)
    assert held(reader) == held(an_index())


@pytest.mark.parametrize("step", ["_digest", "mapped", "_mapped", "_Few"])
def test_another_index_saved_while_one_is_read_makes_the_reader_look_again(
    folder: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = getattr(segment_file, step)

    def overtaken(*given: object) -> object:
        monkeypatch.undo()
        FolderShelf(folder).save(an_index(2), replace(FIT, corpus="newer"))  # and what was there before is gone
        return done(*given)

    monkeypatch.setattr(segment_file, step, overtaken)
    with pytest.raises(Lagging):
        FolderShelf(folder).load(FIT)


def test_no_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="no index"):
        FolderShelf(tmp_path).load(FIT)


@pytest.mark.parametrize("damage", ["flip", "cut", "gone", "manifest", "format", "fit", "list"])
@pytest.mark.parametrize("file", ["profiles.safetensors", "sentence.faiss", "paragraph.faiss"])
def test_a_damaged_index_is_refused(folder: Path, file: str, damage: str) -> None:
    (vectors,) = folder.glob(f"*/{file}")
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
    (folder / "0123456789abcdef0123456789abcdef").mkdir()  # written before the manifest was replaced
    (folder / "0123456789abcdef0123456789abcdef" / "profiles.safetensors").write_bytes(b"half")
    (folder / "profiles-0123456789abcdef.npz").write_bytes(b"an earlier version's")
    shelf = FolderShelf(folder)
    assert held(shelf.load(FIT)) == held(an_index())
    shelf.save(an_index(2), FIT)
    assert held(FolderShelf(folder).load(FIT)) == held(an_index(2))
    left = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    assert len(left) == 2
    assert left > {MANIFEST}
