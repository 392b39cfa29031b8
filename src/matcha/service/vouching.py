"""What stands beside the database, and is compared with it: the checkpoint published last, and the keys that sign."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from matcha.errors import Conflict, Invalid, Unavailable
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.entry import Entry, Kind
from matcha.matchlog.note import PrivateKey, PublicKey
from matcha.store import log
from matcha.store.log import EMPTY, Head


@dataclass(frozen=True)
class Signed:
    """The newest key that a log names up to a head."""

    head: Head = EMPTY
    public: str | None = None


class Vouched:
    """Refuses a log that contradicts what stands beside it.

    What was looked up or verified for the log as it stands is remembered: `signed`, and the note that was `opened` last
    with the keys that opened it.
    """

    def __init__(self) -> None:
        self.signed = Signed()
        self.opened: tuple[str, tuple[PublicKey, ...], Checkpoint | None] = "", (), None

    def refuse_lost(self, session: Session, head: Head, note: str | None, keys: tuple[PrivateKey, ...]) -> None:
        """Refuse a log that lacks what was published of it; `note` was, before the head was read. Raises Conflict."""
        if note is None:
            return
        try:
            if not keys:
                raise _key_lost(Checkpoint.unverified(note).origin)
            known = self._open(note, tuple(key.public for key in keys))
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

    def refuse_stale(self, session: Session, head: Head, keys: tuple[PrivateKey, ...]) -> str | None:
        """Refuse to sign without the key that the log names, or with one that it has named and then changed.

        Gives the key that the log names, if it names one. Raises Unavailable.
        """
        named = self._newest(session, head).public
        if named is None or (keys and str(keys[-1].public) == named):
            return named
        if not keys:
            raise _key_lost(named)
        own = str(keys[-1].public)
        if any(Entry.parse(row.body).said["public"] == own for row in log.rows(session, kind=Kind.KEY)):
            raise _key_changed(named)
        return named

    def _newest(self, session: Session, head: Head) -> Signed:
        """Give the newest key that the log names; only entries that are new since the last look are looked through."""
        known = self.signed if self.signed.head.size <= head.size else Signed()
        if known.head == head:
            return known
        newest = log.newest(session, Kind.KEY, known.head.size)
        public = known.public if newest is None else log.entry(session, newest).said["public"]
        self.signed = found = Signed(head, public)
        return found

    def _open(self, note: str, publics: tuple[PublicKey, ...]) -> Checkpoint:
        """Give the checkpoint in a note (`Checkpoint.opened`); what these keys opened last is not verified again."""
        known, by, found = self.opened
        if found is None or (known, by) != (note, publics):
            found = Checkpoint.opened(note, publics)
            self.opened = note, publics, found
        return found


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
