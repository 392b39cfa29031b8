"""The edge in a real server, over a real socket."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import uvicorn

from matcha.api.edge import Allowance
from tests.edged import lines, wrapped, writing

NOBODY = "Ines Påhittad"


@contextmanager
def served() -> Iterator[int]:
    app = wrapped(body=Allowance(10_000, 0.4))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


def sent(port: int, head: str, *parts: bytes, wait: float = 0.0) -> tuple[dict[bytes, bytes], int, bytes]:
    """Send a request in parts and read until the server closes; gives headers, status and body."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n")
        try:
            for part in parts:
                time.sleep(wait)
                connection.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            pass
        found = b""
        try:
            while chunk := connection.recv(65536):
                found += chunk
        except ConnectionResetError:
            pass
    top, _, body = found.partition(b"\r\n\r\n")
    first, *rest = top.split(b"\r\n")
    return dict(line.lower().split(b": ", 1) for line in rest), int(first.split()[1]), body


def chunk(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


PUT = "PUT /v1/stream HTTP/1.1\nHost: x\nTransfer-Encoding: chunked"


def test_chunks_are_counted_as_they_come_and_the_connection_is_closed() -> None:
    with served() as port:
        headers, status, body = sent(port, PUT, *[chunk(b"a" * 1000)] * 11)  # and no end
        assert (status, headers[b"connection"], json.loads(body)["status"]) == (413, b"close", 413)
        headers, status, body = sent(port, PUT + "\nConnection: close", *[chunk(b"a" * 1000)] * 10, b"0\r\n\r\n")
        assert (status, json.loads(body)) == (200, {"size": 10_000})
        assert headers[b"x-content-type-options"] == b"nosniff"
        long = "PUT /v1/stream HTTP/1.1\nHost: x\nContent-Length: 10001\nExpect: 100-continue"
        assert sent(port, long)[1] == 413  # the body is not asked for


def test_a_body_that_stops_is_given_up() -> None:
    with served() as port:
        began = time.perf_counter()
        assert sent(port, PUT, chunk(b"a"))[1] == 408
        assert sent(port, PUT, *[chunk(b"a")] * 20, wait=0.05)[1] == 408
        assert 0.8 <= time.perf_counter() - began < 8


def test_what_the_server_itself_logs_bears_the_id_and_tells_nothing() -> None:
    with writing() as written, served() as port:
        ask = f"GET /v1/fails?name={quote(NOBODY)} HTTP/1.1\nHost: x\nUser-Agent: Ines"
        headers, status, _ = sent(port, ask + "\nConnection: close\nX-Request-ID: one-of-mine")
        assert (status, headers[b"x-request-id"], headers[b"cache-control"]) == (500, b"one-of-mine", b"no-store")
        assert sent(port, f"{NOBODY} is no request")[1] == 400
        assert (
            sent(port, f"GET /{NOBODY.split()[0]} HTTP/1.1\nHost: x\nConnection: Upgrade, close\nUpgrade: websocket")[1]
            == 404
        )
    told = lines(written)
    mine = [line["logger"] for line in told if line.get("request_id") == "one-of-mine"]
    assert mine == ["matcha.access", "uvicorn.error"]
    assert [line["error"] for line in told if "at" in line] == [["ValueError"]]
    for name in ("Ines", "hittad", "127.0.0.1"):
        assert name not in written.getvalue()


def test_a_client_that_leaves_is_no_error() -> None:
    with writing() as written, served() as port:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(PUT.replace("\n", "\r\n").encode() + b"\r\n\r\n" + chunk(b"a"))
            time.sleep(0.1)
        time.sleep(0.2)
    assert [line["route"] for line in lines(written) if line["logger"] == "matcha.access"] == ["/v1/stream"]
