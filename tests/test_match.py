"""The answer to a need."""

import json

import pytest

from matcha import ActorKind, Batch, HashingEncoder, Match, Matcha
from matcha.errors import Conflict, Invalid, NotFound, Unavailable
from matcha.matchlog.keys import MemoryKeeper
from matcha.records import ActorForm
from matcha.retrieval.reference import MemoryReference
from matcha.retrieval.shelf import MemoryShelf
from matcha.store import Store
from tests.conftest import HYGIENE, NEED, ListeningEncoder, actor, profile, small_batch, told

QUESTION = "Händerna spritas för sällan. Vi vill mäta handhygien på avdelningen."


def all_points(found: Match) -> int:
    pairs, terms, others = found.evidence, found.terms, found.other_points
    return sum(p.points for p in pairs) + sum(t.points for t in terms) + sum(o.points for o in others)


def test_evidence_adds_up_and_names_real_sentences(matcha: Matcha) -> None:
    answer = matcha.match(QUESTION)
    assert answer.need_sentences == ("Händerna spritas för sällan.", "Vi vill mäta handhygien på avdelningen.")
    for found in answer.matches:
        assert all_points(found) == found.score
        assert [part.what for part in found.other_points] == ["whole", "generality"]
        assert {term.term for term in found.terms} <= set(QUESTION.lower().replace(".", "").split()) | {
            "hand",
            "hygien",
        }
        assert tuple(pair.need_sentence for pair in found.evidence) == answer.need_sentences
        current = matcha.profile(found.profile_id).version
        for pair in found.evidence:
            assert pair.profile_sentence in f"{current.title} {current.text}"


def test_the_right_actor_comes_first_and_each_actor_once(matcha: Matcha) -> None:
    matcha.submit(Batch(profiles=(profile("p-2", "a-hygien", "Mer om handhygien", "Händerna spritas oftare."),)))
    answer = matcha.match(QUESTION)
    assert [found.actor.id for found in answer.matches] == ["a-hygien", "a-ko"]


def test_a_need_by_id_is_its_title_and_text(matcha: Matcha) -> None:
    by_id, by_text = matcha.match(need_id=NEED.id), matcha.match(f"{NEED.title}\n{NEED.text}")
    assert told(by_id) == told(by_text)
    assert by_id.need_sentences[0] == NEED.title


def test_a_kind_filter_excludes_with_a_reason(matcha: Matcha) -> None:
    answer = told(matcha.match(QUESTION, kind=ActorKind.ACADEMIA))
    assert [m["actor"]["kind"] for m in answer["matches"]] == ["academia"]
    assert answer["considered"] == {"registered": 2, "scored": 1, "excluded": ({"reason": "other_kind", "count": 1},)}


@pytest.mark.parametrize("kind", [None, *ActorKind])
@pytest.mark.parametrize("withdrawn", [(), ("p-hygien",), ("p-hygien", "p-ko")])
def test_registered_is_scored_plus_excluded_always(
    matcha: Matcha, kind: ActorKind | None, withdrawn: tuple[str, ...]
) -> None:
    for id in withdrawn:
        matcha.withdraw(id)
    considered = matcha.match(QUESTION, kind=kind).considered
    assert considered.registered == 2
    assert considered.registered == considered.scored + sum(e.count for e in considered.excluded)


def test_k_cuts_and_nothing_else(matcha: Matcha) -> None:
    whole = told(matcha.match(QUESTION))
    short = told(matcha.match(QUESTION, k=1))
    assert short | {"matches": whole["matches"]} == whole
    assert short["matches"] == whole["matches"][:1]


@pytest.mark.parametrize("k", [0, -1, 1001])
def test_k_outside_its_bounds_is_refused(matcha: Matcha, k: int) -> None:
    with pytest.raises(Invalid, match="from 1 to 1000"):
        matcha.match(QUESTION, k=k)


@pytest.mark.parametrize("text", ["", " \n ", "?!", "a" * 1_000_000, "\x00\x01", "\ud83d"])
def test_text_that_cannot_be_read_is_refused(matcha: Matcha, text: str) -> None:
    with pytest.raises(Invalid):
        matcha.match(text)


def test_neither_or_both_of_text_and_need_is_refused(matcha: Matcha) -> None:
    for text, need_id in ((None, None), (QUESTION, NEED.id)):
        with pytest.raises(Invalid, match="not both"):
            matcha.match(text, need_id=need_id)


def test_who_an_actor_is_changes_no_score(matcha: Matcha) -> None:
    """R2: name, number, country, website and kind may change; rank, score and evidence may not."""

    def seen() -> list[tuple[int, str, int, object]]:
        found = matcha.match(QUESTION).matches
        return [(m.rank, m.profile_id, m.score, (m.band, m.evidence, m.terms, m.other_points)) for m in found]

    before = seen()
    for name, country in (("Handhygien på avdelningen AB", "SE"), ("Unrelated Ltd", "IE")):
        for id in ("a-hygien", "a-ko"):
            other = ActorForm(
                id=id, name=name, kind=ActorKind.AUTHORITY, country=country, website="https://handhygien.example"
            )
            matcha.submit(Batch(actors=(other,)))
            assert seen() == before


def test_the_snapshot_names_what_was_ranked_and_nothing_else(matcha: Matcha) -> None:
    first = matcha.match(QUESTION).snapshot
    assert first == matcha.match("Något annat", kind=ActorKind.COMPANY).snapshot
    matcha.submit(Batch(actors=(ActorForm(id="a-utan", name="Har ingen profil", kind=ActorKind.COMPANY),)))
    assert first == matcha.match(QUESTION).snapshot
    matcha.submit(Batch(actors=(ActorForm(id="a-ko", name="Annat namn", kind=ActorKind.ACADEMIA),)))
    renamed = matcha.match(QUESTION).snapshot  # whose a profile is, is logged anew
    matcha.withdraw(HYGIENE.id)
    withdrawn = matcha.match(QUESTION).snapshot
    other = Matcha.in_memory()  # the same ids and versions, but another text
    other.submit(
        Batch(actors=(actor("a-hygien"), actor("a-ko")), profiles=(HYGIENE, profile("p-ko", "a-ko", "Kö", "Taxi.")))
    )
    assert len({first, renamed, withdrawn, other.match(QUESTION).snapshot}) == 4


def test_an_unknown_need_is_told_with_where_to_look(matcha: Matcha) -> None:
    with pytest.raises(NotFound, match="matcha needs list"):
        matcha.match(need_id="finns-inte")


def test_an_empty_system_answers_with_nobody() -> None:
    answer = told(Matcha.in_memory().match(QUESTION))
    assert answer["matches"] == []
    assert answer["considered"] == {"registered": 0, "scored": 0, "excluded": ()}


def test_another_model_is_refused_until_the_index_is_rebuilt() -> None:
    class Other(HashingEncoder):
        digest = "0" * 64

    store, shelf, keeper = Store.in_memory(), MemoryShelf(), MemoryKeeper()
    Matcha(store, shelf, HashingEncoder, MemoryReference(), keeper).submit(small_batch())
    other = Matcha(store, shelf, Other, MemoryReference(), keeper)
    with pytest.raises(Unavailable, match="another model"):
        other.match(QUESTION)
    other.submit(Batch(actors=(actor("a-3"),), profiles=(profile("p-3", "a-3", "Ny", "Text."),)))
    with pytest.raises(Unavailable, match="2 profiles have not been read with this model"):
        other.match(QUESTION)
    assert other.rebuild() == 11
    assert other.match(QUESTION).matches[0].profile_id == HYGIENE.id


def test_the_same_question_gives_the_same_bytes(matcha: Matcha) -> None:
    assert len({json.dumps(told(matcha.match(QUESTION))) for _ in range(3)}) == 1


def test_a_second_profile_of_the_actor_adds_what_is_new_and_a_copy_nothing(matcha: Matcha) -> None:
    before = matcha.match(QUESTION).matches[0]
    matcha.submit(Batch(profiles=(profile("p-kopia", "a-hygien", HYGIENE.title, HYGIENE.text),)))
    copied = matcha.match(QUESTION).matches[0]
    assert (copied.score, len(copied.other_points)) == (before.score, 2)
    matcha.submit(Batch(profiles=(profile("p-nytt", "a-hygien", "Utbildning", "Kurs om att mäta på avdelningen."),)))
    more = matcha.match(QUESTION).matches[0]
    assert more.other_points[2].what == "profile:p-nytt"
    assert more.score == before.score + more.other_points[2].points > before.score


def test_freezing_changes_the_pipeline_and_nothing_else_does(matcha: Matcha) -> None:
    first = matcha.match(QUESTION)
    matcha.submit(Batch(actors=(actor("a-3"),), profiles=(profile("p-3", "a-3", "Handhygien", "Spritning."),)))
    other = matcha.match(QUESTION)
    assert other.pipeline == first.pipeline
    scores = {found.profile_id: found.score for found in other.matches}
    assert {p: scores[p] for p in (found.profile_id for found in first.matches)} == {
        found.profile_id: found.score for found in first.matches
    }
    assert matcha.frozen() is None
    frozen = matcha.freeze()
    assert (frozen.needs, frozen.profiles) == (1, 3)
    after = matcha.match(QUESTION)
    assert after.pipeline != first.pipeline
    assert after.snapshot == other.snapshot
    assert matcha.freeze().digest == frozen.digest  # the same texts, the same statistics
    assert matcha.match(QUESTION) == after


def test_the_first_freezing_waits_for_needs_and_profiles_and_happens_once() -> None:
    system = Matcha.in_memory()
    batch = small_batch()
    system.submit(Batch(actors=batch.actors, profiles=batch.profiles))
    assert system.freeze_first() is None
    system.submit(Batch(needs=batch.needs))
    assert system.freeze_first() is not None
    assert system.freeze_first() is None


def test_a_change_while_statistics_are_made_refuses_them(matcha: Matcha) -> None:
    def meanwhile(done: int, total: int) -> None:
        if done == 0:
            matcha.withdraw("p-ko")

    with pytest.raises(Conflict, match="changed the same rows"):
        matcha.freeze(meanwhile)
    assert matcha.frozen() is None


def test_a_long_need_in_another_language_is_answered(matcha: Matcha) -> None:
    english = "The ward must know how often hands are disinfected. " * 80  # three paragraphs
    answer = matcha.match(english)
    assert answer.language == "en"
    for found in answer.matches:
        assert all_points(found) == found.score


def test_the_question_is_read_once_for_each_sentence() -> None:
    encoder = ListeningEncoder()
    system = Matcha.in_memory(encoder)
    system.submit(small_batch())
    before = len(encoder.heard)
    system.match(QUESTION)
    assert encoder.heard[before:] == [*QUESTION.replace(". ", ".|").split("|"), QUESTION]
