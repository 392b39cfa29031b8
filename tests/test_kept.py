"""What is kept in the user's cache is what it was made of, and nothing depends on its being there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from matcha.text import kept, language, lexical, ordinary
from matcha.values import Language
from tests.conftest import DEMO


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(kept, "user_cache_path", lambda name: tmp_path / "cache" / name)
    return tmp_path / "cache" / "matcha"


def test_it_is_made_once_and_anew_for_other_versions(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bytes] = []

    def make() -> bytes:
        made.append(b"content %d" % len(made))
        return made[-1]

    assert bytes(kept.kept_bytes("thing", ["numpy"], make)) == b"content 0"
    assert bytes(kept.kept_bytes("thing", ["numpy"], make)) == b"content 0"
    assert [path.read_bytes() for path in cache.iterdir()] == [b"content 0"]
    monkeypatch.setattr(kept, "version", lambda package: "another")
    assert bytes(kept.kept_bytes("thing", ["numpy"], make)) == b"content 1"
    assert len(list(cache.iterdir())) == 2


def test_where_nothing_can_be_written_it_is_held_in_memory(cache: Path) -> None:
    cache.parent.write_text("no folder")
    assert kept.kept_bytes("thing", ["numpy"], lambda: b"content") == b"content"
    words = kept.kept_words("words", [], lambda: ["vård", "hand"])
    assert ("vård" in words, "hand" in words, "han" in words, "handen" in words) == (True, True, False, False)


def test_the_words_are_those_of_the_packages() -> None:
    for found, read in (
        (lexical._dictionary(), lexical._read_dictionary),
        (lexical._stems(), lexical._read_stems),
        (ordinary._english(), ordinary._read_english),
    ):
        words = read()
        assert len(words) > 100_000
        assert set(found) == words


def test_languages_are_told_as_the_package_tells_them() -> None:
    whole = LanguageIdentifier.from_model_file(MODEL_FILE)
    whole.set_languages([language.value for language in Language])
    rows = [row for noun in ("needs", "profiles") for row in json.loads((DEMO / f"{noun}.json").read_text())[noun]]
    texts = [*(row["text"] for row in rows), *(row["title"] for row in rows), "", "1", "😀", "VÅRD", "\u0301", "ﬁ" * 9]
    ours = language._identifier()
    assert [text for text in texts if ours.rank(text) != whole.rank(text)] == []


def test_two_processes_may_make_it_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from matcha.text import kept\n"
        "kept.user_cache_path = lambda name: Path(sys.argv[1]) / name\n"
        "print('hand' in kept.kept_words('words', [], lambda: [str(n) for n in range(20_000)] + ['hand']))"
    )
    made = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE) for _ in range(4)]
    assert [process.communicate()[0] for process in made] == [b"True\n"] * 4
    assert len(list((tmp_path / "matcha").iterdir())) == 1
