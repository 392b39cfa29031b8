"""Everyone in columns: what is read of one is what was put in, in every order, and the counts add up."""

from __future__ import annotations

import random
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcha.matchlog.roll import Line, Roll
from matcha.memory import Strings
from matcha.retrieval.everyone import Everyone, TakingPart
from matcha.values import ActorKind, ActorRef, Exclusion, Language, Registered

_ACTORS = [ActorRef(id, f"Bolaget {id}", kind) for id, kind in zip("åbÄ", ActorKind, strict=False)]
_STANDING = (None, Exclusion.WITHDRAWN, Exclusion.EXPIRED, Exclusion.NEAR_COPY)

_EVERYBODY = st.lists(
    st.builds(
        Registered,
        profile_id=st.text("aåÄ-9", min_size=1, max_size=4),
        version_id=st.integers(1, 2**40),
        version=st.integers(1, 2**30),
        leaf_index=st.integers(0, 2**40),
        reading=st.sampled_from(("", "0f" * 32)),
        title=st.text(max_size=5),
        language=st.sampled_from(Language),
        actor=st.sampled_from(_ACTORS),
        excluded=st.sampled_from(_STANDING),
    ),
    unique_by=(lambda one: one.profile_id, lambda one: one.leaf_index),
    max_size=12,
)


@given(_EVERYBODY, st.randoms())
def test_what_is_put_in_columns_comes_back_by_profile_id(everybody: list[Registered], draw: random.Random) -> None:
    sorted_by_id = sorted(everybody, key=lambda one: one.profile_id)
    draw.shuffle(everybody)
    everyone = Everyone.of(everybody)
    assert list(everyone) == sorted_by_id
    assert everyone[1:3] == tuple(sorted_by_id[1:3])
    assert [everyone.place(one.profile_id) for one in sorted_by_id] == list(range(len(everyone)))
    for actor in _ACTORS:
        assert everyone.of_actor(actor.id) == tuple(one for one in sorted_by_id if one.actor == actor)
    assert everyone.of_actor("ingen") == everyone.of_actor("ö") == ()
    taking_part = TakingPart(everyone)
    assert dict(taking_part) == {one.profile_id: one for one in sorted_by_id if one.excluded is None}
    assert list(taking_part) == [sorted_by_id[place].profile_id for place in everyone.taking_part()]
    assert all((one.profile_id in taking_part) == (one.excluded is None) for one in everybody)


@given(_EVERYBODY, st.sampled_from(ActorKind))
def test_others_are_excluded_for_their_kind_and_every_reason_is_counted(
    everybody: list[Registered], kind: ActorKind
) -> None:
    only = Everyone.of(everybody).only(kind)
    expected = [
        replace(one, excluded=one.excluded or (None if one.actor.kind is kind else Exclusion.OTHER_KIND))
        for one in sorted(everybody, key=lambda one: one.profile_id)
    ]
    assert list(only) == expected
    reasons = [one.excluded for one in expected if one.excluded is not None]
    assert only.reasons() == {reason: reasons.count(reason) for reason in sorted(set(reasons))}
    assert list(only.reasons()) == sorted(only.reasons())
    assert len(only) == len(TakingPart(only)) + sum(only.reasons().values())


@given(_EVERYBODY)
def test_the_roll_is_by_leaf_index_and_says_under_which_entry_copies_stand(everybody: list[Registered]) -> None:
    like = {one.profile_id: 7 for one in everybody if one.excluded is Exclusion.NEAR_COPY}
    by_leaf = sorted(everybody, key=lambda one: one.leaf_index)
    lines = tuple(
        Line(
            one.leaf_index,
            one.actor.kind.value,
            one.excluded and one.excluded.value,
            one.reading,
            like.get(one.profile_id),
        )
        for one in by_leaf
    )
    roll = Everyone.of(everybody).roll(like)
    assert roll == Roll.of(lines)
    assert roll.lines == lines
    assert roll.size == len(lines)


@given(_EVERYBODY, st.randoms())
def test_a_few_more_are_put_among_the_others_as_if_all_had_come_at_once(
    everybody: list[Registered], draw: random.Random
) -> None:
    few = [one for one in everybody if draw.random() < 0.5]
    before = [one for one in everybody if one not in few or draw.random() < 0.5]
    elsewise = [replace(one, version=one.version + 1, title="Ett annat", excluded=None) for one in before]
    told = [other if one in few else one for one, other in zip(before, elsewise, strict=True)]
    assert columns(Everyone.of(told).with_(Everyone.of(few))) == columns(Everyone.of(everybody))


def columns(everyone: Everyone) -> dict[str, tuple[object, object]]:
    """What everyone is, to the byte."""
    found = {each.name: getattr(everyone, each.name) for each in fields(everyone)}
    return {name: (str(getattr(each, "dtype", "")), list(each)) for name, each in found.items()}


def test_who_is_not_registered_has_no_place() -> None:
    everyone = Everyone.of([Registered("b", 1, 1, 0, "", "", Language.SV, _ACTORS[0], None)])
    for id in ("a", "c", "", "bb"):
        assert id not in TakingPart(everyone)
        with pytest.raises(KeyError):
            everyone.place(id)
        with pytest.raises(KeyError):
            TakingPart(everyone)[id]


@given(st.lists(st.text(max_size=3)), st.lists(st.text(max_size=3)), st.data())
def test_texts_in_one_piece_are_added_and_taken_as_those_of_a_list(
    one: list[str], other: list[str], data: st.DataObject
) -> None:
    both = Strings(one) + Strings(other)
    assert list(both) == [*one, *other]
    places = data.draw(st.lists(st.integers(0, len(both) - 1))) if len(both) else []
    taken = both.take(np.array(places, np.int64))
    assert list(taken) == [both[place] for place in places]
    assert [taken[place] for place in range(len(taken))] == list(taken)
    assert Strings.of(taken) is taken
