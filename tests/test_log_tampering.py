"""Tampering: whatever is edited in a database is found, given one checkpoint kept elsewhere; what is lawful is not.

Contacts, dates, websites and what is not matched (an actor with no standing profile) are not vouched for. Nor can
anyone tell an entry that an intruder adds after the checkpoint from one of matcha's own, until the next one is signed.
"""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

import pytest
from sqlalchemy import StaticPool, create_engine

from matcha import Batch, Matcha
from matcha.errors import MatchaError
from matcha.matchlog.audit import Fault
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.note import PrivateKey, PublicKey
from matcha.records import DecisionForm, ErasureForm, LockForm, NeedForm, PurposeForm
from matcha.records.erasure import Erased, Ground
from matcha.records.need import Purpose
from matcha.service.auditing import audit_all
from matcha.store import Store
from matcha.values import ActorKind, Choice
from tests.conftest import HYGIENE, NEED, actor, profile, small_batch
from tests.intruder import Intruder
from tests.intrusions import EDITS
from tests.stress import scaled

QUESTION = "Hur ofta spritas händerna?"
SLEEP = "Vi mäter hur barn sover. Föräldrarna ser kurvan i en app varje morgon."


@dataclass(frozen=True)
class Base:
    """A whole database as bytes, an older copy of it, and what is kept elsewhere: one checkpoint and the key."""

    content: bytes
    older: bytes
    note: str
    keys: tuple[PublicKey, ...]


class Copy:
    """A copy of a database that is put back in an instant."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.store = Store(create_engine("sqlite://", creator=lambda: self.db, poolclass=StaticPool))

    def put(self, content: bytes) -> None:
        self.db.deserialize(content)

    def audit(self, base: Base) -> tuple[Fault, ...]:
        """Audit the copy against the checkpoint kept elsewhere."""
        with self.store.reading() as session:
            return audit_all(session, [base.note], base.keys).faults

    def found(self, base: Base) -> bool:
        """Whether the audit tells of something; nothing but matcha's own errors may come out of it."""
        try:
            return bool(self.audit(base))
        except MatchaError:
            return True


def lived() -> tuple[Matcha, bytes]:
    """A system in which everything has happened that the log tells of, and what it was halfway there."""
    system = Matcha.in_memory()
    system.submit(small_batch())
    more = [
        profile("p-somn", "a-ko", "Barns sömn", SLEEP),
        profile("p-somn-2", "a-ko", "Barns sömn", SLEEP),  # a near-copy
        profile("p-smitta", "a-hygien", "Smittspårning", "Vi ser var smittan sprids mellan avdelningar."),
        profile("p-borta", "a-hygien", "Rengöring", "Robotar rengör golv om natten."),
        profile("p-sista", "a-sista", "Tolk i mobilen", "Vi tolkar samtal mellan läkare och patient."),
    ]
    needs = [
        NeedForm(id="n-ko", title="Kortare kö", text="Barn väntar för länge.", quantity_number=12.5, source="Regionen"),
        NeedForm(id="n-borta", title="Renare golv", text="Golven är inte rena på morgonen."),
    ]
    system.submit(Batch(actors=(actor("a-sista", ActorKind.AUTHORITY),), profiles=tuple(more), needs=tuple(needs)))
    system.match(QUESTION)
    system.freeze()
    older = copied(system)
    system.submit(Batch(profiles=(HYGIENE.model_copy(update={"text": "Vi räknar spritningar."}),)))
    system.submit(Batch(needs=(needs[0].model_copy(update={"goal": "Ingen väntar mer än en vecka."}),)))
    for need in ("n-hygien", "n-ko", "n-borta"):
        system.match(need_id=need)
    system.explain("p-ko", need_id="n-ko")
    for who, choice in (("a-ko", Choice.INVITED), ("a-ko", Choice.DECLINED), ("a-sista", Choice.CONTACTED)):
        system.decide(DecisionForm(need_id="n-hygien", actor_id=who, choice=choice, user="Eva", reason="Passar."))
    system.close_invitations("n-hygien")
    system.set_purpose(PurposeForm(need_id="n-ko", purpose=Purpose.INFORMING, user="Eva", reason="Forum."))
    system.set_lock(LockForm(need_id="n-hygien", locked=True, user="Eva", reason="Upphandling."))
    with pytest.raises(MatchaError):
        system.match(need_id="n-hygien")
    system.withdraw("p-smitta")
    for what, id in ((Erased.PROFILE, "p-borta"), (Erased.NEED, "n-borta"), (Erased.ACTOR, "a-sista")):
        system.erase(ErasureForm(what=what, id=id, ground=Ground.GDPR_17, reference="D 1", user="Eva"))
    system.match("Vem kortar köer?")
    return system, older


def copied(system: Matcha) -> bytes:
    raw = system._store.engine.raw_connection()
    content: bytes = raw.driver_connection.serialize()  # type: ignore[union-attr]
    return content


@cache
def base() -> Base:
    system, older = lived()
    keys = tuple(key.public for key in system.logbook.signers())
    return Base(copied(system), older, system.logbook.checkpoint(), keys)


def tried(copy: Copy, edit: str, seed: int) -> bool:
    """Whether one edit of a fresh copy is found."""
    copy.put(base().content)
    before = copied_rows(copy.db)
    intruder = Intruder(copy.db, random.Random(f"{edit} {seed}"))
    intruder.open_up()
    EDITS[edit](intruder)
    assert copied_rows(copy.db) != before, edit
    return copy.found(base())


def copied_rows(db: sqlite3.Connection) -> int:
    """A fingerprint of all rows, in which words are no bytes."""
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    db.text_factory = lambda said: ("text", said)
    try:
        return hash(tuple((table, *db.execute(f"SELECT * FROM {table}")) for table in tables))
    finally:
        db.text_factory = str


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")  # words where a number was
def test_every_edit_is_found_and_nothing_else() -> None:
    copy, kinds = Copy(), sorted(EDITS)
    missed: Counter[str] = Counter()
    false_alarms = 0
    for number in range(scaled(len(kinds), 10_000)):
        kind = kinds[number % len(kinds)]
        missed[kind] += not tried(copy, kind, number)
        if number % scaled(8, 1) == 0:
            copy.put(base().content)
            false_alarms += copy.found(base())
    assert (+missed, false_alarms) == (Counter(), 0)


def test_an_old_copy_put_back_is_found() -> None:
    copy = Copy()
    copy.put(base().older)
    assert copy.found(base())


def test_a_log_signed_anew_by_somebody_else_is_found() -> None:
    copy = Copy()
    copy.put(base().content)
    stranger = PrivateKey.made(base().keys[0].name)
    text = base().note.partition("\n\n")[0] + "\n"
    forged = Checkpoint.parse(text).signed([stranger])
    with copy.store.reading() as session, pytest.raises(MatchaError):
        audit_all(session, [forged], base().keys)


def lawful(system: Matcha, number: int, chance: random.Random) -> None:
    """Do something that anyone may do."""
    told = {"user": "Eva", "reason": f"Skäl {number}."}
    edited = HYGIENE.model_copy(update={"text": f"Vi räknar spritningar. Version {number}."})
    steps: Sequence[Callable[[], object]] = (
        lambda: system.match(QUESTION),
        lambda: system.match(need_id="n-ko", kind=ActorKind.ACADEMIA),
        lambda: system.explain("p-ko", need_id="n-ko"),
        lambda: system.submit(Batch(profiles=(edited,))),
        lambda: system.submit(small_batch()),
        lambda: system.submit(Batch(actors=(actor("a-ko").model_copy(update={"name": f"Bolaget {number}"}),))),
        lambda: system.submit(Batch(needs=(NEED.model_copy(update={"goal": f"Mål {number}."}),))),
        lambda: system.withdraw("p-ko"),
        lambda: system.submit(Batch(profiles=(small_batch().profiles[1],))),
        lambda: system.decide(DecisionForm(need_id="n-ko", actor_id="a-ko", choice=Choice.INVITED, **told)),
        lambda: system.set_purpose(PurposeForm(need_id="n-ko", purpose=chance.choice(list(Purpose)), **told)),
        lambda: system.set_lock(LockForm(need_id="n-hygien", locked=bool(number % 2), **told)),
        lambda: system.logbook.rotate(),
        lambda: system.freeze(),
        lambda: system.rebuild(),
        lambda: system.erase(
            ErasureForm(
                what=Erased.MATCH,
                id=str(system.match(QUESTION).leaf_index),
                ground=Ground.GALLRINGSBESLUT,
                reference=f"D {number}",
                user="Eva",
            )
        ),
    )
    (steps[number] if number < len(steps) else chance.choice(steps))()


def test_what_is_lawful_is_no_fault() -> None:
    system, _ = lived()
    chance = random.Random(7)
    note = system.logbook.checkpoint()
    keys = tuple(key.public for key in system.logbook.signers())
    for number in range(scaled(16, 300)):
        with suppress(MatchaError):  # such as explaining a profile that has just been withdrawn
            lawful(system, number, chance)
        keys += tuple(key.public for key in system.logbook.signers() if key.public not in keys)
        assert system.audit([note], keys).faults == (), number
