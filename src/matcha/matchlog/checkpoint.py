"""Checkpoints (c2sp.org/tlog-checkpoint): what a log was at one size, signed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from matcha.errors import Invalid
from matcha.matchlog import note
from matcha.matchlog.note import PrivateKey, PublicKey

_TEXT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")


@dataclass(frozen=True)
class Checkpoint:
    """The tree of the log `origin` when it had `size` leaves."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed: three lines."""
        return f"{self.origin}\n{self.size}\n{note.to_base64(self.root)}\n"

    def signed(self, keys: Sequence[PrivateKey]) -> str:
        """Give the checkpoint as a note signed by each key."""
        return note.signed(self.text, keys)

    @classmethod
    def opened(cls, signed: str, keys: Sequence[PublicKey]) -> Checkpoint:
        """Give the checkpoint in a note signed by one of the keys, which must bear the log's name.

        Raises Invalid for a note that is malformed or not so signed, and for extension lines, which nobody can audit.
        """
        found = cls.parse(note.opened(signed, keys))
        own = [key for key in keys if key.name == found.origin]
        if not own:
            raise Invalid(
                f"Kontrollpunkten gäller en annan logg ({found.origin}) än nyckeln.",
                f"The checkpoint is of another log ({found.origin}) than the key.",
            )
        note.opened(signed, own)  # the key of another log, though known, does not sign for this one
        return found

    @classmethod
    def unverified(cls, signed: str) -> Checkpoint:
        """Give the checkpoint in a note whose signatures are not looked at. Raises Invalid if it is malformed."""
        return cls.parse(signed.partition("\n\n")[0] + "\n")

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Give the checkpoint with this text, unverified. Raises Invalid if it is malformed."""
        match = _TEXT.fullmatch(text)
        if match is None:
            raise Invalid(
                "Det här är ingen kontrollpunkt: loggens namn, antal poster och rot på var sin rad.",
                "This is no checkpoint: the log's name, the number of entries and the root, a line each.",
            )
        return cls(match[1], int(match[2]), note.from_base64(match[3]))
