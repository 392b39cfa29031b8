"""The log in use: what is refused, what is remembered, and what is published while others go on writing."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier, Thread

import pytest
from filelock import FileLock, Timeout
from sqlalchemy import event

from matcha import HashingEncoder, Matcha
from matcha.disk import locked
from matcha.errors import Conflict, Invalid, Unavailable
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.entry import Draft, Kind
from matcha.matchlog.keys import FolderKeeper, MemoryKeeper
from matcha.matchlog.note import PrivateKey
from matcha.retrieval.reference import MemoryReference
from matcha.retrieval.shelf import FolderShelf, MemoryShelf
from matcha.store import Store, log
from tests.conftest import small_batch

QUESTION = "Händerna spritas för sällan."


class Busy(MemoryKeeper):
    """A keeper beside which another process appends whenever the published checkpoint is looked at."""

    other: Matcha | None = None

    def published(self) -> str | None:
        if self.other is not None:
            other, self.other = self.other, None
            other.match(QUESTION)
            self.other = other
        return super().published()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path / 'm.db'}")
    yield opened
    opened.close()


def test_a_log_that_others_write_meanwhile_is_not_taken_for_one_that_lost_entries(store: Store) -> None:
    keeper, shelf = Busy(), MemoryShelf()
    system = Matcha(store, shelf, HashingEncoder, MemoryReference(), keeper)
    system.submit(small_batch())
    keeper.other = Matcha(store, shelf, HashingEncoder, MemoryReference(), keeper)
    before = len(system.entries())
    system.logbook.check()
    system.logbook.checkpoint()
    assert system.audit().faults == ()
    assert len(system.entries()) > before + 2


def test_what_was_not_committed_is_not_remembered_as_done(store: Store) -> None:
    system = Matcha(store, MemoryShelf(), HashingEncoder, MemoryReference(), MemoryKeeper())
    system.submit(small_batch())
    real = system.logbook.salt

    def broken(count: int) -> bytes:
        raise RuntimeError("the power goes")

    system.logbook.salt = broken  # after the configuration and the roll, before the match
    with pytest.raises(RuntimeError):
        system.match(QUESTION)
    system.logbook.salt = real
    system.match(QUESTION)
    assert [entry.kind for _, entry in system.entries()][-2:] == [Kind.CONFIG, Kind.MATCH]
    assert system.audit().faults == ()
    assert all(one.identical for one in system.replay())


def test_a_second_match_logs_one_entry_and_a_new_library_a_configuration_too(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = Matcha(store, MemoryShelf(), HashingEncoder, MemoryReference(), MemoryKeeper())
    system.submit(small_batch())
    first = system.match(QUESTION).leaf_index
    assert system.match(QUESTION).leaf_index == first + 1
    monkeypatch.setattr("matcha.service.asking._libraries", lambda: {"numpy": "another"})
    assert system.match(QUESTION).leaf_index == first + 3
    assert [entry.kind for _, entry in system.entries(first + 1)] == [Kind.MATCH, Kind.CONFIG, Kind.MATCH]


def test_going_back_to_an_earlier_configuration_is_logged_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    system = Matcha(store, MemoryShelf(), HashingEncoder, MemoryReference(), MemoryKeeper())
    system.submit(small_batch())
    before = len(system.entries())
    for libraries in ({"numpy": "1"}, {"numpy": "2"}, {"numpy": "1"}):
        monkeypatch.setattr("matcha.service.asking._libraries", lambda libraries=libraries: libraries)
        system.match(QUESTION)
        system.match(QUESTION)
    kinds = [entry.kind for _, entry in system.entries(before)]
    assert kinds == [Kind.CONFIG, Kind.MATCH, Kind.MATCH] * 3
    with system._store.reading() as session:
        assert [log.entry(session, i).said["config"] for i in (before + 1, before + 7)] == [before, before + 6]


def test_what_another_process_has_logged_since_is_looked_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper, shelf = MemoryKeeper(), MemoryShelf()
    one, other = (Matcha(store, shelf, HashingEncoder, MemoryReference(), keeper) for _ in range(2))
    one.submit(small_batch())
    first = one.match(QUESTION).leaf_index
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("matcha.service.asking._libraries", lambda: {"numpy": "another"})
        other.match(QUESTION)
    one.match(QUESTION)
    kinds = [entry.kind for _, entry in one.entries(first + 1)]
    assert kinds == [Kind.CONFIG, Kind.MATCH, Kind.CONFIG, Kind.MATCH]  # each says how it was made itself
    one.logbook.rotate()
    assert [entry.kind for _, entry in one.entries(first + 5)] == [Kind.KEY]
    assert other.match(QUESTION).leaf_index == first + 6
    assert one.audit().faults == ()


def test_a_match_asks_the_database_five_things_and_writes_twice(store: Store) -> None:
    system = Matcha(store, MemoryShelf(), HashingEncoder, MemoryReference(), MemoryKeeper())
    system.submit(small_batch())
    system.match(QUESTION)
    with statements(store) as said:
        system.match(QUESTION)
    reads, writes = ["BEGIN", *["SELECT"] * 4], ["BEGIN IMMEDIATE", "SELECT", "INSERT", "INSERT"]
    assert said == reads + writes  # due, head, moment, texts; head, entry, what stands beside it


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """Give how each statement begins that the database is asked meanwhile."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement if statement.startswith("BEGIN") else statement.split(" ", 1)[0])

    event.listen(store.engine, "before_cursor_execute", note)
    yield found
    event.remove(store.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("what", ["a signature", "another key"])
def test_a_checkpoint_is_verified_when_it_or_the_key_is_another_than_last(
    tmp_path: Path, store: Store, what: str
) -> None:
    keeper = FolderKeeper(tmp_path / "log")
    system = Matcha(store, MemoryShelf(), HashingEncoder, MemoryReference(), keeper)
    system.submit(small_batch())
    system.match(QUESTION)
    assert system.match(QUESTION).matches
    if what == "another key":
        keeper.keep((PrivateKey.made(keeper.keys()[-1].name),))
    else:
        path = keeper.folder / "checkpoint"
        text, _, line = path.read_text("utf-8").rpartition(" ")
        path.write_text(f"{text} {line[:20]}{'A' if line[20] != 'A' else 'B'}{line[21:]}", "utf-8")
    with pytest.raises(Conflict, match="cannot be trusted"):
        system.match(QUESTION)


def test_who_waits_for_the_folder_is_woken(tmp_path: Path) -> None:
    waits = []

    def take(ready: Barrier) -> None:
        ready.wait()
        began = time.monotonic()
        with locked(tmp_path / "lock"):
            waits.append(time.monotonic() - began)

    for before in range(10):
        ready = Barrier(2)
        other = Thread(target=take, args=(ready,))
        other.start()
        with locked(tmp_path / "lock"):
            ready.wait()
            time.sleep(0.01)
            assert len(waits) == before
        other.join()
    assert min(waits) > 0.005
    assert sorted(waits)[5] < 0.04  # FileLock looks every 50 ms


def test_the_folder_is_locked_for_those_who_lock_it_otherwise_too(tmp_path: Path) -> None:
    with locked(tmp_path / "lock"), pytest.raises(Timeout):
        FileLock(tmp_path / "lock").acquire(timeout=0.01)
    with FileLock(tmp_path / "lock"):
        other = Thread(target=lambda: locked(tmp_path / "lock").__enter__(), daemon=True)
        other.start()
        other.join(0.05)
        assert other.is_alive()
    other.join(5)
    assert not other.is_alive()


def test_an_older_checkpoint_never_replaces_a_newer_one(tmp_path: Path) -> None:
    for keeper in (MemoryKeeper(), FolderKeeper(tmp_path / "log")):
        system = Matcha(Store.in_memory(), MemoryShelf(), HashingEncoder, MemoryReference(), keeper)
        system.submit(small_batch())
        old = system.logbook.checkpoint()
        system.match(QUESTION)
        new = keeper.published()
        keeper.publish(old)
        assert keeper.published() == new != old


def test_the_log_bears_the_name_it_is_given_when_its_key_is_made(tmp_path: Path) -> None:
    for origin in ("region.example/matcha-log", None):
        book = Matcha(
            Store.in_memory(), MemoryShelf(), HashingEncoder, MemoryReference(), MemoryKeeper(), origin=origin
        ).logbook
        with book.writing():
            pass
        name = Checkpoint.unverified(book.checkpoint()).origin
        assert name == origin or (origin is None and name.startswith("matcha-log/"))
    for wrong in ("två ord", "a+b", ""):
        with pytest.raises(Invalid, match="without spaces"):
            wrongly_named(wrong)
    assert list(tmp_path.iterdir()) == []


def wrongly_named(origin: str) -> None:
    from matcha.matchlog.note import PrivateKey

    PrivateKey.made(origin)


def test_there_is_no_key_before_something_is_logged_and_a_foreign_key_is_refused(tmp_path: Path, store: Store) -> None:
    keeper = FolderKeeper(tmp_path / "log")
    system = Matcha(store, FolderShelf(tmp_path / "i"), HashingEncoder, MemoryReference(), keeper)
    with pytest.raises(Unavailable, match="matcha import"):
        system.logbook.signers()
    system.submit(small_batch())
    other = Matcha(Store.in_memory(), MemoryShelf(), HashingEncoder, MemoryReference(), MemoryKeeper())
    other.submit(small_batch())
    keeper.keep(other.logbook.signers())
    with pytest.raises(Conflict, match="cannot be trusted"):
        system.match(QUESTION)
    (tmp_path / "log" / "key").write_bytes(b"\xff\xfe no key")
    with pytest.raises(Unavailable, match="is damaged"):
        system.match(QUESTION)


def test_a_checkpoint_that_has_been_tampered_with_is_told(tmp_path: Path, store: Store) -> None:
    system = Matcha(store, MemoryShelf(), HashingEncoder, MemoryReference(), FolderKeeper(tmp_path / "log"))
    system.submit(small_batch())
    path = tmp_path / "log" / "checkpoint"
    path.write_text(path.read_text("utf-8").replace("\n4\n", "\n3\n"), "utf-8")
    with pytest.raises(Conflict, match="matcha log audit"):
        system.logbook.check()
    path.write_bytes(b"")
    with pytest.raises(Conflict, match="matcha log audit"):
        system.match(QUESTION)


def test_an_entry_that_says_what_is_reserved_is_a_mistake() -> None:
    with pytest.raises(AssertionError):
        Draft(Kind.NEED, {"t": 1}).body(0)
