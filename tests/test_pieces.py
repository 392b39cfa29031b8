"""A text's pieces from mapped files are those that `tokenizers` gives with the model's own tokenizer.json."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from matcha.encoding.finding import fast_folder
from matcha.encoding.pieces import Pieces, write_pieces
from tests.conftest import DEMO, EVAL, MODEL

MOST = 512
SPECIAL = ("<s>", "</s>", "<pad>", "<unk>", "<mask>")
ODD = (
    *(
        "",
        " ",
        "  ",
        "\n",
        "\t\r",
        "\0",
        "a\0b",
        "\x01\x02",
        "▁",
        "▁▁",
        " ▁ ▁",
        "a▁b",
        "\u00a0",
        "\u3000a\u3000b",
        "\ufeff",
    ),
    *(f"{before}{special}{after}" for special in SPECIAL for before, after in (("", ""), ("a ", " b"), ("a", "b"))),
    *("＜mask＞", "＜unk＞＜unk＞a", "<mask", "</s", "<s><s>", "<S>"),  # some become special by normalisation alone
    *(
        "ﬁ",
        "½",
        "Ａ",
        "…",
        "ß",
        "İ",
        "𝔘𝔫𝔦",
        "﷽",
        "ｶﾞ",
        "\u00ad",
        "\u200b",
        "e\u0301" * 9,
        "กำ" * 9,
        "क्षि" * 9,
        "각",
        "한국어",
    ),
    *(
        "😀",
        "👨‍👩‍👧‍👦",
        "\ue000",
        "a\ue000\ue001b\ue002",
        "\ue000 \ue001",
        "\U0010ffff" * 3,
    ),  # no piece has the last ones
    *("x" * 3000, "é" * 3000, "\ue000" * 3000, "医疗保健需求" * 300, "handhygienuppföljningssystemleverantör " * 200),
    *("?" * 25, "*" * 27, "ВО" * 5, "지" * 27),  # ways to cut that are equally likely
    *("Ord. " * count for count in (253, 254, 255, 256, 800)),  # about 512 pieces
    *("<mask>" * count for count in (509, 510, 511, 512)),
)


@pytest.fixture(scope="module")
def theirs() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST)
    return tokenizer


@pytest.fixture(scope="module")
def ours() -> Pieces:
    return Pieces(fast_folder(MODEL))


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts(text: str, ours: Pieces, theirs: Tokenizer) -> None:
    assert ours.numbers(text, MOST) == theirs.encode(text).ids


def _texts() -> Iterator[str]:
    rows = [row for noun in ("needs", "profiles") for row in json.loads((DEMO / f"{noun}.json").read_text())[noun]]
    yield from (row["text"] for row in rows)
    for path in sorted(EVAL.glob("*/*.jsonl")):  # Swedish and English; every twentieth of 33,000 rows
        for line in path.read_text("utf-8").splitlines()[::20]:
            row = json.loads(line)
            yield from (row["text"], str(row.get("title") or ""))


def test_texts_of_people(ours: Pieces, theirs: Tokenizer) -> None:
    texts = list(_texts())
    assert len(texts) >= 300
    assert [text for text in texts if ours.numbers(text, MOST) != theirs.encode(text).ids] == []


_ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_LATIN = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x24F), max_size=40)
_MARKS = st.text(
    st.characters(categories=["M", "Cf", "Lo"]), max_size=8
)  # what normalising treats as one with its letter
_AGAIN = st.builds(lambda said, times: said * times, st.text("?*aO.ВО지", min_size=1, max_size=2), st.integers(2, 30))
_WORDS = st.sampled_from(["hand", "hygien", " ", "  ", "▁", "läkemedel", "\u200d", "\u0301", *SPECIAL])


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.one_of(_ANY, _LATIN, _MARKS, _WORDS, _AGAIN), max_size=10).map("".join))
def test_any_text(ours: Pieces, theirs: Tokenizer, text: str) -> None:
    assert ours.numbers(text, MOST) == theirs.encode(text).ids


@pytest.mark.parametrize("most", [2, 3, 17])
def test_what_is_left_out_is_the_end_of_the_text(most: int, ours: Pieces, theirs: Tokenizer) -> None:
    whole = ours.numbers("Vi behöver följa upp handhygienen på våra avdelningar och vårdcentraler.", MOST)
    found = ours.numbers("Vi behöver följa upp handhygienen på våra avdelningar och vårdcentraler.", most)
    assert found == [*whole[: most - 1], whole[-1]]
    assert len(found) == most


@pytest.mark.parametrize(
    "other",
    [
        {"model": {"type": "WordPiece"}},
        {"model": {"type": "Unigram", "byte_fallback": True}},
        {"pre_tokenizer": {"type": "Whitespace"}},
        {"post_processor": {"type": "BertProcessing"}},
        {"added_tokens": [{"content": "x", "normalized": True, "lstrip": False, "rstrip": False}]},
        {"added_tokens": [{"content": "x", "normalized": False, "lstrip": True, "rstrip": False}]},
    ],
)
def test_another_sort_of_tokenizer_is_refused(tmp_path: Path, other: dict[str, Any]) -> None:
    like: dict[str, Any] = {
        "truncation": None,
        "pre_tokenizer": {"type": "Metaspace"},
        "post_processor": {"type": "TemplateProcessing"},
        "model": {"type": "Unigram"},
        "added_tokens": [],
    }
    (tmp_path / "tokenizer.json").write_text(json.dumps(like | other))
    with pytest.raises(ValueError, match="XLM-RoBERTa"):
        write_pieces(tmp_path / "tokenizer.json", tmp_path)
