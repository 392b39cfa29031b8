"""Replay: the same bytes again from what the log keeps, whatever has changed since; and said when something has."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from matcha import ActorKind, Batch, HashingEncoder, Matcha
from matcha.errors import NotFound
from matcha.interchange import match_json
from matcha.matchlog.entry import Draft, Kind, canonical
from matcha.matchlog.keys import FolderKeeper
from matcha.records import ErasureForm, ProfileForm
from matcha.records.erasure import Erased, Ground
from matcha.retrieval.reference import MemoryReference
from matcha.retrieval.shelf import FolderShelf, MemoryShelf
from matcha.service import replaying
from matcha.service.logbook import entries
from matcha.store import Store, log
from tests.conftest import HYGIENE, QUEUE, actor, profile, small_batch

QUESTION = "Händerna spritas för sällan. Vårdrelaterade infektioner sprids mellan patienter."
TWICE = profile("p-hygien-2", "a-hygien", "Sensorer för handsprit", "Avdelningen ser varje vecka hur ofta det spritas.")


@pytest.fixture
def asked() -> Matcha:
    """A system that has been asked in many ways, and has changed in between in all ways that are allowed."""
    system = Matcha.in_memory()
    system.submit(small_batch())
    system.match(QUESTION)
    system.match(need_id="n-hygien", k=1)
    system.submit(Batch(actors=(actor("a-3"),), profiles=(profile("p-3", "a-3", "Städning", "Vi städar."), TWICE)))
    system.match(QUESTION, kind=ActorKind.COMPANY)
    system.explain(QUEUE.id, need_id="n-hygien")
    system.freeze()
    system.match(QUESTION)
    system.submit(Batch(actors=(actor("a-ko", ActorKind.COMPANY),), profiles=(edited(),)))
    system.match(QUESTION)
    system.withdraw(HYGIENE.id)
    system.match(QUESTION)
    system.everyone("n-hygien")
    return system


def edited() -> ProfileForm:
    return QUEUE.model_copy(update={"text": "Något helt annat, om remisser och sprit."})


def test_every_logged_match_and_explanation_comes_out_the_same_whatever_was_changed_since(asked: Matcha) -> None:
    found = list(asked.replay())
    assert [one.leaf_index for one in found] == [
        index for index, entry in asked.entries() if entry.kind in (Kind.MATCH, Kind.EXPLANATION)
    ]
    assert len(found) == 8
    assert [(one.identical, one.differs, one.erased, one.changed) for one in found] == [(True, (), (), ())] * 8


def test_what_is_replayed_is_what_was_answered(asked: Matcha) -> None:
    answer = asked.match(QUESTION, k=2)
    asked.submit(Batch(actors=(actor("a-hygien", ActorKind.AUTHORITY),), profiles=(HYGIENE,)))
    (again,) = asked.replay([answer.leaf_index])
    assert again.found is not None
    assert again.found.matches == answer.matches
    assert again.found.considered == answer.considered


def test_a_match_is_replayed_without_a_model_and_with_another(asked: Matcha) -> None:
    class Other(HashingEncoder):
        digest = "e" * 64

    other = Matcha(asked._store, MemoryShelf(), Other, MemoryReference(), asked.logbook.keeper)
    found = list(other.replay())
    assert all(one.identical for one in found)
    assert {what for one in found for what, _, _ in one.changed} == {"reader"}
    with asked._store.reading() as session:
        replayer = replaying.Replayer(session)
        assert all(replayer.replay(index).identical for index in replayer.all())


def test_a_library_of_another_version_is_named(asked: Matcha) -> None:
    last = [index for index, entry in asked.entries() if entry.kind is Kind.CONFIG][-1]
    parts = dict(asked.entries(last, 1)[0][1].said["parts"])
    older = {**parts, "libraries": {**parts["libraries"], "numpy": "1.0", "borttaget-paket": "3"}}
    with asked.logbook.writing() as writing:  # as an older matcha logged its configuration, and a match with it
        config = writing.append(Draft(Kind.CONFIG, {"parts": older}))
        match, entry = list(entries(writing.session, Kind.MATCH))[-1]
        openings = log.openings(writing.session, match)
        index = writing.append(Draft(Kind.MATCH, {**entry.said, "config": config}, openings))
    (found,) = asked.replay([index])
    assert found.identical
    now = parts["libraries"]["numpy"]
    assert found.changed == (("borttaget-paket", "3", "–"), ("numpy", "1.0", now))


@pytest.mark.parametrize(
    ("table", "change", "told"),
    [
        ("passage", "vector = zeroblob(length(vector))", "reading of profile"),
        ("passage", "text = 'Något annat.'", "reading of profile"),
        ("log_payload", "value = CAST(replace(CAST(value AS TEXT), '\"rank\":1', '\"rank\":2') AS BLOB)", "match/1"),
    ],
)
def test_what_was_altered_since_is_named(asked: Matcha, table: str, change: str, told: str) -> None:
    where = "field = 'match/1'" if table == "log_payload" else "1 = 1"
    with asked._store.transaction() as session:
        session.connection().exec_driver_sql(f"UPDATE {table} SET {change} WHERE {where}")
    wrong = [one for one in asked.replay() if not one.identical]
    assert wrong
    assert all(any(told in each for each in one.differs) for one in wrong)


def test_a_scoring_that_has_changed_is_named_and_does_not_pass_for_the_same(
    asked: Matcha, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcha.scoring.VERSION", "another")
    found = list(asked.replay())
    assert all(any(each.startswith("scoring ") for each in one.differs) for one in found)


def test_only_matches_and_explanations_are_replayed(asked: Matcha) -> None:
    with pytest.raises(NotFound, match="matcha log entries"):
        list(asked.replay([0]))
    with pytest.raises(NotFound, match="matcha log entries"):
        list(asked.replay([10_000]))


@pytest.mark.parametrize(("what", "id"), [(Erased.PROFILE, TWICE.id), (Erased.ACTOR, "a-3"), (Erased.NEED, "n-hygien")])
def test_what_is_left_after_an_erasure_is_replayed_and_the_rest_is_named(asked: Matcha, what: Erased, id: str) -> None:
    before = list(asked.replay())
    asked.erase(ErasureForm(what=what, id=id, ground=Ground.GDPR_17, reference="D 1", user="Kim"))
    after = list(asked.replay())
    assert [one.leaf_index for one in after] == [one.leaf_index for one in before]
    assert all(one.identical for one in after)
    assert any(one.erased for one in after)
    assert any(not one.erased for one in after)


_PROGRAM = """
import sys
from pathlib import Path
from matcha import HashingEncoder, Matcha
from matcha.matchlog.keys import FolderKeeper
from matcha.retrieval.profile_index import use_threads
from matcha.retrieval.reference import MemoryReference
from matcha.retrieval.shelf import FolderShelf
from matcha.service import replaying
from matcha.service.logbook import entries
from matcha.store import Store
home, threads, batch = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
use_threads(threads)
replaying._AT_ONCE = batch
store = Store.open(f"sqlite:///{home / 'm.db'}")
system = Matcha(store, FolderShelf(home / "i"), HashingEncoder, MemoryReference(), FolderKeeper(home / "k"))
print([(one.leaf_index, one.identical, one.changed) for one in system.replay()])
"""


def test_other_numbers_of_threads_and_other_batches_give_the_same_bytes(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'm.db'}")
    keeper = FolderKeeper(tmp_path / "k")
    system = Matcha(store, FolderShelf(tmp_path / "i"), HashingEncoder, MemoryReference(), keeper)
    many = [profile(f"p{i}", f"a{i % 7}", f"Rubrik {i}", f"{QUESTION} Nummer {i}. Sprit {i % 5}.") for i in range(40)]
    system.submit(Batch(actors=tuple(actor(f"a{i}") for i in range(7)), profiles=tuple(many)))
    leaves = [system.match(f"{QUESTION} {i}", k=3).leaf_index for i in range(3)]
    store.close()
    for threads, batch in ((1, 500), (2, 3)):
        environment = dict(os.environ) | {"OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
        command = [sys.executable, "-c", _PROGRAM, str(tmp_path), str(threads), str(batch)]
        done = subprocess.run(command, capture_output=True, env=environment, check=True, text=True, timeout=300)
        assert done.stdout.strip() == str([(leaf, True, ()) for leaf in leaves])


def test_the_log_keeps_the_answer_as_it_was_given(asked: Matcha) -> None:
    answer = asked.match(QUESTION)
    with asked._store.reading() as session:
        openings = log.openings(session, answer.leaf_index)
    shown = [openings[f"match/{place}"].value for place in range(1, len(answer.matches) + 1)]
    assert shown == [canonical(match_json(match)) for match in answer.matches]
    assert json.loads(openings["asked"].value) == {"need_id": None, "text": QUESTION}
