"""Many who append at once, on both databases: no gap, nothing lost, and the log's order is that of the world."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from matcha import Matcha
from matcha.matchlog.entry import Kind
from matcha.store import Store
from tests.conftest import small_batch
from tests.stress import scaled
from tests.test_log_storm import gaps, lost
from tests.writers import QUESTION, Ack, acknowledged, started, system_in, write

WRITERS = 4


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'matcha.db'}"
        return
    found: str = request.getfixturevalue("postgres_url")
    yield found
    opened = Store.open(found)
    with opened.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    opened.close()


@pytest.fixture
def system(url: str, tmp_path: Path) -> Iterator[Matcha]:
    system = system_in(tmp_path, url)
    system.submit(small_batch())
    yield system
    system.close()


def out_of_order(acks: Sequence[Ack]) -> list[tuple[int, int]]:
    """Give pairs of entries of which the one that was acknowledged before the other was asked for stands after it."""
    matches = sorted((ack for ack in acks if "leaf" in ack), key=lambda ack: float(ack["begun"]))
    ended = sorted(matches, key=lambda ack: float(ack["ended"]))
    wrong, highest, place = [], -1, 0
    for ack in matches:
        while ended[place]["ended"] < ack["begun"]:
            highest, place = max(highest, ended[place]["leaf"]), place + 1
        if highest > ack["leaf"]:
            wrong.append((highest, ack["leaf"]))
    return wrong


def assert_whole(system: Matcha, acks: Sequence[Ack]) -> None:
    leaves = [ack["leaf"] for ack in acks if "leaf" in ack]
    assert len(set(leaves)) == len(leaves)
    assert lost(system, acks) == []
    assert gaps(system) == []
    assert out_of_order(acks) == []
    audited = system.audit()
    assert audited.faults == ()
    logged = [index for index, _ in system.entries(kind=Kind.MATCH)]
    assert sorted(leaves) == logged  # nobody was killed: what is logged was acknowledged


def test_processes_that_append_at_once_leave_no_gap_and_lose_nothing(system: Matcha, url: str, tmp_path: Path) -> None:
    count = scaled(8, 250)
    writers = [started(write, tmp_path, f"w{place}", place, count, url) for place in range(WRITERS)]
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    acks = acknowledged(tmp_path)
    assert len(acks) == WRITERS * count
    assert_whole(system, acks)


def test_threads_that_append_at_once_leave_no_gap_and_lose_nothing(system: Matcha) -> None:
    acks: list[Ack] = []

    def match() -> None:
        for _ in range(scaled(8, 250)):
            begun = time.monotonic()
            answer = system.match(QUESTION)
            acks.append(
                {
                    "leaf": answer.leaf_index,
                    "receipt": answer.receipt,
                    "begun": begun,
                    "ended": time.monotonic(),
                }
            )

    threads = [threading.Thread(target=match) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(acks) == WRITERS * scaled(8, 250)
    assert_whole(system, acks)


def test_an_order_that_contradicts_the_world_is_seen() -> None:
    acks = [
        {"leaf": 5, "begun": 1.0, "ended": 2.0},
        {"leaf": 6, "begun": 1.5, "ended": 4.0},
        {"leaf": 4, "begun": 3.0, "ended": 5.0},
    ]
    assert out_of_order(acks) == [(5, 4)]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE log_entry SET kind = 'match'", "only added to"),
        ("UPDATE log_entry SET body = body WHERE leaf_index = 0", "only added to"),
        ("DELETE FROM log_entry WHERE leaf_index = (SELECT max(leaf_index) FROM log_entry)", "only added to"),
        ("INSERT INTO log_entry SELECT leaf_index + 100, kind, body, leaf_hash, frontier FROM log_entry", "no gaps"),
        ("INSERT INTO log_entry SELECT -1, kind, body, leaf_hash, frontier FROM log_entry LIMIT 1", "no gaps"),
    ],
)
def test_the_database_refuses_to_change_or_skip_entries(system: Matcha, statement: str, said: str) -> None:
    before = system.entries()
    with pytest.raises(DBAPIError, match=said), system._store.engine.connect() as connection:
        connection.execution_options(matcha_writes=True).execute(text(statement))
    assert system.entries() == before


def test_a_log_is_not_emptied_at_once_either(system: Matcha) -> None:
    if system._store.engine.dialect.name == "sqlite":
        statement = "DELETE FROM log_entry"  # SQLite has no other way
    else:
        statement = "TRUNCATE log_entry CASCADE"
    with pytest.raises(DBAPIError, match="only added to"), system._store.engine.connect() as connection:
        connection.execution_options(matcha_writes=True).execute(text(statement))
    assert system.audit().faults == ()
