"""Proofs that an entry is in a log, as text (c2sp.org/tlog-proof)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from matcha.errors import Invalid
from matcha.matchlog import merkle, note
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.note import PublicKey

_FORM = re.compile(
    r"c2sp\.org/tlog-proof@v1\n"
    r"(?:extra ([A-Za-z0-9+/]*={0,2})\n)?"
    r"index (0|[1-9][0-9]{0,18})\n"
    r"((?:[A-Za-z0-9+/]{43}=\n)*)"
    r"\n"
    r"(.+)",
    re.DOTALL,
)
_DEEPEST = 63  # hashes; a log of 2⁶³ leaves needs no more


@dataclass(frozen=True)
class Proof:
    """The leaf's index, the hashes from its sibling up, and the signed checkpoint. `extra` is not proven by itself."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    def __str__(self) -> str:
        extra = f"extra {note.to_base64(self.extra)}\n" if self.extra else ""
        hashes = "".join(f"{note.to_base64(one)}\n" for one in self.hashes)
        return f"c2sp.org/tlog-proof@v1\n{extra}index {self.index}\n{hashes}\n{self.checkpoint}"

    @classmethod
    def parse(cls, text: str) -> Proof:
        """Give back what `str` wrote, unverified. Raises Invalid for anything else."""
        match = _FORM.fullmatch(text)
        hashes = tuple(map(note.from_base64, match[3].splitlines())) if match else ()
        if match is None or match[1] == "" or len(hashes) > _DEEPEST:
            raise Invalid(
                "Det här är inget intyg ur en matchningslogg (c2sp.org/tlog-proof@v1), eller så är det ändrat.",
                "This is no proof from a match log (c2sp.org/tlog-proof@v1), or it has been altered.",
            )
        return cls(int(match[2]), hashes, match[4], note.from_base64(match[1] or ""))

    def verified(self, body: bytes, keys: Sequence[PublicKey]) -> Checkpoint:
        """Give the checkpoint, signed by one of the keys, that covers an entry with this body at the proof's index.

        Raises Invalid if there is none.
        """
        head = Checkpoint.opened(self.checkpoint, keys)
        if not merkle.verify_inclusion(self.index, head.size, merkle.leaf_hash(body), self.hashes, head.root):
            raise Invalid(
                f"Posten finns inte på plats {self.index} i loggen som kontrollpunkten visar.",
                f"The entry is not at place {self.index} of the log that the checkpoint shows.",
            )
        return head
