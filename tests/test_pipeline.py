"""From text to integer vectors, by hand."""

import numpy as np
import pytest
from numpy.typing import NDArray

from matcha import HashingEncoder, Language, scoring
from matcha.retrieval.means import MemoryMeans
from matcha.retrieval.pipeline import Means, Pipeline, reference, reference_digest
from matcha.values import Role
from tests.conftest import ListeningEncoder

DIMENSION = HashingEncoder.dimension


def flat_means(**given: int) -> Means:
    keys = ("need/sv", "need/en", "profile/sv", "profile/en")
    return {key: [given.get(key.replace("/", "_"), 0)] * DIMENSION for key in keys}


def centred(text: str, role: Role, mean: int) -> NDArray[np.int16]:
    moved = HashingEncoder().encode(text, role).astype(np.float64) - mean / 2**15
    return scoring.quantise((moved / np.linalg.norm(moved)).astype(np.float32))


def test_each_role_and_language_has_its_own_mean_taken_away() -> None:
    pipeline = Pipeline(HashingEncoder(), flat_means(need_sv=100, need_en=-300, profile_sv=500, profile_en=-700))
    for language, need, profile in ((Language.SV, 100, 500), (Language.EN, -300, -700)):
        read = pipeline.read_need("Rena händer", language)
        assert np.array_equal(read.vectors, [centred("Rena händer", Role.NEED, need)])
        read = pipeline.read_profile("", "Rena händer", language)
        assert np.array_equal(read.vectors, [centred("Rena händer", Role.PROFILE, profile)])


def test_a_profiles_sentences_are_read_with_its_title_and_a_needs_alone() -> None:
    encoder = ListeningEncoder()
    pipeline = Pipeline(encoder, flat_means())
    profile = pipeline.read_profile("Titel", "Ett. Två.", Language.SV)
    assert (profile.sentences, encoder.heard) == (("Titel", "Ett.", "Två."), ["Titel", "Titel. Ett.", "Titel. Två."])
    encoder.heard.clear()
    assert pipeline.read_need("Titel\nEtt.", Language.SV).sentences == ("Titel", "Ett.")
    assert encoder.heard == ["Titel", "Ett."]


def test_the_digest_tells_pipelines_apart() -> None:
    class Other(HashingEncoder):
        digest = "other"

    made = [Pipeline(HashingEncoder(), flat_means()), Pipeline(HashingEncoder(), flat_means(need_sv=1))]
    made.append(Pipeline(Other(), flat_means()))
    assert len({pipeline.digest for pipeline in made}) == 3
    assert made[0].digest == Pipeline(HashingEncoder(), flat_means()).digest


def test_means_are_those_of_the_reference_text() -> None:
    encoder = HashingEncoder()
    means = MemoryMeans().means(encoder)
    for language in Language:
        pairs = reference(language)
        alone = np.mean([encoder.encode(sentence, Role.NEED) for _, sentence in pairs], axis=0)
        titled = np.mean([encoder.encode(f"{title}. {sentence}", Role.PROFILE) for title, sentence in pairs], axis=0)
        assert np.array(means[f"need/{language}"]) == pytest.approx(alone * 2**15, abs=0.51)
        assert np.array(means[f"profile/{language}"]) == pytest.approx(titled * 2**15, abs=0.51)


def test_the_reference_text_is_frozen_and_the_same_in_both_languages() -> None:
    swedish, english = reference(Language.SV), reference(Language.EN)
    assert len(swedish) == len(english) == 160
    assert reference_digest() == "aa04fe99ffa257d32b8157fe2ab0687c115c6622530dc7c0bf1947efe41a6cf9"
