"""How the client sends: what is tried again and when, what is done once, and where a key never goes."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from matcha import Matcha
from matcha.client import (
    ApiError,
    AsyncClient,
    Client,
    ClientError,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Retry,
    Stale,
    TooMany,
    Unauthenticated,
    Unavailable,
    Unreachable,
    Unreadable,
)
from matcha.client.calls import part
from matcha.client.replies import Reply
from matcha.client.retrying import Attempts
from tests import staging
from tests.people import HOST
from tests.test_client import in_process
from tests.town import ALL, TALK

KEY = "matcha_0123456789_hemlig_abc"
PROBLEM = {"title": "T", "sv": "Fel.", "en": "Wrong.", "request_id": "r-1"}
Answers = Callable[[httpx.Request], httpx.Response]


class Losing(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Has the real app do everything, and loses its first answers on the way back."""

    def __init__(self, lost: int) -> None:
        self.lost, self.keys = lost, list[str | None]()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.keys.append(request.headers.get("idempotency-key"))
        response = in_process(request)
        if len(self.keys) <= self.lost:
            raise httpx.ReadError("Connection reset by peer", request=request)
        return response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await asyncio.to_thread(self.handle_request, request)


@pytest.fixture
def system() -> Matcha:
    return staging.fresh()


def losing(lost: int) -> tuple[Client, Losing]:
    transport = Losing(lost)
    return Client(HOST, staging.town().keys[ALL], transport=transport, sleep=lambda _: None), transport


def answering(*answers: httpx.Response | Exception, **settings: Any) -> tuple[Client, list[httpx.Request], list[float]]:
    """A client of a server that gives these answers in turn; what was asked; and how long it slept between."""
    asked, slept, left = list[httpx.Request](), list[float](), iter(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        told = next(left)
        if isinstance(told, Exception):
            raise told
        return told

    settings = {"retry": Retry(attempts=4), **settings}
    return Client(HOST, KEY, transport=httpx.MockTransport(answer), sleep=slept.append, **settings), asked, slept


def problem(status: int, **headers: str) -> httpx.Response:
    return httpx.Response(status, json={**PROBLEM, "status": status}, headers=headers)


@pytest.mark.parametrize("lost", [0, 1, 3])
def test_a_write_whose_answer_is_lost_is_done_once(system: Matcha, lost: int) -> None:
    client, transport = losing(lost)
    before = system.size()
    need = client.add_need(title="Ett nytt behov", text="Vi behöver mäta mer.")
    assert len(transport.keys) == lost + 1
    assert len({*transport.keys}) == 1
    assert transport.keys[0] is not None
    assert [entry.kind for _, entry in system.entries(before)] == ["need", "act"]  # and that it is an idea
    assert (need.leaf_index, need.touched) == (before, before + 1)
    assert [one.title for one in client.list_needs(q="nytt").items] == ["Ett nytt behov"]


def test_a_question_whose_answer_is_lost_is_logged_once_and_answered_the_same(system: Matcha) -> None:
    client, transport = losing(2)
    before = system.size()
    answer = client.match(need_id=TALK, k=2)
    assert (system.size(), answer.leaf_index, len(transport.keys)) == (before + 1, before, 3)
    again = client.match(need_id=TALK, k=2, idempotency_key=str(transport.keys[0]))
    assert (again, system.size()) == (answer, before + 1)
    assert client.match(need_id=TALK, k=2).leaf_index == before + 1


def test_the_same_holds_for_asyncio(system: Matcha) -> None:
    transport, slept, before = Losing(2), list[float](), system.size()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def ask() -> int:
        async with AsyncClient(HOST, staging.town().keys[ALL], transport=transport, sleep=sleep) as client:
            return (await client.match(need_id=TALK)).leaf_index

    assert (asyncio.run(ask()), system.size(), len({*transport.keys}), len(slept)) == (before, before + 1, 1, 2)


@pytest.mark.parametrize(
    ("outcomes", "kind"),
    [
        ([problem(503), problem(502), httpx.ReadError("reset"), problem(200)], None),
        ([problem(503)] * 4, Unavailable),
        ([problem(429, **{"retry-after": "7"}), problem(429, **{"retry-after": "0"}), problem(200)], None),
        ([problem(429, **{"retry-after": "61"})], TooMany),
        ([problem(404)], NotFound),
        ([problem(409)], Conflict),
        ([problem(412)], Stale),
        ([problem(422)], Invalid),
        ([problem(401)], Unauthenticated),
        ([problem(403)], Forbidden),
        ([problem(418)], ApiError),
        ([problem(500)], ApiError),
        ([httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed")], Unreachable),
        ([httpx.ReadTimeout("slow")] * 4, Unreachable),
    ],
)
@pytest.mark.parametrize("write", [False, True])
def test_what_may_pass_is_tried_again_and_nothing_else(
    outcomes: list[Any], kind: type[Exception] | None, write: bool
) -> None:
    if kind is None:
        body = {"need_id": "n", "leaf_index": 1} if write else {"keys": []}
        outcomes = [*outcomes[:-1], httpx.Response(200, json=body)]
    client, asked, slept = answering(*outcomes)

    def ask() -> object:
        return client.close_invitations("n") if write else client.get_log_keys()

    if kind is None:
        ask()
    else:
        with pytest.raises(kind) as refused:
            ask()
        assert type(refused.value) is kind
    assert (len(asked), len(slept)) == (len(outcomes), len(outcomes) - 1)
    assert len({request.headers.get("idempotency-key") for request in asked}) == 1
    assert ("idempotency-key" in asked[0].headers) == write


@pytest.mark.parametrize(
    ("outcome", "tries"),
    [(httpx.ReadError("reset"), 1), (problem(503), 1), (httpx.ConnectError("refused"), 4), (problem(429), 4)],
)
def test_what_no_key_makes_safe_is_repeated_only_if_it_was_not_done(outcome: Any, tries: int) -> None:
    client, asked, _ = answering(*[outcome] * tries)
    with pytest.raises(ClientError):
        client.sign_in(email="kim@vard.example", password="…")
    assert len(asked) == tries


def test_pauses_grow_are_drawn_and_stay_within_the_deadline() -> None:
    now, drawn = [100.0], iter([1.0, 0.5, 1.0, 1.0, 1.0, 0.25, 1.0])
    attempts = Attempts(Retry(attempts=8, first=1, longest=4, deadline=60), True, lambda: now[0], lambda: next(drawn))
    busy = Reply(503, httpx.Headers(), b"")
    assert [attempts.pause_after(busy) for _ in range(4)] == [1, 1, 4, 4]
    assert attempts.pause_after(Reply(429, httpx.Headers({"retry-after": "10"}), b"")) == 14
    now[0] += 50
    assert (attempts.left(), attempts.pause_after(Reply(429, httpx.Headers({"retry-after": "8"}), b""))) == (10, 9)
    assert attempts.pause_after(Reply(429, httpx.Headers({"retry-after": "9"}), b"")) is None
    now[0] += 50
    assert attempts.left() == 0


def test_the_server_may_say_when_by_a_date() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    said = Reply(429, httpx.Headers({"retry-after": soon}), b"").retry_after
    assert said is not None
    assert 25 < said <= 30
    assert Reply(429, httpx.Headers({"retry-after": "snart"}), b"").retry_after is None


def test_an_answer_that_drips_is_not_waited_for() -> None:
    def drip() -> Iterator[bytes]:
        while True:
            yield b" "

    client, asked, _ = answering(httpx.Response(200, content=drip()), retry=Retry(deadline=0.2))
    with pytest.raises(Unreachable):
        client.get_log_keys()
    assert len(asked) == 1


def test_an_answer_of_another_kind_is_said_to_be_so_without_what_was_in_it() -> None:
    client, _, _ = answering(httpx.Response(200, json={"keys": {"hemligt": 1}}), httpx.Response(200, content=b"\xff"))
    with pytest.raises(Unreadable, match="keys: list_type") as refused:
        client.get_log_keys()
    assert "hemligt" not in "".join(traceback.format_exception(refused.value))
    with pytest.raises(Unreadable):
        client.get_checkpoint()
    client, asked, _ = answering(httpx.Response(302, headers={"location": "https://elsewhere.example"}))
    with pytest.raises(ApiError, match="302 Found"):
        client.get_log_keys()
    assert len(asked) == 1


@pytest.mark.parametrize("outcome", [problem(401), problem(422), httpx.ReadError("reset"), httpx.Response(200)])
def test_a_key_is_never_told(outcome: Any) -> None:
    client, asked, _ = answering(outcome, retry=Retry(attempts=1))
    with pytest.raises(ClientError) as refused:
        client.get_log_keys()
    assert asked[0].headers["authorization"] == f"Bearer {KEY}"
    told = "".join(traceback.TracebackException.from_exception(refused.value, capture_locals=True).format())
    assert "hemlig" not in told + repr(client) + str(vars(refused.value))


@pytest.mark.parametrize("key", ["", "matcha_hemlig x", "matcha_hemlig\nX-A: b", "matcha_hemligå"])
def test_what_cannot_be_a_key_is_refused_without_telling_it(key: str) -> None:
    with pytest.raises(ValueError, match="no API key") as refused:
        Client(HOST, key)
    assert "hemlig" not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize(
    "url",
    [
        "http://matcha.example",
        "http://192.0.2.1",
        "http://localhost.example",
        "http://[::2]",
        "ftp://localhost",
        "matcha.example",
        "https://kim:hemlig@matcha.example",
        "https://matcha.example/?a=b",
    ],
)
def test_a_key_is_sent_encrypted_or_to_this_machine_alone(url: str) -> None:
    with pytest.raises(ValueError, match=r"unencrypted|nothing else"):
        Client(url, KEY)


@pytest.mark.parametrize(
    "url", ["http://localhost:8000", "http://127.0.0.1", "http://[::1]:80", "https://a.example/matcha"]
)
def test_where_a_key_may_go(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[str]()
    transport = httpx.MockTransport(lambda request: asked.append(str(request.url)) or problem(404))  # type: ignore[func-returns-value]
    with Client(url, KEY, transport=transport) as client, pytest.raises(NotFound):
        client.get_need("n-1")
    assert asked == [f"{httpx.URL(url)}/v1/needs/n-1"]
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example")
    with Client(url, KEY) as client:
        assert client._http.trust_env == url.startswith("https")  # else a proxy would see what is sent to this machine


@pytest.mark.parametrize("id", ["", ".", ".."])
def test_an_id_names_nothing_else(id: str) -> None:
    with pytest.raises(ValueError, match="can be no id"):
        part(id)


@pytest.mark.parametrize("waits", [True, False])
def test_what_a_client_has_seen_is_waited_for_if_it_wants(waits: bool) -> None:
    health = {"status": "ok", "version": "1"}
    told = [{"Matcha-Revision": "7"}, {"Matcha-Revision": "5"}, {"Matcha-Revision": "9x"}, {}]
    answers = [httpx.Response(200, json=health, headers=headers) for headers in told]
    client, asked, _ = answering(*answers, wait_for_own=waits)
    for _ in told:
        client.get_health()
    assert client.revision == 7
    wanted = [None, "7", "7", "7"] if waits else [None] * 4
    assert [request.headers.get("matcha-wait-for") for request in asked] == wanted
