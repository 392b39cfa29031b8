"""The outermost layer, around a small app: what is written of a request, and what every answer bears."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from matcha.api import edge
from matcha.api.edge import Kind, Metrics, Plan
from matcha.api.routes.health import Check
from matcha.errors import Unavailable
from matcha.store.rates import Rate
from tests.edged import SLOWLY, assert_problem, client, lines, with_health, wrapped, writing


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    with writing() as stream:
        yield stream


PERSONAL = ("Ines", "Påhittad", "ines@example.org", "19121212-1212", "192.0.2.7", "testclient")


@pytest.mark.parametrize("given", ["a", "0af7651916cd43dd8448eb211c80319c", "A.b_c-9", "x" * 64])
def test_a_sane_request_id_is_kept(given: str, written: io.StringIO) -> None:
    answer = client(wrapped()).get("/v1/needs/n", headers={"x-request-id": given})
    assert answer.headers.get_list("x-request-id") == [given]
    assert lines(written)[-1]["request_id"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a\tb", "å", "a\x00", "191212121212", "n.121212-1212.x", '"}'])
def test_any_other_is_replaced(given: str, written: io.StringIO) -> None:
    asking = client(wrapped())
    for path, status in (("/v1/needs/n", 200), ("/none", 404), ("/v1/fails", 500)):
        answer = asking.get(path, headers=[(b"x-request-id", given.encode())])
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
