"""Answers read back from the log are those that were given; what was erased is shown as erased."""

from __future__ import annotations

import pytest

from matcha import Matcha
from matcha.callers import AccountRole, Caller
from matcha.errors import NotFound
from matcha.matchlog.entry import Kind
from matcha.records import ErasureForm
from matcha.records.erasure import Erased, Ground
from matcha.values import ActorKind
from tests.conftest import HYGIENE, NEED

KIM = Caller("kim", frozenset({AccountRole.COORDINATOR}), None, "Kim")
TEXT = "Händerna spritas för sällan. Kön är lång."


def test_an_answer_read_back_is_the_one_given(matcha: Matcha) -> None:
    given = matcha.match(TEXT, k=7, kind=ActorKind.COMPANY, reason="Prövas först.", caller=KIM)
    before = matcha.size()
    found = matcha.logged_answer(given.leaf_index)
    assert found.matches == given.matches
    assert found.need_sentences == given.need_sentences
    assert (found.considered, found.language) == (given.considered, given.language)
    assert (found.k, found.only) == (7, ActorKind.COMPANY)
    asked = found.asked
    assert (asked.text, asked.need_id, asked.by, asked.reason) == (TEXT, None, "kim", "Prövas först.")
    assert matcha.size() == before


def test_an_explanation_read_back_is_the_one_given(matcha: Matcha) -> None:
    given = matcha.explain(HYGIENE.id, TEXT, caller=KIM)
    assert matcha.logged_explanation(given.leaf_index).found == given
    matcha.everyone(NEED.id)
    with pytest.raises(NotFound, match="explains the place of no profile"):
        matcha.logged_explanation(matcha.size() - 1)
    with pytest.raises(NotFound):
        matcha.logged_answer(given.leaf_index)


def test_what_is_erased_is_shown_so(matcha: Matcha) -> None:
    given = matcha.match(need_id=NEED.id, caller=KIM)
    explained = matcha.explain(HYGIENE.id, TEXT, caller=KIM).leaf_index
    place = next(place for place, match in enumerate(given.matches) if match.profile_id == HYGIENE.id)
    erase(matcha, Erased.PROFILE, HYGIENE.id)
    found = matcha.logged_answer(given.leaf_index)
    assert found.matches[place] is None
    assert found.shown == tuple(match for match in given.matches if match.profile_id != HYGIENE.id)
    assert matcha.logged_explanation(explained).found is None
    erase(matcha, Erased.MATCH, str(given.leaf_index))
    gone = matcha.logged_answer(given.leaf_index)
    assert (gone.asked.text, gone.need_sentences, gone.shown) == (None, (), ())
    assert gone.considered == given.considered


def erase(matcha: Matcha, what: Erased, id: str) -> None:
    matcha.erase(ErasureForm(what=what, id=id, ground=Ground.GDPR_17, reference="1", user="x"))


def test_questions_are_found_by_who_asked_and_about_what(matcha: Matcha) -> None:
    own = [matcha.match(TEXT, caller=KIM).leaf_index, matcha.match(need_id=NEED.id, caller=KIM).leaf_index]
    other = matcha.match(need_id=NEED.id).leaf_index
    assert [one.leaf_index for one in matcha.asked(by="kim")] == own[::-1]
    assert [one.leaf_index for one in matcha.asked(by="ki")] == []
    assert [one.leaf_index for one in matcha.asked(need_id=NEED.id)] == [other, own[1]]
    assert [one.leaf_index for one in matcha.asked(by="kim", before=own[1])] == own[:1]
    assert [one.leaf_index for one in matcha.asked(count=1)] == [other]
    assert len(matcha.asked(count=100)) == len(matcha.entries(0, None, Kind.MATCH))


def test_registered_profiles_are_found_by_their_words(matcha: Matcha) -> None:
    assert [one.profile_id for one in matcha.find_registered("A-HYGIEN")] == [HYGIENE.id]
    assert matcha.find_registered("a-hygien finnsinte") == ()
    assert len(matcha.find_registered("", 1)) == 1
