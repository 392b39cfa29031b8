"""From scores to bands: the numbers by hand, and the promise kept on the very texts it was made with."""

import math
import statistics as by_hand
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcha import HashingEncoder, Language, calibration, scoring
from matcha.calibration import FALSE_POSSIBLE, FALSE_STRONG, SAFETY, SUPPORT, Calibration, _levels, _spread, quantile
from matcha.retrieval.catalogue import Catalogue
from matcha.retrieval.pipeline import Pipeline
from matcha.retrieval.reading import Reader, Reading
from matcha.retrieval.reference import MemoryReference, Reference
from matcha.retrieval.statistics import Statistics
from matcha.scoring import Candidate, Pieces, Query
from matcha.values import Band

SV = Language.SV
READER = Reader(HashingEncoder())
OFFERS = (
    ("Sensorer som mäter handhygien", "Vi mäter hur ofta händerna spritas. Avdelningen ser resultatet varje vecka."),
    ("Kortare kö till barnpsykiatrin", "Första bedömning sker digitalt inom en vecka. Väntetiden till BUP minskar."),
    ("Fallsensor under madrassen", "Larmar när någon reser sig ur sängen om natten."),
    ("Sittande sjukresor", "Vi kör patienter till dialysen varje vecka."),
    ("Egenmonitorering av hjärtsvikt", "Patienten väger sig hemma. Sjuksköterskan ser trenden samma dag."),
    ("Sårförband som räcker längre", "Byte var fjärde dag i stället för varje dag."),
    ("Tolk på distans", "Samtal på fyrtio språk inom en minut."),
    ("Schemaläggning", "Nattpassen läggs så att alla hinner återhämta sig."),
)
NEEDS = ("Vi behöver bättre handhygien på avdelningen.", "Väntetiderna till BUP är för långa.")


@pytest.fixture(scope="module")
def known() -> Reference:
    return MemoryReference().reference(READER, lambda done, total: None)


def offers(count: int) -> list[Reading]:
    return [READER.profile(title, text, SV) for title, text in OFFERS[:count]]


def needs() -> list[Reading]:
    return [READER.need(text, SV) for text in NEEDS]


def background(*generalities: int) -> Catalogue:
    """A catalogue whose profiles get nothing from ASKED but the deduction: half of each generality."""
    nothing = Pieces([0], np.zeros((1, 2), np.int16))
    return Catalogue.of((Candidate(f"p{i}", SV, nothing, nothing, {}, g), "a") for i, g in enumerate(generalities))


ASKED = Query(SV, np.full((1, 2), 20_000, np.int16), np.full((1, 2), 20_000, np.int16), {})


def test_a_quantile_by_hand() -> None:
    nineteen = [float(value) for value in (7, 3, 19, 1, 12, 5, 16, 9, 14, 2, 18, 11, 4, 8, 17, 6, 13, 10, 15)]
    assert [quantile(nineteen, share) for share in (0.05, 0.5, 0.81, 0.95)] == [1.0, 10.0, 17.0, 19.0]
    assert quantile(nineteen[:10], 0.5) == sorted(nineteen[:10])[5]  # ⌈11 · ½⌉ = 6


def test_too_few_values_promise_nothing() -> None:
    assert quantile([1.0] * 18, 0.95) == math.inf
    assert quantile([], 0.5) == math.inf
    assert quantile([1.0] * 19, 0.95) == 1.0


@pytest.mark.parametrize("generalities", [(0, 20, 40, 400), (0, 2, 1000), (5, 5, 5, 6, 900)])
def test_a_standing_is_counted_in_standard_deviations_above_the_median(generalities: tuple[int, ...]) -> None:
    totals = [-(g // 2) for g in generalities]
    compared = Calibration((background(*generalities),), 1.0, 2.0)
    found = compared.scale(ASKED).standings([3, -50])
    assert background(*generalities).totals(ASKED).tolist() == totals
    expected = [(score - by_hand.median(totals)) / by_hand.pstdev(totals) for score in (3, -50)]
    assert found == pytest.approx(expected)


def test_the_lower_standing_of_two_groups_holds() -> None:
    narrow, wide = background(0, 20), background(0, 4000)  # medians −5 and −1 000, deviations 5 and 1 000
    compared = Calibration((narrow, wide), 1.0, 2.0)
    found = compared.scale(ASKED).standings([0, 5, -15])
    assert found == pytest.approx([1.0, 1.005, -2.0])
    assert Calibration((wide, narrow), 1.0, 2.0).scale(ASKED).standings([0, 5, -15]) == found


def test_where_all_score_the_same_a_point_is_a_deviation() -> None:
    assert Calibration((background(8, 8, 8),), 1.0, 2.0).scale(ASKED).standings([-4, -1]) == (0.0, 3.0)


def test_a_band_begins_at_its_threshold() -> None:
    compared = Calibration((background(8, 8, 8),), 2.0, 5.0).scale(ASKED)  # a standing is the score + 4
    bands = compared.bands([1, 0, -2, -3, -4])
    assert bands == (Band.STRONG, Band.POSSIBLE, Band.POSSIBLE, Band.WEAK, Band.WEAK)
    never = Calibration((background(8, 8, 8),), 2.0, math.inf)
    assert never.scale(ASKED).bands([10**9]) == (Band.POSSIBLE,)
    assert compared.bands([]) == ()


def test_freezing_is_deterministic_and_the_order_changes_nothing(known: Reference) -> None:
    first = calibration.freeze(READER.digest, known, needs(), offers(5))
    second = calibration.freeze(READER.digest, known, needs()[::-1], offers(5)[::-1])
    assert first.to_bytes() == second.to_bytes()
    assert -math.inf < first.thresholds[0] < first.thresholds[1] < math.inf
    fewer = calibration.freeze(READER.digest, known, needs(), offers(4))
    assert fewer.thresholds != first.thresholds


def test_before_freezing_the_reference_text_stands_alone(known: Reference) -> None:
    bare = calibration.before_freezing(READER.digest, known)
    assert bare.to_bytes() == calibration.freeze(READER.digest, known, (), ()).to_bytes()
    assert bare.profiles == ()


def test_a_calibration_compares_with_the_reference_text_and_the_frozen_profiles(known: Reference) -> None:
    enough = offers(5) * (calibration.FEWEST_PROFILES // 5)
    frozen = calibration.freeze(READER.digest, known, needs(), enough)
    pipeline = Pipeline(READER.digest, frozen)
    compared = Calibration.of(pipeline, known)
    assert [len(group) for group in compared.backgrounds] == [320, calibration.FEWEST_PROFILES]
    assert (compared.possible, compared.strong) == frozen.thresholds
    asked = pipeline.query(needs()[0])
    own = pipeline.candidates([("x", reading) for reading in frozen.profiles])
    assert compared.backgrounds[1].totals(asked).tolist() == [one.score for one in scoring.score(asked, own)]
    few = calibration.freeze(READER.digest, known, needs(), enough[1:])  # too few to compare with
    for frozen in (few, calibration.before_freezing(READER.digest, known)):
        assert [len(group) for group in Calibration.of(Pipeline(READER.digest, frozen), known).backgrounds] == [320]


def test_a_sentence_has_support_when_it_gets_more_than_nine_of_ten_reference_texts_give_it(known: Reference) -> None:
    pipeline = Pipeline(READER.digest, calibration.before_freezing(READER.digest, known))
    query = pipeline.query(READER.need("Händerna spritas för sällan. Vi vill mäta det. Dialys varje vecka!", SV))
    candidates = pipeline.candidates([(str(i), reading) for i, reading in enumerate(known.profiles)])
    found = [one.parts.sentences for one in scoring.score(query, candidates)]
    support = Calibration.of(pipeline, known).scale(query).support
    assert len(support) == 3
    for i, level in enumerate(support):
        given = sorted(pairs[i].points for pairs in found)
        assert level == given[math.ceil(calibration.SUPPORT * (len(given) - 1))]
        assert sum(points <= level for points in given) > 0.9 * len(given) >= sum(points < level for points in given)


def test_support_is_found_in_the_reference_text_and_not_in_what_is_registered() -> None:
    poor, rich = one_sentence(0), one_sentence(20_000)
    assert Calibration((poor, rich), 1.0, 2.0).scale(ASKED).support == (0,)
    assert Calibration((rich, poor), 1.0, 2.0).scale(ASKED).support == (2 * 20_000 * 20_000 // 2**14,)


def one_sentence(component: int) -> Catalogue:
    """Two profiles of one sentence each."""
    pieces = Pieces([0], np.full((1, 2), component, np.int16))
    return Catalogue.of((Candidate(id, SV, pieces, pieces, {}, 0), "a") for id in "pq")


def bands_of_unrelated(known: Reference, frozen: Statistics, profiles: Sequence[Reading]) -> Counter[Band]:
    """How many needs of quite other fields see each band on the best of some profiles."""
    pipeline = Pipeline(READER.digest, frozen)
    compared = Calibration.of(pipeline, known)
    own = pipeline.candidates([(str(i), reading) for i, reading in enumerate(profiles)])
    found: Counter[Band] = Counter()
    for reading in known.unrelated:
        query = pipeline.query(reading)
        scored = scoring.score(query, own)
        found.update(compared.scale(query).bands([max(one.score for one in scored)]))
    return found


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_unrelated_needs_see_strong_and_possible_no_oftener_than_promised(known: Reference, count: int) -> None:
    frozen = calibration.freeze(READER.digest, known, needs(), offers(count))
    found = bands_of_unrelated(known, frozen, offers(count))
    assert found.total() == 240
    assert found[Band.STRONG] <= FALSE_STRONG / SAFETY * 240
    assert found[Band.STRONG] + found[Band.POSSIBLE] <= FALSE_POSSIBLE / SAFETY * 240
    assert (
        found[Band.STRONG] + found[Band.POSSIBLE] >= FALSE_POSSIBLE / SAFETY * 240 - 2
    )  # and no seldomer without a reason


def test_a_need_that_a_profile_answers_stands_higher_than_unrelated_ones(known: Reference) -> None:
    frozen = calibration.freeze(READER.digest, known, needs(), offers(8))
    pipeline = Pipeline(READER.digest, frozen)
    said = f"{OFFERS[4][0]}\n{OFFERS[4][1]}"
    query = pipeline.query(READER.need(said, SV))
    own = pipeline.candidates([(str(i), reading) for i, reading in enumerate(offers(8))])
    bands = Calibration.of(pipeline, known).scale(query).bands([one.score for one in scoring.score(query, own)])
    assert [i for i, band in enumerate(bands) if band is Band.STRONG] == [4]


@given(seed=st.integers(0, 10**6), sentences=st.integers(1, 4), texts=st.integers(1, 400))
@settings(deadline=None, max_examples=100)
def test_levels_and_spreads_are_those_of_numpy_to_the_bit(seed: int, sentences: int, texts: int) -> None:
    points = np.random.default_rng(seed).integers(0, 70_000, (sentences, texts))
    assert list(_levels(points)) == np.quantile(points, SUPPORT, axis=1, method="higher").tolist()
    middle, _ = _spread(points[0].tolist())
    assert middle == float(np.median(points[0]))
