"""Vectors in PostgreSQL (pgvector) give the ranking that vectors in files give, to the bit, and nothing else."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import make_url, text
from sqlmodel import Session

from matcha import Batch, Matcha, Settings, scoring
from matcha.encoding.encoder import HashingEncoder
from matcha.errors import Conflict, Lagging, Unavailable
from matcha.records import ErasureForm
from matcha.records.erasure import Erased, Ground
from matcha.retrieval import table_indexer, vector_rows
from matcha.retrieval.catalogue import Catalogue
from matcha.retrieval.reading import Reader, Reading
from matcha.retrieval.retriever import retrieve
from matcha.retrieval.table_catalogue import TableCatalogue
from matcha.retrieval.table_indexer import Change
from matcha.retrieval.vector_search import Among, Search, looking
from matcha.retrieval.vector_table import VectorTable
from matcha.scoring import Candidate, Pieces, Query
from matcha.store import Store
from matcha.values import ActorKind, Hit, Language
from tests.conftest import actor, demo, profile, said, small_batch
from tests.pgvector import FIT, administer, catalogue, database, embedded, filled, has_pgvector, server_given, system
from tests.standby import primary_and_standby
from tests.test_scoring import some_actors, some_candidates, some_query
from tests.writers import QUESTION

KINDS = list(ActorKind)
BARS = {"HNSW": (0, 0), "some": (0, 1000), "nobody": (1000, 1000)}  # `few` and `many` of a catalogue with so few


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The server in MATCHA_TEST_POSTGRES_URL if it has pgvector, or else an embedded one."""
    if given := server_given():
        yield given
        return
    with embedded() as found:
        yield found


@pytest.fixture
def url(server: str) -> Iterator[str]:
    with database(server) as found:
        yield found


# the same ranking


def kind_of(number: int) -> ActorKind | None:
    """Which kind of actor is asked for in a question: one in two asks everybody."""
    return KINDS[number // 2 % 3] if number % 2 else None


def ranked(system: Matcha, readings: Sequence[Reading], asks: str | None = None) -> list[tuple[Hit, ...]]:
    """Give the ranking of each need to the last point and pair, ties in the same order.

    `asks` says who is asked for a bar first, however few they are (`BARS`).
    """
    with system._store.reading() as session:
        ready = system._preparation.ready(session)
    if asks is not None:
        assert isinstance(ready.catalogue, TableCatalogue)
        ready.catalogue._few, ready.catalogue._many = BARS[asks]
    return [
        retrieve(ready.catalogue, ready.pipeline.query(reading), 3, b"a seed", ready.among(kind_of(number))[1])
        for number, reading in enumerate(readings)
    ]


def test_a_thousand_needs_are_ranked_alike_to_the_bit_from_files_and_from_postgresql(tmp_path: Path, url: str) -> None:
    chance, rows = random.Random(6), demo("profiles")
    actors = tuple(actor(f"a-{n}", KINDS[n % 3]) for n in range(20))
    profiles = tuple(
        profile(f"p-{n}", f"a-{n % 20}", row["title"], row["text"]) for n, row in enumerate(chance.sample(rows, 40))
    )
    words = sorted({word for row in demo("needs") for word in row["text"].split()})
    needs = [" ".join(chance.sample(words, 6)) for _ in range(1000)]
    readings = [Reader(HashingEncoder()).need(need, Language.SV) for need in needs]
    answers, told = [], []
    for name, where, in_files in (("s", f"sqlite:///{tmp_path / 'm.db'}", True), ("p", url, False), ("p", url, True)):
        one = system(tmp_path / name, where, in_files)
        one.submit(Batch(actors=actors, profiles=profiles))
        one.catch_up()
        answers.append(ranked(one, readings))
        if not in_files:
            barred = [ranked(one, readings[:100], asks) for asks in BARS]
        told.append([said(one.match(need, kind=kind_of(n)))["matches"] for n, need in enumerate(needs[:4])])
        one.close()
    assert answers[0] == answers[1] == answers[2]
    assert all(each == answers[0][:100] for each in barred)
    assert told[0] == told[1] == told[2]
    assert len({hits[0].actor_id for hits in answers[0]}) > 15  # they are not all about the same


CHANGES = 14


def changed(chance: random.Random, number: int) -> dict[str, Any]:
    """Give a change of what is registered, by the name of what does it."""
    rows = demo("profiles")
    row, id, owner = chance.choice(rows), f"p-{chance.randrange(12)}", chance.randrange(5)
    whose = f"a-{int(id[2:]) % 5}"
    match number % 7:
        case 0:
            return {"withdraw": id}
        case 1:
            return {"submit": Batch(actors=(actor(f"a-{owner}", chance.choice(KINDS)),))}
        case 2:
            near = demo("profiles")[int(id[2:])]  # a near-copy of another of its actor's
            return {"submit": Batch(profiles=(profile(f"q-{number}", whose, near["title"], near["text"]),))}
        case 3:
            return {"erase": id}
        case _:
            return {"submit": Batch(profiles=(profile(id, whose, row["title"], row["text"]),))}


def apply(system: Matcha, change: dict[str, Any]) -> None:
    if "erase" in change:
        form = ErasureForm(what=Erased.PROFILE, id=change["erase"], ground=Ground.GDPR_17, reference="1", user="u")
        with suppress(Conflict):
            system.erase(form)
    elif "withdraw" in change:
        system.withdraw(change["withdraw"])
    else:
        system.submit(change["submit"])


def test_the_tables_follow_every_change_and_what_is_old_is_answered_as_then_or_refused(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_indexer, "MANY", 3)  # the approximate index is made, kept in step, and asked
    chance = random.Random(1)
    rows = demo("profiles")
    batch = Batch(
        actors=tuple(actor(f"a-{n}", KINDS[n % 3]) for n in range(5)),
        profiles=tuple(profile(f"p-{n}", f"a-{n % 5}", rows[n]["title"], rows[n]["text"]) for n in range(12)),
    )
    one, twin = system(tmp_path / "v", url), Matcha.in_memory()
    reading = Reader(HashingEncoder()).need(QUESTION, Language.SV)
    for each in (one, twin):
        each.submit(batch)
    refused = 0
    for number in range(CHANGES):
        with one._store.reading() as session:
            before = one._preparation.ready(session)
        query = before.pipeline.query(reading)
        then = retrieve(before.catalogue, query, 3, b"s")
        change = changed(chance, number)
        for each in (one, twin):
            apply(each, change)
        for k, kind in ((3, None), (50, None), (2, KINDS[number % 3])):
            found, expected = (said(each.match(QUESTION, k=k, kind=kind)) for each in (one, twin))
            assert found["matches"] == expected["matches"], (change, k, kind)
            assert found["considered"] == expected["considered"]
        try:
            assert retrieve(before.catalogue, query, 3, b"s") == then
        except Lagging:
            refused += 1
    assert 0 < refused < CHANGES
    with one._store.reading() as session:
        made = "SELECT count(*) FROM pg_indexes WHERE schemaname = 'matcha_vectors' AND indexdef LIKE '%hnsw%'"
        assert session.connection().scalar(text(made)) == 1 + len(ActorKind)
    assert held(one) == {*_current(one), *_superseded(one)}
    one.close()


def held(system: Matcha) -> set[int]:
    """Give the versions that both tables have rows of."""
    with system._store.reading() as session:
        found = [
            set(session.connection().scalars(text(f"SELECT version_id FROM matcha_vectors.{table}")))
            for table in ("version", "passage")
        ]
    assert found[0] == found[1]
    return found[0]


def _current(system: Matcha) -> set[int]:
    with system._store.reading() as session:
        ready = system._preparation.ready(session)
    return {r.version_id for r in ready.snapshot.registered if r.excluded is None or "copy" in r.excluded}


def _superseded(system: Matcha) -> set[int]:
    """Those that are read and not erased, but no longer current; so many are kept at most."""
    with system._store.reading() as session:
        read = set(session.connection().scalars(text("SELECT version_id FROM version_reading")))
    return (held(system) & read) - _current(system)


# what stops in between


def test_who_is_stopped_between_the_change_and_the_tables_loses_nothing(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, twin = system(tmp_path / "v", url), Matcha.in_memory()
    for each in (one, twin):
        each.submit(small_batch())
    before = held(one)
    change = Batch(profiles=(profile("p-ko", "a-ko", "Kö", "Händerna spritas ofta i kön."),))
    with monkeypatch.context() as patched:
        patched.setattr(Change, "note", _stop)  # when all rows have been written, before they are durable
        with pytest.raises(KeyboardInterrupt):
            one.submit(change)
    twin.submit(change)
    assert held(one) == before
    other = system(tmp_path / "v", url)  # whoever comes next brings them in step
    assert said(other.match(QUESTION)) == said(twin.match(QUESTION))
    assert held(one) == _current(one) != before
    for each in (one, other):
        each.close()


def _stop(*_: object) -> int:
    raise KeyboardInterrupt


def test_a_broken_connection_in_the_middle_leaves_the_tables_as_they_were(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = system(tmp_path / "v", url)
    one.submit(small_batch())
    before, done = held(one), Change.note

    def broken(change: Change, fit: Any) -> int:
        administer(url, f"SELECT pg_terminate_backend({change._connection.scalar(text('SELECT pg_backend_pid()'))})")
        return done(change, fit)

    monkeypatch.setattr(Change, "note", broken)
    with pytest.raises(Unavailable):
        one.submit(Batch(profiles=(profile("p-ko", "a-ko", "Kö", "Vi kortar köer."),)))
    monkeypatch.undo()
    assert held(one) == before
    assert {match.profile_id for match in one.match(QUESTION).matches} == {"p-hygien", "p-ko"}
    assert held(one) == _current(one) != before
    one.close()


def test_as_many_as_there_are_connections_ask_at_once_after_a_change(tmp_path: Path, url: str) -> None:
    one = system(tmp_path / "v", url)
    one.submit(small_batch())
    at_once = threading.Barrier(15)

    def ask(_: int) -> str:
        def look(session: Session) -> str:
            assert session.connection()
            at_once.wait(20)  # every connection of the store is taken
            return one._preparation.ready(session).snapshot.digest

        return one._looking(look)

    one._preparation._ready = None
    with ThreadPoolExecutor(15) as threads:
        assert len(set(threads.map(ask, range(15)))) == 1
    one.close()


def test_another_pipeline_fills_the_tables_anew(tmp_path: Path, url: str) -> None:
    one, twin = system(tmp_path / "v", url), Matcha.in_memory()
    for each in (one, twin):
        each.submit(small_batch())
        each.freeze()
    assert said(one.match(QUESTION)) == said(twin.match(QUESTION))
    assert one.rebuild() == twin.rebuild()
    assert said(one.match(QUESTION)) == said(twin.match(QUESTION))
    one.close()


def test_tables_that_somebody_filled_anew_serve_who_was_ready_before(tmp_path: Path, url: str) -> None:
    one = system(tmp_path / "v", url)
    one.submit(small_batch())
    other = system(tmp_path / "v", url)
    before = said(other.match(QUESTION))
    one._refresh(anew=True)  # the store stays as it is
    assert said(other.match(QUESTION)) == before
    for each in (one, other):
        each.close()


def test_a_standby_answers_from_its_own_moment_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with primary_and_standby() as pair:
        if not has_pgvector(pair.primary.url):
            pytest.skip("this PostgreSQL has no pgvector")
        administer(pair.primary.url, "CREATE EXTENSION vector", "SET synchronous_commit = remote_apply")
        administer(pair.primary.url, "ALTER ROLE postgres SET synchronous_commit = remote_apply")
        one = system(tmp_path / "a", pair.primary.url)
        one.submit(small_batch())
        standby = system(tmp_path / "b", pair.standby.url)
        readings = [Reader(HashingEncoder()).need(QUESTION, Language.SV)]
        assert ranked(standby, readings) == ranked(one, readings)
        assert ranked(standby, readings, "HNSW") == ranked(one, readings)
        with monkeypatch.context() as patched:
            patched.setattr(Change, "note", _stop)
            with pytest.raises(KeyboardInterrupt):
                one.submit(Batch(profiles=(profile("p-ko", "a-ko", "Kö", "Vi kortar köer."),)))
        with pytest.raises(Lagging, match="older than the profiles"):
            standby.check_index()
        one.check_index()
        standby.check_index()
        assert ranked(standby, readings) == ranked(one, readings)
        for each in (one, standby):
            each.close()


# what cannot be


def test_sqlite_and_a_server_without_pgvector_say_what_to_do(tmp_path: Path, postgres_url: str) -> None:
    with pytest.raises(Unavailable, match="needs PostgreSQL, but the database is SQLite") as sqlite:
        Matcha.open(Settings(home=tmp_path, vectors="postgres"))
    assert "kräver PostgreSQL" in sqlite.value.sv
    with pytest.raises(Unavailable, match="CREATE EXTENSION vector") as plain:
        Matcha.open(Settings(home=tmp_path, vectors="postgres", database_url=postgres_url))
    assert "tillägget pgvector 0.8" in plain.value.sv


# bounds, and what an approximate index overlooks


@pytest.fixture
def table(url: str) -> Iterator[VectorTable]:
    store = Store.open(url)
    store.close()  # made
    found = VectorTable(store.another())
    yield found
    found.close()


@pytest.mark.parametrize("buckets", [3, vector_rows.BUCKETS])
def test_nobody_has_more_than_the_database_says_and_little_less(
    table: VectorTable, monkeypatch: pytest.MonkeyPatch, buckets: int
) -> None:
    monkeypatch.setattr(vector_rows, "_USED", buckets)  # terms that fall in one place only add
    draw = random.Random(3)
    candidates = some_candidates(draw, 300, 48)
    filled(table, candidates, [KINDS[i % 6] for i in range(300)])
    most_apart = 0.0
    for _ in range(40):
        query = some_query(draw, 48)
        with looking(table, FIT) as look:
            versions, most = look.reaching(Search(query), Among(1, frozenset(KINDS)), -1e18)
        exact = np.array([one.score for one in scoring.score(query, candidates)])[versions - 1]
        assert len(versions) == 300
        assert (most >= exact).all()
        most_apart = max(most_apart, float((most - exact).max()) / len(query.sentences))
    assert buckets == 3 or most_apart < scoring.FULL_POINTS / 200


@pytest.mark.parametrize("asks", BARS)
def test_whoever_is_asked_among_the_first_are_the_first(table: VectorTable, asks: str) -> None:
    draw = random.Random(8)
    candidates = some_candidates(draw, 400, 24)
    actors = some_actors(draw, candidates)
    kinds = [KINDS[int(actors[c.profile_id][1:]) % 4] for c in candidates]
    filled(table, candidates, kinds)
    plain = Catalogue.of((c, actors[c.profile_id]) for c in candidates)
    tables = catalogue(table, candidates, actors, kinds, *BARS[asks])
    counts = []
    for number in range(60):
        query, k = some_query(draw, 24), draw.choice((1, 3, 10, 500))
        allowed: NDArray[np.bool_] | None = None
        if number % 3:
            chosen = draw.sample(KINDS[:4], number % 3)
            allowed = np.array([kind in chosen and draw.random() < 0.9 for kind in kinds])
        assert retrieve(tables, query, k, b"s", allowed) == retrieve(plain, query, k, b"s", allowed)
        if k < 100:
            counts.append([len(each.possible(query, k, allowed)) for each in (plain, tables)])
    in_files, came_over = np.array(counts).sum(axis=0)
    assert in_files < 100 * len(counts)  # of 400
    assert came_over < 2 * in_files


@pytest.mark.parametrize("asks", BARS)
def test_whoever_is_not_asked_sets_no_bar(table: VectorTable, asks: str) -> None:
    """One actor has nearly all that may be found, so that those who are asked for a bar are fewer than k actors."""
    same, other = scoring.direction(np.array([[1000, 0], [0, 1000]], np.int64))
    crowd, barred, weak = range(100), range(100, 107), range(107, 110)
    candidates = [
        Candidate(f"p{i}", Language.SV, Pieces([0], v[None]), Pieces([1], v[None]), {}, 0)
        for i, v in ((i, other if i in weak else same) for i in range(110))
    ]
    actors = {c.profile_id: "a" if i in crowd else f"b{i}" for i, c in enumerate(candidates)}
    kinds = [ActorKind.COMPANY] * len(candidates)
    filled(table, candidates, kinds)
    tables = catalogue(table, candidates, actors, kinds, *BARS[asks])
    plain = Catalogue.of((c, actors[c.profile_id]) for c in candidates)
    allowed = np.array([i not in barred for i in range(110)])
    query = Query(Language.SV, same[None], same[None], {})
    found = retrieve(tables, query, 2, b"s", allowed)
    assert found == retrieve(plain, query, 2, b"s", allowed)
    assert len(found) == 2


def test_the_approximate_index_is_used_and_goes_on_when_what_it_found_is_filtered_away(table: VectorTable) -> None:
    draw = np.random.default_rng(4)
    vectors = scoring.direction((draw.standard_normal((1500, 32)) * 1000).astype(np.int64))
    candidates = [
        Candidate(f"p{i}", Language.SV, Pieces([0], v[None]), Pieces([1], v[None]), {}, 0)
        for i, v in enumerate(vectors)
    ]
    filled(table, candidates, [ActorKind.COMPANY] * len(candidates))
    query = Query(Language.SV, vectors[:1], vectors[:1], {})
    order = np.argsort(-(vectors.astype(np.int64) @ vectors[0].astype(np.int64)))
    nearest = [int(i) + 1 for i in order[:300]]  # filtered away
    statement, values = Search(query).near(Among(1, {ActorKind.COMPANY}, nearest), 50)
    with looking(table, FIT) as look:
        look.connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(look.connection.scalars(text(f"EXPLAIN {statement}"), values))
        found = look.near(Search(query), Among(1, {ActorKind.COMPANY}, nearest), 50)
        look.connection.execute(text("SET LOCAL hnsw.iterative_scan = off"))
        without = look.near(Search(query), Among(1, {ActorKind.COMPANY}, nearest), 50)
    assert plan.count("Index Scan using passage_company_paragraph_idx") == 1
    assert len(found) >= 50
    assert not set(found) & set(nearest)
    assert len(without) < 25  # so the setting is what matters
    actors = {c.profile_id: c.profile_id for c in candidates}
    tables = catalogue(table, candidates, actors, [ActorKind.COMPANY] * len(candidates), many=0)
    plain = Catalogue.of((c, c.profile_id) for c in candidates)
    assert retrieve(tables, query, 10, b"s") == retrieve(plain, query, 10, b"s")


# partitions on another server


def test_the_scan_is_done_where_the_partitions_lie(tmp_path: Path, url: str) -> None:
    """Two kinds lie on a second server, reached by postgres_fdw."""
    with embedded() as second, database(second) as far:
        where = make_url(far)
        far_table, near_table = VectorTable(Store.open(far)), VectorTable(Store.open(url))
        for table in (far_table, near_table):
            table.make(HashingEncoder.dimension)
            table.close()
        administer(
            url,
            "CREATE EXTENSION postgres_fdw",
            f"CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{where.query['host']}', "
            f"dbname '{where.database}', extensions 'vector', use_remote_estimate 'true')",
            f"CREATE USER MAPPING FOR CURRENT_USER SERVER far OPTIONS (user '{where.username}')",
            *(
                statement
                for kind in ("company", "academia")
                for name in ("version", "passage")
                for statement in (
                    f"DROP TABLE matcha_vectors.{name}_{kind}",
                    f"CREATE FOREIGN TABLE matcha_vectors.{name}_{kind} PARTITION OF matcha_vectors.{name} "
                    f"FOR VALUES IN ('{kind}') SERVER far OPTIONS (schema_name 'matcha_vectors')",
                )
            ),
        )
        rows = demo("profiles")
        batch = Batch(
            actors=tuple(actor(f"a-{n}", KINDS[n % 3]) for n in range(12)),
            profiles=tuple(profile(f"p-{n}", f"a-{n % 12}", rows[n]["title"], rows[n]["text"]) for n in range(24)),
        )
        one, twin = system(tmp_path / "v", url), Matcha.in_memory()
        for each in (one, twin):
            each.submit(batch)
        administer(far, "ANALYZE")
        readings = [Reader(HashingEncoder()).need(row["text"], Language.SV) for row in demo("needs")[:12]]
        assert ranked(one, readings) == ranked(one, readings, "HNSW") == ranked(twin, readings)
        for each in (one, twin):
            each.withdraw("p-0")
            each.submit(Batch(profiles=(profile("p-1", "a-1", "Kö", "Vi kortar köer."),)))
        assert ranked(one, readings) == ranked(twin, readings)
        with one._store.reading() as session:
            ready = one._preparation.ready(session)
        assert isinstance(ready.catalogue, TableCatalogue)
        search = Search(ready.pipeline.query(readings[0]))
        with looking(near_table, ready.catalogue._fit) as look:
            among = ready.catalogue._among(look.step, np.ones(len(ready.catalogue), np.bool_))
            statement, values = search.reaching(among, 1000.0)
            plan = list(look.connection.scalars(text(f"EXPLAIN (VERBOSE) {statement}"), values))
        sent = [line for line in plan if "Remote SQL" in line]
        assert len(sent) == 2
        assert all("GROUP BY" in line and "HAVING" in line and "inner_product" in line for line in sent)
        assert sum("Relations: Aggregate on (matcha_vectors.passage_" in line for line in plan) == 2
        for each in (one, twin):
            each.close()
        near_table.close()
