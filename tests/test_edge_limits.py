"""How often a caller may ask, at the edge, and what happens when the limits database fails."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from matcha.api.edge import Kind, Metrics, Plan
from matcha.api.edge.guard import PAUSE, Guard
from matcha.store.gcra import Bounds
from matcha.store.rate_cells import LocalCells
from matcha.store.rates import Rate, Rates
from tests.edged import SLOWLY, assert_problem, client, lines, rated, with_health, wrapped, writing


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    with writing() as stream:
        yield stream


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

    waits = True

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


def test_only_one_request_at_a_time_tries_a_failed_database() -> None:
    cells, now = FailingCells(), [0.0]

    async def asked(guard: Guard) -> list[bool]:
        taking = [guard.taken("a", Rate(5, SLOWLY), 1_800_000_000.0) for _ in range(6)]
        return [verdict.allowed for verdict in await asyncio.gather(*taking)]

    with closing(Guard(Rates(cells), lambda: None, lambda: now[0])) as guard:
        cells.works, cells.hangs = False, 0.1
        assert guard.take("a", Rate(5, SLOWLY), 1_800_000_000.0).allowed
        now[0] += PAUSE
        assert sorted(asyncio.run(asked(guard))) == [False] * 2 + [True] * 4
        assert cells.asked == 2
