"""The whole process through the API alone, over SQLite and over a PostgreSQL server."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from matcha import HashingEncoder, Matcha
from matcha.api import create_app
from matcha.matchlog.keys import MemoryKeeper
from matcha.needs.lifecycle import FORWARD
from matcha.retrieval.reference import MemoryReference
from matcha.retrieval.shelf import MemoryShelf
from matcha.store import Store
from tests.conftest import fresh_database
from tests.story import SUPPLIERS, Story, tell, unhurried, verified


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('story') / 'matcha.db'}"
        else:
            url = stack.enter_context(fresh_database(request.getfixturevalue("postgres_server")))
        matcha = Matcha(Store.open(url), MemoryShelf(), HashingEncoder, MemoryReference(), MemoryKeeper())
        stack.callback(matcha.close)
        yield tell(create_app(matcha, plan=unhurried()), matcha)


def test_the_log_holds_all_of_it(story: Story) -> None:
    assert story.matcha.audit().faults == ()
    assert all(found.identical for found in story.matcha.replay())
    states = [act.content["state"] for act in story.matcha.acts("behov-handhygien") if act.kind == "state"]
    assert states == [*FORWARD]


def test_the_weighting_was_published_before_any_score(story: Story) -> None:
    scored = [act.leaf_index for act in story.matcha.acts("behov-handhygien") if act.kind == "screening"]
    assert story.told["screening"]["weighting"]["leaf_index"] < min(scored)
    assert story.told["screening"]["places"][0]["value"] == 400


def test_all_participants_see_the_same_and_nobody_sees_who_asked(story: Story) -> None:
    seen = story.told["dialogue"]
    shown = [[{**one, "own": None} for one in seen[id]["contributions"]] for id in SUPPLIERS]
    assert shown[0] == shown[1] == shown[2] != []
    assert [one["kind"] for one in shown[0]] == ["question", "answer", "post", "post", "answer", "event"]
    assert {one["actor_id"] for one in shown[0]} == {one["by"] for one in shown[0]} == {None}
    staff = story.people["koordinator"].get("needs/behov-handhygien/dialogue")
    assert (staff["differences"], staff["untold"]) == ([], [])


def test_a_supplier_proves_off_line_that_it_was_considered(story: Story) -> None:
    found = verified(story)
    assert found.index == story.told["answer"]["leaf_index"]
    assert found.standing is not None
    assert (found.standing.rank, found.entry.said["considered"]["scored"]) == (1, 3)


def test_nothing_is_done_while_a_procurement_goes_on_and_every_try_is_logged(story: Story) -> None:
    assert story.told["refused"] == ["match", "contact", "match", "meeting", "question"]


def test_the_dossier_tells_who_was_involved(story: Story) -> None:
    items = story.told["dossier"]["items"]
    assert [(one["actor_id"], one["way"]) for one in items if one["way"] in ("met", "asked", "put_in_touch")] == [
        ("aktor-sensor", "asked"),
        ("aktor-ljus", "put_in_touch"),
        ("aktor-sensor", "met"),
    ]
    assert {one["actor_id"] for one in items if one["way"] == "told"} == set(SUPPLIERS)


def test_the_effect_is_told_against_the_quantification_and_leads_to_the_next_need(story: Story) -> None:
    (solution,) = story.told["outcomes"]["solutions"]
    (effect,) = solution["effects"]
    assert (effect["before"], effect["difference"], effect["ratio"]) == (120, "-54", "11/20")
    assert [one["party"] for one in solution["feedback"]] == ["staff", "patient"]
    assert story.told["outcomes"]["follow_ups"] == ["behov-ytor"]
    edges = {(edge["source"].split(":")[0], edge["target"].split(":")[0]) for edge in story.told["graph"]["edges"]}
    assert edges == {("need", "solution"), ("solution", "effect"), ("effect", "need")}
    assert any(edge["target"] == "need:behov-ytor" for edge in story.told["graph"]["edges"])


def test_the_story_leaves_no_names_in_the_log(story: Story) -> None:
    said = "".join(str(entry.said) for _, entry in story.matcha.entries())
    for person in story.people.values():
        assert person.id not in said
    assert "example.test" not in said


def test_backed_up_and_restored_it_is_the_same(story: Story, tmp_path: Path) -> None:
    assert story.matcha.backup(tmp_path / "copy.zip").faults == ()
