"""From text to what is scored, by hand: reading, packing, the reference text, statistics, the pipeline."""

import math
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from matcha import HashingEncoder, Language, scoring
from matcha.encoding.encoder import Encoder
from matcha.errors import Invalid
from matcha.retrieval import packing, reference, statistics
from matcha.retrieval.pipeline import Pipeline, shown_terms
from matcha.retrieval.reading import LONGEST_HEADING, NEED_PARAGRAPH, PROFILE_PARAGRAPH, Passages, Reader, Reading
from matcha.retrieval.reference import FolderReference, MemoryReference, Reference
from matcha.retrieval.statistics import FEWEST_NEEDS, PRIOR, Statistics
from matcha.values import Grain, Role
from tests.conftest import ListeningEncoder

SV, EN = Language.SV, Language.EN
DIMENSION = HashingEncoder.dimension
READER = Reader(HashingEncoder())


class OtherEncoder(HashingEncoder):
    """An encoder that reads as another does, and says that it is not the same."""

    digest = "0" * 64


def silent(done: int, total: int) -> None:
    assert 0 <= done <= total


@pytest.fixture(scope="module")
def known() -> Reference:
    return MemoryReference().reference(READER, silent)


def need(text: str, language: Language = SV) -> Reading:
    return READER.need(text, language)


def offer(title: str, text: str, language: Language = SV) -> Reading:
    return READER.profile(title, text, language)


NEEDS = (
    need("Vi behöver kortare väntetider till BUP."),
    need("Händerna spritas för sällan. Infektioner sprids mellan patienter."),
    need("We need fewer falls at night.", EN),
)
PROFILES = (
    offer("Handhygien", "Vi mäter hur ofta händerna spritas. Avdelningen ser resultatet varje vecka."),
    offer("Kortare kö", "Första bedömning sker digitalt inom en vecka."),
    offer("Fall alarm", "A sensor under the mattress tells when somebody gets up.", EN),
)


def plain(reading: Reading) -> object:
    pieces = [(p.texts, p.vectors.tolist(), p.vectors.dtype) for p in (reading.sentences, reading.paragraphs)]
    return reading.language, pieces


def encoded(*texts: str, role: Role = Role.PROFILE) -> list[list[int]]:
    vectors = [np.rint(HashingEncoder().encode(text, role).astype(np.float64) * 2**15) for text in texts]
    return [np.clip(vector, -32767, 32767).astype(int).tolist() for vector in vectors]


# reading


def test_a_need_is_read_as_its_sentences_and_as_a_whole() -> None:
    encoder = ListeningEncoder()
    read = Reader(encoder).need("Rubrik\nEtt två. Tre fyra!", SV)
    assert read.sentences.texts == ("Rubrik", "Ett två.", "Tre fyra!")
    assert read.paragraphs.texts == ("Rubrik. Ett två. Tre fyra!",)
    assert encoder.heard == [*read.sentences.texts, *read.paragraphs.texts]
    assert read.sentences.vectors.tolist() == encoded(*read.sentences.texts)
    assert read.paragraphs.vectors.tolist() == encoded(*read.paragraphs.texts)
    assert read.language is SV


def test_a_need_of_one_sentence_is_read_once() -> None:
    encoder = ListeningEncoder()
    read = Reader(encoder).need("Rena händer.", SV)
    assert encoder.heard == ["Rena händer."]
    assert read.paragraphs.vectors.tolist() == read.sentences.vectors.tolist()


def test_each_side_is_read_in_its_role() -> None:
    class Roles(HashingEncoder):
        def __init__(self) -> None:
            self.roles: list[Role] = []

        def encode(self, text: str, role: Role) -> NDArray[np.float32]:
            self.roles.append(role)
            return super().encode(text, role)

    encoder = Roles()
    Reader(encoder).need("Ett. Två.", SV)
    Reader(encoder).profile("Titel", "Ett.", SV)
    assert encoder.roles == [Role.NEED] * 3 + [Role.PROFILE] * 2


def test_a_long_need_is_cut_into_paragraphs() -> None:
    sentences = [f"Mening {i} handlar om {'väntetider ' * (i % 7)}på mottagning {i}." for i in range(60)]
    read = Reader(HashingEncoder()).need(" ".join(sentences), SV)
    assert read.sentences.texts == tuple(sentences)
    assert " ".join(read.paragraphs.texts) == " ".join(sentences)
    assert len(read.paragraphs.texts) > 1
    assert all(len(p) <= NEED_PARAGRAPH + len(". ") for p in read.paragraphs.texts)
    for one, following in pairwise(read.paragraphs.texts):
        assert len(one) + len(following.split(". ")[0]) > NEED_PARAGRAPH - len(". ")
    short = Reader(HashingEncoder()).need(" ".join(sentences)[: NEED_PARAGRAPH - 100], SV)
    assert len(short.paragraphs.texts) == 1


def test_a_profiles_sentences_and_paragraphs_are_read_with_its_title() -> None:
    encoder = ListeningEncoder()
    read = Reader(encoder).profile("Titel", "Ett två. Tre fyra!", SV)
    assert read.sentences.texts == ("Titel", "Ett två.", "Tre fyra!")
    assert read.paragraphs.texts == ("Ett två. Tre fyra!",)
    assert encoder.heard == ["Titel", "Titel. Ett två.", "Titel. Tre fyra!", "Titel. Ett två. Tre fyra!"]
    assert read.sentences.vectors.tolist() == encoded(*encoder.heard[:3])
    assert read.paragraphs.vectors.tolist() == encoded(encoder.heard[3])


def test_a_long_profile_has_each_paragraph_read_with_its_title() -> None:
    encoder = ListeningEncoder()
    sentences = [f"Mening nummer {i} handlar om något alldeles eget på avdelningen." for i in range(20)]
    read = Reader(encoder).profile("Vad gör vi?", " ".join(sentences), SV)
    assert len(read.paragraphs.texts) == 3
    assert all(len(p) <= PROFILE_PARAGRAPH for p in read.paragraphs.texts)
    assert " ".join(read.paragraphs.texts) == " ".join(sentences)
    assert encoder.heard[-3:] == [f"Vad gör vi? {p}" for p in read.paragraphs.texts]


def test_without_a_title_the_first_sentence_serves_as_one() -> None:
    encoder = ListeningEncoder()
    read = Reader(encoder).profile("", "Vi mäter handhygien. Ett två. Tre!", SV)
    assert read.sentences.texts == ("Vi mäter handhygien.", "Ett två.", "Tre!")
    assert read.paragraphs.texts == ("Ett två. Tre!",)
    assert encoder.heard == [
        "Vi mäter handhygien.",
        "Vi mäter handhygien. Ett två.",
        "Vi mäter handhygien. Tre!",
        "Vi mäter handhygien. Ett två. Tre!",
    ]
    encoder.heard.clear()
    alone = Reader(encoder).profile("", "Vi mäter handhygien.", SV)
    assert alone.sentences.texts == alone.paragraphs.texts == ("Vi mäter handhygien.",)
    assert encoder.heard == ["Vi mäter handhygien."]


def test_a_first_sentence_without_end_serves_only_with_its_beginning() -> None:
    encoder = ListeningEncoder()
    Reader(encoder).profile("", f"{' '.join(f'ord{i:03}' for i in range(100))} slut. Nästa.", SV)
    first, second = encoder.heard[:2]
    heading = second.removesuffix(". Nästa.")
    assert first.startswith(heading)
    assert LONGEST_HEADING - len("ord000 ") <= len(heading) <= LONGEST_HEADING < len(first)


@pytest.mark.parametrize("text", ["", " \n", "…"])
def test_what_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        READER.need(text, SV)
    with pytest.raises(Invalid):
        READER.profile("Titel", text, SV)


def test_readers_with_different_encoders_have_different_digests() -> None:
    assert READER.digest == Reader(ListeningEncoder()).digest != Reader(OtherEncoder()).digest


def test_names_and_contact_data_are_not_read() -> None:
    encoder = ListeningEncoder()
    read = Reader(encoder).profile("Kvantix mäter", "Vi på Kvantix mäter. Ring 08-123 45 67 om det.", SV, ("Kvantix",))
    assert read.sentences.texts == ("[–] mäter", "Vi på [–] mäter.", "Ring [–] om det.")
    assert read.paragraphs.texts == ("Vi på [–] mäter. Ring [–] om det.",)
    need = Reader(encoder).need("Vi vill ha Kvantix. Skriv till a@exempel.example om det.", SV, ("Kvantix",))
    assert need.sentences.texts == ("Vi vill ha [–].", "Skriv till [–] om det.")
    assert not [text for text in encoder.heard if "Kvantix" in text or "@" in text or "123" in text]


def test_repetitions_and_lists_are_not_read() -> None:
    listed = "Salva, kräm, plåster, förband, dosett, rullstol, madrass, tolk, journal."
    encoder = ListeningEncoder()
    read = Reader(encoder).profile("Mäter mäter", f"Det går fort fort. {listed} Det går fort! Vi är här.", SV)
    assert read.said == "mäter\nDet går fort.\nVi är här."
    assert read.paragraphs.texts == ("Det går fort. Vi är här.",)
    only = Reader(encoder).profile("Mäter", listed, SV)
    assert (only.sentences.texts, only.paragraphs.texts) == (("Mäter",), ("Mäter",))
    assert not [text for text in encoder.heard if "plåster" in text]
    assert Reader(encoder).need(f"Vi söker: {listed}", SV).said == f"Vi söker: {listed}"  # what is sought may be a list


def test_what_is_said_is_every_sentence_on_a_line_with_the_title_first() -> None:
    assert READER.profile("Titel", "Ett är två. Tre är fyra!", SV).said == "Titel\nEtt är två.\nTre är fyra!"
    assert READER.need("Ett är två. Tre är fyra!", SV).said == "Ett är två.\nTre är fyra!"


def test_what_is_known_under_the_same_title_is_not_encoded_again_and_gives_the_same() -> None:
    encoder = ListeningEncoder()
    reader = Reader(encoder)
    long = " ".join(f"Mening nummer {i} handlar om något alldeles eget på avdelningen." for i in range(20))
    known = reader.profile("Titel", long, SV)
    longer = f"{long} En mening till är den här."
    for title, fresh in (("Titel", 2), ("Annan titel", 25)):
        encoder.heard.clear()
        again = reader.profile(title, longer, SV, known=known)
        assert len(encoder.heard) == fresh
        assert plain(again) == plain(READER.profile(title, longer, SV))
    encoder.heard.clear()
    assert plain(reader.profile("Titel", long, SV, known=known)) == plain(known)
    assert encoder.heard == []


# packing


@pytest.mark.parametrize("small", [False, True])
def test_readings_come_back_to_the_bit(small: bool) -> None:
    given = [*NEEDS, *PROFILES]
    content = (packing.to_small_bytes if small else packing.to_bytes)(packing.pack_readings(given))
    found = packing.unpack_readings(packing.from_bytes(content))
    assert [plain(reading) for reading in found] == [plain(reading) for reading in given]
    assert packing.unpack_readings(packing.from_bytes(packing.to_bytes(packing.pack_readings([])))) == ()


def test_sets_of_arrays_fit_in_one_file_without_touching() -> None:
    first, second = {"a": np.arange(3)}, {"a": np.arange(5), "b/c": np.arange(2)}
    both = packing.from_bytes(packing.to_bytes(packing.under("x", first) | packing.under("xx", second)))
    for name, given in (("x", first), ("xx", second)):
        found = packing.within(name, both)
        assert {key: array.tolist() for key, array in found.items()} == {k: a.tolist() for k, a in given.items()}


def test_batches_keep_order_and_leave_nobody() -> None:
    assert [list(b) for b in packing.batches(range(7), 3)] == [[0, 1, 2], [3, 4, 5], [6]]


# the reference text


def test_the_reference_text_says_the_same_in_both_languages() -> None:
    assert [len(reference.pairs(language)) for language in (SV, EN)] == [160, 160]
    assert [len(reference.unrelated(language)) for language in (SV, EN)] == [120, 120]
    for language in (SV, EN):
        assert len(set(reference.pairs(language))) == 160
        assert len(set(reference.unrelated(language))) == 120
    assert reference.pairs(SV)[28][0] == "Spritdispensrar som räknar användningen"
    assert reference.pairs(EN)[28][0] == "Hand-rub dispensers that count usage"


def test_the_reference_is_read_as_needs_and_profiles_are(known: Reference) -> None:
    said = [(title, sentence, language) for language in (SV, EN) for title, sentence in reference.pairs(language)]
    unrelated = [(text, language) for language in (SV, EN) for text in reference.unrelated(language)]
    assert (len(known.needs), len(known.profiles), len(known.unrelated)) == (320, 320, 240)
    for i in (0, 28, 160, 319):
        title, sentence, language = said[i]
        assert plain(known.needs[i]) == plain(READER.need(sentence, language))
        assert plain(known.profiles[i]) == plain(READER.profile(title, sentence, language))
    for i in (0, 120, 239):
        assert plain(known.unrelated[i]) == plain(READER.need(*unrelated[i]))


def test_a_reference_on_disk_is_read_once_for_each_reader(tmp_path: Path, known: Reference) -> None:
    def never(done: int, total: int) -> None:
        raise AssertionError("read again")

    first = FolderReference(tmp_path).reference(READER, silent)
    again = FolderReference(tmp_path).reference(READER, never)
    for part in ("needs", "profiles", "unrelated"):
        expected = [plain(reading) for reading in getattr(known, part)]
        assert [plain(reading) for reading in getattr(first, part)] == expected
        assert [plain(reading) for reading in getattr(again, part)] == expected
    with pytest.raises(AssertionError, match="read again"):
        FolderReference(tmp_path).reference(Reader(OtherEncoder()), never)


def test_matcha_ships_what_the_default_model_reads(model: Encoder, tmp_path: Path) -> None:
    def never(done: int, total: int) -> None:
        raise AssertionError("the shipped files are not those of the default model: make them anew")

    reader = Reader(model)
    names = {reference.file_name(part, reader) for part in ("needs", "profiles", "unrelated")}
    shipped = {file.name for file in (files("matcha.retrieval") / "reference").iterdir() if file.name.endswith(".npz")}
    assert shipped == names
    found = FolderReference(tmp_path).reference(reader, never)
    assert not list(tmp_path.iterdir())
    title, sentence = reference.pairs(SV)[28]
    pairs = [
        (found.profiles[28], reader.profile(title, sentence, SV)),
        (found.needs[160 + 13], reader.need(reference.pairs(EN)[13][1], EN)),
        (found.unrelated[4], reader.need(reference.unrelated(SV)[4], SV)),
    ]
    for kept, read in pairs:
        for grain in Grain:
            one, other = kept.passages(grain), read.passages(grain)
            assert one.texts == other.texts
            assert cosines(one, other).min() >= 0.9999


def cosines(one: Passages, other: Passages) -> NDArray[np.float64]:
    a, b = one.vectors.astype(np.float64), other.vectors.astype(np.float64)
    found: NDArray[np.float64] = (a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    return found


# statistics


def slow_mean(prior: Sequence[Sequence[int]], own: Sequence[Sequence[int]]) -> list[int]:
    """The mean of `own` and PRIOR times the mean of `prior`."""
    columns = zip(zip(*prior, strict=True), zip(*own, strict=True) if own else [()] * DIMENSION, strict=True)
    return [round((sum(b) + PRIOR * sum(a) / len(prior)) / (len(own) + PRIOR)) for a, b in columns]


def test_means_are_of_what_is_registered_with_the_reference_text_as_some_more(known: Reference) -> None:
    measured = statistics.measure(known, NEEDS, PROFILES)
    for role, prior, texts in ((Role.NEED, known.needs, NEEDS), (Role.PROFILE, known.profiles, PROFILES)):
        for grain in Grain:
            for language in Language:
                before, own = (
                    [v for reading in of if reading.language is language for v in vectors(reading, grain)]
                    for of in (prior, texts)
                )
                assert own
                assert measured.mean(role, grain, language).tolist() == slow_mean(before, own)


def vectors(reading: Reading, grain: Grain) -> list[list[int]]:
    found: list[list[int]] = reading.passages(grain).vectors.tolist()
    return found


def test_as_many_registered_texts_as_the_prior_count_as_much_as_the_reference_text(known: Reference) -> None:
    bare = statistics.measure(known, (), ())
    one = need("Vi behöver hjälp.")
    moved = statistics.measure(known, [one] * PRIOR, ())
    for grain in Grain:
        own = one.passages(grain).vectors[0].astype(np.int64)
        midway = (bare.mean(Role.NEED, grain, SV) + own) / 2
        assert np.abs(moved.mean(Role.NEED, grain, SV) - midway).max() <= 1
        assert np.array_equal(moved.mean(Role.NEED, grain, EN), bare.mean(Role.NEED, grain, EN))
        assert np.array_equal(moved.mean(Role.PROFILE, grain, SV), bare.mean(Role.PROFILE, grain, SV))


def test_rarity_by_hand(known: Reference) -> None:
    texts = ["Handsprit, handsprit.", "Handsprit till alla.", "Kö.", "Journal."]
    measured = statistics.measure(known, (), [offer("Demo", text) for text in texts])
    assert (measured.documents, measured.frequencies["handsprit"], measured.frequencies["demo"]) == (4, 2, 4)
    assert measured.rarity("handsprit") == round(1024 * math.log(1 + 2.5 / 2.5)) == 710
    assert measured.rarity("demo") == round(1024 * math.log(1 + 0.5 / 4.5)) == 108
    assert measured.rarity("aldrig") == round(1024 * math.log(1 + 4.5 / 0.5)) == 2358


def test_the_average_length_counts_terms_with_repetitions(known: Reference) -> None:
    measured = statistics.measure(known, (), [offer("Kö", "Dropp med dropp till dropp."), offer("Kö", "Larm.")])
    assert measured.average_length == (4 + 2) / 2


def test_while_nobody_is_registered_terms_are_those_of_the_reference_text(known: Reference) -> None:
    bare = statistics.measure(known, NEEDS, ())
    assert bare.documents == 320
    assert bare.rarity("spritdispensrar") > bare.rarity("patient") > 0


def test_background_needs_are_topped_up_with_the_reference_text(known: Reference) -> None:
    few = statistics.measure(known, NEEDS, ()).needs
    by_digest = statistics.by_digest(NEEDS)
    both = [need for pair in zip(known.needs[:160], known.needs[160:], strict=True) for need in pair]
    kept = [statistics.without_text(reading) for reading in (*by_digest, *both[: FEWEST_NEEDS - 3])]
    assert [plain(r) for r in few] == [plain(r) for r in kept]
    assert {reading.language for reading in both[:2]} == set(Language)
    many = [need(f"Behov nummer {i}.") for i in range(FEWEST_NEEDS + 1)]
    vectors = {reading.sentences.vectors.tobytes() for reading in statistics.measure(known, many, ()).needs}
    assert vectors == {reading.sentences.vectors.tobytes() for reading in many}


def test_the_order_of_what_is_registered_changes_nothing(known: Reference) -> None:
    first = statistics.measure(known, NEEDS, PROFILES)
    second = statistics.measure(known, NEEDS[::-1], PROFILES[::-1])
    assert first.digest == second.digest
    assert first.to_bytes() == second.to_bytes()


def test_the_digest_tells_statistics_apart(known: Reference) -> None:
    first = statistics.measure(known, NEEDS, PROFILES)
    moved = dict(first.means) | {"need/sentence/sv": first.mean(Role.NEED, Grain.SENTENCE, SV) + 1}
    others = [
        statistics.measure(known, NEEDS[1:], PROFILES),
        statistics.measure(known, NEEDS, PROFILES[1:]),
        statistics.with_thresholds(first, 1.0, 2.0),
        statistics.with_thresholds(first, 1.0, math.inf),
        replace(first, means=moved),
        replace(first, documents=99),
        replace(first, average_length=99.5),
        replace(first, frequencies={"kö": 1}),
        replace(first, needs=first.needs[1:]),
        replace(first, profiles=first.profiles[1:]),
    ]
    assert len({one.digest for one in (first, *others)}) == 11


@pytest.mark.parametrize("thresholds", [(1.25, 2.5), (0.1 + 0.2, math.inf)])
@pytest.mark.parametrize("profiles", [(), PROFILES])
def test_statistics_come_back_to_the_bit(
    known: Reference, thresholds: tuple[float, float], profiles: tuple[Reading, ...]
) -> None:
    given = statistics.with_thresholds(statistics.measure(known, NEEDS, profiles), *thresholds)
    found = Statistics.from_bytes(given.to_bytes())
    assert found.to_bytes() == given.to_bytes()
    assert (found.digest, found.thresholds) == (given.digest, thresholds)
    assert [(r.said, plain(r)) for r in found.profiles] == [(r.said, plain(r)) for r in given.profiles]
    assert [plain(reading) for reading in found.needs] == [plain(reading) for reading in given.needs]
    assert (found.rarity("kö"), found.average_length) == (given.rarity("kö"), given.average_length)
    first, second = Pipeline(READER.digest, given), Pipeline(READER.digest, found)
    one, other = first.query(NEEDS[0]), second.query(NEEDS[0])
    assert (one.sentences.tolist(), one.terms) == (other.sentences.tolist(), other.terms)


# the pipeline


@pytest.fixture(scope="module")
def pipeline(known: Reference) -> Pipeline:
    """A pipeline in which every role, size and language has a mean of its own."""
    measured = statistics.measure(known, NEEDS, PROFILES)
    means = {key: np.arange(DIMENSION) * (i - 4) * 7 + i for i, key in enumerate(sorted(measured.means))}
    return Pipeline(READER.digest, replace(measured, means=means))


def centred(pipeline: Pipeline, role: Role, grain: Grain, reading: Reading) -> NDArray[np.float64]:
    moved = reading.passages(grain).vectors - pipeline.statistics.means[f"{role}/{grain}/{reading.language}"]
    units: NDArray[np.float64] = moved / np.linalg.norm(moved.astype(np.float64), axis=1, keepdims=True)
    return units * 2**15


@pytest.mark.parametrize("language", [SV, EN])
def test_each_role_size_and_language_has_its_own_mean_taken_away(pipeline: Pipeline, language: Language) -> None:
    asked, offered = READER.need("Ett. Två.", language), READER.profile("Titel", "Ett. Två.", language)
    query, (candidate,) = pipeline.query(asked), pipeline.candidates([("p", offered)])
    for grain, needs, passages in (
        (Grain.SENTENCE, query.sentences, candidate.sentences),
        (Grain.PARAGRAPH, query.paragraphs, candidate.paragraphs),
    ):
        assert np.abs(needs - centred(pipeline, Role.NEED, grain, asked)).max() <= 0.51
        assert np.abs(passages.vectors - centred(pipeline, Role.PROFILE, grain, offered)).max() <= 0.51
        assert np.array_equal(passages.vectors, pipeline.vectors(offered, grain))
        assert list(passages.ids) == list(range(len(passages.vectors)))
    assert (query.language, candidate.language, candidate.profile_id) == (language, language, "p")


def test_terms_are_weighed_by_rarity_and_counted_against_the_average(pipeline: Pipeline) -> None:
    said, known = "Händerna spritas. En zebra är en zebra!", pipeline.statistics
    query = pipeline.query(READER.need(said, SV))
    rarities = {"händ": known.rarity("händ"), "sprit": known.rarity("sprit"), "zebr": known.rarity("zebr")}
    assert query.terms == scoring.term_weights(rarities, 2)
    assert query.terms["zebr"] > query.terms["sprit"] > 0  # only one of them is registered
    (candidate,) = pipeline.candidates([("p", READER.profile("", said, SV))])
    counts = {"händ": 1, "sprit": 1, "zebr": 2}
    assert candidate.terms == scoring.saturations(counts, known.average_length)


def test_generality_is_what_the_background_needs_find(known: Reference) -> None:
    pipeline = Pipeline(READER.digest, statistics.measure(known, NEEDS, PROFILES))
    found = pipeline.candidates([(f"p{i}", reading) for i, reading in enumerate(PROFILES)])
    background = [replace(pipeline.query(need), terms={}) for need in pipeline.statistics.needs]
    expected = scoring.generality(background, found)
    assert [candidate.generality for candidate in found] == expected == pipeline.generality(found)
    assert len(set(expected)) == 3
    assert pipeline.candidates([]) == ()


def test_the_first_word_of_a_text_stands_for_its_term() -> None:
    shown = shown_terms(READER.need("Patienter och patienten. VRI!", SV))
    assert shown["patient"] == "patienter"
    assert shown["vri"] == "vri"
    assert shown["infektion"] == "infektioner"


def test_the_digest_tells_pipelines_apart(known: Reference) -> None:
    first, second = statistics.measure(known, NEEDS, PROFILES), statistics.measure(known, NEEDS[1:], PROFILES)
    other = Reader(OtherEncoder()).digest
    made = [Pipeline(READER.digest, first), Pipeline(READER.digest, second), Pipeline(other, first)]
    assert len({pipeline.digest for pipeline in made}) == 3
    shuffled = statistics.measure(known, NEEDS[::-1], PROFILES[::-1])
    assert Pipeline(READER.digest, shuffled).digest == made[0].digest
    assert made[0].dimension == DIMENSION
