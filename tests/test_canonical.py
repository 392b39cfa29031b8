"""The canonical form: what is dropped, what becomes white space, and that it is stable."""

import re
import unicodedata
from time import process_time
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcha.errors import Invalid
from matcha.text import canonical as steps
from matcha.text.canonical import LONGEST, canonical, is_settled

# pieces of which texts are made that are hard to read: marks of encoders, halves of them, and what hides between
_MARKS = "<s> </s> <pad> <unk> <mask> [CLS] [SEP] [PAD] [UNK] [MASK] <|im_start|> <||>"
_HALVES = "<| |> | < > </ s [ ] CLS query passage query: QUERY : ： ﹕ ＜ ＞ ｜ ［ ］ ｓ ▁ que ry ma sk a å é ½ ¨ ﬁ ªº"
_HIDING = " \n\r\t\x85\xa0\u2028\xad\u200b\u034f\ufe0f\u3164\uffa0\u1160\u2800\U000e0041\U000e0101"
_BINARY = [*(chr(code) for code in range(0x20) if chr(code) not in "\n\r\t"), "\x7f"]
_COMBINING = "\u0308\u0301\u0338\u1100\u1161\u11a8"
_PIECES = [*_MARKS.split(), *_HALVES.split(), *_HIDING, *_COMBINING]


@given(st.one_of(st.text(), st.lists(st.sampled_from(_PIECES), max_size=30).map("".join)))
def test_canonical_is_stable(text: str) -> None:
    try:
        once = canonical(text)
    except Invalid:
        return
    assert canonical(once) == once
    assert unicodedata.is_normalized("NFKC", once)


@pytest.mark.parametrize("code", [0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x200D])
@pytest.mark.parametrize("plain", ["handhygien", "ändring"])
def test_an_invisible_character_leaves_no_trace(code: int, plain: str) -> None:
    assert canonical(chr(code).join(unicodedata.normalize("NFD", plain))) == plain


def test_every_ignorable_character_is_dropped() -> None:
    ranges = ((0x2060, 0x2070), (0xFE00, 0xFE10), (0xFFF0, 0xFFF9), (0xE0000, 0xE1000))
    dropped = [*(chr(code) for first, end in ranges for code in range(first, end)), "\u2800", "\u3164", "\uffa0"]
    assert canonical("x".join(["", *dropped, ""])) == "x" * (len(dropped) + 1)
    with pytest.raises(Invalid, match="empty"):
        canonical("".join(dropped))


def test_every_character_is_stable() -> None:
    """Why it is enough to drop what is invisible before normalising: nothing visible becomes such."""
    everything = (chr(code) for code in range(0x110000))
    text = canonical("x".join(c for c in everything if c not in _BINARY and unicodedata.category(c) != "Cs"))
    assert canonical(text) == text


@pytest.mark.parametrize("mark", _MARKS.split())
@pytest.mark.parametrize("hidden", ["", "\u200b", "\xad", "\ufe0f", "\u3164"])
def test_an_encoders_own_marks_become_white_space(mark: str, hidden: str) -> None:
    written = hidden.join(mark)
    assert canonical(f"mäter{written}handhygien {written}") == "mäter handhygien"
    assert canonical(f"{written} mäter") == canonical(f"mäter{_fullwidth(written)}") == "mäter"
    with pytest.raises(Invalid, match="empty"):
        canonical(written * 3)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("query: Handhygien", "Handhygien"),
        ("Passage : om hygien, QUERY:om", "om hygien, om"),
        ("Det här (query: x) och\npassage:", "Det här ( x) och"),
        ("query\xad：x", "x"),
        ("que\u200bry: x", "x"),
        ("ｑｕｅｒｙ: x", "x"),
        ("x▁query:▁y", "x y"),
        ("query query: : x", "x"),  # of nested ones nothing is left over to form a new one
        ("query:query:passage: x", "x"),
        ("<ma<s>sk> x", "<ma sk> x"),  # what is cut out joins nothing
        ("que<s>ry: x", "que ry: x"),
        ("query<s>: x", "x"),
        ("pas<|a|>sage<mask>: x", "pas sage : x"),
        ("<<s>s> x", "< s> x"),
        ("<|a b <s> c|> x", "x"),
        ("<|<|a|>|> x", "|> x"),
    ],
)
def test_marks_vanish_wherever_they_stand_and_form_no_new_ones(written: str, read: str) -> None:
    assert canonical(written) == read


@pytest.mark.parametrize(
    "text",
    [
        "Subquery: x",
        "querying: x",
        "my_query: x",
        "The query was: slow",
        "In this passage we",
        "a<b och b>a",
        "<strong>x</strong>",
        "[1] [se bilaga]",
        "p < 0,05 | n > 3",
        "<| ensam",
        "ensam |>",
    ],
)
def test_what_only_resembles_a_mark_is_left_alone(text: str) -> None:
    assert canonical(text) == text


@pytest.mark.parametrize(
    "piece", ["<", "<|", "[", ":", "query ", "query: ", "<s", "<|a", "a\u200b", "\u0301", "<|x|>y", "|>", "▁", "ﷺ"]
)
def test_a_hostile_text_is_read_as_fast_as_another(piece: str) -> None:
    text = "a" + (piece * LONGEST)[: LONGEST - 1]
    start = process_time()
    canonical(text)
    assert process_time() - start < 0.5  # a few milliseconds; going through it once for each piece takes seconds
    deep = "a" + "<|" * 5_000 + "|>" * 5_000 + "query " * 2_000 + ":" * 2_000
    start = process_time()
    canonical(deep)
    assert process_time() - start < 0.5


def _fullwidth(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


_ORDINARY = st.text("".join(chr(code) for code in range(32, 127)) + "\nÅÄÖåäöÉéÜü–’”\u00ad\u0301…", max_size=12)
_NAMES = st.lists(
    st.sampled_from(["query", "passage:", "<s>", "AB", "Öl", "&", "A/S", " ", "[sep]", "-", "e\u0301"]), max_size=6
)
_WRITTEN = st.one_of(_ORDINARY, _NAMES.map(" ".join))
_NEVER, _ALWAYS = re.compile("(?!)"), re.compile("")


@given(_WRITTEN)
def test_a_text_of_ordinary_characters_is_known_at_once_for_what_the_slow_way_finds_it(text: str) -> None:
    def canonical_or_not() -> str | None:
        try:
            return canonical(text)
        except Invalid:
            return None

    quick = canonical_or_not(), is_settled(text)
    with patch.object(steps, "_SETTLED", _NEVER), patch.object(steps, "_ODD", _ALWAYS):
        assert (canonical_or_not(), is_settled(text)) == quick
