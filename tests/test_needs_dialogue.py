"""What each sees of a dialogue, against twins that say it the plainest way: no participant sees more than another."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcha.callers import ANYBODY, AccountRole, Caller
from matcha.needs import dialogue
from matcha.needs.dialogue import Difference, Involvement, Said, Shown, Speaker, Thread, Way
from matcha.process import ActKind

START = datetime(2026, 9, 1, 8, tzinfo=UTC)
ACTORS = ("a", "b", "c", "d")
COORDINATOR = Caller("k1", frozenset({AccountRole.COORDINATOR}))


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def supplier(actor: str) -> Caller:
    return Caller(f"konto-{actor}", frozenset({AccountRole.SUPPLIER}), actor)


def some_dialogue(draw: random.Random) -> list[Said]:
    said: list[Said] = []
    for id in range(1, draw.randint(1, 14)):
        kind = draw.choice([*dialogue.OPEN, ActKind.MEETING, ActKind.CONTACT, ActKind.INTEREST])
        actor = draw.choice(ACTORS) if kind in (ActKind.QUESTION, ActKind.INTEREST, ActKind.CONTACT) else None
        if kind is ActKind.POST:
            actor = draw.choice((*ACTORS, None))
        older: list[int | None] = [one.id for one in said] or [None]
        said.append(
            Said(
                id,
                kind,
                f"konto-{actor}" if actor else "k1",
                actor,
                f"text {id}",
                at(id),
                draw.choice(older) if kind is ActKind.POST and draw.random() < 0.5 else None,
                draw.choice(older) if kind is ActKind.ANSWER else None,
                tuple(draw.sample(ACTORS, 2)) if kind is ActKind.MEETING else (),
            )
        )
    draw.shuffle(said)
    return said


dialogues = st.integers(0, 2**32).map(lambda seed: some_dialogue(random.Random(seed)))
participants = st.frozensets(st.sampled_from(ACTORS))


@settings(max_examples=200, deadline=None)
@given(dialogues, participants)
def test_no_participant_ever_sees_what_another_does_not(said: list[Said], among: frozenset[str]) -> None:
    assert dialogue.parity(said, among) == ()
    seen = {actor: dialogue.shown(said, supplier(actor), among) for actor in ACTORS}
    for actor in ACTORS:
        assert seen[actor] == () or actor in among
    inside = [{replace(one, own=False) for one in seen[actor]} for actor in sorted(among)]
    assert all(each == inside[0] for each in inside)
    for one in (one for actor in ACTORS for one in seen[actor]):
        assert (one.actor_id, one.by) == (None, None)


@settings(max_examples=200, deadline=None)
@given(dialogues, participants)
def test_what_is_shown_is_as_the_twin_says(said: list[Said], among: frozenset[str]) -> None:
    for caller in (*map(supplier, ACTORS), COORDINATOR, ANYBODY):
        found = {one.id: one for one in dialogue.shown(said, caller, among)}
        inside = caller is COORDINATOR
        allowed = inside or (caller.actor_id is not None and caller.actor_id in among)
        for one in said:
            assert (one.id in found) == (allowed and one.kind in ("question", "answer", "post", "event"))
            if one.id not in found:
                continue
            shown = found[one.id]
            assert (shown.text, shown.made, shown.kind) == (one.text, one.made, one.kind)
            by_supplier = one.kind in ("question", "post") and one.actor_id is not None
            assert (shown.speaker is Speaker.PARTICIPANT) == by_supplier
            assert shown.actor_id == (one.actor_id if inside else None)
            assert shown.by == (one.by if inside else None)
            assert shown.own == (one.by == caller.account_id)


@settings(max_examples=200, deadline=None)
@given(dialogues, participants)
def test_the_dossier_is_as_the_twin_says(said: list[Said], among: frozenset[str]) -> None:
    since = {actor: at(7 * place - 3) for place, actor in enumerate(sorted(among))}
    expected = set()
    for one in said:
        for actor in ACTORS:
            way, moment = naive_way(one, actor), one.made
            if way is None and actor in among and one.kind in dialogue.OPEN:
                way, moment = "told", since[actor] if since[actor] > one.made else one.made
            if way is not None:
                expected.add((moment, actor, way, one.id, one.by, one.text))
    found = dialogue.dossier(said, since)
    rows = [(e.moment, e.actor_id, e.way, e.act, e.through, e.exchanged) for e in found]
    assert set(rows) == expected
    assert len(rows) == len(expected)
    assert rows == sorted(rows, key=lambda row: (row[0], row[3], row[1]))


def naive_way(one: Said, actor: str) -> str | None:
    if one.kind == "meeting":
        return "met" if actor in one.actors else None
    ways = {"question": "asked", "post": "said", "interest": "interested", "contact": "put_in_touch"}
    return ways.get(one.kind) if one.actor_id == actor else None


@settings(max_examples=100, deadline=None)
@given(dialogues)
def test_every_contribution_is_in_the_thread_that_the_way_up_ends_in(said: list[Said]) -> None:
    seen = dialogue.shown(said, COORDINATOR, ACTORS)
    threads = dialogue.threads(seen)
    assert sorted((one for thread in threads for one in thread.contributions), key=lambda one: one.id) == list(seen)
    parent = {one.id: one.thread if one.thread is not None else one.answers for one in said}
    for thread in threads:
        for one in thread.contributions:
            way: list[int | None] = [one.id]
            while way[-1] in {s.id for s in seen}:
                way.append(parent[way[-1]])
            assert thread.id == (way[-2] if way[-1] is None else way[-1])


QUESTION = Said(1, ActKind.QUESTION, "konto-a", "a", "Får sensorn sitta i taket?", at(0))
MEETING = Said(2, ActKind.MEETING, "k1", None, "Vi visade planritningen.", at(5), actors=("b", "a"))
ANSWER = Said(3, ActKind.ANSWER, "k1", None, "Ja.", at(9), answers=1)
TALK = (QUESTION, MEETING, ANSWER)


def test_who_asked_is_known_to_the_authority_and_to_who_asked() -> None:
    asked = Shown(1, ActKind.QUESTION, Speaker.PARTICIPANT, QUESTION.text, "", at(0), 1, None, False, None, None)
    answer = Shown(3, ActKind.ANSWER, Speaker.AUTHORITY, "Ja.", "", at(9), 1, 1, False, None, None)
    assert dialogue.shown(TALK, supplier("b"), ("a", "b")) == (asked, answer)
    assert dialogue.shown(TALK, supplier("a"), ("a", "b")) == (replace(asked, own=True), answer)
    known = replace(asked, actor_id="a", by="konto-a")
    assert dialogue.shown(TALK, COORDINATOR, ())[0] == known
    assert dialogue.threads((answer, asked)) == (Thread(1, "", (asked, answer)),)


@pytest.mark.parametrize("role", sorted(AccountRole))
def test_whoever_speaks_for_an_actor_sees_what_actors_see(role: AccountRole) -> None:
    two_hats = Caller("k2", frozenset({role, AccountRole.SUPPLIER}), "b")
    assert all(one.by is None for one in dialogue.shown(TALK, two_hats, ("b",)))
    assert dialogue.shown(TALK, replace(two_hats, actor_id="x"), ("b",)) == ()
    outside = dialogue.shown(TALK, Caller("k3", frozenset({role})), ("b",))
    assert bool(outside) == (role not in (AccountRole.PUBLIC, AccountRole.SUPPLIER))


def test_a_meeting_is_untold_until_something_that_all_see_answers_it() -> None:
    assert dialogue.untold(TALK) == (2,)
    told = Said(4, ActKind.ANSWER, "k1", None, "På mötet visades planritningen; den ligger här.", at(20), answers=2)
    assert dialogue.untold((*TALK, told)) == ()
    assert dialogue.untold((*TALK, replace(told, kind=ActKind.MEETING))) == (2, 4)
    post = Said(4, ActKind.POST, "k1", None, "Mer om planritningen.", at(20), thread=2)
    assert dialogue.untold((*TALK, post)) == ()
    assert dialogue.untold((*TALK, replace(post, actor_id="a"))) == (2,)  # what a participant says is not our telling
    both = dialogue.shown((*TALK, post, replace(post, id=5, actor_id="a")), supplier("b"), ("b",))
    assert [(thread.id, [one.id for one in thread.contributions]) for thread in dialogue.threads(both)] == [
        (1, [1, 3]),
        (2, [4, 5]),
    ]


def test_what_one_participant_was_shown_and_another_was_not_is_found() -> None:
    question, answer = dialogue.shown(TALK, supplier("b"), ("a", "b"))
    seen = {"c": (question, answer), "a": (replace(question, own=True), answer), "b": (question,)}
    assert dialogue.differences(seen) == (
        Difference("a", "b", ((3, at(9)),), ()),
        Difference("b", "c", (), ((3, at(9)),)),
    )
    later = {"a": (answer,), "b": (replace(answer, made=at(10)),)}
    assert dialogue.differences(later) == (Difference("a", "b", ((3, at(9)),), ((3, at(10)),)),)
    reworded = {"a": (answer,), "b": (replace(answer, text="Nej."),)}
    assert dialogue.differences(reworded) == (Difference("a", "b", ((3, at(9)),), ((3, at(9)),)),)


def test_participants_are_the_invited_and_the_interested_since_the_earlier() -> None:
    interest = [Said(n, ActKind.INTEREST, "x", actor, "", at(n)) for n, actor in ((5, "c"), (7, "a"), (9, "c"))]
    assert dialogue.joined(interest, {"a": at(2), "b": at(3)}) == {"a": at(2), "b": at(3), "c": at(5)}
    assert dialogue.joined(interest, {"c": at(50)}) == {"a": at(7), "c": at(5)}


def test_a_latecomer_is_told_when_it_joins() -> None:
    found = dialogue.dossier((QUESTION,), {"a": at(-5), "b": at(30)})
    assert found == (
        Involvement(at(0), "a", Way.ASKED, 1, "konto-a", QUESTION.text),
        Involvement(at(30), "b", Way.TOLD, 1, "konto-a", QUESTION.text),
    )
