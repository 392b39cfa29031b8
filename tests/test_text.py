"""Canonical text, sentences, paragraphs, terms, abbreviations and language."""

import unicodedata
from importlib.resources import files
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcha.errors import Invalid
from matcha.text.abbreviations import expansion, is_dotted
from matcha.text.canonical import LONGEST, canonical, refuse_unusable
from matcha.text.language import detect
from matcha.text.lexical import parts, terms
from matcha.text.sentences import LONGEST as LONGEST_SENTENCE
from matcha.text.sentences import joined, paragraphs, sentences
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


# pieces of which texts are made that are hard to read: marks of encoders, halves of them, and what hides between
_PIECES = [
    "<s>",
    "</s>",
    "<pad>",
    "<unk>",
    "<mask>",
    "[CLS]",
    "[SEP]",
    "[PAD]",
    "[UNK]",
    "[MASK]",
    "<|x|>",
    "<|",
    "|>",
    "|",
    "<",
    ">",
    "</",
    "s",
    "[",
    "]",
    "CLS",
    "query",
    "passage",
    "query:",
    "QUERY",
    ":",
    "：",
    "﹕",
    "＜",
    "＞",
    "｜",
    "［",
    "］",
    "ｓ",
    "▁",
    "que",
    "ry",
    "ma",
    "sk",
    "a",
    "å",
    "é",
    "½",
    "¨",
    "ﬁ",
    "ªº",
    "。",
]
_PIECES += [" ", "\n", "\r", "\t", "\x85", "\xa0", "\u2028", "\xad", "\u200b", "\u034f", "\ufe0f", "\u3164", "\uffa0"]
_PIECES += ["\u0308", "\u0301", "\u0338", "\u1100", "\u1161", "\u11a8", "\u1160", "\U000e0041", "\U000e0101", "\u2800"]


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


def test_every_ignorable_character_is_dropped_and_no_visible_one_becomes_such() -> None:
    ranges = (
        (0x2060, 0x2070),
        (0xFE00, 0xFE10),
        (0xFFF0, 0xFFF9),
        (0xE0000, 0xE1000),
        (0x2800, 0x2801),
        (0x3164, 0x3165),
    )
    dropped = [chr(code) for first, end in ranges for code in range(first, end)]
    assert canonical("x".join(["", *dropped, ""])) == "x" * (len(dropped) + 1)
    with pytest.raises(Invalid, match="empty"):
        canonical("".join(dropped))
    assigned = (
        chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) not in ("Cc", "Cf", "Cs", "Cn")
    )
    becomes = unicodedata.normalize("NFKC", "".join(c for c in assigned if c not in "\u3164\uffa0\u1160"))
    assert not set(becomes) & {"\u1160", "\u3164", "\u2581\u2581"}
    assert [c for c in set(becomes) if unicodedata.category(c) in ("Cc", "Cf")] == []


@pytest.mark.parametrize(
    "mark",
    ["<s>", "</s>", "<pad>", "<unk>", "<mask>", "[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]", "<|im_start|>", "<||>"],
)
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


@pytest.mark.parametrize("text", ["Anna Svensson", "Karolinska Institutet", "Region Skåne"])
def test_a_few_words_are_in_the_language_around_them(text: str) -> None:
    assert detect(text, EN) is EN
    assert detect(text, SV) is SV


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Vi behöver korta väntetiderna till barn- och ungdomspsykiatrin i regionen.", SV),
        ("We need shorter waiting times for child psychiatry.", EN),
    ],
)
def test_running_text_is_in_its_own_language_whatever_is_expected(text: str, language: Language) -> None:
    assert [detect(text, expected) for expected in (None, SV, EN)] == [language] * 3


@pytest.mark.parametrize(
    "text",
    [
        "Patienter på avd. 5 väntar.",
        "Vi ser det t.ex. vid sondmatning.",
        "Larmet (t.ex. vid fall) går till jouren.",
        "Larmet (mottagn. 5) går till jouren.",
        "Det gäller läkare, sjuksköterskor m.fl. på kliniken.",
    ],
)
def test_an_abbreviation_ends_no_sentence_before_a_small_letter_or_a_digit(text: str) -> None:
    assert sentences(f"{text} De mår dåligt.", SV) == (text, "De mår dåligt.")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Det gäller vår avd. Kirurgin står still.", ("Det gäller vår avd.", "Kirurgin står still.")),
        ("Vi mäter hygien. 5 avdelningar är med.", ("Vi mäter hygien.", "5 avdelningar är med.")),
        pytest.param(
            "Hygien, mat osv. Sedan kommer resten.",
            ("Hygien, mat osv.", "Sedan kommer resten."),
            marks=pytest.mark.xfail(strict=True, reason="to spaCy's tokenizer the stop is a part of osv."),
        ),
    ],
)
def test_a_stop_before_a_capital_letter_or_after_an_ordinary_word_ends_a_sentence(
    text: str, found: tuple[str, ...]
) -> None:
    assert sentences(text, SV) == found


def test_english_abbreviations_end_no_sentence_either() -> None:
    text = "We see it e.g. in wards. See fig. 3 for more. Then he left."
    assert sentences(text, EN) == ("We see it e.g. in wards.", "See fig. 3 for more.", "Then he left.")


def test_pieces_are_joined_by_a_stop_unless_there_is_an_end_already() -> None:
    assert joined("Handhygien", "Vi mäter.") == "Handhygien. Vi mäter."
    assert [joined(f"Ett{end}", "två") for end in ".!?:…"] == [f"Ett{end} två" for end in ".!?:…"]


def test_paragraphs_hold_as_many_sentences_as_fit() -> None:
    found = ("Ett.", "Två.", "Tre.", "Ett mycket långt stycke.", "Fyra")
    assert paragraphs(found, 10) == ("Ett. Två.", "Tre.", "Ett mycket långt stycke.", "Fyra")
    assert paragraphs(found, 1000) == ("Ett. Två. Tre. Ett mycket långt stycke. Fyra",)
    assert paragraphs(found, 1) == found
    assert paragraphs(("Rubrik", "Ett."), 100) == ("Rubrik. Ett.",)
    assert paragraphs((), 10) == ()


@given(st.lists(st.text("ab .", min_size=1, max_size=12).map(lambda s: f"x{s}"), max_size=20), st.integers(1, 60))
def test_paragraphs_lose_nothing(found: list[str], size: int) -> None:
    packed = paragraphs(found, size)
    assert "".join(packed).replace(" ", "").replace(".", "") == "".join(found).replace(" ", "").replace(".", "")
    assert all(len(p) <= size + len(". ") or p in found for p in packed)


# terms


def terms_of(text: str, language: Language = SV) -> list[str]:
    return [found.term for found in terms(text, language)]


@pytest.mark.parametrize(
    ("word", "cut"),
    [
        ("handhygienuppföljning", ("hand", "hygien", "uppföljning")),
        ("vårdavdelning", ("vård", "avdelning")),
        ("patientsäkerhet", ("patient", "säkerhet")),
        ("läkemedelshantering", ("läkemedel", "hantering")),  # the s between belongs to neither
        ("journalsystem", ("journal", "system")),
        ("akutmottagning", ("akut", "mottagning")),
        ("barnpsykiatri", ("barn", "psykiatri")),
        ("trygghetslarm", ("trygghet", "larm")),  # rather than trygg-hets-larm: the fewest parts
        ("hjärtsjukvård", ("hjärt", "sjukvård")),  # rather than hjärtsjuk-vård: the longest shortest part
    ],
)
def test_a_compound_is_cut_into_its_parts(word: str, cut: tuple[str, ...]) -> None:
    assert parts(word) == cut


@pytest.mark.parametrize(
    "word",
    [
        "kommunikation",
        "infektioner",
        "infektion",
        "information",
        "behandling",
        "organisation",
        "verksamhet",
        "utveckling",
        "rehabilitering",
        "personal",
        "samverkan",
        "avdelning",
        "medarbetare",
        "läkemedel",
        "patienterna",
        "upphandling",
        "diabetes",
        "demens",
    ],
)
def test_an_ordinary_word_is_left_whole(word: str) -> None:
    assert parts(word) == ()


def test_a_compound_gives_itself_and_its_parts_and_only_in_swedish() -> None:
    found = terms("Handhygienuppföljning", SV)
    assert [term.word for term in found] == ["handhygienuppföljning", "hand", "hygien", "uppföljning"]
    assert "hygien" in terms_of("hygienen")
    assert [term.word for term in terms("vårdavdelning", EN)] == ["vårdavdelning"]


def test_what_is_too_long_for_a_word_is_not_cut() -> None:
    assert parts("hand" * 11) == ()
    assert parts("hand" * 5000) == ()


@pytest.mark.parametrize(
    "inflected",
    [
        ("patient", "patienten", "patienter", "patienterna", "patienternas"),
        ("avdelning", "avdelningen", "avdelningar", "avdelningarna"),
        ("infektion", "infektioner", "infektionerna"),
        ("läkemedlen", "läkemedlens"),
    ],
)
def test_inflected_words_share_a_term(inflected: tuple[str, ...]) -> None:
    assert len({term for word in inflected for term in terms_of(word)}) == 1


def test_what_snowball_does_not_reach() -> None:
    """A known limit: the words for medicine lose their e and stay apart; the encoder reads them alike."""
    assert [terms_of(word) for word in ("läkemedel", "läkemedlet", "läkemedlen")] == [
        ["läkemedel"],
        ["läkemedlet"],
        ["läkemedl"],
    ]


def test_english_words_lose_their_endings_too() -> None:
    assert terms_of("Infections and infected patients", EN) == ["infect", "infect", "patient"]


@pytest.mark.parametrize(("text", "language"), [("vi och att det på som", SV), ("we and the of it is at", EN)])
def test_stop_words_and_single_letters_give_nothing(text: str, language: Language) -> None:
    assert terms_of(text, language) == []
    assert terms_of(f"{text} x 7", language) == ["7"]


def test_terms_come_in_order_with_repetitions() -> None:
    assert terms_of("Kö, larm – kö! KÖ") == ["kö", "larm", "kö", "kö"]


@pytest.mark.parametrize(
    ("short", "written_out", "language"),
    [
        ("VRI", "vårdrelaterade infektioner", SV),
        ("BUP", "barn- och ungdomspsykiatri", SV),
        ("avd.", "avdelning", SV),
        ("HAI", "healthcare-associated infections", EN),
        ("COPD", "chronic obstructive pulmonary disease", EN),
    ],
)
def test_an_abbreviation_gives_itself_and_what_it_stands_for(short: str, written_out: str, language: Language) -> None:
    found = terms_of(short, language)
    assert found[0] == short.lower().strip(".")
    assert set(terms_of(written_out, language)) <= set(found)
    assert set(found) == {found[0], *terms_of(written_out, language)}


def test_an_abbreviation_is_one_only_in_its_own_language() -> None:
    assert terms_of("VRI", EN) == ["vri"]
    assert expansion("vri", EN) is None
    assert (expansion("ca", SV), expansion("dept", EN)) == ("cirka", "department")  # in the table with a full stop
    assert (is_dotted("avd."), is_dotted("vård.")) == (True, False)


def test_the_table_of_abbreviations_is_well_formed() -> None:
    lines = (files("matcha.text") / "abbreviations.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    assert all(len(row) == 3 and all(row) for row in rows)
    assert [row for row in rows if [cell.strip() for cell in row] != row or [c.lower() for c in row] != row] == []
    assert {language for _, language, _ in rows} == {"sv", "en"}
    keys = [(word, language) for word, language, _ in rows]
    assert sorted(key for key in keys if keys.count(key) > 1) == []
    meanings = {(word, language): written_out for word, language, written_out in rows}
    for (word, language), written_out in meanings.items():
        assert meanings.get((f"{word}.", language), written_out) == written_out, word
    for word, language, written_out in rows:
        assert terms_of(written_out, Language(language)) or is_dotted(word), word
