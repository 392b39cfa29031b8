"""The same request with the same Idempotency-Key is done once, answered with the same bytes, at every operation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matcha.api import access, create_app
from matcha.callers import AccountRole
from matcha.records.account import AccountForm, KeyForm
from tests import staging
from tests.asking import Ask, Operation
from tests.people import both
from tests.town import ALL, TALK
from tests.writers import system_in

UNREPEATED = frozenset(
    {("POST", "/v1/session"), ("DELETE", "/v1/session"), ("POST", "/v1/passwords"), ("POST", "/v1/similar-needs")}
)
WRITING = sorted(operation for operation in access.ACCESS if operation[0] != "GET" and operation not in UNREPEATED)
SHOWN_ONCE = {"/v1/keys": "text", "/v1/accounts": "token", "/v1/accounts/{id}/invitation": "token"}  # secrets


@pytest.mark.parametrize("operation", WRITING, ids=" ".join)
def test_a_request_sent_again_is_answered_the_same_and_does_nothing(operation: Operation) -> None:
    matcha = staging.fresh()
    first = staging.send(operation, ALL, once="nyckel-1")
    assert first.status_code < 300, first.text
    after, size = staging.contents(matcha), matcha.size()
    again = staging.send(operation, ALL, once="nyckel-1")
    if secret := SHOWN_ONCE.get(operation[1]):
        assert again.json() == {**first.json(), secret: None}
    else:
        assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers.get("location") == first.headers.get("location")
    assert (staging.contents(matcha), matcha.size()) == (after, size)


@pytest.mark.parametrize("operation", WRITING, ids=" ".join)
def test_the_key_of_another_request_is_refused(operation: Operation) -> None:
    matcha, good = staging.fresh(), staging.known(operation)
    staging.send(operation, ALL, once="nyckel-1")
    after = staging.contents(matcha)
    refused = staging.send(operation, ALL, _another(good), once="nyckel-1")
    assert (refused.status_code, "Idempotency-Key" in refused.json()["en"]) == (422, True), refused.text
    assert staging.contents(matcha) == after


def _another(good: Ask) -> Ask:
    if good.file is not None:
        name, content, kind = good.file
        return replace(good, file=(name, content + b" ", kind))
    if good.json is None:
        return replace(good, query={"another": 1})
    field = next(name for name in good.json if name in _OTHER)
    return replace(good, json={**good.json, field: _OTHER[field]})


_OTHER = {
    "text": "En annan text.",
    "outcome": "Gjort på annat vis.",
    "need_id": "n-done",
    "locked": False,
    "name": "Något annat",
    "words": "vård",
    "exchanged": "Annat.",
    "reason": "Ett annat skäl.",
    "title": "Annan rubrik",
    "unit": "Avdelning 9",
    "k": 4,
    "reference": "Dnr 2",
    "said": "1 1 1 1 1 1 1 1 1 1",
    "mixing": "free",
    "place": "Skellefteå",
    "gone": [],
    "template": "Andra frågor.",
    "notes": "Något annat sades.",
    "questions": [{"text": "En annan fråga."}],
    "profile": {"id": "p-fourth", "actor_id": "a-mine", "title": "Annat", "text": "Något helt annat."},
}


def test_a_key_is_its_callers_own() -> None:
    staging.fresh()
    first = staging.send(("POST", "/v1/subscriptions"), "supplier", once="nyckel-1")
    other = staging.send(("POST", "/v1/subscriptions"), "other", once="nyckel-1")
    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json()["id"] != other.json()["id"]


@pytest.mark.parametrize("key", ["", "a b", "*", "x" * 65, '""', "a\tb"])
def test_a_key_that_is_none_is_refused_before_anything_is_done(key: str) -> None:
    matcha = staging.fresh()
    before = matcha.size()
    refused = staging.send(("POST", "/v1/needs"), ALL, once=key)
    assert (refused.status_code, matcha.size()) == (422, before)


def test_what_was_refused_may_be_tried_again_with_the_same_key() -> None:
    staging.fresh()
    declare = ("POST", "/v1/needs/{id}/answers")
    bad = Ask({"id": TALK}, {"question": 10**9, "text": "Svar."})
    assert staging.send(declare, "organiser", bad, once="nyckel-1").status_code == 404
    assert staging.send(declare, "organiser", once="nyckel-1").status_code == 201


def test_two_at_once_with_one_key_have_one_effect(tmp_path: Path) -> None:
    matcha = system_in(tmp_path)
    account = matcha.accounts.add(AccountForm(name="Kim", email="kim@vard.example", roles=[AccountRole.COORDINATOR]))
    key = matcha.accounts.issue_key(account.account.id, KeyForm(name="Prov")).text
    app = create_app(matcha, plan=staging.UNLIMITED)
    for number in range(8):
        before = matcha.size()
        body = {"title": f"Behov {number}", "text": "Händerna spritas för sällan."}
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": f"nyckel-{number}"}

        def add() -> bytes:
            answer = TestClient(app).post("/v1/needs", json=body, headers=headers)  # noqa: B023
            assert answer.status_code == 201, answer.text
            return answer.content

        first, second = both(add, add)
        assert first == second
        assert len(matcha.needs()) == number + 1
        assert matcha.size() == before + 2  # the need, and that it is an idea
    matcha.close()
