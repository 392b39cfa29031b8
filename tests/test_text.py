"""Canonical text, sentences and language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcha.errors import Invalid
from matcha.text.canonical import LONGEST, canonical, refuse_unusable
from matcha.text.language import detect
from matcha.text.sentences import LONGEST as LONGEST_SENTENCE
from matcha.text.sentences import sentences
from matcha.values import Language

SV, EN = Language.SV, Language.EN


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("  Hand\u00adhygien\tpå   avdelningen ", "Handhygien på avdelningen"),  # soft hyphen
        ("a\u0308ndring", "ändring"),  # a + combining diaeresis
        ("ﬁber och ½ dos", "fiber och 1⁄2 dos"),
        ("åäö ÅÄÖ é", "åäö ÅÄÖ é"),
        ("rad ett\r\n\r\nrad två\rrad tre", "rad ett\nrad två\nrad tre"),
        ("dold\u200btext\ufeff", "doldtext"),
        ("punkt\u0095ett", "punkt ett"),  # a Windows bullet gone wrong
    ],
)
def test_canonical_form(written: str, read: str) -> None:
    assert canonical(written) == read


@given(st.text())
def test_canonical_is_stable(text: str) -> None:
    try:
        once = canonical(text)
    except Invalid:
        return
    assert canonical(once) == once


@pytest.mark.parametrize("text", ["", "   \n", "\u200b", "…!?", "a\x00b", "\x1bELF", "\ud800"])
def test_unreadable_text_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        refuse_unusable(text)


def test_the_longest_text_passes_and_one_more_character_does_not() -> None:
    refuse_unusable("a" * LONGEST)
    with pytest.raises(Invalid, match=r"20,001 characters; at most 20,000"):
        refuse_unusable("a" * (LONGEST + 1))


def test_a_text_chopped_into_thousands_of_sentences_is_refused() -> None:
    with pytest.raises(Invalid, match="more than 1,000 sentences"):
        refuse_unusable("a1. " * 1_001)


def test_sentences_keep_swedish_abbreviations_whole() -> None:
    text = "Vi har t.ex. problem bl.a. på natten. Det kostar ca 3,5 mkr! Varför?\n- Ingen vet\n\n- Alla undrar"
    assert sentences(text, SV) == (
        "Vi har t.ex. problem bl.a. på natten.",
        "Det kostar ca 3,5 mkr!",
        "Varför?",
        "- Ingen vet",
        "- Alla undrar",
    )


def test_a_sentence_without_end_is_cut_between_words_and_nothing_is_lost() -> None:
    text = "ord " * 1000
    found = sentences(text, EN)
    assert all(len(s) <= LONGEST_SENTENCE for s in found)
    assert " ".join(found).split() == text.split()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Vi behöver korta väntetiderna till BUP.", SV),
        ("We need shorter waiting times for child psychiatry.", EN),
        ("Handhygien", SV),
        ("Remote monitoring of heart failure at home", EN),
    ],
)
def test_language(text: str, language: Language) -> None:
    assert detect(text) is language
