"""A backup counts only when its restored copy is the log; a log that lost entries does not go on in its own name."""

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from matcha import HashingEncoder, Matcha
from matcha.errors import Conflict, Invalid, MatchaError, Unavailable
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.keys import FolderKeeper, MemoryKeeper
from matcha.records import DecisionForm
from matcha.retrieval.reference import MemoryReference
from matcha.retrieval.shelf import FolderShelf, MemoryShelf
from matcha.service.backup import restore
from matcha.store import Store
from tests.conftest import HYGIENE, small_batch, told

QUESTION = "Händerna spritas för sällan."


def opened(home: Path) -> Matcha:
    home.mkdir(exist_ok=True)
    store = Store.open(f"sqlite:///{home / 'matcha.db'}")
    system = Matcha(store, FolderShelf(home / "i"), HashingEncoder, MemoryReference(), FolderKeeper(home / "matchlog"))
    system.logbook.check()
    return system


@pytest.fixture
def system(tmp_path: Path) -> Iterator[Matcha]:
    found = opened(tmp_path / "home")
    found.submit(small_batch())
    found.freeze()
    found.match(QUESTION)
    found.decide(
        DecisionForm.model_validate(
            {"need_id": "n-hygien", "actor_id": "a-ko", "choice": "invited", "user": "Kim", "reason": "Bredd"}
        )
    )
    yield found
    found.close()


def restored(backup: Path, home: Path, **options: bool) -> Matcha:
    restore(backup, f"sqlite:///{home / 'matcha.db'}", FolderKeeper(home / "matchlog"), **options)
    system = opened(home)
    system.rebuild()
    return system


def test_a_restored_system_is_the_same_to_the_last_byte_and_goes_on(system: Matcha, tmp_path: Path) -> None:
    audited = system.backup(tmp_path / "b.zip", with_key=True)
    assert audited.size == len(system.entries())
    other = restored(tmp_path / "b.zip", tmp_path / "other")
    assert other.entries() == system.entries()
    assert other.logbook.checkpoint() == system.logbook.checkpoint()
    assert all(one.identical for one in other.replay())
    assert other.audit([system.logbook.checkpoint()]).faults == ()
    answers = [told(each.match(QUESTION)) for each in (system, other)]
    assert answers[0] == answers[1]
    assert [d.leaf_index for d in other.decisions()] == [d.leaf_index for d in system.decisions()]
    other.close()


def test_the_key_stays_out_of_a_backup_unless_it_is_asked_for(system: Matcha, tmp_path: Path) -> None:
    system.backup(tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert set(archive.namelist()) == {"matcha.db", "checkpoint", "key.pub"}
    assert (tmp_path / "b.zip").stat().st_mode & 0o077 == 0
    with pytest.raises(Unavailable, match="no key"):
        restored(tmp_path / "b.zip", tmp_path / "other")
    shutil.rmtree(tmp_path / "other", ignore_errors=True)
    shutil.copytree(tmp_path / "home" / "matchlog", tmp_path / "other" / "matchlog")
    assert restored(tmp_path / "b.zip", tmp_path / "other").audit().faults == ()


def test_an_older_database_under_a_newer_log_is_refused_at_the_start(system: Matcha, tmp_path: Path) -> None:
    home = tmp_path / "home"
    system._store.purge()
    shutil.copy(home / "matcha.db", tmp_path / "old.db")
    system.match(QUESTION)
    system.close()
    for name in ("matcha.db", "matcha.db-wal", "matcha.db-shm"):
        (home / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "old.db", home / "matcha.db")
    with pytest.raises(Conflict, match="matcha restore"):
        opened(home)


def test_a_backup_older_than_the_log_is_restored_only_by_accepting_the_loss_and_goes_on_under_a_new_name(
    system: Matcha, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    system.backup(tmp_path / "b.zip")
    before, key = len(system.entries()), system.logbook.signers()[-1]
    lost = system.match(QUESTION).receipt
    published = system.logbook.keeper.published()
    system.close()
    for path in home.glob("matcha.db*"):
        path.unlink()
    with pytest.raises(Conflict, match="--accept-loss"):
        restored(tmp_path / "b.zip", home)
    again = restored(tmp_path / "b.zip", home, accept_loss=True)
    (new,) = again.logbook.signers()
    assert new.name == f"{key.name}/2"
    assert Checkpoint.opened(again.logbook.checkpoint(), [new.public]).size == before + 1
    (_, entry) = again.entries(before, 1)[0]
    assert entry.said == {"public": str(new.public), "previous": str(key.public), "lost": published}
    assert lost
    again.match(QUESTION)
    assert again.audit().faults == ()
    again.close()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE profileversion SET text = 'x'",
        "UPDATE log_payload SET value = x'00'",
        "DELETE FROM log_payload",
        "UPDATE need SET title = 'x'",
        "UPDATE decision SET machine_rank = 1, reason = 'x'",
    ],
)
def test_a_backup_of_a_damaged_database_does_not_count_and_is_not_written(
    system: Matcha, tmp_path: Path, damage: str
) -> None:
    with system._store.transaction() as session:
        session.connection().exec_driver_sql(damage)
    with pytest.raises(Conflict, match="does not count"):
        system.backup(tmp_path / "b.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_what_is_no_whole_backup_is_refused_and_nothing_is_written(system: Matcha, tmp_path: Path) -> None:
    system.backup(tmp_path / "b.zip", with_key=True)
    whole = (tmp_path / "b.zip").read_bytes()
    wrong = tmp_path / "wrong.zip"
    for content in (b"", b"PK", whole[: len(whole) // 2], whole.replace(b"checkpoint", b"chekcpoint")):
        wrong.write_bytes(content)
        with pytest.raises(MatchaError):
            restored(wrong, tmp_path / "other")
        assert not (tmp_path / "other" / "matcha.db").exists()
    with zipfile.ZipFile(wrong, "w") as archive:
        archive.writestr("../escaped", "x")
    with pytest.raises(Invalid, match="no backup"):
        restored(wrong, tmp_path / "other")
    for name, content in (("checkpoint", b"x\n1\n"), ("matcha.db", b"x" * 4096), ("key.pub", b"\xff")):
        with zipfile.ZipFile(tmp_path / "b.zip") as archive, zipfile.ZipFile(wrong, "w") as changed:
            for member in archive.namelist():
                changed.writestr(member, content if member == name else archive.read(member))
        with pytest.raises(MatchaError):
            restored(wrong, tmp_path / "other")
        assert not (tmp_path / "other" / "matcha.db").exists()


def test_nothing_is_overwritten(system: Matcha, tmp_path: Path) -> None:
    system.backup(tmp_path / "b.zip", with_key=True)
    with pytest.raises(Conflict, match="exists already"):
        system.backup(tmp_path / "b.zip")
    with pytest.raises(Conflict, match="not empty"):
        restored(tmp_path / "b.zip", tmp_path / "home")
    with pytest.raises(Unavailable, match="does not exist"):
        system.backup(tmp_path / "none" / "b.zip")


def test_a_backup_travels_between_the_databases(system: Matcha, tmp_path: Path, postgres_url: str) -> None:
    system.backup(tmp_path / "b.zip", with_key=True)
    keeper = MemoryKeeper()
    store = Store.open(postgres_url)
    try:
        restore(tmp_path / "b.zip", postgres_url, keeper)
        moved = Matcha(store, MemoryShelf(), HashingEncoder, MemoryReference(), keeper)
        moved.rebuild()
        assert moved.entries() == system.entries()
        assert all(one.identical for one in moved.replay())
        moved.submit(small_batch())
        edited = HYGIENE.model_copy(update={"text": "Vi mäter spritning."})
        moved.submit(type(small_batch())(profiles=(edited,)))  # new ids go on after those that were copied
        assert moved.match(QUESTION).matches
        assert moved.audit().faults == ()
    finally:
        with store.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        store.close()
