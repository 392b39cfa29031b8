"""Words that mix look-alike scripts, and how they are refused."""

import unicodedata
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcha.errors import Invalid
from matcha.text.canonical import LONGEST, canonical, refuse_unusable
from matcha.text.scripts import mixed_word, odd_letters
from tests.conftest import demo


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("mäter h\u0430ndhygien varje dag", "h\u0430ndhygien"),  # Cyrillic а
        ("\u0421T-röntgen", "\u0421T"),  # Cyrillic С
        ("\u0430v", "\u0430v"),
        ("zd\u043erov", "zd\u043erov"),
        ("здoровье", "здoровье"),  # a Latin o
        ("v\u0561rd", "v\u0561rd"),  # Armenian
        ("\u13aaVA", "\u13aaVA"),  # Cherokee
        ("\u2c9fch", "\u2c9fch"),  # Coptic
        ("\u10e7ard", "\u10e7ard"),  # Georgian
        ("v\u05d0rd", "v\u05d0rd"),  # Hebrew
        ("здορовье", "здορовье"),  # Greek among Cyrillic
        ("hαndhygien", "hαndhygien"),
        ("hygienα", "hygienα"),
        ("hάndhygien", "hάndhygien"),
        ("sjukνården", "sjukνården"),
        ("sjukhοset", "sjukhοset"),
        ("νi", "νi"),
        ("οch", "οch"),
        ("μtbildning", "μtbildning"),
        ("sjμk", "sjμk"),
        ("TNFΑ", "TNFΑ"),
        ("ΚOL", "ΚOL"),
        ("Ηandhygien", "Ηandhygien"),
        ("ren, hαndhygien, h\u0430nd", "hαndhygien"),  # the first
        ("h\u0430\u0301nd", "h\u0430\u0301nd"),  # with a combining accent
    ],
)
def test_a_word_of_letters_from_look_alike_scripts_is_found(text: str, word: str) -> None:
    assert mixed_word(text) == word


@pytest.mark.parametrize(
    "text",
    [
        "TNFα IFNγ NFκB IκBα PPARγ TGFβ1 IL-1β HIF1α",
        "µg μg μL μmol μgram mmol",
        "ΔF508 Δt ΩM kΩ Σx λmax δtal θvåg",
        "α-blockerare β-blockerare β2 ω-3",
        "αvβ3 Gαs Gαi βhCG κc",
        "nº 1ª 2ᵃ hʰ ʼn",
        "здоровье и ϋγεία και χείρ",
        "åäö ÅÄÖ éèü ßÞðøæ łżő",
        "a\u0301 x\u0301 ẍ",
        "Köidik Lysgløtt Æbeltoft Šťastný Nguyễn",
        "日本語のテキスト カタカナとひらがな",
        "plain ascii text 123",
        "",
    ],
)
def test_what_medicine_and_languages_write_is_not_mixed(text: str) -> None:
    assert mixed_word(unicodedata.normalize("NFKC", text)) is None
    assert mixed_word(text) is None


@pytest.mark.parametrize("between", ["-", " ", "1", "\n", ".", "’"])
def test_words_end_where_letters_end(between: str) -> None:
    assert mixed_word(f"hand{between}\u0430\u0431") is None
    assert mixed_word(f"hand{between}\u0430b") == "\u0430b"


def test_the_odd_letters_are_those_of_the_rarer_script() -> None:
    assert odd_letters("h\u0430ndh\u0443gi\u0435n\u0430") == ("\u0430", "\u0443", "\u0435")
    assert odd_letters("здoровье") == ("o",)
    assert odd_letters("\u0430b") == ("\u0430",)  # of two as rare, the one that is not Latin
    assert odd_letters("hανd") == ("α", "ν")
    assert odd_letters("TNFα") == ()


@given(st.text("abcåäöÅÄÖ éü-1.ŁøÆ", max_size=40))
def test_latin_text_is_never_mixed(text: str) -> None:
    assert mixed_word(text) is None


@given(st.text(st.characters(categories=["L", "M", "Nd", "Zs"]), max_size=30))
def test_a_mixed_word_has_odd_letters_and_stands_in_the_text(text: str) -> None:
    word = mixed_word(text)
    if word is not None:
        assert word in text
        assert set(odd_letters(word)) <= set(word)
        assert 0 < len(odd_letters(word)) < len(set(word))


def test_the_demo_texts_mix_nothing() -> None:
    texts = [row[part] for noun in ("needs", "profiles") for row in demo(noun) for part in ("title", "text")]
    texts += [row["name"] for row in demo("actors")]
    assert [mixed_word(canonical(text)) for text in texts] == [None] * len(texts)


def test_submitting_a_mixed_word_is_refused_and_its_letters_are_named() -> None:
    with pytest.raises(Invalid) as caught:
        refuse_unusable("Vi mäter h\u0430ndhygien.")
    assert caught.value.sv == (
        "Ordet h\u0430ndhygien blandar bokstäver ur olika alfabet (\u0430 är U+0430, CYRILLIC SMALL LETTER A). "
        "Skriv det med vanliga bokstäver."
    )
    assert caught.value.en == (
        "The word h\u0430ndhygien mixes letters of different alphabets (\u0430 is U+0430, CYRILLIC SMALL LETTER A). "
        "Write it with ordinary letters."
    )


def test_several_odd_letters_and_a_long_word_are_told_shortly() -> None:
    with pytest.raises(Invalid) as caught:
        refuse_unusable("v\u0430\u0435\u0443\u043erd" + "x" * 500)
    assert "(\u0430 är U+0430, CYRILLIC SMALL LETTER A; \u0435 är U+0435" in caught.value.sv
    assert "U+043E" not in caught.value.sv
    assert len(caught.value.sv) < 350


@pytest.mark.parametrize("hidden", ["hand\u200b\u0430", "\u0430\u2800b", "hand\u3164\u0430"])
def test_what_hides_between_the_letters_hides_no_mixture(hidden: str) -> None:
    with pytest.raises(Invalid, match="mixes letters"):
        refuse_unusable(hidden)


def test_reading_never_refuses_what_submitting_would() -> None:
    assert canonical("Vi mäter h\u0430ndhygien.") == "Vi mäter h\u0430ndhygien."
    refuse_unusable("TNFα mäts i µg/l.")


@pytest.mark.parametrize(
    "text", ["hα" * (LONGEST // 2), "\u0430 " * (LONGEST // 2), "α" * LONGEST, "β" * LONGEST + "x"]
)
def test_a_hostile_text_takes_no_longer_than_another(text: str) -> None:
    start = process_time()
    mixed_word(text)
    assert process_time() - start < 1
