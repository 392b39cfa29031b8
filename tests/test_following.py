"""A server follows the others: it is told of a change or looks for it, waits for one, and ranks as they do."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from matcha import Batch, Matcha
from matcha.api import create_app, waiting
from matcha.encoding.encoder import HashingEncoder
from matcha.errors import Conflict
from matcha.matchlog.keys import FolderKeeper
from matcha.retrieval.reading import Reader, Reading
from matcha.retrieval.reference import MemoryReference
from matcha.retrieval.retriever import retrieve
from matcha.retrieval.shelf import FolderShelf
from matcha.service.following import Following
from matcha.store import Store, changes, revision
from matcha.values import Hit, Language
from tests import test_log_concurrency
from tests.conftest import actor, demo, profile, said, small_batch
from tests.serving import prepared
from tests.test_replicas import another_home
from tests.writers import QUESTION, system_in

url = test_log_concurrency.url  # a fixture: SQLite, PostgreSQL
NEVER = 60.0  # seconds between looks, of whoever is told


@pytest.fixture
def pair(tmp_path: Path, url: str) -> Iterator[tuple[Matcha, Matcha]]:
    """Two systems over one database, each with a home of its own."""
    one = system_in(tmp_path / "a", url)
    one.submit(small_batch())
    other = system_in(another_home(tmp_path / "a", tmp_path / "b"), url)
    yield one, other
    for system in (one, other):
        system.close()


def until(true: Callable[[], bool], seconds: float = 10.0) -> float:
    """Give how long it took until something was true."""
    begun = time.monotonic()
    while not true():
        assert time.monotonic() < begun + seconds
        time.sleep(0.002)
    return time.monotonic() - begun


def made_ready(system: Matcha) -> bool:
    """Whether a question that comes now finds all that it needs, made ready from the newest change."""
    ready = system._preparation._ready
    return ready is not None and ready.key == system.moment() and "calibration" in vars(ready)


def change(system: Matcha, said: str) -> None:
    system.submit(Batch(profiles=(profile("p-ko", "a-ko", "Kö", f"Vi kortar köer. {said}"),)))


def test_a_change_is_followed_before_anybody_asks(pair: tuple[Matcha, Matcha], url: str) -> None:
    one, other = pair
    told = url.startswith("postgresql")
    following = Following(other, NEVER if told else 0.1)
    following.start()
    until(lambda: made_ready(other))
    if told:
        until(lambda: following._listener._connection is not None)
    for number in range(3):
        change(one, f"Nummer {number}.")
        assert until(lambda: made_ready(other)) < 5
    until(lambda: other.logbook.keeper.published() == one.logbook.keeper.published())
    following.stop()


def test_who_is_no_longer_told_looks_and_then_is_told_again(tmp_path: Path, postgres_url: str) -> None:
    one = system_in(tmp_path / "a", postgres_url)
    one.submit(small_batch())
    other = system_in(another_home(tmp_path / "a", tmp_path / "b"), postgres_url)
    following = Following(other, 0.2)
    following.start()
    until(lambda: following._listener._connection is not None)
    connection = following._listener._connection
    with one._store.engine.connect() as administrator:
        administrator.execute(text("SELECT pg_terminate_backend(:id)"), {"id": connection.info.backend_pid})
    change(one, "Ingen hör det.")
    assert until(lambda: made_ready(other)) < 5
    until(lambda: following._listener._connection not in (None, connection))
    change(one, "Nu hörs det.")
    assert until(lambda: made_ready(other)) < 5
    following.stop()
    for system in (one, other):
        system.close()


def test_an_index_is_made_where_there_is_none_and_follows_frozen_statistics(pair: tuple[Matcha, Matcha]) -> None:
    one, other = pair
    other.catch_up()
    first = other.match(QUESTION)
    one.freeze()
    other.catch_up()
    assert other.match(QUESTION).pipeline == one.match(QUESTION).pipeline != first.pipeline


def test_a_change_that_is_not_kept_is_told_to_nobody(matcha: Matcha) -> None:
    seen = revision.Seen()
    mine = revision.SEEN.set(seen)
    with pytest.raises(Conflict):
        _change_and_fail(matcha)
    assert seen.revision is None
    with matcha.logbook.writing() as writing:
        changes.note(writing.session, ())
    assert seen.revision == matcha.revision()
    revision.SEEN.reset(mine)


def _change_and_fail(system: Matcha) -> None:
    with system.logbook.writing() as writing:
        changes.note(writing.session, ())
        raise Conflict("Nej.", "No.")


# over HTTP


@pytest.fixture
def client(matcha: Matcha) -> TestClient:
    (keys,) = prepared(matcha, 1)
    return TestClient(create_app(matcha), headers={"Authorization": f"Bearer {keys.coordinator}"})


def ask(client: TestClient, **headers: str) -> tuple[int, str | None]:
    answer = client.post("/v1/matches", json={"text": QUESTION, "k": 1}, headers=headers)
    return answer.status_code, answer.headers.get("matcha-revision")


def test_an_answer_names_the_revision_it_was_made_from(client: TestClient, matcha: Matcha) -> None:
    now = matcha.revision()
    assert ask(client) == (200, str(now))
    change(matcha, "Mer.")
    assert ask(client) == (200, str(now + 1))
    assert "matcha-revision" not in client.get("/v1/health").headers
    assert "matcha-revision" not in client.post("/v1/matches", json={"text": "", "k": 1}).headers
    once = {"Idempotency-Key": "a"}
    assert ask(client, **once) == ask(client, **once) == (200, str(now + 1))


def test_a_revision_is_waited_for(client: TestClient, matcha: Matcha, monkeypatch: pytest.MonkeyPatch) -> None:
    now = matcha.revision()
    assert ask(client, **{"Matcha-Wait-For": str(now)}) == (200, str(now))
    later = threading.Timer(0.3, change, (matcha, "Strax."))
    later.start()
    assert ask(client, **{"Matcha-Wait-For": str(now + 1)}) == (200, str(now + 1))
    monkeypatch.setattr(waiting, "PATIENCE", 0.1)
    refused = client.get("/v1/needs", headers={"Matcha-Wait-For": str(now + 2)})
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert f"inte kommit till {now + 2}" in refused.json()["sv"]
    for wrong in ("-1", "x", "1.5", "٣", "9" * 16):
        assert client.get("/v1/needs", headers={b"Matcha-Wait-For": wrong.encode()}).status_code == 422


# the same ranking from every database


def ranked(system: Matcha, readings: list[Reading]) -> list[tuple[Hit, ...]]:
    """Give the ranking of each need to the last point and pair, ties in the same order."""
    with system._store.reading() as session:
        ready = system._preparation.ready(session)
    return [retrieve(ready.catalogue, ready.pipeline.query(reading), 3, b"a seed") for reading in readings]


def test_both_databases_rank_needs_alike_to_the_bit(tmp_path: Path, postgres_url: str) -> None:
    chance, rows = random.Random(5), demo("profiles")
    profiles = [
        profile(f"p-{n}", f"a-{n % 20}", row["title"], row["text"]) for n, row in enumerate(chance.sample(rows, 40))
    ]
    words = sorted({word for row in demo("needs") for word in row["text"].split()})
    needs = [" ".join(chance.sample(words, 6)) for _ in range(200)]  # a thousand: `test_vectors`
    readings = [Reader(HashingEncoder()).need(need, Language.SV) for need in needs]
    answers, told = [], []
    for place, where in (("s", f"sqlite:///{tmp_path / 'm.db'}"), ("p", postgres_url)):
        folder = tmp_path / place
        store, shelf, keeper = Store.open(where), FolderShelf(folder / "index"), FolderKeeper(folder / "log")
        system = Matcha(store, shelf, HashingEncoder, MemoryReference(), keeper)
        system.submit(Batch(actors=tuple(actor(f"a-{n}") for n in range(20)), profiles=tuple(profiles)))
        answers.append(ranked(system, readings))
        told.append([said(system.match(need))["matches"] for need in needs[:3]])
        system.close()
    assert answers[0] == answers[1]
    assert told[0] == told[1]
    assert len({hits[0].actor_id for hits in answers[0]}) > 15  # they are not all about the same
