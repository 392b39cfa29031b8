"""Where a log's keys and its last published checkpoint are kept: not in the database that they vouch for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from matcha.disk import locked, read_text, write_atomically, writing
from matcha.errors import Invalid, Unavailable
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.note import PrivateKey, PublicKey


class Keeper(Protocol):
    """Keeps the signing keys, the newest last, and the last published checkpoint of one log."""

    def keys(self) -> tuple[PrivateKey, ...]:
        """Give the keys that sign; none before the first is made."""

    def keep(self, keys: tuple[PrivateKey, ...]) -> None:
        """Keep these keys instead of those before."""

    def published(self) -> str | None:
        """Give the last published checkpoint, signed."""

    def publish(self, note: str, anew: bool = False) -> None:
        """Publish a checkpoint, unless one of a larger tree has been; `anew` begins with it whatever was before."""


class MemoryKeeper:
    """Keeps as long as the object lives."""

    def __init__(self) -> None:
        self._keys: tuple[PrivateKey, ...] = ()
        self._note: str | None = None

    def keys(self) -> tuple[PrivateKey, ...]:
        return self._keys

    def keep(self, keys: tuple[PrivateKey, ...]) -> None:
        self._keys = keys

    def published(self) -> str | None:
        return self._note

    def publish(self, note: str, anew: bool = False) -> None:
        if anew or _newer(note, self._note):
            self._note = note


class FolderKeeper:
    """Keeps in a folder: `key` (readable by the owner only), `key.pub` and `checkpoint`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: tuple[str, tuple[PrivateKey, ...]] = "", ()

    def keys(self) -> tuple[PrivateKey, ...]:
        path = self.folder / "key"
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            return ()
        if os.name == "posix" and mode & 0o077:
            raise Unavailable(
                f"Loggens nyckel {path} kan läsas av andra. Kör: chmod 600 {path} – och byt den sedan: matcha log "
                "rotate-key",
                f"The log's key {path} can be read by others. Run: chmod 600 {path} – and then change it: matcha log "
                "rotate-key",
            )
        try:
            if (text := read_text(path)) != self._read[0]:
                self._read = text, tuple(map(PrivateKey.parse, text.splitlines()))
            return self._read[1]
        except Invalid as cause:
            raise Unavailable(
                f"Loggens nyckel {path} är skadad. Lägg tillbaka den ur en säkerhetskopia.",
                f"The log's key {path} is damaged. Put it back from a backup.",
            ) from cause

    def keep(self, keys: tuple[PrivateKey, ...]) -> None:
        public = "".join(f"{key.public}\n" for key in keys)
        write_atomically(self.folder / "key", "".join(f"{k.written()}\n" for k in keys).encode(), mode=0o600)
        write_atomically(self.folder / "key.pub", public.encode())

    def published(self) -> str | None:
        try:
            return read_text(self.folder / "checkpoint")
        except FileNotFoundError:
            return None

    def publish(self, note: str, anew: bool = False) -> None:
        with writing(self.folder), locked(self.folder / "lock"):
            before = None if anew else self.published()
            if _newer(note, before):
                # what a power cut can bring back is the checkpoint before, and the next that is published mends that
                write_atomically(self.folder / "checkpoint", note.encode(), lasting=before is None)


def public_keys(text: str) -> tuple[PublicKey, ...]:
    """Give the keys of a `key.pub`, one a line. Raises Invalid for anything else."""
    return tuple(PublicKey.parse(line) for line in text.split("\n") if line.strip())


def _newer(note: str, known: str | None) -> bool:
    return known is None or Checkpoint.unverified(note).size > Checkpoint.unverified(known).size
