"""The HTTP API, asked as a program asks it."""

import json
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from matcha import Matcha
from matcha.api import create_app, failure
from matcha.errors import MatchaError
from matcha.records import LockForm
from tests.conftest import NEED, told, unlogged


@pytest.fixture
def client(matcha: Matcha) -> Iterator[TestClient]:
    with TestClient(create_app(matcha)) as client:
        yield client


def test_matches_are_what_the_service_answers(client: TestClient, matcha: Matcha) -> None:
    by_text = client.post("/v1/matches", json={"text": "Händerna spritas för sällan."})
    by_id = client.post("/v1/matches", json={"need_id": NEED.id, "k": 1})
    assert (by_text.status_code, by_id.status_code) == (200, 200)
    assert unlogged(by_text.json()) == json.loads(json.dumps(told(matcha.match("Händerna spritas för sällan."))))
    assert unlogged(by_id.json()) == json.loads(json.dumps(told(matcha.match(need_id=NEED.id, k=1))))
    assert by_id.json()["considered"] == {"registered": 2, "scored": 2, "excluded": []}


def test_needs_and_actors_can_be_read(client: TestClient) -> None:
    assert [need["id"] for need in client.get("/v1/needs").json()] == [NEED.id]
    assert client.get(f"/v1/needs/{NEED.id}").json()["title"] == NEED.title
    assert [actor["id"] for actor in client.get("/v1/actors").json()] == ["a-hygien", "a-ko"]
    assert client.get("/v1/actors/a-ko").json()["kind"] == "academia"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 422),
        ({"text": "x", "need_id": "y"}, 422),
        ({"text": "…"}, 422),
        ({"text": "a" * 20_001}, 422),
        ({"text": "x", "k": 0}, 422),
        ({"text": "x", "kind": "firm"}, 422),
        ({"text": "x", "unknown": 1}, 422),
        ({"need_id": "saknas"}, 404),
        ({"text": "a" * 200_000}, 413),
    ],
)
def test_bad_questions_get_a_clear_answer(client: TestClient, asked: dict[str, object], status: int) -> None:
    assert client.post("/v1/matches", json=asked).status_code == status


def test_a_body_without_a_length_is_refused(client: TestClient) -> None:
    assert client.post("/v1/matches", content=iter([b'{"text": "', b'handhygien"}'])).status_code == 413


def test_errors_speak_both_languages(client: TestClient) -> None:
    problem = client.get("/v1/needs/saknas")
    assert (problem.status_code, problem.headers["content-type"]) == (404, "application/problem+json")
    assert "finns inte" in problem.json()["sv"]
    assert "does not exist" in problem.json()["en"]


def test_every_error_has_a_status() -> None:
    def leaves(error: type[MatchaError]) -> set[type[MatchaError]]:
        return {error}.union(*(leaves(child) for child in error.__subclasses__()))

    assert leaves(MatchaError) - {MatchaError} == set(failure.STATUSES)


def test_a_need_under_procurement_is_refused_with_409_and_that_is_logged(client: TestClient, matcha: Matcha) -> None:
    matcha.set_lock(LockForm(need_id=NEED.id, locked=True, user="Kim", reason="Upphandling"))
    answer = client.post("/v1/matches", json={"need_id": NEED.id})
    assert (answer.status_code, answer.json()["title"]) == (409, "Conflict")
    assert matcha.entries(None, 1)[0][1].said["refused"] == "match"
    matcha.set_lock(LockForm(need_id=NEED.id, locked=False, user="Kim", reason="Klart"))
    asked = client.post("/v1/matches", json={"need_id": NEED.id, "purpose": "informing"})
    assert matcha.entries(asked.json()["leaf_index"])[0][1].said["purpose"] == "informing"
