"""The match log in use: entries are appended in the transaction that writes what they tell of, then published."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlmodel import Session

from matcha.errors import Conflict, Unavailable
from matcha.matchlog import merkle, receipt
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.entry import Draft, Entry, Kind, Opening, Salt
from matcha.matchlog.keys import Keeper
from matcha.matchlog.note import PrivateKey, PublicKey
from matcha.service.vouching import Signed, Vouched
from matcha.store import Store, log, queries
from matcha.store.log import EMPTY, Head

Result = TypeVar("Result")
# What is to be kept, in the same transaction, of the result that a caller will be answered with; see `Writing.done`.
KEEPING: ContextVar[Callable[[Session, Any], None] | None] = ContextVar("KEEPING", default=None)


def now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Known:
    """What is known of a log up to a head: by name, the entry of each configuration and that objects are kept; the
    newest entry of the kinds that were looked for."""

    head: Head = EMPTY
    named: Mapping[str, int] = field(default_factory=dict)
    newest: Mapping[Kind, int | None] = field(default_factory=dict)


class Writing:
    """One transaction over the database and its log.

    `known` holds what the log has for certain, so that it is not looked up again: the entry of each configuration,
    and the names of kept objects. It is remembered for the next transaction when this one is durable.
    """

    def __init__(self, session: Session, now: datetime, salt: Salt, known: Known | None = None) -> None:
        known = known or Known()
        self.session = session
        self.known = dict(known.named)
        self.now = now
        self.salt = salt
        self.head = log.head(session)
        self.keys: tuple[PrivateKey, ...] = ()
        self._newest = dict(known.newest) if known.head == self.head else {}  # else others have written since
        self._before = self.head  # the log before the last entry
        self._last: tuple[bytes, Mapping[str, Opening]] = b"", {}
        self._note: tuple[Head | None, str] = None, ""

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
        self._newest[draft.kind] = self._before.size
        return self._before.size

    def newest(self, kind: Kind) -> int | None:
        """Give the index of the newest entry of a kind, if there is one."""
        if kind not in self._newest:
            self._newest[kind] = log.newest(self.session, kind)
        return self._newest[kind]

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
        return receipt.of_answer(self._before.size, peaks, self.checkpoint(), *self._last)

    def checkpoint(self) -> str:
        """Give the signed checkpoint of the log as this transaction leaves it."""
        if self._note[0] is not self.head:
            self._note = self.head, checkpoint(self.head, self.keys)
        return self._note[1]

    def remembered(self) -> Known:
        """Give what the next transaction need not look up."""
        return Known(self.head, self.known, self._newest)


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
        self._known = Known()
        self._vouched = Vouched()

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Give a transaction. What it appended is published once it is durable; if anything is raised, nothing is."""
        with self.store.transaction() as session:
            writing = Writing(session, self._clock(), self.salt, self._known)
            before, keys = writing.head.size, self.keeper.keys()
            self._vouched.refuse_lost(session, writing.head, self.keeper.published(), keys)
            writing.keys = self._keys(writing, keys)
            yield writing
        self._known = writing.remembered()
        self._vouched.signed = Signed(writing.head, str(writing.keys[-1].public))
        if writing.head.size > before:
            self._publish(writing)

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
            self._vouched.refuse_lost(session, log.head(session), note, self.keeper.keys())

    def check_signing(self) -> None:
        """Raise as `check` does, and Unavailable where the log's key is missing or was changed elsewhere."""
        self.check()
        with self.store.reading() as session:
            self._vouched.refuse_stale(session, log.head(session), self.keeper.keys())

    def checkpoint(self) -> str:
        """Give the checkpoint of the log as it stands, signed, and publish it."""
        before = self.keeper.published()
        with self.store.reading() as session:
            head = log.head(session)
            keys = self.keeper.keys()
            self._vouched.refuse_lost(session, head, before, keys)
            self._vouched.refuse_stale(session, head, keys)
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
            writing.keys = self._keys(writing, self.keeper.keys(), {"lost": lost})
        self.keeper.publish(writing.checkpoint(), anew=True)

    def _publish(self, writing: Writing) -> None:
        note, publics = writing.checkpoint(), tuple(key.public for key in writing.keys)
        try:
            self.keeper.publish(note)
            self._vouched.opened = note, publics, Checkpoint.unverified(note)  # signed here, and not verified again
        except Unavailable as cause:
            raise Unavailable(
                f"Det är sparat och loggat, men kontrollpunkten gick inte att publicera. {cause.sv} Den nästa som "
                "loggas publicerar den också.",
                f"It is saved and logged, but the checkpoint could not be published. {cause.en} The next that is "
                "logged publishes it, too.",
            ) from cause

    def _keys(
        self, writing: Writing, keys: tuple[PrivateKey, ...], said: dict[str, str] | None = None
    ) -> tuple[PrivateKey, ...]:
        """Give the keys, making the first, and log the newest unless that is done."""
        named = self._vouched.refuse_stale(writing.session, writing.head, keys)
        if not keys:
            keys = (PrivateKey.made(self._origin or f"matcha-log/{queries.identity(writing.session).id}"),)
            self.keeper.keep(keys)
        if (public := str(keys[-1].public)) != named:
            writing.append(Draft(Kind.KEY, {"public": public, "previous": named, **(said or {})}))
        return keys


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
