"""How often a caller may ask: by the rule, by its plain twin, and by processes that know nothing of each other."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect, text

from matcha.errors import Unavailable
from matcha.store import Store
from matcha.store.rates import Rate, Rates

NOON = 1_800_000_000.0
ONCE_A_SECOND = Rate(burst=3, per_second=1)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | None]:
    if request.param != "postgresql":
        yield None if request.param == "memory" else f"sqlite:///{tmp_path / 'limits.db'}"
        return
    yield (url := request.getfixturevalue("postgres_url"))
    drop(url)


@pytest.fixture
def rates(url: str | None) -> Iterator[Rates]:
    with closing(Rates.open(url) if url else Rates.in_memory()) as opened:
        yield opened


def drop(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA IF EXISTS matcha_limits CASCADE"))
    engine.dispose()


def test_a_burst_is_let_through_and_then_what_the_rate_allows(rates: Rates) -> None:
    taken = [rates.take("a", ONCE_A_SECOND, NOON + at) for at in (0, 0, 0.5, 0.5, 1, 1, 4, 100)]
    assert [verdict.allowed for verdict in taken] == [True, True, True, False, True, False, True, True]
    assert [verdict.remaining for verdict in taken] == [2, 1, 0, 0, 0, 0, 2, 2]
    assert [verdict.retry_after_seconds for verdict in taken] == [0, 0, 0.5, 0.5, 1, 1, 0, 0]
    assert [verdict.refill_seconds for verdict in taken] == [1, 1, 0.5, 0.5, 1, 1, 1, 1]
    assert rates.take("b", ONCE_A_SECOND, NOON).remaining == 2  # another caller
    assert rates.take("a", Rate(5, 1), NOON).remaining == 4  # the same by another rate


def test_what_costs_more_takes_more(rates: Rates) -> None:
    assert rates.take("a", ONCE_A_SECOND, NOON, cost=2).remaining == 1
    refused = rates.take("a", ONCE_A_SECOND, NOON, cost=3)
    assert (refused.allowed, refused.remaining, refused.retry_after_seconds, refused.refill_seconds) == (False, 1, 2, 1)
    assert rates.take("a", ONCE_A_SECOND, NOON + 2, cost=3).allowed
    for cost in (0, 4):
        with pytest.raises(ValueError, match="does not fit"):
            rates.take("a", ONCE_A_SECOND, NOON, cost)


def test_a_clock_that_was_set_back_shuts_nobody_out(rates: Rates) -> None:
    for _ in range(3):
        rates.take("a", ONCE_A_SECOND, NOON + 3600)
    assert rates.take("a", ONCE_A_SECOND, NOON) == rates.take("b", ONCE_A_SECOND, NOON)


def test_clocks_that_differ_a_little_give_nothing_extra(rates: Rates) -> None:
    let_through = [rates.take("a", ONCE_A_SECOND, NOON + 5 * (i % 2)).allowed for i in range(50)]
    assert sum(let_through) == 1 + 3  # at noon, and five seconds later a whole burst


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(1, 5),
    st.sampled_from([0.1, 1 / 3, 1, 7, 1000]),
    st.lists(st.tuples(st.floats(-70, 70), st.integers(1, 5), st.sampled_from("ab")), max_size=12),
)
def test_the_database_decides_as_its_plain_twin_does(
    twins: Callable[[str], Rates], kind: str, burst: int, per_second: float, asked: list[tuple[float, int, str]]
) -> None:
    rate, shared, plain = Rate(burst, per_second), twins(kind), Rates.in_memory()
    own = f"{time.perf_counter_ns()}"
    for at, cost, key in asked:
        found = [some.take(own + key, rate, NOON + at, min(cost, burst)) for some in (shared, plain)]
        assert found[0] == found[1]


@pytest.fixture
def twins(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Rates]]:
    opened: dict[str, Rates] = {}

    def twin(kind: str) -> Rates:
        if kind not in opened:
            url = f"sqlite:///{tmp_path / 'x.db'}" if kind == "sqlite" else request.getfixturevalue("postgres_url")
            opened[kind] = Rates.open(url)
        return opened[kind]

    yield twin
    for one in opened.values():
        one.close()


ASKING = """
import sys, time
from matcha.store.rates import Rate, Rates
rates, rate, through, asked = Rates.open(sys.argv[1]), Rate(50, 100), 0, 0
print("ready", flush=True)
end = float(input())
while (now := time.time()) < end:
    asked += 1
    through += rates.take("the same", rate, now).allowed
print(through, asked)
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_processes_let_through_no_more_than_one_would(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    url = f"sqlite:///{tmp_path / 'limits.db'}" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    command = [sys.executable, "-c", ASKING, url]
    both = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.stdout.readline() for process in both if process.stdout] == ["ready\n"] * 2
    begin, seconds = time.time(), 2.0
    for process in both:
        assert process.stdin
        process.stdin.write(f"{begin + seconds}\n")
        process.stdin.flush()
    told = [process.communicate(timeout=60)[0].split() for process in both]
    (one, one_asked), (other, other_asked) = (map(int, words) for words in told)
    most = 50 + 100 * seconds
    assert 0.9 * most <= one + other <= most
    assert min(one_asked, other_asked) > 20
    assert one_asked + other_asked > 1.2 * (one + other)  # some were refused: the limit was what held them


def test_a_long_write_in_the_main_database_makes_no_limit_wait(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'matcha.db'}"
    with closing(Rates.beside(url)) as rates, closing(Store.open(url)) as store, store.transaction():
        assert_quick(rates)


def test_nor_does_one_in_postgresql(postgres_url: str) -> None:
    engine = create_engine(postgres_url, isolation_level="SERIALIZABLE")
    with closing(Rates.beside(postgres_url)) as rates, engine.connect() as connection:
        connection.execute(text("CREATE TABLE long_write (id INTEGER)"))
        connection.execute(text("LOCK TABLE long_write IN ACCESS EXCLUSIVE MODE"))
        assert_quick(rates)
        connection.rollback()
    engine.dispose()


def assert_quick(rates: Rates) -> None:
    began = time.perf_counter()
    assert [rates.take("a", Rate(100, 1), NOON).remaining for _ in range(20)] == list(range(99, 79, -1))
    assert time.perf_counter() - began < 1


def test_the_limits_are_no_part_of_the_store(postgres_url: str, tmp_path: Path) -> None:
    engine = create_engine(postgres_url)
    before = inspect(engine).get_table_names()
    with closing(Rates.beside(postgres_url)):
        assert inspect(engine).get_table_names() == before  # an empty database is still empty to the store
    with engine.connect() as connection:
        kind = connection.execute(text("SELECT relpersistence FROM pg_class WHERE relname = 'rate_cell'")).scalar()
    engine.dispose()
    assert kind == "u"
    with closing(Rates.beside(f"sqlite:///{tmp_path / 'matcha.db'}")):
        assert sorted(path.name for path in tmp_path.glob("*.db")) == ["limits.db"]


def test_keys_are_kept_as_salted_digests_only(tmp_path: Path) -> None:
    for name in ("one", "two"):
        with closing(Rates.open(f"sqlite:///{tmp_path / name}.db")) as rates:
            rates.take("host 192.0.2.7", ONCE_A_SECOND, NOON)
    kept = [b"".join(path.read_bytes() for path in sorted(tmp_path.glob(f"{name}.db*"))) for name in ("one", "two")]
    rows = []
    for name in ("one", "two"):
        engine = create_engine(f"sqlite:///{tmp_path / name}.db")
        with engine.connect() as connection:
            rows.append(connection.execute(text("SELECT key FROM rate_cell")).scalars().all())
        engine.dispose()
    assert all(b"192.0.2.7" not in content for content in kept)
    assert [len(found) for found in rows] == [1, 1]
    assert rows[0] != rows[1]


def test_processes_opened_later_know_what_was_taken(tmp_path: Path) -> None:
    for remaining in (2, 1, 0):
        with closing(Rates.open(f"sqlite:///{tmp_path / 'limits.db'}")) as rates:
            assert rates.take("a", ONCE_A_SECOND, NOON).remaining == remaining


def test_callers_that_are_due_are_forgotten(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'limits.db'}"
    with closing(Rates.open(url)) as rates:
        for i in range(100):
            rates.take(f"caller {i}", ONCE_A_SECOND, NOON)
        rates.take("late", ONCE_A_SECOND, NOON + 200)
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM rate_cell")).scalar() == 1
    engine.dispose()


def test_a_file_broken_by_a_power_cut_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "limits.db"
    with closing(Rates.open(f"sqlite:///{path}")) as rates:
        rates.take("a", ONCE_A_SECOND, NOON)
    path.write_bytes(b"\0" * 100 + path.read_bytes()[100:])
    with closing(Rates.open(f"sqlite:///{path}")) as rates:
        assert rates.take("a", ONCE_A_SECOND, NOON).remaining == 2


@pytest.mark.parametrize(
    "url", ["sqlite:////proc/none/limits.db", "postgresql+psycopg://nobody@127.0.0.1:1/x", "nonsense", "none://x"]
)
def test_a_database_that_cannot_be_used_is_one_error(url: str) -> None:
    with pytest.raises(Unavailable, match="cannot be used"):
        Rates.open(url)


def test_a_locked_database_gives_up_within_seconds(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'limits.db'}"
    with closing(Rates.open(url)) as rates:
        engine = create_engine(url)
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            began = time.perf_counter()
            with pytest.raises(Unavailable, match="locked"):
                rates.take("a", ONCE_A_SECOND, NOON)
            assert time.perf_counter() - began < 4
        engine.dispose()
        assert rates.take("a", ONCE_A_SECOND, NOON).allowed


def test_threads_share_one_allowance(rates: Rates) -> None:
    through: list[bool] = []
    threads = [
        threading.Thread(target=lambda: through.extend(rates.take("a", Rate(20, 1), NOON).allowed for _ in range(10)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(through), sum(through)) == (40, 20)


@pytest.mark.parametrize(("burst", "per_second"), [(0, 1), (1, 0), (1, -1), (1, float("nan")), (1, float("inf"))])
def test_there_is_no_such_rate(burst: int, per_second: float) -> None:
    with pytest.raises(ValueError, match="no such rate"):
        Rate(burst, per_second)
