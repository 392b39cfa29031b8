"""Receipts of a running system: what each proves is what was answered, and they are given of nothing else."""

import json
import random
from collections import Counter
from functools import partial

import pytest

from matcha import ActorKind, Answer, Batch, Matcha
from matcha.errors import NotFound
from matcha.interchange import match_json
from matcha.matchlog import receipt
from matcha.matchlog.entry import Kind, canonical
from matcha.matchlog.proof import Proof
from matcha.matchlog.receipt import Verified
from matcha.matchlog.roll import Line, Roll
from matcha.matchlog.standings import Standings
from matcha.records import ErasureForm
from matcha.records.erasure import Erased, Ground
from matcha.store import log
from tests.conftest import HYGIENE, QUEUE, actor, profile, small_batch
from tests.forged import told_in
from tests.signers import accepted

TWICE = profile("p-hygien-2", "a-hygien", "Handsprit", "Vi räknar hur ofta händerna spritas, och visar det.")
COPY = profile("p-kopia", "a-hygien", HYGIENE.title, HYGIENE.text + " Prova.")
THIRD = profile("p-3", "a-3", "Städning mot smitta", "Vi städar vårdavdelningar. Infektioner sprids då mindre.")
GONE = profile("p-borta", "a-3", "Fönsterputs", "Vi putsar fönster på sjukhus.")
QUESTION = "Händerna spritas för sällan. Infektioner sprids mellan patienter."
REASONS = {"p-kopia": "near_copy", "p-borta": "withdrawn"}


def system() -> Matcha:
    """Three actors with two profiles, one of them a near copy; one, in academia; and two, one withdrawn."""
    matcha = Matcha.in_memory()
    matcha.submit(small_batch())
    matcha.submit(Batch(actors=(actor("a-3"),), profiles=(TWICE, COPY, THIRD, GONE)))
    matcha.withdraw(GONE.id)
    return matcha


@pytest.fixture
def matcha() -> Matcha:
    return system()


def verified(matcha: Matcha, text: str) -> Verified:
    return receipt.verify(text, [key.public for key in matcha.logbook.signers()])


def considered(matcha: Matcha, match: int, profile_id: str) -> Verified:
    return verified(matcha, matcha.receipt(match, profile_id))


def erased(matcha: Matcha, what: Erased, id: str) -> int:
    return matcha.erase(ErasureForm(what=what, id=id, ground=Ground.GDPR_17, reference="1", user="u"))


def everyone(matcha: Matcha, match: int) -> Standings:
    """Everyone's standings in a match, from the explanation that holds them."""
    return next(
        standings_in(matcha, index)
        for index, entry in matcha.entries(kind=Kind.EXPLANATION)
        if entry.said["of"] == match
    )


def standings_in(matcha: Matcha, index: int) -> Standings:
    with matcha._store.reading() as session:
        return Standings.from_bytes(log.openings(session, index)["standings"].value)


def test_the_receipt_of_an_answer_opens_the_answer(matcha: Matcha) -> None:
    answer = matcha.match(QUESTION, k=2)
    found = verified(matcha, answer.receipt)
    assert (found.index, found.entry.kind, found.entry.said["k"]) == (answer.leaf_index, Kind.MATCH, 2)
    assert found.checkpoint.size == answer.leaf_index + 1
    assert receipt.opens(found, "asked", canonical({"need_id": None, "text": QUESTION}))
    for place, match in enumerate(answer.matches, 1):
        assert receipt.opens(found, f"match/{place}", canonical(match_json(match)))
        assert not receipt.opens(found, f"match/{3 - place}", canonical(match_json(match)))
    assert not receipt.opens(found, "asked", canonical({"need_id": None, "text": QUESTION + " "}))
    assert found.salts.keys() == found.entry.fields.keys()


def test_the_receipt_of_an_answer_can_be_given_again_and_opens_what_has_not_been_erased(matcha: Matcha) -> None:
    answer = matcha.match(QUESTION, k=2)
    shown = [place for place, match in enumerate(answer.matches, 1) if match.profile_id == HYGIENE.id]
    first = verified(matcha, answer.receipt)
    erased(matcha, Erased.PROFILE, HYGIENE.id)
    again = verified(matcha, matcha.proof(answer.leaf_index, opening=True))
    assert again.entry == first.entry
    assert again.checkpoint.size > first.checkpoint.size
    assert first.salts.keys() - again.salts.keys() == {f"match/{place}" for place in shown}
    assert all(first.salts[name] == salt for name, salt in again.salts.items())
    erased(matcha, Erased.MATCH, str(answer.leaf_index))
    assert verified(matcha, matcha.proof(answer.leaf_index, opening=True)).salts == {}


@pytest.mark.parametrize("k", [1, 2, 10])
def test_a_consideration_proves_the_rank_and_score_of_the_answer_whether_shown_or_not(matcha: Matcha, k: int) -> None:
    whole, answer = matcha.match(QUESTION), matcha.match(QUESTION, k=k)
    assert len(whole.matches) == 3
    for match in whole.matches:
        found = considered(matcha, answer.leaf_index, match.profile_id)
        assert found.standing is not None
        assert found.line is not None
        assert (found.standing.rank, found.standing.score) == (match.rank, match.score)
        assert found.index == answer.leaf_index
        assert found.profile in found.standing.profiles
        assert found.said is not None
        assert json.loads(found.said)["title"] == match.profile_title
        assert found.excluded is None
    explained = [entry for _, entry in matcha.entries(kind=Kind.EXPLANATION)]
    assert [entry.said["of"] for entry in explained] == ([] if k >= 3 else [answer.leaf_index])


def test_each_match_has_standings_of_its_own(matcha: Matcha) -> None:
    answers = [matcha.match(question, k=1) for question in (QUESTION, "Väntetiden till första bedömning.")]
    ranks = []
    for answer in answers:
        whole = [considered(matcha, answer.leaf_index, form.id).standing for form in (HYGIENE, QUEUE, THIRD)]
        ranks.append([standing.rank for standing in whole if standing is not None])
    assert [sorted(each) for each in ranks] == [[1, 2, 3]] * 2
    assert ranks[0] != ranks[1]


def test_both_profiles_of_an_actor_have_its_one_standing(matcha: Matcha) -> None:
    answer = matcha.match(QUESTION)
    both = [considered(matcha, answer.leaf_index, id) for id in (HYGIENE.id, TWICE.id)]
    assert both[0].standing == both[1].standing
    assert both[0].standing is not None
    assert both[0].standing.profiles == tuple(sorted(one.profile or 0 for one in both))
    assert [json.loads(one.said or b"")["title"] for one in both] == [HYGIENE.title, TWICE.title]


def test_a_consideration_proves_why_a_profile_was_excluded(matcha: Matcha) -> None:
    answer = matcha.match(QUESTION, kind=ActorKind.COMPANY)
    academic = matcha.match(QUESTION, kind=ActorKind.ACADEMIA)
    reasons = Counter(
        considered(matcha, answer.leaf_index, id).excluded
        for id in (HYGIENE.id, QUEUE.id, TWICE.id, COPY.id, THIRD.id, GONE.id)
    )
    assert reasons == {None: 3, "other_kind": 1, "near_copy": 1, "withdrawn": 1}
    assert {one.reason.value: one.count for one in answer.considered.excluded} == {
        reason: count for reason, count in reasons.items() if reason
    }
    for match, id, reason in (
        (answer, QUEUE.id, "other_kind"),
        (academic, THIRD.id, "other_kind"),
        (academic, QUEUE.id, None),
        (academic, GONE.id, "withdrawn"),
        (academic, COPY.id, "near_copy"),
    ):
        found = considered(matcha, match.leaf_index, id)
        assert (found.excluded, found.standing is None) == (reason, reason is not None)
        assert (found.said is None) == (id == GONE.id)  # the entry of a withdrawal says nothing more


def test_what_a_profile_said_is_no_longer_told_when_it_has_been_erased(matcha: Matcha) -> None:
    whole, answer = matcha.match(QUESTION), matcha.match(QUESTION, k=1)
    before = considered(matcha, answer.leaf_index, THIRD.id)
    erased(matcha, Erased.PROFILE, THIRD.id)
    text = matcha.receipt(answer.leaf_index, THIRD.id)
    after = verified(matcha, text)
    assert before.said is not None
    assert after.said is None
    assert (after.profile, after.line, after.standing) == (before.profile, before.line, before.standing)
    assert after.standing is not None
    (own,) = (match for match in whole.matches if match.profile_id == THIRD.id)
    assert (after.standing.rank, after.standing.score) == (own.rank, own.score)
    assert THIRD.title not in Proof.parse(text).extra.decode()
    assert considered(matcha, matcha.match(QUESTION).leaf_index, THIRD.id).excluded == "withdrawn"


def test_an_erasure_takes_no_receipt_from_others(matcha: Matcha) -> None:
    answer = matcha.match(QUESTION, k=1)
    shown = answer.matches[0]
    expected = ranks_of(matcha.match(QUESTION, k=10))
    erased(matcha, Erased.PROFILE, THIRD.id)
    assert len(matcha.entries(kind=Kind.EXPLANATION)) == 1  # of the first match: the second has shown everyone
    for id in (shown.profile_id, QUEUE.id, THIRD.id):
        found = considered(matcha, answer.leaf_index, id).standing
        assert found is not None
        assert found.rank == expected[id]
    assert considered(matcha, answer.leaf_index, COPY.id).excluded == "near_copy"


def ranks_of(answer: Answer) -> dict[str, int]:
    return {match.profile_id: match.rank for match in answer.matches}


def test_a_rank_that_can_no_longer_be_worked_out_is_not_told_and_none_is_made_up(matcha: Matcha) -> None:
    answer = matcha.match(QUESTION, k=1)
    erased(matcha, Erased.PROFILE, THIRD.id)
    (everyone,) = (index for index, _ in matcha.entries(kind=Kind.EXPLANATION))
    erased(matcha, Erased.MATCH, str(everyone))
    for id in (QUEUE.id, THIRD.id):
        with pytest.raises(NotFound, match="can no longer be worked out as they were"):
            matcha.receipt(answer.leaf_index, id)
    assert len(matcha.entries(kind=Kind.EXPLANATION)) == 1
    found = considered(matcha, answer.leaf_index, answer.matches[0].profile_id).standing
    assert found is not None
    assert (found.rank, found.score) == (1, answer.matches[0].score)


def test_standings_that_were_erased_are_worked_out_again_while_that_can_be_done(matcha: Matcha) -> None:
    answer = matcha.match(QUESTION, k=1)
    before = considered(matcha, answer.leaf_index, QUEUE.id).standing
    (everyone,) = (index for index, _ in matcha.entries(kind=Kind.EXPLANATION))
    erased(matcha, Erased.MATCH, str(everyone))
    after = considered(matcha, answer.leaf_index, QUEUE.id).standing
    assert after is not None
    assert after == before


def test_considerations_agree_with_their_receipts(matcha: Matcha) -> None:
    matcha.match(QUESTION, k=1)
    matcha.match(QUESTION, kind=ActorKind.COMPANY)
    for form in (HYGIENE, QUEUE, TWICE, COPY, THIRD, GONE):
        told = matcha.considerations(form.id)
        assert [one.leaf_index for one in told] == [index for index, _ in matcha.entries(kind=Kind.MATCH)]
        for one in told:
            found = considered(matcha, one.leaf_index, form.id)
            assert (found.profile, found.excluded) == (one.profile_leaf_index, one.excluded)
            assert found.entry.milliseconds == one.milliseconds
        for after in (-1, *(one.leaf_index for one in told)):
            later = [one for one in told if one.leaf_index > after]
            assert matcha.considerations(form.id, after) == later
            assert matcha.considerations(form.id, after, 1) == later[:1]


def test_an_edited_profile_is_considered_as_it_was_then(matcha: Matcha) -> None:
    before = matcha.match(QUESTION)
    edited = THIRD.model_copy(update={"title": "Ett nytt namn"})
    matcha.submit(Batch(actors=(actor("a-3"),), profiles=(edited,)))
    after = matcha.match(QUESTION)
    said = [json.loads(considered(matcha, one.leaf_index, THIRD.id).said or b"") for one in (before, after)]
    assert [one["title"] for one in said] == [THIRD.title, "Ett nytt namn"]


def test_no_receipt_is_given_of_what_was_not_considered(matcha: Matcha) -> None:
    answer = matcha.match(QUESTION)
    explained = matcha.explain(HYGIENE.id, QUESTION).leaf_index
    new = profile("p-ny", "a-3", "Nytt", "Något nytt om händer.")
    matcha.submit(Batch(actors=(actor("a-3"),), profiles=(new,)))
    size = len(matcha.entries())
    for match, id, why in (
        (answer.leaf_index, "p-okänd", "p-okänd"),
        (answer.leaf_index, new.id, "was not registered when match"),
        (explained, HYGIENE.id, str(explained)),
        (0, HYGIENE.id, "0"),
        (size, HYGIENE.id, str(size)),
        (-1, HYGIENE.id, "-1"),
        (10**6, HYGIENE.id, "1000000"),
    ):
        with pytest.raises(NotFound, match=why):
            matcha.receipt(match, id)
    assert len(matcha.entries()) == size


def test_a_match_that_has_been_erased_shows_no_standing_but_still_that_a_profile_was_excluded(matcha: Matcha) -> None:
    answer = matcha.match(QUESTION, k=1)
    erased(matcha, Erased.MATCH, str(answer.leaf_index))
    for id in (HYGIENE.id, TWICE.id, THIRD.id, QUEUE.id):
        with pytest.raises(NotFound, match="erased: the standings can no longer be shown"):
            matcha.receipt(answer.leaf_index, id)
    for id, reason in REASONS.items():
        assert considered(matcha, answer.leaf_index, id).excluded == reason


def test_a_receipt_given_before_an_erasure_is_still_proven_after_it(matcha: Matcha) -> None:
    answer = matcha.match(QUESTION, k=1)
    texts = [matcha.receipt(answer.leaf_index, id) for id in (HYGIENE.id, QUEUE.id, THIRD.id, GONE.id)]
    before = [verified(matcha, text) for text in texts]
    erased(matcha, Erased.MATCH, str(answer.leaf_index))
    erased(matcha, Erased.ACTOR, "a-3")
    assert [verified(matcha, text) for text in texts] == before
    matcha.logbook.rotate()
    assert [verified(matcha, text) for text in texts] == before


def test_no_other_actors_rank_score_salt_or_secret_stands_in_a_receipt(matcha: Matcha) -> None:
    answer = matcha.match(QUESTION, k=1)
    forms = (HYGIENE, QUEUE, TWICE, COPY, THIRD, GONE)
    texts = {form.id: matcha.receipt(answer.leaf_index, form.id) for form in forms}
    both = (standings_in(matcha, answer.leaf_index), everyone(matcha, answer.leaf_index))
    assert [len(one.each) for one in both] == [1, 3]
    assert both[0].secret != both[1].secret
    for id, text in texts.items():
        content = Proof.parse(text).extra.decode()
        own = told_in(text).get("standing", {}).get("leaf", "")
        assert (own != "") == (id not in REASONS)
        scored = json.loads(own)["score"] if own else None
        for standings in both:
            assert standings.secret.hex() not in content
            for leaf, one in zip(standings.leaves, standings.each, strict=True):
                is_own = leaf.decode() == own
                assert (json.loads(leaf)["salt"] in content) == is_own
                assert content.count(f'score\\":{one.score}}}') == (one.score == scored)
        titles = [json.dumps(json.dumps(form.title, ensure_ascii=False), ensure_ascii=False)[1:-1] for form in forms]
        named = {form.id for form, title in zip(forms, titles, strict=True) if f'title\\":{title}' in content}
        same = {HYGIENE.id, COPY.id}  # a near copy bears the name of what it copies
        assert named == (set() if id == GONE.id else same if id in same else {id})


def test_a_receipt_proves_nothing_of_another_system(matcha: Matcha) -> None:
    other = system()
    answer = matcha.match(QUESTION)
    other.match(QUESTION)
    texts = [answer.receipt, *(matcha.receipt(answer.leaf_index, form.id) for form in (HYGIENE, QUEUE, GONE))]
    assert [found.index for _, found in accepted(partial(verified, matcha), texts)] == [answer.leaf_index] * 4
    assert accepted(partial(verified, other), texts) == []


def test_a_line_is_found_in_a_roll_without_reading_the_others() -> None:
    """The slow twin reads the whole roll."""
    draw = random.Random(3)
    for _ in range(200):
        leaves = sorted(draw.sample(range(300), draw.randrange(20)))
        kinds = ("company", "care_unit")
        lines = (
            Line(
                leaf,
                draw.choice(kinds),
                draw.choice((None, "withdrawn")),
                "ab" * draw.randrange(3),
                draw.choice((None, leaf)),
            )
            for leaf in leaves
        )
        roll, own = Roll.of(tuple(lines)), set(draw.sample(range(300), draw.randrange(4)))
        slow = next((line for line in roll.lines if line.leaf_index in own), None)
        assert roll.line_of(own) == slow
