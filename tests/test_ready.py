"""What is made ready after a change, from what was ready before, is to the byte what is made from nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from sqlmodel import Session

from matcha import Batch, HashingEncoder, Matcha
from matcha.callers import AccountRole, Caller
from matcha.errors import Conflict, InvalidRows, NotFound
from matcha.matchlog.keys import MemoryKeeper
from matcha.records import ActorForm, ContactForm, ErasureForm, ProfileForm
from matcha.records.erasure import Erased, Ground
from matcha.retrieval import snapshot
from matcha.retrieval.catalogue import Catalogue
from matcha.retrieval.everyone import Everyone
from matcha.retrieval.reference import MemoryReference
from matcha.retrieval.shelf import MemoryShelf
from matcha.retrieval.snapshot import Snapshot
from matcha.service.backup import copy_rows
from matcha.service.preparation import Ready
from matcha.store import Store, changes, queries, registered
from matcha.store.naming import Naming
from matcha.values import ActorKind, Language
from tests import test_log_concurrency
from tests.conftest import actor, profile, small_batch
from tests.test_replicas import another_home
from tests.writers import system_in

url = test_log_concurrency.url  # a fixture: SQLite, PostgreSQL
TEXTS = (
    "Vi mäter hur ofta händerna spritas på vårdavdelningar och visar resultatet varje vecka för alla.",
    "Vi mäter hur ofta händerna spritas på vårdavdelningar och visar resultatet varje vecka för många.",
    "Kön till barnpsykiatrin blir kortare när första bedömningen görs på distans av Zyntrix.",
)
NUMBERS = (None, "556036-0793", "5560360793", "212000-0142")
NAMES = ("Zyntrix AB", "Qvixo", "Zyntrix Norrviken", "Ripvik")
IDS = ("a", "b", "c")
WHO = Caller("c", frozenset({AccountRole.COORDINATOR}))
SAID = " ".join([*TEXTS, *NAMES])


def looked_at(system: Matcha) -> tuple[Ready, Session]:
    with system._store.reading() as session:
        return system._preparation.ready(session), session


def columns(everyone: Everyone) -> dict[str, tuple[str, list[object]]]:
    found = {each.name: getattr(everyone, each.name) for each in fields(everyone)}
    return {name: (str(getattr(each, "dtype", "")), list(each)) for name, each in found.items()}


def is_as_made_from_nothing(system: Matcha) -> None:
    """Compare what a system has ready with what one that knows nothing reads in the same moment."""
    with system._store.reading() as session:
        reader = system.reader.digest
        ready, fresh = system._preparation.ready(session), Snapshot.take(session, reader)
        assert columns(ready.snapshot.registered) == columns(fresh.registered)
        assert (ready.snapshot.alike, ready.snapshot.digest) == (fresh.alike, fresh.digest)
        assert ready.snapshot.roll.content == fresh.roll.content
        assert ready.snapshot.considered == fresh.considered
        near = snapshot.near_copies(queries.current_profiles(session), queries.first_entries(session))
        assert ready.snapshot.alike == near
        current = registered.current_versions(session, reader)
        assert ready.snapshot.registered.to_be_held().tolist() == current.tolist()
        anew = system._indexer.catalogue(session, ready.pipeline, fresh) if fresh.eligible else Catalogue.empty()
        assert stood(ready.catalogue) == stood(anew) == [
            (one.profile_id, one.actor.id, one.version_id) for one in fresh.eligible.values()
        ]  # fmt: skip
        assert ready.names.found_in(SAID) == Naming().names(session).found_in(SAID)


def stood(catalogue: object) -> list[tuple[str, str, int]]:
    assert isinstance(catalogue, Catalogue)
    versions = np.concatenate([np.zeros(0, np.int64), *(segment.versions for segment in catalogue.segments)])
    where = versions[catalogue._where].tolist()
    return list(zip(catalogue.profile_ids, catalogue.actor_ids, where, strict=True))


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def erase(system: Matcha, what: Erased, id: str) -> None:
    system.erase(ErasureForm(what=what, id=id, ground=Ground.GDPR_17, reference="1", user="x"))


def expire(system: Matcha, clock: Clock) -> None:
    clock.now += timedelta(days=800)
    system.expire()


def changed(draw: random.Random, system: Matcha, clock: Clock) -> None:
    """Change something that is drawn."""
    of, id, name = draw.choice(IDS), draw.choice(IDS), draw.choice(NAMES)
    whose = ActorForm(id=of, name=name, kind=draw.choice(tuple(ActorKind)), org_number=draw.choice(NUMBERS))
    title, text = draw.choice(("Det ena", "Det andra")), draw.choice(TEXTS)
    said = ProfileForm(id=f"{of}-{id}", actor_id=of, title=title, text=text, language=Language.SV)
    person = ContactForm(id=id, actor_id=of, name=name)
    choices: dict[str, Callable[[], object]] = {
        "actor": lambda: system.submit(Batch(actors=(whose,))),
        "profile": lambda: system.submit(Batch(profiles=(said,))),
        "both": lambda: system.submit(Batch(actors=(whose,), profiles=(said,))),
        "person": lambda: system.submit(Batch(contacts=(person,))),
        "need": lambda: system.submit(Batch(needs=small_batch().needs)),
        "withdraw": lambda: system.withdraw(said.id),
        "renew": lambda: system.renew(said.id, WHO),
        "expire": lambda: expire(system, clock),
        "erase profile": lambda: erase(system, Erased.PROFILE, said.id),
        "erase actor": lambda: erase(system, Erased.ACTOR, of),
        "freeze": system.freeze,
        "rebuild": system.rebuild,
    }
    often = ("actor", "profile", "both", "both", "both", "withdraw", "renew")
    with suppress(NotFound, InvalidRows, Conflict):  # of what is not there; nothing is changed then
        choices[draw.choice((*often, *choices))]()


@pytest.mark.parametrize("seed", range(6))
def test_after_every_change_what_is_ready_is_as_made_from_nothing(seed: int) -> None:
    draw, clock, store, keeper = random.Random(seed), Clock(), Store.in_memory(), MemoryKeeper()
    writer, other = (Matcha(store, MemoryShelf(), HashingEncoder, MemoryReference(), keeper, clock) for _ in range(2))
    with patch.object(snapshot, "_FEW", 0):  # among so few everybody would be read
        writer.submit(small_batch())
        for _ in range(25):
            changed(draw, writer, clock)
            is_as_made_from_nothing(writer)
            if draw.random() < 0.3:  # another process, which sees several changes at once
                other.catch_up()
                is_as_made_from_nothing(other)


def test_another_server_reads_what_was_touched_from_the_database_that_both_use(tmp_path: Path, url: str) -> None:
    draw, clock = random.Random(7), Clock()
    writer = system_in(tmp_path / "a", url)
    writer.submit(small_batch())
    other = system_in(another_home(tmp_path / "a", tmp_path / "b"), url)
    with patch.object(snapshot, "_FEW", 0):
        for _ in range(6):
            changed(draw, writer, clock)
            other.catch_up()
            is_as_made_from_nothing(other)
    for system in (writer, other):
        system.close()


def test_a_change_among_many_reads_what_it_touched_and_nothing_else() -> None:
    system = Matcha.in_memory()
    many = [profile(f"p{number}", f"a{number}", f"Nummer {number}", TEXTS[2]) for number in range(40)]
    system.submit(Batch(actors=tuple(actor(f"a{number}") for number in range(40)), profiles=tuple(many)))
    looked_at(system)
    read: list[set[str] | None] = []

    def listed(session: Session, ids: set[str] | None = None) -> registered.Listing:
        read.append(None if ids is None else set(ids))
        return registered.listed(session, ids)

    with patch.object(snapshot, "listed", listed):
        system.withdraw("p7")
        is_as_made_from_nothing(system)
        assert read == [{"p7"}, {"p7"}, None]  # the last is the one made from nothing
        read.clear()
        system.freeze_first()
        system.submit(small_batch())
        looked_at(system)
        assert set().union(*(ids or {"everybody"} for ids in read)) == {"p-hygien", "p-ko"}
        read.clear()
        system.submit(Batch(actors=(actor("a3", ActorKind.ACADEMIA), actor("a9")), profiles=(many[5],)))
        is_as_made_from_nothing(system)
        assert read[:2] == [{"p3", "p5", "p9"}] * 2


@pytest.fixture
def copied(matcha: Matcha) -> Iterator[Store]:
    """A copy of the database, as a backup holds it."""
    store = Store.in_memory()
    copy_rows(matcha._store, store)
    yield store
    store.close()


@pytest.mark.parametrize("more", [0, 1, 5])
def test_a_database_of_another_past_is_read_whole(matcha: Matcha, copied: Store, more: int) -> None:
    matcha.withdraw("p-hygien")
    with matcha._store.reading() as session:
        before = changes.mark(session)
        reader = matcha.reader.digest
        taken = matcha._preparation._snapshot(session)
    keeper = MemoryKeeper()
    keeper.keep(matcha.logbook.keeper.keys())
    restored = Matcha(copied, MemoryShelf(), HashingEncoder, MemoryReference(), keeper)
    for number in range(more):
        restored.submit(
            Batch(actors=(actor(f"ny{number}"),), profiles=(profile(f"ny{number}", f"ny{number}", "Ny", TEXTS[0]),))
        )
    with copied.reading() as session:
        now = changes.mark(session)
        assert before.identity == now.identity
        assert (before.revision > now.revision) is (more == 0)
        assert changes.since(session, before, now) is None
        found = matcha._preparation._snapshot(session)
        assert columns(found.registered) == columns(Snapshot.take(session, reader).registered)
        assert columns(found.registered) != columns(taken.registered)


def test_what_is_too_much_or_too_long_ago_is_not_told(matcha: Matcha) -> None:
    with matcha._store.reading() as session:
        first = changes.mark(session)

    def told() -> changes.Touched | None:
        with matcha._store.reading() as session:
            return changes.since(session, first, changes.mark(session))

    assert told() == changes.Touched()
    with patch.object(changes, "_KEPT", 2):
        matcha.withdraw("p-hygien")
        assert told() == changes.Touched(frozenset({"p-hygien"}))
        matcha.submit(Batch(actors=(actor("a-ny"),)))
        assert told() is None  # the mark's own row is gone
    with matcha._store.reading() as session:
        first = changes.mark(session)
    matcha.submit(Batch(contacts=(ContactForm(id="x", actor_id="a-ny", name="Qvixo"),)))
    assert told() == changes.Touched(names=True)
    with patch.object(changes, "_MANY", 1), matcha.logbook.writing() as writing:
        changes.note(writing.session, ["p-hygien", "p-ko"])
    assert told() is None


def test_whoever_looks_at_an_earlier_moment_gets_that(matcha: Matcha) -> None:
    with matcha._store.reading() as session:
        now = changes.mark(session)
        later = changes.Mark(now.identity, now.revision + 1, "0" * 32)
        assert changes.since(session, later, now) is None
