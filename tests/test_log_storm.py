"""A storm of kills: whatever was acknowledged is in the log, wherever in their work the writers were stopped.

SIGKILL takes the process and not the machine: it shows nothing of what a power cut would do.
"""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from sqlmodel import select

from matcha import Matcha
from matcha.matchlog import receipt
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.entry import Kind
from matcha.matchlog.proof import Proof
from matcha.records import ProfileVersion
from matcha.store import log
from tests.conftest import small_batch
from tests.stress import scaled
from tests.writers import QUESTION, Ack, acknowledged, started, system_in, write, write_too_soon

WRITERS = 3


def storm(home: Path, kills: int, seed: int) -> None:
    """Let writers write; kill one of them at a random moment and start it again, so many times."""
    chance = random.Random(seed)
    writers = [started(write, home, f"w{place}", place) for place in range(WRITERS)]
    try:
        for number in range(kills):
            time.sleep(chance.uniform(0.1, 1.0))
            place = chance.randrange(WRITERS)
            writers[place].kill()
            writers[place].join()
            assert writers[place].exitcode == -signal.SIGKILL  # it had not given up before
            writers[place] = started(write, home, f"w{place}", WRITERS + number)
        time.sleep(1)
    finally:
        for writer in writers:
            writer.kill()
            writer.join()


def lost(system: Matcha, acks: Sequence[Ack]) -> list[Ack]:
    """Give what was acknowledged and is not there, or not as its receipt says."""
    keys = [key.public for key in system.logbook.signers()]
    with system._store.reading() as session:
        bodies = [row.body for row in log.rows(session)]
        roots = {size: log.root(session, size) for size in range(1, len(bodies) + 1)}
        texts = set(session.exec(select(ProfileVersion.text)))

    def there(ack: Ack) -> bool:
        if "text" in ack:
            return ack["text"] in texts
        receipt.verify(ack["receipt"], keys)
        proof = Proof.parse(ack["receipt"])
        if not ack["leaf"] == proof.index < len(bodies):
            return False
        head = proof.verified(bodies[proof.index], keys)  # what the log has now is under the checkpoint of then
        return roots.get(head.size) == head.root

    return [ack for ack in acks if not there(ack)]


def gaps(system: Matcha) -> list[int]:
    with system._store.reading() as session:
        return [place for place, row in enumerate(log.rows(session)) if row.leaf_index != place]


def a_home(path: Path) -> Path:
    system = system_in(path)
    system.submit(small_batch())
    system.close()
    return path


def test_a_storm_of_kills_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    storm(home, scaled(10, 300), seed=1)
    acks, system = acknowledged(home), system_in(home)
    matches = [ack for ack in acks if "leaf" in ack]
    assert len({ack["leaf"] for ack in matches}) == len(matches) > scaled(5, 300)
    assert lost(system, acks) == []
    assert gaps(system) == []
    published = system.logbook.keeper.published()
    assert published is not None
    audited = system.audit()
    assert audited.faults == ()
    size = Checkpoint.unverified(published).size
    assert max(ack["leaf"] for ack in matches) < size <= audited.size
    wanted = [index for index, _ in system.entries(kind=Kind.MATCH)]
    sample = sorted(random.Random(2).sample(wanted, min(len(wanted), scaled(40, 400))))
    assert [replay.leaf_index for replay in system.replay(sample) if not replay.identical] == []
    system.rebuild()  # the last kill may have come before the index followed an edit
    assert system.match(QUESTION).leaf_index >= audited.size
    assert system.audit([published]).faults == ()


def test_an_acknowledgement_before_the_commit_is_seen_to_be_lost(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    writer = started(write_too_soon, home)
    while not acknowledged(home):
        assert writer.is_alive()
        time.sleep(0.01)
    writer.kill()
    writer.join()
    system = system_in(home)
    assert lost(system, acknowledged(home)) == acknowledged(home)
    assert system.audit().faults == ()  # the log itself is whole
