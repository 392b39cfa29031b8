"""The database: safe settings, one way to the tables, and the same answers from SQLite and PostgreSQL."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlmodel import SQLModel

from matcha import Batch, HashingEncoder, Matcha
from matcha.errors import Conflict, Unavailable
from matcha.matchlog.entry import Kind
from matcha.matchlog.keys import MemoryKeeper
from matcha.records import Actor
from matcha.retrieval.reference import MemoryReference
from matcha.retrieval.shelf import MemoryShelf
from matcha.store import Store, queries, schema
from matcha.values import ActorKind
from tests.conftest import actor, profile, said, small_batch


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        yield Store.open(f"sqlite:///{tmp_path / 'matcha.db'}")
        return
    opened = Store.open(request.getfixturevalue("postgres_url"))
    yield opened
    with opened.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    opened.close()


def over(store: Store) -> Matcha:
    return Matcha(store, MemoryShelf(), HashingEncoder, MemoryReference(), MemoryKeeper())


def a_row(id: str) -> Actor:
    return Actor(id=id, name="x", kind=ActorKind.COMPANY, country="SE", created=datetime(2026, 1, 1, tzinfo=UTC))


def test_sqlite_is_set_so_that_a_commit_has_reached_the_disk(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'matcha.db'}")
    with store.reading() as one, store.reading() as other:
        for session in (one, other):
            for pragma, value in [
                ("journal_mode", "wal"),
                ("synchronous", 2),
                ("foreign_keys", 1),
                ("secure_delete", 1),
            ]:
                assert session.execute(text(f"PRAGMA {pragma}")).scalar() == value, pragma


def test_migrations_make_exactly_the_tables_of_the_records(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
        assert context.get_current_revision() == schema.HEAD
    folder = Path(schema.__file__).with_name("migrations")
    assert ScriptDirectory(str(folder)).get_current_head() == schema.HEAD


def test_a_database_of_another_version_is_refused_with_the_command(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'matcha.db'}"
    Store.open(url).close()
    with sqlite3.connect(tmp_path / "matcha.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unavailable, match="matcha database upgrade"):
        Store.open(url)


def test_an_older_database_is_upgraded_and_its_profiles_are_read_without_names_and_logged_from_then_on(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'matcha.db'}"
    engine = create_engine(url)
    schema.upgrade(engine, "0002")
    engine.dispose()
    with sqlite3.connect(tmp_path / "matcha.db") as connection:
        connection.executescript(
            "INSERT INTO actor (id, name, kind, country, created)"
            " VALUES ('a-k', 'Kvantix AB', 'company', 'SE', '2026-01-01');"
            "INSERT INTO profile (id, actor_id) VALUES ('p', 'a-k');"
            "INSERT INTO profileversion (id, profile_id, version, kind, title, text, language, created) VALUES"
            " (1, 'p', 1, 'solution', 'Sensor', 'Vi på Kvantix mäter det.', 'sv', '2026-01-01');"
            "INSERT INTO need (id, title, text, language, created, changed) VALUES"
            " ('n', 'Mätning', 'Vi behöver mäta.', 'sv', '2026-01-01', '2026-01-01');"
        )
    Store.upgrade(url)
    system = over(Store.open(url))
    assert system.profile("p").version.masked == []
    system.rebuild()
    version = system.profile("p").version
    assert (version.version, version.masked, version.text) == (2, ["Kvantix"], "Vi på Kvantix mäter det.")
    assert [entry.kind for _, entry in system.entries()] == [Kind.KEY, Kind.PROFILE_VERSION, Kind.NEED]
    assert system.match(need_id="n").matches[0].profile_leaf_index == 1
    assert system.audit().faults == ()


def test_a_transaction_leaves_all_or_nothing(store: Store) -> None:
    system = over(store)

    def halfway() -> None:
        with store.transaction() as session:
            session.add(a_row("a1"))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        halfway()
    assert system.actors() == []


def test_only_the_database_is_blamed_for_the_database(store: Store) -> None:
    def full_disk() -> None:
        with store.reading():
            raise OSError("another disk is full")

    with pytest.raises(OSError, match="another disk"):
        full_disk()


def test_a_second_writer_of_the_same_row_is_told_so(store: Store) -> None:
    system = over(store)
    system.submit(small_batch())
    with pytest.raises(Conflict), store.transaction() as session:
        session.add(a_row("a-ko"))


def test_both_databases_give_the_same_bytes(tmp_path: Path, postgres_url: str) -> None:
    odd_ids = Batch(
        actors=tuple(actor(id) for id in ("b", "A", "a_1", "a-1", "B")),
        profiles=tuple(
            profile(f"p{id}", id, f"Rubrik {id}", "Handhygien på avdelningen.") for id in ("b", "A", "a_1", "B")
        ),
    )
    answers = []
    for url in (f"sqlite:///{tmp_path / 'x.db'}", postgres_url):
        store = Store.open(url)
        system = over(store)
        system.submit(odd_ids)
        listed = [a.id for a in system.actors()]
        answer = said(system.match("handhygien"))
        answer["matches"].sort(key=lambda match: match["profile_id"])  # ties are ordered by each log's own root
        answers.append(json.dumps([listed, answer]))
        store.close()
    assert answers[0] == answers[1]


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "matcha.db").write_bytes(b"this is no database, but it is long enough to look like one" * 20)
    for url in (f"sqlite:///{tmp_path / 'matcha.db'}", "nonsense", "postgresql+psycopg://127.0.0.1:1/x"):
        with pytest.raises(Unavailable, match="MATCHA_DATABASE_URL"):
            Store.open(url)


def test_a_password_is_not_shown_in_errors() -> None:
    with pytest.raises(Unavailable) as raised:
        Store.open("postgresql+psycopg://user:hemligt@127.0.0.1:1/x")
    assert "hemligt" not in raised.value.sv + raised.value.en


def test_databases_in_memory_are_strangers_to_each_other() -> None:
    """They begin as copies of one empty image, and must not be taken for one another, nor hold what another got."""
    systems = [Matcha.in_memory() for _ in range(3)]
    systems[0].submit(small_batch())
    ids = set()
    for system in systems:
        with system._store.reading() as session:
            ids.add(queries.identity(session).id)
    assert len(ids) == 3
    assert [len(system.needs()) for system in systems] == [1, 0, 0]
