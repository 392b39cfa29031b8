"""Names and numbers of actors in texts: which are found, which are not, and what stands in their place."""

import random
from collections.abc import Sequence
from time import process_time
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcha.errors import Invalid
from matcha.text import names as naming
from matcha.text import phrases
from matcha.text.canonical import LONGEST, canonical
from matcha.text.names import Names, digest_parts, forms, masked
from matcha.text.ordinary import is_ordinary
from matcha.text.phrases import MASK
from tests.conftest import demo

_LEGAL_FORMS = """AB Ab HB KB Ltd Ltd. Limited LLC Inc Inc. plc GmbH AG BV B.V. NV N.V. SA SAS SARL Srl Oy Oyj OÜ AS A/S
    ASA ApS SE Aktiebolag aktiebolag Aktiebolaget Handelsbolag Kommanditbolag"""
_ORDINARY = """Handhygien HANDHYGIEN Infection BUP MRSA ESBL LVEF HL7 B12 COVID19 KOL Veckan Läkaren Mycket Hellre
    Väntelistan Centre Behaviour Vårdavdelningen handhygien. Hand-hygien E-hälsa 24 Å"""
_NOT_NAMED = ["Zyntrixa", "xZyntrix", "Zyntrix1", "Zyn trix", "Ripvik", "Ripvik, Sensorteknik", "AB"]
_FALSE_FORMS = ["Kan SE", "Care AS", "Time Limited", "Bra as", "time limited", "Vård se", "5 KB", "care as"]
_SIX = ["Zyntrix", "Zyntrix AB", "Ripvik", "Ripvik Sund", "Qvixo B.V.", "Dröj-Vax"]
_WRITTEN = """Zyntrix zyntrix's Ripvik Sensorteknik AB Ltd. (publ) handhygien a@b.se www.x.se http:// x.se abc.com .se
    010-485 92 36 08-123 45 67 070 174 06 10 0046 +46 495000-0010 495000 0010 4950000010 2026-11-22 1:400"""
_HOSTILE = """1 @ www. (www... a@ a. a- 1- - [ a +1 http:// a.se. éa. x@a. www.a 070-174%06%10- 0%1 08-123% +46% 00%46%
    % 495000-0010% 012% 1%"""


def read(text: str, names: Sequence[str] = (), numbers: Sequence[str] = ()) -> str:
    """Give the text as it is read when these actors are registered."""
    return masked(text, Names(names, numbers).found_in(text))


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ripvik Sensorteknik AB (demo)", ("Ripvik Sensorteknik AB", "Ripvik Sensorteknik")),
        ("Zyntrix", ("Zyntrix",)),
        ("AB Zyntrix", ("AB Zyntrix", "Zyntrix")),
        ("Aktiebolaget Zyntrix", ("Aktiebolaget Zyntrix", "Zyntrix")),
        ("Zyntrix AB (publ)", ("Zyntrix AB (publ)", "Zyntrix AB", "Zyntrix")),
        ("Zyntrix AB (publ) (demo)", ("Zyntrix AB (publ)", "Zyntrix AB", "Zyntrix")),
        ("Zyntrix, Inc.", ("Zyntrix, Inc.", "Zyntrix")),
        ("Zyntrix A/S", ("Zyntrix A/S", "Zyntrix")),
        ("Zyntrix B.V.", ("Zyntrix B.V.", "Zyntrix")),
        ("Zyntrix ek. för.", ("Zyntrix ek. för.", "Zyntrix")),
        ("Zyntrix ekonomisk förening", ("Zyntrix ekonomisk förening", "Zyntrix")),
        ("Zyntrix kommanditbolag", ("Zyntrix kommanditbolag", "Zyntrix")),
        ("Köidik Meditsiin OÜ", ("Köidik Meditsiin OÜ", "Köidik Meditsiin")),
        ("zyntrix ab", ("zyntrix ab", "zyntrix")),
        ("ZYNTRIX OYJ", ("ZYNTRIX OYJ", "ZYNTRIX")),
        ("Zyntrix AB, Norrviken", ("Zyntrix AB, Norrviken", "Zyntrix AB", "Zyntrix")),
        ("Ekvalla universitet, gruppen för omvårdnad (demo)", ("Ekvalla universitet, gruppen för omvårdnad",)),
        ("  Zyn\u00adtrix\u200b \n AB ", ("Zyntrix AB", "Zyntrix")),
        ("AB", ("AB",)),
        ("(demo)", ("(demo)",)),
        ("…", ()),
        ("", ()),
    ],
)
def test_forms(name: str, written: tuple[str, ...]) -> None:
    assert forms(name) == written


@pytest.mark.parametrize("form", _LEGAL_FORMS.split())
def test_a_legal_form_stands_before_or_after_a_name_and_lets_an_ordinary_word_be_one(form: str) -> None:
    assert forms(f"Handhygien {form}") == (f"Handhygien {form}", "Handhygien")
    assert forms(f"{form} Handhygien") == (f"{form} Handhygien", "Handhygien")
    text = f"Enligt Handhygien {form}, handhygien {form} och {form} Handhygien är handhygien viktig."
    assert read(text, [f"Handhygien {form}"]) == f"Enligt {MASK}, {MASK} och {form} Handhygien är handhygien viktig."


# what is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Zyntrix mäter.", ("Zyntrix",)),
        ("zyntrix och ZYNTRIX", ("ZYNTRIX", "zyntrix")),
        ("Zyntrix sensorer, Zyntrix sensorer", ("Zyntrix",)),
        ("Zyntrix' sensorer", ("Zyntrix'",)),
        ("Zyntrix’s sensorer", ("Zyntrix’s",)),
        ("Zyntrix's sensorer", ("Zyntrix's",)),
        ("Zyntrixs sensorer", ("Zyntrixs",)),
        ("Zyntrix:s sensorer", ("Zyntrix:s",)),
        ("en Zyntrix-sensor", ("Zyntrix",)),
        ("(zyntrix)", ("zyntrix",)),
        ("Ripvik Sensorteknik AB:s sensor", ("Ripvik Sensorteknik AB:s",)),
        ("ripvik  sensortekniks", ("ripvik  sensortekniks",)),
        ("Ripvik\nSensorteknik AB", ("Ripvik\nSensorteknik AB",)),
        ("Ripvik\u00a0Sensorteknik", ("Ripvik\u00a0Sensorteknik",)),
        ("Zyntrix\nAB mäter", ("Zyntrix", "Zyntrix\nAB")),  # the lines may be read apart
        ("Öl‑Vrinka", ("Öl‑Vrinka",)),  # with a hyphen that does not break
    ],
)
def test_a_name_that_no_dictionary_knows_is_found_however_it_is_written(text: str, found: tuple[str, ...]) -> None:
    names = Names(["Zyntrix AB (demo)", "Ripvik Sensorteknik AB (demo)", "Öl-Vrinka"])
    assert names.found_in(text) == found
    assert not any(word in masked(text, found).casefold() for word in ("zyntrix", "ripvik", "vrinka"))


@pytest.mark.parametrize("text", _NOT_NAMED)
def test_a_part_of_a_word_or_of_a_name_is_no_name(text: str) -> None:
    assert Names(["Zyntrix AB", "Ripvik Sensorteknik AB"]).found_in(text) == ()


@pytest.mark.parametrize("word", _ORDINARY.split())
def test_nobody_can_blank_an_ordinary_word_by_taking_it_for_a_name(word: str) -> None:
    text = f"{word} och {word.lower()} eller {word.upper()}; {word.capitalize()}s {word}'s {word}:s"
    assert Names([word, f"{word} (demo)", f"{word} ab"]).found_in(text) == ()


@pytest.mark.parametrize("name", _FALSE_FORMS)
def test_legal_forms_that_are_words_blank_no_ordinary_phrase(name: str) -> None:
    text = "Vi kan se bättre. Care as usual, a time limited offer, bra as vård se 5 KB."
    assert Names([name]).found_in(text) == ()
    assert read("Hos Care AS finns det.", ["Care AS"]) == f"Hos {MASK} finns det."


def test_a_phrase_of_ordinary_words_is_a_name_only_as_registered() -> None:
    names = Names(["Glanshand Utbildning AB (demo)", "Föreningen Torra munnar", "bättre handhygien"])
    assert names.found_in("Glanshand Utbildning och glanshand utbildning") == ("Glanshand Utbildning",)
    assert names.found_in("Hos Glanshand Utbildnings lärare") == ("Glanshand Utbildnings",)
    assert names.found_in("Föreningen Torra munnar, föreningen torra munnar") == ("Föreningen Torra munnar",)
    assert names.found_in("GLANSHAND UTBILDNING AB") == ("GLANSHAND UTBILDNING AB",)  # with its legal form
    assert names.found_in("Vi vill ha bättre handhygien") == ()  # a name has a capital letter


def test_a_university_alone_is_no_name_and_its_group_is() -> None:
    names = Names(["Ekvalla universitet, gruppen för omvårdnad (demo)"])
    assert names.found_in("Vi är vid Ekvalla universitet.") == ()
    assert names.found_in("Ekvalla universitet, gruppen för omvårdnad") == (
        "Ekvalla universitet, gruppen för omvårdnad",
    )


def test_the_genitive_of_an_unknown_word_is_not_found_if_it_is_an_ordinary_word() -> None:
    assert not is_ordinary("informatic")
    assert is_ordinary("informatics")
    assert Names(["Informatic"]).found_in("health informatics") == ()
    assert Names(["Informatic"]).found_in("hos Informatic AB") == ("Informatic",)


def test_hidden_characters_hide_no_name() -> None:
    assert (
        read(canonical("Zyn\u00adtrix och Ｚyntrix och Z\u200byntrix"), ["Zyntrix"]) == f"{MASK} och {MASK} och {MASK}"
    )
    assert read("Zyntrix mäter", ["Z\u200byn\u00adtrix"]) == f"{MASK} mäter"


def test_the_longest_name_is_found_and_what_it_holds_is_not_told_twice() -> None:
    names = Names(["Zyntrix", "Qvixo", "Zyntrix Qvixo", "Zyntrix Norrviken", "Norrviken Bjurvallen AB"])
    assert names.found_in("Zyntrix Qvixo mäter") == ("Zyntrix Qvixo",)
    assert names.found_in("Zyntrix Norrviken") == ("Zyntrix Norrviken",)
    assert names.found_in("Zyntrix Norrviken Bjurvallen AB") == ("Norrviken Bjurvallen AB", "Zyntrix Norrviken")
    assert (
        read("Av Zyntrix Norrviken Bjurvallen AB.", ["Zyntrix Norrviken", "Norrviken Bjurvallen AB"]) == f"Av {MASK}."
    )


# numbers


@pytest.mark.parametrize(
    "written", ["495000-0010", "4950000010", "SE495000001001", "se495000001001", "495000–0010", "495000‑0010"]
)
@pytest.mark.parametrize("registered", ["495000-0010", "4950000010", "495000 0010"])
def test_a_swedish_number_is_found_in_all_its_forms(registered: str, written: str) -> None:
    names = Names([], [registered])
    assert names.found_in(f"Nr {written}.") == (written,)
    for longer in (f"1{written}", f"{written}1", f"x{written}"):
        assert names.found_in(longer) == ()


def test_a_number_of_another_country_is_found_as_registered() -> None:
    names = Names([], ["IE1234567X", "12 34 56 78"])
    assert names.found_in("IE1234567X, 12 34 56 78, 12345678, 1234567") == ("12 34 56 78", "IE1234567X")


@pytest.mark.parametrize("number", ["2026", "400 000", "12", "", "…", "B12"])
def test_a_number_that_could_be_a_quantity_or_a_year_is_none(number: str) -> None:
    assert Names([], [number]).found_in("Vi har 400 000 vaccin, B12 och 12 platser 2026 …") == ()


# masking


def test_phrases_are_masked_as_whole_words_the_longest_first() -> None:
    phrases = ("Zyntrix", "Zyntrix AB", "Zyntrix's")
    assert (
        masked("Zyntrix AB, Zyntrix's, Zyntrix, Zyntrixa, zyntrix", phrases)
        == f"{MASK}, {MASK}, {MASK}, Zyntrixa, zyntrix"
    )
    assert masked("Ripvik\n  Sensorteknik", ["Ripvik Sensorteknik"]) == MASK
    assert masked("Zyntrix www.zyntrix.se AB", ["www.zyntrix.se AB", "Zyntrix www"]) == MASK
    assert masked("Zyntrix Qvixo Norrviken", ["Zyntrix Qvixo Norrviken", "Qvixo"]) == MASK
    assert masked("Zyntrix+46 10 485 92 36", ["Zyntrix"]) == MASK + MASK
    assert masked("Zyntrixs", ["Zyntrix"]) == "Zyntrixs"
    assert masked(f"Zyntrix {MASK}", [f"Zyntrix {MASK}", "Zyntrix [-]"]) == f"Zyntrix {MASK}"
    assert masked("oförändrat", ["", " ", MASK, f"oförändrat {MASK}"]) == "oförändrat"


_PIECES = [*_WRITTEN.split(), *" \n.,:;/@+_-–()[]s'0", MASK, "www.", "é", "\u0301", " ", " ", " "]
_TEXTS = st.lists(st.sampled_from(_PIECES), max_size=14).map("".join)


@settings(max_examples=300, deadline=None)  # the word lists are loaded by the first
@given(st.one_of(_TEXTS, st.text(max_size=40)), st.lists(_TEXTS, max_size=3), st.lists(_TEXTS, max_size=2))
def test_masking_again_changes_nothing_and_no_phrase_is_left(text: str, names: list[str], numbers: list[str]) -> None:
    actors = Names([*names, "Zyntrix AB", "Ripvik Sensorteknik AB"], [*numbers, "495000-0010"])
    found = actors.found_in(text)
    assert list(found) == sorted(set(found))
    assert all(phrase in text for phrase in found)
    once = masked(text, found)
    assert masked(once, found) == once
    assert masked(once, ()) == once
    assert actors.found_in(once) == ()


@settings(deadline=None)
@given(
    st.sampled_from((0, naming._FEW_WORDS)),
    st.one_of(_TEXTS, st.text(max_size=40), st.text("ＺZz\u200bíy\u0301ntrix\u115fSſß-‐’'  \n", max_size=20)),
    st.lists(st.one_of(_TEXTS, st.just("Zyntrix"), st.just("ßyntrix AB")), min_size=1, max_size=3),
    st.lists(_TEXTS, max_size=2),
)
def test_no_text_is_passed_over_that_a_name_is_in(few: int, text: str, called: list[str], numbers: list[str]) -> None:
    registered = Names(called, numbers)
    try:
        said = canonical(text)
    except Invalid:
        return
    with patch.object(naming, "_FEW_WORDS", few):
        assert registered.could_be_in(text) or not registered.found_in(said)


@settings(deadline=None)
@given(
    st.sampled_from((0, 2, phrases._MANY)),
    _TEXTS,
    *[st.lists(st.one_of(_TEXTS, st.just("Zyntrix AB")), max_size=3) for _ in range(4)],
)
def test_names_that_come_and_go_are_found_as_if_all_were_given_at_once(
    many: int, text: str, names: list[str], numbers: list[str], later: list[str], more: list[str]
) -> None:
    def again(now: tuple[set[str], set[str]]) -> Names:
        with patch.object(phrases, "_MANY", many):  # so few are held in little room, too
            return before.now(*now)

    with patch.object(phrases, "_MANY", many):
        before = Names(names, numbers)
    found = before.found_in(text)
    for now in ((set(names) | set(later), set(numbers) | set(more)), (set(names), set(numbers)), (set(later), set())):
        kept, anew = again(now), Names(*now)
        assert kept.found_in(text) == anew.found_in(text)
        assert kept.could_be_in(text) or not anew.could_be_in(text)
        assert before.found_in(text) == found  # what is used again is not changed
    assert before.now(set(names), set(numbers)) is before


@settings(deadline=None)
@given(st.data(), st.sampled_from((0, 3, phrases._MANY)))
def test_names_that_come_and_go_many_times_are_found_as_if_all_were_given_at_once(
    data: st.DataObject, many: int
) -> None:
    written = [
        "Zyntrix",
        "Zyntrix AB",
        "ZYNTRIX ab",
        "Zyntrix (demo)",
        "AB Zyntrix",
        "Zyntrix Norrviken",
        "Qvixo",
        *_SIX,
    ]
    given_numbers = ["495000-0010", "4950000010", "SE495000001001"]
    text = data.draw(_TEXTS) + " Zyntrix AB, Zyntrix Norrviken och Qvixo, Ripvik Sund: 495000-0010 "
    kept = Names()
    with patch.object(phrases, "_MANY", many):
        for _ in range(data.draw(st.integers(1, 8))):
            now = (
                set(data.draw(st.lists(st.sampled_from(written)))),
                set(data.draw(st.lists(st.sampled_from(given_numbers)))),
            )
            kept, anew = kept.now(*now), Names(*now)
            assert kept.found_in(text) == anew.found_in(text)
            assert kept.could_be_in(text) or not kept.found_in(text)


def test_a_name_held_in_little_room_is_found_beside_a_longer_one_that_came_later() -> None:
    with patch.object(phrases, "_MANY", 0):
        before = Names(["Zyntrix", "Qvixo Norrviken"])
    now = before.now({"Zyntrix", "Qvixo Norrviken", "Zyntrix Norrviken", "Qvixo"}, set())
    assert now.found_in("Zyntrix och Qvixo är två.") == ("Qvixo", "Zyntrix")
    assert now.found_in("Zyntrix Norrviken, Qvixo Norrviken") == ("Qvixo Norrviken", "Zyntrix Norrviken")


@pytest.mark.parametrize("few", [0, naming._FEW_WORDS])
def test_a_text_without_the_first_word_of_a_name_is_passed_over(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naming, "_FEW_WORDS", few)
    registered = Names(["Zyntrix AB", "Ripvik, Sensorteknik"], ["495000-0010"])
    assert not registered.could_be_in("Vi mäter handhygien på vårdavdelningar med sensorer sedan 2019.")
    for said in ("hos ZYNTRIX ab", "Zyntrixs", "\u200bZ\u200byntrix", "495000 0010", "Ｚｙｎｔｒｉｘ"):
        assert registered.could_be_in(said)
    assert Names(["İyntrix Sund"]).could_be_in("hos İyntrix Sund")  # folded, its first letter is two


@given(_TEXTS, st.lists(st.one_of(_TEXTS, st.text("[–] ab", max_size=4)), max_size=4))
def test_masking_any_phrases_again_changes_nothing(text: str, phrases: list[str]) -> None:
    once = masked(text, phrases)
    assert masked(once, phrases) == once


@settings(deadline=None)
@given(st.lists(st.sampled_from(_SIX), min_size=1))
def test_the_index_finds_what_looking_for_each_name_finds(names: list[str]) -> None:
    text = "Zyntrix AB, ripvik sund, RIPVIK, Qvixo B.V.:s och Dröj-Vax samt zyntrix, Ripviks Sund."
    slow = {phrase for name in names for phrase in Names([name]).found_in(text)}
    fast = set(Names(names).found_in(text))
    assert fast <= slow
    assert masked(text, fast) == masked(text, slow)


# the demo data and large or hostile input


def test_every_demo_actor_is_masked_where_it_is_named_in_full_and_no_demo_text_is_touched() -> None:
    actors = demo("actors")
    names = Names([row["name"] for row in actors], [row["org_number"] for row in actors if "org_number" in row])
    for row in actors:
        name = row["name"].removesuffix(" (demo)")
        assert masked(f"Vi på {name} mäter.", names.found_in(f"Vi på {name} mäter.")) == f"Vi på {MASK} mäter."
    texts = [f"{row['title']}\n{row['text']}" for noun in ("needs", "profiles") for row in demo(noun)]
    for text in map(canonical, texts):
        assert (names.found_in(text), masked(text, ())) == ((), text)


@pytest.fixture(scope="module")
def many() -> Names:
    choose = random.Random(1).choice
    syllables = ["ba", "ko", "ri", "vän", "dur", "mel", "tå", "zyn", "trix", "fol", "skra", "bju"]
    kinds = ("{} Sensorteknik AB", "{} Care Systems Ltd", "Region {}, avdelning 4", "{}")
    names = (choose(kinds).format("".join(choose(syllables) for _ in range(5)).capitalize()) for _ in range(20_000))
    return Names(names, (f"{number}-0010" for number in range(100_000, 102_000)))


@pytest.mark.parametrize(
    "piece", ["Vi mäter handhygienen på vårdavdelningar. ", "Region ", "zyntrix's ", "A ", ".", "a\n"]
)
def test_a_text_is_gone_through_once_however_many_names_there_are(many: Names, piece: str) -> None:
    text = (piece * LONGEST)[:LONGEST]
    start = process_time()
    many.found_in(text)
    assert process_time() - start < 2  # some ten milliseconds; a look at each name would take many seconds


def test_a_name_of_many_words_costs_no_more_than_its_length() -> None:
    names = Names(["Q " + "x " * 148 + "y", "Zyntrix " * 30])
    start = process_time()
    names.found_in("Q " + "x " * (LONGEST // 2))
    names.found_in("zyntrix " * (LONGEST // 8))
    assert process_time() - start < 3


@pytest.mark.parametrize("piece", [MASK, *(piece.replace("%", " ") for piece in _HOSTILE.split())])
def test_hostile_texts_are_masked_as_fast_as_others(piece: str) -> None:
    text = (piece * LONGEST)[:LONGEST]
    phrases = [f"x{number}" for number in range(3_000)]
    start = process_time()
    once = masked(text, phrases)
    assert process_time() - start < 3
    assert masked(once, phrases) == once


def test_the_digest_names_the_word_lists() -> None:
    assert sorted(digest_parts()) == ["hunspell-sv", "names", "pyspellchecker", "python-stdnum"]
