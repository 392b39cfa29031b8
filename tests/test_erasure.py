"""Erasure (R16, R18): on a recorded ground, from every file; and every proof holds as before."""

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from matcha import Batch, HashingEncoder, Matcha
from matcha.errors import Conflict, NotFound, Unavailable
from matcha.matchlog import receipt
from matcha.matchlog.entry import Kind
from matcha.matchlog.keys import FolderKeeper, MemoryKeeper
from matcha.records import ActorForm, ContactForm, DecisionForm, ErasureForm, NeedForm
from matcha.records.erasure import Erased, Ground
from matcha.retrieval.reference import MemoryReference
from matcha.retrieval.shelf import FolderShelf, MemoryShelf
from matcha.service.entries import ERASED
from matcha.store import Store
from matcha.values import ActorKind, Choice
from tests.conftest import HYGIENE, QUEUE, actor, profile, small_batch

TITLE, SENTENCE = "Zebrafinkens handsprit", "Zebrafinkar spritar händerna noga på vårdavdelningar."
OWNER, NUMBER, PERSON, ADDRESS = "Kvantixbolaget AB", "5560160680", "Ester Zetterpalm", "ester@kvantixbolaget.example"
NEED_TITLE, NEED_TEXT = "Skymningsbehovet om händer", "I skymningen glöms handspriten bort hos oss."


def batch() -> Batch:
    owner = ActorForm(
        id="a-z", name=OWNER, kind=ActorKind.COMPANY, org_number=NUMBER, website="https://kvantix.example"
    )
    contact = ContactForm(id="c-z", actor_id="a-z", name=PERSON, email=ADDRESS)
    need = NeedForm(id="n-z", title=NEED_TITLE, text=NEED_TEXT, goal="Skymningsmålet nås")
    first = profile("p-z", "a-z", TITLE, f"{SENTENCE} Avdelningen ser resultatet varje vecka.")
    return Batch(actors=(owner,), contacts=(contact,), profiles=(first,), needs=(need,))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def system(home: Path) -> Iterator[Matcha]:
    """A system on disk in which all that is to be erased has gone through everything."""
    home.mkdir()
    store = Store.open(f"sqlite:///{home / 'matcha.db'}")
    keeper = FolderKeeper(home / "matchlog")
    opened = Matcha(store, FolderShelf(home / "indexes"), HashingEncoder, MemoryReference(), keeper)
    opened.submit(small_batch())
    opened.submit(batch())
    opened.freeze()
    opened.match("Händerna spritas för sällan.")
    opened.match(need_id="n-z")
    opened.explain("p-z", need_id="n-z")
    opened.explain(HYGIENE.id, need_id="n-hygien")
    edited = profile("p-z", "a-z", TITLE, f"{SENTENCE} Ändrat en gång.")
    opened.submit(Batch(profiles=(edited,)))
    opened.match(need_id="n-hygien")
    decision = {"actor_id": "a-z", "choice": Choice.INVITED, "user": "Kim Zackrisson", "reason": "Zebraskälet"}
    opened.decide(DecisionForm.model_validate({"need_id": "n-hygien", **decision}))
    yield opened
    opened.close()


def form(what: Erased, id: str, ground: Ground = Ground.GDPR_17) -> ErasureForm:
    return ErasureForm(what=what, id=id, ground=ground, reference="dnr 2026-17", user="Robin Arkivarie")


def found_in(folder: Path, said: str) -> list[str]:
    """The files below a folder that hold some words, as text, as JSON escapes it, or packed."""
    forms = {said.encode(), json.dumps(said).strip('"').encode(), said.encode("utf-16-le"), said.lower().encode()}
    hits = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        contents = [path.read_bytes()]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                contents += [archive.read(name) for name in archive.namelist()]
        if any(form in content for content in contents for form in forms):
            hits.append(path.name)
    return hits


ERASURES = [
    (Erased.PROFILE, "p-z", [TITLE, SENTENCE, "Ändrat en gång"]),
    (Erased.NEED, "n-z", [NEED_TITLE, NEED_TEXT, "Skymningsmålet"]),
    (Erased.ACTOR, "a-z", [TITLE, SENTENCE, OWNER, NUMBER, PERSON, ADDRESS, "Zebraskälet", "kvantix.example"]),
]


@pytest.mark.parametrize(("what", "id", "gone"), ERASURES)
def test_what_is_erased_is_in_no_file_any_more(
    system: Matcha, home: Path, tmp_path: Path, what: Erased, id: str, gone: list[str]
) -> None:
    assert all("matcha.db" in " ".join(found_in(home, said)) for said in gone), "the search must find it before"
    system.erase(form(what, id))
    assert [(said, found_in(home, said)) for said in gone if found_in(home, said)] == []
    system.backup(tmp_path / "backup.zip")
    assert [said for said in gone if found_in(tmp_path, said)] == []


@pytest.mark.parametrize(("what", "id", "gone"), ERASURES)
def test_every_proof_and_the_audit_hold_after_an_erasure(
    system: Matcha, what: Erased, id: str, gone: list[str]
) -> None:
    before = system.logbook.checkpoint()
    bodies = dict(system.entries())
    match = next(index for index, entry in bodies.items() if entry.kind is Kind.MATCH)
    kept = system.receipt(match, QUEUE.id)
    index = system.erase(form(what, id))
    assert {place: dict(system.entries())[place] for place in bodies} == bodies
    assert system.audit([before]).faults == ()
    keys = [key.public for key in system.logbook.signers()]
    assert receipt.verify(kept, keys).standing == receipt.verify(system.receipt(match, QUEUE.id), keys).standing
    (_, entry) = system.entries(index, 1)[0]
    assert (entry.kind, entry.said["ground"]) == (Kind.ERASURE, "gdpr-17")
    assert gone  # what is gone is tried above; here it is that nothing else is


def test_an_erased_profile_takes_no_part_and_can_be_submitted_anew(system: Matcha) -> None:
    system.erase(form(Erased.PROFILE, "p-z"))
    answer = system.match("Händerna spritas för sällan.")
    assert "p-z" not in {match.profile_id for match in answer.matches}
    assert answer.considered.registered == 3
    assert answer.considered.scored == 2
    system.submit(Batch(profiles=(profile("p-z", "a-z", "Nytt", "Händerna spritas."),)))
    assert "p-z" in {match.profile_id for match in system.match("Händerna spritas.").matches}
    assert system.audit().faults == ()


def test_a_supplier_whose_profile_was_erased_still_has_a_receipt_without_its_words(system: Matcha) -> None:
    match = next(index for index, entry in system.entries() if entry.kind is Kind.MATCH)
    before = receipt.verify(system.receipt(match, "p-z"), [key.public for key in system.logbook.signers()])
    system.erase(form(Erased.PROFILE, "p-z"))
    after = receipt.verify(system.receipt(match, "p-z"), [key.public for key in system.logbook.signers()])
    assert before.said is not None
    assert (after.said, after.standing) == (None, before.standing)


def test_an_erased_need_is_not_matched(system: Matcha) -> None:
    system.erase(form(Erased.NEED, "n-z"))
    with pytest.raises(NotFound, match="has been erased"):
        system.match(need_id="n-z")


def test_one_question_can_be_erased_by_the_number_of_its_entry(system: Matcha, home: Path) -> None:
    asked = "Patienten Ture Zylander spritade inte händerna."
    leaf = system.match(asked).leaf_index
    assert found_in(home, asked)
    system.erase(form(Erased.MATCH, str(leaf), Ground.GALLRINGSBESLUT))
    assert found_in(home, asked) == []
    assert system.audit().faults == ()
    (one,) = system.replay([leaf])
    assert one.identical
    assert "asked" in one.erased


def test_nothing_is_erased_twice_or_without_being_there(system: Matcha) -> None:
    system.erase(form(Erased.PROFILE, "p-z"))
    for what, id, error in (
        (Erased.PROFILE, "p-z", Conflict),
        (Erased.ACTOR, "a-z", None),
        (Erased.ACTOR, "a-z", Conflict),
        (Erased.PROFILE, "finns-inte", NotFound),
        (Erased.MATCH, "0", NotFound),
        (Erased.MATCH, "x", NotFound),
        (Erased.NEED, "finns-inte", NotFound),
        (Erased.ACTOR, "finns-inte", NotFound),
    ):
        size = len(system.entries())
        if error is None:
            system.erase(form(what, id))  # its profile was erased before
            continue
        with pytest.raises(error):
            system.erase(form(what, id))
        assert len(system.entries()) == size


@pytest.mark.parametrize("missing", ["ground", "reference", "user"])
def test_nothing_is_erased_without_a_ground_a_reference_and_a_name(missing: str) -> None:
    whole = dict(form(Erased.PROFILE, "p-z"))
    with pytest.raises(ValidationError):
        ErasureForm.model_validate({**whole, missing: ""})


def test_while_another_process_reads_the_working_file_is_said_not_to_be_empty(
    system: Matcha, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcha.store.database._PRAGMAS", {"busy_timeout": 10})
    other = Store.open(f"sqlite:///{home / 'matcha.db'}")
    with other.reading() as session:
        session.connection().execute(text("SELECT count(*) FROM log_entry")).one()
        with system._store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 10")
        with pytest.raises(Unavailable, match="matcha database purge"):
            system.erase(form(Erased.PROFILE, "p-z"))
    system.purge()
    system.rebuild()
    assert found_in(home, SENTENCE) == []
    other.close()


@pytest.mark.parametrize("keeper", [MemoryKeeper])
def test_an_erasure_in_postgresql_leaves_the_log_whole(postgres_url: str, keeper: Callable[[], MemoryKeeper]) -> None:
    store = Store.open(postgres_url)
    try:
        opened = Matcha(store, MemoryShelf(), HashingEncoder, MemoryReference(), keeper())
        opened.submit(small_batch())
        opened.submit(batch())
        leaf = opened.match(need_id="n-z").leaf_index
        opened.erase(form(Erased.ACTOR, "a-z"))
        opened.erase(form(Erased.NEED, "n-z"))
        assert opened.audit().faults == ()
        with store.reading() as session:
            for table in ("log_payload", "profileversion", "passage", "need", "actor", "contact"):
                rows = session.connection().execute(text(f"SELECT * FROM {table}")).all()
                assert not [row for row in rows if SENTENCE in str(row) or OWNER in str(row) or NEED_TEXT in str(row)]
        assert [one.identical for one in opened.replay([leaf])] == [True]
    finally:
        with store.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        store.close()


def test_an_actor_without_profiles_can_be_erased_too(system: Matcha) -> None:
    system.submit(Batch(actors=(actor("a-tom"),)))
    system.erase(form(Erased.ACTOR, "a-tom"))
    assert system.actor("a-tom").name == ERASED
    with pytest.raises(Conflict, match="already"):
        system.erase(form(Erased.ACTOR, "a-tom"))
