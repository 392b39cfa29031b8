"""What the version before wrote is brought to this one, in place or by way of a backup, and loses nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from sqlalchemy import Connection, MetaData, create_engine, insert, inspect, select, text

from matcha import HashingEncoder, Matcha
from matcha.callers import AccountRole
from matcha.errors import Conflict, Unavailable
from matcha.matchlog.keys import FolderKeeper
from matcha.process import State
from matcha.records.account import AccountForm
from matcha.retrieval.reference import MemoryReference
from matcha.retrieval.shelf import MemoryShelf
from matcha.service.backup import restore
from matcha.store import Store, schema
from tests.conftest import ROOT, small_batch

BEFORE = "0004"
BACKUP = ROOT / "tests" / "older" / f"revision-{BEFORE}.zip"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'matcha.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
def older(url: str, tmp_path: Path) -> str:
    """A database of the version before; its key and checkpoint lie in `tmp_path/matchlog`. Gives the checkpoint."""
    matchlog = tmp_path / "matchlog"
    with zipfile.ZipFile(BACKUP) as archive:
        for name in ("key", "key.pub", "checkpoint"):
            archive.extract(name, matchlog)
        archive.extract("matcha.db", tmp_path)
    (matchlog / "key").chmod(0o600)
    if url.startswith("postgresql"):
        carry_over(tmp_path / "matcha.db", url)
    return (matchlog / "checkpoint").read_text("utf-8")


def carry_over(file: Path, url: str) -> None:
    """Put the rows of an older SQLite file into a PostgreSQL database whose tables are as old."""
    source, target = create_engine(f"sqlite:///{file}"), create_engine(url)
    schema.upgrade(target, BEFORE)
    with source.connect() as old, target.begin() as new:
        new.execute(text("SET TIME ZONE 'UTC'"))
        tables = MetaData()
        tables.reflect(old)
        for table in tables.sorted_tables:
            if table.name in ("alembic_version", "storeidentity"):
                new.execute(text(f"DELETE FROM {table.name}"))
            if rows := [dict(row) for row in old.execute(select(table)).mappings()]:
                new.execute(insert(table), rows)
        count_on(new)
    source.dispose()
    target.dispose()


def count_on(connection: Connection) -> None:
    for table in inspect(connection).get_table_names():
        columns = inspect(connection).get_columns(table)
        if any(str(column["default"]).startswith("nextval") for column in columns):
            last = f"(SELECT coalesce(max(id), 0) + 1 FROM {table})"
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last}, false)"))


def opened(url: str, tmp_path: Path) -> Matcha:
    keeper = FolderKeeper(tmp_path / "matchlog")
    system = Matcha(Store.open(url), MemoryShelf(), HashingEncoder, MemoryReference(), keeper)
    system.logbook.check()
    system.rebuild()
    return system


def assert_nothing_is_lost_and_it_goes_on(system: Matcha, checkpoint: str) -> None:
    needs = {need.id: need for need in system.needs()}
    assert {id: need.state for id, need in needs.items()} == dict.fromkeys(("n-hygien", "n-last"), State.PUBLISHED)
    assert all(need.touched == need.leaf_index is not None for need in needs.values())
    assert all((need.aspects, need.secret, need.was) == ([], {}, None) for need in needs.values())
    assert [current.profile.expires for current in system.profiles()] == [None, None]
    assert [decision.reason for decision in system.decisions()] == ["Bredd"]
    assert system.audit([checkpoint]).faults == ()
    assert [one.identical for one in system.replay()] == [True, True, True]
    assert [match.profile_id for match in system.match(need_id="n-hygien").matches] == ["p-hygien", "p-ko"]
    with pytest.raises(Conflict):
        system.match(need_id="n-last")  # the procurement is still under way
    system.submit(small_batch())
    system.accounts.add(AccountForm(name="Kim", email="kim@example.org", roles=[AccountRole.ADMINISTRATOR]))
    assert system.audit([checkpoint, system.logbook.checkpoint()]).faults == ()


def test_a_database_of_the_version_before_is_refused_until_it_is_upgraded_in_place(
    url: str, older: str, tmp_path: Path
) -> None:
    with pytest.raises(Unavailable, match="matcha database upgrade"):
        Store.open(url)
    Store.upgrade(url)
    system = opened(url, tmp_path)
    assert_nothing_is_lost_and_it_goes_on(system, older)
    system.close()


def test_a_backup_of_the_version_before_is_restored(url: str, tmp_path: Path) -> None:
    restore(BACKUP, url, FolderKeeper(tmp_path / "matchlog"))
    system = opened(url, tmp_path)
    assert_nothing_is_lost_and_it_goes_on(system, (tmp_path / "matchlog" / "checkpoint").read_text("utf-8"))
    system.close()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_an_upgrade_that_fails_changes_nothing(older: str, tmp_path: Path) -> None:
    """The way back is the database as it was: the whole upgrade is one transaction."""
    url = f"sqlite:///{tmp_path / 'matcha.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE account (id INTEGER)"))  # in the way of the last step
        before = set(inspect(connection).get_table_names())
    with pytest.raises(Unavailable, match="account already exists"):
        Store.upgrade(url)
    with engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) == before
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == BEFORE
    engine.dispose()
