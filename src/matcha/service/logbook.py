"""The match log in use: entries are appended in the transaction that writes what they tell of, then published."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlmodel import Session

from matcha.errors import Conflict, Invalid, Unavailable
from matcha.matchlog import merkle, receipt
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.entry import Draft, Entry, Kind, Opening, Salt
from matcha.matchlog.keys import Keeper
from matcha.matchlog.note import PrivateKey, PublicKey
from matcha.store import Store, log, queries
from matcha.store.log import Head

Result = TypeVar("Result")
# What is to be kept, in the same transaction, of the result that a caller will be answered with; see `Writing.done`.
KEEPING: ContextVar[Callable[[Session, Any], None] | None] = ContextVar("KEEPING", default=None)


def now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Signed:
    """The newest key that a log names among its first `size` entries."""

    size: int = 0
    public: str | None = None


class Writing:
    """One transaction over the database and its log.

    `known` holds what the log has for certain, so that it is not looked up again: the entry of each key and
    configuration, and the names of kept objects. It is remembered for the next transaction when this one is durable.
    """

    def __init__(self, session: Session, now: datetime, salt: Salt, known: Mapping[str, int] | None = None) -> None:
        self.session = session
        self.known = dict(known or {})
        self.now = now
        self.salt = salt
        self.head = log.head(session)
        self.keys: tuple[PrivateKey, ...] = ()
        self._before = self.head  # the log before the last entry
        self._last: tuple[bytes, Mapping[str, Opening]] = b"", {}

    def keep(self, name: str, content: Callable[[], bytes]) -> None:
        """Keep an object that entries name (`log.keep`), unless it is known to be kept."""
        if name not in self.known:
            log.keep(self.session, name, content)
            self.known[name] = self.head.size

    def append(self, draft: Draft) -> int:
        """Append an entry and give its index."""
        body = draft.body(_milliseconds(self.now))
        self._before, self._last = self.head, (body, draft.openings)
        self.head = log.append(self.session, self.head, draft, body)
        return self._before.size

    def done(self, result: Result) -> Result:
        """Give back what the caller will be answered with, kept in this transaction if the caller asked for that.

        So a request that is sent again, or a job that goes on after a restart, finds that it was done, and with what.
        """
        if keep := KEEPING.get():
            keep(self.session, result)
        return result

    def receipt(self) -> str:
        """Give the receipt of the entry appended last. It is worth nothing before the transaction is durable."""
        peaks = tuple(reversed(self._before.frontier))  # what the last leaf of any tree is proven with
        return receipt.of_answer(self._before.size, peaks, checkpoint(self.head, self.keys), *self._last)


class Logbook:
    """The log of one database, its keys, and its published checkpoint."""

    def __init__(
        self,
        store: Store,
        keeper: Keeper,
        clock: Callable[[], datetime] = now,
        salt: Salt = secrets.token_bytes,
        origin: str | None = None,
    ) -> None:
        self.store = store
        self.keeper = keeper
        self.salt = salt
        self._clock = clock
        self._origin = origin
        self._known: Mapping[str, int] = {}
        self._signed = Signed()

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Give a transaction. What it appended is published once it is durable; if anything is raised, nothing is."""
        with self.store.transaction() as session:
            writing = Writing(session, self._clock(), self.salt, self._known)
            before = writing.head.size
            self._refuse_lost(session, writing.head, self.keeper.published())
            writing.keys = self._keys(writing)
            yield writing
        self._known = writing.known
        if writing.head.size > before:
            self._publish(checkpoint(writing.head, writing.keys))

    def signers(self) -> tuple[PrivateKey, ...]:
        """Give the keys that sign now. Raises Unavailable when there are none yet."""
        if keys := self.keeper.keys():
            return keys
        raise Unavailable(
            "Matchningsloggen har ingen nyckel ännu: den görs när något läggs in första gången (matcha import).",
            "The match log has no key yet: it is made when something is first taken in (matcha import).",
        )

    def check(self) -> None:
        """Raise Conflict for a log that has lost entries it once published, or whose key is gone."""
        note = self.keeper.published()  # before the head: others go on writing
        with self.store.reading() as session:
            self._refuse_lost(session, log.head(session), note)

    def check_signing(self) -> None:
        """Raise as `check` does, and Unavailable where the log's key is missing or was changed elsewhere."""
        self.check()
        with self.store.reading() as session:
            self._refuse_stale(session, self.keeper.keys(), self._newest(session, log.head(session).size))

    def checkpoint(self) -> str:
        """Give the checkpoint of the log as it stands, signed, and publish it."""
        before = self.keeper.published()
        with self.store.reading() as session:
            head = log.head(session)
            self._refuse_lost(session, head, before)
            self._refuse_stale(session, self.keeper.keys(), self._newest(session, head.size))
        if before is not None and Checkpoint.unverified(before).size == head.size:
            return before
        note = checkpoint(head, self.signers())
        self.keeper.publish(note)
        return note

    def rotate(self) -> PublicKey:
        """Change to a new key, logged and signed with both from now on; the one before the last signs no more."""
        keys = self.signers()
        new = PrivateKey.made(keys[-1].name)
        self.keeper.keep((keys[-1], new))
        with self.writing():
            pass  # the new key is logged as it is first used
        return new.public

    def begin_anew(self, lost: str) -> None:
        """Go on under a new name and key after entries were lost, naming the last checkpoint of the log before."""
        self.keeper.keep((PrivateKey.made(_next_name(self.signers()[-1].name)),))
        with self.store.transaction() as session:
            writing = Writing(session, self._clock(), self.salt)
            keys = self._keys(writing, {"lost": lost})
        self.keeper.publish(checkpoint(writing.head, keys), anew=True)

    def _publish(self, note: str) -> None:
        try:
            self.keeper.publish(note)
        except Unavailable as cause:
            raise Unavailable(
                f"Det är sparat och loggat, men kontrollpunkten gick inte att publicera. {cause.sv} Den nästa som "
                "loggas publicerar den också.",
                f"It is saved and logged, but the checkpoint could not be published. {cause.en} The next that is "
                "logged publishes it, too.",
            ) from cause

    def _keys(self, writing: Writing, said: dict[str, str] | None = None) -> tuple[PrivateKey, ...]:
        """Give the keys, making the first, and log the newest unless that is done."""
        keys, signed = self.keeper.keys(), self._newest(writing.session, writing.head.size)
        self._refuse_stale(writing.session, keys, signed)
        if not keys:
            keys = (PrivateKey.made(self._origin or f"matcha-log/{queries.identity(writing.session).id}"),)
            self.keeper.keep(keys)
        if (public := str(keys[-1].public)) != signed.public:
            writing.append(Draft(Kind.KEY, {"public": public, "previous": signed.public, **(said or {})}))
        return keys

    def _newest(self, session: Session, size: int) -> Signed:
        """Give the newest key that the log names; only entries that are new since the last look are looked through."""
        known = self._signed if self._signed.size <= size else Signed()
        newest = log.newest(session, Kind.KEY, known.size)
        public = known.public if newest is None else log.entry(session, newest).said["public"]
        self._signed = found = Signed(size, public)
        return found

    def _refuse_stale(self, session: Session, keys: tuple[PrivateKey, ...], signed: Signed) -> None:
        """Refuse to sign without the key that the log names, or with one that it has named and then changed."""
        if signed.public is None or (keys and str(keys[-1].public) == signed.public):
            return
        if not keys:
            raise _key_lost(signed.public)
        if any(entry.said["public"] == str(keys[-1].public) for _, entry in entries(session, Kind.KEY)):
            raise _key_changed(signed.public)

    def _refuse_lost(self, session: Session, head: Head, note: str | None) -> None:
        """`note` was published before the head was read."""
        if note is None:
            return
        keys = self.keeper.keys()
        try:
            if not keys:
                raise _key_lost(Checkpoint.unverified(note).origin)
            known = Checkpoint.opened(note, [key.public for key in keys])
        except Invalid as cause:
            raise Conflict(
                f"Den senast publicerade kontrollpunkten går inte att lita på: {cause.sv} Jämför den med en kopia som "
                "förvaras på annat håll: matcha log audit --checkpoint",
                f"The checkpoint published last cannot be trusted: {cause.en} Compare it with a copy kept elsewhere: "
                "matcha log audit --checkpoint",
            ) from cause
        root = head.root if known.size == head.size else None
        if known.size > head.size or (root or log.root(session, known.size)) != known.root:
            raise Conflict(
                f"Matchningsloggen har {head.size} poster men har publicerat en kontrollpunkt med {known.size}: "
                "databasen är äldre än loggen, eller ändrad. Återställ den senaste säkerhetskopian: matcha restore. "
                "(Ska du börja om från början med flit: flytta undan mappen matchlog, med dess nyckel.)",
                f"The match log has {head.size} entries but has published a checkpoint of {known.size}: the database "
                "is older than the log, or altered. Restore the latest backup: matcha restore. (To begin anew on "
                "purpose: move the folder matchlog away, with its key.)",
            )


def checkpoint(head: Head, keys: tuple[PrivateKey, ...]) -> str:
    """Give the signed checkpoint of a log that ends with `head`."""
    return Checkpoint(keys[-1].name, head.size, head.root).signed(keys)


def proof(session: Session, index: int, size: int) -> tuple[bytes, ...]:
    """Give the proof that an entry is in the log's tree of `size`. Raises Conflict if the database contradicts it."""
    found = merkle.inclusion_proof(log.perfect(session), index, size)
    leaf = merkle.leaf_hash(log.row(session, index).body)
    if not merkle.verify_inclusion(index, size, leaf, found, log.root(session, size)):
        raise Conflict(
            f"Databasen motsäger loggen vid post {index}. Kör: matcha log audit",
            f"The database contradicts the log at entry {index}. Run: matcha log audit",
        )
    return found


def entries(session: Session, kind: Kind, start: int = 0) -> Iterator[tuple[int, Entry]]:
    """Give every entry of a kind, from an index on, with its index, by index."""
    for row in log.rows(session, start, kind=kind):
        yield row.leaf_index, Entry.parse(row.body)


def _next_name(origin: str) -> str:
    """region.example/log, region.example/log/2, region.example/log/3 …"""
    before, _, number = origin.rpartition("/")
    return f"{before}/{int(number) + 1}" if before and number.isdigit() else f"{origin}/2"


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _key_changed(public: str) -> Unavailable:
    return Unavailable(
        f"Loggens nyckel är bytt mot {public}. Hämta filen key från servern där den byttes, till mappen matchlog "
        "här; om den har gått förlorad: matcha log rotate-key",
        f"The log's key has been changed to {public}. Fetch the file key from the server where that was done into the "
        "folder matchlog here; if it has been lost: matcha log rotate-key",
    )


def _key_lost(public: str) -> Unavailable:
    return Unavailable(
        f"Nyckeln till loggen {public} saknas. Lägg tillbaka mappen matchlog ur en säkerhetskopia.",
        f"The key of the log {public} is missing. Put the folder matchlog back from a backup.",
    )
