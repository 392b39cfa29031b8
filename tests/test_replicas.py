"""Several servers over one PostgreSQL, each with an index and a folder of the log of its own; and its primary lost."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest

from matcha import Batch
from matcha.errors import Unavailable
from matcha.matchlog.entry import Kind
from tests.clients import Notes, play
from tests.conftest import HYGIENE, profile
from tests.serving import Keys, Server, nursed, prepared, serving
from tests.standby import primary_and_standby
from tests.stress import scaled
from tests.test_api_storm import assert_whole, await_jobs, report
from tests.writers import QUESTION, system_in

Nursery = subprocess.Popen[str]
CLIENTS = 4


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with nursed() as found:
        yield found


def another_home(home: Path, to: Path) -> Path:
    """Make the home of another server: the log's key, as a secret is handed out, and nothing else."""
    (to / "matchlog").mkdir(parents=True)
    shutil.copy(home / "matchlog" / "key", to / "matchlog" / "key")
    return to


@contextmanager
def two_servers(nursery: Nursery, home: Path, url: str, clients: int) -> Iterator[tuple[list[Server], list[Keys]]]:
    """Give two servers, each with a home of its own, over one database with something in it."""
    system = system_in(home / "a", url)
    keys = prepared(system, clients)
    system.close()
    homes = (home / "a", another_home(home / "a", home / "b"))
    with ExitStack() as servers:
        yield [servers.enter_context(serving(nursery, each, url)) for each in homes], keys


def sent(key: str, **headers: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", **headers}


def test_a_change_on_one_server_is_answered_from_on_the_other(
    nursery: Nursery, tmp_path: Path, postgres_url: str
) -> None:
    with two_servers(nursery, tmp_path, postgres_url, 1) as ((one, other), (keys,)):
        text = "Vi väver mattor av lin till väntrummen."
        given = {"id": "p-a-s0", "actor_id": keys.actor_id, "title": "Mattor av lin", "text": text}
        asked = {"text": "Vi behöver mattor av lin till väntrummen.", "k": 3}
        first = httpx.post(f"{other.base}/v1/matches", json=asked, headers=sent(keys.coordinator))
        proposal = httpx.post(f"{one.base}/v1/proposals", json={"profile": given}, headers=sent(keys.supplier)).json()
        ruling = httpx.post(
            f"{one.base}/v1/proposals/{proposal['id']}/rulings",
            json={"ruling": "accepted", "reason": "Läst."},
            headers=sent(keys.coordinator),
        )
        wanted = ruling.headers["matcha-revision"]
        assert int(wanted) > int(first.headers["matcha-revision"])
        begun = time.monotonic()
        found = httpx.post(
            f"{other.base}/v1/matches", json=asked, headers=sent(keys.coordinator, **{"Matcha-Wait-For": wanted})
        )
        assert time.monotonic() - begun < 5
        assert found.headers["matcha-revision"] == wanted
        assert text in str(found.json()["matches"][0])
        assert text not in first.text


def test_either_of_two_servers_may_be_killed_at_any_time(nursery: Nursery, tmp_path: Path, postgres_url: str) -> None:
    chance, over, notes = random.Random(11), threading.Event(), Notes()
    with two_servers(nursery, tmp_path, postgres_url, CLIENTS) as (servers, keys):
        bases = [server.base for server in servers]

        def kill() -> None:
            try:
                for number in range(scaled(6, 40)):
                    wanted, ends = len(notes.acks) + chance.randrange(2, 20), time.monotonic() + 10
                    while len(notes.acks) < wanted and time.monotonic() < ends:
                        time.sleep(0.001)
                    servers[number % 2].kill()
                    servers[number % 2].start()
            finally:
                over.set()

        with ThreadPoolExecutor(1) as threads:
            begun, killer = time.monotonic(), threads.submit(kill)
            play(bases, keys, 1, over, notes)
            killer.result()
        report("either killed", postgres_url, notes, time.monotonic() - begun)
        system = system_in(tmp_path / "a", postgres_url)
        await_jobs(system, notes)
    assert notes.again > 0
    assert_whole(system, notes)
    system.close()


def test_a_question_is_answered_while_another_server_changes_profiles_all_the_time(
    tmp_path: Path, postgres_url: str
) -> None:
    one = system_in(tmp_path / "a", postgres_url)
    prepared(one, 1)
    other = system_in(another_home(tmp_path / "a", tmp_path / "b"), postgres_url)
    other.catch_up()
    over = threading.Event()

    def change() -> int:
        done = 0
        while not over.is_set():
            done += 1
            one.submit(Batch(profiles=(profile("p-a-s0", "a-s0", "Räkning", f"Vi räknar till {done}."),)))
        return done

    with ThreadPoolExecutor(1) as threads:
        changes = threads.submit(change)
        try:
            for number in range(12):
                other.match(f"{QUESTION} Fråga {number}.")
        finally:
            over.set()
        assert changes.result() > 5
    assert other.audit().faults == ()
    for system in (one, other):
        system.close()


def test_a_key_that_was_changed_on_another_server_signs_no_more(tmp_path: Path, postgres_url: str) -> None:
    one = system_in(tmp_path / "a", postgres_url)
    prepared(one, 1)
    other = system_in(another_home(tmp_path / "a", tmp_path / "b"), postgres_url)
    restarted = system_in(tmp_path / "b", postgres_url)
    other.catch_up()
    other.match(QUESTION)
    new = one.logbook.rotate()
    size = one.size()
    for system in (other, restarted):  # one that has signed with it, and one that has not yet
        for refused in (partial(system.match, QUESTION), system.logbook.check_signing, system.logbook.checkpoint):
            with pytest.raises(Unavailable, match="has been changed to"):
                refused()
    assert other.size() == size
    shutil.copy(tmp_path / "a" / "matchlog" / "key", tmp_path / "b" / "matchlog" / "key")
    other.match(QUESTION)
    assert [entry.said["public"] for _, entry in other.entries(kind=Kind.KEY)][-1] == str(new)
    assert other.audit().faults == ()
    newest = restarted.logbook.rotate()  # whose file has been lost on one of them is got over so
    with pytest.raises(Unavailable, match=re.escape(str(newest))):
        one.match(QUESTION)
    assert one.audit().faults == other.audit().faults == ()
    (tmp_path / "b" / "matchlog" / "key").unlink()
    with pytest.raises(Unavailable, match="is missing"):
        other.logbook.check_signing()
    for system in (one, other, restarted):
        system.close()


def test_a_primary_is_killed_and_what_was_acknowledged_is_on_its_standby(nursery: Nursery, tmp_path: Path) -> None:
    over, notes = threading.Event(), Notes()
    with primary_and_standby() as pair, two_servers(nursery, tmp_path, pair.url, CLIENTS) as (servers, keys):
        standby = system_in(tmp_path / "a", pair.standby.url)

        def fail_over() -> float:
            try:
                _await(notes, 30)
                assert standby.audit().faults == ()  # a standby is read; it cannot be written
                with pytest.raises(Unavailable):
                    standby.submit(Batch(profiles=(HYGIENE.model_copy(update={"title": "Ny"}),)))
                pair.primary.kill()
                killed = time.monotonic()
                time.sleep(0.3)
                pair.standby.promote()
                _await(notes, 30)
                return min(float(ack["ended"]) for ack in notes.acks if ack["ended"] > killed + 0.3) - killed
            finally:
                over.set()

        with ThreadPoolExecutor(1) as threads:
            begun, failing = time.monotonic(), threads.submit(fail_over)
            play([server.base for server in servers], keys, 1, over, notes)
            print(f"\nthe first write {failing.result():.2f} s after the kill")
        report("primary killed", pair.url, notes, time.monotonic() - begun)
        system = system_in(tmp_path / "a", pair.url)
        await_jobs(system, notes)
        assert notes.again > 0
        assert_whole(system, notes)
        for one in (system, standby):
            one.close()


def _await(notes: Notes, more: int) -> None:
    wanted, ends = len(notes.acks) + more, time.monotonic() + 60
    while len(notes.acks) < wanted:
        assert time.monotonic() < ends, notes.told_to_wait[-3:]
        time.sleep(0.002)
