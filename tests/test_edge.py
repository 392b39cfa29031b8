"""The outermost layer, around an app of its own: what gets in, what gets out, and what is written of it."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import logging
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, HTTPException, Request, Response, UploadFile
from fastapi.testclient import TestClient
from pydantic import BaseModel
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from matcha.api import edge
from matcha.api.edge import Allowance, Edge, Kind, Metrics, Plan
from matcha.api.edge.guard import PAUSE, Guard
from matcha.api.routes.health import Check, health_router
from matcha.errors import Unavailable
from matcha.store.gcra import Bounds
from matcha.store.rate_cells import LocalCells
from matcha.store.rates import Rate, Rates

SLOWLY = 1e-3  # a second: nothing comes back while a test runs
PERSONAL = ("Ines", "Påhittad", "ines@example.org", "19121212-1212", "192.0.2.7", "testclient")


class Note(BaseModel):
    text: str


def small_app() -> FastAPI:
    app, inner, outer = FastAPI(), APIRouter(prefix="/needs"), APIRouter(prefix="/v1")

    @inner.get("/{id}")
    def need(id: str, request: Request) -> dict[str, str]:
        _, _, key = request.headers.get("authorization", "").partition(" good-")
        request.state.account = f"account-{key}" if key else None
        return {"id": id}

    @inner.post("")
    def note(given: Note) -> dict[str, int]:
        return {"length": len(given.text)}

    @inner.post("/{id}/attachments")
    async def attach(id: str, file: UploadFile) -> dict[str, int]:
        return {"size": len(await file.read())}

    @outer.put("/stream")
    async def stream(request: Request) -> dict[str, int]:
        return {"size": sum([len(piece) async for piece in request.stream()])}

    @outer.post("/session")
    def sign_in(request: Request, account: str) -> None:
        request.app.state.limit_sign_in(request, account)

    @outer.get("/fails")
    def fails(name: str = "") -> None:
        raise ValueError(f"{name} is not to be told")

    @outer.get("/page")
    def page() -> Response:
        own = {"content-security-policy": "default-src 'self'", "cache-control": "max-age=60"}
        return Response("<p>", media_type="text/html", headers=own)

    outer.include_router(inner)
    app.include_router(outer)
    return app


def wrapped(
    *, rates: Rates | None = None, metrics: Metrics | None = None, plan: Plan | None = None, **given: Any
) -> FastAPI:
    app = small_app()
    edge.wrap(app, Edge(plan=plan or Plan(), **given), rates or Rates.in_memory(), metrics or Metrics())
    return app


def client(app: FastAPI, base: str = "http://testserver") -> TestClient:
    return TestClient(app, base, raise_server_exceptions=False)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged, as `configure_logging` writes it."""
    loggers = [logging.getLogger(name) for name in ("matcha", "uvicorn.error")]
    before = [(logger.handlers, logger.propagate, logger.level) for logger in loggers]
    stream = io.StringIO()
    edge.configure_logging(stream)
    yield stream
    for logger, (own, propagate, level) in zip(loggers, before, strict=True):
        logger.handlers, logger.propagate = own, propagate
        logger.setLevel(level)


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def assert_problem(answer: Any, status: int) -> dict[str, Any]:
    told: dict[str, Any] = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert told.keys() >= {"type", "title", "status", "detail", "sv", "en", "request_id"}
    assert (told["status"], told["detail"]) == (status, told["en"])
    assert told["sv"] != told["en"]
    assert answer.headers["x-request-id"] == told["request_id"]
    return told


# request ids, logs, counts


@pytest.mark.parametrize("given", ["a", "0af7651916cd43dd8448eb211c80319c", "A.b_c-9", "x" * 64])
def test_a_sane_request_id_is_kept(given: str, written: io.StringIO) -> None:
    answer = client(wrapped()).get("/v1/needs/n", headers={"x-request-id": given})
    assert answer.headers.get_list("x-request-id") == [given]
    assert lines(written)[-1]["request_id"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a\tb", "å", "a\x00", "191212121212", "n.121212-1212.x", '"}'])
def test_any_other_is_replaced(given: str, written: io.StringIO) -> None:
    for path, status in (("/v1/needs/n", 200), ("/none", 404), ("/v1/fails", 500)):
        answer = client(wrapped()).get(path, headers=[(b"x-request-id", given.encode())])
        (own,) = answer.headers.get_list("x-request-id")
        assert (answer.status_code, len(own), int(own, 16) > 0) == (status, 32, True)
        assert lines(written)[-1]["request_id"] == own


def test_a_request_is_one_line_with_the_template_of_its_route(written: io.StringIO) -> None:
    asking = client(wrapped())
    asking.get("/v1/needs/secret-id?q=x", headers={"authorization": "Bearer good-7"})
    asking.post("/v1/needs/secret-id")
    asking.get("/none/secret")
    asking.get("/v1/needs/secret-id/")
    asking.request("INES", "/v1/needs/x")
    asking.get("/v1/fails")
    told = [
        tuple(line.get(name) for name in ("method", "route", "status", "account", "error")) for line in lines(written)
    ]
    assert told == [
        ("GET", "/v1/needs/{id}", 200, "account-7", None),
        ("POST", "/v1/needs/{id}", 405, None, None),
        ("GET", "unmatched", 404, None, None),
        ("GET", "unmatched", 307, None, None),
        ("GET", "/v1/needs/{id}", 200, None, None),
        ("OTHER", "/v1/needs/{id}", 405, None, None),
        ("GET", "/v1/fails", 500, None, "ValueError"),
    ]
    assert lines(written)[0].keys() == {
        *("time", "level", "logger", "request_id", "method", "route", "status", "milliseconds", "account")
    }


def test_no_personal_data_is_written(written: io.StringIO) -> None:
    said, metrics = "Ines Påhittad ines@example.org 19121212-1212", Metrics()
    app = wrapped(metrics=metrics)
    asking = TestClient(app, raise_server_exceptions=True, client=("192.0.2.7", 1234))
    everywhere = {
        b"user-agent": said.encode(),
        b"x-request-id": b"19121212-1212",
        b"cookie": f"__Host-matcha={said}".encode(),
        b"authorization": f"Basic {said}".encode(),
        b"referer": b"https://example.org/Ines",
        b"x-forwarded-for": b"192.0.2.7",
    }
    for method, path in (
        ("GET", f"/v1/needs/{said}"),
        ("POST", "/v1/needs"),
        ("GET", f"/{said}"),
        ("PUT", "/v1/stream"),
    ):
        asking.request(method, path, params={"name": said}, headers=everywhere, json={"text": said, said: 1})
    try:
        asking.get("/v1/fails", params={"name": said}, headers=everywhere)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")  # as uvicorn does
    logging.getLogger("uvicorn.error").info('%s - "WebSocket %s" 403', "192.0.2.7:1234", f"/{said}")
    text = written.getvalue()
    assert len(lines(written)) == 7
    assert [name for name in PERSONAL if name in text or name.lower() in text.lower()] == []
    assert lines(written)[5]["error"] == ["ValueError"]
    assert any(place.endswith(" fails") for place in lines(written)[5]["at"])
    exposed = client(with_health(app, metrics)).get("/metrics").text
    assert "/v1/needs/{id}" in exposed
    assert [name for name in PERSONAL if name in exposed] == []


def with_health(app: FastAPI, metrics: Metrics, *checks: Check) -> FastAPI:
    app.include_router(health_router(checks, metrics.registry))
    return app


def test_what_is_counted(written: io.StringIO) -> None:
    metrics = Metrics()
    plan = Plan(rates={**edge.RATES, Kind.READ: Rate(3, SLOWLY)})
    asking = client(with_health(wrapped(metrics=metrics, plan=plan), metrics))
    for path in ("/v1/needs/a", "/v1/needs/b", "/v1/fails", "/v1/needs/c"):
        asking.get(path)
    metrics.match_answered()
    metrics.watch_log(lambda: 17)
    text = asking.get("/metrics").text
    for line in (
        'matcha_requests_total{method="GET",route="/v1/needs/{id}",status="2xx"} 2.0',
        'matcha_requests_total{method="GET",route="/v1/fails",status="5xx"} 1.0',
        'matcha_requests_total{method="GET",route="unmatched",status="4xx"} 1.0',
        'matcha_request_seconds_count{method="GET",route="/v1/needs/{id}"} 2.0',
        'matcha_refused_by_rate_total{kind="read"} 1.0',
        "matcha_requests_in_flight 1.0",
        "matcha_matches_total 1.0",
        "matcha_limits_unavailable_total 0.0",
        "matcha_log_entries 17.0",
    ):
        assert line in text.splitlines()


def test_a_log_that_cannot_be_read_is_just_not_counted() -> None:
    def fails() -> int:
        raise Unavailable("Borta.", "Gone.")

    metrics = Metrics()
    metrics.watch_log(fails)
    told = client(with_health(wrapped(), metrics)).get("/metrics")
    assert told.status_code == 200
    assert "matcha_log_entries" not in told.text


def test_two_apps_count_apart() -> None:
    client(wrapped(metrics=(one := Metrics()))).get("/v1/needs/a")
    assert one.registry is not Metrics().registry


# headers

EXPECTED = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


@pytest.mark.parametrize("status", [200, 404, 405, 413, 415, 422, 429, 500])
def test_every_answer_has_the_security_headers(status: int) -> None:
    rate = Rate(1, SLOWLY) if status == 429 else Rate(100, 1)
    asking = client(wrapped(plan=Plan(rates=dict.fromkeys(Kind, rate))))
    answer = {
        200: lambda: asking.get("/v1/needs/a"),
        404: lambda: asking.get("/none"),
        405: lambda: asking.delete("/v1/needs/a"),
        413: lambda: asking.post("/v1/needs", content=b" " * 160_001),
        415: lambda: asking.post("/v1/needs", content=b"x", headers={"content-encoding": "br"}),
        422: lambda: asking.post("/v1/needs", content=b"x"),
        429: lambda: [asking.get("/v1/needs/a") for _ in range(2)][-1],
        500: lambda: asking.get("/v1/fails"),
    }[status]()
    assert answer.status_code == status
    assert {name: answer.headers.get_list(name) for name in EXPECTED} == {name: [to] for name, to in EXPECTED.items()}
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(answer.headers["permissions-policy"].split(", "))
    assert "strict-transport-security" not in answer.headers
    if status in (413, 415, 429, 500):
        assert_problem(answer, status)


def test_only_over_tls_is_tls_asked_for() -> None:
    answer = client(wrapped(), "https://testserver").get("/v1/needs/a")
    assert answer.headers["strict-transport-security"] == "max-age=63072000"


def test_what_a_route_has_set_is_left_as_it_is() -> None:
    answer = client(wrapped()).get("/v1/page")
    assert answer.headers.get_list("content-security-policy") == ["default-src 'self'"]
    assert answer.headers.get_list("cache-control") == ["max-age=60"]
    other = client(wrapped(policy="default-src 'self'")).get("/v1/needs/a")
    assert other.headers["content-security-policy"] == "default-src 'self'"


# bodies


def pieces(content: bytes, size: int = 10_000) -> Iterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


def as_json(length: int) -> bytes:
    return b'{"text": "' + b"a" * (length - 12) + b'"}'


def packed(coding: str, content: bytes) -> bytes:
    return {"gzip": gzip.compress(content), "deflate": zlib.compress(content)}.get(coding, content)


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("coding", [None, "gzip", "x-gzip", "GZIP", "deflate", "identity"])
def test_a_body_may_be_just_as_large_as_it_may(chunked: bool, coding: str | None) -> None:
    asking = client(wrapped())
    headers = {"content-type": "application/json", **({"content-encoding": coding} if coding else {})}
    for length in (160_000, 160_001):
        content = packed((coding or "").lower().removeprefix("x-"), as_json(length))
        answer = asking.post("/v1/needs", content=pieces(content) if chunked else content, headers=headers)
        if length == 160_000:
            assert (answer.status_code, answer.json()) == (200, {"length": 159_988})
        else:
            told = assert_problem(answer, 413)
            assert "160,000 bytes" in told["en"]
            assert "160\N{NO-BREAK SPACE}000 byte" in told["sv"]
            assert answer.headers["connection"] == "close"


def test_uploads_may_be_larger() -> None:
    asking = client(wrapped())
    for path, size, status in (
        ("/v1/needs/n/attachments", 20_000_000, 200),
        ("/v1/needs/n/attachments", 20_070_000, 413),
        ("/v1/needs/n/attachment", 200_000, 413),
        ("/v1/needs", 200_000, 413),
    ):
        answer = asking.post(path, files={"file": ("x.pdf", b"a" * size)})
        assert answer.status_code == status, path
        assert status == 413 or answer.json() == {"size": size}


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress", "x-deflate-raw", ""])
def test_other_codings_are_refused(coding: str) -> None:
    answer = client(wrapped()).post("/v1/needs", content=b"x", headers={"content-encoding": coding})
    assert_problem(answer, 415)
    assert answer.headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_what_is_not_packed_as_it_says_is_refused(coding: str) -> None:
    whole = packed(coding, as_json(90_000))
    broken = {
        "plain": as_json(50),
        "cut off": whole[:-1],
        "more after it": whole + b"x",
        "twice": whole + whole,
        "damaged": whole[:30] + bytes([whole[30] ^ 255]) + whole[31:],
        "wrong sum": whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:],
    }
    headers = {"content-encoding": coding, "content-type": "application/json"}
    for name, content in broken.items():
        for size in (1, 10_000):
            answer = client(wrapped()).post("/v1/needs", content=pieces(content, size), headers=headers)
            assert answer.status_code == 400, name
            assert_problem(answer, 400)


def bomb() -> Iterator[bytes]:
    """A thousand million zeros in gzip, a megabyte of it, a thousand bytes at a time."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    start = packer.compress(bytes(10**6)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(10**6)) + packer.flush(zlib.Z_FULL_FLUSH)
    return pieces(start + block * 999, 64_000)


@pytest.mark.parametrize("path", ["/v1/needs", "/v1/stream"])
@pytest.mark.parametrize("upload", [False, True])
def test_a_bomb_goes_out_early(path: str, upload: bool) -> None:
    assert sum(map(len, bomb())) < 1_100_000
    app = wrapped(uploads=("/v1",) if upload else ())
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in bomb()]
    method = "PUT" if path == "/v1/stream" else "POST"
    tracemalloc.start()
    began = time.perf_counter()
    answer = ask(app, method, path, messages, (b"content-encoding", b"gzip"), (b"content-type", b"application/json"))
    seconds, (_, peak) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer[0]["status"] == 413
    assert seconds < 1
    assert peak < 50_000_000


def ask(
    app: Any, method: str, path: str, messages: Iterable[dict[str, Any]], *headers: tuple[bytes, bytes], wait: float = 0
) -> list[dict[str, Any]]:
    """Ask as a server does; after the messages given nothing more comes."""
    coming, sent = iter(messages), []

    async def receive() -> dict[str, Any]:
        message = next(coming, None)
        await asyncio.sleep(wait if message else 60)
        return message or {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
    }
    scope |= {"raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "http", "state": {}}
    asyncio.run(app({**scope, "headers": list(headers), "client": ("192.0.2.7", 1)}, receive, send))
    return sent


@pytest.mark.parametrize("path", ["/v1/needs", "/v1/stream"])
@pytest.mark.parametrize("coding", [b"identity", b"gzip"])
def test_a_body_that_drips_is_given_up(path: str, coding: bytes) -> None:
    app = wrapped(body=Allowance(1000, 0.15))
    content = as_json(900) if coding == b"identity" else gzip.compress(as_json(900), mtime=0)
    drops = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces(content, 1)]
    method = "PUT" if path == "/v1/stream" else "POST"
    headers = ((b"content-encoding", coding), (b"content-type", b"application/json"))
    began = time.perf_counter()
    start, body = ask(app, method, path, drops, *headers, wait=0.02)
    assert time.perf_counter() - began < 5
    assert (start["status"], dict(start["headers"])[b"connection"]) == (408, b"close")
    assert json.loads(body["body"])["sv"].startswith("Innehållet kom inte fram i tid.")


def test_a_body_that_came_in_time_leaves_all_the_time_to_answer() -> None:
    app = FastAPI()

    @app.put("/v1/slow")
    async def slow(request: Request) -> bool:
        await request.body()
        await asyncio.sleep(0.3)
        return await request.is_disconnected()

    edge.wrap(app, Edge(body=Allowance(1000, 0.1)), Rates.in_memory(), Metrics())
    start, body = ask(app, "PUT", "/v1/slow", [{"type": "http.request", "body": b"x", "more_body": False}])
    assert (start["status"], body["body"]) == (200, b"false")


def test_nothing_of_what_is_refused_reaches_the_caller() -> None:
    """A route that answers something else when its body breaks off is not heard."""
    app = FastAPI()

    @app.put("/v1/deaf")
    async def deaf(request: Request) -> dict[str, str]:
        try:
            await request.body()
        except HTTPException:
            return {"all": "well"}
        return {}

    edge.wrap(app, Edge(), Rates.in_memory(), Metrics())
    assert_problem(client(app).put("/v1/deaf", content=pieces(b"a" * 200_000)), 413)


# rates


def rated(**rates: Rate) -> Plan:
    return Plan(rates={**edge.RATES, **{Kind(name): rate for name, rate in rates.items()}})


def test_whoever_asks_too_often_is_told_when_to_come_back() -> None:
    asking = client(wrapped(plan=rated(read=Rate(2, 0.25))))
    first, second, third = (asking.get("/v1/needs/a") for _ in range(3))
    assert [answer.status_code for answer in (first, second, third)] == [200, 200, 429]
    assert {answer.headers["ratelimit-policy"] for answer in (first, second, third)} == {'"read";q=2;w=8'}
    assert [answer.headers["ratelimit"] for answer in (first, second, third)] == [
        *('"read";r=1;t=4', '"read";r=0;t=4', '"read";r=0;t=4')
    ]
    assert ("retry-after" in first.headers, third.headers["retry-after"]) == (False, "4")
    told = assert_problem(third, 429)
    assert told["type"] == "https://iana.org/assignments/http-problem-types#quota-exceeded"
    assert told["violated-policies"] == ["read"]
    assert "4 s" in told["sv"]


def test_kinds_of_routes_are_counted_apart() -> None:
    app = wrapped(plan=Plan(rates=dict.fromkeys(Kind, Rate(1, SLOWLY)), match=("POST /v1/needs/{id}/lists",)))
    asking = client(with_health(app, Metrics()))

    def status(method: str, path: str) -> int:
        return asking.request(method, path).status_code

    assert [status("GET", "/v1/needs/a"), status("GET", "/v1/needs/b")] == [200, 429]
    assert [status("HEAD", "/v1/needs/a"), status("OPTIONS", "/v1/needs/a")] == [429, 429]
    assert [status("POST", "/v1/needs/a/lists"), status("POST", "/v1/needs/b/lists/c")] == [404, 429]
    assert [status("POST", "/v1/needs/a"), status("DELETE", "/v1/needs/a")] == [405, 429]
    assert [status("POST", "/v1/session?account=x"), status("POST", "/v1/session?account=y")] == [200, 429]
    assert {status("GET", path) for path in ("/v1/health", "/v1/ready", "/metrics") for _ in range(3)} == {200}


def test_callers_are_counted_apart_by_credential_else_by_host() -> None:
    app = wrapped(plan=rated(read=Rate(1, SLOWLY)))

    def statuses(host: str, *shown: dict[str, str]) -> list[int]:
        asking = TestClient(app, client=(host, 1))
        return [asking.get("/v1/needs/a", headers=headers).status_code for headers in shown]

    one, other = {"authorization": "Bearer good-1"}, {"authorization": "Bearer good-2"}
    cookie = {"cookie": "x=1; __Host-matcha=good"}
    assert statuses("192.0.2.1", {}, {}, one, one, other, cookie, cookie) == [200, 429, 200, 429, 200, 200, 429]
    assert statuses("192.0.2.2", {}, one, {"authorization": "bEARER   good-1"}) == [200, 429, 429]
    assert statuses("2001:db8::1", {}) == [200]
    assert statuses("2001:db8::2:0:0:1", {}) == [429]  # the same /64
    assert statuses("2001:db8:0:1::1", {}) == [200]
    assert statuses("::ffff:192.0.2.1", {}) == [429]
    assert statuses("192.0.2.3", one | cookie, one | {"cookie": "__Host-matcha=b"}) == [200, 429]  # several: the host


def test_invented_credentials_are_no_way_around() -> None:
    asking = client(wrapped(plan=rated(read=Rate(40, SLOWLY))))
    answers = [asking.get("/v1/needs/a", headers={"authorization": f"Bearer bad-{i}"}) for i in range(100)]
    asked = [answer.status_code for answer in answers]
    assert asked == [200] * 70 + [429] * 30  # thirty strangers, then one host
    other = TestClient(asking.app, client=("192.0.2.9", 1))
    assert {other.get("/v1/needs/a", headers={"authorization": "Bearer good-1"}).status_code for _ in range(39)} == {
        200
    }


def test_signing_in_is_limited_by_host_and_by_account() -> None:
    plan = rated(sign_in=Rate(3, SLOWLY))
    app = wrapped(plan=plan)

    def sign_in(host: int, account: str) -> Any:
        return TestClient(app, client=(f"192.0.2.{host}", 1)).post("/v1/session", params={"account": account})

    assert [sign_in(1, f"a{i}").status_code for i in range(5)] == [200, 200, 200, 429, 429]
    assert [sign_in(10 + i, "kim").status_code for i in range(5)] == [200, 200, 200, 429, 429]
    assert_problem(sign_in(20, "kim"), 429)
    assert sign_in(20, "kim").headers.get_list("ratelimit-policy") == ['"sign_in";q=3;w=3000']
    assert sign_in(21, "lo").status_code == 200


class FailingCells(LocalCells):
    """Cells of a database that can be made to fail, or to hang."""

    def __init__(self) -> None:
        super().__init__()
        self.works, self.hangs, self.asked = True, 0.0, 0

    def take(self, key: bytes, bounds: Bounds) -> tuple[int, bool]:
        self.asked += 1
        time.sleep(self.hangs)
        if not self.works:
            raise OperationalError("INSERT", {}, Exception("no such server"))
        return super().take(key, bounds)


def test_while_the_limits_database_fails_the_service_stays_up_and_limits_by_itself(written: io.StringIO) -> None:
    cells, metrics = FailingCells(), Metrics()
    asking = client(wrapped(rates=Rates(cells), metrics=metrics, plan=rated(read=Rate(5, SLOWLY))))
    cells.works = False
    assert [asking.get("/v1/needs/a").status_code for _ in range(8)] == [200] * 5 + [429] * 3
    assert cells.asked == 1  # the others did not wait for it
    assert metrics.registry.get_sample_value("matcha_limits_unavailable_total") == 8
    told = [line["message"] for line in lines(written) if line["logger"] == "matcha.limits"]
    assert len(told) == 1
    assert "does not answer" in told[0]


def test_a_real_database_that_others_hold_locked_does_not_stop_the_service(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'limits.db'}"
    engine = create_engine(url)
    with closing(Rates.open(url)) as rates, engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        asking = client(wrapped(rates=rates, plan=rated(read=Rate(5, SLOWLY))))
        began = time.perf_counter()
        assert [asking.get("/v1/needs/a").status_code for _ in range(8)] == [200] * 5 + [429] * 3
        assert time.perf_counter() - began < 4
        connection.rollback()
    engine.dispose()


def test_it_is_tried_again_now_and_then_by_one_request() -> None:
    cells, failed, now = FailingCells(), list[None](), [0.0]
    rate, noon = Rate(5, SLOWLY), 1_800_000_000.0
    with closing(Guard(Rates(cells), lambda: failed.append(None), lambda: now[0])) as guard:

        def remaining() -> int:
            return guard.take("a", rate, noon).remaining

        assert remaining() == 4
        cells.works = False
        assert [remaining() for _ in range(3)] == [4, 3, 2]  # alone, from the beginning
        now[0] += PAUSE
        assert [remaining(), remaining(), cells.asked] == [1, 0, 3]
        cells.works, now[0] = True, now[0] + PAUSE
        assert [remaining(), remaining(), len(failed)] == [3, 2, 5]


def test_a_database_that_hangs_is_waited_for_once() -> None:
    cells, failed = FailingCells(), list[None]()
    cells.hangs = 2.0

    async def asked(guard: Guard) -> list[int]:
        taken = [await guard.taken("a", Rate(5, SLOWLY), 1_800_000_000.0) for _ in range(3)]
        return [verdict.remaining for verdict in taken]

    with closing(Guard(Rates(cells), lambda: failed.append(None))) as guard:
        began = time.perf_counter()
        assert asyncio.run(asked(guard)) == [4, 3, 2]
        assert time.perf_counter() - began < 4
    assert (len(failed), cells.asked) == (3, 1)


# health


def refuses(error: Exception) -> Callable[[], None]:
    def check() -> None:
        raise error

    return check


def test_health_and_readiness() -> None:
    metrics = Metrics()
    good = Check("database", lambda: None, "Databasen svarar inte.", "The database does not answer.")
    asking = client(with_health(wrapped(), metrics, good))
    assert asking.get("/v1/health").json() == {"status": "ok", "version": "0.1.0"}
    assert asking.get("/v1/ready").json() == {"status": "ready", "checks": ["database"]}
    secret = Unavailable("postgresql://kim@host", "postgresql://kim@host")
    bad = Check("model", refuses(secret), "Modellen är inte laddad.", "The model is not loaded.")
    answer = client(with_health(wrapped(), metrics, good, bad)).get("/v1/ready")
    told = assert_problem(answer, 503)
    assert (told["missing"], told["sv"], told["en"]) == (
        ["model"],
        "Modellen är inte laddad.",
        "The model is not loaded.",
    )
    assert "kim" not in answer.text
