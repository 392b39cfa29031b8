"""The HTTP API, asked as a program asks it."""

import json
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from matcha import Matcha
from matcha.api import create_app, failure
from matcha.callers import AccountRole
from matcha.errors import MatchaError
from matcha.records import LockForm
from matcha.records.account import AccountForm
from tests.conftest import NEED, told, unlogged


@pytest.fixture
def client(matcha: Matcha) -> Iterator[TestClient]:
    """Somebody at the machine that matcha runs on, who tries it before there are accounts."""
    with TestClient(
        create_app(matcha, trial=True), base_url="http://127.0.0.1", client=("127.0.0.1", 50_000)
    ) as client:
        yield client


def test_matches_are_what_the_service_answers(client: TestClient, matcha: Matcha) -> None:
    by_text = client.post("/v1/matches", json={"text": "Händerna spritas för sällan."})
    by_id = client.post("/v1/matches", json={"need_id": NEED.id, "k": 1})
    assert (by_text.status_code, by_id.status_code) == (200, 200)
    assert unlogged(by_text.json()) == json.loads(json.dumps(told(matcha.match("Händerna spritas för sällan."))))
    assert unlogged(by_id.json()) == json.loads(json.dumps(told(matcha.match(need_id=NEED.id, k=1))))
    assert by_id.json()["considered"] == {"registered": 2, "scored": 2, "excluded": []}


def test_needs_and_actors_can_be_read(client: TestClient) -> None:
    assert [need["id"] for need in client.get("/v1/needs").json()["items"]] == [NEED.id]
    assert client.get(f"/v1/needs/{NEED.id}").json()["title"] == NEED.title
    assert [actor["id"] for actor in client.get("/v1/actors").json()["items"]] == ["a-hygien", "a-ko"]
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


def test_a_body_without_a_length_is_read_up_to_the_limit(client: TestClient) -> None:
    sent = {"content-type": "application/json"}
    asked = client.post("/v1/matches", content=iter([b'{"text": "', b'handhygien"}']), headers=sent)
    endless = client.post("/v1/matches", content=iter([b'{"text": "'] + [b"a" * 50_000] * 4), headers=sent)
    assert (asked.status_code, endless.status_code) == (200, 413)


def test_trying_is_for_this_machine_alone_and_ends_with_the_first_account(matcha: Matcha, client: TestClient) -> None:
    asked = {"text": "Händerna spritas för sällan."}
    for headers in ({"Host": "vard.example"}, {"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}):
        assert client.post("/v1/matches", json=asked, headers=headers).status_code == 401, headers
    for headers in ({"Origin": "https://ond.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post("/v1/matches", json=asked, headers=headers).status_code == 403, headers
    app = create_app(matcha, trial=True)
    elsewhere = TestClient(app, base_url="http://127.0.0.1", client=("192.0.2.7", 50_000))
    assert elsewhere.post("/v1/matches", json=asked).status_code == 401
    assert TestClient(create_app(matcha)).post("/v1/matches", json=asked).status_code == 401
    assert client.post("/v1/matches", json=asked).status_code == 200
    matcha.accounts.add(AccountForm(name="Kim", email="kim@example.test", roles=[AccountRole.ADMINISTRATOR]))
    assert client.post("/v1/matches", json=asked).status_code == 401


def test_what_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/v1/actors")
    again = client.get("/v1/actors", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert client.get("/v1/actors", headers={"If-None-Match": '"other"'}).content == first.content


def test_a_list_is_given_in_pages_without_gaps(client: TestClient) -> None:
    found, cursor = [], None
    while True:
        asked = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        told = client.get("/v1/actors", params=asked).json()
        found += [actor["id"] for actor in told["items"]]
        if (cursor := told["next"]) is None:
            break
    assert found == ["a-hygien", "a-ko"]


def test_only_some_kind_of_actor_is_asked_with_a_reason_that_is_logged(client: TestClient, matcha: Matcha) -> None:
    asked = {"need_id": NEED.id, "kind": "company"}
    assert client.post("/v1/matches", json=asked).status_code == 422
    told = client.post("/v1/matches", json={**asked, "reason": "Bara företag levererar."}).json()
    assert told["considered"]["excluded"] == [{"reason": "other_kind", "count": 1}]
    entry = matcha.entries(told["leaf_index"])[0][1]
    assert (entry.said["only"], "caller" in entry.fields) == ("company", True)
    assert all(found.identical for found in matcha.replay([told["leaf_index"]]))


def test_errors_speak_both_languages(client: TestClient) -> None:
    problem = client.get("/v1/needs/saknas")
    assert (problem.status_code, problem.headers["content-type"]) == (404, "application/problem+json")
    assert "finns inte" in problem.json()["sv"]
    assert "does not exist" in problem.json()["en"]


def test_every_error_has_a_status() -> None:
    def leaves(error: type[MatchaError]) -> set[type[MatchaError]]:
        return {error}.union(*(leaves(child) for child in error.__subclasses__()))

    own = {
        leaf for leaf in leaves(MatchaError) if not leaf.__module__.startswith("matcha.web")
    }  # those have a parent's
    assert own - {MatchaError} == set(failure.STATUSES)


def test_a_need_under_procurement_is_refused_with_409_and_that_is_logged(client: TestClient, matcha: Matcha) -> None:
    matcha.set_lock(LockForm(need_id=NEED.id, locked=True, user="Kim", reason="Upphandling"))
    answer = client.post("/v1/matches", json={"need_id": NEED.id})
    assert (answer.status_code, answer.json()["title"]) == (409, "Conflict")
    assert matcha.entries(None, 1)[0][1].said["refused"] == "match"
    matcha.set_lock(LockForm(need_id=NEED.id, locked=False, user="Kim", reason="Klart"))
    asked = client.post("/v1/matches", json={"need_id": NEED.id, "purpose": "informing"})
    assert matcha.entries(asked.json()["leaf_index"])[0][1].said["purpose"] == "informing"
