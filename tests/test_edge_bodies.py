"""Bodies at the edge: how large, how slow, how packed."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
import tracemalloc
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI, HTTPException, Request

from matcha.api import edge
from matcha.api.edge import Allowance, Edge, Metrics
from matcha.store.rates import Rates
from tests.edged import assert_problem, client, pieces, wrapped


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
            assert told["title"] == "Content Too Large"
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
    asking = client(wrapped())
    for name, content in broken.items():
        for size in (7, 10_000):
            answer = asking.post("/v1/needs", content=pieces(content, size), headers=headers)
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
