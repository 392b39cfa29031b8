"""The log looked at and looked after: replay, receipts, audit, proofs, erasure, backup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from matcha.errors import Invalid, NotFound
from matcha.matchlog import merkle, receipt
from matcha.matchlog.audit import Audited
from matcha.matchlog.entry import Entry, Kind
from matcha.matchlog.note import PublicKey
from matcha.records import ErasureForm
from matcha.records.erasure import Erased
from matcha.service import backup, receipts
from matcha.service.auditing import audit_all
from matcha.service.erasing import erase
from matcha.service.intake import Intake
from matcha.service.logbook import checkpoint, proof
from matcha.service.receipts import Consideration
from matcha.service.replaying import Replay, Replayer
from matcha.service.system import silent
from matcha.store import log
from matcha.values import Progress


class Ledger(Intake):
    """What can be shown of the match log, and what may be done with it."""

    def size(self) -> int:
        """Give the number of entries."""
        with self._store.reading() as session:
            return log.head(session).size

    def entries(
        self, start: int | None = 0, count: int | None = None, kind: Kind | None = None
    ) -> tuple[tuple[int, Entry], ...]:
        """Give entries (of a kind) from an index on, or the newest if `start` is None, by index."""
        with self._store.reading() as session:
            if start is None:
                start = log.last(session, count or 1, kind)
            return tuple((row.leaf_index, Entry.parse(row.body)) for row in log.rows(session, start, count, kind))

    def proof(self, index: int, opening: bool = False) -> str:
        """Give the proof that an entry is in the log as it stands, with its body; `opening` adds the salts beside it.

        With those, whoever has an answer can show that it is the one logged. Raises NotFound for an unknown entry.
        """
        with self._store.reading() as session:
            head, body = log.head(session), log.row(session, index).body
            hashes = proof(session, index, head.size)
            openings = log.openings(session, index) if opening else {}
        return receipt.of_answer(index, hashes, checkpoint(head, self.logbook.signers()), body, openings)

    def consistency(self, old: int, new: int | None = None) -> tuple[str, tuple[bytes, ...]]:
        """Give the checkpoint of a size (that of now, unless given) and the proof that it only grew since `old`."""
        with self._store.reading() as session:
            size = log.head(session).size if new is None else new
            if not 0 <= old <= size <= log.head(session).size:
                raise NotFound(
                    f"Loggen har aldrig vuxit från {old} till {size} poster.",
                    f"The log has never grown from {old} to {size} entries.",
                )
            hashes = merkle.consistency_proof(log.perfect(session), old, size)
            head = log.head_at(session, size)
        return checkpoint(head, self.logbook.signers()), hashes

    def receipt(self, match: int, profile_id: str) -> str:
        """Give a supplier's receipt that its profile was considered in a match (`receipts.of_consideration`)."""
        return receipts.of_consideration(self.logbook, match, profile_id)

    def considerations(self, profile_id: str, after: int = -1, most: int | None = None) -> list[Consideration]:
        """Give the matches (at most so many) after an entry and since a profile was registered, in the log's order.

        Raises NotFound for an unknown profile.
        """
        with self._store.reading() as session:
            return receipts.considerations(session, profile_id, after, most)

    def replay(self, indexes: Sequence[int] | None = None, progress: Progress | None = None) -> Iterator[Replay]:
        """Replay entries (all that can be, unless named), in the log's order. Raises NotFound for other entries."""
        with self._store.reading() as session:
            replayer = Replayer(session, self._reader_now())
            wanted = list(replayer.all()) if indexes is None else list(indexes)
            for done, index in enumerate(wanted, 1):
                yield replayer.replay(index)
                if progress is not None:
                    progress(done, len(wanted))

    def audit(self, notes: Sequence[str] = (), keys: Sequence[PublicKey] | None = None) -> Audited:
        """Audit log and database against the published checkpoint and others kept elsewhere.

        `keys` are what checkpoints must be signed with, those of this log unless given.
        """
        published = self.logbook.keeper.published()
        trusted = [key.public for key in self.logbook.signers()] if keys is None else keys
        with self._store.reading() as session:
            return audit_all(session, [*([published] if published else []), *notes], trusted)

    def erase(self, form: ErasureForm, progress: Progress = silent) -> int:
        """Erase what a form names from database, index and log, and give the erasure's place in the log (R16, R18).

        Standings that could not be worked out without it are logged first, so that others keep their receipts.
        """
        receipts.log_everyone(self.logbook, self._named(form), progress)
        with self.logbook.writing() as writing:
            index = writing.done(erase(writing, form))
        self._store.purge()
        self._publish()
        return index

    def _named(self, form: ErasureForm) -> list[str]:
        """The profiles that a form names."""
        if form.what is Erased.ACTOR:
            return [current.profile.id for current in self.profiles(form.id)]
        return [form.id] if form.what is Erased.PROFILE else []

    def purge(self) -> None:
        """Take what has been erased out of the database's files. Raises Unavailable while another process reads."""
        self._store.purge()

    def backup(self, path: Path, with_key: bool = False) -> Audited:
        """Write a backup, and give the audit of the copy that was restored from it (`backup`)."""
        return backup.write(self.logbook, path, with_key)

    def _reader_now(self) -> str | None:
        """What would read texts now, if there is a model."""
        try:
            return self.reader.digest
        except (Invalid, NotFound):
            return None
