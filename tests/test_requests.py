"""What people ask of those who run matcha: kept until it is settled, then what was written is gone everywhere."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from matcha import Matcha
from matcha.callers import ANYBODY, AccountRole, Caller
from matcha.errors import Conflict, NotFound
from matcha.records import RequestForm, RequestKind
from matcha.records.job import Answered
from tests import staging
from tests.asking import Ask

SECRET = "Mitt barn Alvarina har remiss 4711"
ASKED = {"kind": "privacy", "text": SECRET, "page": "/sok?q=alvarina", "email": "alvarina.mamma@hem.example"}
ASK = Ask(json=ASKED)
POST, LIST = ("POST", "/v1/requests"), ("GET", "/v1/requests")
SETTLE = ("POST", "/v1/requests/{number}/settlement")


def everything(matcha: Matcha) -> str:
    with matcha._store.reading() as session:
        kept = "".join(row.content.decode() for row in session.scalars(select(Answered)))
    return f"{staging.contents(matcha)}{kept}"


def test_what_was_written_is_nowhere_once_the_request_is_settled() -> None:
    matcha = staging.fresh()
    size = matcha.size()
    first, again = (staging.send(POST, None, ASK, once="samma").json() for _ in range(2))
    assert first == again
    assert set(first) == {"id", "kind", "made", "done", "outcome"}
    row = staging.send(LIST, AccountRole.ADMINISTRATOR).json()["items"][-1]
    assert {name: row[name] for name in ASKED} == ASKED
    assert (row["account_id"], row["actor_id"]) == (None, None)
    done = Ask({"number": first["id"]}, {"outcome": "Uppgiften är borttagen."})
    told = staging.send(SETTLE, AccountRole.ADMINISTRATOR, done).json()
    assert (told["outcome"], told["done"] is not None) == ("Uppgiften är borttagen.", True)
    assert not [word for word in (SECRET, "alvarina") if word in everything(matcha)]
    assert staging.send(SETTLE, AccountRole.ADMINISTRATOR, done).status_code == 409
    assert staging.send(SETTLE, AccountRole.ADMINISTRATOR, Ask({"number": 999}, done.json)).status_code == 404
    assert matcha.size() == size  # nothing of it is logged


def test_a_caller_with_an_account_finds_what_it_asked(matcha: Matcha) -> None:
    own = Caller("konto", frozenset({AccountRole.SUPPLIER}), "a-ko")
    form = RequestForm(kind=RequestKind.ERASURE, text="Radera allt.")
    made = [matcha.ask_operator(form, who) for who in (ANYBODY, own)]
    assert [(one.account_id, one.actor_id) for one in made] == [(None, None), ("konto", "a-ko")]
    assert [one.id for one in matcha.requests("konto")] == [made[1].id]
    assert [one.id for one in matcha.requests()] == [one.id for one in made]


def test_what_cannot_be_settled_says_so(matcha: Matcha) -> None:
    for number in (1, 2**40):
        with pytest.raises(NotFound):
            matcha.settle_request(number, "Gjort.", ANYBODY)
    made = matcha.ask_operator(RequestForm(kind=RequestKind.PRIVACY, text="Vad vet ni?"), ANYBODY)
    assert made.id is not None
    matcha.settle_request(made.id, "Besvarat.", ANYBODY)
    with pytest.raises(Conflict):
        matcha.settle_request(made.id, "Igen.", ANYBODY)


@pytest.mark.parametrize(
    "wrong", [{"text": " "}, {"text": "a" * 4001}, {"email": "ingen adress"}, {"kind": "annat"}, {"actor_id": "a-ko"}]
)
def test_what_is_no_request_is_refused_and_kept_nowhere(wrong: dict[str, str]) -> None:
    matcha = staging.fresh()
    before = len(matcha.requests())
    assert staging.send(POST, None, Ask(json={**ASKED, **wrong})).status_code == 422
    assert len(matcha.requests()) == before
