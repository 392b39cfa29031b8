"""Explanations on the demo data, with the real model."""

import itertools
import random

import pytest

from matcha import Batch, Matcha
from matcha.records import ActorForm, NeedForm, ProfileForm
from matcha.service.asking import Question
from matcha.text.copies import Copied
from matcha.values import ActorKind, Explanation, Match
from tests.conftest import demo, demo_qrels

OTHERS = 15  # a need, beside those returned


@pytest.fixture(scope="module")
def system(demo_system: Matcha) -> Matcha:
    return demo_system


def points(found: Explanation | Match) -> int:
    pairs = sum(pair.points for pair in found.evidence) + sum(term.points for term in found.terms)
    return pairs + sum(part.points for part in found.other_points)


def test_every_explanation_adds_up_for_returned_and_for_others(system: Matcha) -> None:
    """The others are dealt to the needs, so that every profile is explained before several."""
    ids = [row["id"] for row in demo("profiles")]
    random.Random(4).shuffle(ids)
    others, explained = itertools.cycle(ids), set[str]()
    for need in system.needs():
        matches = system.match(need_id=need.id, k=10).matches
        for found in matches:
            assert points(found) == found.score
        returned = {found.profile_id for found in matches}
        with system._store.reading() as session:
            explainer = system.explainer(session, Question(f"{need.title}\n{need.text}", need.language, 10))
            ranked = {hit.actor_id: hit for hit in explainer.hits}
            for id in (*sorted(returned), *itertools.islice(others, OTHERS)):
                told = explainer.explain(session, id, what_if=False)
                explained.add(id)
                assert points(told) == told.score, (need.id, id)
                assert sum(part.points for part in told.counted) == told.actor_score == ranked[told.actor.id].score
                assert told.rank == ranked[told.actor.id].rank
                assert told.to_cut == told.actor_score - explainer.hits[9].score
        for found in matches:
            assert (ranked[found.actor.id].rank, ranked[found.actor.id].score) == (found.rank, found.score)
    assert explained == set(ids)


def test_relevant_profiles_support_more_of_a_need_than_others(system: Matcha) -> None:
    supported: dict[int, list[float]] = {}
    for need, grades in list(demo_qrels().items())[::6]:
        row = system.need(need)
        with system._store.reading() as session:
            explainer = system.explainer(session, Question(f"{row.title}\n{row.text}", row.language, 10))
            for id, grade in grades.items():
                evidence = explainer.explain(session, id, what_if=False).evidence
                supported.setdefault(grade, []).append(sum(pair.supported for pair in evidence) / len(evidence))
    mean = {grade: sum(shares) / len(shares) for grade, shares in supported.items()}
    assert mean[3] > mean[2] > mean[1] > mean[0]
    assert mean[3] > 0.6


@pytest.fixture(scope="module")
def twin(system: Matcha) -> Matcha:
    """A system of its own, in memory, that may be changed; texts that the demo's own has not read are read anew."""
    with system._store.reading() as session:
        return system._twin(system._preparation.ready(session), system.reader.encoder)


def whole_demo() -> Batch:
    return Batch(
        actors=tuple(ActorForm(**row) for row in demo("actors")),
        profiles=tuple(ProfileForm(**row) for row in demo("profiles")),
        needs=tuple(NeedForm(**row) for row in demo("needs")),
    )


def test_what_is_stated_beforehand_is_what_happens(system: Matcha, twin: Matcha) -> None:
    """Sentences are deleted and added for real, in a system that reads, stores, indexes and ranks everything anew."""
    batch = whole_demo()
    few = {row["actor_id"] for row in demo("profiles")[:40]}
    batch = Batch(
        actors=tuple(a for a in batch.actors if a.id in few),
        profiles=tuple(p for p in batch.profiles if p.actor_id in few),
        needs=batch.needs[:3],
    )
    twin.submit(batch)
    tried = 0
    for need, form in zip(batch.needs, (batch.profiles[0], batch.profiles[7], batch.profiles[21]), strict=True):
        stated = twin.explain(form.id, need_id=need.id, k=5)
        for deletion in stated.deletions:
            assert form.text.count(deletion.profile_sentence) == 1
            edited = form.model_copy(update={"text": form.text.replace(deletion.profile_sentence, "")})
            twin.submit(Batch(profiles=(edited,)))
            assert twin.explain(form.id, need_id=need.id, k=5).actor_score == stated.actor_score + deletion.change
            tried += 1
        for advice in (*stated.advice[:1], *stated.advice[-1:]):
            added = "\n".join((form.text, *advice.need_sentences))
            twin.submit(Batch(profiles=(form.model_copy(update={"text": added}),)))
            assert twin.explain(form.id, need_id=need.id, k=5).rank == advice.best_rank
        twin.submit(Batch(profiles=(form,)))
    assert tried >= 8


def test_copied_needs_are_flagged_and_honest_profiles_are_not(system: Matcha) -> None:
    near: list[bool] = []
    flagged = judged = 0
    for need in system.needs():
        reading = system.reader.need(f"{need.title}\n{need.text}", need.language)
        copied = Copied(reading.said)
        for sentence in reading.sentences.texts:
            words = sentence.split()
            if len(words) >= 8:
                changed = ["annat" if place % 7 == 3 else word for place, word in enumerate(words)]
                assert sentence in copied
                near.append(" ".join(changed) in copied)
        for match in system.match(need_id=need.id, k=10).matches:
            flagged += bool(match.copied)
            judged += 1
    assert sum(near) / len(near) > 0.98  # one word in seven is another
    assert judged == 10 * len(demo("needs"))
    assert flagged / judged < 0.02


def test_a_copy_of_the_need_is_flagged_wherever_it_ranks(twin: Matcha) -> None:
    need = NeedForm(**demo("needs")[4])
    actor = ActorForm(id="aktor-x", name="Avskrivet AB (demo)", kind=ActorKind.COMPANY)
    copy = ProfileForm(id="profil-x", actor_id=actor.id, title="Vi hjälper er", text=need.text, language=need.language)
    twin.submit(Batch(actors=(actor,), profiles=(copy,), needs=(need,)))
    (found,) = (m for m in twin.match(need_id=need.id, k=10).matches if m.actor.id == actor.id)
    assert len(found.copied) >= 3
    assert all(pair.copied for pair in found.evidence if pair.profile_sentence in found.copied)
