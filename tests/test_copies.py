"""Texts that say nearly the same, and sentences that are a need's own words."""

import random
import re
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcha.retrieval.reading import profile_sentences
from matcha.text.canonical import LONGEST, canonical
from matcha.text.copies import COPIED, FEWEST, Copied, groups_alike, resemblance, shingles
from matcha.text.running import small_words
from matcha.values import Language
from tests.conftest import demo

# shingles and resemblance


def test_shingles_are_the_runs_of_three_words() -> None:
    assert shingles("Vi mäter, handhygien!\nVarje dag") == {
        ("vi", "mäter", "handhygien"),
        ("mäter", "handhygien", "varje"),
        ("handhygien", "varje", "dag"),
    }
    assert shingles("Vi mäter 3") == {("vi", "mäter", "3")}
    assert shingles("Vi mäter") == {("vi", "mäter")}
    assert shingles("Mäter") == {("mäter",)}


def test_case_form_and_invisible_characters_make_no_other_shingles() -> None:
    assert shingles(canonical("VI MA\u0308TER hand\u00adhygien")) == shingles("vi mäter – handhygien.")


def slow_shingles(text: str) -> list[tuple[str, ...]]:
    words = re.sub(r"[^\w\s]", " ", text).lower().split()
    found: list[tuple[str, ...]] = []
    for start in range(len(words)):
        run = tuple(words[start : start + 3])
        if run not in found and (len(run) == 3 or (len(words) < 3 and start == 0)):
            found.append(run)
    return found


TEXTS = st.lists(st.sampled_from(["vi", "mäter", "Hand,", "och", "ser.", "vård"]), min_size=1, max_size=15).map(
    " ".join
)


@given(first=TEXTS, second=TEXTS)
@settings(deadline=None, max_examples=300)
def test_resemblance_is_the_share_of_runs_that_both_have(first: str, second: str) -> None:
    one, other = slow_shingles(first), slow_shingles(second)
    assert sorted(shingles(first)) == sorted(one)
    both = sum(run in other for run in one)
    found = resemblance(shingles(first), shingles(second))
    assert found == both / (len(one) + len(other) - both)
    assert found == resemblance(shingles(second), shingles(first))
    assert (found == 1) == (set(one) == set(other))


@pytest.mark.parametrize(("every", "alike"), [(9, True), (7, False)])
def test_one_word_in_nine_may_differ_wherever_it_stands(every: int, alike: bool) -> None:
    words = [f"ord{i}" for i in range(every * 20 + 2)]
    changed = " ".join(f"annat{i}" if i % every == every // 2 else word for i, word in enumerate(words))
    assert groups_alike([("a", " ".join(words)), ("b", changed)]) == ((("a", "b"),) if alike else ())


# groups


def run_of(first: int, last: int) -> str:
    return " ".join(f"ord{i}" for i in range(first, last))


A, B, C = run_of(0, 42), run_of(10, 52), run_of(20, 62)  # of 50 runs A and B share 30, B and C; A and C share 20 of 60
OTHER = "Något helt annat om väntetider till barnpsykiatrin i Norrland."


def test_half_of_all_runs_makes_two_texts_alike() -> None:
    assert groups_alike([("x", run_of(0, 32)), ("y", run_of(10, 42))]) == (("x", "y"),)  # 20 of 40
    assert groups_alike([("x", run_of(0, 32)), ("y", run_of(11, 43))]) == ()  # 19 of 41


def test_ids_and_groups_stand_in_the_order_given() -> None:
    texts = [("3", A), ("9", OTHER), ("1", f"{A} till"), ("7", "En ensam text om resor."), ("2", OTHER), ("0", A)]
    assert groups_alike(texts) == (("3", "1", "0"), ("9", "2"))
    assert groups_alike(texts[::-1]) == (("0", "1", "3"), ("2", "9"))
    assert groups_alike([]) == ()
    assert groups_alike(texts[:2]) == ()


def test_a_text_joins_the_first_group_that_has_one_like_it() -> None:
    assert resemblance(shingles(A), shingles(C)) < 0.5 <= resemblance(shingles(A), shingles(B))
    assert groups_alike([("a", A), ("b", B), ("c", C)]) == (("a", "b", "c"),)  # by way of b
    assert groups_alike([("a", A), ("c", C), ("b", B)]) == (("a", "b"),)  # joins a, and moves nobody
    assert groups_alike([("c", C), ("a", A), ("b", B)]) == (("c", "b"),)
    assert groups_alike([("a", A), ("c", C), ("b", B), ("d", C)]) == (("a", "b", "d"),)


@given(chosen=st.lists(st.sampled_from([A, B, C, OTHER, f"{OTHER} Punkt.", "En ensam text."]), max_size=8))
@settings(deadline=None, max_examples=100)
def test_groups_are_made_as_told(chosen: list[str]) -> None:
    texts = [(str(i), text) for i, text in enumerate(chosen)]
    expected: list[list[tuple[str, str]]] = []
    for id, text in texts:
        near = [g for g in expected if any(resemblance(shingles(text), shingles(o)) >= 0.5 for _, o in g)]
        if not near:
            expected.append([])
        (near or expected[-1:])[0].append((id, text))
    assert groups_alike(texts) == tuple(tuple(id for id, _ in group) for group in expected if len(group) > 1)


# copied


NEED = (
    "Bättre handhygien på vårdavdelningar\n"
    "Händerna spritas för sällan mellan besöken hos patienterna och personalen får ingen återkoppling.\n"
    "Vi söker något som mäter följsamheten automatiskt, dygnet runt, utan att störa arbetet.\n"
    "Resultatet ska visas för avdelningen varje vecka och kunna jämföras mellan sjukhusen i regionen."
)
COPY = Copied(NEED)
LINES = NEED.split("\n")[1:]


@pytest.mark.parametrize("line", LINES)
def test_a_sentence_of_the_need_is_copied(line: str) -> None:
    assert line in COPY
    assert line.upper() in COPY
    assert f"– {line.rstrip('.')}!" in COPY


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("line", LINES)
def test_so_is_one_with_its_words_in_another_order(line: str, seed: int) -> None:
    words = line.rstrip(".").split(" ")
    random.Random(seed).shuffle(words)
    assert f"{' '.join(words)}." in COPY


def carrying(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text.lower()) if word not in small_words()]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("line", LINES)
def test_so_is_one_in_which_one_word_in_five_is_another(line: str, seed: int) -> None:
    words = carrying(line)
    for place in random.Random(seed).sample(range(len(words)), len(words) // 5):
        words[place] = f"ambulans{place}"
    assert f"Vi har {' och '.join(words)}." in COPY


@pytest.mark.parametrize("glue", [" och ", ", ", " som ", " i ", " eller "])
@pytest.mark.parametrize("line", [*LINES, NEED])
def test_so_are_its_words_as_a_list(line: str, glue: str) -> None:
    assert glue.join(dict.fromkeys(carrying(line))) in COPY


def test_so_are_two_of_its_sentences_in_one() -> None:
    assert f"{LINES[2].rstrip('.')} och {LINES[0].lower()}" in COPY


def test_so_is_a_run_of_words_that_carry_little() -> None:
    copied = Copied("Det som vi vill ha är att det inte ska bli så som det är för oss nu")
    assert "Vi vill ha att det inte ska bli så som det är." in copied
    assert "Det är så som vi ska bli för att ha det nu." not in copied


@pytest.mark.parametrize(
    "sentence",
    [
        "Handhygien på vårdavdelningar",  # too few words to say
        "Handsprit",
        "Vi säljer sensorer för dispensrar som räknar varje spritning och larmar när behållaren är tom.",
        "Personalen ser sin följsamhet som en kurva på en skärm i korridoren.",
        "Systemet mäter automatiskt när händerna spritas och skickar siffrorna till sjukhusets kvalitetsregister.",
        "Händerna spritas oftare när avdelningen får se sitt resultat.",
        "Bedömningen av barn sker digitalt inom en vecka.",
        "We measure how often hands are disinfected and show the ward its result.",
    ],
)
def test_what_somebody_says_in_own_words_is_not(sentence: str) -> None:
    assert sentence not in COPY


WORDS = st.lists(st.sampled_from(["vi", "och", "är", "handsprit", "mäter", "sensor", "vård", "kurva"]), min_size=1)


@given(need=WORDS.map(" ".join), words=WORDS)
@settings(deadline=None, max_examples=400)
def test_what_is_passed_over_quickly_is_no_copy_by_the_rules_either(need: str, words: list[str]) -> None:
    known = {word for word in carrying(need) if len(word) > 1}
    own = {word for word in carrying(" ".join(words)) if len(word) > 1}
    runs, shared = shingles(" ".join(words)), shingles(" ".join(words)) & shingles(need)
    by_words = len(own) >= FEWEST and len(own & known) >= COPIED * len(own)
    by_runs = len(runs) >= FEWEST - 3 + 1 and 2 * len(shared) >= len(runs)
    assert (" ".join(words) in Copied(need)) == (by_words or by_runs)


def test_three_words_in_four_are_the_limit() -> None:
    need = Copied("sensorn räknar spritningar dispensern kopplas nätet larmar tomgång")
    assert "Räknar dispensern larmar sensorn xylofon." in need  # 4 of 5
    assert "Räknar nätet larmar sensorn dispensern spritningar xylofon cembalo." in need  # 6 of 8
    assert "Räknar dispensern larmar xylofon cembalo." not in need  # 3 of 5
    assert "Räknar dispensern larmar sensorn." not in need  # four words
    assert (COPIED, FEWEST) == (0.75, 5)


def test_a_word_again_and_again_is_one_word() -> None:
    need = Copied("sensorn räknar spritningar i dispensern")
    assert "sensorn sensorn sensorn sensorn mätaren cembalo" not in need
    assert "sensorn räknar spritningar dispensern mätaren mätaren mätaren" in need


def test_hardly_a_demo_profile_says_a_need_in_its_own_words() -> None:
    """Written by people who had not read the needs."""
    said = [
        sentence
        for row in demo("profiles")
        for sentence in profile_sentences(row["title"], row["text"], Language(row.get("language") or "sv"))[1]
    ]
    needs = [Copied(f"{row['title']}\n{row['text']}") for row in demo("needs")]
    found = [sentence for sentence in said for need in needs if sentence in need]
    assert len(said) * len(needs) > 5_000
    assert len(found) <= 1, found


@pytest.mark.parametrize("text", ["a " * (LONGEST // 2), " ".join(str(i) for i in range(4000)), "x" * LONGEST])
def test_a_hostile_text_takes_no_longer_than_another(text: str) -> None:
    def asked(copied: Copied, sentences: Sequence[str]) -> None:
        for sentence in sentences:
            assert (sentence in copied) in (True, False)

    started = time.perf_counter()
    asked(Copied(text), [text, *(text[i : i + 600] for i in range(0, len(text) - 600, 20))])
    groups_alike([(str(i), text[i:]) for i in range(20)])
    assert time.perf_counter() - started < 3
