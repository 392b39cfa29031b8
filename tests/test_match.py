"""The answer to a need."""

import json

import pytest

from matcha import ActorKind, Batch, HashingEncoder, Matcha
from matcha.errors import Invalid, NotFound, Unavailable
from matcha.interchange import answer_json
from matcha.records import ActorForm
from matcha.retrieval.means import MemoryMeans
from matcha.retrieval.shelf import MemoryShelf
from matcha.store import Store
from tests.conftest import HYGIENE, NEED, ListeningEncoder, actor, profile, small_batch

QUESTION = "Händerna spritas för sällan. Vi vill mäta handhygien på avdelningen."


def test_evidence_adds_up_and_names_real_sentences(matcha: Matcha) -> None:
    answer = matcha.match(QUESTION)
    assert answer.need_sentences == ("Händerna spritas för sällan.", "Vi vill mäta handhygien på avdelningen.")
    for found in answer.matches:
        assert sum(pair.points for pair in found.evidence) == found.score
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
    assert answer_json(by_id) == answer_json(by_text)
    assert by_id.need_sentences[0] == NEED.title


def test_a_kind_filter_excludes_with_a_reason(matcha: Matcha) -> None:
    answer = answer_json(matcha.match(QUESTION, kind=ActorKind.ACADEMIA))
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
    whole = answer_json(matcha.match(QUESTION))
    short = answer_json(matcha.match(QUESTION, k=1))
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
        return [(m.rank, m.profile_id, m.score, m.evidence) for m in matcha.match(QUESTION).matches]

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
    matcha.submit(Batch(actors=(ActorForm(id="a-ko", name="Annat namn", kind=ActorKind.COMPANY),)))
    assert first == matcha.match("Något annat", kind=ActorKind.COMPANY).snapshot
    matcha.withdraw(HYGIENE.id)
    withdrawn = matcha.match(QUESTION).snapshot
    other = Matcha.in_memory()  # the same ids and versions, but another text
    other.submit(
        Batch(actors=(actor("a-hygien"), actor("a-ko")), profiles=(HYGIENE, profile("p-ko", "a-ko", "Kö", "Taxi.")))
    )
    assert len({first, withdrawn, other.match(QUESTION).snapshot}) == 3


def test_an_unknown_need_is_told_with_where_to_look(matcha: Matcha) -> None:
    with pytest.raises(NotFound, match="matcha needs list"):
        matcha.match(need_id="finns-inte")


def test_an_empty_system_answers_with_nobody() -> None:
    answer = answer_json(Matcha.in_memory().match(QUESTION))
    assert answer["matches"] == []
    assert answer["considered"] == {"registered": 0, "scored": 0, "excluded": ()}


def test_another_model_is_refused_until_the_index_is_rebuilt() -> None:
    class Other(HashingEncoder):
        digest = "0" * 64

    store, shelf = Store.in_memory(), MemoryShelf()
    Matcha(store, shelf, HashingEncoder, MemoryMeans()).submit(small_batch())
    other = Matcha(store, shelf, Other, MemoryMeans())
    with pytest.raises(Unavailable, match="another model"):
        other.match(QUESTION)
    other.submit(Batch(actors=(actor("a-3"),), profiles=(profile("p-3", "a-3", "Ny", "Text."),)))
    with pytest.raises(Unavailable, match="2 profiles have not been read with this model"):
        other.match(QUESTION)
    assert other.rebuild() == 8
    assert other.match(QUESTION).matches[0].profile_id == HYGIENE.id


def test_the_same_question_gives_the_same_bytes(matcha: Matcha) -> None:
    assert len({json.dumps(answer_json(matcha.match(QUESTION))) for _ in range(3)}) == 1


def test_the_question_is_read_once_for_each_sentence() -> None:
    encoder = ListeningEncoder()
    system = Matcha.in_memory(encoder)
    system.submit(small_batch())
    before = len(encoder.heard)
    system.match(QUESTION)
    assert encoder.heard[before:] == ["Händerna spritas för sällan.", "Vi vill mäta handhygien på avdelningen."]
